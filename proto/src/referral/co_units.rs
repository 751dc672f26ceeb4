//! Events of co-units (协办单位): units that work a part of a case while the lead (主办单位) keeps custody.
//! Their texts must not name a person.

use serde::{Deserialize, Serialize};

use super::{Outcome, ReturnReason};
use crate::{division::DivisionCode, free_text::FreeText, ids::UnitId, time::Timestamp};

/// The lead (主办单位) invited another unit (邀请协办). Custody stays with the lead.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct CoInvited {
    /// The lead.
    pub lead: UnitId,
    /// The addressee.
    pub unit: UnitId,
    /// Where that is.
    pub division: DivisionCode,
    /// For what.
    #[schemars(with = "FreeText")]
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
    #[schemars(with = "FreeText")]
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
    #[schemars(with = "FreeText")]
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
