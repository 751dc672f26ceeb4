//! Folded states, cached by stream: a decision reads and folds only what is new since the last.
//!
//! A state is kept with the revision up to which it was folded. Events never change, so a state can be old, but not
//! wrong; what is new in its stream is folded when it is loaded.

use std::{
    any::Any,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use hashlink::LruCache;
use onestop_eventlog::StreamName;

use super::Rules;

pub(super) type AnyState = Arc<dyn Any + Send + Sync>;

/// States of the streams that were used last.
pub(super) struct StateCache(Mutex<LruCache<StreamName, Folded>>);

/// A stream's state up to a revision.
#[derive(Clone)]
pub(super) struct Folded {
    pub(super) state: AnyState,
    pub(super) rules: RulesId,
    pub(super) revision: u64,
}

/// By which rules a stream is folded: another type of state, or another fold of the same events, is not mistaken
/// for this one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct RulesId(usize);

impl RulesId {
    pub(super) fn of<S, E>(rules: &Rules<S, E>) -> Self {
        Self(rules.evolve as usize)
    }
}

impl StateCache {
    /// An empty cache of at most so many states.
    pub(super) fn new(most: usize) -> Self {
        Self(Mutex::new(LruCache::new(most)))
    }

    /// The state of a stream, folded up to the revision beside it.
    pub(super) fn get<S, E>(
        &self,
        stream: &StreamName,
        rules: &Rules<S, E>,
    ) -> Option<(Arc<S>, u64)>
    where
        S: Send + Sync + 'static,
    {
        let folded = self.lock().get(stream).cloned()?;
        if folded.rules != RulesId::of(rules) {
            return None;
        }
        Some((folded.state.downcast().ok()?, folded.revision))
    }

    /// Keeps a state, unless a newer one is there.
    pub(super) fn put(&self, stream: &StreamName, folded: Folded) {
        let mut states = self.lock();
        let is_older =
            |kept: &Folded| kept.rules == folded.rules && kept.revision > folded.revision;
        if states.peek(stream).is_some_and(is_older) {
            return;
        }
        let gone = states.insert(stream.clone(), folded);
        drop(states);
        // Not under the lock: a state may be large.
        drop(gone);
    }

    fn lock(&self) -> MutexGuard<'_, LruCache<StreamName, Folded>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for StateCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StateCache")
            .field("states", &self.lock().len())
            .finish()
    }
}
