//! The file system fails: nothing that was acknowledged is lost, nothing is acknowledged that is not
//! durable, and the log says what happened.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "helpers of tests are tests: clippy only knows functions marked #[test]"
)]

#[path = "it/support.rs"]
#[allow(dead_code, reason = "shared with the other tests")]
mod support;

use std::path::Path;

use fail::FailScenario;
use onestop_eventlog::{
    Append, AppendError, CloseReason, EventLog, ExpectedRevision, OpenError, Options,
};

use support::{EPOCH, copy, event, everything, noise, one, open, run, stream};

/// No space left on device; input/output error.
const ERRORS: [&str; 2] = ["28", "5"];

/// A place to fail, and whether the reason is the right one.
type Place = (&'static str, fn(&CloseReason) -> bool);

const COMMITTING: [Place; 3] = [
    ("ahead-write", |why| matches!(why, CloseReason::Commit(_))),
    ("ahead-sync", |why| matches!(why, CloseReason::Commit(_))),
    ("anchor-write", |why| matches!(why, CloseReason::Anchor(_))),
];
const KEEPING: [&str; 2] = ["store-write", "store-sync"];

/// Small files, so that commits soon move into sled.
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
fn what_does_not_reach_sled_is_there_after_reopening() {
    for place in KEEPING {
        for error in ERRORS {
            let scenario = FailScenario::setup();
            let directory = tempfile::tempdir().unwrap();
            let log = EventLog::open(small(directory.path())).unwrap();
            fail::cfg(place, &format!("return({error})")).unwrap();
            let acknowledged = fill_until_refused(&log);
            assert!(acknowledged > 0);
            assert!(matches!(log.close(), Err(CloseReason::Behind(_))));

            let refused = EventLog::open(small(directory.path()));
            assert!(
                matches!(
                    refused,
                    Err(OpenError::Store { .. } | OpenError::StoreUnreadable { .. })
                ),
                "{place}: {refused:?}"
            );
            scenario.teardown();
            let log = EventLog::open(small(directory.path())).unwrap();
            assert!(log.head().count >= acknowledged, "{place} {error}");
            log.verify(&mut |_, _| {}).unwrap();
        }
    }
}

/// What a crash leaves: some of it in sled, the rest only ahead.
#[test]
fn what_is_only_ahead_is_there_after_a_crash() {
    let directory = tempfile::tempdir().unwrap();
    let log = open(directory.path());
    for id in 0..300 {
        let events = [event(id, &noise(id, 20))];
        let append = Append::to(stream("a"), ExpectedRevision::Any, events)
            .with_cursor("source/a", id as u64);
        run(log.append(append)).unwrap();
        if id == 150 {
            // Puts everything so far into sled, where it is read from.
            log.verify(&mut |_, _| {}).unwrap();
        }
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
