//! The logs of the services that write of cases.

use std::{
    collections::BTreeMap,
    path::Path,
    sync::atomic::{AtomicU64, Ordering},
};

use futures::future::join_all;
use onestop_chassis::{
    clock::SystemClock,
    node::LOG_FOLDER,
    store::{Cursor, HashPrefix, SourcePosition, Store},
};
use onestop_eventlog::{Append, Direction, EventLog, ExpectedRevision, NewEvent, Options, Record};
use onestop_proto::{actor::ServiceName, envelope::Envelope};

use super::journal::SourceRecord;
use crate::history::{Writer, Written};

/// Events between two lines of progress.
const MARK: u64 = 500_000;
/// Records read at a time.
const PAGE: usize = 4_096;

/// The log of a service in a data folder, which it has made.
pub(super) fn open(data: &Path, service: &ServiceName) -> EventLog {
    let path = data.join(service.as_str()).join(LOG_FOLDER);
    assert!(
        path.is_dir(),
        "{} is no log: start Onestop once",
        path.display()
    );
    EventLog::open(Options::new(&path, SystemClock.uuid())).unwrap()
}

/// Appends each, in this order.
pub(super) async fn append(log: &EventLog, appends: Vec<Append>) {
    for appended in log.append_each(appends).await {
        appended.unwrap();
    }
}

pub(super) fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap()
}

pub(super) struct Logs {
    logs: BTreeMap<Writer, EventLog>,
    runtime: tokio::runtime::Runtime,
    mark: AtomicU64,
}

impl Logs {
    pub(super) fn open(data: &Path) -> Self {
        let open = |writer: Writer| (writer, open(data, &writer.name()));
        let logs: BTreeMap<_, _> = Writer::ALL.map(open).into();
        for (writer, log) in &logs {
            assert_eq!(log.head().count, 0, "{} has cases already", writer.name());
        }
        Self {
            logs,
            runtime: runtime(),
            mark: AtomicU64::new(MARK),
        }
    }

    pub(super) fn events(&self) -> u64 {
        self.logs.values().map(|log| log.head().count).sum()
    }

    /// Whether it is time for another line of progress.
    pub(super) fn passes_mark(&self, events: u64) -> bool {
        let passed = events >= self.mark.load(Ordering::Relaxed);
        if passed {
            self.mark.store(events + MARK, Ordering::Relaxed);
        }
        passed
    }

    /// Writes what happened in a stretch of time; it comes back as the journal hears it, in the same order.
    pub(super) fn write(&self, stretch: &[Written]) -> Vec<SourceRecord> {
        let mut appends: BTreeMap<Writer, Vec<Append>> = BTreeMap::new();
        for written in stretch {
            let events = written.events.iter();
            let events = events.map(|(id, payload)| NewEvent::new(*id, payload.clone()));
            let stream = written.stream.parse().unwrap();
            let append = Append::to(stream, ExpectedRevision::Any, events);
            appends.entry(written.by).or_default().push(append);
        }
        let mut from = BTreeMap::new();
        let mut writing = Vec::new();
        for (writer, appends) in appends {
            let log = &self.logs[&writer];
            from.insert(writer, log.head().count);
            writing.push(append(log, appends));
        }
        self.runtime.block_on(join_all(writing));
        let mut records: BTreeMap<Writer, _> = from
            .into_iter()
            .map(|(writer, from)| (writer, self.read(writer, from).into_iter()))
            .collect();
        let mut heard = Vec::new();
        for written in stretch {
            let own = records.get_mut(&written.by).unwrap();
            for record in own.take(written.events.len()) {
                heard.push(SourceRecord {
                    at: written.at,
                    by: written.by,
                    epoch: self.logs[&written.by].epoch(),
                    record,
                });
            }
        }
        heard
    }

    fn read(&self, writer: Writer, from: u64) -> Vec<Record> {
        let log = &self.logs[&writer];
        let (mut records, mut next) = (Vec::new(), from);
        while next < log.head().count {
            let page = log.read_all(next, Direction::Forward, PAGE).unwrap();
            next += page.len() as u64;
            records.extend(page);
        }
        records
    }

    /// The cursors of a service that has processed everything of these.
    pub(super) fn cursors_of(&self, writers: &[Writer]) -> Vec<(String, u64)> {
        let mut cursors = Vec::new();
        for writer in writers {
            let log = &self.logs[writer];
            let head = log.head();
            if head.count > 0 {
                let position = SourcePosition {
                    next: head.count,
                    hash_prefix: HashPrefix::parse(&head.hash.to_string()),
                };
                cursors.extend(Cursor::new(&writer.source(), log.epoch(), position).entries());
            }
        }
        cursors
    }

    /// Each has processed everything of the others.
    pub(super) fn set_cursors(&self) {
        for (writer, log) in &self.logs {
            self.set(log, self.cursors_of(writer.listens_to()));
        }
    }

    /// The broker has had everything.
    pub(super) fn set_relayed(&self) {
        for (writer, log) in &self.logs {
            let name = format!("relayed{}:{}", writer.source(), log.epoch());
            self.set(log, vec![(name, log.head().count)]);
        }
    }

    fn set(&self, log: &EventLog, cursors: Vec<(String, u64)>) {
        let set = log.append(Append::default().with_cursors(cursors));
        self.runtime.block_on(set).unwrap();
    }

    /// The newest events of one, as others hear them.
    pub(super) fn newest(&self, writer: Writer, count: u64) -> Vec<Envelope> {
        let log = &self.logs[&writer];
        let store = Store::new(log.clone(), writer.source());
        let from = log.head().count.saturating_sub(count);
        let count = usize::try_from(count).unwrap();
        store.envelopes(from, count).unwrap()
    }

    pub(super) fn close(self) {
        for log in self.logs.into_values() {
            log.close().unwrap();
        }
    }
}
