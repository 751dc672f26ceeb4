//! What a fuzzer calls: everything that reads bytes from a disk. Whatever they are, none of these may
//! panic, and what is accepted must be what would be written. Only there when built by a fuzzer.

use crate::backup;
use crate::frame::{self, Form};
use crate::wal;

/// Records in segments and in backups.
pub fn frame(bytes: &[u8]) {
    let Ok(frame) = frame::decode(7, bytes) else {
        return;
    };
    for form in [Form::Plain, Form::Packed] {
        let mut again = Vec::new();
        frame::encode_into(&frame.records, form, &mut again);
        let read = frame::decode(7, &again).expect("what was written is read");
        assert_eq!(read.records, frame.records);
    }
}

/// Commits in the write-ahead log. The checksum is made to fit, so that what is behind it is reached.
pub fn entry(bytes: &[u8]) {
    wal::fuzz_entry(bytes);
}

/// Backup files.
pub fn backup(bytes: &[u8]) {
    backup::fuzz_source(bytes);
}
