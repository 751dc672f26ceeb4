//! When a site is open, and who is on duty there.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Hours, Weekday};
use crate::{
    division::DivisionCode,
    ids::{ServiceItem, SiteId, UnitId},
};

/// A site has other opening hours from a day on (变更开放时间).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct HoursSet {
    /// The site.
    pub site: SiteId,
    /// Its window.
    pub unit: UnitId,
    /// Where it is.
    pub division: DivisionCode,
    /// The first day.
    #[schemars(with = "String")]
    pub from: Date,
    /// The last day, after which the hours are as they were before; nothing where none is set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub until: Option<Date>,
    /// The items; none: all that the site offers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<ServiceItem>,
    /// The days of the week.
    pub weekdays: Vec<Weekday>,
    /// The hours of such a day; none where they are not known.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hours: Vec<Hours>,
    /// The division whose bureau has set it; nothing in events of before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided_by: Option<DivisionCode>,
}

/// Other people are on duty at a unit from a day on (变更值班人员): title and surname, as on the board in the hall.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct DutySet {
    /// The site.
    pub site: SiteId,
    /// The unit.
    pub unit: UnitId,
    /// Where it is.
    pub division: DivisionCode,
    /// The first day.
    #[schemars(with = "String")]
    pub from: Date,
    /// The last day; nothing where none is set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub until: Option<Date>,
    /// The days of the week.
    pub weekdays: Vec<Weekday>,
    /// The people; none: no person is named on those days.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub names: Vec<String>,
}
