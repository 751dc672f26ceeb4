//! The register: the case of each number, when each case was opened, and the redos that are pending.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use onestop_chassis::{
    store::{Store, StoreError, recorded},
    timers::{Due, MomentIndex},
    view::Record,
};
use onestop_directory::Directory;
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
    /// When an alarm of a redo follows.
    moments: MomentIndex,
    /// What moments follow from; none while the log is folded at start.
    directory: Option<Arc<Directory>>,
}

/// A pending redo after a bad rating.
#[derive(Debug)]
struct Redo {
    clocks: ClockBook,
    /// The window whose clock it is.
    window: UnitId,
    division: DivisionCode,
    /// The latest event of the clock: one alarm follows from it.
    latest: EventId,
}

impl Register {
    /// Folds one record.
    pub(crate) fn fold(&mut self, store: &Store, record: &Record) -> Result<(), StoreError> {
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
            self.set_moment(case, store.clock().now());
        }
        Ok(())
    }

    /// Looks up the moments of all redos; from now on those of the redos that change.
    pub(crate) fn complete(&mut self, directory: Arc<Directory>, now: Timestamp) {
        self.directory = Some(directory);
        let cases: Vec<CaseId> = self.redo.keys().copied().collect();
        for case in cases {
            self.set_moment(case, now);
        }
    }

    fn update_redo(&mut self, recorded: &RecordedEvent, event: &ClockEvent) {
        let case = recorded.case;
        let redo = self.redo.entry(case).or_insert_with(|| Redo {
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

    fn set_moment(&mut self, case: CaseId, now: Timestamp) {
        let Some(directory) = &self.directory else {
            return;
        };
        let redo = self.redo.get(&case);
        let moment = redo.and_then(|redo| redo.moment(directory, now));
        self.moments.set(case, moment);
    }

    /// The redos of which a clock announces something by now, or whose last day a new calendar moves.
    pub(crate) fn due_redos(&self, directory: &Directory, now: Timestamp) -> Vec<Due> {
        let due = self.moments.due(now).filter_map(|case| {
            let redo = self.redo.get(&case)?;
            let is_due = redo.moment(directory, now).is_some_and(|at| at <= now);
            is_due.then(|| Due {
                subject: case,
                latest: redo.latest,
                unit: redo.window.clone(),
            })
        });
        due.collect()
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

impl Redo {
    /// When its clock calls for something; now if a new calendar moves its last day.
    fn moment(&self, directory: &Directory, now: Timestamp) -> Option<Timestamp> {
        if directory.clock_corrections(&self.clocks).is_empty() {
            return directory.next_announcement(&self.clocks, |_| Some(self.division));
        }
        Some(now)
    }
}

#[cfg(test)]
mod tests;
