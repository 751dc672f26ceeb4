//! More time for the examination of an application (延长受理审查期限), by one person or by two (审批).

use serde::{Deserialize, Serialize};

use super::DraftedDecision;
use crate::{
    ids::{StaffId, UnitId},
    matter,
    summary::Summary,
};

/// Draft that the clock is given more time, for another person to approve.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DraftExtension {
    /// Why.
    pub reason: String,
}

impl From<&DraftExtension> for DraftedDecision {
    fn from(command: &DraftExtension) -> Self {
        let reason = command.reason.clone();
        Self::Extend { reason }
    }
}

/// More time was approved by another person than the one who drafted it (批准延长).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct ExtensionApproved {
    /// Who drafted it.
    pub drafted_by: StaffId,
    /// Who approved it.
    pub approved_by: StaffId,
    /// For which unit: that of the drafter, or the bureau above it.
    pub unit: UnitId,
}

impl ExtensionApproved {
    pub(super) fn summary(&self) -> Summary {
        let approval = matter::Approval {
            drafted_by: self.drafted_by.clone(),
            approved_by: self.approved_by.clone(),
            unit: self.unit.clone(),
        };
        matter::with_approval(Summary::title(), Some(&approval))
    }
}
