//! What a decision reads besides its own stream.

use std::{cell::RefCell, collections::BTreeMap};

use onestop_eventlog::{Condition, ExpectedRevision};
use onestop_proto::envelope::EventType;

use super::{Rules, Store, StoreError, stream_name};
use crate::failure::Failure;

/// Reads other streams for a decision. What is decided is appended only if none of them has changed meanwhile;
/// otherwise it is decided again. So two commands that each would be right alone cannot both be carried out.
#[derive(Debug)]
pub struct Reads<'a> {
    store: &'a Store,
    /// The revision of each stream when it was first read.
    revisions: RefCell<BTreeMap<String, Option<u64>>>,
    failure: RefCell<Option<Failure>>,
}

impl<'a> Reads<'a> {
    pub(super) fn of(store: &'a Store) -> Self {
        Self {
            store,
            revisions: RefCell::default(),
            failure: RefCell::default(),
        }
    }

    /// The state of a stream; `None` if it has no events. Also `None` if the log cannot be read: then nothing that is
    /// decided is carried out.
    pub fn load<S, E>(&self, stream: &str, rules: &Rules<S, E>) -> Option<S>
    where
        S: Clone + Send + Sync + 'static,
        E: EventType,
    {
        match self.store.load(stream, rules) {
            Ok(loaded) => {
                let (state, revision) = loaded.unzip();
                let mut revisions = self.revisions.borrow_mut();
                revisions.entry(stream.to_owned()).or_insert(revision);
                state
            }
            Err(error) => {
                self.note(error);
                None
            }
        }
    }

    /// What was read elsewhere, such as in a read model. Empty if it could not be read: then nothing that is decided is
    /// carried out.
    pub fn take<T: Default>(&self, read: Result<T, impl Into<Failure>>) -> T {
        read.unwrap_or_else(|failure| {
            self.note(failure);
            T::default()
        })
    }

    fn note(&self, failure: impl Into<Failure>) {
        self.failure
            .borrow_mut()
            .get_or_insert_with(|| failure.into());
    }

    /// What must be true of the streams that were read, apart from the decision's own.
    pub(super) fn conditions(self, own: &str) -> Result<Vec<Condition>, Failure> {
        if let Some(failure) = self.failure.into_inner() {
            return Err(failure);
        }
        let others = self.revisions.into_inner().into_iter();
        let others = others.filter(|(stream, _)| stream != own);
        let conditions: Result<_, StoreError> = others
            .map(|(stream, revision)| {
                Ok(Condition::Stream {
                    stream: stream_name(&stream)?,
                    expected: revision.map_or(ExpectedRevision::NoStream, ExpectedRevision::Exact),
                })
            })
            .collect();
        Ok(conditions?)
    }
}
