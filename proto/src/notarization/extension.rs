//! More time for the examination of an application (延长受理审查期限), by one person or by two (审批).

use serde::{Deserialize, Serialize};

use super::DraftedDecision;
use crate::free_text::FreeText;

/// Draft that the clock is given more time, for another person to approve.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DraftExtension {
    /// Why.
    #[schemars(with = "FreeText")]
    pub reason: String,
}

impl From<&DraftExtension> for DraftedDecision {
    fn from(command: &DraftExtension) -> Self {
        let reason = command.reason.clone();
        Self::Extend { reason }
    }
}
