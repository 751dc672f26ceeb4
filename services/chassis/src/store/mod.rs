//! A service's log as its rules use it: load a stream, fold it, decide, append, answer.
//!
//! ```
//! # use onestop_chassis::store::{Rules, Store};
//! # use onestop_proto::envelope::{Address, EventType};
//! # fn example<S, E>(store: &Store, rules: &Rules<S, E>) -> anyhow::Result<()>
//! # where
//! #     S: Clone + Send + Sync + 'static,
//! #     E: EventType,
//! # {
//! if let Some((state, revision)) = store.load("case/019ab0c4", rules)? {
//!     // `state` is the fold of the stream's events; `revision` is the last event's number.
//! #   let _: (S, u64) = (state, revision);
//! }
//! # Ok(())
//! # }
//! ```

pub mod backup;
mod batch;
mod batched_stream;
mod building;
mod command_hash;
mod cursor;
mod disk;
mod error;
mod event_meta;
mod execute;
mod gate;
pub mod keys;
mod load;
pub mod projection;
mod read_models;
mod reading_record;
mod reading_volumes;
mod reads;
mod records;
mod sealing;
pub mod sqlite;
mod state_cache;

use std::{
    sync::{Arc, OnceLock},
    time::Instant,
};

use onestop_eventlog::{Append, Direction, EventLog, Hash, Record, StreamName};
use onestop_proto::{
    envelope::{Address, Envelope, LogPosition, RecordPlace, Source},
    free_text::TextKey,
    stored_event::{StoredEvent, StoredPlace},
    time::Timestamp,
};

use self::state_cache::StateCache;
pub use self::{
    batch::Batch,
    batched_stream::Change,
    cursor::{Cursor, HashPrefix, SourcePosition, SourcePositions},
    error::StoreError,
    event_meta::EventMeta,
    reading_record::RecentReadings,
    reading_volumes::{ReadingVolumes, UsualReadings},
    reads::Reads,
    records::recorded,
};
pub(crate) use self::{
    batched_stream::is_conflict,
    building::{Building, Need},
    command_hash::CommandHashKey,
    cursor::followed,
    disk::{Disk, Room},
    gate::{Standing, WriteGate},
    read_models::ReadModels,
};
use crate::clock::{Clock, SystemClock};

/// Records read at a time.
const PAGE: usize = 512;
/// Folded states in memory. Custody of a case is the largest, with 5 KB.
const CACHED_STATES: usize = 4_096;

/// A service's log, with the clock that stamps its events.
#[derive(Clone)]
pub struct Store {
    log: EventLog,
    source: Arc<Source>,
    clock: Arc<dyn Clock>,
    states: Arc<StateCache>,
    gate: WriteGate,
    building: Building,
    read_models: ReadModels,
    /// Keys the hashes of commands whose texts are sealed; none in tools and tests.
    hash_key: Option<CommandHashKey>,
    /// Whether its first record has an id as version 0.1.0 gave them; unknown while the log is empty.
    has_former_records: Arc<OnceLock<bool>>,
}

/// How a service's state follows from its events: pure functions, without I/O and without a clock.
pub struct Rules<S, E> {
    /// The state after one more event.
    pub evolve: fn(Option<S>, &E) -> Option<S>,
    /// The unit that an event concerns, in the state that it led to.
    pub address: fn(&S, &E) -> Address,
}

impl Store {
    /// A store on `log`, written by `source`, with the system's clock.
    pub fn new(log: EventLog, source: Source) -> Self {
        Self::with_clock(log, source, Arc::new(SystemClock))
    }

    /// A store whose events are stamped by another clock.
    pub fn with_clock(log: EventLog, source: Source, clock: Arc<dyn Clock>) -> Self {
        Self {
            log,
            source: Arc::new(source),
            clock,
            states: Arc::new(StateCache::new(CACHED_STATES)),
            gate: WriteGate::new(Standing::Accepted),
            building: Building::default(),
            read_models: ReadModels::default(),
            hash_key: None,
            has_former_records: Arc::default(),
        }
    }

    /// The same store with another number of folded states in memory.
    #[must_use]
    pub fn with_cached_states(self, most: usize) -> Self {
        Self {
            states: Arc::new(StateCache::new(most)),
            ..self
        }
    }

    /// The same store, written only while `gate` lets writers pass.
    #[must_use]
    pub(crate) fn with_gate(self, gate: WriteGate) -> Self {
        Self { gate, ..self }
    }

    /// The same store, whose commands with sealed texts are hashed with a key.
    #[must_use]
    pub(crate) fn with_hash_key(self, key: CommandHashKey) -> Self {
        let hash_key = Some(key);
        Self { hash_key, ..self }
    }

    /// The metadata of a command about a case whose texts are sealed to `key`, where it has one. What was typed must not be
    /// found by trying hashes either.
    pub fn sealing(&self, meta: EventMeta, key: Option<TextKey>) -> EventMeta {
        let hashed = self.hash_key.as_ref().filter(|_| key.is_some());
        EventMeta {
            commandhash: hashed.map_or_else(
                || meta.commandhash.clone(),
                |hashed| hashed.hash(&meta.commandhash),
            ),
            text_key: key,
            ..meta
        }
    }

