//! Two people for one decision (审批): one drafts it, another approves it or sends it back. Only the approval has effect.

use serde::{Deserialize, Serialize};

use crate::ids::{StaffId, UnitId};

/// The drafter and the approver of a decision (审批).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Approval {
    /// Who drafted it.
    pub drafted_by: StaffId,
    /// Who approved it.
    pub approved_by: StaffId,
    /// For which unit: that of the drafter, or the bureau above it.
    pub unit: UnitId,
}

/// The draft was sent back, and nothing was decided (退回重拟).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct DecisionSentBack {
    /// Who drafted it.
    pub drafted_by: StaffId,
    /// What has to be mended.
    pub why: String,
}

/// The matter moved on before the draft was approved: it falls away (拟办意见失效).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct DraftLapsed {
    /// Who drafted it.
    pub drafted_by: StaffId,
}

/// Approve the decision that another person drafted. It has effect from then on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ApproveDecision {}

/// Send the draft of a decision back to the person who drafted it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SendBackDecision {
    /// What has to be mended.
    pub why: String,
}
