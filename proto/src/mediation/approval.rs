//! Decisions of a committee that one person drafts and another approves (审批).

use serde::{Deserialize, Serialize};

use crate::{free_text::FreeText, matter, text::Words};

/// What was drafted, in full.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "decision", rename_all = "kebab-case")]
pub enum DraftedDecision {
    /// To give the clock more time.
    Extend {
        /// Why.
        #[schemars(with = "FreeText")]
        reason: String,
    },
}

impl matter::Draftable for DraftedDecision {
    fn words(&self) -> Words {
        match self {
            Self::Extend { reason } => Words {
                zh: format!("延长期限：{reason}"),
                en: format!("more time: {reason}"),
            },
        }
    }
}

/// A decision was drafted, and waits for another person's approval (拟办待批). The clock runs on.
pub type DecisionDrafted = matter::DecisionDrafted<DraftedDecision>;

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
