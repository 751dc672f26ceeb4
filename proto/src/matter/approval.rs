//! Two people for one decision (审批): one drafts it, another approves it or sends it back. Only the approval has effect.

use serde::{Deserialize, Serialize};

use crate::{
    division::DivisionCode,
    free_text::FreeText,
    ids::{StaffId, UnitId},
    summary::{PendingDraft, Summary},
    text::{Text, Words},
};

/// A decision that can be drafted.
pub trait Draftable {
    /// What it is to be, in words.
    fn words(&self) -> Words;
}

/// A decision, in Chinese and in English, and its reason.
pub(crate) fn with_reason([zh, en]: [&str; 2], reason: Text) -> Words {
    Words {
        zh: format!("{zh}：{}", reason.zh),
        en: format!("{en}: {}", reason.en),
    }
}

/// A decision was drafted, and waits for another person's approval (拟办待批). The clock runs on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[schemars(rename = "DecisionDrafted")]
pub struct DecisionDrafted<D> {
    /// What it is to be.
    pub decision: D,
    /// Who drafted it; another person approves it.
    pub drafted_by: StaffId,
    /// The unit whose staff approves it.
    pub approver: UnitId,
    /// Where that unit is.
    pub approver_division: DivisionCode,
    /// The rule by which it needs approval.
    pub basis: String,
}

impl<D: Draftable> DecisionDrafted<D> {
    /// What other services read from it.
    pub fn summary(&self) -> Summary {
        let (decision, drafter, approver) =
            (self.decision.words(), &self.drafted_by, &self.approver);
        let words = Words {
            zh: format!("{}；{drafter} 拟，待 {approver} 审批", decision.zh),
            en: format!(
                "{}; drafted by {drafter}, waits for approval by {approver}",
                decision.en
            ),
        };
        Summary::words(words).awaiting_approval(PendingDraft {
            unit: approver.clone(),
            division: self.approver_division,
            drafted_by: drafter.clone(),
        })
    }
}

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

impl DecisionSentBack {
    /// What other services read from it.
    pub fn summary(&self) -> Summary {
        Summary::untranslated(&self.why).approval_ended()
    }
}

impl DraftLapsed {
    /// What other services read from it.
    pub fn summary(&self) -> Summary {
        Summary::untranslated(self.drafted_by.as_str()).approval_ended()
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
    pub(crate) fn summary(&self) -> Summary {
        let approval = Approval {
            drafted_by: self.drafted_by.clone(),
            approved_by: self.approved_by.clone(),
            unit: self.unit.clone(),
        };
        with_approval(Summary::title(), Some(&approval))
    }
}

/// The same, with the people who drafted and approved it.
pub fn with_approval(summary: Summary, approval: Option<&Approval>) -> Summary {
    let Some(Approval {
        drafted_by,
        approved_by,
        unit,
    }) = approval
    else {
        return summary;
    };
    let people = Words {
        zh: format!("{drafted_by} 拟，{approved_by}（{unit}）批准"),
        en: format!("drafted by {drafted_by}, approved by {approved_by} ({unit})"),
    };
    summary.with_words(&people).approval_ended()
}

/// The draft was sent back, and nothing was decided (退回重拟).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct DecisionSentBack {
    /// Who drafted it.
    pub drafted_by: StaffId,
    /// What has to be mended.
    #[schemars(with = "FreeText")]
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
    #[schemars(with = "FreeText")]
    pub why: String,
}
