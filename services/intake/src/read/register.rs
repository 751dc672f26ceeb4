//! The register: the case of each number, when each case was opened, and the redos that are pending.

use std::collections::{HashMap, HashSet};

use onestop_chassis::{
    store::{Store, StoreError, recorded},
    view::Record,
};
use onestop_proto::{
    case,
    clock::{ClockBook, ClockEvent},
    division::DivisionCode,
    envelope::RecordedEvent,
    ids::{CaseId, CaseNumber, CaseRef, EventId, UnitId},
    narrowed, personal,
    time::Timestamp,
};

narrowed! {
    /// The events that the register is folded from.
    enum Registered of case { Opened, Merged, Erased(personal::Erased) }
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
    pub(crate) clocks: ClockBook,
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
        match Registered::of(&event) {
            Some(Registered::Opened(opened)) => {
                self.by_number.insert(opened.number.clone(), case);
                self.opened_at.insert(case, recorded.time);
            }
            Some(Registered::Merged(merged)) => {
                self.merged.entry(merged.into).or_default().push(case);
            }
            Some(Registered::Erased(_)) => {
                self.erased.insert(case);
            }
            None => {}
        }
        if let Some(event) = ClockEvent::of(&event) {
            self.update_redo(&recorded, &event);
        }
        Ok(())
    }

    fn update_redo(&mut self, recorded: &RecordedEvent, event: &ClockEvent) {
        let case = recorded.case;
        let redo = self.redo.entry(case).or_insert_with(|| Redo {
            case,
            clocks: ClockBook::default(),
            window: recorded.address.unit.clone(),
            division: recorded.address.division,
            latest: recorded.id,
        });
        redo.clocks.apply(event);
        redo.latest = recorded.id;
        if redo.clocks.iter().next().is_none() {
            self.redo.remove(&case);
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
