//! Late entries (补录审批) that wait for the approval of the caller. The gateway keeps them; they are approved at the workbench.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{actor::Actor, ids::CommandId, late_entry::LateReason, time::Timestamp};

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct WaitingLateEntry {
    /// The idempotency key of the command.
    pub entry: CommandId,
    /// The command, as `<service>.<command>`.
    pub act: String,
    /// The case, by its number where it is known; nothing where the command opens one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub case: Option<String>,
    /// Who enters it.
    pub doer: Actor,
    /// When it is said to have happened.
    pub occurred_at: Timestamp,
    /// Why it is entered late.
    pub reason: LateReason,
    /// When the approval was asked for.
    pub asked_at: Timestamp,
}

/// Those that wait for the caller, the oldest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct WaitingLateEntries {
    /// The entries.
    pub entries: Vec<WaitingLateEntry>,
}

/// What was filled in. That it was read is recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct LateEntryData {
    /// The idempotency key of the command.
    pub entry: CommandId,
    /// The command, as `<service>.<command>`.
    pub act: String,
    /// The command's data.
    pub data: Value,
}
