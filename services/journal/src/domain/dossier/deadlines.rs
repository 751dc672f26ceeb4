//! What of a case ends when: its step, the whole of it (全程), the nearest critical date (关键期限). It is the one definition
//! of what is overdue: rows are marked, cases counted, lists filtered and sorted by it.

use onestop_directory::Directory;
use onestop_proto::{
    case::Stage,
    clock::{Due, Limit, Step},
    ledger::{OverduePart, WorklistTab},
    time::Timestamp,
};
use serde::{Deserialize, Serialize};

use super::{Clock, Dossier};

/// When the parts of a case end, as one unit or a division sees them; none where there is nothing to keep, or where it is
/// paused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Deadlines {
    /// The end of the clock that is shown.
    pub(crate) step: Option<Timestamp>,
    /// The end of the last day of the whole, while the case is open.
    pub(crate) whole: Option<Timestamp>,
    /// The end of the nearest critical date.
    pub(crate) critical_date: Option<Timestamp>,
}

impl Deadlines {
    /// The first of them: what is due first.
    pub(crate) fn first(&self) -> Option<Timestamp> {
        let all = [self.step, self.whole, self.critical_date];
        all.into_iter().flatten().min()
    }

    /// What of the case is overdue at a moment.
    pub(crate) fn overdue(&self, now: Timestamp) -> Vec<OverduePart> {
        let parts = [
            (OverduePart::Step, self.step),
            (OverduePart::Whole, self.whole),
            (OverduePart::CriticalDate, self.critical_date),
        ];
        let over = parts
            .into_iter()
            .filter(|(_, due)| due.is_some_and(|due| due <= now));
        over.map(|(part, _)| part).collect()
    }
}

/// The days that the bureau promises, or the directory assumes, for the whole of a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct WholeLimit {
    pub(crate) limit: Limit,
    pub(crate) due: Due,
}

impl Dossier {
    /// The limit of the whole, by the rule of the day on which the case was opened; none where there is no rule.
    pub(crate) fn reckon_whole(&self, directory: &Directory) -> Option<WholeLimit> {
        let window = self.window.as_ref()?;
        let step: Step = format!("intake.{}", window.item).parse().ok()?;
        let began = window.opened_at.china_date();
        let limit = directory.limit(&step, window.division, began)?;
        let due = directory.due(&limit, window.opened_at);
        Some(WholeLimit { limit, due })
    }

    /// Whether the window has closed it, or merged it into another case.
    pub(crate) fn is_closed(&self) -> bool {
        let window = self.window.as_ref();
        window.is_some_and(|window| window.closed_at.is_some())
    }

    /// Whether the citizen has withdrawn the application: nothing is owed to them any more.
    pub(crate) fn is_withdrawn(&self) -> bool {
        let window = self.window.as_ref();
        window.is_some_and(|window| window.stage == Stage::Withdrawn)
    }

    /// As a division sees it: of all units together.
    pub(crate) fn deadlines(&self) -> Deadlines {
        Deadlines {
            step: self.first_due().and_then(Clock::due_at),
            whole: self.whole_due(),
            critical_date: self.first_critical_date(None).map(|date| date.due.at),
        }
    }

    /// When the whole is due, for a unit in whose worklist the case is: of one that has done its part, or sent the case away,
    /// nothing is awaited any more.
    pub(super) fn whole_due_for(&self, tab: Option<WorklistTab>) -> Option<Timestamp> {
        match tab? {
            WorklistTab::ToDecide
            | WorklistTab::ToAccept
            | WorklistTab::Working
            | WorklistTab::WaitingForPapers
            | WorklistTab::AtWindow
            | WorklistTab::OfferedByUs
            | WorklistTab::Returned
            | WorklistTab::WithOthers
            | WorklistTab::PapersMissing
            | WorklistTab::ToClose => self.whole_due(),
            WorklistTab::AfterClose | WorklistTab::Done | WorklistTab::SentAway => None,
        }
    }

    fn whole_due(&self) -> Option<Timestamp> {
        let is_over = self.is_closed() || self.is_withdrawn();
        let whole = self.whole.as_ref().filter(|_| !is_over);
        whole.map(|whole| whole.due.at)
    }
}
