//! The process that is killed and traced: this test binary; a variable of its environment says what it does.
//!
//! It prints a line for each answer, after the answer. On an ordinary run it does nothing.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use futures::future::join_all;
use onestop_eventlog::{Append, EventLog, ExpectedRevision, Options};
use uuid::Uuid;

use crate::support::{EPOCH, event, everything, run, stream};

const PATH: &str = "TESTS_EVENTLOG_CHILD";
const WORKERS: &str = "TESTS_EVENTLOG_WORKERS";
const APPENDS: &str = "TESTS_EVENTLOG_APPENDS";
/// Bytes of a file of the write-ahead log, and records in a table of the index: small, so that much
/// happens in a short time.
pub(crate) const WAL_BYTES: &str = "TESTS_EVENTLOG_WAL_BYTES";
pub(crate) const INDEX_TAIL: &str = "TESTS_EVENTLOG_INDEX_TAIL";

/// The command line that runs [`child`] on the log in `path`.
pub(crate) fn command(prefix: &[&str], path: &Path, workers: u64, appends: u64) -> Command {
    let binary = std::env::current_exe().unwrap();
    let mut words = prefix.iter().map(PathBuf::from).chain([binary]);
    let mut command = Command::new(words.next().unwrap());
    command
        .args(words)
        .args(["--exact", "child::child", "--nocapture"]);
    command
        .env(PATH, path)
        .env(WORKERS, workers.to_string())
        .env(APPENDS, appends.to_string());
    command
}

/// What the event with this id says: long enough that commits are of ordinary size.
pub(crate) fn payload(id: Uuid) -> String {
    format!("{{\"event\":\"{id}\"}}").repeat(12)
}

/// Ids of the two events of a worker's append. The number grows over restarts, too.
pub(crate) fn ids(worker: u64, number: u64) -> [Uuid; 2] {
    [0, 1].map(|part| Uuid::from_u64_pair(worker, number * 2 + part))
}

#[test]
fn child() {
    let Ok(path) = std::env::var(PATH) else {
        return;
    };
    let number = |name: &str| std::env::var(name).unwrap().parse::<u64>().unwrap();
    println!("\nopening");
    let mut options = Options::new(&path, EPOCH);
    if std::env::var(WAL_BYTES).is_ok() {
        options.ahead_bytes = number(WAL_BYTES);
        options.index_tail = number(INDEX_TAIL) as usize;
    }
    let log = EventLog::open(options).unwrap();
    println!("\nopen");
    run(join_all(
        (0..number(WORKERS)).map(|worker| work(&log, worker, number(APPENDS))),
    ));
    log.close().unwrap();
    println!("\nclosed");
}

/// Two events in two streams and a cursor in each append.
async fn work(log: &EventLog, worker: u64, appends: u64) {
    let cursor = format!("worker/{worker}");
    let start = log.cursor(&cursor).unwrap_or(0);
    for number in start..start + appends {
        let [a, b] = ids(worker, number);
        let new = |id: Uuid| [event(id.as_u128(), &payload(id))];
        let append = Append::to(
            stream(&format!("a/{worker}")),
            ExpectedRevision::Any,
            new(a),
        )
        .and_to(
            stream(&format!("b/{number}")),
            ExpectedRevision::Any,
            new(b),
        )
        .with_cursor(&cursor, number + 1);
        let appended = log.append(append).await.unwrap();
        println!("ack {worker} {number} {}", appended.first);
    }
}

/// What a child has printed for an append.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Acknowledged {
    pub(crate) worker: u64,
    pub(crate) number: u64,
    pub(crate) first: u64,
}

/// The append that a line acknowledges, if it is such a line.
pub(crate) fn parse_acknowledgement(line: &str) -> Option<Acknowledged> {
    let mut words = line
        .strip_prefix("ack ")?
        .split(' ')
        .map(|word| word.parse::<u64>().ok());
    let (worker, number, first) = (words.next()??, words.next()??, words.next()??);
    Some(Acknowledged {
        worker,
        number,
        first,
    })
}

/// Every acknowledged append is where it was said to be, and every append is whole.
pub(crate) fn check(log: &EventLog, all: &[Acknowledged]) {
    let mut cursors = BTreeMap::new();
    for &Acknowledged {
        worker,
        number,
        first,
    } in all
    {
        for (id, position) in ids(worker, number).into_iter().zip(first..) {
            assert_eq!(
                log.find(id).unwrap(),
                Some(position),
                "worker {worker} append {number}"
            );
        }
        cursors.insert(worker, number + 1);
    }
    for (worker, cursor) in cursors {
        assert!(log.cursor(&format!("worker/{worker}")) >= Some(cursor));
    }
    let records = everything(log);
    assert_eq!(records.len() % 2, 0, "half an append");
    for pair in records.chunks(2) {
        let (worker, low) = pair[0].id.as_u64_pair();
        assert_eq!(
            ids(worker, low / 2),
            [pair[0].id, pair[1].id],
            "half an append"
        );
        assert!(
            pair.iter()
                .all(|record| record.payload == payload(record.id))
        );
    }
}
