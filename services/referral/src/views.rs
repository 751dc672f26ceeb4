//! The worklists: what each unit has to answer or to work on, folded from custody.

use std::collections::HashMap;

use onestop_chassis::{
    store::{Store, StoreError, recorded},
    view::Record,
};
use onestop_proto::{
    ids::{CaseId, HandoffId, UnitId},
    query::{Standing, Worklist, WorklistEntry},
    referral,
    time::Timestamp,
};

use crate::domain::{Custody, Holding, evolve};

#[derive(Debug, Default)]
pub(crate) struct Desks {
    cases: HashMap<CaseId, (Custody, u64)>,
    load: HashMap<UnitId, u32>,
}

impl Desks {
    /// Folds one record.
    pub(crate) fn fold(&mut self, _: &Store, record: &Record) -> Result<(), StoreError> {
        let recorded = recorded(record)?;
        let event = recorded
            .event
            .parse::<referral::Event>()
            .map_err(|source| StoreError::Foreign {
                position: record.position,
                source,
            })?;
        let before = self
            .cases
            .remove(&recorded.case)
            .map(|(custody, _)| custody);
        if let Some(unit) = before.as_ref().and_then(busy) {
            let load = self.load.entry(unit.clone()).or_default();
            *load = load.saturating_sub(1);
        }
        if let Some(after) = evolve(before, &event) {
            if let Some(unit) = busy(&after) {
                *self.load.entry(unit.clone()).or_default() += 1;
            }
            self.cases.insert(recorded.case, (after, record.revision));
        }
        Ok(())
    }

    /// How many cases a unit has to answer or to work on.
    pub(crate) fn load(&self, unit: &UnitId) -> u32 {
        self.load.get(unit).copied().unwrap_or(0)
    }

    /// A unit's worklist, what ends first on top.
    pub(crate) fn worklist(&self, unit: &UnitId) -> Worklist {
        let mut entries: Vec<WorklistEntry> = self
            .cases
            .iter()
            .filter_map(|(case, (custody, revision))| entry(*case, custody, *revision, unit))
            .collect();
        entries.sort_by_key(|entry| (entry.until.is_none(), entry.until, entry.since, entry.case));
        Worklist {
            unit: unit.clone(),
            entries,
        }
    }

    /// Offers whose time is over.
    pub(crate) fn ended_by(&self, now: Timestamp) -> Vec<(CaseId, HandoffId, UnitId)> {
        let over = |(case, (custody, _)): (&CaseId, &(Custody, u64))| match &custody.holding {
            Holding::Offered { handoff, until, .. } if *until <= now => {
                Some((*case, *handoff, custody.window.clone()))
            }
            Holding::Offered { .. } | Holding::Window { .. } | Holding::Unit { .. } => None,
        };
        self.cases.iter().filter_map(over).collect()
    }
}

/// The unit that has something to do for a case, other than its window.
fn busy(custody: &Custody) -> Option<&UnitId> {
    match &custody.holding {
        Holding::Window { .. } => None,
        Holding::Offered { to, .. } => Some(to),
        Holding::Unit { unit, .. } => Some(unit),
    }
}

fn entry(case: CaseId, custody: &Custody, revision: u64, asked: &UnitId) -> Option<WorklistEntry> {
    let errand = custody.errand.as_ref()?;
    let (handoff, standing, since, until) = match &custody.holding {
        Holding::Offered {
            handoff,
            to,
            since,
            until,
            ..
        } if to == asked => (*handoff, Standing::Offered, *since, Some(*until)),
        Holding::Unit {
            handoff,
            unit,
            since,
            ..
        } if unit == asked => (*handoff, Standing::Accepted, *since, None),
        Holding::Window { .. } | Holding::Offered { .. } | Holding::Unit { .. } => return None,
    };
    Some(WorklistEntry {
        case,
        number: custody.number.clone(),
        item: errand.item.clone(),
        topic: errand.topic.clone(),
        place: errand.place,
        handoff,
        from: custody.window.clone(),
        standing,
        since,
        until,
        revision,
    })
}
