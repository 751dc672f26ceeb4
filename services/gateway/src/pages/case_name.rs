//! What a case is called before people.

use onestop_proto::ids::CaseNumber;

use super::shell::Page;

impl Page<'_> {
    /// What people call a case, in every text: the official form of its number (案号), 普洱宁洱新塘〔2026〕1129-010号, or the number
    /// where its site is not known.
    pub(super) fn case_name(&self, number: &CaseNumber) -> String {
        self.app.directory.case_name(number)
    }
}
