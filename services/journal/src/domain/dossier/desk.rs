//! Where a case stands for each unit that takes part in it.

use std::collections::BTreeMap;

use onestop_proto::{
    case::Stage,
    division::DivisionCode,
    ids::{StaffId, UnitId},
    ledger::WorklistTab,
};

use super::{Clock, Dossier, PartyEnd, Window};

/// A unit's part in a case: it is or was its window, was asked, or has or had custody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seat<'a> {
    /// The unit.
    pub unit: &'a UnitId,
    /// Where the case stands in its worklist; nothing where there is nothing to do or to remember.
    pub tab: Option<WorklistTab>,
    /// The clock that it looks at: its own; where it waits for another unit, the one due first.
    pub clock: Option<&'a Clock>,
    /// Who acted last for it.
    pub staff: Option<&'a StaffId>,
}

impl Dossier {
    /// The part of every unit. None before the opening was heard.
    #[must_use]
    pub fn seats(&self) -> Vec<Seat<'_>> {
        let Some(window) = &self.window else {
            return Vec::new();
        };
        let units = self.parties(window).into_keys();
        units
            .map(|unit| {
                let tab = self.tab(unit, window);
                Seat {
                    unit,
                    tab,
                    clock: self.clock_of(unit, tab),
                    staff: self.staff.get(unit),
                }
            })
            .collect()
    }

    /// Whether a unit takes part, or took part.
    #[must_use]
    pub fn has_part(&self, unit: &UnitId) -> bool {
        let window = self.window.as_ref();
        window.is_some_and(|window| self.parties(window).contains_key(unit))
    }

    /// The clock that a unit looks at: its own that is due first; where it waits for another, whichever is.
    fn clock_of(&self, unit: &UnitId, tab: Option<WorklistTab>) -> Option<&Clock> {
        let own = self.open_clocks().filter(|clock| clock.unit == *unit);
        let own = own.min_by_key(|clock| clock.sort_key());
        match tab {
            Some(WorklistTab::OfferedByUs | WorklistTab::WithOthers) => {
                own.or_else(|| self.first_due())
            }
            Some(
                WorklistTab::ToAccept
                | WorklistTab::Working
                | WorklistTab::WaitingForPapers
                | WorklistTab::AtWindow
                | WorklistTab::Returned
                | WorklistTab::ToClose
                | WorklistTab::Done
                | WorklistTab::SentAway,
            )
            | None => own,
        }
    }

    fn parties<'a>(&'a self, window: &'a Window) -> BTreeMap<&'a UnitId, DivisionCode> {
        let mut parties = BTreeMap::from([(&window.unit, window.division)]);
        if let Some(custody) = &self.custody {
            let asked = custody.parties.iter();
            parties.extend(asked.map(|(unit, party)| (unit, party.division)));
            parties.extend(custody.chain.iter().map(|held| (&held.unit, held.division)));
        }
        parties
    }

    fn tab(&self, unit: &UnitId, window: &Window) -> Option<WorklistTab> {
        let custody = self.custody.as_ref();
        let offer = custody.and_then(|custody| custody.offer.as_ref());
        if offer.is_some_and(|offer| offer.to == *unit) {
            return Some(WorklistTab::ToAccept);
        }
        let holder = custody.and_then(|custody| custody.holder());
        let holder = holder.map_or(&window.unit, |held| &held.unit);
        let handed = custody.is_some_and(|custody| custody.handoff.is_some());
        let works = handed && holder == unit;
        // A duty that is left after custody went back, such as handing in the file, is work too.
        let duty = self.open_clocks().any(|clock| clock.unit == *unit);
        if works || (duty && *unit != window.unit) {
            let waits = |matter: &super::Matter| matter.waiting && matter.unit == *unit;
            let papers = works && self.matters.values().any(waits);
            return Some(if papers {
                WorklistTab::WaitingForPapers
            } else {
                WorklistTab::Working
            });
        }
        if *unit == window.unit {
            return Some(self.at_window(window, (offer.is_some(), holder == unit)));
        }
        let ended = custody.and_then(|custody| custody.parties.get(unit)?.end);
        ended.map(|end| match end {
            PartyEnd::SentAway => WorklistTab::SentAway,
            PartyEnd::Completed => WorklistTab::Done,
        })
    }

    fn at_window(&self, window: &Window, (offered, holds): (bool, bool)) -> WorklistTab {
        match window.stage {
            Stage::Closed | Stage::Archived | Stage::Merged => WorklistTab::Done,
            Stage::ResultBack | Stage::Answered | Stage::Withdrawn => WorklistTab::ToClose,
            Stage::AtWindow | Stage::Referred if !holds => WorklistTab::WithOthers,
            Stage::AtWindow | Stage::Referred if offered => WorklistTab::OfferedByUs,
            // Intake hears of a return a moment after referral decided on it, and the other way round: a
            // case that was sent on again stands as referred, and has been routed when it has come back.
            Stage::AtWindow => {
                if self.came_back() {
                    WorklistTab::Returned
                } else {
                    WorklistTab::AtWindow
                }
            }
            Stage::Referred => WorklistTab::OfferedByUs,
        }
    }

    fn came_back(&self) -> bool {
        let custody = self.custody.as_ref();
        custody.is_some_and(|custody| custody.back.is_some())
    }
}
