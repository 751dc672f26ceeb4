//! What waits for a bureau (待我决定): an objection or a dispute, whose clock is the bureau's own; a request for more time;
//! an overdue step of another unit, an open case of a group, or one in which one person acts for both sides, for each supervisor
//! that was notified of it. For the unit
//! that approves, also where it is the drafter's own: the draft of a decision.

use std::collections::BTreeSet;

use onestop_proto::{
    case::GroupReported,
    division::DivisionCode,
    ids::UnitId,
    ledger::{AwaitedDecision, InstructionAnswer},
    referral::{SUPERVISOR, SupervisionAnswered, designate_step},
    time::Timestamp,
};
use serde::{Deserialize, Serialize};

use super::{Clock, Dossier, Matter};

/// The notice to a supervisor that many people apply together (群体性事项).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct GroupNotice {
    pub(crate) supervisor: UnitId,
    pub(crate) division: DivisionCode,
    pub(crate) people: u32,
}

impl GroupNotice {
    pub(super) fn of(told: &GroupReported) -> Self {
        Self {
            supervisor: told.supervisor.clone(),
            division: told.division,
            people: told.people,
        }
    }
}

/// What a supervisor ordered, and the unit has answered (督办反馈).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct AnsweredInstruction {
    pub(crate) supervisor: UnitId,
    /// Where that is.
    pub(crate) division: DivisionCode,
    pub(crate) given: InstructionAnswer,
}

impl AnsweredInstruction {
    pub(super) fn of(answered: &SupervisionAnswered, at: Timestamp) -> Self {
        Self {
            supervisor: answered.supervisor.clone(),
            division: answered.supervisor_division,
            given: InstructionAnswer {
                by: answered.by.clone(),
                at,
            },
        }
    }
}

impl Dossier {
    /// Remembers the bureaus that something waits for: they take part in the case from then on.
    pub(super) fn note_bureaus(&mut self) {
        let own = self.open_clocks().filter(|clock| is_bureau(&clock.unit));
        let own = own.map(|clock| (clock.unit.clone(), clock.division));
        let told = self
            .open_clocks()
            .flat_map(|clock| clock.supervised_by.clone());
        let custody = self.custody.as_ref();
        let extension = custody.and_then(|custody| custody.extension.as_ref());
        let approver = extension.map(|asked| (asked.supervisor.clone(), asked.division));
        let answers = custody.into_iter().flat_map(|custody| &custody.answers);
        let answered = answers.map(|answer| (answer.supervisor.clone(), answer.division));
        let group = self.group_before();
        let group = group.map(|notice| (notice.supervisor.clone(), notice.division));
        let drafts = self.matters.values();
        let drafts = drafts.filter_map(|matter| matter.draft.as_ref());
        let drafts = drafts.filter(|draft| is_bureau(&draft.unit));
        let approvals = drafts.map(|draft| (draft.unit.clone(), draft.division));
        let bureaus: Vec<_> = own
            .chain(approvals)
            .chain(told)
            .chain(approver)
            .chain(answered)
            .chain(group)
            .chain(self.conflicts_open().cloned())
            .collect();
        self.bureaus.extend(bureaus);
    }

    /// Whether something waits for a bureau.
    pub(super) fn waits_for(&self, bureau: &UnitId) -> bool {
        !self.decisions_before(bureau).is_empty()
    }

    /// What waits for a bureau, or for the unit that approves a draft.
    pub(crate) fn decisions_before(&self, unit: &UnitId) -> BTreeSet<AwaitedDecision> {
        let custody = self.custody.as_ref();
        let extension = custody.and_then(|custody| custody.extension.as_ref());
        let group = self.group_before();
        let without_clock = [
            (
                AwaitedDecision::Extension,
                extension.is_some_and(|asked| asked.supervisor == *unit),
            ),
            (
                AwaitedDecision::Draft,
                self.drafts_before(unit).next().is_some(),
            ),
            (
                AwaitedDecision::Group,
                group.is_some_and(|notice| notice.supervisor == *unit),
            ),
            (
                AwaitedDecision::ConflictOfInterest,
                self.conflicts_open().any(|(told, _)| told == unit),
            ),
        ];
        let found = without_clock.into_iter().filter(|(_, waits)| *waits);
        let mut decisions: BTreeSet<_> = found.map(|(decision, _)| decision).collect();
        if is_bureau(unit) {
            let timed = self.open_clocks();
            decisions.extend(timed.filter_map(|clock| self.timed_decision(clock, unit)));
        }
        decisions
    }

