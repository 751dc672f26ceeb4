//! The rules that a bureau sets for its own place.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{
    clock::{DayKind, Step},
    division::DivisionCode,
    ids::{ServiceItem, SiteId, Topic, UnitId},
    legal_aid::{MeansBase, Residence},
};

/// A step has another limit at a place from a day on (变更时限). A limit that is looser than that of a wider place gives
/// way to it, whichever was recorded first. Clocks that run keep the limit that they were started with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct LimitSet {
    /// The site of the place.
    pub site: SiteId,
    /// Its window.
    pub unit: UnitId,
    /// The place: the limit holds there and in everything in it.
    pub division: DivisionCode,
    /// The step.
    pub step: Step,
    /// How many days, or months.
    pub days: u32,
    /// Of which kind.
    pub day_kind: DayKind,
    /// The first day.
    #[schemars(with = "String")]
    pub from: Date,
    /// The last day, after which the limit is as it was before; nothing where none is set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub until: Option<Date>,
    /// The promise, or the rule of the place, that sets it.
    pub basis: String,
    /// The division whose bureau has set it; nothing in events of before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided_by: Option<DivisionCode>,
}

/// Days off of a place (地方性假日, 全国年节及纪念日放假办法 art. 4). They count for limits that begin after they were recorded; one
/// that runs ends later where they move its last day, and never earlier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct DaysOffDeclared {
    /// The site of the place.
    pub site: SiteId,
    /// Its window.
    pub unit: UnitId,
    /// The place: it holds there and in everything in it.
    pub division: DivisionCode,
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

/// A site receives an item that sites of its tier do not (事项进驻).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct ItemMovedIn {
    /// The site.
    pub site: SiteId,
    /// Its window.
    pub unit: UnitId,
    /// Where it is.
    pub division: DivisionCode,
    /// The item.
    pub item: ServiceItem,
    /// The first day.
    #[schemars(with = "String")]
    pub from: Date,
    /// The division whose bureau has set it; nothing in events of before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided_by: Option<DivisionCode>,
}

/// A site receives an item no longer that had moved in (事项撤出).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct ItemMovedOut {
    /// The site.
    pub site: SiteId,
    /// Its window.
    pub unit: UnitId,
    /// Where it is.
    pub division: DivisionCode,
    /// The item.
    pub item: ServiceItem,
    /// The first day on which it is not received.
    #[schemars(with = "String")]
    pub from: Date,
    /// The division whose bureau has set it; nothing in events of before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided_by: Option<DivisionCode>,
}

/// A place asks for other papers from a day on (变更所需材料). What a narrower place asks for beyond a wider one does not
/// count: it can only ask for less.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct PapersSet {
    /// The site of the place.
    pub site: SiteId,
    /// Its window.
    pub unit: UnitId,
    /// The place: it holds there and in everything in it.
    pub division: DivisionCode,
    /// The item.
    pub item: ServiceItem,
    /// The topic of it; nothing for the item as a whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub topic: Option<Topic>,
    /// The papers, by the ids of the directory's materials; none: nothing has to be brought.
    pub papers: Vec<Topic>,
    /// The first day.
    #[schemars(with = "String")]
    pub from: Date,
    /// The last day, after which the papers are as they were before; nothing where none is set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub until: Option<Date>,
    /// The promise, or the rule of the place, that sets them.
    pub basis: String,
    /// The division whose bureau has set it; nothing in events of before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided_by: Option<DivisionCode>,
}

/// A place has another line of means from a day on (经济困难标准, 法律援助法 art. 34): what a head may have to get legal aid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct MeansLineSet {
    /// The site of the place.
    pub site: SiteId,
    /// Its window.
    pub unit: UnitId,
    /// The place: it holds there and in everything in it.
    pub division: DivisionCode,
    /// For town or for country people.
    pub residence: Residence,
    /// What it is a part or a multiple of.
    pub base: MeansBase,
    /// How much that is, in yuan.
    pub base_amount: u64,
    /// How many hundredths of it the line is.
    pub base_percent: u32,
    /// The first day.
    #[schemars(with = "String")]
    pub from: Date,
    /// The last day, after which the line is as it was before; nothing where none is set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub until: Option<Date>,
    /// The document that sets it.
    pub basis: String,
    /// The division whose bureau has set it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided_by: Option<DivisionCode>,
}
