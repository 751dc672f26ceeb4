//! The one writer of a specialist's matters.

use std::{marker::PhantomData, sync::Arc};

use onestop_chassis::{
    Failure,
    store::{Batch, EventMeta, Rules, Store},
};
use onestop_directory::Directory;
use onestop_proto::{actor::Actor, command::AcceptedCommand, ids::CaseId, time::Timestamp};

use crate::domain::{Context, Matter, SpecialistRules, address, evolve};

#[derive(Debug)]
pub(crate) struct MatterStore<L> {
    pub(crate) store: Store,
    pub(crate) directory: Arc<Directory>,
    rules: PhantomData<L>,
}

impl<L: SpecialistRules> MatterStore<L> {
    pub(crate) const RULES: Rules<Matter<L>, L::Event> = Rules {
        evolve: evolve::<L>,
        address: address::<L>,
    };

    pub(crate) fn new(store: Store, directory: Arc<Directory>) -> Self {
        let rules = PhantomData;
        Self {
            store,
            directory,
            rules,
        }
    }

    /// The matter of a case and its revision, if there is one.
    pub(crate) fn load(&self, case: CaseId) -> Result<Option<(Matter<L>, u64)>, Failure> {
        Ok(self.store.load(&stream(case), &Self::RULES)?)
    }

    /// Appends what `decide` makes of the matter.
    pub(crate) async fn execute(
        &self,
        case: CaseId,
        meta: &EventMeta,
        decide: impl Fn(Option<&Matter<L>>, &Context<'_>) -> Result<Vec<L::Event>, L::Rejection>
        + Send
        + Sync,
    ) -> Result<AcceptedCommand, Failure> {
        let decide = |matter: Option<&Matter<L>>, now: Timestamp| {
            decide(matter, &self.context(&meta.actor, now))
        };
        let stream = stream(case);
        let done = self
            .store
            .execute(&stream, meta, None, &Self::RULES, decide);
        Ok(done.await?.0)
    }

    /// The matter of a case after the decisions of a batch.
    pub(crate) fn load_in<'a>(
        &self,
        batch: &'a mut Batch,
        case: CaseId,
    ) -> Result<Option<&'a Matter<L>>, Failure> {
        Ok(batch.load(&stream(case), &Self::RULES)?)
    }

    /// Adds to a batch what `decide` makes of the matter.
    pub(crate) fn execute_in(
        &self,
        batch: &mut Batch,
        case: CaseId,
        meta: &EventMeta,
        decide: impl Fn(Option<&Matter<L>>, &Context<'_>) -> Result<Vec<L::Event>, L::Rejection>,
    ) -> Result<(), Failure> {
        let decide = |matter: Option<&Matter<L>>, now: Timestamp, _: &Batch| {
            decide(matter, &self.context(&meta.actor, now))
        };
        batch.execute(&stream(case), meta, &Self::RULES, decide)
    }

    pub(crate) fn context<'a>(&'a self, actor: &'a Actor, now: Timestamp) -> Context<'a> {
        Context {
            now,
            actor,
            directory: &self.directory,
        }
    }
}

/// The prefix of the streams of matters.
pub(crate) const STREAMS: &str = "matter/";

pub(crate) fn stream(case: CaseId) -> String {
    format!("{STREAMS}{case}")
}
