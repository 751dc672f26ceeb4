//! The official form of a case's number (案号), by which officials name a case and say it on the telephone:
//! `普洱宁洱新塘〔2026〕1129-010号` for the number `s6chnegt3-261129-010`. It names the site, the day and the day's count, as the
//! number does, and is derived from it: neither is stored.

use onestop_proto::{
    ids::official_number::OfficialNumber,
    ids::short_code::ShortCode,
    ids::{CaseId, CaseNumber, CaseRef, InvalidId, SiteId},
};

use crate::Directory;

/// By what a service finds a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CaseKey {
    Id(CaseId),
    Number(CaseNumber),
    ShortCode(ShortCode),
}

impl From<CaseKey> for CaseRef {
    fn from(key: CaseKey) -> Self {
        match key {
            CaseKey::Id(id) => Self::Id(id),
            CaseKey::Number(number) => Self::Number(number),
            CaseKey::ShortCode(code) => Self::ShortCode(code),
        }
    }
}

impl Directory {
    /// The official form of a case's number. A number whose site or day is not known has none.
    #[must_use]
    pub fn official_number(&self, number: &CaseNumber) -> Option<String> {
        let site: SiteId = number.as_str().split('-').next()?.parse().ok()?;
        let official = OfficialNumber::of(self.site_names().name(&site)?, number)?;
        Some(official.to_string())
    }

    /// What people call a case: the official form of its number, or the number itself where it has none.
    #[must_use]
    pub fn case_name(&self, number: &CaseNumber) -> String {
        let official = self.official_number(number);
        official.unwrap_or_else(|| number.to_string())
    }

    /// The number of an official form, without the prefecture where no other prefecture has such a site.
    fn number_of(&self, official: &OfficialNumber) -> Option<CaseNumber> {
        official.number(self.site_names().site(official.site())?)
    }

    /// By what a service finds the case that people named; nothing where the official form names no site.
    #[must_use]
    pub fn case_key(&self, case: &CaseRef) -> Option<CaseKey> {
        match case {
            CaseRef::Id(id) => Some(CaseKey::Id(*id)),
            CaseRef::Number(number) => Some(CaseKey::Number(number.clone())),
            CaseRef::Official(official) => self.number_of(official).map(CaseKey::Number),
            CaseRef::ShortCode(code) => Some(CaseKey::ShortCode(code.clone())),
        }
    }

    /// The case that a person typed, in any form and spelling.
    ///
    /// # Errors
    /// If it names no case, or a site that there is not.
    pub fn read_case(&self, typed: &str) -> Result<CaseKey, InvalidId> {
        let unknown = || InvalidId {
            text: typed.chars().take(80).collect(),
            kind: "a case",
            rule: "no site has that name",
        };
        self.case_key(&typed.parse()?).ok_or_else(unknown)
    }
}
