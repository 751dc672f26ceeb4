//! The state of a case in one phrase, the same on every page: its stage, and of a referred case what it waits for.

use onestop_proto::{case::Stage, ledger::CaseRow};

use super::shell::Page;

impl Page<'_> {
    pub(super) fn standing(&self, row: &CaseRow) -> String {
        match row.stage {
            Stage::Referred => self.i18n.t(referred_message_id(row)),
            Stage::AtWindow
            | Stage::ResultBack
            | Stage::Answered
            | Stage::Withdrawn
            | Stage::Closed
            | Stage::Archived
            | Stage::Merged => self.i18n.text(row.stage.text()).to_owned(),
        }
    }
}

/// The message of a referred case: with a unit, that waits for papers or works; on its way to one; or while none is found, also
/// in a dispute.
const fn referred_message_id(row: &CaseRow) -> &'static str {
    if row.papers.is_some() {
        "standing-papers"
    } else if row.offer.is_some() {
        "standing-offered"
    } else if row.handoff.is_some() {
        "standing-at-work"
    } else {
        "standing-undecided"
    }
}
