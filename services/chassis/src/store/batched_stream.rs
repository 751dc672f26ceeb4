//! A stream as the decisions of a batch leave it.

use std::sync::Arc;

use onestop_eventlog::{AppendError, ExpectedRevision, NewEvent, StreamAppend, StreamName};

use super::state_cache::{AnyState, Folded, RulesId};

/// A stream as the decisions so far leave it.
pub(super) struct BatchedStream {
    /// What must be true of it in the log.
    pub(super) expected: ExpectedRevision,
    /// Its states in the log, and after the decisions so far; none for copies.
    pub(super) before: Option<AnyState>,
    pub(super) now: Option<AnyState>,
    /// By which rules it is folded; none for copies.
    pub(super) rules: Option<RulesId>,
    pub(super) events: Vec<NewEvent>,
    pub(super) decisions: Vec<usize>,
}

/// What a batch makes of one stream.
#[derive(Debug)]
pub struct Change<'a, S> {
    /// The stream.
    pub stream: &'a str,
    /// Its state in the log.
    pub before: Option<&'a S>,
    /// Its state after the decisions so far.
    pub now: Option<&'a S>,
}

impl BatchedStream {
    pub(super) fn of_copies() -> Self {
        Self {
            expected: ExpectedRevision::Any,
            before: None,
            now: None,
            rules: None,
            events: Vec::new(),
            decisions: Vec::new(),
        }
    }

    /// A stream as it is in the log.
    pub(super) fn loaded(rules: RulesId, loaded: Option<(AnyState, u64)>) -> Self {
        let (state, revision) = loaded.unzip();
        Self {
            expected: revision.map_or(ExpectedRevision::NoStream, ExpectedRevision::Exact),
            before: state.clone(),
            now: state,
            rules: Some(rules),
            ..Self::of_copies()
        }
    }

    /// What is in the log once the batch is; nothing for copies, and for streams that only were read.
    pub(super) fn folded(&self) -> Option<Folded> {
        if self.events.is_empty() {
            return None;
        }
        Some(Folded {
            state: Arc::clone(self.now.as_ref()?),
            rules: self.rules?,
            revision: self.revision()?,
        })
    }

    pub(super) fn note(&mut self, decision: usize) {
        if self.decisions.last() != Some(&decision) {
            self.decisions.push(decision);
        }
    }

    /// The revision after the events that are added; `None` if the stream has none.
    pub(super) fn revision(&self) -> Option<u64> {
        let added = self.events.len() as u64;
        match self.expected {
            ExpectedRevision::Exact(revision) => Some(revision + added),
            ExpectedRevision::NoStream | ExpectedRevision::Any => added.checked_sub(1),
        }
    }

    /// Whether another writer has appended to it since.
    pub(super) fn is_stale(&self, revision: Option<u64>) -> bool {
        match self.expected {
            ExpectedRevision::Any => false,
            ExpectedRevision::NoStream => revision.is_some(),
            ExpectedRevision::Exact(expected) => revision != Some(expected),
        }
    }

    /// What is appended to it; nothing if no event was added.
    pub(super) fn append(&self, name: &StreamName) -> Option<StreamAppend> {
        (!self.events.is_empty()).then(|| StreamAppend {
            stream: name.clone(),
            expected: self.expected,
            events: self.events.clone(),
        })
    }
}

/// Whether another writer was faster, perhaps with the same commands.
pub(crate) fn is_conflict(error: &AppendError) -> bool {
    matches!(
        error,
        AppendError::WrongRevision { .. }
            | AppendError::IdReused { .. }
            | AppendError::PartialOverlap { .. }
    )
}
