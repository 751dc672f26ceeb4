#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| onestop_eventlog::fuzzing::frame(bytes));
