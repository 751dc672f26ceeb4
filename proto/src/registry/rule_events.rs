//! The rules that a bureau sets for its own place.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{
    clock::{DayKind, Step},
    division::DivisionCode,
    ids::{SiteId, UnitId},
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
}
