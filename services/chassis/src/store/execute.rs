//! Carries out a command: load, decide, append; again if another writer was faster.

use std::sync::Arc;

use onestop_eventlog::{
    Append, AppendError, Appended, Direction, ExpectedRevision, NewEvent, StreamName,
};
use onestop_proto::{
    command::{AcceptedCommand, EventSummary, Execution},
    envelope::{EventType, RawEvent},
    ids::CommandId,
    rejection::{CommonRejection, Explain},
    time::Timestamp,
};

use super::{
    PAGE, Rules, Store, cursor::Cursor, error::StoreError, event_meta::EventMeta, reads::Reads,
    records::recorded, sealing::seal_event, stream_name,
};
use crate::{failure::Failure, traces};

/// How often a decision is retried after a conflict. Each conflict means that another writer appended an
/// event, so even many concurrent writers get through after a few attempts.
pub(super) const ATTEMPTS: u32 = 32;

/// A stream's state and revision, as a decision was based on them.
pub(super) struct Loaded<S> {
    pub(super) state: Option<S>,
    pub(super) revision: Option<u64>,
}

/// An append that carries out a decision, and the state that it leads to.
pub(super) struct Prepared<S> {
    pub(super) append: Append,
    summaries: Vec<EventSummary>,
    pub(super) state: S,
}

impl Store {
    /// Carries out one command: load, decide, append. Decides again if another writer appended meanwhile.
    /// A command that was carried out before gets its first answer again.
    ///
    /// # Errors
    /// [`Failure::Rejected`] if the rules say no: on rejection nothing is written; the caller must advance
    /// `cursor` itself. [`Failure::Internal`] if the log fails. A log that a subscriber contradicts takes nothing:
    /// [`CommonRejection::Contradicted`].
    pub async fn execute<S, E, R>(
        &self,
        stream: &str,
        meta: &EventMeta,
        cursor: Option<&Cursor>,
        rules: &Rules<S, E>,
        decide: impl Fn(Option<&S>, Timestamp) -> Result<Vec<E>, R> + Send,
    ) -> Result<(AcceptedCommand, S), Failure>
    where
        S: Clone + Send + Sync + 'static,
        E: EventType,
        R: Explain,
    {
        let decide = move |state: Option<&S>, now, _: &Reads<'_>| decide(state, now);
        self.execute_reading(stream, meta, cursor, rules, decide)
            .await
    }

