//! Every case's custody in memory, folded from the log; how many cases each unit has, and which cases are of opposing
//! parties.

use std::collections::{BTreeSet, HashMap};

use onestop_chassis::{
    store::{Store, StoreError, recorded},
    view::Record,
};
use onestop_directory::Directory;
use onestop_proto::{
    ids::{CaseId, EventId, UnitId},
    referral,
    time::Timestamp,
};

use crate::domain::{Custody, evolve, needs_correction, next_moment, offer_to_closed_site};

#[derive(Debug, Default)]
pub(crate) struct CustodyIndex {
    cases: HashMap<CaseId, IndexedCase>,
    load: HashMap<UnitId, u32>,
    opposed: HashMap<CaseId, BTreeSet<CaseId>>,
}

#[derive(Debug)]
pub(crate) struct IndexedCase {
    pub(crate) custody: Custody,
    pub(crate) revision: u64,
    /// What follows from the latest event when a moment comes follows once.
    latest: EventId,
}

/// A case for which the timer has something to do.
#[derive(Debug)]
pub(crate) struct DueCase {
    pub(crate) case: CaseId,
    pub(crate) latest: EventId,
    pub(crate) holder: UnitId,
}

impl CustodyIndex {
    /// Folds one record.
    pub(crate) fn fold(&mut self, _: &Store, record: &Record) -> Result<(), StoreError> {
        let recorded = recorded(record)?;
        let event = recorded.event.parse::<referral::Event>();
        let event = event.map_err(|source| StoreError::Decode {
            position: record.position,
            source,
        })?;
        let case = recorded.case;
        let before = self.cases.remove(&case).map(|indexed| indexed.custody);
        if let Some(unit) = before.as_ref().and_then(Custody::active_unit) {
            let load = self.load.entry(unit.clone()).or_default();
            *load = load.saturating_sub(1);
        }
        let Some(custody) = evolve(before, &event) else {
            return Ok(());
        };
        if let Some(unit) = custody.active_unit() {
            *self.load.entry(unit.clone()).or_default() += 1;
        }
        let subject = custody.subject.as_ref();
        if let Some(other) = subject.and_then(|subject| subject.opposed_to) {
            self.opposed.entry(case).or_default().insert(other);
            self.opposed.entry(other).or_default().insert(case);
        }
        let indexed = IndexedCase {
            custody,
            revision: record.revision,
            latest: recorded.id,
        };
        self.cases.insert(case, indexed);
        Ok(())
    }

    pub(crate) fn cases(&self) -> impl Iterator<Item = (CaseId, &IndexedCase)> {
        self.cases.iter().map(|(case, indexed)| (*case, indexed))
    }

    /// How many cases a unit has to answer or to work on.
    pub(crate) fn load(&self, unit: &UnitId) -> u32 {
        self.load.get(unit).copied().unwrap_or(0)
    }

    /// The opposing party's cases: those that the case names, and those that name it.
    pub(crate) fn opposed(&self, case: CaseId) -> BTreeSet<CaseId> {
        self.opposed.get(&case).cloned().unwrap_or_default()
    }

    /// The units with a part in the opposing party's cases: the case that is named, and those that name this one.
    pub(crate) fn opposing(&self, case: CaseId, named: Option<CaseId>) -> Vec<(CaseId, UnitId)> {
        let all: BTreeSet<CaseId> = self.opposed(case).into_iter().chain(named).collect();
        let found = all
            .into_iter()
            .filter_map(|other| Some((other, self.cases.get(&other)?)));
        found
            .flat_map(|(other, indexed)| {
                let units = indexed.custody.participants.iter();
                units.map(move |unit| (other, unit.clone()))
            })
            .collect()
    }

    /// The cases of which a clock announces something by now, whose offer expires or went to a unit that has closed,
    /// or whose last day a new calendar moves.
    pub(crate) fn due(&self, directory: &Directory, now: Timestamp) -> Vec<DueCase> {
        let due = |(case, indexed): (CaseId, &IndexedCase)| {
            let custody = &indexed.custody;
            let moment = next_moment(custody, directory).is_some_and(|at| at <= now);
            let closed = || offer_to_closed_site(custody, directory, now).is_some();
            let corrected = || needs_correction(custody, directory);
            (moment || closed() || corrected()).then(|| DueCase {
                case,
                latest: indexed.latest,
                holder: custody.holder().clone(),
            })
        };
        self.cases().filter_map(due).collect()
    }
}
