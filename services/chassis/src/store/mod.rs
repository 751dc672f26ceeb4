//! A service's log as its rules use it: load a stream, fold it, decide, append, answer.

mod cursor;
mod meta;

use std::{future::Future, sync::Arc};

use bytes::Bytes;
use onestop_eventlog::{
    Append, AppendError, Direction, EventLog, ExpectedRevision, NewEvent, ReadError, Record,
    StreamAppend, StreamName,
};
use onestop_proto::{
    command::{AcceptedCommand, EventSummary, Execution},
    envelope::{
        Address, Envelope, EventType, LogPosition, RawEvent, RecordPlace, RecordedEvent, Source,
    },
    ids::CommandId,
    rejection::{CommonRejection, Explain, Rejected},
    time::Timestamp,
};

use crate::{
    clock::{Clock, SystemClock},
    service::Failure,
};

pub(crate) use self::cursor::followed;
pub use self::{
    cursor::{Cursor, HashPrefix, SourcePosition, SourcePositions},
    meta::EventMeta,
};

/// How often a decision is made anew because somebody else's came in between. Each further attempt
/// means that another writer got one event in, so even a crowd is through after a few.
const ATTEMPTS: u32 = 32;

/// Records read at a time.
const PAGE: usize = 512;

/// A service's log, with the clock that its events are stamped by.
#[derive(Clone)]
pub struct Store {
    log: EventLog,
    source: Arc<Source>,
    clock: Arc<dyn Clock>,
}

