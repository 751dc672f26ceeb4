//! The ledger over a real log and a real file: its answers, its visibility rules, its rebuilding.

mod case_story;
mod corrected_clocks;
mod counts;
mod critical_dates;
mod decisions;
mod directory;
mod figures;
mod handed_over;
mod lists;
mod names;
mod needs;
mod oversight;
mod pages;
mod readings;
mod rebuild;
mod shares;
mod timeliness;
mod visibility;
mod workload;

use std::{path::Path, sync::Arc, time::Duration};

use onestop_chassis::{
    Failure, clock::SystemClock, shutdown::Shutdown, store::Store, supervisor::Supervisor,
};
use onestop_current_directory::CurrentDirectory;
use onestop_directory::Directory;
use onestop_eventlog::{Append, EventLog, ExpectedRevision, NewEvent, Options};
use onestop_load::{CaseGenerator, TimedEvent};
use onestop_proto::{envelope::Source, journal, rejection::Rejected, time::Timestamp};
use rusqlite::Connection;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tempfile::TempDir;

use super::Ledger;
use crate::domain::Entry;

/// Fails if a select scans a table. Full-text search is scanned by FTS5, and some selects scan the few rows of
/// another.
pub(super) fn assert_indexed(connection: &Connection, sql: &str) {
    let mut explain = connection
        .prepare(&format!("EXPLAIN QUERY PLAN {sql}"))
        .unwrap();
    // Parameters are not filled in: they do not change the plan.
    let nothing = vec![rusqlite::types::Null; explain.parameter_count()];
    let mut rows = explain.query(rusqlite::params_from_iter(nothing)).unwrap();
    while let Some(row) = rows.next().unwrap() {
        let line: String = row.get(3).unwrap();
        let allowed = [
            "SCAN search VIRTUAL TABLE",
            "SCAN late",
            "SCAN source",
            // The cases of a figure, which its own select has found by an index; and a page of them.
            "SCAN figure VIRTUAL TABLE",
            "SCAN found",
        ];
        let wide = line.starts_with("SCAN cases USING INDEX cases_number");
        assert!(
            !line.starts_with("SCAN") || wide || allowed.iter().any(|one| line.starts_with(one)),
            "{line} in {sql}"
        );
    }
}

/// A journal's log with a ledger beside it.
struct Running {
    folder: TempDir,
    log: EventLog,
    store: Store,
    directory: Arc<Directory>,
    ledger: Ledger,
    shutdown: Shutdown,
    tasks: Supervisor,
}

impl Running {
    fn start() -> Self {
        Self::on(tempfile::tempdir().unwrap())
    }

    fn on(folder: TempDir) -> Self {
        Self::with(folder, Directory::built_in().unwrap().into())
    }

    fn with(folder: TempDir, current: CurrentDirectory) -> Self {
        let options = Options::new(folder.path().join("log"), SystemClock.uuid());
        let log = EventLog::open(options).unwrap();
        let store = Store::new(log.clone(), Source::main(journal::service()));
        let directory = current.get();
        let shutdown = Shutdown::default();
        let mut tasks = Supervisor::new(shutdown.clone());
        let ledger = Ledger::start(folder.path(), &store, current, &mut tasks);
        Self {
            folder,
            log,
            store,
            directory,
            ledger,
            shutdown,
            tasks,
        }
    }

    /// Stops everything; the folder stays.
    async fn stop(self) -> TempDir {
        self.shutdown.request();
        self.tasks.run(Duration::from_secs(10)).await.unwrap();
        drop((self.ledger, self.store));
        self.log.close().unwrap();
        self.folder
    }

    /// Appends entries to the log, and waits until the ledger has them.
    async fn append(&self, entries: impl IntoIterator<Item = Entry>) {
        append_to(&self.log, entries).await;
        self.caught_up().await;
    }

    async fn caught_up(&self) {
        if let Some(last) = self.log.head().count.checked_sub(1) {
            let seen = tokio::time::timeout(Duration::from_secs(20), self.ledger.has(last));
            seen.await.unwrap();
        }
    }

