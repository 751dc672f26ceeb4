//! The commands of referral.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{
    DisclosedData, DisclosureBasis, DisputeReason, ExternalAnswer, HandoverPurpose, Outcome,
    RecallReason, ReturnReason,
};
use crate::{
    division::DivisionCode,
    free_text::FreeText,
    ids::{HandoffId, Topic, UnitId},
};

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
    /// The place that is responsible instead, if you know: here, or in another province.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub belongs_to: Option<DivisionCode>,
}

/// Give an accepted case back, with a reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Return {
    /// Why.
    pub reason: ReturnReason,
    /// The place that is responsible instead, if you know: here, or in another province.
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

/// Report that the unit's work is done: of an item without a specialist's service alone. Elsewhere its decision says so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Complete {
    /// What came of it.
    pub outcome: Outcome,
}

/// Raise a dispute about who is responsible (争议): instead of an answer to the offer, or where no unit takes
/// the case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Dispute {
    /// Why.
    pub reason: DisputeReason,
    /// What you say. No names of citizens.
    #[schemars(with = "FreeText")]
    pub why: String,
}

/// Designate the unit that works a disputed case (指定); for the supervisor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Designate {
    /// The unit.
    pub to: UnitId,
    /// Why this one. No names of citizens.
    #[schemars(with = "FreeText")]
    pub why: String,
}

/// Ask for more time, before the limit is over (申请延期). Where the standard names no approver, it is
/// given at once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RequestExtension {
    /// Why.
    #[schemars(with = "FreeText")]
    pub reason: String,
}

/// Approve the requested extension (批准延期); for the supervisor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GrantExtension {}

/// Do not approve it (不予延期); for the supervisor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RefuseExtension {
    /// Why not.
    #[schemars(with = "FreeText")]
    pub why: String,
}

/// Give the custodian of a case an instruction (督办); for a supervisor of its division.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Supervise {
    /// What to do, or to report. No names of citizens.
    #[schemars(with = "FreeText")]
    pub instruction: String,
}

/// Answer the supervisor's instruction (督办反馈).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AnswerSupervision {
    /// What was done. No names of citizens.
    #[schemars(with = "FreeText")]
    pub answer: String,
}

/// Ask another unit for its part (邀请协办). You stay the lead, and keep custody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Invite {
    /// The unit.
    pub unit: UnitId,
    /// For what. No names of citizens.
    #[schemars(with = "FreeText")]
    pub task: String,
}

/// Take your part as a co-unit (接受协办).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Join {}

/// Do not take it (谢绝协办).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DeclineInvitation {
    /// Why.
    pub reason: ReturnReason,
}

/// Report that your part as a co-unit is done (协办反馈).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReportPart {
    /// What you did. No names of citizens.
    #[schemars(with = "FreeText")]
    pub report: String,
}

/// Release a co-unit that is no longer needed (解除协办); for the lead.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Release {
    /// The co-unit.
    pub unit: UnitId,
    /// Why.
    #[schemars(with = "FreeText")]
    pub why: String,
}

/// Take a case from a unit that closes, or the offer of it, and route it anew (改派); for a supervisor of the
/// unit's division. Done case by case, so that it can be repeated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Reassign {
    /// The unit.
    pub from: UnitId,
    /// Why.
    #[schemars(with = "FreeText")]
    pub why: String,
}

/// Bring the case before a body outside (移送、通报). You keep custody, and hear back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HandOver {
    /// The body.
    pub to: UnitId,
    /// What for.
    pub purpose: HandoverPurpose,
    /// Which kinds of personal data go along; none if none do.
    #[serde(default)]
    pub data: Vec<DisclosedData>,
    /// On what ground.
    pub basis: DisclosureBasis,
    /// Which papers go along.
    #[serde(default)]
    pub materials: Vec<Topic>,
    /// For how many years the record is kept; three, if nothing is said, and never fewer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keep_years: Option<u8>,
}

/// Record what a body outside answered (反馈).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RecordExternalReply {
    /// The number of the handing over; nothing where one alone is open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handover: Option<HandoffId>,
    /// What it answered.
    pub answer: ExternalAnswer,
    /// The number of its letter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<FreeText>")]
    pub letter: Option<String>,
    /// The day of its answer; today, if nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub on: Option<Date>,
}

commands! {
    /// The commands of referral.
    pub enum Command {
        /// 签收
        Accept = "accept";
        /// 拒收
        Decline = "decline";
        /// 退回
        Return = "return";
        /// 撤回转办
        Recall = "recall";
        /// 办毕
        Complete = "complete";
        /// 提出争议
        Dispute = "dispute";
        /// 指定
        Designate = "designate";
        /// 申请延期
        RequestExtension = "ask-extension";
        /// 批准延期
        GrantExtension = "grant-extension";
        /// 不予延期
        RefuseExtension = "refuse-extension";
        /// 督办
        Supervise = "supervise";
        /// 督办反馈
        AnswerSupervision = "answer-supervision";
        /// 邀请协办
        Invite = "invite";
        /// 接受协办
        Join = "join";
        /// 谢绝协办
        DeclineInvitation = "decline-invitation";
        /// 协办反馈
        ReportPart = "report-part";
        /// 解除协办
        Release = "release";
        /// 改派
        Reassign = "reassign";
        /// 移送
        HandOver = "hand-over";
        /// 记录反馈
        RecordExternalReply = "hear-back";
    }
}
