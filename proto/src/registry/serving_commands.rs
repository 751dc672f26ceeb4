//! Commands about the building of a site, its opening hours and who is on duty; and what becomes of a proposed change.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Finding, Hours, Weekday};
use crate::ids::{ServiceItem, SiteId, Topic, UnitId};

/// Plan the day on which a site is to open. A later day than was planned before needs a reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PlanOpening {
    /// The site.
    pub site: SiteId,
    /// The day on which it is to open.
    #[schemars(with = "String")]
    pub opens: Date,
    /// Why it is later than was planned before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// Say whether a site meets a point of the standard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CheckStandard {
    /// The site.
    pub site: SiteId,
    /// The point, by its id in the directory's list.
    pub checkpoint: Topic,
    /// What was found.
    pub finding: Finding,
    /// What it rests on.
    pub evidence: String,
}

/// Confirm that what is recorded of a site is right.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ConfirmEntry {
    /// The site.
    pub site: SiteId,
}

/// Set the opening hours of a site, for some items or for all that it offers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SetHours {
    /// The site.
    pub site: SiteId,
    /// The items; none: all that the site offers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<ServiceItem>,
    /// The days of the week.
    pub weekdays: Vec<Weekday>,
    /// The hours of such a day, such as 09:00-12:00.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hours: Vec<Hours>,
    /// The first day; today, if it is not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub from: Option<Date>,
    /// The last day, if it is to end by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub until: Option<Date>,
}

/// Say who is on duty at a unit on days of the week: title and surname, which public pages show.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SetDuty {
    /// The unit.
    pub unit: UnitId,
    /// The days of the week.
    pub weekdays: Vec<Weekday>,
    /// The people: surname and title. None: no person is named on those days.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub names: Vec<String>,
    /// The first day; today, if it is not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub from: Option<Date>,
    /// The last day, if it is to end by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub until: Option<Date>,
}

/// Approve a proposed change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ApproveChange {
    /// The site.
    pub site: SiteId,
    /// The number of the proposal.
    pub proposal: u32,
}

/// Send a proposed change back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SendBackChange {
    /// The site.
    pub site: SiteId,
    /// The number of the proposal.
    pub proposal: u32,
    /// Why.
    pub reason: String,
}