    /// What lets writers pass.
    pub(crate) fn gate(&self) -> &WriteGate {
        &self.gate
    }

    /// The read models of this log that are not whole.
    pub(crate) fn building(&self) -> &Building {
        &self.building
    }

    /// How far each read model of this log is.
    pub(crate) fn read_models(&self) -> &ReadModels {
        &self.read_models
    }

    /// Notes how far a read model is that is kept elsewhere: the first event that it lacks.
    pub fn note_read_model(&self, name: &'static str, next: u64) {
        self.read_models.advance(name, next, Instant::now());
    }

    /// Waits until the read models are whole that every command and question rests on.
    pub async fn built(&self) {
        self.building.done().await;
    }

    /// The event log.
    pub fn log(&self) -> &EventLog {
        &self.log
    }

    /// The writer of this log.
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// The clock that stamps its events.
    pub fn clock(&self) -> &Arc<dyn Clock> {
        &self.clock
    }

    /// When this incarnation of the log was made: at its first start, or when it was restored.
    pub fn made_at(&self) -> Option<Timestamp> {
        let (seconds, nanos) = self.log.epoch().get_timestamp()?.to_unix();
        let micros = i64::try_from(seconds).ok()?.checked_mul(1_000_000)?;
        let rest = i64::from(nanos / 1_000);
        Some(Timestamp::from_micros(micros.checked_add(rest)?))
    }

    /// So many events more than this log holds have others taken in from its earlier incarnations, as far as they could
    /// be asked: what a lost data folder had given, such as numbers, must not be given again.
    pub fn missing_events(&self) -> u64 {
        let held = self.log.head().count;
        self.gate.former_events().saturating_sub(held)
    }

    /// The position of a record in this log, as other services refer to it.
    pub fn place(&self, position: u64) -> LogPosition {
        LogPosition {
            source: (*self.source).clone(),
            epoch: self.log.epoch(),
            position,
        }
    }

    /// Whether records of this log may have ids as version 0.1.0 gave them. If any have, the first has: no log goes
    /// back to that version.
    fn has_former_records(&self) -> bool {
        if let Some(known) = self.has_former_records.get() {
            return *known;
        }
        let Ok(first) = self.log.read_all(0, Direction::Forward, 1) else {
            return true;
        };
        let Some(first) = first.first() else {
            return false;
        };
        // The journal's copies have ids of other services.
        let is_new = recorded(first)
            .is_ok_and(|event| event.command.record(self.source.service.as_str(), 0) == first.id);
        *self.has_former_records.get_or_init(|| !is_new)
    }

    /// Every event of a stream as consumers receive it, the oldest first.
    pub fn history(&self, stream: &str) -> Result<Vec<Envelope>, StoreError> {
        let name = stream_name(stream)?;
        let mut events = Vec::new();
        loop {
            let page =
                self.log
                    .read_stream(&name, events.len() as u64, Direction::Forward, PAGE)?;
            for record in &page {
                events.push(self.envelope(record)?);
            }
            if page.len() < PAGE {
                return Ok(events);
            }
        }
    }

    /// Whether a standby is to follow the log and does not have it on its disk up to a position, after a wait that is not
    /// long.
    pub async fn is_missing_on_standby(&self, position: u64) -> bool {
        self.gate.copies().lacks(position + 1).await
    }

    /// The log's events from position `from` on, as consumers receive them.
    pub fn envelopes(&self, from: u64, limit: usize) -> Result<Vec<Envelope>, StoreError> {
        let records = self.log.read_all(from, Direction::Forward, limit)?;
        records.iter().map(|record| self.envelope(record)).collect()
    }

    /// A record of this log, as consumers receive it.
    ///
    /// # Errors
    /// If the record is not an event of this service.
    pub fn envelope(&self, record: &Record) -> Result<Envelope, StoreError> {
        let place = RecordPlace {
            at: self.place(record.position),
            prevhash: record.previous.to_string(),
            hash: record.hash.to_string(),
        };
        Ok(Envelope::new(recorded(record)?, place))
    }

    /// The texts of a record and its place, of which its envelope is put together.
    ///
    /// # Errors
    /// If the record is not an event of this service.
    pub(crate) fn stored<'a>(
        &'a self,
        record: &'a Record,
    ) -> Result<(StoredEvent<'a>, StoredPlace<'a, Hash>), StoreError> {
        let place = StoredPlace {
            source: &self.source,
            epoch: self.log.epoch(),
            position: record.position,
            prevhash: &record.previous,
            hash: &record.hash,
        };
        Ok((records::decode(record)?, place))
    }

    /// Moves a cursor alone, after events that caused nothing.
    pub async fn advance(&self, cursor: &Cursor) -> Result<(), StoreError> {
        self.set_cursors(cursor.entries()).await
    }

    /// Saves numbers together that must survive a restart.
    pub(crate) async fn set_cursors(&self, cursors: Vec<(String, u64)>) -> Result<(), StoreError> {
        self.log
            .append(Append::default().with_cursors(cursors))
            .await?;
        Ok(())
    }
}

fn stream_name(stream: &str) -> Result<StreamName, StoreError> {
    stream.parse().map_err(|_| StoreError::Name {
        stream: stream.to_owned(),
    })
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store")
            .field("source", &self.source)
            .finish_non_exhaustive()
    }
}
