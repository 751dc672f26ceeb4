//! What waits for a bureau (待我决定): an objection or a dispute, whose clock is the bureau's own; a request for more time;
//! an overdue step of another unit, an open case of a group, or one in which one person acts for both sides, for each supervisor
//! that was notified of it. For the unit
//! that approves, also where it is the drafter's own: the draft of a decision.

use std::collections::BTreeSet;

use onestop_proto::{division::DivisionCode, ids::UnitId, referral::SUPERVISOR};

use super::{Clock, Dossier, Matter, Window};

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
        let answered = custody.and_then(|custody| custody.answered.as_ref());
        let answered = answered.map(|answered| (answered.supervisor.clone(), answered.division));
        let group = self.window.as_ref().and_then(Window::group_before).cloned();
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
        let custody = self.custody.as_ref();
        let extension = custody.and_then(|custody| custody.extension.as_ref());
        let group = self.window.as_ref().and_then(Window::group_before);
        extension.is_some_and(|asked| asked.supervisor == *bureau)
            || group.is_some_and(|(told, _)| told == bureau)
            || self.conflicts_open().any(|(told, _)| told == bureau)
            || self.drafts_before(bureau).next().is_some()
            || (is_bureau(bureau) && self.clocks_before(bureau).next().is_some())
    }

    /// The bureaus that see to it, while the case is open, that one person does not act for both sides.
    fn conflicts_open(&self) -> impl Iterator<Item = &(UnitId, DivisionCode)> {
        let custody = self.custody.iter();
        let told = custody.flat_map(|custody| &custody.conflicts_told);
        told.filter(|_| self.window.as_ref().is_some_and(Window::is_open))
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

fn is_bureau(unit: &UnitId) -> bool {
    let kind = unit.as_str().rsplit_once('.');
    kind.is_some_and(|(_, kind)| kind == SUPERVISOR)
}
