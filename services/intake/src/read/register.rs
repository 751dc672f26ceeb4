//! The register: the case of each number, when each case was opened, and the redos that are pending.

use std::collections::{HashMap, HashSet};

use onestop_chassis::{
    store::{Store, StoreError, recorded},
    view::Record,
};
use onestop_proto::{
    case,
    clock::{Alarm, Clock},
    division::DivisionCode,
    ids::{CaseId, CaseNumber, CaseRef, EventId, UnitId},
    narrowed, personal,
    time::Timestamp,
};

narrowed! {
    /// The events that the register is folded from.
    enum Registered of case {
        Opened, Merged, Erased(personal::Erased),
        ClockStarted, ClockCorrected, ClockDueSoon, ClockOverdue, ClockSupervised, ClockStopped,
    }
}

#[derive(Debug, Default)]
pub(crate) struct Register {
    by_number: HashMap<CaseNumber, CaseId>,
    opened_at: HashMap<CaseId, Timestamp>,
    erased: HashSet<CaseId>,
    /// The cases that were merged into a case.
    merged: HashMap<CaseId, Vec<CaseId>>,
    /// The pending redo of a case.
    redo: HashMap<CaseId, Redo>,
}

/// A pending redo after a bad rating.
#[derive(Debug, Clone)]
pub(crate) struct Redo {
    pub(crate) case: CaseId,
    pub(crate) clock: Clock,
    /// The window whose clock it is.
    pub(crate) window: UnitId,
    pub(crate) division: DivisionCode,
    /// The latest event of the clock: one alarm follows from it.
    pub(crate) latest: EventId,
}

impl Register {
    /// Folds one record.
    pub(crate) fn fold(&mut self, _: &Store, record: &Record) -> Result<(), StoreError> {
        let recorded = recorded(record)?;
        let event = recorded
            .event
            .parse::<case::Event>()
            .map_err(|source| StoreError::Decode {
                position: record.position,
                source,
            })?;
        let case = recorded.case;
        let Some(registered) = Registered::of(&event) else {
            return Ok(());
        };
        match registered {
            Registered::Opened(opened) => {
                self.by_number.insert(opened.number.clone(), case);
                self.opened_at.insert(case, recorded.time);
            }
            Registered::Merged(merged) => self.merged.entry(merged.into).or_default().push(case),
            Registered::ClockStarted(started) => {
                let redo = Redo {
                    case,
                    clock: Clock::started(started),
                    window: recorded.address.unit,
                    division: recorded.address.division,
                    latest: recorded.id,
                };
                self.redo.insert(case, redo);
            }
            Registered::ClockCorrected(corrected) => {
                self.change(case, recorded.id, |clock| clock.corrected(corrected));
            }
            Registered::ClockDueSoon(_) => {
                self.change(case, recorded.id, |clock| clock.told(Alarm::DueSoon));
            }
            Registered::ClockOverdue(_) => {
                self.change(case, recorded.id, |clock| clock.told(Alarm::Overdue));
            }
            Registered::ClockSupervised(told) => {
                let (by, division) = (told.supervisor.clone(), told.division);
                let alarm = Alarm::Supervised { by, division };
                self.change(case, recorded.id, |clock| clock.told(alarm));
            }
            Registered::ClockStopped(_) => {
                self.redo.remove(&case);
            }
            Registered::Erased(_) => {
                self.erased.insert(case);
            }
        }
        Ok(())
    }

    fn change(&mut self, case: CaseId, latest: EventId, how: impl FnOnce(Clock) -> Clock) {
        if let Some(redo) = self.redo.remove(&case) {
            let clock = how(redo.clock);
            let changed = Redo {
                clock,
                latest,
                ..redo
            };
            self.redo.insert(case, changed);
        }
    }

    /// The cases that were merged into one.
    pub(crate) fn merged_into(&self, case: CaseId) -> Vec<CaseId> {
        self.merged.get(&case).cloned().unwrap_or_default()
    }

    /// The pending redos that a filter lets through.
    pub(crate) fn redos(&self, is_due: impl Fn(&Redo) -> bool) -> Vec<Redo> {
        let redos = self.redo.values().filter(|redo| is_due(redo));
        redos.cloned().collect()
    }

    /// The case of that id or number.
    pub(crate) fn find(&self, case: &CaseRef) -> Option<CaseId> {
        match case {
            CaseRef::Id(id) => Some(*id),
            CaseRef::Number(number) => self.by_number.get(number).copied(),
        }
    }

    /// When a case was opened.
    pub(crate) fn opened_at(&self, case: CaseId) -> Option<Timestamp> {
        self.opened_at.get(&case).copied()
    }

    /// The cases whose persons were erased.
    pub(crate) fn erased(&self) -> Vec<CaseId> {
        self.erased.iter().copied().collect()
    }

    /// Every number issued.
    pub(crate) fn numbers(&self) -> impl Iterator<Item = &CaseNumber> {
        self.by_number.keys()
    }
}
