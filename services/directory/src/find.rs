//! Finding a division by what people type.
//!
//! - Digits: every division whose twelve-digit code begins with them.
//! - Otherwise words between spaces: the last word is part of the division's name, each other word
//!   part of the name of one above it (`宁洱 宁洱镇`).
//! - Names written together, the division's own last, those above it before it and in order, none
//!   needed: `普洱市宁洱哈尼族彝族自治县宁洱镇`, `宁洱县宁洱镇新塘村`.
//! - In all of them a name may be spoken short (`spoken_names.rs`): 宁洱 or 宁洱县, 新塘村 or
//!   新塘村委会.
//!
//! A name with those above it comes first, then the whole name, its beginning, the rest; then what is
//! near the one who asks, the wider tier, the code.

use onestop_proto::{
    division::{DivisionCode, Tier},
    typed::half_width,
};

use crate::{
    Directory, FormerDivision,
    divisions::{Division, Divisions},
    spoken_names::{before_name, village_stem},
};

/// How well a name fits; the best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    /// The division's name, after names of divisions above it.
    Path,
    Whole,
    Beginning,
    Inside,
}

/// A division that fits.
#[derive(Debug, Clone, Copy)]
struct Fitting<'a> {
    fit: Fit,
    division: &'a Division,
}

impl Directory {
    /// Divisions by what people type, the best fit first.
    ///
    /// Digits fit every code that begins with them. A name fits where it is part of the name. Words
    /// between spaces narrow it down: `宁洱 新塘` is 新塘 in something called 宁洱. Names written
    /// together fit too, each with its ending or without: `普洱市宁洱县宁洱镇新塘村`. 村, 社区 and the
    /// names of their committees are one.
    pub fn find(&self, text: &str, limit: usize) -> Vec<&Division> {
        self.find_near(text, None, limit)
    }

    /// As [`Directory::find`]; of equal fits, those near a division come first.
    pub fn find_near(
        &self,
        text: &str,
        near: Option<DivisionCode>,
        limit: usize,
    ) -> Vec<&Division> {
        let found = self.divisions.fitting(text, near).into_iter();
        let found: Vec<&Division> = found.map(|one| one.division).take(limit).collect();
        if found.is_empty() {
            return self.successors_of(text, limit);
        }
        found
    }

    /// The divisions that took the places of those of before with a name or a code.
    fn successors_of(&self, text: &str, limit: usize) -> Vec<&Division> {
        let text = half_width(text);
        let text = text.trim();
        let is_meant = |former: &&FormerDivision| {
            let code = former.code.to_string();
            former.name.contains(text)
                || self.full_name(former.code).contains(text)
                || code.starts_with(text)
        };
        let mut found: Vec<&Division> = Vec::new();
        if text.chars().count() < 2 {
            return found;
        }
        for former in self.former.iter().filter(is_meant) {
            let successor = self.divisions.get(former.successor);
            found.extend(successor.filter(|one| !found.iter().any(|known| known.code == one.code)));
        }
        found.truncate(limit);
        found
    }

    /// The one division that people of a division mean by what they type: their own before others, and one beyond
    /// their county only if they name it with a division above it, or if it is a county or wider, and no other fits.
    /// A code of before (原区划) means the division that took its place; by a name of before people are asked for that.
    ///
    /// # Errors
    ///
    /// The divisions that they may mean, those near first, at most `limit`; perhaps none. They have to be asked.
    pub fn resolve_place(
        &self,
        text: &str,
        near: Option<DivisionCode>,
        limit: usize,
    ) -> Result<DivisionCode, Vec<DivisionCode>> {
        let found = self.divisions.fitting(text, near);
        if found.is_empty() {
            let former = half_width(text).trim().parse();
            let former = former.ok().and_then(|code| self.former_division(code));
            let codes = || self.successors_of(text, limit).into_iter();
            return former.map_or_else(
                || Err(codes().map(|division| division.code).collect()),
                |former| Ok(former.successor),
            );
        }
        let meant = self.divisions.meant(text, near, &found);
        meant.map(|division| division.code).ok_or_else(|| {
            let codes = found.iter().map(|one| one.division.code);
            codes.take(limit).collect()
        })
    }
}

