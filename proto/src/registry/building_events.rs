//! How far the building of a site is: its plan, the standards it meets, and that what is recorded of it was looked at.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{
    division::DivisionCode,
    ids::{SiteId, Topic, UnitId},
};

choices! {
    /// What an inspection of one point of the standard has found (达标情况).
    pub enum Finding {
        Met = "met", "达标", "met";
        NotMet = "not-met", "未达标", "not met";
    }
}

/// A site that is being built is planned to open on a day (计划开放).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct OpeningPlanned {
    /// The site.
    pub site: SiteId,
    /// Its window.
    pub unit: UnitId,
    /// Where it is.
    pub division: DivisionCode,
    /// The day of this plan: the one before it held until then.
    #[schemars(with = "String")]
    pub from: Date,
    /// The day on which the site is to open.
    #[schemars(with = "String")]
    pub opens: Date,
    /// Why it is later than was planned before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// A point of the standard was looked at (达标核查).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct StandardChecked {
    /// The site.
    pub site: SiteId,
    /// Its window.
    pub unit: UnitId,
    /// Where it is.
    pub division: DivisionCode,
    /// The day.
    #[schemars(with = "String")]
    pub from: Date,
    /// The point, by its id in the directory's list.
    pub checkpoint: Topic,
    /// What was found.
    pub finding: Finding,
    /// What it rests on.
    pub evidence: String,
    /// The division whose bureau has set it; nothing in events of before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided_by: Option<DivisionCode>,
}

/// A keeper of a site's record has looked at it and found it right (确认登记内容).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct EntryConfirmed {
    /// The site.
    pub site: SiteId,
    /// Its window.
    pub unit: UnitId,
    /// Where it is.
    pub division: DivisionCode,
    /// The day.
    #[schemars(with = "String")]
    pub from: Date,
}
