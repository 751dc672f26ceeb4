//! Referral (转办): routing, handoffs and custody. Stream `custody/<case>` of service `referral`.
//!
//! Exactly one unit has custody of a case at every moment. A handoff is offered, then accepted or
//! declined; until it is accepted, custody stays where it was.

use serde::{Deserialize, Serialize};

use crate::{
    actor::ServiceName,
    division::DivisionCode,
    ids::{CaseNumber, HandoffId, ServiceItem, Topic, UnitId},
    rejection::{Explain, Kind},
    time::Timestamp,
};

pub use crate::{
    clock::{ClockStarted, ClockStopped},
    routing::{Candidate, Route, Verdict},
};

/// The name of the service that owns custody.
pub const SERVICE: &str = "referral";

/// [`SERVICE`] as a type.
#[must_use]
pub fn service() -> ServiceName {
    crate::actor::known_service(SERVICE)
}

choices! {
    /// Why a unit does not take an offer, or gives a case back (退回原因).
    pub enum ReturnReason {
        /// Another place is responsible.
        NotInJurisdiction = "not-in-jurisdiction", "不属本单位管辖", "another place is responsible";
        /// Another item is needed.
        WrongItem = "wrong-item", "事项不符", "another item is needed";
        /// The unit has a conflict of interest.
        ConflictOfInterest = "conflict-of-interest", "存在利益冲突", "conflict of interest";
        /// The unit cannot take more.
        NoCapacity = "no-capacity", "无力承接", "no capacity";
    }
}

choices! {
    /// Why an offer was taken back.
    pub enum RecallReason {
        /// The citizen changed their mind.
        CitizenWithdrew = "citizen-withdrew", "群众撤回", "the citizen withdrew";
        /// The window made a mistake.
        WindowError = "window-error", "窗口有误", "the window made a mistake";
    }
}

choices! {
    /// What came of a handoff, for the citizen.
    pub enum Outcome {
        /// Done as asked.
        Granted = "granted", "已办成", "done as asked";
        /// Refused by the unit, by its law.
        Refused = "refused", "不予办理", "refused";
        /// Worked, and not resolved; the citizen was told of other ways.
        Unresolved = "unresolved", "未能解决，已告知其他途径", "not resolved, other ways were told";
        /// Ended by the unit before its end, by its law.
        Terminated = "terminated", "终止办理", "ended early";
    }
}

/// Custody begins, with the window that took the case (首问).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct CustodyTaken {
    /// The window.
    pub by: UnitId,
    /// Where it is.
    pub division: DivisionCode,
    /// The number on the receipt.
    pub number: CaseNumber,
    /// When custody or the offer changed.
    pub at: Timestamp,
}

/// It was decided who should have the case, and why (分流).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Routed {
    /// What it is about.
    pub item: ServiceItem,
    /// What exactly.
    pub topic: Topic,
    /// The responsible place.
    pub place: DivisionCode,
    /// The decision.
    pub route: Route,
}

/// Nobody could be found; the case stays with the window.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Stranded {
    /// What it is about.
    pub item: ServiceItem,
    /// What exactly.
    pub topic: Topic,
    /// The responsible place.
    pub place: DivisionCode,
    /// Everybody who was considered.
    pub candidates: Vec<Candidate>,
    /// The version of the directory.
    pub directory: String,
}

/// Custody was offered to a unit (转办). Custody stays with `from`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Offered {
    /// The handoff.
    pub handoff: HandoffId,
    /// Who holds the case.
    pub from: UnitId,
    /// Who is asked.
    pub to: UnitId,
    /// Where that unit is.
    pub to_division: DivisionCode,
    /// What it is about.
    pub item: ServiceItem,
    /// What exactly.
    pub topic: Topic,
    /// The responsible place.
    pub place: DivisionCode,
    /// The number on the receipt.
    pub number: CaseNumber,
    /// When the offer ends.
    pub until: Timestamp,
}

/// The unit accepted: custody moved (签收).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Accepted {
    /// The handoff.
    pub handoff: HandoffId,
    /// Who had custody.
    pub from: UnitId,
    /// Who has it now.
    pub to: UnitId,
    /// Where that unit is.
    pub to_division: DivisionCode,
    /// What it is about.
    pub item: ServiceItem,
    /// What exactly.
    pub topic: Topic,
    /// The responsible place.
    pub place: DivisionCode,
    /// The number on the receipt.
    pub number: CaseNumber,
    /// When custody or the offer changed.
    pub at: Timestamp,
}

