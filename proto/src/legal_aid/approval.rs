//! Decisions of legal aid that one person drafts and another approves (审批).

use serde::{Deserialize, Serialize};

use super::{RefusalReason, TerminationReason};
use crate::{matter, text::Words, yuan::Fen};

/// What was drafted, in full.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "decision", rename_all = "kebab-case")]
pub enum DraftedDecision {
    /// To refuse aid.
    Refuse {
        /// Why.
        reason: RefusalReason,
    },
    /// To end the aid early.
    Terminate {
        /// Why.
        reason: TerminationReason,
    },
    /// To keep the file, and to set the subsidy.
    Archive {
        /// The subsidy, in fen.
        subsidy_fen: u64,
    },
}

impl matter::Draftable for DraftedDecision {
    fn words(&self) -> Words {
        match *self {
            Self::Refuse { reason } => matter::with_reason(["不予援助", "refusal"], reason.text()),
            Self::Terminate { reason } => {
                matter::with_reason(["终止援助", "termination"], reason.text())
            }
            Self::Archive { subsidy_fen } => {
                let amount = subsidy(subsidy_fen);
                Words {
                    zh: format!("归档，{}", amount.zh),
                    en: format!("archiving, {}", amount.en),
                }
            }
        }
    }
}

pub(super) fn subsidy(in_fen: u64) -> Words {
    let sum = Fen::new(in_fen);
    Words {
        zh: format!("补贴 {sum} 元"),
        en: format!("subsidy {sum} yuan"),
    }
}

/// A decision was drafted, and waits for another person's approval (拟办待批). The clock runs on.
pub type DecisionDrafted = matter::DecisionDrafted<DraftedDecision>;

/// Draft the refusal of legal aid, for another person to approve.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DraftRefusal {
    /// Why.
    pub reason: RefusalReason,
}

/// Draft the early end of the aid, for another person to approve.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DraftTermination {
    /// Why.
    pub reason: TerminationReason,
}

/// Draft that the file is in order, and the subsidy, for another person to approve.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DraftArchive {
    /// The subsidy, in fen; 0 where the person is on the agency's staff.
    #[schemars(with = "Fen")]
    pub subsidy_fen: u64,
}
