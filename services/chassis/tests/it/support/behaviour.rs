//! What a test makes the counter do.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex},
};

use anyhow::ensure;
use onestop_proto::ids::CaseId;

/// What the test makes the service do, and what the service was made to do.
#[derive(Clone, Default)]
pub(crate) struct Behaviour(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    failing: BTreeSet<u32>,
    attempts: u32,
    copied: Vec<usize>,
    meanwhile: Option<Box<dyn FnOnce(CaseId) + Send>>,
}

impl Behaviour {
    /// Events that add `by` cannot be handled.
    pub(crate) fn fail(&self, by: u32) {
        self.0.lock().unwrap().failing.insert(by);
    }

    pub(crate) fn mend(&self) {
        self.0.lock().unwrap().failing.clear();
    }

    /// How often an event was handled.
    pub(crate) fn attempts(&self) -> u32 {
        self.0.lock().unwrap().attempts
    }

    /// How many copies were to be kept at a time.
    pub(crate) fn copied(&self) -> Vec<usize> {
        self.0.lock().unwrap().copied.clone()
    }

    /// Something that happens while it is being decided on the next event; it gets the event's subject.
    pub(crate) fn meanwhile(&self, happens: impl FnOnce(CaseId) + Send + 'static) {
        self.0.lock().unwrap().meanwhile = Some(Box::new(happens));
    }

    /// What was to happen meanwhile does not: the process died before.
    pub(crate) fn cancel_meanwhile(&self) {
        self.0.lock().unwrap().meanwhile = None;
    }

    /// An event that adds `by` is handled.
    pub(super) fn attempt(&self, by: u32) -> anyhow::Result<()> {
        let mut state = self.0.lock().unwrap();
        state.attempts += 1;
        ensure!(!state.failing.contains(&by), "{by} cannot be added");
        Ok(())
    }

    pub(super) fn copies(&self, count: usize) {
        self.0.lock().unwrap().copied.push(count);
    }

    pub(super) fn happens_meanwhile(&self, subject: CaseId) {
        let happens = self.0.lock().unwrap().meanwhile.take();
        if let Some(happens) = happens {
            happens(subject);
        }
    }
}