    /// What a bureau has to decide by the end of a clock: its own step, or what another unit has left overdue.
    fn timed_decision(&self, clock: &Clock, bureau: &UnitId) -> Option<AwaitedDecision> {
        if clock.unit != *bureau {
            let mut told = clock.supervised_by.iter();
            let is_told = told.any(|(told, _)| told == bureau);
            return is_told.then_some(AwaitedDecision::OverdueStep);
        }
        if clock.step != designate_step() {
            return Some(AwaitedDecision::Objection);
        }
        let disputed = self.custody.as_ref()?.disputed_by.as_ref();
        Some(match disputed {
            Some(_) => AwaitedDecision::Dispute,
            None => AwaitedDecision::Designation,
        })
    }

    /// The bureau that is to designate a unit, in a dispute or where routing found none.
    pub(crate) fn designating_bureau(&self) -> Option<&UnitId> {
        let mut clocks = self.open_clocks();
        let clock = clocks.find(|clock| clock.step == designate_step());
        clock.map(|clock| &clock.unit)
    }

    /// The notice of a group, until its supervisor has instructed the unit, or the case is over.
    fn group_before(&self) -> Option<&GroupNotice> {
        let notice = self.window.as_ref()?.group_before()?;
        let custody = self.custody.as_ref();
        let is_seen_to =
            custody.is_some_and(|custody| custody.instructed_by.contains(&notice.supervisor));
        (!is_seen_to).then_some(notice)
    }

    /// The bureaus that see to it, while the case is open, that one person does not act for both sides.
    fn conflicts_open(&self) -> impl Iterator<Item = &(UnitId, DivisionCode)> {
        let custody = self.custody.iter();
        let told = custody.flat_map(|custody| &custody.conflicts_told);
        let is_open = matches!(&self.window, Some(window) if window.is_open());
        told.filter(move |_| is_open)
    }

    /// The matters whose drafts a unit's staff has to approve: a bureau's, or that of the unit which drafted them.
    fn drafts_before<'a>(&'a self, unit: &'a UnitId) -> impl Iterator<Item = &'a Matter> {
        let approves = move |matter: &&Matter| {
            let draft = matter.draft.as_ref();
            draft.is_some_and(|draft| draft.unit == *unit)
        };
        self.matters.values().filter(approves)
    }

    /// Who drafted what a unit's staff has to approve, separated by commas: it waits for their colleagues, and of several drafts
    /// each waits for the others.
    pub(super) fn drafters_before(&self, unit: &UnitId) -> Option<String> {
        let drafts = self.drafts_before(unit);
        let drafts = drafts.filter_map(|matter| matter.draft.as_ref());
        let drafters: BTreeSet<&str> = drafts.map(|draft| draft.drafted_by.as_str()).collect();
        let all: Vec<&str> = drafters.into_iter().collect();
        (!all.is_empty()).then(|| all.join(","))
    }

    /// The clocks of what waits for a bureau.
    pub(super) fn clocks_before<'a>(
        &'a self,
        bureau: &'a UnitId,
    ) -> impl Iterator<Item = &'a Clock> {
        let custody = self.custody.as_ref();
        let extension = custody.and_then(|custody| custody.extension.as_ref());
        let asked = extension.filter(|asked| asked.supervisor == *bureau);
        self.open_clocks().filter(move |clock| {
            clock.unit == *bureau
                || clock.supervised_by.iter().any(|(told, _)| told == bureau)
                || self
                    .drafts_before(bureau)
                    .any(|matter| matter.unit == clock.unit)
                || asked.is_some_and(|asked| asked.step == clock.step)
        })
    }
}

pub(super) fn is_bureau(unit: &UnitId) -> bool {
    let kind = unit.as_str().rsplit_once('.');
    kind.is_some_and(|(_, kind)| kind == SUPERVISOR)
}
