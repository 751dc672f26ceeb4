//! The plain file and the event log, each durable when `append` returns.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::Result;
use onestop_eventlog::{
    Append, Committed, EventLog, ExpectedRevision, NewEvent, Observer, Options, StreamName,
};
use tokio::runtime::Runtime;
use uuid::Uuid;

use crate::events::Event;

/// One commit's worth of events in the form that an engine takes.
pub trait Peer {
    type Commit;
    fn prepare(events: Vec<Event>) -> Self::Commit;
    fn append(&mut self, commit: Self::Commit) -> Result<()>;
}

/// Append and `fdatasync`, nothing else: what the disk can do.
pub struct Plain(File);

impl Plain {
    pub fn open(directory: &Path) -> Result<Plain> {
        let path = directory.join("plain");
        let file = OpenOptions::new().create(true).append(true).open(path)?;
        Ok(Plain(file))
    }
}

impl Peer for Plain {
    type Commit = Vec<u8>;

    fn prepare(events: Vec<Event>) -> Vec<u8> {
        let lines = events.into_iter().flat_map(|event| {
            let mut line = event.json;
            line.push(b'\n');
            line
        });
        lines.collect()
    }

    fn append(&mut self, bytes: Vec<u8>) -> Result<()> {
        self.0.write_all(&bytes)?;
        Ok(self.0.sync_data()?)
    }
}

/// The event log: every stream with its expected revision, every id checked, hashes chained.
pub struct Ours {
    pub log: EventLog,
    runtime: Runtime,
}

impl Ours {
    pub fn open(directory: &Path) -> Result<Ours> {
        let options = Options::new(directory.join("ours"), Uuid::from_u128(7));
        Ours::with(EventLog::open(options)?)
    }

    /// The same; adds up, in nanoseconds, how long commits took to be written and synced.
    pub fn open_timed(directory: &Path, written: Arc<AtomicU64>) -> Result<Ours> {
        let add = move |commit: Committed| {
            let took = commit.took.as_nanos() as u64;
            written.fetch_add(took, Ordering::Relaxed);
        };
        let options = Options {
            observer: Some(Observer::new(add)),
            ..Options::new(directory.join("ours"), Uuid::from_u128(7))
        };
        Ours::with(EventLog::open(options)?)
    }

    pub fn with(log: EventLog) -> Result<Ours> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .build()?;
        Ok(Ours { log, runtime })
    }
}

impl Peer for Ours {
    type Commit = Append;

    fn prepare(events: Vec<Event>) -> Append {
        events.into_iter().fold(Append::default(), |append, event| {
            let expected = match event.revision.checked_sub(1) {
                None => ExpectedRevision::NoStream,
                Some(last) => ExpectedRevision::Exact(last),
            };
            let Ok(stream) = StreamName::new(&event.stream()) else {
                unreachable!("a case's name is a stream's name")
            };
            append.and_to(stream, expected, [NewEvent::new(event.id, event.json)])
        })
    }

    fn append(&mut self, append: Append) -> Result<()> {
        self.runtime.block_on(self.log.append(append))?;
        Ok(())
    }
}
