//! The engines under test, each as its own documentation would have it used, each durable when
//! `append` returns.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use anyhow::Result;
use onestop_eventlog::{Append, EventLog, ExpectedRevision, NewEvent, Options, StreamName};
use rusqlite::Connection;
use tokio::runtime::Runtime;
use umadb_core::db::UmaDb;
use umadb_core::mvcc::{Mvcc, StorageOptions};
use umadb_dcb::{DcbEvent, DcbEventStoreSync};
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

/// WAL, `synchronous=FULL`; a unique stream and revision, a unique id.
pub struct Sqlite(Connection);

impl Sqlite {
    pub fn open(directory: &Path) -> Result<Sqlite> {
        let connection = Connection::open(directory.join("sqlite"))?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.execute_batch(
            "create table events (position integer primary key, stream text not null,
                 revision integer not null, id blob not null unique, payload blob not null,
                 unique (stream, revision))",
        )?;
        Ok(Sqlite(connection))
    }
}

impl Peer for Sqlite {
    type Commit = Vec<Event>;

    fn prepare(events: Vec<Event>) -> Vec<Event> {
        events
    }

    fn append(&mut self, events: Vec<Event>) -> Result<()> {
        let transaction = self.0.transaction()?;
        {
            let mut insert = transaction.prepare_cached(
                "insert into events (stream, revision, id, payload) values (?1, ?2, ?3, ?4)",
            )?;
            for event in events {
                let id = event.id.as_bytes();
                insert.execute((event.stream(), event.revision as i64, id, event.json))?;
            }
        }
        Ok(transaction.commit()?)
    }
}

/// One tag, the case.
pub struct Uma(UmaDb);

impl Uma {
    pub fn storage(directory: &Path) -> Result<Arc<Mvcc>> {
        let options = StorageOptions::default().db_path(directory);
        Ok(Arc::new(Mvcc::new(false, options)?))
    }

    pub fn open(directory: &Path) -> Result<Uma> {
        Ok(Uma(UmaDb::from_arc(Uma::storage(directory)?)))
    }
}

impl Peer for Uma {
    type Commit = Vec<DcbEvent>;

    fn prepare(events: Vec<Event>) -> Vec<DcbEvent> {
        let event = |event: Event| {
            let tag = event.stream();
            let mut made = DcbEvent::new();
            made.event_type = "event".to_owned();
            made.tags = vec![tag];
            made.data = event.json;
            // Its events carry ids of the version that its driver makes.
            made.uuid = Some(Uuid::from_u128(event.id.as_u128()));
            made
        };
        events.into_iter().map(event).collect()
    }

    fn append(&mut self, events: Vec<DcbEvent>) -> Result<()> {
        self.0.append(events, None, None)?;
        Ok(())
    }
}

/// The event log: every stream with its expected revision, every id checked, hashes chained.
pub struct Ours {
    pub log: EventLog,
    runtime: Runtime,
}

impl Ours {
    pub fn open(directory: &Path) -> Result<Ours> {
        let log = EventLog::open(Options::new(directory.join("ours"), Uuid::from_u128(7)))?;
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
