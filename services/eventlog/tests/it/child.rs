//! The process that is killed and traced: this test binary, told by its environment what to do.
//!
//! It prints a line for each answer, after the answer. On an ordinary run it does nothing.

use std::path::{Path, PathBuf};
use std::process::Command;

use futures::future::join_all;
use onestop_eventlog::{Append, EventLog, ExpectedRevision};
use uuid::Uuid;

use crate::support::{event, open, run, stream};

const PATH: &str = "ONESTOP_EVENTLOG_CHILD";
const WORKERS: &str = "ONESTOP_EVENTLOG_WORKERS";
const APPENDS: &str = "ONESTOP_EVENTLOG_APPENDS";

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
    let log = open(Path::new(&path));
    println!("\nopen");
    run(join_all(
        (0..number(WORKERS)).map(|worker| work(&log, worker, number(APPENDS))),
    ));
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
