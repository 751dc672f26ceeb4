//! The entry of a case in the worklist of each unit that takes part in it.

use std::collections::BTreeMap;

use onestop_proto::{
    case::Stage,
    division::DivisionCode,
    ids::{StaffId, UnitId},
    ledger::{InstructionAnswer, WorklistTab},
    matter::CriticalDate,
    time::Timestamp,
};

use super::{Clock, Deadlines, Dossier, PartyEnd, Window};

/// A case in a unit's worklist: the unit is its window, was offered it, has or had custody, or is a bureau that something
/// waits for, or waited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct WorklistEntry<'a> {
    pub(crate) unit: &'a UnitId,
    /// The part of the worklist; none where there is nothing to do or to look up.
    pub(crate) tab: Option<WorklistTab>,
    /// The part for those of the unit who do not decide what waits for its decision.
    pub(crate) work_tab: Option<WorklistTab>,
    /// Who drafted what waits for the decision of the unit's staff, separated by commas.
    pub(crate) drafters: Option<String>,
    /// When an instruction of the unit about the case was last answered (督办反馈).
    pub(crate) answered_at: Option<Timestamp>,
    /// The clock shown: the first that concerns the unit.
    pub(crate) clock: Option<&'a Clock>,
    /// The nearest critical date that the unit has to keep.
    pub(crate) critical_date: Option<&'a CriticalDate>,
    /// When the whole is due, while the unit has a part in that.
    whole_due: Option<Timestamp>,
    /// Who acted last for it.
    pub(crate) staff: Option<&'a StaffId>,
}

impl WorklistEntry<'_> {
    /// When what is shown to the unit ends.
    pub(crate) fn deadlines(&self) -> Deadlines {
        Deadlines {
            step: self.clock.and_then(Clock::due_at),
            whole: self.whole_due,
            critical_date: self.critical_date.map(|date| date.due.at),
        }
    }
}

