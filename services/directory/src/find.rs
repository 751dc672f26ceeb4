//! Finding a division by what people type.
//!
//! - Digits: every division whose twelve-digit code begins with them.
//! - Otherwise words between spaces: the last word is part of the division's name, each other word
//!   part of the name of one above it (`宁洱 宁洱镇`).
//! - Names written together, the division's own whole and last, those above it whole and in order,
//!   none needed: `普洱市宁洱哈尼族彝族自治县宁洱镇`, `宁洱县宁洱镇`.
//! - In all of them an autonomous county or prefecture may go by its short name: the beginning of
//!   its name (two characters or more) and 县 or 州, so 宁洱县 for 宁洱哈尼族彝族自治县 and
//!   大理州 for 大理白族自治州.
//!
//! The whole name stands before its beginning, its beginning before the rest; then the wider tier,
//! then the code.

use onestop_proto::division::Tier;

use crate::divisions::{Division, Divisions};

/// How well a name fits; the best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    Whole,
    Beginning,
    Inside,
}

impl Divisions {
    pub(crate) fn find(&self, text: &str, limit: usize) -> Vec<&Division> {
        let words: Vec<&str> = text.split_whitespace().collect();
        let Some((last, above)) = words.split_last() else {
            return Vec::new();
        };
        if above.is_empty() && last.bytes().all(|byte| byte.is_ascii_digit()) {
            let begins = |division: &&Division| division.code.to_string().starts_with(last);
            return self.iter().filter(begins).take(limit).collect();
        }
        let mut found: Vec<(Fit, Tier, &Division)> = self
            .iter()
            .filter_map(|division| Some((self.fit(division, last)?, division.tier(), division)))
            .filter(|(_, _, division)| above.iter().all(|word| self.is_above(division, word)))
            .collect();
        // Stable, so the order of codes remains among equals.
        found.sort_by_key(|(fit, tier, _)| (*fit, *tier));
        found
            .into_iter()
            .take(limit)
            .map(|(_, _, division)| division)
            .collect()
    }

    fn is_above(&self, division: &Division, word: &str) -> bool {
        let mut wider = division
            .code
            .chain()
            .skip(1)
            .filter_map(|code| self.get(code));
        wider.any(|wider| fit(&wider.name, word).is_some())
    }

    fn fit(&self, division: &Division, word: &str) -> Option<Fit> {
        fit(&division.name, word).or_else(|| self.is_path(division, word).then_some(Fit::Whole))
    }

    /// Whether `word` is the division's name after names of divisions above it.
    fn is_path(&self, division: &Division, word: &str) -> bool {
        let Some(mut rest) = without_ending(word, &division.name) else {
            return false;
        };
        for wider in division
            .code
            .chain()
            .skip(1)
            .filter_map(|code| self.get(code))
        {
            rest = without_ending(rest, &wider.name).unwrap_or(rest);
        }
        rest.is_empty()
    }
}

fn fit(name: &str, word: &str) -> Option<Fit> {
    if name == word || short_stem(name, word).is_some_and(|stem| stem.len() + 3 == word.len()) {
        Some(Fit::Whole)
    } else if name.starts_with(word) {
        Some(Fit::Beginning)
    } else {
        name.contains(word).then_some(Fit::Inside)
    }
}

/// What stands before `name`, or before its short form, at the end of `text`.
fn without_ending<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    if let Some(rest) = text.strip_suffix(name) {
        return Some(rest);
    }
    let stem = short_stem(name, text)?;
    text.get(..text.len().checked_sub(stem.len() + "县".len())?)
}

/// The longest beginning of an autonomous county's or prefecture's name, two characters at least,
/// that stands at the end of `text` before 县 or 州.
fn short_stem<'a>(name: &'a str, text: &str) -> Option<&'a str> {
    let (name, text) = if name.ends_with("自治县") {
        (name, text.strip_suffix('县')?)
    } else if name.ends_with("自治州") {
        (name, text.strip_suffix('州')?)
    } else {
        return None;
    };
    let ends = name
        .char_indices()
        .map(|(at, character)| at + character.len_utf8())
        .skip(1);
    let stems = ends.filter_map(|end| name.get(..end));
    stems.filter(|stem| text.ends_with(stem)).last()
}
