//! What happened to the custody of a case.

use serde::{Deserialize, Serialize};

use super::{
    Candidate, ClockCorrected, ClockDueSoon, ClockExtended, ClockOverdue, ClockStarted,
    ClockStopped, ClockSupervised, CoDeclined, CoInvited, CoJoined, CoReleased, CoReported,
    Designated, Disclosure, DisputeWithdrawn, Disputed, ExtensionRefused, ExtensionRequested,
    ExternalBodyReplied, ExternalBodyResponsible, FormerApplication, HandedOver, LeadFinished,
    Outcome, RecallReason, ReferralSubject, ReturnReason, Route, SupervisionAnswered,
    SupervisionOrdered,
};
use crate::{
    acting_person::ActingPerson,
    division::DivisionCode,
    free_text::{FreeText, TextKey},
    ids::{CaseId, CaseNumber, HandoffId, ServiceItem, StaffId, Topic, UnitId},
    organ_notice::OrganNotice,
    routing::Urgency,
    time::Timestamp,
};

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
    /// The public key to which texts about the case are sealed (加密公钥); nothing in events from before it was kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text_key: Option<TextKey>,
}

/// It was decided who should have the case, and why (分流).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Routed {
    /// What the case is referred for.
    #[serde(flatten)]
    pub subject: ReferralSubject,
    /// When the window asked for it; missing where it was routed again, and in events from before it was kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requested_at: Option<Timestamp>,
    /// The application for the same item that this new one follows (前次申请); nothing where there was none, where it goes on, and in
    /// events from before it was kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub former: Option<FormerApplication>,
    /// The decision.
    pub route: Route,
}

/// No unit was available; the case stays with the window.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Unroutable {
    /// What the case is referred for.
    #[serde(flatten)]
    pub subject: ReferralSubject,
    /// When the window asked for it; missing where it was routed again, and in events from before it was kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requested_at: Option<Timestamp>,
    /// The application for the same item that this new one follows (前次申请); nothing where there was none, where it goes on, and in
    /// events from before it was kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub former: Option<FormerApplication>,
    /// Every unit that was considered, and why it cannot have the case.
    pub candidates: Vec<Candidate>,
    /// The version of the directory.
    pub directory: String,
    /// The supervisor that is to designate a unit; missing where there is none, and in events from before it was kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub arbiter: Option<Arbiter>,
}

/// A supervisor that is to designate a unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Arbiter {
    /// What it decides on.
    pub dispute: HandoffId,
    /// The supervisor.
    pub supervisor: UnitId,
    /// Where it is.
    pub supervisor_division: DivisionCode,
}

/// Custody was offered to a unit (转办). Custody stays with `from`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Offered {
    /// The handoff.
    pub handoff: HandoffId,
    /// Who holds the case.
    pub from: UnitId,
    /// The addressee.
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
    /// Whether it cannot wait (紧急).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub urgent: bool,
    /// The supervisor that designated the unit (指定): it can neither decline the case nor return it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub designated_by: Option<UnitId>,
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
    /// When the window took the application; missing in events from before it was kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requested_at: Option<Timestamp>,
    /// When an agency's system first received the application, whichever unit that was; missing in events from before it
    /// was kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub received_at: Option<Timestamp>,
    /// The organ's letter that opened the case (办案机关公函); nothing where a citizen asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notice: Option<OrganNotice>,
    /// How many other parties the case's file names (被申请人人数); nothing where it names none, and in events from before it was
    /// kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub respondents: Option<u32>,
    /// How many people ask (申请人数); nothing in events from before it was kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub people: Option<u32>,
    /// The other side's cases, by which the unit knows for whom its people may not act too.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub opposing: Vec<CaseId>,
    /// Who acted in them by then, in whatever service.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub other_side: Vec<ActingPerson>,
    /// What the unit was given of a person, if it is not the bureau's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub given: Option<Disclosure>,
    /// When custody or the offer changed.
    pub at: Timestamp,
    /// The public key to which texts about the case are sealed (加密公钥); nothing in events from before it was kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text_key: Option<TextKey>,
}

