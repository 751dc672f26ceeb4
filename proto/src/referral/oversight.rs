//! Events of oversight: disputes over responsibility, designation, extensions and instructions of a supervisor.
//! None of them moves custody. Their texts must not name a person.

use serde::{Deserialize, Serialize};

use super::{DisputeReason, RecallReason};
use crate::{
    clock::Step,
    division::DivisionCode,
    free_text::FreeText,
    ids::{HandoffId, StaffId, UnitId},
    time::Timestamp,
};

/// It is disputed who is responsible (争议). Custody stayed with the window; the supervisor designates.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Disputed {
    /// The dispute.
    pub dispute: HandoffId,
    /// Who raised it.
    pub by: UnitId,
    /// Who of that unit, and does not designate in another post; nothing in events of before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub staff: Option<StaffId>,
    /// Who has custody: the window.
    pub holder: UnitId,
    /// The offer that ended with it, if one was open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handoff: Option<HandoffId>,
    /// Why.
    pub reason: DisputeReason,
    /// What the unit says.
    #[schemars(with = "FreeText")]
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
pub struct DisputeWithdrawn {
    /// The dispute.
    pub dispute: HandoffId,
    /// Who has custody: the window.
    pub holder: UnitId,
    /// Why.
    pub reason: RecallReason,
    /// The supervisor to whom it was submitted.
    pub supervisor: UnitId,
    /// Where that is.
    pub supervisor_division: DivisionCode,
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
    #[schemars(with = "FreeText")]
    pub why: String,
    /// When custody or the offer changed.
    pub at: Timestamp,
}

/// A unit requested an extension before its limit was over (申请延期).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct ExtensionRequested {
    /// Which step.
    pub step: Step,
    /// The requester.
    pub by: UnitId,
    /// Who of that unit, and does not approve it in another post; nothing in events of before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub staff: Option<StaffId>,
    /// Why.
    #[schemars(with = "FreeText")]
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
    /// The requester.
    pub unit: UnitId,
    /// Why not.
    #[schemars(with = "FreeText")]
    pub why: String,
}

/// A supervisor gave the custodian an instruction (督办).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct SupervisionOrdered {
    /// The supervisor.
    pub by: UnitId,
    /// Who of that unit, and does not answer it in another post; nothing in events of before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub staff: Option<StaffId>,
    /// Where it is.
    pub by_division: DivisionCode,
    /// Who owes the answer: who had custody when it was first ordered.
    pub holder: UnitId,
    /// What to do, or to report.
    #[schemars(with = "FreeText")]
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
    #[schemars(with = "FreeText")]
    pub answer: String,
}