impl Divisions {
    /// All divisions that fit a text, in order.
    fn fitting(&self, text: &str, near: Option<DivisionCode>) -> Vec<Fitting<'_>> {
        let text = half_width(text);
        let between = |sign: char| sign.is_whitespace() || matches!(sign, ',' | '、' | '/' | '-');
        let words: Vec<&str> = text
            .split(between)
            .filter(|word| !word.is_empty())
            .collect();
        let Some((last, above)) = words.split_last() else {
            return Vec::new();
        };
        if above.is_empty() && last.bytes().all(|byte| byte.is_ascii_digit()) {
            let begins = |division: &&Division| division.code.to_string().starts_with(last);
            let found = self.iter().filter(begins);
            let whole = |division| Fitting {
                fit: Fit::Whole,
                division,
            };
            return found.map(whole).collect();
        }
        let mut found: Vec<Fitting<'_>> = self
            .iter()
            .filter_map(|division| self.fit(division, last, above))
            .collect();
        // Stable, so the order of codes remains among equals.
        found.sort_by_key(|one| (one.fit, distance(near, one.division), one.division.tier()));
        found
    }

    fn fit<'a>(&self, division: &'a Division, last: &str, above: &[&str]) -> Option<Fitting<'a>> {
        let fit = fit(division, last)
            .or_else(|| self.is_path(division, last).then_some(Fit::Path))
            .filter(|_| above.iter().all(|word| self.is_above(division, word)))?;
        let fit = match fit {
            Fit::Whole if !above.is_empty() => Fit::Path,
            Fit::Path | Fit::Whole | Fit::Beginning | Fit::Inside => fit,
        };
        Some(Fitting { fit, division })
    }

    fn wider(&self, division: &Division) -> Vec<&Division> {
        let wider = division.code.chain().skip(1);
        wider.filter_map(|code| self.get(code)).collect()
    }

    fn is_above(&self, division: &Division, word: &str) -> bool {
        let wider = self.wider(division);
        wider.into_iter().any(|wider| fit(wider, word).is_some())
            || self.is_path_above(division, word)
    }

    /// Whether `word` is names of divisions above, written together: `普洱市宁洱县 宁洱镇`.
    fn is_path_above(&self, division: &Division, word: &str) -> bool {
        reads(word, &self.wider(division))
    }

    /// Whether `word` is the division's name after names of divisions above it.
    fn is_path(&self, division: &Division, word: &str) -> bool {
        let before = before_name(word, division);
        !before.is_empty() && {
            let wider = self.wider(division);
            before.into_iter().any(|before| reads(before, &wider))
        }
    }

    /// The one of `found` that is meant, if only one fits.
    fn meant<'a>(
        &self,
        text: &str,
        near: Option<DivisionCode>,
        found: &[Fitting<'a>],
    ) -> Option<&'a Division> {
        let named = |one: &&Fitting<'a>| matches!(one.fit, Fit::Path | Fit::Whole);
        let named: Vec<Fitting<'a>> = found.iter().filter(named).copied().collect();
        let full = named
            .iter()
            .find(|one| self.full_name(one.division.code) == text.trim());
        if let Some(full) = full {
            return Some(full.division);
        }
        for area in near.into_iter().flat_map(own_areas) {
            let concerns = |one: &&Fitting<'a>| {
                let code = one.division.code;
                area.contains(code) || code.contains(area)
            };
            let within: Vec<&Fitting<'a>> = named.iter().filter(concerns).collect();
            match within.as_slice() {
                [] => {}
                [one] => return Some(one.division),
                _ => return None,
            }
        }
        match (named.as_slice(), found) {
            ([one], _) if one.fit == Fit::Path || one.division.tier() <= Tier::County => {
                Some(one.division)
            }
            // Only a part of a name fits, and that of one division, which is near.
            ([], [one]) => {
                let mut areas = near.into_iter().flat_map(own_areas);
                let is_near = areas.any(|area| area.contains(one.division.code));
                is_near.then_some(one.division)
            }
            _ => None,
        }
    }
}

/// The divisions around one in which people need not be asked which place they mean: up to its county, or itself if it
/// is wider.
fn own_areas(near: DivisionCode) -> impl Iterator<Item = DivisionCode> {
    near.chain()
        .enumerate()
        .take_while(|(up, code)| *up == 0 || code.tier() >= Tier::County)
        .map(|(_, code)| code)
}

/// How many tiers up from `near` a division that holds the other one is.
fn distance(near: Option<DivisionCode>, division: &Division) -> usize {
    let Some(near) = near else { return 0 };
    let around = near.chain().position(|wide| wide.contains(division.code));
    around.unwrap_or(usize::MAX)
}

/// Whether a text is names of these divisions, the widest first; any of them may be missing.
fn reads(text: &str, wider: &[&Division]) -> bool {
    if text.is_empty() {
        return true;
    }
    let Some((nearest, above)) = wider.split_first() else {
        return false;
    };
    let without = before_name(text, nearest).into_iter();
    reads(text, above) || without.into_iter().any(|before| reads(before, above))
}

fn fit(division: &Division, word: &str) -> Option<Fit> {
    let name = division.name.as_str();
    if before_name(word, division).contains(&"") {
        return Some(Fit::Whole);
    }
    if name.starts_with(word) {
        return Some(Fit::Beginning);
    }
    if name.contains(word) {
        return Some(Fit::Inside);
    }
    let stem = village_stem(word);
    let spoken = division.tier() == Tier::Village && stem != word && stem.chars().count() > 1;
    let name = village_stem(name);
    if spoken && name.starts_with(stem) {
        Some(Fit::Beginning)
    } else {
        (spoken && name.contains(stem)).then_some(Fit::Inside)
    }
}