    /// As [`Store::execute`], for a decision that reads other streams too. It is made again if one of them has changed
    /// before it is appended.
    ///
    /// # Errors
    /// As [`Store::execute`].
    pub async fn execute_reading<S, E, R>(
        &self,
        stream: &str,
        meta: &EventMeta,
        cursor: Option<&Cursor>,
        rules: &Rules<S, E>,
        decide: impl Fn(Option<&S>, Timestamp, &Reads<'_>) -> Result<Vec<E>, R> + Send,
    ) -> Result<(AcceptedCommand, S), Failure>
    where
        S: Clone + Send + Sync + 'static,
        E: EventType,
        R: Explain,
    {
        self.gate().pass(self.source()).await?;
        let name = stream_name(stream)?;
        for _ in 0..ATTEMPTS {
            if let Some(answered) = self.repeated(stream, meta, rules)? {
                return Ok(answered);
            }
            let (state, revision) = self.load_shared(&name, rules)?.unzip();
            expect_revision(meta, revision)?;
            let now = self.clock().now();
            let reads = Reads::of(self);
            let decided = traces::timed("decide", || decide(state.as_deref(), now, &reads));
            // A failure to read goes before what was decided without it.
            let conditions = reads.conditions(stream)?;
            let events = decided.map_err(|rejection| rejection.rejected())?;
            if events.is_empty() {
                return Err(CommonRejection::NothingToDo {}.rejected().into());
            }
            let loaded = Loaded {
                state: state.map(Arc::unwrap_or_clone),
                revision,
            };
            let prepared = self.prepare(&name, meta, rules, loaded, &events, now)?;
            let cursors = cursor.map_or_else(Vec::new, Cursor::entries);
            let mut append = prepared.append.with_cursors(cursors);
            append.conditions.extend(conditions);
            match self.append_decided(append).await? {
                Ok(appended) => {
                    let revision = revision.map_or(0, |r| r + 1) + events.len() as u64 - 1;
                    let state = Arc::new(prepared.state.clone());
                    self.keep_state(&name, rules, state, revision);
                    let accepted = AcceptedCommand {
                        events: prepared.summaries,
                        ..self.accepted(meta, revision, appended.last)
                    };
                    return Ok((accepted, prepared.state));
                }
                // Another writer was faster, perhaps with this very command: load again.
                Err(AppendError::WrongRevision { .. } | AppendError::IdReused { .. }) => {}
                Err(error) => return Err(StoreError::Append(error).into()),
            }
        }
        let conflicts = StoreError::TooManyConflicts {
            stream: stream.to_owned(),
            attempts: ATTEMPTS,
        };
        Err(conflicts.into())
    }

    /// Appends only while this process surely decides, and confirms it only if it still does: it may have stood still on
    /// the way, and another one have decided since.
    async fn append_decided(
        &self,
        append: Append,
    ) -> Result<Result<Appended, AppendError>, Failure> {
        let lease = self.gate().lease();
        lease.pass(self.source()).await?;
        let term = lease.term();
        let span = traces::child("append");
        let appended = self.log().append(append).await;
        drop(span);
        if appended.is_ok() && !lease.holds(term).await {
            return Err(lease.unknown(self.source()));
        }
        Ok(appended)
    }

    /// The answer to a command that is carried out for the first time, without its events.
    fn accepted(&self, meta: &EventMeta, revision: u64, position: u64) -> AcceptedCommand {
        AcceptedCommand::new(meta.subject, revision, self.place(position))
    }

    /// Whether a command was carried out before.
    pub fn was_executed(&self, command: CommandId) -> Result<bool, StoreError> {
        Ok(self.find(command)?.is_some())
    }

    /// The position of the first event of a command that was carried out before.
    pub fn find(&self, command: CommandId) -> Result<Option<u64>, StoreError> {
        let log = self.log();
        let found = log.find(command.record(self.source().service.as_str(), 0))?;
        if found.is_some() || !self.has_former_records() {
            return Ok(found);
        }
        Ok(log.find(command.event(0).uuid())?)
    }

    /// The position of the first event of a command that was carried out before.
    ///
    /// # Errors
    /// If its key was used for another request. [`StoreError::EventIdReused`] if what is reacted to is not the event
    /// that was reacted to before.
    pub(super) fn executed(&self, meta: &EventMeta) -> Result<Option<u64>, Failure> {
        let Some(first) = self.find(meta.command)? else {
            return Ok(None);
        };
        let records = self.log().read_all(first, Direction::Forward, 1);
        for record in &records.map_err(StoreError::from)? {
            meta.check_same(&recorded(record)?)?;
        }
        Ok(Some(first))
    }

    /// The first answer again, if the command was carried out before.
    fn repeated<S, E>(
        &self,
        stream: &str,
        meta: &EventMeta,
        rules: &Rules<S, E>,
    ) -> Result<Option<(AcceptedCommand, S)>, Failure>
    where
        S: Clone + Send + Sync + 'static,
        E: EventType,
    {
        let Some(first) = self.find(meta.command)? else {
            return Ok(None);
        };
        // One append is contiguous, and no command writes more than a page of events.
        let records = self.log().read_all(first, Direction::Forward, PAGE);
        let (mut events, mut last) = (Vec::new(), None);
        for record in records.map_err(StoreError::from)? {
            let recorded = recorded(&record)?;
            if recorded.command != meta.command {
                break;
            }
            meta.check_same(&recorded)?;
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
        let accepted = AcceptedCommand {
            events,
            answer: Execution::Repeated,
            ..AcceptedCommand::new(case, revision, self.place(position))
        };
        Ok(Some((accepted, state)))
    }

    pub(super) fn prepare<S, E: EventType>(
        &self,
        stream: &StreamName,
        meta: &EventMeta,
        rules: &Rules<S, E>,
        loaded: Loaded<S>,
        events: &[E],
        now: Timestamp,
    ) -> Result<Prepared<S>, StoreError> {
        let mut state = loaded.state;
        let (mut new_events, mut summaries) = (Vec::new(), Vec::new());
        for (index, event) in events.iter().enumerate() {
            let mut raw = RawEvent::from_event(event).map_err(StoreError::Serialize)?;
            let sealed = match &meta.text_key {
                Some(key) => seal_event(event, &mut raw, (key, meta.subject))?,
                None => None,
            };
            // The state follows from what is stored.
            let event = sealed.as_ref().unwrap_or(event);
            state = (rules.evolve)(state, event);
            let Some(after) = state.as_ref() else {
                continue;
            };
            let service = self.source().service.as_str();
            let id = meta.command.event_of(service, index, now);
            let recorded = meta.record(id, raw, (rules.address)(after, event), now);
            let payload = serde_json::to_vec(&recorded).map_err(StoreError::Serialize)?;
            let record = meta.command.record(service, index);
            new_events.push(NewEvent::new(record, payload));
            summaries.push(EventSummary {
                id,
                event_type: event.event_type().to_owned(),
            });
        }
        let state = state.ok_or_else(|| StoreError::Stateless {
            stream: stream.to_string(),
        })?;
        let expected = loaded
            .revision
            .map_or(ExpectedRevision::NoStream, ExpectedRevision::Exact);
        Ok(Prepared {
            append: Append::to(stream.clone(), expected, new_events),
            summaries,
            state,
        })
    }
}

fn expect_revision(meta: &EventMeta, revision: Option<u64>) -> Result<(), Failure> {
    match (meta.expected_revision, revision) {
        (Some(expected), Some(actual)) if expected != actual => {
            Err(CommonRejection::StaleRevision { expected, actual }
                .rejected()
                .into())
        }
        _ => Ok(()),
    }
}
