//! The application that a new one of the same case follows.

use serde::{Deserialize, Serialize};

use crate::{ids::HandoffId, time::Timestamp};

choices! {
    /// How an application was over.
    pub enum ApplicationEnd {
        /// A unit reported its result.
        Decided = "decided", "已有结果", "with a result";
        /// It was withdrawn, or the window closed the case.
        Left = "left", "未作决定", "without a decision";
    }
}

/// An application for the same item that was over before (前次申请). What is applied for anew has days of its own, and names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct FormerApplication {
    /// The handoff of the unit that had it last; nothing where none did, and where that was not kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handoff: Option<HandoffId>,
    /// When an agency's system first received it; nothing where none did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub received_at: Option<Timestamp>,
    /// How it was over.
    pub end: ApplicationEnd,
    /// When it was over.
    pub ended_at: Timestamp,
}
