//! Every case's custody in memory, folded from the log; how many cases each unit has, and which cases are of opposing
//! parties; which cases are on whose worklist, and when something follows for a case by itself.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use onestop_chassis::{
    store::{Store, StoreError, recorded},
    timers::{Due, MomentIndex},
    view::Record,
};
use onestop_directory::Directory;
use onestop_proto::{
    ids::{CaseId, EventId, UnitId},
    referral,
    time::Timestamp,
};

use super::task_units::task_units;
use crate::domain::{
    Custody, evolve, needs_correction, next_moment, offer_closes_at, offer_to_closed_site,
};

#[derive(Debug, Default)]
pub(crate) struct CustodyIndex {
    cases: HashMap<CaseId, IndexedCase>,
    load: HashMap<UnitId, u32>,
    opposed: HashMap<CaseId, BTreeSet<CaseId>>,
    /// The cases for which a unit has something to do.
    tasks: HashMap<UnitId, BTreeSet<CaseId>>,
    moments: MomentIndex,
    /// What moments follow from; none while the log is folded at start.
    directory: Option<Arc<Directory>>,
}

#[derive(Debug)]
pub(crate) struct IndexedCase {
    pub(crate) custody: Custody,
    pub(crate) revision: u64,
    /// What follows from the latest event when a moment comes follows once.
    latest: EventId,
}

impl CustodyIndex {
    /// Folds one record.
    pub(crate) fn fold(&mut self, store: &Store, record: &Record) -> Result<(), StoreError> {
        let recorded = recorded(record)?;
        let event = recorded.event.parse::<referral::Event>();
        let event = event.map_err(|source| StoreError::Decode {
            position: record.position,
            source,
        })?;
        let (case, latest) = (recorded.case, recorded.id);
        self.apply(case, &event, record.revision, latest);
        if self.directory.is_some() {
            self.set_moment(case, store.clock().now());
        }
        Ok(())
    }

    /// Looks up the moments of all cases; from now on those of the cases that change.
    pub(crate) fn complete(&mut self, directory: Arc<Directory>, now: Timestamp) {
        self.directory = Some(directory);
        let cases: Vec<CaseId> = self.cases.keys().copied().collect();
        for case in cases {
            self.set_moment(case, now);
        }
    }

    fn apply(&mut self, case: CaseId, event: &referral::Event, revision: u64, latest: EventId) {
        let before = self.cases.remove(&case).map(|indexed| indexed.custody);
        if let Some(unit) = before.as_ref().and_then(Custody::active_unit) {
            let load = self.load.entry(unit.clone()).or_default();
            *load = load.saturating_sub(1);
        }
        let units_before = before.as_ref().map_or_else(BTreeSet::new, task_units);
        let after = evolve(before, event);
        let units = after.as_ref().map_or_else(BTreeSet::new, task_units);
        self.set_tasks(case, &units_before, units);
        let Some(custody) = after else { return };
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
            revision,
            latest,
        };
        self.cases.insert(case, indexed);
    }

    fn set_tasks(&mut self, case: CaseId, before: &BTreeSet<UnitId>, now: BTreeSet<UnitId>) {
        for unit in before.difference(&now) {
            if let Some(cases) = self.tasks.get_mut(unit) {
                cases.remove(&case);
            }
        }
        for unit in now {
            self.tasks.entry(unit).or_default().insert(case);
        }
    }

    /// When something may follow for the case by itself: what is due is then looked at closely.
    fn set_moment(&mut self, case: CaseId, now: Timestamp) {
        let Some(directory) = &self.directory else {
            return;
        };
        let moment = self.cases.get(&case).and_then(|indexed| {
            let custody = &indexed.custody;
            if needs_correction(custody, directory) {
                return Some(now);
            }
            let closes = offer_closes_at(custody, directory, now);
            next_moment(custody, directory)
                .into_iter()
                .chain(closes)
                .min()
        });
        self.moments.set(case, moment);
    }

    /// The cases for which a unit may have something to do.
    pub(crate) fn tasks_of(&self, unit: &UnitId) -> impl Iterator<Item = (CaseId, &IndexedCase)> {
        let cases = self.tasks.get(unit).into_iter().flatten();
        cases.filter_map(|case| Some((*case, self.cases.get(case)?)))
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
    pub(crate) fn due(&self, directory: &Directory, now: Timestamp) -> Vec<Due> {
        let due = self.moments.due(now).filter_map(|case| {
            let indexed = self.cases.get(&case)?;
            is_due(&indexed.custody, directory, now).then(|| Due {
                subject: case,
                latest: indexed.latest,
                unit: indexed.custody.holder().clone(),
            })
        });
        due.collect()
    }
}

fn is_due(custody: &Custody, directory: &Directory, now: Timestamp) -> bool {
    next_moment(custody, directory).is_some_and(|at| at <= now)
        || offer_to_closed_site(custody, directory, now).is_some()
        || needs_correction(custody, directory)
}

#[cfg(test)]
mod tests;
