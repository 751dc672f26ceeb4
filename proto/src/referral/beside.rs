//! What happens beside the handoffs: disputes, supervision, co-units, bodies outside. Nothing in here moves
//! custody. No text in here names a person: whoever writes one is told so.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{
    DataKind, DisputeReason, GivingBasis, Outcome, OutsideAnswer, Purpose, RecallReason,
    ReturnReason,
};
use crate::{
    clock::Step,
    division::DivisionCode,
    ids::{HandoffId, StaffId, Topic, UnitId},
    time::Timestamp,
};

/// It is disputed who is responsible (争议). Custody stayed with the window; the supervisor designates.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Disputed {
    /// The dispute.
    pub dispute: HandoffId,
    /// Who raised it.
    pub by: UnitId,
    /// Who has custody: the window.
    pub holder: UnitId,
    /// The offer that ended with it, if one was open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handoff: Option<HandoffId>,
    /// Why.
    pub reason: DisputeReason,
    /// What the unit says.
    pub why: String,
    /// The units that sent the case away, the one that raised the dispute among them.
    pub between: Vec<UnitId>,
    /// Whose task it is to designate.
    pub supervisor: UnitId,
    /// Where that is.
    pub supervisor_division: DivisionCode,
    /// When custody or the offer changed.
    pub at: Timestamp,
}

/// The window let the dispute drop before the supervisor decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct DisputeDropped {
    /// The dispute.
    pub dispute: HandoffId,
    /// Who has custody: the window.
    pub holder: UnitId,
    /// Why.
    pub reason: RecallReason,
    /// The supervisor that had been asked.
    pub supervisor: UnitId,
    /// Where that is.
    pub supervisor_division: DivisionCode,
    /// When custody or the offer changed.
    pub at: Timestamp,
}

/// The unit that is responsible is a body outside that takes no custody here (须移送外部机构): the window
/// keeps the case, hands it over and hears back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct PointedOutside {
    /// The body.
    pub to: UnitId,
    /// Where it is.
    pub to_division: DivisionCode,
    /// Who has custody: the window.
    pub holder: UnitId,
    /// When custody or the offer changed.
    pub at: Timestamp,
}

/// What a unit that is not the bureau's own was given of a person with the case: the record of personal
/// data given away, kept for three years or more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Given {
    /// Which kinds.
    pub data: Vec<DataKind>,
    /// On what ground.
    pub basis: GivingBasis,
    /// The record is kept until then.
    #[schemars(with = "String")]
    pub kept_until: Date,
}

/// The window ended a case that nobody took: no unit is looked for any more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Ended {
    /// Who has custody: the window.
    pub holder: UnitId,
    /// When custody or the offer changed.
    pub at: Timestamp,
}

/// The supervisor designated who works the case (指定). Custody moves when that unit accepts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Designated {
    /// The dispute.
    pub dispute: HandoffId,
    /// The supervisor.
    pub by: UnitId,
    /// The unit.
    pub to: UnitId,
    /// Where it is.
    pub to_division: DivisionCode,
    /// Why this one.
    pub why: String,
    /// When custody or the offer changed.
    pub at: Timestamp,
}

/// A unit asked for more time before its limit was over (申请延期).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct ExtensionAsked {
    /// Which step.
    pub step: Step,
    /// Who asks.
    pub by: UnitId,
    /// Why.
    pub reason: String,
    /// Who approves it.
    pub supervisor: UnitId,
    /// Where that is.
    pub supervisor_division: DivisionCode,
}

/// The supervisor did not approve more time (不予延期).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct ExtensionRefused {
    /// Which step.
    pub step: Step,
    /// Who asked.
    pub unit: UnitId,
    /// Why not.
    pub why: String,
}

/// A supervisor gave the custodian an instruction (督办).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct SupervisionOrdered {
    /// The supervisor.
    pub by: UnitId,
    /// Where it is.
    pub by_division: DivisionCode,
    /// Who had custody.
    pub holder: UnitId,
    /// What is to be done, or to be told.
    pub instruction: String,
    /// By when it is to be answered.
    pub until: Timestamp,
}

/// The custodian answered the supervisor's instruction (督办反馈).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct SupervisionAnswered {
    /// The supervisor.
    pub supervisor: UnitId,
    /// Where it is.
    pub supervisor_division: DivisionCode,
    /// Who answered.
    pub by: UnitId,
    /// What was done.
    pub answer: String,
}

/// The lead (主办单位) asked another unit for its part (邀请协办). Custody stays with the lead.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct CoInvited {
    /// The lead.
    pub lead: UnitId,
    /// Who is asked.
    pub unit: UnitId,
    /// Where that is.
    pub division: DivisionCode,
    /// For what.
    pub task: String,
    /// When.
    pub at: Timestamp,
}

/// The co-unit took its part (接受协办).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct CoJoined {
    /// The co-unit.
    pub unit: UnitId,
    /// When.
    pub at: Timestamp,
}

/// The co-unit did not take its part (谢绝协办).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct CoDeclined {
    /// The co-unit.
    pub unit: UnitId,
    /// Why.
    pub reason: ReturnReason,
    /// When.
    pub at: Timestamp,
}

/// The co-unit's part is done (协办反馈).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct CoReported {
    /// The co-unit.
    pub unit: UnitId,
    /// What it did.
    pub report: String,
    /// When.
    pub at: Timestamp,
}

/// The co-unit is no longer needed (解除协办).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct CoReleased {
    /// The co-unit.
    pub unit: UnitId,
    /// Where that is.
    pub division: DivisionCode,
    /// Why.
    pub why: String,
    /// When.
    pub at: Timestamp,
}

/// The lead's own work ended while co-units are at work: the case is completed with the last of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct LeadFinished {
    /// The lead.
    pub lead: UnitId,
    /// What came of its work.
    pub outcome: Outcome,
    /// When.
    pub at: Timestamp,
}

/// The case was brought before a body outside (移送、通报): a court, the police, a union. Custody stays
/// with `by`, so that it is nobody's at no moment. It is also the record of personal data given away
/// (网络数据安全管理条例 art. 12), which is kept for three years or more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct HandedOver {
    /// The number of this handing over (移送单号).
    pub handover: HandoffId,
    /// Who handed it over, and has custody.
    pub by: UnitId,
    /// Who acted for it.
    pub staff: StaffId,
    /// The body.
    pub to: UnitId,
    /// Where it is.
    pub to_division: DivisionCode,
    /// What for.
    pub purpose: Purpose,
    /// Which kinds of personal data went along; none if none did.
    pub data: Vec<DataKind>,
    /// On what ground.
    pub basis: GivingBasis,
    /// Which papers went along.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub materials: Vec<Topic>,
    /// The record is kept until then.
    #[schemars(with = "String")]
    pub kept_until: Date,
    /// When.
    pub at: Timestamp,
}

/// The body outside was heard (反馈).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct HeardBack {
    /// The number of the handing over.
    pub handover: HandoffId,
    /// The body.
    pub from: UnitId,
    /// What it answered.
    pub answer: OutsideAnswer,
    /// The number of its letter; nothing where it answered by word of mouth.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub letter: Option<String>,
    /// The day of its answer.
    #[schemars(with = "String")]
    pub on: Date,
}
