//! The status of a case in one phrase, the same on every page.

use onestop_proto::ledger::CaseRow;

use super::shell::Page;

impl Page<'_> {
    pub(super) fn standing(&self, row: &CaseRow) -> String {
        self.i18n.text(row.status().text()).to_owned()
    }
}
