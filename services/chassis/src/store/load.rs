//! Loads the state of a stream: what is cached of it, and what is new since.

use std::sync::Arc;

use onestop_eventlog::{Direction, StreamName};
use onestop_proto::envelope::EventType;

use super::{
    PAGE, Rules, Store,
    error::StoreError,
    records,
    state_cache::{Folded, RulesId},
    stream_name,
};

impl Store {
    /// A stream's state and revision; `None` if it has no events.
    pub fn load<S, E>(
        &self,
        stream: &str,
        rules: &Rules<S, E>,
    ) -> Result<Option<(S, u64)>, StoreError>
    where
        S: Clone + Send + Sync + 'static,
        E: EventType,
    {
        let loaded = self.load_shared(&stream_name(stream)?, rules)?;
        Ok(loaded.map(|(state, revision)| (Arc::unwrap_or_clone(state), revision)))
    }

    /// Like [`Store::load`], without a copy of the state.
    pub(super) fn load_shared<S, E>(
        &self,
        stream: &StreamName,
        rules: &Rules<S, E>,
    ) -> Result<Option<(Arc<S>, u64)>, StoreError>
    where
        S: Clone + Send + Sync + 'static,
        E: EventType,
    {
        let cached = self.states.get(stream, rules);
        if let Some((_, revision)) = &cached
            && self.log.stream_revision(stream)? == Some(*revision)
        {
            return Ok(cached);
        }
        let (state, revision) = cached.unzip();
        let mut next = revision.map_or(0, |revision| revision + 1);
        let mut state: Option<S> = state.map(Arc::unwrap_or_clone);
        loop {
            let page = self
                .log
                .read_stream(stream, next, Direction::Forward, PAGE)?;
            for record in &page {
                state = (rules.evolve)(state, &records::event::<E>(record)?);
                next = record.revision + 1;
            }
            if page.len() < PAGE {
                break;
            }
        }
        let Some((state, revision)) = state.map(Arc::new).zip(next.checked_sub(1)) else {
            return Ok(None);
        };
        self.keep_state(stream, rules, Arc::clone(&state), revision);
        Ok(Some((state, revision)))
    }

    /// Keeps the state of a stream up to a revision that is in the log.
    pub(super) fn keep_state<S, E>(
        &self,
        stream: &StreamName,
        rules: &Rules<S, E>,
        state: Arc<S>,
        revision: u64,
    ) where
        S: Send + Sync + 'static,
    {
        let rules = RulesId::of(rules);
        let folded = Folded {
            state,
            rules,
            revision,
        };
        self.states.put(stream, folded);
    }
}
