//! What was recorded of a site.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{
    ChangeApproved, ChangeProposed, ChangeSentBack, DutySet, EntryConfirmed, HoursSet,
    OpeningPlanned, SiteState, StandardChecked,
};
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
}

events! {
    /// What was recorded of a site.
    pub enum Event {
        /// 变更联系方式
        ContactChanged = "cn.onestop.registry.contact-changed.v1", "变更联系方式", "Contact changed";
        /// 变更站点状态
        StateSet = "cn.onestop.registry.state-set.v1", "变更站点状态", "State set";
        /// 标记满负荷
        UnitFilled = "cn.onestop.registry.unit-filled.v1", "标记满负荷", "Unit full";
        /// 恢复接收
        UnitFreed = "cn.onestop.registry.unit-freed.v1", "恢复接收", "Unit takes cases again";
        /// 计划开放
        OpeningPlanned = "cn.onestop.registry.opening-planned.v1", "计划开放", "Opening planned";
        /// 达标核查
        StandardChecked = "cn.onestop.registry.standard-checked.v1", "达标核查", "Standard checked";
        /// 确认登记内容
        EntryConfirmed = "cn.onestop.registry.entry-confirmed.v1", "确认登记内容", "Entry confirmed";
        /// 变更开放时间
        HoursSet = "cn.onestop.registry.hours-set.v1", "变更开放时间", "Opening hours set";
        /// 变更值班人员
        DutySet = "cn.onestop.registry.duty-set.v1", "变更值班人员", "Duty set";
        /// 提请变更
        ChangeProposed = "cn.onestop.registry.change-proposed.v1", "提请变更", "Change proposed";
        /// 批准变更
        ChangeApproved = "cn.onestop.registry.change-approved.v1", "批准变更", "Change approved";
        /// 退回变更
        ChangeSentBack = "cn.onestop.registry.change-sent-back.v1", "退回变更", "Change sent back";
    }
}

impl Event {
    /// The site that it is about.
    #[must_use]
    pub const fn site(&self) -> &SiteId {
        match self {
            Self::ContactChanged(event) => &event.site,
            Self::StateSet(event) => &event.site,
            Self::UnitFilled(event) => &event.site,
            Self::UnitFreed(event) => &event.site,
            Self::OpeningPlanned(event) => &event.site,
            Self::StandardChecked(event) => &event.site,
            Self::EntryConfirmed(event) => &event.site,
            Self::HoursSet(event) => &event.site,
            Self::DutySet(event) => &event.site,
            Self::ChangeProposed(event) => &event.site,
            Self::ChangeApproved(event) => &event.site,
            Self::ChangeSentBack(event) => &event.site,
        }
    }

    /// The unit that it is about, and where that is.
    #[must_use]
    pub const fn unit(&self) -> (&UnitId, DivisionCode) {
        match self {
            Self::ContactChanged(event) => (&event.unit, event.division),
            Self::StateSet(event) => (&event.unit, event.division),
            Self::UnitFilled(event) => (&event.unit, event.division),
            Self::UnitFreed(event) => (&event.unit, event.division),
            Self::OpeningPlanned(event) => (&event.unit, event.division),
            Self::StandardChecked(event) => (&event.unit, event.division),
            Self::EntryConfirmed(event) => (&event.unit, event.division),
            Self::HoursSet(event) => (&event.unit, event.division),
            Self::DutySet(event) => (&event.unit, event.division),
            Self::ChangeProposed(event) => (&event.unit, event.division),
            Self::ChangeApproved(event) => (&event.unit, event.division),
            Self::ChangeSentBack(event) => (&event.unit, event.division),
        }
    }
}