/// A problem of the machine, not of the case.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The log could not be written.
    #[error("the log cannot be written")]
    Append(#[from] AppendError),
    /// The log could not be read.
    #[error("the log cannot be read")]
    Read(#[from] ReadError),
    /// A record is not what this program writes.
    #[error("the record at position {position} does not read as an event of this service")]
    Decode {
        /// Where.
        position: u64,
        /// What the parser said.
        #[source]
        source: serde_json::Error,
    },
    /// An event did not serialize: a defect of the contract.
    #[error("an event does not serialize")]
    Serialize(#[source] serde_json::Error),
    /// A stream or event could not be named.
    #[error("'{stream}' is not the name of a stream")]
    Name {
        /// The name.
        stream: String,
    },
    /// The rules made no state of the events that they decided on: a defect of the rules.
    #[error("the rules decided on events for {stream} that lead to no state")]
    Stateless {
        /// The stream.
        stream: String,
    },
    /// Somebody else was first, over and over.
    #[error("the stream {stream} changed {ATTEMPTS} times while a decision was being made")]
    TooManyConflicts {
        /// The stream.
        stream: String,
    },
}

/// How a service's state comes from its events. A plain pair of functions: no I/O, no clock.
pub struct Rules<S, E> {
    /// The state after one more event.
    pub evolve: fn(Option<S>, &E) -> Option<S>,
    /// Whom an event concerns, in the state that it led to.
    pub address: fn(&S, &E) -> Address,
}

impl Store {
    /// A store on `log`, written by `source`, with the system's clock.
    #[must_use]
    pub fn new(log: EventLog, source: Source) -> Self {
        Self::with_clock(log, source, Arc::new(SystemClock))
    }

    /// A store whose events are stamped by another clock.
    #[must_use]
    pub fn with_clock(log: EventLog, source: Source, clock: Arc<dyn Clock>) -> Self {
        Self {
            log,
            source: Arc::new(source),
            clock,
        }
    }

    /// The log itself.
    #[must_use]
    pub fn log(&self) -> &EventLog {
        &self.log
    }

    /// Who writes this log.
    #[must_use]
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// The clock that stamps its events.
    #[must_use]
    pub fn clock(&self) -> &Arc<dyn Clock> {
        &self.clock
    }

    /// The place of a record in this log, as it is told to others.
    #[must_use]
    pub fn place(&self, position: u64) -> LogPosition {
        LogPosition {
            source: (*self.source).clone(),
            epoch: self.log.epoch(),
            position,
        }
    }

    /// A stream's state and its revision (nothing, if it has no events).
    ///
    /// # Errors
    /// If the log cannot be read.
    pub fn load<S, E: EventType>(
        &self,
        stream: &str,
        rules: &Rules<S, E>,
    ) -> Result<Option<(S, u64)>, StoreError> {
        let name = stream_name(stream)?;
        let (mut state, mut next) = (None, 0);
        loop {
            let page = self
                .log
                .read_stream(&name, next, Direction::Forward, PAGE)?;
            for record in &page {
                state = (rules.evolve)(state, &read::<E>(record)?);
                next = record.revision + 1;
            }
            if page.len() < PAGE {
                return Ok(state.zip(next.checked_sub(1)));
            }
        }
    }

    /// Every event of a stream in its envelope, the oldest first.
    ///
    /// # Errors
    /// If the log cannot be read.
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

    /// Carries out one command: load → decide → append; made anew when somebody else was first.
    /// The key of a command that was carried out gets its first answer again.
    ///
    /// # Errors
    /// A [`Failure::Rejected`] if the rules say no; nothing is written then, except `cursor`, which
    /// is the caller's to move. A [`Failure::Internal`] if the log fails.
    pub async fn execute<S, E, R>(
        &self,
        stream: &str,
        meta: &EventMeta,
        cursor: Option<&Cursor>,
        rules: &Rules<S, E>,
        decide: impl Fn(Option<&S>, Timestamp) -> Result<Vec<E>, R> + Send,
    ) -> Result<(AcceptedCommand, S), Failure>
    where
        S: Clone + Send,
        E: EventType,
        R: Explain,
    {
        for _ in 0..ATTEMPTS {
            if let Some(done) = self.repeated(stream, meta, rules)? {
                return Ok(done);
            }
            let loaded = self.load(stream, rules)?;
            let (state, revision) = loaded.map_or((None, None), |(s, r)| (Some(s), Some(r)));
            if let (Some(expected), Some(actual)) = (meta.expected_revision, revision)
                && expected != actual
            {
                return Err(CommonRejection::StaleRevision { expected, actual }
                    .rejected()
                    .into());
            }
            let now = self.clock.now();
            let events = decide(state.as_ref(), now).map_err(|rejection| rejection.rejected())?;
            if events.is_empty() {
                return Err(CommonRejection::NothingToDo {}.rejected().into());
            }
            let (append, summaries, state) = self.prepare(
                stream,
                meta,
                cursor,
                rules,
                (state, revision),
                (&events, now),
            )?;
            match self.log.append(append).await {
                Ok(appended) => {
                    let revision = revision.map_or(0, |r| r + 1) + events.len() as u64 - 1;
                    let accepted = AcceptedCommand {
                        case: meta.case,
                        number: None,
                        revision,
                        at: self.place(appended.last),
                        events: summaries,
                        answer: Execution::First,
                        query_code: None,
                        warnings: Vec::new(),
                    };
                    return Ok((accepted, state));
                }
                // Somebody else was first, perhaps with this very command: look again.
                Err(AppendError::WrongRevision { .. } | AppendError::IdReused { .. }) => {}
                Err(error) => return Err(StoreError::Append(error).into()),
            }
        }
        Err(StoreError::TooManyConflicts {
            stream: stream.to_owned(),
        }
        .into())
    }

    /// Whether a command was carried out before.
    #[must_use]
    pub fn was_executed(&self, command: CommandId) -> bool {
        self.log.find(command.event(0).uuid()).is_some()
    }

    /// The first answer again, if the command was carried out before.
    fn repeated<S, E: EventType>(
        &self,
        stream: &str,
        meta: &EventMeta,
        rules: &Rules<S, E>,
    ) -> Result<Option<(AcceptedCommand, S)>, Failure> {
        let Some(first) = self.log.find(meta.command.event(0).uuid()) else {
            return Ok(None);
        };
        let mut events = Vec::new();
        let mut last = None;
        // One append is contiguous, and no command writes more than a page of events.
        for record in self
            .log
            .read_all(first, Direction::Forward, PAGE)
            .map_err(StoreError::from)?
        {
            let recorded = recorded(&record)?;
            if recorded.command != meta.command {
                break;
            }
            if recorded.commandhash != meta.commandhash {
                return Err(CommonRejection::KeyReused {
                    command: meta.command,
                }
                .rejected()
                .into());
            }
            events.push(EventSummary {
                id: recorded.id,
                event_type: recorded.event.event_type,
            });
            last = Some((record.position, record.revision, recorded.case));
        }
        let (Some((position, revision, case)), Some((state, _))) =
            (last, self.load(stream, rules)?)
        else {
            return Ok(None);
        };
        let at = self.place(position);
        let accepted = AcceptedCommand {
            case,
            number: None,
            revision,
            at,
            events,
            answer: Execution::Repeated,
            query_code: None,
            warnings: Vec::new(),
        };
        Ok(Some((accepted, state)))
    }

    fn prepare<S, E: EventType>(
        &self,
        stream: &str,
        meta: &EventMeta,
        cursor: Option<&Cursor>,
        rules: &Rules<S, E>,
        (mut state, revision): (Option<S>, Option<u64>),
        (events, now): (&[E], Timestamp),
    ) -> Result<(Append, Vec<EventSummary>, S), StoreError> {
        let (mut new_events, mut summaries) = (Vec::new(), Vec::new());
        for (index, event) in events.iter().enumerate() {
            state = (rules.evolve)(state, event);
            let Some(after) = state.as_ref() else {
                continue;
            };
            let id = meta.command.event(index);
            let recorded = RecordedEvent {
                id,
                event: RawEvent::from_event(event).map_err(StoreError::Serialize)?,
                time: meta.occurred_at.unwrap_or(now),
                recordedtime: now,
                case: meta.case,
                causationid: meta.causation,
                command: meta.command,
                commandhash: meta.commandhash.clone(),
                actor: meta.actor.clone(),
                address: (rules.address)(after, event),
                traceparent: meta.traceparent.step(id),
            };
            let payload = serde_json::to_vec(&recorded).map_err(StoreError::Serialize)?;
            new_events.push(NewEvent {
                id: id.uuid(),
                payload: Bytes::from(payload),
            });
            summaries.push(EventSummary {
                id,
                event_type: event.event_type().to_owned(),
            });
        }
        let Some(state) = state else {
            return Err(StoreError::Stateless {
                stream: stream.to_owned(),
            });
        };
        let append = Append {
            streams: vec![StreamAppend {
                stream: stream_name(stream)?,
                expected: revision.map_or(ExpectedRevision::NoStream, ExpectedRevision::Exact),
                events: new_events,
            }],
            cursors: cursor.map_or_else(Vec::new, Cursor::entries),
        };
        Ok((append, summaries, state))
    }

    /// Events of this log in their envelopes, from a position, without a gap.
    ///
    /// # Errors
    /// If the log cannot be read.
    pub fn envelopes(&self, from: u64, limit: usize) -> Result<Vec<Envelope>, StoreError> {
        let records = self.log.read_all(from, Direction::Forward, limit)?;
        records.iter().map(|record| self.envelope(record)).collect()
    }

    /// A record of this log in its envelope.
    ///
    /// # Errors
    /// If the record is not one of this program's.
    pub fn envelope(&self, record: &Record) -> Result<Envelope, StoreError> {
        let place = RecordPlace {
            at: self.place(record.position),
            prevhash: record.previous.to_string(),
            hash: record.hash.to_string(),
        };
        Ok(Envelope::new(recorded(record)?, place))
    }

    /// Moves a cursor alone, for events that caused nothing.
    ///
    /// # Errors
    /// If the log cannot be written.
    pub async fn advance(&self, cursor: &Cursor) -> Result<(), StoreError> {
        self.set_cursors(cursor.entries()).await
    }

    /// Sets a number of our own that is to outlive us.
    ///
    /// # Errors
    /// If the log cannot be written.
    pub(crate) async fn set_cursor(&self, name: String, value: u64) -> Result<(), StoreError> {
        self.set_cursors(vec![(name, value)]).await
    }

    async fn set_cursors(&self, cursors: Vec<(String, u64)>) -> Result<(), StoreError> {
        let streams = Vec::new();
        self.log.append(Append { streams, cursors }).await?;
        Ok(())
    }

    /// Waits until the log's durable head is past `position`.
    pub fn reached(&self, position: u64) -> impl Future<Output = ()> + Send + use<> {
        let mut head = self.log.watch();
        async move {
            // An error means that the log is closed; whoever waits is about to find out.
            let _ = head.wait_for(|head| head.count > position).await;
        }
    }
}

fn stream_name(stream: &str) -> Result<StreamName, StoreError> {
    stream.parse().map_err(|_| StoreError::Name {
        stream: stream.to_owned(),
    })
}

/// What a record says besides its place.
///
/// # Errors
/// If the record is not one of this program's.
pub fn recorded(record: &Record) -> Result<RecordedEvent, StoreError> {
    serde_json::from_slice(&record.payload).map_err(|source| StoreError::Decode {
        position: record.position,
        source,
    })
}

fn read<E: EventType>(record: &Record) -> Result<E, StoreError> {
    recorded(record)?
        .event
        .parse()
        .map_err(|source| StoreError::Decode {
            position: record.position,
            source,
        })
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Internal(anyhow::Error::new(error))
    }
}

impl From<Rejected> for Failure {
    fn from(rejected: Rejected) -> Self {
        Self::Rejected(Box::new(rejected))
    }
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store")
            .field("source", &self.source)
            .finish_non_exhaustive()
    }
}
