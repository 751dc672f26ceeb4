//! What intake can be asked to do.

use serde::{Deserialize, Serialize};

use super::{Applicant, Channel, Grade, Material, Request};
use crate::{
    division::DivisionCode,
    ids::{CaseId, ServiceItem, Topic},
};

/// Open a case. The window is that of the actor's unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Open {
    /// What it is about.
    pub item: ServiceItem,
    /// What exactly.
    pub topic: Topic,
    /// The place that decides who is responsible.
    pub place: DivisionCode,
    /// How the citizen came.
    pub channel: Channel,
    /// Who asks and what for; sealed before it is written.
    pub applicant: Applicant,
    /// What the window does with it.
    pub request: Request,
    /// Whether it cannot wait (紧急).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub urgent: bool,
    /// The case of the other side, where both came (利益冲突).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opposed_to: Option<CaseId>,
}

impl Open {
    /// A case that is to be referred, of somebody who came to a window, with nothing else about it.
    #[must_use]
    pub fn new(item: ServiceItem, topic: Topic, place: DivisionCode, applicant: Applicant) -> Self {
        Self {
            item,
            topic,
            place,
            channel: Channel::Window,
            applicant,
            request: Request::Refer,
            urgent: false,
            opposed_to: None,
        }
    }
}

/// Ask (again) that the case be referred, perhaps for another place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RequestReferral {
    /// The place that decides who is responsible; without it, the one the case was opened for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<DivisionCode>,
    /// Another matter than before, where one service could not help and another may (转办其他事项).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub other: Option<About>,
}

/// What a case is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct About {
    /// The service item.
    pub item: ServiceItem,
    /// What exactly.
    pub topic: Topic,
}

/// Answer the citizen at the window.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AnswerCitizen {
    /// The answer; sealed before it is written.
    pub answer: String,
}

/// Take in material at the window.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReceiveMaterial {
    /// What was handed in.
    pub materials: Vec<Material>,
}

/// Withdraw the case for the citizen. While an offer is open, custody decides who was first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Withdraw {}

/// Take down the citizen's rating.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Rate {
    /// The grade.
    pub grade: Grade,
}

/// Close the case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Close {}

/// Archive the closed case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Archive {}

commands! {
    /// What intake can be asked to do.
    pub enum Command {
        /// 登记
        Open = "open";
        /// 转办
        RequestReferral = "request-referral";
        /// 答复
        AnswerCitizen = "answer";
        /// 接收材料
        ReceiveMaterial = "receive-material";
        /// 撤回
        Withdraw = "withdraw";
        /// 评价
        Rate = "rate";
        /// 办结
        Close = "close";
        /// 归档
        Archive = "archive";
    }
}