/// The unit did not accept (拒收). Custody stayed with `holder`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Declined {
    /// The handoff.
    pub handoff: HandoffId,
    /// Who declined.
    pub by: UnitId,
    /// Who of that unit, and does not designate in another post; nothing in events of before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub staff: Option<StaffId>,
    /// Who has custody.
    pub holder: UnitId,
    /// Why.
    pub reason: ReturnReason,
    /// The place that is responsible instead, if the unit knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub belongs_to: Option<DivisionCode>,
    /// What the supervisor said who gave the case back in a closed unit's place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<FreeText>")]
    pub note: Option<String>,
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
    /// Who of that unit, and does not designate in another post; nothing in events of before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub staff: Option<StaffId>,
    /// Who has it now.
    pub to: UnitId,
    /// The item that it had been accepted for.
    pub item: ServiceItem,
    /// Why.
    pub reason: ReturnReason,
    /// The place that is responsible instead, if the unit knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub belongs_to: Option<DivisionCode>,
    /// What the supervisor said who gave the case back in a closed unit's place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<FreeText>")]
    pub note: Option<String>,
    /// When custody or the offer changed.
    pub at: Timestamp,
}

/// The offer was taken back before it was answered (撤回). Custody stayed with `holder`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Recalled {
    /// The handoff.
    pub handoff: HandoffId,
    /// The addressee.
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

/// The offer was not answered in time (逾期失效). Custody stayed with `holder`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Expired {
    /// The handoff.
    pub handoff: HandoffId,
    /// The addressee.
    pub to: UnitId,
    /// Who has custody.
    pub holder: UnitId,
    /// When custody or the offer changed.
    pub at: Timestamp,
}

/// The unit's work is done: custody moved back to the window, which informs the citizen (办毕反馈).
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

/// The window ended a case that no unit took: routing stops.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Ended {
    /// Who has custody: the window.
    pub holder: UnitId,
    /// When custody or the offer changed.
    pub at: Timestamp,
}

/// The bureau ordered that a unit corrects what it decided (责令改正): the window has the case to do again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct CorrectionOrdered {
    /// The bureau.
    pub by: UnitId,
    /// Who has custody: the window.
    pub holder: UnitId,
    /// When it was ordered.
    pub at: Timestamp,
}

/// A person came to act in the case (承办人员), by the word of the service whose matter it is: that person does not act in the
/// other side's cases (律师法 art. 39).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Engaged {
    /// Who.
    pub person: ActingPerson,
    /// For which unit.
    pub unit: UnitId,
    /// When.
    pub at: Timestamp,
}

/// A person came to act in the other side's case: that person does not act in this one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct OtherSideEngaged {
    /// Who.
    pub person: ActingPerson,
    /// The other side's case.
    pub case: CaseId,
}

/// One person acts in the cases of both sides (利益冲突): two services decided at the same time. The supervisor sees to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct ConflictFound {
    /// Who, as they act in this case.
    pub person: ActingPerson,
    /// The other side's case.
    pub case: CaseId,
    /// The bureau above both units.
    pub supervisor: UnitId,
    /// Where it is.
    pub supervisor_division: DivisionCode,
    /// When it was found.
    pub at: Timestamp,
}

/// The window corrected who applies while the case is with a unit, or on its way to one (更正申请人).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct ApplicantsCorrected {
    /// How many people ask; nothing where that was not counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub people: Option<u32>,
    /// How many other parties they name; nothing where they name none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub respondents: Option<u32>,
}

/// Its window says that the case, which is with a unit or on its way to one, cannot wait, or can wait again (紧急程度变更).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct UrgencyChanged {
    /// Whether it can wait from then on.
    pub urgency: Urgency,
}

