//! The register: which number belongs to which case, and when it was opened.

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
    time::Timestamp,
};

#[derive(Debug, Default)]
pub(crate) struct Register {
    by_number: HashMap<CaseNumber, CaseId>,
    opened_at: HashMap<CaseId, Timestamp>,
    erased: HashSet<CaseId>,
    /// What was merged into a case.
    merged: HashMap<CaseId, Vec<CaseId>>,
    /// Cases with a bad rating that waits to be put right.
    redo: HashMap<CaseId, Redo>,
}

/// A bad rating that waits to be put right.
#[derive(Debug, Clone)]
pub(crate) struct Redo {
    pub(crate) case: CaseId,
    pub(crate) clock: Clock,
    /// The window whose clock it is.
    pub(crate) window: UnitId,
    pub(crate) division: DivisionCode,
    /// The latest event of the clock: an alarm that follows from it is told once.
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
        match event {
            case::Event::Opened(opened) => {
                self.by_number.insert(opened.number, case);
                self.opened_at.insert(case, recorded.time);
            }
            case::Event::Merged(merged) => self.merged.entry(merged.into).or_default().push(case),
            case::Event::ClockStarted(started) => {
                let redo = Redo {
                    case,
                    clock: Clock::started(&started),
                    window: recorded.address.unit,
                    division: recorded.address.division,
                    latest: recorded.id,
                };
                self.redo.insert(case, redo);
            }
            case::Event::ClockCorrected(corrected) => {
                self.change(case, recorded.id, |clock| clock.corrected(&corrected));
            }
            case::Event::ClockDueSoon(_) => {
                self.change(case, recorded.id, |clock| clock.alarmed(Alarm::DueSoon));
            }
            case::Event::ClockOverdue(_) => {
                self.change(case, recorded.id, |clock| clock.alarmed(Alarm::Overdue));
            }
            case::Event::ClockSupervised(told) => {
                let (by, division) = (told.supervisor, told.division);
                let alarm = Alarm::Supervised { by, division };
                self.change(case, recorded.id, |clock| clock.alarmed(alarm));
            }
            case::Event::ClockStopped(_) => {
                self.redo.remove(&case);
            }
            case::Event::Erased(_) => {
                self.erased.insert(case);
            }
            case::Event::ReferralRequested(_)
            | case::Event::Answered(_)
            | case::Event::MaterialReceived(_)
            | case::Event::HolderNoted(_)
            | case::Event::CameBack(_)
            | case::Event::ResultNoted(_)
            | case::Event::Withdrawn(_)
            | case::Event::Rated(_)
            | case::Event::Closed(_)
            | case::Event::Archived(_)
            | case::Event::Corrected(_)
            | case::Event::NoticeGiven(_)
            | case::Event::AttachmentAdded(_)
            | case::Event::HomeVisited(_)
            | case::Event::FollowedUp(_)
            | case::Event::Redone(_)
            | case::Event::Reopened(_) => {}
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

    /// The redos of which something is to be told.
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
