//! The file system fails: nothing that was acknowledged is lost, nothing is acknowledged that is not
//! durable, and the log says what happened.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "helpers of tests are tests: clippy only knows functions marked #[test]"
)]

#[path = "powercut/device.rs"]
#[allow(dead_code, reason = "shared with the other tests")]
mod device;
#[path = "failing/full_disk.rs"]
mod full_disk;
#[path = "failing/lost_index.rs"]
mod lost_index;
#[path = "it/support.rs"]
#[allow(dead_code, reason = "shared with the other tests")]
mod support;

use std::path::Path;

use fail::FailScenario;
use onestop_eventlog::{
    Append, AppendError, CloseReason, EventLog, ExpectedRevision, LogReader, OpenError, Options,
};

use support::{EPOCH, copy, event, everything, noise, one, open, run, stream};

/// No space left on device; input/output error.
const ERRORS: [&str; 2] = ["28", "5"];

/// A place to fail, and whether the reason is the right one.
type Place = (&'static str, fn(&CloseReason) -> bool);

const COMMITTING: [Place; 4] = [
    ("wal-grow", |why| matches!(why, CloseReason::Commit(_))),
    ("wal-write", |why| matches!(why, CloseReason::Commit(_))),
    ("wal-sync", |why| matches!(why, CloseReason::Commit(_))),
    ("anchor-write", |why| matches!(why, CloseReason::Anchor(_))),
];
const SEALING: [&str; 3] = ["segment-write", "segment-sync", "segment-rename"];
const INDEXING: [&str; 2] = ["store-write", "store-sync"];

/// Small files, so that commits soon move into segments.
fn small(path: &Path) -> Options {
    Options {
        ahead_bytes: 64 << 10,
        ..Options::new(path, EPOCH)
    }
}

#[test]
fn a_commit_that_fails_is_unconfirmed_and_may_be_repeated() {
    for (place, is_right) in COMMITTING {
        for error in ERRORS {
            let scenario = FailScenario::setup();
            let directory = tempfile::tempdir().unwrap();
            let log = open(directory.path());
            support::fill(&log, "a", 0..20);
            let log = if place == "wal-grow" {
                // A file that is taken up again ends with its last entry.
                log.close().unwrap();
                open(directory.path())
            } else {
                log
            };
            fail::cfg(place, &format!("return({error})")).unwrap();

            let lost = run(log.append(one("a", ExpectedRevision::Exact(19), 20)));
            assert!(
                matches!(&lost, Err(AppendError::Unconfirmed { why }) if is_right(why)),
                "{place} {error}: {lost:?}"
            );
            assert_eq!(log.head().count, 20, "what is unconfirmed is not shown");
            let later = run(log.append(one("a", ExpectedRevision::Any, 21)));
            assert!(matches!(&later, Err(AppendError::Closed { why }) if is_right(why)));
            assert!(log.close().is_err_and(|why| is_right(&why)));
            scenario.teardown();

            let log = open(directory.path());
            let repeated = run(log.append(one("a", ExpectedRevision::Exact(19), 20))).unwrap();
            assert_eq!(repeated.first, 20, "{place}: {:?}", repeated.outcome);
            assert_eq!(log.head().count, 21);
            log.verify(&mut |_, _| {}).unwrap();
        }
    }
}

/// There is no room for a spare file: the log does without one.
#[test]
fn a_file_that_cannot_be_made_beforehand_is_done_without() {
    for error in ERRORS {
        let scenario = FailScenario::setup();
        let directory = tempfile::tempdir().unwrap();
        let log = EventLog::open(small(directory.path())).unwrap();
        fail::cfg("wal-spare", &format!("return({error})")).unwrap();
        for id in 0..200 {
            let events = [event(id, &noise(id, 20))];
            let append = Append::to(stream("a"), ExpectedRevision::Any, events);
            run(log.append(append)).unwrap();
        }
        log.close().unwrap();
        assert!(!directory.path().join("wal/spare").exists());
        scenario.teardown();
        let log = EventLog::open(small(directory.path())).unwrap();
        assert_eq!(log.head().count, 200);
        log.verify(&mut |_, _| {}).unwrap();
    }
}

/// A file gets its new name, or the log closes.
#[test]
fn a_file_that_cannot_be_renamed_closes_the_log() {
    let scenario = FailScenario::setup();
    let directory = tempfile::tempdir().unwrap();
    let log = EventLog::open(small(directory.path())).unwrap();
    fail::cfg("wal-rename", "return(5)").unwrap();
    let mut acknowledged = 0;
    let refused = loop {
        let events = [event(acknowledged, &noise(acknowledged, 20))];
        let append = Append::to(stream("a"), ExpectedRevision::Any, events);
        match run(log.append(append)) {
            Ok(_) => acknowledged += 1,
            Err(refused) => break refused,
        }
        assert!(acknowledged < 1_000, "never refused");
    };
    assert!(
        matches!(&refused, AppendError::Unconfirmed { why } if matches!(why, CloseReason::Commit(_))),
        "{refused:?}"
    );
    drop(log);
    scenario.teardown();
    let log = EventLog::open(small(directory.path())).unwrap();
    assert_eq!(u128::from(log.head().count), acknowledged);
    log.verify(&mut |_, _| {}).unwrap();
}

/// Appends until the log says that it cannot go on; returns how many it acknowledged.
fn fill_until_refused(log: &EventLog) -> u64 {
    for id in 0..2_000 {
        let events = [event(id, &noise(id, 20))];
        let append = Append::to(stream("a"), ExpectedRevision::Any, events);
        if let Err(refused) = run(log.append(append)) {
            let (AppendError::Unconfirmed { why } | AppendError::Closed { why }) = &refused else {
                panic!("{refused:?}");
            };
            assert!(matches!(why, CloseReason::Behind(_)), "{why:?}");
            return id as u64;
        }
    }
    panic!("never refused")
}

#[test]
fn what_is_not_sealed_is_there_after_reopening() {
    for place in SEALING {
        for error in ERRORS {
            let scenario = FailScenario::setup();
            let directory = tempfile::tempdir().unwrap();
            let log = EventLog::open(small(directory.path())).unwrap();
            fail::cfg(place, &format!("return({error})")).unwrap();
            let acknowledged = fill_until_refused(&log);
            assert!(acknowledged > 0);
            assert!(matches!(log.close(), Err(CloseReason::Behind(_))));

            // Still failing: everything can be read, but not much more be written.
            let log = EventLog::open(small(directory.path())).unwrap();
            let count = log.head().count;
            assert!(count >= acknowledged, "{place} {error}");
            assert_eq!(everything(&log).len() as u64, count);
            drop(log);
            scenario.teardown();
            let log = EventLog::open(small(directory.path())).unwrap();
            assert_eq!(log.head().count, count, "{place} {error}");
            log.verify(&mut |_, _| {}).unwrap();
            for id in 10_000..10_200 {
                let append = Append::to(
                    stream("b"),
                    ExpectedRevision::Any,
                    [event(id, &noise(id, 20))],
                );
                run(log.append(append)).unwrap();
            }
            log.close().unwrap();
            let log = EventLog::open(small(directory.path())).unwrap();
            assert_eq!(log.head().count, count + 200);
            log.verify(&mut |_, _| {}).unwrap();
        }
    }
}

/// A full disk while the index is opened is an error of its own; the log opens once there is room.
#[test]
fn a_full_disk_at_open_loses_nothing() {
    for place in ["store-open", "store-write", "store-sync"] {
        let scenario = FailScenario::setup();
        let directory = tempfile::tempdir().unwrap();
        let tail = |index_tail| Options {
            index_tail,
            ..small(directory.path())
        };
        let log = EventLog::open(tail(1 << 17)).unwrap();
        support::fill(&log, "a", 0..300);
        log.close().unwrap();
        fail::cfg(place, "return(28)").unwrap();
        for _ in 0..3 {
            // More than the index covers: opening flushes it.
            let refused = EventLog::open(tail(100)).unwrap_err();
            let said = refused.to_string();
            assert!(
                matches!(refused, OpenError::NoSpace { .. }),
                "{place}: {refused:?}"
            );
            assert!(
                said.contains("full") && said.contains("nothing is lost"),
                "{said}"
            );
            let reader = LogReader::open(small(directory.path())).unwrap();
            assert_eq!(reader.verify(&mut |_, _| {}).unwrap().count, 300);
        }
        scenario.teardown();
        let log = EventLog::open(tail(100)).unwrap();
        assert_eq!(log.head().count, 300, "{place}");
        log.verify(&mut |_, _| {}).unwrap();
    }
}

/// The index cannot be written while the log is open: the log closes, and the next open has everything.
#[test]
fn an_index_that_cannot_be_written_loses_nothing() {
    for place in INDEXING {
        for error in ERRORS {
            let scenario = FailScenario::setup();
            let directory = tempfile::tempdir().unwrap();
            let options = Options {
                index_tail: 50,
                ..small(directory.path())
            };
            let log = EventLog::open(options.clone()).unwrap();
            fail::cfg(place, &format!("return({error})")).unwrap();
            let mut acknowledged = 0;
            for id in 0..1_000 {
                match run(log.append(one("a", ExpectedRevision::Any, id))) {
                    Ok(_) => acknowledged += 1,
                    Err(AppendError::Unconfirmed { why } | AppendError::Closed { why }) => {
                        assert!(matches!(why, CloseReason::Index(_)), "{why:?}");
                        break;
                    }
                    Err(other) => panic!("{other:?}"),
                }
            }
            assert!(acknowledged < 1_000, "{place}: never refused");
            assert!(log.close().is_err());
            scenario.teardown();
            let log = EventLog::open(options).unwrap();
            assert!(log.head().count >= acknowledged, "{place} {error}");
            log.verify(&mut |_, _| {}).unwrap();
        }
    }
}

/// What a crash leaves: some of it in segments, the rest only in the write-ahead log.
#[test]
fn what_is_not_sealed_is_there_after_a_crash() {
    let directory = tempfile::tempdir().unwrap();
    let log = EventLog::open(small(directory.path())).unwrap();
    for id in 0..300 {
        let events = [event(id, &noise(id, 20))];
        let append = Append::to(stream("a"), ExpectedRevision::Any, events)
            .with_cursor("source/a", id as u64);
        run(log.append(append)).unwrap();
        if id % 20 == 7 {
            let image = tempfile::tempdir().unwrap();
            copy(directory.path(), image.path());
            let again = open(image.path());
            assert_eq!(again.head(), log.head());
            assert_eq!(again.cursor("source/a"), Some(id as u64));
            assert_eq!(everything(&again), everything(&log));
            again.verify(&mut |_, _| {}).unwrap();
        }
    }
}
