//! What changes at a site: how it is reached, its state, whether its units take cases.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::SiteState;
use crate::{
    division::DivisionCode,
    ids::{SiteId, UnitId},
};

/// A unit has another telephone or address from a day on (变更联系方式). Its window's are those of the site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct ContactChanged {
    /// The site.
    pub site: SiteId,
    /// The unit.
    pub unit: UnitId,
    /// Where it is.
    pub division: DivisionCode,
    /// The first day.
    #[schemars(with = "String")]
    pub from: Date,
    /// The telephone; nothing where it stays as it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// The address; nothing where it stays as it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
}

/// A site is in another state from a day on (变更站点状态): planned, on trial, open, temporarily closed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct StateSet {
    /// The site.
    pub site: SiteId,
    /// Its window.
    pub unit: UnitId,
    /// Where it is.
    pub division: DivisionCode,
    /// The state.
    pub state: SiteState,
    /// The first day.
    #[schemars(with = "String")]
    pub from: Date,
    /// The last day, after which the site is as it was before; nothing where none is set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub until: Option<Date>,
    /// What it rests on: the approval, the inspection, the reason of a closure.
    pub evidence: String,
    /// The number of the document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document_number: Option<String>,
    /// The division whose bureau has set it; nothing in events of before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided_by: Option<DivisionCode>,
}

/// A unit takes no further ordinary cases until a day (标记满负荷).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct UnitFilled {
    /// The site.
    pub site: SiteId,
    /// The unit.
    pub unit: UnitId,
    /// Where it is.
    pub division: DivisionCode,
    /// The first day.
    #[schemars(with = "String")]
    pub from: Date,
    /// The last day.
    #[schemars(with = "String")]
    pub until: Date,
    /// The division whose bureau or unit has set it; nothing in events of before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided_by: Option<DivisionCode>,
}

/// A unit that was full takes cases again from a day on (恢复接收).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct UnitFreed {
    /// The site.
    pub site: SiteId,
    /// The unit.
    pub unit: UnitId,
    /// Where it is.
    pub division: DivisionCode,
    /// The first day.
    #[schemars(with = "String")]
    pub from: Date,
    /// The division whose bureau or unit has set it; nothing in events of before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided_by: Option<DivisionCode>,
}
