//! Power cuts on a disk that is only thought of: writes that were not synced are dropped, reordered and torn
//! at 512 and 4,096 bytes, sizes are not saved, folders are changed in part. strace tells what a process
//! did; after each of its calls some of the states are made that a power cut may have left then.

use std::path::Path;
use std::process::Stdio;

use crate::child::{self, Acknowledged, parse_acknowledgement};
use crate::disk::Disk;
use crate::open_and_check;
use crate::support::Random;
use crate::trace::{Call, parse};

/// How many states; `TESTS_STATES` sets another number.
const STATES: u64 = 200;
const WORKERS: u64 = 3;
const APPENDS: u64 = 40;

#[test]
fn nothing_acknowledged_is_lost_in_a_simulated_power_cut() {
    let directory = tempfile::tempdir().unwrap();
    let Some(calls) = record(directory.path()) else {
        return;
    };
    let states = std::env::var("TESTS_STATES").ok();
    let states: u64 = states.and_then(|it| it.parse().ok()).unwrap_or(STATES);
    let mut random = Random::seeded();
    let mut moments: Vec<usize> = (0..states)
        .map(|_| random.below(calls.len() as u64) as usize)
        .collect();
    moments.sort_unstable();
    let (mut disk, mut done) = (Disk::default(), 0usize);
    let mut acknowledged: Vec<Acknowledged> = Vec::new();
    let mut failures = Vec::new();
    for moment in moments {
        for call in &calls[done.min(moment + 1)..=moment] {
            disk.apply(call);
            if let Call::Said(text) = call {
                acknowledged.extend(text.lines().filter_map(parse_acknowledgement));
            }
        }
        done = done.max(moment + 1);
        let target = tempfile::tempdir().unwrap();
        let path = target.path().join("log");
        disk.crash(&directory.path().join("log"), &path, &mut random);
        if let Err(why) = open_and_check(&path, &acknowledged, 0) {
            let call = &calls[moment];
            failures.push(format!("after {moment} {}: {why}", short(call)));
        }
    }
    println!(
        "{states} states after {} calls, {} acknowledged in the end: {} lost, refused or hanging",
        calls.len(),
        acknowledged.len(),
        failures.len()
    );
    assert!(failures.is_empty(), "{failures:#?}");
}

fn short(call: &Call) -> String {
    format!("{call:?}").chars().take(120).collect()
}

/// Runs a process that makes a log, and works on it twice; `None` where it cannot be traced.
fn record(directory: &Path) -> Option<Vec<Call>> {
    let log = directory.join("log");
    let mut calls = Vec::new();
    for round in 0..2 {
        let trace = directory.join(format!("trace-{round}"));
        let set = "trace=openat,pwrite64,write,ftruncate,fsync,fdatasync,rename,unlink,unlinkat,rmdir,mkdir";
        let to = trace.to_str().unwrap();
        let prefix = [
            "strace",
            "-f",
            "-y",
            "-xx",
            "-s",
            "100000000",
            "-e",
            set,
            "-o",
            to,
        ];
        let mut command = child::command(&prefix, &log, WORKERS, APPENDS);
        command
            .env(child::WAL_BYTES, "65536")
            .env(child::INDEX_TAIL, "60")
            .stdin(Stdio::null());
        let output = match command.output() {
            Ok(output) => output,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                println!("skipped: strace is not installed");
                return None;
            }
            Err(error) => panic!("{error}"),
        };
        let said = String::from_utf8_lossy(&output.stderr);
        if said.contains("ptrace") && said.contains("not permitted") {
            println!("skipped: ptrace is refused here");
            return None;
        }
        assert!(output.status.success(), "{said}");
        calls.extend(parse(&std::fs::read_to_string(trace).unwrap(), directory));
    }
    let saw = |wanted: &dyn Fn(&Call) -> bool| calls.iter().any(wanted);
    assert!(saw(&|call| matches!(call, Call::Rename(..))), "no segment");
    assert!(saw(
        &|call| matches!(call, Call::Said(text) if text.contains("ack "))
    ));
    Some(calls)
}
