//! What was recorded of a site last, below its forms.

use onestop_directory::RecordedChange;
use onestop_proto::{
    contract,
    envelope::EventType,
    registry::{Event, ProposedChange},
};

use super::{ChangesTemplate, present::PresentValue};

impl ChangesTemplate<'_> {
    /// What was recorded of the site last: the day, by whom, and what.
    pub(super) fn history(&self) -> Vec<PresentValue> {
        let history = self.page.app.directory.history(self.site);
        let lines = history.into_iter().map(|change| {
            let by = &change.report.by;
            let who = format!(
                "{} {}",
                self.page.unit(&by.unit),
                self.page.person(&by.staff)
            );
            PresentValue {
                label: self.page.day(&change.report.on),
                value: format!("{} · {who}", self.recorded_words(change)),
            }
        });
        lines.collect()
    }

    /// What an event has recorded, in words.
    fn recorded_words(&self, change: &RecordedChange) -> String {
        if let Some(recorded) = change_in(&change.event) {
            return self.page.change_words(&recorded, self.site);
        }
        let title = contract::title(change.event.event_type());
        let title = title.map(|title| self.page.i18n.text(title).to_owned());
        let what = if let Event::EvidenceAttached(file) = &change.event {
            Some(file.name.clone())
        } else if let Event::EvidenceWithdrawn(withdrawn) = &change.event {
            Some(withdrawn.reason.clone())
        } else if let Event::ChangeProposed(proposed) = &change.event {
            Some(self.page.change_words(&proposed.change, self.site))
        } else if let Event::ChangeSentBack(sent_back) = &change.event {
            Some(sent_back.reason.clone())
        } else {
            None
        };
        self.page.list([title, what].into_iter().flatten())
    }
}

/// The change that an event has recorded; nothing of one that says something else.
fn change_in(event: &Event) -> Option<ProposedChange> {
    Some(match event.clone() {
        Event::ContactChanged(one) => ProposedChange::ContactChanged(one),
        Event::StateSet(one) => ProposedChange::StateSet(one),
        Event::UnitFilled(one) => ProposedChange::UnitFilled(one),
        Event::UnitFreed(one) => ProposedChange::UnitFreed(one),
        Event::OpeningPlanned(one) => ProposedChange::OpeningPlanned(one),
        Event::StandardChecked(one) => ProposedChange::StandardChecked(one),
        Event::HoursSet(one) => ProposedChange::HoursSet(one),
        Event::DutySet(one) => ProposedChange::DutySet(one),
        Event::LimitSet(one) => ProposedChange::LimitSet(one),
        Event::DaysOffDeclared(one) => ProposedChange::DaysOffDeclared(one),
        Event::ItemMovedIn(one) => ProposedChange::ItemMovedIn(one),
        Event::ItemMovedOut(one) => ProposedChange::ItemMovedOut(one),
        Event::PapersSet(one) => ProposedChange::PapersSet(one),
        Event::MeansLineSet(one) => ProposedChange::MeansLineSet(one),
        Event::EntryConfirmed(_)
        | Event::EvidenceAttached(_)
        | Event::EvidenceWithdrawn(_)
        | Event::ChangeProposed(_)
        | Event::ChangeApproved(_)
        | Event::ChangeSentBack(_) => return None,
    })
}
