//! Decisions that are appended together: each is made on the states that the earlier ones led to, and all of them
//! become durable in one append with the cursor, or none does. Every stream is appended to at the revision that the
//! decisions rest on. If a command came between, only the decisions that touched its stream are made again.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use onestop_eventlog::{Append, AppendError, Condition, NewEvent, StreamName};
use onestop_proto::{
    envelope::EventType,
    rejection::{CommonRejection, Explain},
    time::Timestamp,
};

use super::{
    Rules, Store,
    batched_stream::{BatchedStream, Change},
    cursor::Cursor,
    error::StoreError,
    event_meta::EventMeta,
    execute::Loaded,
    state_cache::{AnyState, RulesId},
    stream_name,
};
use crate::failure::Failure;

/// A batch with so many events takes no further decision. An append may have ten thousand.
const ENOUGH_EVENTS: usize = 2_000;
/// Likewise for bytes. An append may have 16 MiB.
const ENOUGH_BYTES: usize = 2 << 20;

/// Decisions on consecutive events of one source that are appended together.
pub struct Batch {
    store: Store,
    /// The streams that decisions rest on or add to.
    streams: BTreeMap<StreamName, BatchedStream>,
    /// The number of the decision that is being made.
    decision: usize,
    events: usize,
    bytes: usize,
    /// What the decision that is being made could not read.
    failed_read: Mutex<Option<Failure>>,
}

impl Batch {
    /// A batch without decisions.
    pub fn new(store: &Store) -> Self {
        Self {
            store: store.clone(),
            streams: BTreeMap::new(),
            decision: 0,
            events: 0,
            bytes: 0,
            failed_read: Mutex::default(),
        }
    }

    /// Begins a decision. Its number says what to decide again after a conflict.
    pub(crate) fn begin(&mut self, decision: usize) {
        self.decision = decision;
    }

    /// Whether nothing follows from the decisions.
    pub fn is_empty(&self) -> bool {
        self.events == 0
    }

    /// Whether it should be appended before a further decision.
    pub(crate) fn is_full(&self) -> bool {
        self.events >= ENOUGH_EVENTS || self.bytes >= ENOUGH_BYTES
    }

    /// How many events it adds to streams whose names begin with `prefix`.
    pub(crate) fn count_in(&self, prefix: &str) -> usize {
        let under =
            |(stream, _): &(&StreamName, &BatchedStream)| stream.as_str().starts_with(prefix);
        let streams = self.streams.iter().filter(under);
        streams.map(|(_, touched)| touched.events.len()).sum()
    }

    /// Whether the stream has events, in the log or in the batch.
    ///
    /// # Errors
    /// If the stream's name is invalid, or the log cannot be read.
    pub(crate) fn has_events(&self, stream: &str) -> Result<bool, StoreError> {
        let name = stream_name(stream)?;
        let staged = self.streams.get(&name);
        Ok(staged.is_some_and(|touched| !touched.events.is_empty())
            || self.store.log().stream_revision(&name)?.is_some())
    }

    /// A stream's state after the decisions so far; `None` if it has no events.
    pub fn load<S, E>(
        &mut self,
        stream: &str,
        rules: &Rules<S, E>,
    ) -> Result<Option<&S>, StoreError>
    where
        S: Clone + Send + Sync + 'static,
        E: EventType,
    {
        let name = stream_name(stream)?;
        self.touch(&name, rules)?;
        self.state(&name)
    }