impl Dossier {
    /// The entry of every unit; none before the opening was received.
    pub(crate) fn worklist_entries(&self) -> Vec<WorklistEntry<'_>> {
        let Some(window) = &self.window else {
            return Vec::new();
        };
        let units = self.parties(window).into_keys();
        units
            .map(|unit| {
                let tab = self.tab(unit, window);
                WorklistEntry {
                    unit,
                    tab,
                    work_tab: self.work_tab(unit, window),
                    drafters: self.drafters_before(unit),
                    answered_at: self.answers_to(unit).map(|answer| answer.at).max(),
                    clock: self.clock_of(unit, tab),
                    critical_date: self.first_critical_date(Some(unit)),
                    whole_due: self.whole_due_for(tab),
                    staff: self.staff.get(unit),
                }
            })
            .collect()
    }

    /// Whether a unit takes part in the case, or took part.
    pub(crate) fn involves(&self, unit: &UnitId) -> bool {
        let window = self.window.as_ref();
        window.is_some_and(|window| self.parties(window).contains_key(unit))
    }

    /// The clock shown to a unit: of its own and of those of the case itself the one due first, and where there is none, of all;
    /// to a bureau, that of what waits for it; to a unit for which the case is over, its own.
    fn clock_of<'a>(&'a self, unit: &'a UnitId, tab: Option<WorklistTab>) -> Option<&'a Clock> {
        let first = |clock: &&Clock| clock.sort_key();
        match tab {
            Some(WorklistTab::ToDecide) => self
                .clocks_before(unit)
                .min_by_key(first)
                .or_else(|| self.first_due()),
            Some(
                WorklistTab::OfferedByUs
                | WorklistTab::WithOthers
                | WorklistTab::PapersMissing
                | WorklistTab::ToAccept
                | WorklistTab::Working
                | WorklistTab::WaitingForPapers
                | WorklistTab::AtWindow
                | WorklistTab::Returned
                | WorklistTab::ToClose,
            ) => self
                .open_clocks()
                .filter(|clock| clock.unit == *unit || clock.is_of_case())
                .min_by_key(first)
                .or_else(|| self.first_due()),
            Some(WorklistTab::AfterClose | WorklistTab::Done | WorklistTab::SentAway) | None => {
                let clocks = self.open_clocks();
                clocks.filter(|clock| clock.unit == *unit).min_by_key(first)
            }
        }
    }

    /// What was answered to the instructions of a bureau.
    pub(crate) fn answers_to(
        &self,
        supervisor: &UnitId,
    ) -> impl Iterator<Item = &InstructionAnswer> {
        let answers = self.custody.iter().flat_map(|custody| &custody.answers);
        let own = answers.filter(move |answer| answer.supervisor == *supervisor);
        own.map(|answer| &answer.given)
    }

    fn parties<'a>(&'a self, window: &'a Window) -> BTreeMap<&'a UnitId, DivisionCode> {
        let bureaus = self.bureaus.iter();
        let mut parties: BTreeMap<_, _> = bureaus
            .map(|(bureau, division)| (bureau, *division))
            .collect();
        parties.insert(&window.unit, window.division);
        if let Some(custody) = &self.custody {
            let invited = custody.parties.iter();
            parties.extend(invited.map(|(unit, party)| (unit, party.division)));
            parties.extend(
                custody
                    .chain
                    .links()
                    .map(|held| (&held.unit, held.division)),
            );
        }
        parties
    }

    fn tab(&self, unit: &UnitId, window: &Window) -> Option<WorklistTab> {
        if self.waits_for(unit) {
            return Some(WorklistTab::ToDecide);
        }
        self.work_tab(unit, window)
    }

    /// The part in which a case lies where the unit has nothing to decide.
    fn work_tab(&self, unit: &UnitId, window: &Window) -> Option<WorklistTab> {
        let custody = self.custody.as_ref();
        let offer = custody.and_then(|custody| custody.offer.as_ref());
        if offer.is_some_and(|offer| offer.to == *unit) {
            return Some(WorklistTab::ToAccept);
        }
        let holder = custody.map(|custody| custody.chain.holder());
        let holder = holder.map_or(&window.unit, |held| &held.unit);
        let handed = custody.is_some_and(|custody| custody.handoff.is_some());
        let works = handed && holder == unit;
        if works {
            return Some(match self.papers_for(unit) {
                Some(_) => WorklistTab::WaitingForPapers,
                None => WorklistTab::Working,
            });
        }
        if *unit == window.unit {
            return Some(self.tab_at_window(window, holder));
        }
        let ended = custody.and_then(|custody| custody.parties.get(unit)?.end);
        // A duty may be left after custody went back.
        if self.open_clocks().any(|clock| clock.unit == *unit) {
            let done = ended == Some(PartyEnd::Completed) || self.is_closed();
            return Some(if done {
                WorklistTab::AfterClose
            } else {
                WorklistTab::Working
            });
        }
        ended.map(|end| match end {
            PartyEnd::SentAway => WorklistTab::SentAway,
            PartyEnd::Completed => WorklistTab::Done,
        })
    }

    fn tab_at_window(&self, window: &Window, custodian: &UnitId) -> WorklistTab {
        let holds = *custodian == window.unit;
        let offered = self
            .custody
            .as_ref()
            .is_some_and(|custody| custody.offer.is_some());
        match window.stage {
            Stage::Closed | Stage::Archived | Stage::Merged => WorklistTab::Done,
            Stage::HandedOver | Stage::ResultBack | Stage::Answered | Stage::Withdrawn => {
                WorklistTab::ToClose
            }
            Stage::AtWindow | Stage::Referred if !holds => {
                if self.awaited_papers().is_some() {
                    WorklistTab::PapersMissing
                } else {
                    WorklistTab::WithOthers
                }
            }
            Stage::AtWindow | Stage::Referred if offered => WorklistTab::OfferedByUs,
            // Intake hears of a return a moment after referral decided on it, and the other way round: a
            // case that was sent on again is referred for intake, and has been routed once it is back.
            Stage::AtWindow => {
                if self.came_back() || window.opened_again().is_some() {
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
