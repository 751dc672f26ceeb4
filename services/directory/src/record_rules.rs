//! What holds for recording (登记规则): how often an entry is confirmed, for how long a unit may be full, which changes
//! need a bureau's approval, the points of the standard, and how people on duty are named. A row of a narrower place
//! adds to what holds around it, and loosens nothing: of several the strictest counts.

use std::num::NonZeroU32;

use onestop_proto::{
    division::{DivisionCode, Tier},
    ids::Topic,
    text::{Text, Words},
};
use serde::Deserialize;
use toml::Spanned;

use crate::{
    error::{LoadError, Reason},
    load::{BothLanguages, Source},
    row_places::KnownPlaces,
    status::Status,
};

/// Titles by which people on duty are named, where `sites.toml` lists none.
const TITLES: [&str; 9] = [
    "法律顾问",
    "调解员",
    "公证员",
    "工作人员",
    "律师",
    "主任",
    "所长",
    "老师",
    "同志",
];
/// The most signs of a surname.
const LONGEST_SURNAME: usize = 2;

/// What is recorded, as a rule of approval names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RecordKind {
    /// Telephone and address.
    ChangeContact,
    SetState,
    MarkFull,
    /// That a unit takes cases again.
    MarkFree,
    PlanOpening,
    CheckStandard,
    SetHours,
    SetDuty,
    SetLimit,
    SetPapers,
    MoveItemIn,
    MoveItemOut,
}

/// Whose bureau approves a change; a later one is stricter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ChangeApprover {
    /// The bureau of the site's division, or the nearest above.
    Bureau,
    /// The bureau of the tier above the site's.
    TierAbove,
}

/// Which part of the standard a point belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StandardArea {
    /// 场所
    Premises,
    /// 人员
    People,
    /// 事项
    Items,
    /// 标识
    Signs,
    /// 公开
    Openness,
}

impl StandardArea {
    pub const fn text(self) -> Text {
        let (zh, en) = match self {
            Self::Premises => ("场所", "premises"),
            Self::People => ("人员", "people"),
            Self::Items => ("事项", "items"),
            Self::Signs => ("标识", "signs"),
            Self::Openness => ("公开", "openness"),
        };
        Text { zh, en }
    }
}

/// A point of the standard (建设标准) by which a site is looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    pub id: Topic,
    pub area: StandardArea,
    pub name: Words,
    tiers: Vec<Tier>,
    place: Option<DivisionCode>,
}

impl Checkpoint {
    /// Whether the site of a division is looked at by it.
    pub fn concerns(&self, place: DivisionCode) -> bool {
        (self.tiers.is_empty() || self.tiers.contains(&place.tier()))
            && self.place.is_none_or(|wide| wide.contains(place))
    }
}

