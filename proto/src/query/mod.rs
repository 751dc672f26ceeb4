//! Questions: request–reply, changing nothing.
//!
//! A question is a type: its data, its name on the wire, and the type of its answer. The client that asks and
//! the service that answers go by the same [`QuestionType`], so that a field renamed on one side does not
//! compile on the other.

use schemars::{JsonSchema, Schema};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;

use crate::{
    actor::{Actor, ServiceName},
    division::DivisionCode,
    envelope::LogPosition,
    issuer::ProvenBy,
    raw_json::RawJson,
    rejection::{Malformed, Rejected, parse_field},
};

mod available;
mod common;
mod intake;
mod journal;
mod referral;
mod registry;
mod specialist;

pub use available::*;
pub use common::*;
pub use intake::*;
pub use journal::*;
pub use referral::*;
pub use registry::*;
pub use specialist::*;

/// What is sent to `qry.<service>.<question>`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// The caller; nothing for questions that concern no case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actor: Option<Actor>,
    /// Answer only once this has been seen: the position from a command's reply.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<LogPosition>,
    /// The question's own data.
    #[serde(default)]
    pub data: Value,
    /// Who has proven the actor. Never travels: the service that received the question has found it out.
    #[serde(skip)]
    pub proven: Option<ProvenBy>,
    /// The division to which who has proven it is limited, as the program of a site is; nothing where there is no limit. Never
    /// travels.
    #[serde(skip)]
    pub within: Option<DivisionCode>,
}

/// For whom a question is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Requester<'a> {
    /// A person.
    Actor(&'a Actor),
    /// A program of a site, in its own name: it is limited to the site's division.
    ProgramOfSite(DivisionCode),
    /// Any other program, in its own name.
    Program,
}

impl<'a> Requester<'a> {
    /// By what was proven of a question.
    #[must_use]
    pub const fn of(actor: Option<&'a Actor>, within: Option<DivisionCode>) -> Self {
        match (actor, within) {
            (Some(actor), _) => Self::Actor(actor),
            (None, Some(within)) => Self::ProgramOfSite(within),
            (None, None) => Self::Program,
        }
    }
}

/// The answer to a question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Response {
    /// The answer.
    Answer(RawJson),
    /// Refused.
    Rejected(Rejected),
}

/// The data of one question. `questions!` implements it.
pub trait QuestionType: Serialize + DeserializeOwned + JsonSchema + Send + Sync {
    /// The last segment of the question's subject.
    const NAME: &'static str;

    /// What comes back.
    type Answer: Serialize + DeserializeOwned + JsonSchema + Send;

    /// Reads the data of a request.
    ///
    /// # Errors
    /// If the data does not fit: which field, and how.
    fn parse(data: Value) -> Result<Self, Malformed> {
        parse_field("data", data)
    }

    /// Writes an answer as it travels.
    ///
    /// # Errors
    /// If the answer does not serialize, which would be a defect of the contract.
    fn encode(answer: &Self::Answer) -> Result<RawJson, serde_json::Error> {
        RawJson::of(answer)
    }
}

/// A question that exactly one service answers.
pub trait ServiceQuestion: QuestionType {
    /// The service.
    fn service() -> ServiceName;
}

/// The schemas of one question.
#[derive(Debug, Clone)]
pub struct QuestionSchema {
    /// The last segment of its subject.
    pub name: &'static str,
    /// JSON Schema of its data.
    pub data: Schema,
    /// JSON Schema of its answer.
    pub answer: Schema,
}