    /// Decides, and adds the events to the batch. Decides on nothing if the command was carried out before.
    /// `decide` also gets the batch, for what it rests on besides the stream.
    ///
    /// # Errors
    /// [`Failure::Rejected`] if the rules say no: then nothing is added. [`Failure::Internal`] if the log cannot
    /// be read.
    pub fn execute<S, E, R>(
        &mut self,
        stream: &str,
        meta: &EventMeta,
        rules: &Rules<S, E>,
        decide: impl FnOnce(Option<&S>, Timestamp, &Self) -> Result<Vec<E>, R>,
    ) -> Result<(), Failure>
    where
        S: Clone + Send + Sync + 'static,
        E: EventType,
        R: Explain,
    {
        if self.store.executed(meta)?.is_some() {
            return Ok(());
        }
        let name = stream_name(stream)?;
        let revision = self.touch(&name, rules)?;
        let now = self.store.clock().now();
        let state: Option<&S> = self.state(&name)?;
        let decided = decide(state, now, self);
        // A failure to read goes before what was decided without it.
        if let Some(failure) = self.failed_read().take() {
            return Err(failure);
        }
        let events = decided.map_err(|rejection| rejection.rejected())?;
        if events.is_empty() {
            return Err(CommonRejection::NothingToDo {}.rejected().into());
        }
        let loaded = Loaded {
            state: state.cloned(),
            revision,
        };
        let prepared = self
            .store
            .prepare(&name, meta, rules, loaded, &events, now)?;
        let added = prepared.append.streams.into_iter();
        self.add(&name, added.flat_map(|one| one.events));
        if let Some(touched) = self.streams.get_mut(&name) {
            touched.now = Some(Arc::new(prepared.state));
        }
        Ok(())
    }

    /// What a decision read elsewhere, such as in a read model. Empty if it could not be read: then nothing is decided.
    pub fn take<T: Default>(&self, read: Result<T, impl Into<Failure>>) -> T {
        read.unwrap_or_else(|failure| {
            self.failed_read().get_or_insert(failure.into());
            T::default()
        })
    }

    fn failed_read(&self) -> MutexGuard<'_, Option<Failure>> {
        self.failed_read
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a copy of another service's event, unless the log has it.
    ///
    /// # Errors
    /// If the stream's name is invalid, or the log cannot be read.
    pub fn copy(&mut self, stream: &str, event: NewEvent) -> Result<(), StoreError> {
        if self.store.log().find(event.id)?.is_some() {
            return Ok(());
        }
        let name = stream_name(stream)?;
        let decision = self.decision;
        let touched = self.streams.entry(name.clone());
        let touched = touched.or_insert_with(BatchedStream::of_copies);
        touched.note(decision);
        self.add(&name, std::iter::once(event));
        Ok(())
    }

    /// What the decisions so far make of the streams with states of type `S`, in the order of their names.
    pub fn changes<S: 'static>(&self) -> impl Iterator<Item = Change<'_, S>> {
        let changed = self.streams.iter();
        let changed = changed.filter(|(_, touched)| !touched.events.is_empty());
        changed.filter_map(|(name, touched)| {
            let now = touched.now.as_ref()?.downcast_ref()?;
            let before = touched.before.as_ref();
            Some(Change {
                stream: name.as_str(),
                before: before.and_then(|state| state.downcast_ref()),
                now: Some(now),
            })
        })
    }

    /// Appends everything, and moves the cursor. The batch stays as it is.
    ///
    /// # Errors
    /// [`AppendError`]; after a conflict (`is_conflict`) the batch can be mended with [`Batch::forget_stale`].
    pub(crate) async fn append(&self, cursor: Option<&Cursor>) -> Result<(), AppendError> {
        let append = self.to_append();
        let append = append.with_cursors(cursor.map_or_else(Vec::new, Cursor::entries));
        if append.streams.is_empty() && append.cursors.is_empty() {
            return Ok(());
        }
        self.store.gate().lease().sure().await;
        self.store.log().append(append).await?;
        self.keep_states();
        Ok(())
    }

    /// Appends everything, if no stream that a decision only read has changed either; returns the last position.
    ///
    /// # Errors
    /// As [`Batch::append`].
    pub(super) async fn append_guarded(&self) -> Result<u64, AppendError> {
        let read = self.streams.iter();
        let read = read.filter(|(_, touched)| touched.events.is_empty());
        let conditions = read.map(|(name, touched)| Condition::Stream {
            stream: name.clone(),
            expected: touched.expected,
        });
        let append = Append {
            conditions: conditions.collect(),
            ..self.to_append()
        };
        let appended = self.store.log().append(append).await?;
        self.keep_states();
        Ok(appended.last)
    }