/// The unit did not accept (拒收). Custody stayed with `holder`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Declined {
    /// The handoff.
    pub handoff: HandoffId,
    /// Who declined.
    pub by: UnitId,
    /// Who has custody.
    pub holder: UnitId,
    /// Why.
    pub reason: ReturnReason,
    /// The place that is responsible instead, if the unit knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub belongs_to: Option<DivisionCode>,
    /// When custody or the offer changed.
    pub at: Timestamp,
}

/// The unit gave the case back: custody moved to the window (退回).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Returned {
    /// The handoff.
    pub handoff: HandoffId,
    /// Who had custody.
    pub from: UnitId,
    /// Who has it now.
    pub to: UnitId,
    /// The item that it had been accepted for.
    pub item: ServiceItem,
    /// Why.
    pub reason: ReturnReason,
    /// The place that is responsible instead, if the unit knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub belongs_to: Option<DivisionCode>,
    /// When custody or the offer changed.
    pub at: Timestamp,
}

/// The offer was taken back before it was answered (撤回). Custody stayed with `holder`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Recalled {
    /// The handoff.
    pub handoff: HandoffId,
    /// Who had been asked.
    pub to: UnitId,
    /// Where that unit is.
    pub to_division: DivisionCode,
    /// Who has custody.
    pub holder: UnitId,
    /// Why.
    pub reason: RecallReason,
    /// When custody or the offer changed.
    pub at: Timestamp,
}

/// Nobody answered the offer in time (逾期失效). Custody stayed with `holder`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Expired {
    /// The handoff.
    pub handoff: HandoffId,
    /// Who had been asked.
    pub to: UnitId,
    /// Who has custody.
    pub holder: UnitId,
    /// When custody or the offer changed.
    pub at: Timestamp,
}

/// The unit's work is done: custody moved back to the window, which tells the citizen (办毕反馈).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Completed {
    /// The handoff.
    pub handoff: HandoffId,
    /// Who had custody.
    pub from: UnitId,
    /// Who has it now.
    pub to: UnitId,
    /// What came of it.
    pub outcome: Outcome,
    /// When custody or the offer changed.
    pub at: Timestamp,
}

events! {
    /// What happened to the custody of a case.
    pub enum Event {
        /// 首问
        CustodyTaken = "cn.onestop.referral.custody-taken.v1", "窗口首问负责", "Window takes custody";
        /// 分流
        Routed = "cn.onestop.referral.routed.v1", "分流", "Routed";
        /// 无人承接
        Stranded = "cn.onestop.referral.stranded.v1", "无单位可转", "Nobody to refer to";
        /// 转办
        Offered = "cn.onestop.referral.offered.v1", "转办", "Offered";
        /// 签收
        Accepted = "cn.onestop.referral.accepted.v1", "签收", "Accepted";
        /// 拒收
        Declined = "cn.onestop.referral.declined.v1", "拒收", "Declined";
        /// 退回
        Returned = "cn.onestop.referral.returned.v1", "退回", "Returned";
        /// 撤回
        Recalled = "cn.onestop.referral.recalled.v1", "撤回转办", "Recalled";
        /// 逾期失效
        Expired = "cn.onestop.referral.expired.v1", "转办逾期失效", "Offer expired";
        /// 办毕反馈
        Completed = "cn.onestop.referral.completed.v1", "办毕反馈", "Completed";
        /// 计时开始
        ClockStarted = "cn.onestop.referral.clock-started.v1", "计时开始", "Clock started";
        /// 计时结束
        ClockStopped = "cn.onestop.referral.clock-stopped.v1", "计时结束", "Clock stopped";
    }
}

/// Accept an offer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Accept {
    /// The handoff.
    pub handoff: HandoffId,
}

/// Do not take an offer, with a reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Decline {
    /// The handoff.
    pub handoff: HandoffId,
    /// Why.
    pub reason: ReturnReason,
    /// The place that is responsible instead, if you know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub belongs_to: Option<DivisionCode>,
}

/// Give an accepted case back, with a reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Return {
    /// Why.
    pub reason: ReturnReason,
    /// The place that is responsible instead, if you know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub belongs_to: Option<DivisionCode>,
}

/// Take an open offer back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Recall {
    /// Why.
    pub reason: RecallReason,
}

/// Report that the unit's work is done. Units with a service of their own need not: it is heard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Complete {
    /// What came of it.
    pub outcome: Outcome,
}

commands! {
    /// What referral can be asked to do.
    pub enum Command {
        /// 签收
        Accept = "accept";
        /// 拒收
        Decline = "decline";
        /// 退回
        Return = "return";
        /// 撤回
        Recall = "recall";
        /// 办毕
        Complete = "complete";
    }
}

