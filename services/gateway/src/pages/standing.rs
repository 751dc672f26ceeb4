//! The status of a case in one phrase, the same on every page.

use onestop_proto::{case::Stage, ledger::CaseRow};

use super::shell::Page;

impl Page<'_> {
    pub(super) fn standing(&self, row: &CaseRow) -> String {
        let status = self.i18n.text(row.status().text());
        let Some(body) = &row.external else {
            return status.to_owned();
        };
        let unit = self.unit(&body.to);
        match (row.stage, body.handed_at) {
            (Stage::AtWindow, None) => self.i18n.t1("standing-hand-over", "unit", unit),
            (Stage::HandedOver, Some(at)) => {
                let day = self.day(&at.china_date());
                let i18n = &self.i18n;
                i18n.t2("standing-handed-over", "unit", unit, "day", day)
            }
            (_, _) => status.to_owned(),
        }
    }
}
