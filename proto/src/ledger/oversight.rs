//! What waits for the reader's decision, and what they were answered: the parts of a line that are for one unit.

use serde::{Deserialize, Serialize};

use crate::{ids::UnitId, time::Timestamp};

choices! {
    /// What the reader has to decide about a case (待我决定).
    pub enum AwaitedDecision {
        Objection = "objection", "决定异议", "decide the objection";
        Dispute = "dispute", "裁决争议，指定承办单位", "settle the dispute: designate a unit";
        /// Routing found no unit.
        Designation = "designation", "无单位可转，指定承办单位", "designate a unit: none was found";
        Extension = "extension", "审批延期", "decide on more time";
        /// A colleague, or a unit below, has drafted a decision.
        Draft = "draft", "审批拟办决定", "approve the draft";
        /// Another unit's step is overdue.
        OverdueStep = "overdue-step", "环节超期，督办或者改派", "a step is overdue: instruct or reassign";
        /// Many people apply together, until the bureau has instructed the unit.
        Group = "group", "群体性事项，督办或者改派", "a group applies: instruct or reassign";
        /// One person acts for both sides.
        ConflictOfInterest = "conflict-of-interest", "同一人承办双方案件，督办或者改派", "one person acts for both sides: instruct or reassign";
    }
}

/// An answer to an instruction of the reader's bureau (督办反馈). What was said is in the case, where each reading of it is recorded;
/// no list opens it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct InstructionAnswer {
    /// Who answered.
    pub by: UnitId,
    /// When.
    pub at: Timestamp,
}
