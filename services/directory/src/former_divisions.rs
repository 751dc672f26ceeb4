//! Divisions of before (原区划): codes that a new list no longer has, what they were called, until when, and which division
//! took their place. Merged ones have the same successor; a renamed or moved one has its new code.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use onestop_proto::{
    division::{DivisionCode, Tier},
    ids::SiteId,
};
use serde::Deserialize;
use toml::Spanned;

use crate::{
    Directory,
    divisions::Divisions,
    error::{LoadError, Reason},
    load::{Day, Source},
    outside_divisions,
    units::Unit,
};

/// What became of a division of before.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FormerChange {
    /// It is a part of its successor, which has a site of its own (撤并).
    #[default]
    Merged,
    /// It goes on as its successor, under another code, name or township (改名、换码、改隶): the site is the same.
    Moved,
}

/// An entry of `sites.toml`, before it is checked.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FormerEntry {
    code: DivisionCode,
    name: String,
    until: Day,
    successor: DivisionCode,
    #[serde(default)]
    change: FormerChange,
}

/// A division of before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormerDivision {
    pub code: DivisionCode,
    /// What it was called, without those above.
    pub name: String,
    /// Its last day.
    pub until: Date,
    /// The present division that took its place.
    pub successor: DivisionCode,
    /// What became of it. One that moved, and then was merged, was merged.
    pub change: FormerChange,
}

/// All divisions of before, by their codes.
#[derive(Debug, Default)]
pub(crate) struct FormerDivisions {
    by_code: BTreeMap<DivisionCode, FormerDivision>,
    /// The codes of before, by those that took their places.
    by_successor: BTreeMap<DivisionCode, Vec<DivisionCode>>,
    /// The sites of divisions that were merged.
    merged_sites: BTreeSet<SiteId>,
}

impl FormerDivisions {
    pub(crate) fn load(
        entries: Vec<Spanned<FormerEntry>>,
        source: &Source,
        divisions: &Divisions,
    ) -> Result<Self, LoadError> {
        let mut successors = BTreeMap::new();
        let mut moved_to = BTreeSet::new();
        for entry in &entries {
            let FormerEntry {
                code,
                successor,
                change,
                ..
            } = entry.get_ref();
            let (code, successor) = (*code, *successor);
            let known = divisions.get(code).is_some();
            if known || successors.insert(code, (successor, *change)).is_some() {
                return Err(source.at(entry, Reason::DuplicateDivision { code }));
            }
            if *change == FormerChange::Moved && !moved_to.insert(successor) {
                return Err(source.at(entry, Reason::MovedTwice { successor }));
            }
        }
        let (mut by_code, mut by_successor) = (BTreeMap::new(), BTreeMap::new());
        for entry in entries {
            let line = source.line_of(&entry);
            let entry = entry.into_inner();
            let Some((successor, change)) = present(entry.code, &successors, divisions) else {
                let code = entry.successor;
                return Err(source.error(Some(line), Reason::UnknownDivision { code }));
            };
            let former = FormerDivision {
                code: entry.code,
                name: entry.name,
                until: entry.until.0,
                successor,
                change,
            };
            let codes: &mut Vec<DivisionCode> = by_successor.entry(successor).or_default();
            codes.push(former.code);
            by_code.insert(former.code, former);
        }
        let all: &BTreeMap<DivisionCode, FormerDivision> = &by_code;
        let merged = all
            .values()
            .filter(|former| former.change == FormerChange::Merged);
        let merged_sites = merged.map(|former| SiteId::derived(former.code)).collect();
        Ok(Self {
            by_code,
            by_successor,
            merged_sites,
        })
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &FormerDivision> {
        self.by_code.values()
    }

    pub(crate) fn get(&self, code: DivisionCode) -> Option<&FormerDivision> {
        self.by_code.get(&code)
    }

    /// The divisions that go on under another code, the latest last.
    pub(crate) fn moved(&self) -> Vec<&FormerDivision> {
        let moved = self
            .iter()
            .filter(|former| former.change == FormerChange::Moved);
        let mut moved: Vec<&FormerDivision> = moved.collect();
        moved.sort_by_key(|former| former.until);
        moved
    }

    /// The divisions that a present one was before, the latest last.
    pub(crate) fn moved_to(&self, successor: DivisionCode) -> Vec<&FormerDivision> {
        let all = self.of_successor(successor);
        let mut moved: Vec<&FormerDivision> = all
            .filter(|former| former.change == FormerChange::Moved)
            .collect();
        moved.sort_by_key(|former| former.until);
        moved
    }

    /// The divisions whose place a present one took.
    pub(crate) fn of_successor(
        &self,
        successor: DivisionCode,
    ) -> impl Iterator<Item = &FormerDivision> {
        let codes = self.by_successor.get(&successor).into_iter().flatten();
        codes.filter_map(|code| self.by_code.get(code))
    }
}

/// The division of the list that a chain of successors ends with, and what became of the first of the chain; nothing if it ends
/// with none.
fn present(
    mut code: DivisionCode,
    successors: &BTreeMap<DivisionCode, (DivisionCode, FormerChange)>,
    divisions: &Divisions,
) -> Option<(DivisionCode, FormerChange)> {
    let mut change = FormerChange::Moved;
    // A chain is no longer than there are entries, unless it is a circle.
    for _ in 0..=successors.len() {
        if divisions.get(code).is_some() {
            return Some((code, change));
        }
        let (successor, step) = successors.get(&code)?;
        if *step == FormerChange::Merged {
            change = FormerChange::Merged;
        }
        code = *successor;
    }
    None
}

impl Directory {
    /// The division of before that had a code.
    pub fn former_division(&self, code: DivisionCode) -> Option<&FormerDivision> {
        self.former.get(code)
    }