    async fn ask<T: DeserializeOwned>(&self, name: &str, by: &str, data: Value) -> T {
        let answer = self.try_ask(name, by, data).await;
        serde_json::from_value(answer.unwrap()).unwrap()
    }

    async fn refused(&self, name: &str, by: &str, data: Value) -> Rejected {
        self.try_ask(name, by, data).await.unwrap_err()
    }

    async fn try_ask(&self, name: &str, by: &str, data: Value) -> Result<Value, Rejected> {
        let actor = by.parse().unwrap();
        match self.ledger.answer(name, Some(actor), data).await {
            Ok(answer) => Ok(answer.parse().unwrap()),
            Err(Failure::Rejected(rejected)) => Err(*rejected),
            Err(Failure::Internal(error)) => panic!("{error:#}"),
        }
    }
}

async fn append_to(log: &EventLog, entries: impl IntoIterator<Item = Entry>) {
    let appends = entries.into_iter().map(|entry| {
        let stream = format!("case/{}", entry.event.subject).parse().unwrap();
        let payload = serde_json::to_vec(&entry).unwrap();
        let event = NewEvent::new(entry.event.id.uuid(), payload);
        Append::to(stream, ExpectedRevision::Any, [event])
    });
    for appended in log.append_each(appends.collect()).await {
        appended.unwrap();
    }
}

/// Cases of the last sixty days in a division.
fn generated(directory: &Directory, seed: u64, cases: u64, within: &str) -> Vec<Entry> {
    let now = SystemClock.now();
    let period = (now.plus_seconds(-60 * 24 * 3_600), now);
    let within = within.parse().unwrap();
    let events = CaseGenerator::new(directory, seed, (cases, within), period);
    let entry = |timed: TimedEvent| Entry {
        heard_at: timed.heard_at,
        unreadable: None,
        event: timed.event,
    };
    events.map(entry).collect()
}

/// Everything that a file holds, but how the words are kept; units by their ids, as their short numbers are
/// given as they come.
fn dump(path: &Path) -> Vec<String> {
    let connection = Connection::open(path).unwrap();
    let mut all = Vec::new();
    let with_units = |table: &str| format!("{table} JOIN units USING (unit_id)");
    for (columns, table) in [
        ("*", "source".to_owned()),
        ("*", "cases".to_owned()),
        (
            "units.unit, case_id, tab, due_at, opened_at, number, item, origin, own, staff, step_due, whole_due, date_due",
            with_units("worklist"),
        ),
        (
            "coalesce(units.unit, scope), case_id, due_at, opened_at, closed, step_due, whole_due, date_due",
            "visibility LEFT JOIN units ON units.unit_id = -scope".to_owned(),
        ),
        (
            "case_id, clock, period, units.unit, division, item, step, from_at, to_at, due_at, ending, ran, paper_at, days, place",
            with_units("deadline_periods"),
        ),
        (
            "kind, at, division, item, reason, case_id, units.unit",
            with_units("counters"),
        ),
    ] {
        let mut select = connection
            .prepare(&format!("SELECT {columns} FROM {table}"))
            .unwrap();
        let columns = select.column_count();
        let mut rows = select.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            let values = (0..columns).map(|column| {
                let value: rusqlite::types::Value = row.get(column).unwrap();
                format!("{value:?}")
            });
            all.push(format!("{table}: {}", values.collect::<Vec<_>>().join(" ")));
        }
    }
    all.sort();
    all
}

/// Says only what differs first.
fn assert_same(found: &[String], expected: &[String], about: &str) {
    let differs = found
        .iter()
        .zip(expected)
        .find(|(found, expected)| found != expected);
    assert_eq!(differs, None, "{about}");
    assert_eq!(found.len(), expected.len(), "{about}");
}

fn moment(text: &str) -> Timestamp {
    text.parse().unwrap()
}
