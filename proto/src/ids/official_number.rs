//! The official form of a case's number (案号), as people write it: `普洱宁洱新塘〔2026〕1129-010号`. Only its shape is read here; which
//! site it names, the directory knows.

use std::{fmt, str::FromStr};

use jiff::civil::Date;

use crate::{
    ids::{CaseNumber, InvalidId, SiteId},
    typed::code_signs,
};

/// Before the year: the brackets of the standard (GB/T 9704), and those that people type.
const OPENING: [char; 13] = [
    '〔', '(', '[', '{', '<', '【', '〖', '〘', '〚', '《', '〈', '「', '『',
];
/// Behind the year.
const CLOSING: [char; 14] = [
    '〕', ')', ']', '}', '>', '】', '〗', '〙', '〛', '》', '〉', '」', '』', '年',
];

/// The official form of a number: what the site is called, the day, and the day's count.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct OfficialNumber {
    site: String,
    day: Date,
    count: String,
}

serde_as_text!(OfficialNumber);

impl OfficialNumber {
    /// The official form of a number that was issued at a site of that name; none if the number has no day.
    #[must_use]
    pub fn of(site: &str, number: &CaseNumber) -> Option<Self> {
        let mut parts = number.as_str().split('-').skip(1);
        let (day, count) = (parts.next()?, parts.next()?);
        Some(Self {
            site: site.to_owned(),
            day: day_of(&format!("20{day}"))?,
            count: count.to_owned(),
        })
    }

    /// What the site is called, perhaps without its prefecture.
    #[must_use]
    pub fn site(&self) -> &str {
        &self.site
    }

    /// The number, where the site is known.
    #[must_use]
    pub fn number(&self, site: &SiteId) -> Option<CaseNumber> {
        let (day, count) = (self.day.strftime("%y%m%d"), &self.count);
        format!("{site}-{day}-{count}").parse().ok()
    }

    /// Reads what people typed: with brackets of any kind or none, in full width, with spaces, with 号 or without.
    fn read(typed: &str) -> Option<Self> {
        let signs = code_signs(typed);
        let text = signs.strip_suffix(['号', '號']).unwrap_or(&signs);
        let (before, behind) = split_digits(text);
        let before = before.strip_suffix('第').unwrap_or(before);
        let (site, digits) = match before.strip_suffix(CLOSING) {
            Some(opened) => {
                let (opened, year) = split_digits(opened);
                let site = opened.strip_suffix(OPENING).unwrap_or(opened);
                (year.len() == 4).then(|| (site, format!("{year}{behind}")))?
            }
            None => (before, behind.to_owned()),
        };
        let (day, count) = (day_of(digits.get(..8)?)?, digits.get(8..)?);
        let is_count = (1..=9).contains(&count.len());
        // Sites have Chinese names.
        let is_site = site.contains(|sign: char| sign > '\u{2e80}');
        (is_count && is_site).then(|| Self {
            site: site.to_owned(),
            day,
            count: format!("{count:0>3}"),
        })
    }
}

impl FromStr for OfficialNumber {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let rule = "'<site>〔<year>〕<month and day>-<count>号' is wanted";
        Self::read(text).ok_or_else(|| InvalidId::new(text, "an official number", rule))
    }
}

impl fmt::Display for OfficialNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { site, day, count } = self;
        write!(
            f,
            "{site}〔{}〕{}-{count}号",
            day.year(),
            day.strftime("%m%d")
        )
    }
}

impl schemars::JsonSchema for OfficialNumber {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "OfficialNumber".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string",
            "pattern": "^.+〔20[0-9]{2}〕[0-9]{4}-[0-9]{3,9}号$"
        })
    }
}

/// A text before the digits at its end, and those.
fn split_digits(text: &str) -> (&str, &str) {
    let before = text.trim_end_matches(|sign: char| sign.is_ascii_digit());
    (before, text.get(before.len()..).unwrap_or_default())
}

/// The day of eight digits, in this century.
fn day_of(digits: &str) -> Option<Date> {
    let (year, date) = (digits.get(..4)?, digits.get(4..)?);
    let (month, day) = (date.get(..2)?, date.get(2..)?);
    let day = format!("{year}-{month}-{day}").parse().ok();
    day.filter(|_| year.starts_with("20"))
}

#[cfg(test)]
mod tests {
    use crate::ids::CaseRef;

    #[test]
    fn every_spelling_names_one_case() {
        let written = "普洱宁洱新塘〔2026〕1129-010号";
        let number: CaseRef = written.parse().unwrap();
        assert!(matches!(number, CaseRef::Official(_)));
        assert_eq!(number.to_string(), written);
        for typed in [
            "普洱宁洱新塘〔２０２６〕１１２９－０１０号",
            "普洱宁洱新塘［2026］1129-010號",
            "普洱宁洱新塘[2026]1129—010",
            "普洱宁洱新塘(2026)第1129–010号",
            " 普洱 宁洱 新塘 （2026） 1129 010 号 ",
            "普洱宁洱新塘2026年1129-10号",
        ] {
            assert_eq!(typed.parse::<CaseRef>().as_ref(), Ok(&number), "{typed}");
        }
        for other in [
            "20261129010",
            "x20261129010",
            "新塘〔2026〕1340-010号",
            "新塘〔1926〕1129-010号",
        ] {
            assert!(other.parse::<CaseRef>().is_err(), "{other}");
        }
    }
}