/// The entries of `sites.toml` about recording, before they are checked.
#[derive(Debug, Default)]
pub(crate) struct RecordEntries {
    pub(crate) duty_titles: Vec<String>,
    pub(crate) record_rule: Vec<Spanned<RecordRuleEntry>>,
    pub(crate) change_approval: Vec<Spanned<ChangeApprovalEntry>>,
    pub(crate) checkpoint: Vec<Spanned<CheckpointEntry>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RecordRuleEntry {
    place: Option<DivisionCode>,
    confirm_within_days: Option<NonZeroU32>,
    most_full_days: Option<NonZeroU32>,
    most_days_ahead: Option<NonZeroU32>,
    #[expect(dead_code, reason = "for the reader of the file")]
    source: String,
    #[expect(dead_code, reason = "for the reader of the file")]
    status: Status,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChangeApprovalEntry {
    changes: Vec<RecordKind>,
    place: Option<DivisionCode>,
    approver: ChangeApprover,
    source: String,
    #[expect(dead_code, reason = "for the reader of the file")]
    status: Status,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CheckpointEntry {
    id: Topic,
    area: StandardArea,
    name: BothLanguages,
    #[serde(default)]
    tiers: Vec<Tier>,
    place: Option<DivisionCode>,
}

/// The rules of recording, checked.
#[derive(Debug, Default)]
pub(crate) struct RecordRules {
    titles: Vec<String>,
    limits: Vec<RecordRuleEntry>,
    approvals: Vec<ChangeApprovalEntry>,
    checkpoints: Vec<Checkpoint>,
}

impl RecordRules {
    pub(crate) fn load(
        entries: RecordEntries,
        source: &Source,
        places: KnownPlaces<'_>,
    ) -> Result<Self, LoadError> {
        let present = |line: usize, place: Option<DivisionCode>| {
            let known = places.of_row(place);
            let known = known.map_err(|reason| source.error(Some(line), reason));
            known.map(|place| place.present())
        };
        let mut rules = Self {
            titles: entries.duty_titles,
            ..Self::default()
        };
        for entry in entries.record_rule {
            let place = present(source.line_of(&entry), entry.get_ref().place)?;
            let entry = entry.into_inner();
            rules.limits.push(RecordRuleEntry { place, ..entry });
        }
        for entry in entries.change_approval {
            let line = source.line_of(&entry);
            let place = present(line, entry.get_ref().place)?;
            if entry.get_ref().changes.is_empty() {
                return Err(source.error(Some(line), Reason::ApprovalOfNothing));
            }
            let entry = entry.into_inner();
            rules.approvals.push(ChangeApprovalEntry { place, ..entry });
        }
        for entry in entries.checkpoint {
            let line = source.line_of(&entry);
            let place = present(line, entry.get_ref().place)?;
            let entry = entry.into_inner();
            if rules.checkpoints.iter().any(|one| one.id == entry.id) {
                let checkpoint = entry.id;
                return Err(source.error(Some(line), Reason::DuplicateCheckpoint { checkpoint }));
            }
            rules.checkpoints.push(Checkpoint {
                id: entry.id,
                area: entry.area,
                name: entry.name.into(),
                tiers: entry.tiers,
                place,
            });
        }
        Ok(rules)
    }

    /// The least of what the rows about a place and those around it say.
    fn least(
        &self,
        place: DivisionCode,
        days: fn(&RecordRuleEntry) -> Option<NonZeroU32>,
    ) -> Option<u32> {
        let rows = self.limits.iter();
        let about = rows.filter(|row| row.place.is_none_or(|wide| wide.contains(place)));
        about.filter_map(days).min().map(NonZeroU32::get)
    }

    /// The days within which what is recorded of a site is confirmed again.
    pub(crate) fn confirm_within_days(&self, place: DivisionCode) -> Option<u32> {
        self.least(place, |row| row.confirm_within_days)
    }

    /// The most days for which a unit may be marked as full.
    pub(crate) fn most_full_days(&self, place: DivisionCode) -> Option<u32> {
        self.least(place, |row| row.most_full_days)
    }

    pub(crate) fn most_days_ahead(&self, place: DivisionCode) -> Option<u32> {
        self.least(place, |row| row.most_days_ahead)
    }

    /// Whose approval a change needs, and the rule that says so.
    pub(crate) fn approval(
        &self,
        change: RecordKind,
        place: DivisionCode,
    ) -> Option<(ChangeApprover, &str)> {
        let concerns = |entry: &&ChangeApprovalEntry| {
            entry.changes.contains(&change) && entry.place.is_none_or(|wide| wide.contains(place))
        };
        let rules = self.approvals.iter().filter(concerns);
        let strictest = rules.max_by_key(|entry| entry.approver)?;
        Some((strictest.approver, strictest.source.as_str()))
    }

    /// The points by which the site of a division is looked at.
    pub(crate) fn checkpoints(&self, place: DivisionCode) -> impl Iterator<Item = &Checkpoint> {
        let all = self.checkpoints.iter();
        all.filter(move |checkpoint| checkpoint.concerns(place))
    }

    /// The titles by which people on duty are named.
    pub(crate) fn titles(&self) -> Vec<&str> {
        if self.titles.is_empty() {
            return TITLES.to_vec();
        }
        self.titles.iter().map(String::as_str).collect()
    }

    /// Whether a name is a surname and a title, and no more: 王律师.
    pub(crate) fn is_roster_name(&self, name: &str) -> bool {
        let surname_of = |title: &str| {
            let surname = name.strip_suffix(title)?;
            let signs = surname.chars().count();
            let written = surname
                .chars()
                .all(|sign| ('\u{4E00}'..='\u{9FFF}').contains(&sign));
            (1..=LONGEST_SURNAME).contains(&signs).then_some(written)
        };
        self.titles()
            .into_iter()
            .any(|title| surname_of(title) == Some(true))
    }
}

#[cfg(test)]
mod tests;
