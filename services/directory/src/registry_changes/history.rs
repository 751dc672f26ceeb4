//! What was recorded of a site last, with who has recorded it and when.

use onestop_proto::registry::Event;

use super::{Report, SiteChanges};

/// The most entries that are kept of a site: the log has all.
const MOST: usize = 30;

/// An event of a site, with who has recorded it and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedChange {
    pub event: Event,
    /// Who has recorded it, and the day.
    pub report: Report,
}

impl SiteChanges {
    /// What was recorded last, the latest first.
    pub fn history(&self) -> impl Iterator<Item = &RecordedChange> {
        self.history.iter().rev()
    }

    pub(super) fn keep_history(&mut self, event: &Event, report: &Report) {
        if self.history.len() == MOST {
            self.history.remove(0);
        }
        self.history.push(RecordedChange {
            event: event.clone(),
            report: report.clone(),
        });
    }
}