    fn to_append(&self) -> Append {
        let mut streams: Vec<_> = self.streams.iter().collect();
        // As nearly as one append can, in the order of the decisions.
        streams.sort_by_key(|(_, touched)| touched.decisions.first().copied());
        let streams = streams.into_iter();
        let streams = streams.filter_map(|(name, touched)| touched.append(name));
        Append {
            streams: streams.collect(),
            ..Append::default()
        }
    }

    fn keep_states(&self) {
        for (name, touched) in &self.streams {
            if let Some(folded) = touched.folded() {
                self.store.states.put(name, folded);
            }
        }
    }

    /// Forgets the decisions that rest on streams to which another writer has appended meanwhile, with all that they
    /// added, and returns their numbers: they must be made again, in that order.
    pub(crate) fn forget_stale(&mut self) -> BTreeSet<usize> {
        let log = self.store.log();
        // If the log cannot be read, deciding again says so.
        let is_stale = |(name, touched): &(&StreamName, &BatchedStream)| {
            let revision = log.stream_revision(name);
            revision.map_or(true, |revision| touched.is_stale(revision))
        };
        let stale = self.streams.iter().filter(is_stale);
        let mut stale: Vec<StreamName> = stale.map(|(name, _)| name.clone()).collect();
        let mut again = BTreeSet::new();
        // A decision that is made again adds to all its streams anew.
        while let Some(name) = stale.pop() {
            let gone = self.streams.remove(&name);
            for decision in gone.map_or_else(Vec::new, |touched| touched.decisions) {
                if again.insert(decision) {
                    let rests = |touched: &BatchedStream| touched.decisions.contains(&decision);
                    let others = self.streams.iter().filter(|(_, touched)| rests(touched));
                    stale.extend(others.map(|(name, _)| name.clone()));
                }
            }
        }
        let left = || self.streams.values().flat_map(|touched| &touched.events);
        self.events = left().count();
        self.bytes = left().map(|event| event.payload.len()).sum();
        again
    }

    /// Notes that the current decision rests on a stream; its revision after the decisions so far.
    fn touch<S, E>(
        &mut self,
        name: &StreamName,
        rules: &Rules<S, E>,
    ) -> Result<Option<u64>, StoreError>
    where
        S: Clone + Send + Sync + 'static,
        E: EventType,
    {
        let touched = match self.streams.get_mut(name) {
            Some(touched) => touched,
            None => {
                let loaded = self.store.load_shared(name, rules)?;
                let loaded = loaded.map(|(state, revision)| (state as AnyState, revision));
                let touched = BatchedStream::loaded(RulesId::of(rules), loaded);
                self.streams.entry(name.clone()).or_insert(touched)
            }
        };
        touched.note(self.decision);
        Ok(touched.revision())
    }

    fn state<S: 'static>(&self, name: &StreamName) -> Result<Option<&S>, StoreError> {
        let touched = self.streams.get(name);
        let Some(state) = touched.and_then(|touched| touched.now.as_ref()) else {
            return Ok(None);
        };
        let state = state.downcast_ref().map(Some);
        state.ok_or_else(|| StoreError::OtherState {
            stream: name.to_string(),
        })
    }

    fn add(&mut self, name: &StreamName, events: impl Iterator<Item = NewEvent>) {
        let Some(touched) = self.streams.get_mut(name) else {
            return;
        };
        for event in events {
            self.events += 1;
            self.bytes += event.payload.len();
            touched.events.push(event);
        }
    }
}

impl fmt::Debug for Batch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Batch")
            .field("streams", &self.streams.keys())
            .field("events", &self.events)
            .finish_non_exhaustive()
    }
}
