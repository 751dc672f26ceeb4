//! Nothing is acknowledged before it is on the disk; nothing acknowledged is lost by a kill.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::process::Stdio;

use onestop_eventlog::{Append, EventLog, ExpectedRevision, Options};

use crate::child::{self, Acknowledged, check, parse_acknowledgement};
use crate::support::{EPOCH, Random, event, noise, open, run, stream};

/// How often; `TESTS_KILLS` sets another number.
const KILLS: u64 = 300;
const WORKERS: u64 = 6;

/// Runs a child until it has printed `lines` lines, kills it, and returns all that it had
/// acknowledged by then.
fn kill_after(path: &Path, lines: u64) -> Vec<Acknowledged> {
    let mut command = child::command(&[], path, WORKERS, u64::from(u32::MAX));
    let mut process = command
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .stdin(Stdio::null())
        .spawn()
        .unwrap();
    let output = BufReader::new(process.stdout.take().unwrap()).lines();
    let mut acknowledged = Vec::new();
    let mut read = 0;
    let mut is_killed = false;
    // After the kill the pipe still holds lines: those were acknowledged as well.
    for line in output {
        let line = line.unwrap();
        read += u64::from(line.starts_with("ack ") || line.starts_with("open"));
        acknowledged.extend(parse_acknowledgement(&line));
        if read > lines && !is_killed {
            process.kill().unwrap();
            is_killed = true;
        }
    }
    assert!(is_killed, "the child ended by itself after {read} lines");
    process.wait().unwrap();
    acknowledged
}

#[test]
fn every_acknowledged_event_survives_kills() {
    let mut random = Random::seeded();
    let directory = tempfile::tempdir().unwrap();
    let mut all = Vec::new();
    let kills = std::env::var("TESTS_KILLS").ok();
    let kills = kills.and_then(|kills| kills.parse().ok()).unwrap_or(KILLS);
    for kill in 0..kills {
        all.extend(kill_after(directory.path(), random.below(150)));
        // Opening here re-anchors; leaving some kills unopened tests a child on a child's remains.
        if kill % 2 == 1 {
            let log = open(directory.path());
            check(&log, &all);
            log.close().unwrap();
        }
    }
    println!("{} acknowledged appends survived {kills} kills", all.len());
    assert!(!all.is_empty());
}

#[test]
fn a_creation_that_is_killed_can_be_repeated() {
    for lines in [0, 0, 0, 1, 1, 2] {
        let directory = tempfile::tempdir().unwrap();
        let all = kill_after(directory.path(), lines);
        check(&open(directory.path()), &all);
    }
}

/// A file of the write-ahead log is not removed and made anew, which costs a write of the file system's
/// journal at every commit, but written over; a closed log has nothing left of what it held before.
#[test]
fn files_of_the_write_ahead_log_are_written_over() {
    let directory = tempfile::tempdir().unwrap();
    let options = Options {
        ahead_bytes: 64 << 10,
        ..Options::new(directory.path(), EPOCH)
    };
    let wal = directory.path().join("wal");
    let files = || {
        let entries = std::fs::read_dir(&wal).unwrap();
        let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        paths
    };
    let log = EventLog::open(options.clone()).unwrap();
    let mut held: Vec<File> = Vec::new();
    let mut names = BTreeSet::new();
    for id in 0..600 {
        let events = [event(id, &noise(id, 20))];
        run(log.append(Append::to(stream("a"), ExpectedRevision::Any, events))).unwrap();
        let found = files();
        assert!(found.len() <= 3, "{found:?}");
        for path in found {
            // One that is being renamed is not there.
            if let Ok(file) = File::open(&path)
                && names.insert(path)
                && held.len() < 3
            {
                held.push(file);
            }
        }
    }
    assert!(names.len() > 8, "{names:?}");
    let in_use = held.iter().filter(|it| it.metadata().unwrap().nlink() > 0);
    assert!(in_use.count() >= 2, "files are removed");
    log.close().unwrap();
    let left = files();
    assert_eq!(left.len(), 1, "{left:?}");
    let log = EventLog::open(options).unwrap();
    assert_eq!(log.head().count, 600);
    log.verify(&mut |_, _| {}).unwrap();
}

#[derive(Debug, PartialEq, Eq)]
enum Seen {
    Written,
    Synced,
    Anchored,
    Acknowledged,
}

#[test]
fn nothing_is_acknowledged_before_it_is_synced_and_anchored() {
    const APPENDS: u64 = 25;
    let directory = tempfile::tempdir().unwrap();
    let trace = directory.path().join("trace");
    let calls = "trace=write,pwrite64,fdatasync,fsync";
    let trace_argument = trace.to_str().unwrap();
    let prefix = [
        "strace",
        "-f",
        "-y",
        "-s",
        "64",
        "-e",
        calls,
        "-o",
        trace_argument,
    ];
    let log_path = directory.path().join("log");
    let output = match child::command(&prefix, &log_path, 1, APPENDS).output() {
        Ok(output) => output,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            println!("skipped: strace is not installed");
            return;
        }
        Err(error) => panic!("{error}"),
    };
    let said = String::from_utf8_lossy(&output.stderr);
    if said.contains("ptrace") && said.contains("not permitted") {
        println!("skipped: ptrace is refused here");
        return;
    }
    assert!(output.status.success(), "{said}");

    let trace = std::fs::read_to_string(trace).unwrap();
    let mut acknowledged = 0;
    let mut since = Vec::new();
    for seen in parse_trace(&trace) {
        let is_acknowledgement = seen == Seen::Acknowledged;
        since.push(seen);
        if !is_acknowledgement {
            continue;
        }
        let last = |wanted: Seen| since.iter().rposition(|seen| *seen == wanted);
        let (written, synced) = (last(Seen::Written), last(Seen::Synced));
        assert!(
            written.is_some() && written < synced,
            "not synced after writing: {since:?}"
        );
        assert!(
            synced < last(Seen::Anchored),
            "not anchored after syncing: {since:?}"
        );
        acknowledged += 1;
        since.clear();
    }
    assert_eq!(acknowledged, APPENDS);
}

/// The write-ahead log.
const WAL: &str = "/log/wal/";

/// What the trace says, in the order in which the calls began to matter: writes when they begin,
/// syncs when they have returned 0.
fn parse_trace(trace: &str) -> Vec<Seen> {
    let synced = |call: &str| call.contains(WAL).then_some(Seen::Synced);
    let mut unfinished: BTreeMap<&str, &str> = BTreeMap::new();
    let mut all = Vec::new();
    for line in trace.lines() {
        let Some((thread, call)) = line.split_once(' ') else {
            continue;
        };
        let call = call.trim_start();
        if call.starts_with("pwrite64(") && call.contains(WAL) {
            all.push(Seen::Written);
        } else if call.starts_with("pwrite64(") && call.contains("/log/head>") {
            all.push(Seen::Anchored);
        } else if call.starts_with("write(1<") && call.contains("ack ") {
            all.push(Seen::Acknowledged);
        } else if call.starts_with("fdatasync(") || call.starts_with("fsync(") {
            if call.contains("<unfinished") {
                unfinished.insert(thread, call);
            } else if call.ends_with("= 0") {
                all.extend(synced(call));
            }
        } else if call.starts_with("<... f")
            && call.contains("sync resumed")
            && call.ends_with("= 0")
        {
            all.extend(unfinished.remove(thread).and_then(synced));
        }
    }
    all
}