    /// The sites of the divisions of before whose place a present one took, by their ids: what they have recorded is part of
    /// what holds at the present place.
    pub fn former_sites(&self, successor: DivisionCode) -> impl Iterator<Item = SiteId> {
        let merged = self.former.of_successor(successor);
        merged.map(|former| SiteId::derived(former.code))
    }

    /// The sites that the one of a present division was before, under other codes, the latest last: what was recorded of them
    /// was recorded of it.
    #[must_use]
    pub fn sites_before_move(&self, division: DivisionCode) -> Vec<SiteId> {
        let moved = self.former.moved_to(division).into_iter();
        moved.map(|former| SiteId::derived(former.code)).collect()
    }

    /// The units of divisions of before, at the places of their successors: they finish the cases that they have.
    pub fn former_units(&self) -> &[Unit] {
        self.sites.former_units()
    }

    /// Whether a unit is one of a division that was merged. One of a division that moved is the same under another code.
    #[must_use]
    pub fn is_merged_unit(&self, unit: &Unit) -> bool {
        self.former.merged_sites.contains(&unit.site)
    }

    /// The present division for a code: its successor if it is of before, otherwise itself.
    pub fn present_division(&self, code: DivisionCode) -> DivisionCode {
        let former = self.former.get(code);
        former.map_or(code, |former| former.successor)
    }

    /// The name from the prefecture down, 普洱市宁洱哈尼族彝族自治县宁洱镇; of a division of before that of then; of one of another
    /// province that province; the digits where the code is not listed.
    #[must_use]
    pub fn full_name(&self, code: DivisionCode) -> String {
        if let Some(province) = self.outside_division(code) {
            return outside_divisions::full_name(province, code);
        }
        let Some(former) = self.former.get(code) else {
            return self.divisions.full_name(code);
        };
        match code.parent() {
            Some(above) if above.tier() > Tier::Province && self.is_listed(above) => {
                format!("{}{}", self.full_name(above), former.name)
            }
            Some(_) | None => former.name.clone(),
        }
    }

    /// Whether a code is that of a division, of now or of before.
    pub fn is_listed(&self, code: DivisionCode) -> bool {
        self.divisions.get(code).is_some() || self.former.get(code).is_some()
    }
}