choices! {
    /// How an offer ended.
    pub enum OfferEnd {
        /// It was accepted.
        Accepted = "accepted", "已被签收", "accepted";
        /// It was declined.
        Declined = "declined", "已被拒收", "declined";
        /// It was taken back.
        Recalled = "recalled", "已被撤回", "taken back";
        /// It was not answered in time.
        Expired = "expired", "已逾期失效", "not answered in time";
    }
}

/// What referral refuses.
#[derive(
    Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema, thiserror::Error,
)]
#[serde(tag = "code", rename_all = "kebab-case")]
pub enum Rejection {
    /// No such handoff.
    #[error(
        "there is no handoff {handoff} of this case; it is held by {holder}. Look at your worklist again"
    )]
    NoSuchHandoff {
        /// The handoff given.
        handoff: HandoffId,
        /// Who holds the case.
        holder: UnitId,
    },
    /// The offer ended before: somebody was first.
    #[error("the offer was {} by {by} at {}; the case is now held by {holder}", end.text().en, at.china_text())]
    OfferAnswered {
        /// The handoff.
        handoff: HandoffId,
        /// How it ended.
        end: OfferEnd,
        /// Who ended it.
        by: UnitId,
        /// When.
        at: Timestamp,
        /// Who holds the case now.
        holder: UnitId,
    },
    /// The offer is past its end.
    #[error("the offer ended at {}; the case stays with {holder}. Ask that window to refer it again", until.china_text())]
    OfferOver {
        /// When it ended.
        until: Timestamp,
        /// Who holds the case.
        holder: UnitId,
    },
    /// The offer is somebody else's.
    #[error("the offer was made to {to}; you act for {unit}. Only {to} can answer it")]
    NotAddressee {
        /// The unit asked.
        to: UnitId,
        /// The unit that answered.
        unit: UnitId,
    },
    /// The case is somebody else's.
    #[error("the case is held by {holder} since {}; you act for {unit}. Ask {holder}", since.china_text())]
    NotHolder {
        /// Who holds it.
        holder: UnitId,
        /// Since when.
        since: Timestamp,
        /// The unit that asked.
        unit: UnitId,
    },
    /// There is no open offer.
    #[error("no offer is open; the case is held by {holder}. Look at it with 'onestop case show'")]
    NothingOffered {
        /// Who holds it.
        holder: UnitId,
    },
    /// The window holds it itself.
    #[error("the case is with its window {holder}; there is nothing to give back or to complete")]
    AtWindow {
        /// The window.
        holder: UnitId,
    },
    /// The place named instead does not exist.
    #[error(
        "there is no division {division} in the directory. Leave it out, or look it up with 'onestop directory sites --find NAME'"
    )]
    UnknownDivision {
        /// The code given.
        division: DivisionCode,
    },
}

impl Explain for Rejection {
    fn kind(&self) -> Kind {
        match self {
            Self::NoSuchHandoff { .. } => Kind::NotFound,
            Self::UnknownDivision { .. } => Kind::Invalid,
            Self::NotAddressee { .. } | Self::NotHolder { .. } => Kind::Forbidden,
            Self::OfferAnswered { .. }
            | Self::OfferOver { .. }
            | Self::NothingOffered { .. }
            | Self::AtWindow { .. } => Kind::Conflict,
        }
    }

    fn zh(&self) -> String {
        match self {
            Self::NoSuchHandoff { handoff, holder } => {
                format!("本案没有转办单 {handoff}，现由 {holder} 负责。请刷新待办列表")
            }
            Self::OfferAnswered {
                end,
                by,
                at,
                holder,
                ..
            } => {
                format!(
                    "该转办{}（{by}，{}），案件现由 {holder} 负责",
                    end.text().zh,
                    at.china_text()
                )
            }
            Self::OfferOver { until, holder } => {
                format!(
                    "该转办已于 {} 失效，案件仍由 {holder} 负责。请该窗口重新转办",
                    until.china_text()
                )
            }
            Self::NotAddressee { to, unit } => {
                format!("该转办发给 {to}，您代表的是 {unit}。只有 {to} 可以答复")
            }
            Self::NotHolder {
                holder,
                since,
                unit,
            } => {
                format!(
                    "案件自 {} 起由 {holder} 负责，您代表的是 {unit}。请联系 {holder}",
                    since.china_text()
                )
            }
            Self::NothingOffered { holder } => {
                format!("没有待答复的转办，案件由 {holder} 负责。请用 onestop case show 查看")
            }
            Self::AtWindow { holder } => format!("案件在窗口 {holder}，无可退回或办毕"),
            Self::UnknownDivision { division } => {
                format!(
                    "目录中没有区划 {division}。请留空，或用 onestop directory sites --find 名称 查找"
                )
            }
        }
    }
}
