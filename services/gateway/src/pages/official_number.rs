//! The official form of a case's number (案号), shown beside the number.

use onestop_proto::ids::CaseNumber;

use super::shell::Page;

impl Page<'_> {
    /// 普洱宁洱新塘〔2026〕1129-010号; nothing where the number's site is not known.
    pub(super) fn official_number(&self, number: &CaseNumber) -> Option<String> {
        self.app.directory.official_number(number)
    }
}
