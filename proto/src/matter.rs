//! What the matters of all specialists have in common: how a case comes to a unit and leaves it, and how
//! missing papers are asked for. Each service lists these under type names of its own.

use serde::{Deserialize, Serialize};

use crate::{
    division::DivisionCode,
    ids::{CaseNumber, HandoffId, Topic, UnitId},
    rejection::{Explain, Kind},
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
    /// The notice is given once, of everything that is missing.
    #[error("the applicant was told once already of what is missing. Decide on what there is")]
    ToldOnce {},
}

impl Explain for Rejection {
    fn kind(&self) -> Kind {
        match self {
            Self::NoMatter {} => Kind::NotFound,
            Self::NotYourMatter { .. } => Kind::Forbidden,
            Self::Incomplete { .. } => Kind::Invalid,
            Self::NotNow { .. } | Self::ToldOnce {} => Kind::Conflict,
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
            Self::ToldOnce {} => "已一次性告知过补正事项。请就现有材料作出决定".to_owned(),
        }
    }
}
