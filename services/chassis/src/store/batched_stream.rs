//! A stream as the decisions of a batch leave it.

use std::{any::Any, sync::Arc};

use onestop_eventlog::{AppendError, ExpectedRevision, NewEvent, StreamAppend, StreamName};

/// A stream as the decisions so far leave it.
pub(super) struct BatchedStream {
    /// What must be true of it in the log.
    pub(super) expected: ExpectedRevision,
    /// `States<S>`, or nothing for copies.
    pub(super) states: Box<dyn Any + Send + Sync>,
    /// What is added to it.
    pub(super) events: Vec<NewEvent>,
    /// The decisions that rest on it.
    pub(super) decisions: Vec<usize>,
}

/// The states of a stream: in the log, and after the decisions so far.
pub(super) struct States<S> {
    pub(super) before: Option<Arc<S>>,
    pub(super) now: Option<Arc<S>>,
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
    pub(super) fn new(expected: ExpectedRevision, states: Box<dyn Any + Send + Sync>) -> Self {
        Self {
            expected,
            states,
            events: Vec::new(),
            decisions: Vec::new(),
        }
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
