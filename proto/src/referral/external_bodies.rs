//! Events of external bodies (外部机构): courts, the police, unions. They never take custody; what they were
//! given of a person is recorded.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{DisclosedData, DisclosureBasis, ExternalAnswer, HandoverPurpose};
use crate::{
    division::DivisionCode,
    free_text::FreeText,
    ids::{HandoffId, StaffId, Topic, UnitId},
    time::Timestamp,
};

/// The unit that is responsible is a body outside that takes no custody here (须移送外部机构): the window
/// keeps the case, hands it over and records the reply.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct ExternalBodyResponsible {
    /// The body.
    pub to: UnitId,
    /// Where it is.
    pub to_division: DivisionCode,
    /// Who has custody: the window.
    pub holder: UnitId,
    /// When custody or the offer changed.
    pub at: Timestamp,
}

/// What a unit that is not the bureau's own was given of a person with the case: the record of personal
/// data given away, kept for three years or more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Disclosure {
    /// Which kinds.
    pub data: Vec<DisclosedData>,
    /// On what ground.
    pub basis: DisclosureBasis,
    /// The record is kept until then.
    #[schemars(with = "String")]
    pub kept_until: Date,
}

/// The case was brought before a body outside (移送、通报): a court, the police, a union. Custody stays
/// with `by`, so that exactly one unit has it at every moment. It is also the record of personal data given away
/// (网络数据安全管理条例 art. 12), which is kept for three years or more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct HandedOver {
    /// The number of this handing over (移送单号).
    pub handover: HandoffId,
    /// Who handed it over, and has custody.
    pub by: UnitId,
    /// Who acted for it.
    pub staff: StaffId,
    /// The body.
    pub to: UnitId,
    /// Where it is.
    pub to_division: DivisionCode,
    /// What for.
    pub purpose: HandoverPurpose,
    /// Which kinds of personal data went along; none if none did.
    pub data: Vec<DisclosedData>,
    /// On what ground.
    pub basis: DisclosureBasis,
    /// Which papers went along.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub materials: Vec<Topic>,
    /// The record is kept until then.
    #[schemars(with = "String")]
    pub kept_until: Date,
    /// When.
    pub at: Timestamp,
}

/// The external body replied (反馈).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct ExternalBodyReplied {
    /// The number of the handing over.
    pub handover: HandoffId,
    /// The body.
    pub from: UnitId,
    /// What it answered.
    pub answer: ExternalAnswer,
    /// The number of its letter; nothing where it answered by word of mouth.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<FreeText>")]
    pub letter: Option<String>,
    /// The day of its answer.
    #[schemars(with = "String")]
    pub on: Date,
}
