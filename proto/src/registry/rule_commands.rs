//! Commands about the rules of a place.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{
    clock::{DayKind, Step},
    ids::SiteId,
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
