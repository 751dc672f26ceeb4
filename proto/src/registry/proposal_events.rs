//! Changes that wait for the bureau that decides about them.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{
    ContactChanged, DaysOffDeclared, DutySet, HoursSet, ItemMovedIn, ItemMovedOut, LimitSet,
    OpeningPlanned, PapersSet, StandardChecked, StateSet, UnitFilled, UnitFreed,
};
use crate::{
    division::DivisionCode,
    ids::{SiteId, StaffId, UnitId},
};

/// A change that was proposed: what is recorded when it is approved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum ProposedChange {
    /// 变更联系方式
    ContactChanged(ContactChanged),
    /// 变更站点状态
    StateSet(StateSet),
    /// 标记满负荷
    UnitFilled(UnitFilled),
    /// 恢复接收
    UnitFreed(UnitFreed),
    /// 计划开放
    OpeningPlanned(OpeningPlanned),
    /// 达标核查
    StandardChecked(StandardChecked),
    /// 变更开放时间
    HoursSet(HoursSet),
    /// 变更值班人员
    DutySet(DutySet),
    /// 变更时限
    LimitSet(LimitSet),
    /// 地方性假日
    DaysOffDeclared(DaysOffDeclared),
    /// 事项进驻
    ItemMovedIn(ItemMovedIn),
    /// 事项撤出
    ItemMovedOut(ItemMovedOut),
    /// 变更所需材料
    PapersSet(PapersSet),
}

impl ProposedChange {
    /// Its first day.
    pub const fn from(&self) -> Date {
        match self {
            Self::ContactChanged(event) => event.from,
            Self::StateSet(event) => event.from,
            Self::UnitFilled(event) => event.from,
            Self::UnitFreed(event) => event.from,
            Self::OpeningPlanned(event) => event.from,
            Self::StandardChecked(event) => event.from,
            Self::HoursSet(event) => event.from,
            Self::DutySet(event) => event.from,
            Self::LimitSet(event) => event.from,
            Self::DaysOffDeclared(event) => event.from,
            Self::ItemMovedIn(event) => event.from,
            Self::ItemMovedOut(event) => event.from,
            Self::PapersSet(event) => event.from,
        }
    }

    /// Its last day, if it ends by itself.
    pub const fn until(&self) -> Option<Date> {
        match self {
            Self::StateSet(event) => event.until,
            Self::UnitFilled(event) => Some(event.until),
            Self::HoursSet(event) => event.until,
            Self::DutySet(event) => event.until,
            Self::LimitSet(event) => event.until,
            Self::DaysOffDeclared(event) => Some(event.until),
            Self::PapersSet(event) => event.until,
            Self::ContactChanged(_)
            | Self::UnitFreed(_)
            | Self::OpeningPlanned(_)
            | Self::StandardChecked(_)
            | Self::ItemMovedIn(_)
            | Self::ItemMovedOut(_) => None,
        }
    }

    /// The change as it is proposed: no bureau has decided about it yet.
    #[must_use]
    pub fn undecided(mut self) -> Self {
        match &mut self {
            Self::StateSet(event) => event.decided_by = None,
            Self::StandardChecked(event) => event.decided_by = None,
            Self::HoursSet(event) => event.decided_by = None,
            Self::LimitSet(event) => event.decided_by = None,
            Self::ItemMovedIn(event) => event.decided_by = None,
            Self::ItemMovedOut(event) => event.decided_by = None,
            Self::PapersSet(event) => event.decided_by = None,
            Self::UnitFilled(event) => event.decided_by = None,
            Self::UnitFreed(event) => event.decided_by = None,
            Self::ContactChanged(_)
            | Self::OpeningPlanned(_)
            | Self::DutySet(_)
            | Self::DaysOffDeclared(_) => {}
        }
        self
    }
}

/// A change waits for the bureau that decides about it (提请变更).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct ChangeProposed {
    /// The site.
    pub site: SiteId,
    /// The unit that it is about.
    pub unit: UnitId,
    /// Where it is.
    pub division: DivisionCode,
    /// Which of the site's proposals it is, from 1 on.
    pub proposal: u32,
    /// What is proposed.
    pub change: ProposedChange,
    /// The bureau that decides.
    pub approver: UnitId,
    /// The rule by which it does.
    pub rule: String,
    /// Who proposed it, in whichever role: another person approves. Nothing in events of before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proposed_by: Option<StaffId>,
}

/// The bureau has approved a proposed change, which is recorded with this event (批准变更).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct ChangeApproved {
    /// The site.
    pub site: SiteId,
    /// The unit that it is about.
    pub unit: UnitId,
    /// Where it is.
    pub division: DivisionCode,
    /// The proposal.
    pub proposal: u32,
}

/// The bureau has sent a proposed change back (退回变更).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct ChangeSentBack {
    /// The site.
    pub site: SiteId,
    /// The unit that it is about.
    pub unit: UnitId,
    /// Where it is.
    pub division: DivisionCode,
    /// The proposal.
    pub proposal: u32,
    /// Why.
    pub reason: String,
}
