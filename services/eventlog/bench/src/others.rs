//! The other engines, each as its own documentation would have it used, each durable when `append`
//! returns.

use std::path::Path;
use std::sync::Arc;

use anyhow::Result;
use rusqlite::Connection;
use umadb_core::db::UmaDb;
use umadb_core::mvcc::{Mvcc, StorageOptions};
use umadb_dcb::{DcbEvent, DcbEventStoreSync};
use uuid::Uuid;

use crate::events::Event;
use crate::peers::Peer;

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
