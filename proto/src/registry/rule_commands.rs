//! Commands about the rules of a place.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{
    clock::{DayKind, Step},
    ids::{ServiceItem, SiteId, Topic},
    legal_aid::{MeansBase, Residence},
};

/// Set the limit of a step for a place and everything in it: no looser than what wider places have set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SetLimit {
    /// The site of the place.
    pub site: SiteId,
    /// The step, such as referral.accept.
    pub step: Step,
    /// How many days, or months.
    pub days: u32,
    /// Of which kind; that of the limit which holds, if it is not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub day_kind: Option<DayKind>,
    /// The promise, or the rule of the place, that sets it.
    pub basis: String,
    /// The first day; today, if it is not given. Clocks that run by then keep their limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub from: Option<Date>,
    /// The last day, if it is to end by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub until: Option<Date>,
}

/// Declare days off of a prefecture or a county.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DeclareDaysOff {
    /// The site of the place.
    pub site: SiteId,
    /// What the days are for: 火把节.
    pub holiday: String,
    /// The first day.
    #[schemars(with = "String")]
    pub from: Date,
    /// The last day.
    #[schemars(with = "String")]
    pub until: Date,
    /// The notice that sets them.
    pub basis: String,
}

/// Have a site receive an item that sites of its tier do not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MoveItemIn {
    /// The site.
    pub site: SiteId,
    /// The item.
    pub item: ServiceItem,
    /// The first day; today, if it is not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub from: Option<Date>,
}

/// Have a site receive an item no longer that had moved in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MoveItemOut {
    /// The site.
    pub site: SiteId,
    /// The item.
    pub item: ServiceItem,
    /// The first day on which it is not received; today, if it is not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub from: Option<Date>,
}

/// Set which papers a place asks for: fewer than wider places do, or as many.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SetPapers {
    /// The site of the place.
    pub site: SiteId,
    /// The item.
    pub item: ServiceItem,
    /// The topic of it; the item as a whole, if it is not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub topic: Option<Topic>,
    /// The papers, by the ids of the directory's materials; none: nothing has to be brought.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub papers: Vec<Topic>,
    /// The promise, or the rule of the place, that sets them.
    pub basis: String,
    /// The first day; today, if it is not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub from: Option<Date>,
    /// The last day, if it is to end by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub until: Option<Date>,
}

/// Set the line of means of a prefecture, or of the province, and of everything in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SetMeansLine {
    /// The site of the place.
    pub site: SiteId,
    /// For town or for country people.
    pub residence: Residence,
    /// What it is a part or a multiple of; for town people the allowance a month, for country people the income a year, if it is
    /// not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base: Option<MeansBase>,
    /// How much that is, in yuan.
    pub base_amount: u64,
    /// How many hundredths of it the line is; the whole amount, if it is not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base_percent: Option<u32>,
    /// The document that sets it.
    pub basis: String,
    /// The first day; today, if it is not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub from: Option<Date>,
    /// The last day, if it is to end by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub until: Option<Date>,
}
