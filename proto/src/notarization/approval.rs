//! Decisions of a notary that one person drafts and another approves (审批): the head of the office, 公证程序规则 art. 49, 51.

use serde::{Deserialize, Serialize};

use super::{RefusalReason, TerminationReason};
use crate::{free_text::FreeText, matter, text::Words};

/// What was drafted, in full.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "decision", rename_all = "kebab-case")]
pub enum DraftedDecision {
    /// Not to handle the matter, before or after acceptance.
    Refuse {
        /// Why.
        reason: RefusalReason,
    },
    /// To end the matter early.
    Terminate {
        /// Why.
        reason: TerminationReason,
    },
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
            Self::Refuse { reason } => matter::with_reason(["不予办理", "refusal"], reason.text()),
            Self::Terminate { reason } => {
                matter::with_reason(["终止公证", "termination"], reason.text())
            }
            Self::Extend { reason } => Words {
                zh: format!("延长期限：{reason}"),
                en: format!("more time: {reason}"),
            },
        }
    }
}

/// A decision was drafted, and waits for another person's approval (拟办待批). The clock runs on.
pub type DecisionDrafted = matter::DecisionDrafted<DraftedDecision>;

/// Draft that the matter is not handled, for another person to approve.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DraftRefusal {
    /// Why.
    pub reason: RefusalReason,
}

/// Draft the early end of the matter, for another person to approve.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DraftTermination {
    /// Why.
    pub reason: TerminationReason,
}