events! {
    /// What happened to the custody of a case.
    pub enum Event {
        /// 首问
        CustodyTaken = "cn.onestop.referral.custody-taken.v1", "窗口首问负责", "Window takes custody";
        /// 分流
        Routed = "cn.onestop.referral.routed.v1", "分流", "Routed";
        /// 无人承接
        Unroutable = "cn.onestop.referral.stranded.v1", "无单位可转", "No unit to refer to";
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
        /// 延长
        ClockExtended = "cn.onestop.referral.clock-extended.v1", "延长期限", "Time limit extended";
        /// 更正
        ClockCorrected = "cn.onestop.referral.clock-corrected.v1", "更正到期日", "Due day corrected";
        /// 临期
        ClockDueSoon = "cn.onestop.referral.clock-due-soon.v1", "临期提醒", "Due soon";
        /// 催办
        ClockOverdue = "cn.onestop.referral.clock-overdue.v1", "逾期催办", "Overdue";
        /// 督办
        ClockSupervised = "cn.onestop.referral.clock-supervised.v1", "逾期督办", "Supervisor told";
        /// 争议
        Disputed = "cn.onestop.referral.disputed.v1", "提出争议", "Disputed";
        /// 争议撤回
        DisputeWithdrawn = "cn.onestop.referral.dispute-dropped.v1", "撤回争议", "Dispute dropped";
        /// 须移送
        ExternalBodyResponsible = "cn.onestop.referral.pointed-outside.v1", "须移送外部机构", "To be handed over outside";
        /// 转办终止
        Ended = "cn.onestop.referral.ended.v1", "转办终止", "Referral ended";
        /// 责令改正
        CorrectionOrdered = "cn.onestop.referral.correction-ordered.v1", "责令改正，窗口重新办理", "Correction ordered: the window does it again";
        /// 承办人员
        Engaged = "cn.onestop.referral.engaged.v1", "承办人员", "Someone acts in the case";
        /// 对方承办人员
        OtherSideEngaged = "cn.onestop.referral.other-side-engaged.v1", "对方案件的承办人员", "Someone acts for the other side";
        /// 利益冲突
        ConflictFound = "cn.onestop.referral.conflict-found.v1", "同一人承办双方案件，报监督单位处理", "One person acts for both sides, supervisor told";
        /// 更正申请人
        ApplicantsCorrected = "cn.onestop.referral.applicants-corrected.v1", "更正申请人", "Applicants corrected";
        /// 紧急程度
        UrgencyChanged = "cn.onestop.referral.urgency-changed.v1", "紧急程度变更", "Urgency changed";
        /// 指定
        Designated = "cn.onestop.referral.designated.v1", "指定承办", "Designated";
        /// 申请延期
        ExtensionRequested = "cn.onestop.referral.extension-asked.v1", "申请延期", "Extension asked";
        /// 不予延期
        ExtensionRefused = "cn.onestop.referral.extension-refused.v1", "不予延期", "Extension refused";
        /// 督办
        SupervisionOrdered = "cn.onestop.referral.supervision-ordered.v1", "督办", "Supervision ordered";
        /// 督办反馈
        SupervisionAnswered = "cn.onestop.referral.supervision-answered.v1", "督办反馈", "Supervision answered";
        /// 邀请协办
        CoInvited = "cn.onestop.referral.co-invited.v1", "邀请协办", "Co-unit asked";
        /// 接受协办
        CoJoined = "cn.onestop.referral.co-joined.v1", "接受协办", "Co-unit joined";
        /// 谢绝协办
        CoDeclined = "cn.onestop.referral.co-declined.v1", "谢绝协办", "Co-unit declined";
        /// 协办反馈
        CoReported = "cn.onestop.referral.co-reported.v1", "协办反馈", "Co-unit reported";
        /// 解除协办
        CoReleased = "cn.onestop.referral.co-released.v1", "解除协办", "Co-unit released";
        /// 主办已毕
        LeadFinished = "cn.onestop.referral.lead-finished.v1", "主办已毕", "Lead finished";
        /// 移送
        HandedOver = "cn.onestop.referral.handed-over.v1", "移送外部机构", "Handed over outside";
        /// 反馈
        ExternalBodyReplied = "cn.onestop.referral.heard-back.v1", "外部机构反馈", "Heard back from outside";
    }
}
