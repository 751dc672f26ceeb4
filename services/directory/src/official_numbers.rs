//! The official form of a case's number (案号), by which officials name a case and say it on the telephone:
//! `普洱宁洱新塘〔2026〕1129-010号` for the number `s6chnegt3-261129-010`. It names the site, the day and the day's count, as the
//! number does, and is derived from it: neither is stored.

use jiff::civil::Date;
use onestop_proto::{
    ids::{CaseNumber, CaseRef, InvalidId, SiteId},
    typed::code_signs,
};

use crate::Directory;

/// Before the year: the brackets of the standard (GB/T 9704), and those that people type.
const OPENING: [char; 13] = [
    '〔', '(', '[', '{', '<', '【', '〖', '〘', '〚', '《', '〈', '「', '『',
];
/// Behind the year.
const CLOSING: [char; 14] = [
    '〕', ')', ']', '}', '>', '】', '〗', '〙', '〛', '》', '〉', '」', '』', '年',
];

impl Directory {
    /// The official form of a case's number. A number whose site or day is not known has none, and is shown as it is.
    #[must_use]
    pub fn official_number(&self, number: &CaseNumber) -> Option<String> {
        let mut parts = number.as_str().split('-');
        let (site, day, count) = (parts.next()?, parts.next()?, parts.next()?);
        let site: SiteId = site.parse().ok()?;
        let name = self.site_names().name(&site)?;
        let (year, date) = (day.get(..2)?, day.get(2..)?);
        is_day(year, date).then(|| format!("{name}〔20{year}〕{date}-{count}号"))
    }

    /// The number whose official form a person typed: with brackets of any kind or none, in full width, with spaces, with
    /// 号 or without, and without the prefecture where no other prefecture has such a site.
    #[must_use]
    pub fn read_official_number(&self, typed: &str) -> Option<CaseNumber> {
        let signs = code_signs(typed);
        let text = signs.strip_suffix(['号', '號']).unwrap_or(&signs);
        let (before, behind) = split_digits(text);
        let before = before.strip_suffix('第').unwrap_or(before);
        let (name, digits) = match before.strip_suffix(CLOSING) {
            Some(opened) => {
                let (opened, year) = split_digits(opened);
                let name = opened.strip_suffix(OPENING).unwrap_or(opened);
                (year.len() == 4).then(|| (name, format!("{year}{behind}")))?
            }
            None => (before, behind.to_owned()),
        };
        let year = digits.get(..4)?.strip_prefix("20")?;
        let (date, count) = (digits.get(4..8)?, digits.get(8..)?);
        if count.is_empty() || !is_day(year, date) {
            return None;
        }
        let site = self.site_names().site(name)?;
        format!("{site}-{year}{date}-{count:0>3}").parse().ok()
    }

    /// The case that a person typed: its id, or its number in any spelling, the official form included.
    ///
    /// # Errors
    /// If it is none of them.
    pub fn read_case(&self, typed: &str) -> Result<CaseRef, InvalidId> {
        typed.parse::<CaseRef>().or_else(|wrong| {
            let number = self.read_official_number(typed);
            number.map(CaseRef::Number).ok_or(wrong)
        })
    }
}

/// A text before the digits at its end, and those.
fn split_digits(text: &str) -> (&str, &str) {
    let before = text.trim_end_matches(|sign: char| sign.is_ascii_digit());
    (before, text.get(before.len()..).unwrap_or_default())
}

/// Whether there is a day of this year, without its century, of this month and day.
fn is_day(year: &str, date: &str) -> bool {
    let (Some(month), Some(day)) = (date.get(..2), date.get(2..)) else {
        return false;
    };
    format!("20{year}-{month}-{day}").parse::<Date>().is_ok()
}
