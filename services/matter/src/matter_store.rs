//! The one writer of a specialist's matters.

use std::{collections::BTreeMap, marker::PhantomData};

use onestop_chassis::{
    CommandResult, Failure,
    store::{Batch, EventMeta, Reads, Rules, Store},
};
use onestop_current_directory::CurrentDirectory;
use onestop_proto::{
    actor::Role,
    ids::{CaseId, UnitId},
    time::Timestamp,
};

use crate::{
    domain::{Context, Matter, SpecialistRules},
    given_numbers::GivenNumbers,
    streams::{self, rules, stream},
};

#[derive(Debug)]
pub(crate) struct MatterStore<L: SpecialistRules> {
    pub(crate) store: Store,
    pub(crate) directory: CurrentDirectory,
    pub(crate) numbers: GivenNumbers<L>,
    rules: PhantomData<L>,
}

impl<L: SpecialistRules> MatterStore<L> {
    const RULES: Rules<Matter<L>, L::Event> = rules::<L>();

    pub(crate) fn new(store: Store, directory: CurrentDirectory, numbers: GivenNumbers<L>) -> Self {
        let rules = PhantomData;
        Self {
            store,
            directory,
            numbers,
            rules,
        }
    }

    /// The matter of a case and its revision, if there is one.
    pub(crate) fn load(&self, case: CaseId) -> Result<Option<(Matter<L>, u64)>, Failure> {
        Ok(self.store.load(&stream(case), &Self::RULES)?)
    }

    /// The licences of the people who act, or acted, in other cases.
    pub(crate) fn acted(&self, cases: &[CaseId]) -> Result<BTreeMap<CaseId, Vec<String>>, Failure> {
        let acted = cases.iter().map(|case| {
            let found = self.load(*case)?;
            let acted = found.map_or_else(Vec::new, |(matter, _)| matter.acted);
            Ok((*case, acted))
        });
        acted.collect()
    }

    /// Appends what `decide` makes of the matter.
    pub(crate) async fn execute(
        &self,
        case: CaseId,
        meta: &EventMeta,
        decide: impl Fn(Option<&Matter<L>>, &Context<'_>) -> Result<Vec<L::Event>, L::Rejection>
        + Send
        + Sync,
    ) -> CommandResult {
        let stream = stream(case);
        let mut meta = meta.clone();
        let latest_act = match meta.occurred_at {
            Some(_) => {
                let (revision, latest_act) = self.latest_act(&stream)?;
                // The decision rests on the events that were read.
                meta.expected_revision = meta.expected_revision.or(revision);
                latest_act
            }
            None => None,
        };
        let decide = |matter: Option<&Matter<L>>, now: Timestamp, reads: &Reads<'_>| {
            let acted_in = |other: CaseId| {
                let matter = reads.load(&streams::stream(other), &Self::RULES);
                matter.map_or_else(Vec::new, |matter| matter.acted)
            };
            let given_elsewhere = |unit: &UnitId, number: &str| {
                let cases = reads.take(self.numbers.cases(unit, number)).into_iter();
                let mut others = cases.filter(|other| *other != case);
                others.any(|other| {
                    let matter = reads.load(&streams::stream(other), &Self::RULES);
                    let mut given = matter.iter().flat_map(|matter| &matter.given);
                    given.any(|one| one.unit == *unit && one.number == number)
                })
            };
            let directory = self.directory.get();
            let context = Context {
                happened_at: meta.occurred_at.unwrap_or(now),
                latest_act,
                late_entry: meta.late_entry.as_ref(),
                acted_in: &acted_in,
                given_elsewhere: &given_elsewhere,
                ..Context::at(now, &meta.actor, &directory)
            };
            decide(matter, &context)
        };
        let done = self
            .store
            .execute_reading(&stream, &meta, None, &Self::RULES, decide);
        Ok(done.await?.0)
    }

    /// The revision of a stream, and when the latest act in it happened. What clocks announce, and what the service does
    /// on events of others, are no acts of a person.
    pub(crate) fn latest_act(
        &self,
        stream: &str,
    ) -> Result<(Option<u64>, Option<Timestamp>), Failure> {
        let history = self.store.history(stream)?;
        let acts = history
            .iter()
            .filter(|event| event.actor.role != Role::System);
        let latest_act = acts.map(|event| event.time).max();
        Ok(((history.len() as u64).checked_sub(1), latest_act))
    }

    /// The matter of a case after the decisions of a batch.
    pub(crate) fn load_in<'a>(
        &self,
        batch: &'a mut Batch,
        case: CaseId,
    ) -> Result<Option<&'a Matter<L>>, Failure> {
        Ok(batch.load(&stream(case), &Self::RULES)?)
    }

    /// Adds to a batch what `decide` makes of the matter on an event that happened at a moment.
    pub(crate) fn execute_in(
        &self,
        batch: &mut Batch,
        (case, happened_at): (CaseId, Timestamp),
        meta: &EventMeta,
        decide: impl Fn(Option<&Matter<L>>, &Context<'_>) -> Result<Vec<L::Event>, L::Rejection>,
    ) -> Result<(), Failure> {
        let decide = |matter: Option<&Matter<L>>, now: Timestamp, _: &Batch| {
            let directory = self.directory.get();
            let context = Context {
                // The clock of another machine may be ahead.
                happened_at: happened_at.min(now),
                ..Context::at(now, &meta.actor, &directory)
            };
            decide(matter, &context)
        };
        batch.execute(&stream(case), meta, &Self::RULES, decide)
    }
}
