//! What the matters of all specialists have in common: how a case comes to a unit and leaves it, and how
//! missing papers are asked for. Each service lists these under type names of its own.

use serde::{Deserialize, Serialize};

use crate::{
    clock::Step,
    division::DivisionCode,
    ids::{CaseNumber, HandoffId, StaffId, Topic, UnitId},
    rejection::{Explain, RejectionKind},
    text::Words,
};

/// The unit took the case in (收到申请): the matter begins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Received {
    /// The handoff that brought it.
    pub handoff: HandoffId,
    /// The unit.
    pub unit: UnitId,
    /// Where it is.
    pub division: DivisionCode,
    /// What it is about.
    pub topic: Topic,
    /// The number on the citizen's receipt.
    pub number: CaseNumber,
}

/// The applicant was told, once, of everything that is missing (一次性告知).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct SupplementRequested {
    /// What is missing.
    pub missing: Vec<Topic>,
}

/// What was missing came in (收到补正).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct SupplementReceived {
    /// What came.
    pub materials: Vec<Topic>,
    /// What is missing still.
    pub missing: Vec<Topic>,
}

/// The case left the unit before the matter's end, by decision of custody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct HandedBack {
    /// The handoff that ended.
    pub handoff: HandoffId,
}

/// Tell the applicant, once, of everything that is missing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RequestSupplement {
    /// What is missing; at least one thing.
    pub missing: Vec<Topic>,
}

/// Take in what was missing, brought straight to the unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReceiveSupplement {
    /// What came; at least one thing.
    pub materials: Vec<Topic>,
}

/// Give the clock more time, as its limit allows (延长).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Extend {
    /// Why.
    pub reason: String,
    /// Who approved it.
    pub approved_by: StaffId,
}

/// What every specialist refuses.
#[derive(
    Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema, thiserror::Error,
)]
#[serde(tag = "code", rename_all = "kebab-case")]
pub enum Rejection {
    /// No matter of this case here.
    #[error(
        "there is no matter of this case here: no unit has accepted it. Accept the referral first"
    )]
    NoMatter {},
    /// Another unit's matter.
    #[error("the matter is with {holder}; you act for {unit}. Ask that unit")]
    NotYourMatter {
        /// Whose it is.
        holder: UnitId,
        /// The unit that asked.
        unit: UnitId,
    },
    /// Not at this step.
    #[error("that cannot be done: the matter is {}. Possible now: {possible}", standing.en)]
    NotNow {
        /// Where the matter stands, in words.
        standing: Words,
        /// What can be done, as names of commands.
        possible: String,
    },
    /// Something needed was left empty.
    #[error("{field} is missing. Fill it in and send again")]
    Incomplete {
        /// Which field.
        field: String,
    },
    /// The limit of this step cannot be extended.
    #[error("the time limit of {step} cannot be extended. Do the step, or hand the case back")]
    NotExtensible {
        /// Which step.
        step: Step,
    },
    /// It was extended as often as it can be.
    #[error("the time limit of {step} was extended {times} time(s), which is all. Do the step")]
    ExtendedBefore {
        /// Which step.
        step: Step,
        /// How often it can be.
        times: u32,
    },
    /// Whoever needs more time asks before it is over.
    #[error(
        "the time limit of {step} was over on {day}; it can be extended only before. Do the step"
    )]
    ExtensionLate {
        /// Which step.
        step: Step,
        /// The last day.
        day: String,
    },
    /// The notice is given once, of everything that is missing.
    #[error("the applicant was told once already of what is missing. Decide on what there is")]
    ToldOnce {},
}

impl Explain for Rejection {
    fn kind(&self) -> RejectionKind {
        match self {
            Self::NoMatter {} => RejectionKind::NotFound,
            Self::NotYourMatter { .. } => RejectionKind::Forbidden,
            Self::Incomplete { .. } => RejectionKind::Invalid,
            Self::NotNow { .. }
            | Self::ToldOnce {}
            | Self::NotExtensible { .. }
            | Self::ExtendedBefore { .. }
            | Self::ExtensionLate { .. } => RejectionKind::Conflict,
        }
    }

    fn zh(&self) -> String {
        match self {
            Self::NoMatter {} => "没有承办单位签收过本案。请先签收转办".to_owned(),
            Self::NotYourMatter { holder, unit } => {
                format!("本案由 {holder} 承办，您代表的是 {unit}。请联系该单位")
            }
            Self::NotNow { standing, possible } => {
                format!("现在不能这样办：{}。现在可以：{possible}", standing.zh)
            }
            Self::Incomplete { field } => format!("缺少 {field}。请补充后重新提交"),
            Self::NotExtensible { step } => format!("{step} 的期限不能延长。请按期办理，或者退回"),
            Self::ExtendedBefore { step, times } => {
                format!("{step} 的期限已延长 {times} 次，不能再延长。请尽快办理")
            }
            Self::ExtensionLate { step, day } => {
                format!("{step} 的期限已于 {day} 届满，延长须在届满前提出。请尽快办理")
            }
            Self::ToldOnce {} => "已一次性告知过补正事项。请就现有材料作出决定".to_owned(),
        }
    }
}
