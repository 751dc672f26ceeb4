//! How people name a case: in whatever way, and one parser reads it everywhere.

use std::{fmt, str::FromStr};

use super::{
    CaseId, CaseNumber, InvalidId, official_number::OfficialNumber, short_code::ShortCode,
};
use crate::typed::half_width;

/// How people name a case: by its id, by its number in either form, or by its short code.
#[derive(Debug, Clone, PartialEq, Eq, Hash, schemars::JsonSchema)]
#[schemars(untagged)]
pub enum CaseRef {
    /// The case id.
    Id(CaseId),
    /// The number on the receipt (系统编号).
    Number(CaseNumber),
    /// The official form of the number (案号).
    Official(OfficialNumber),
    /// The short code for the telephone (电话短码).
    ShortCode(ShortCode),
}

serde_as_text!(CaseRef);

impl FromStr for CaseRef {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        if let Ok(id) = half_width(text).trim().parse() {
            return Ok(Self::Id(id));
        }
        let number = text.parse().map(Self::Number);
        let code = |_| text.parse().map(Self::ShortCode);
        let official = |_| text.parse().map(Self::Official);
        number.or_else(code).or_else(official).map_err(|_: InvalidId| {
            let rule = "the official number (普洱宁洱新塘〔2026〕1123-001号), the number on the receipt \
                        (s4k2m9qxa-261123-001), the short code (482 719 354) or the case id (a UUID) is wanted";
            InvalidId::new(text, "a case", rule)
        })
    }
}

impl fmt::Display for CaseRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Id(id) => id.fmt(f),
            Self::Number(number) => number.fmt(f),
            Self::Official(number) => number.fmt(f),
            Self::ShortCode(code) => code.fmt(f),
        }
    }
}
