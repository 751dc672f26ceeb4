//! Commands: request–reply, answered after the events are durable.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    actor::Actor,
    envelope::LogPosition,
    ids::short_code::ShortCode,
    ids::{CaseId, CaseNumber, CaseRef, CommandId, EventId},
    issuer::ProvenBy,
    late_entry::LateEntry,
    rejection::{Malformed, Rejected},
    text::{Text, Words},
    time::Timestamp,
    trace::TraceParent,
};

/// The commands of one service, as one enum.
pub trait CommandType: Sized + Send + Sync + 'static {
    /// The last segment of each command's subject.
    const NAMES: &'static [&'static str];

    /// What each is called in Chinese, in the same order.
    const TITLES: &'static [&'static str];

    /// The last segment of this command's subject.
    fn name(&self) -> &'static str;

    /// The JSON Schema of each command's data, by name.
    fn schemas() -> Vec<(&'static str, schemars::Schema)>;

    /// Its data, as it travels.
    ///
    /// # Errors
    /// If the data does not serialize, which would be a defect of the contract.
    fn data(&self) -> Result<Value, serde_json::Error>;

    /// Reads the data of a request that came in on the subject of `name`.
    ///
    /// # Errors
    /// If there is no such command, or the data does not fit it.
    fn parse(name: &str, data: Value) -> Result<Self, Malformed>;
}

/// What is sent to `cmd.<service>.<command>`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// The idempotency key. Sent again with the same request, it gets the first answer again.
    pub id: CommandId,
    /// The actor and its unit.
    pub actor: Actor,
    /// The case, by id or number; nothing when a case is opened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub case: Option<CaseRef>,
    /// The revision of the service's stream that the decision rests on, where a person decided on
    /// what they saw.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected_revision: Option<u64>,
    /// When it happened, if that was earlier: a paper registration entered later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub occurred_at: Option<Timestamp>,
    /// Why it is entered late, and who approved it, where the directory's limits ask for it (补录).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub late_entry: Option<LateEntry>,
    /// The trace to continue; without it, one starts here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub traceparent: Option<TraceParent>,
    /// The command's own data.
    pub data: Value,
    /// Who has proven the actor. Never travels: the service that received the request has found it out.
    #[serde(skip)]
    pub proven: Option<ProvenBy>,
}

/// The answer to a command.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Reply {
    /// Done, and durable.
    Accepted(AcceptedCommand),
    /// Refused; nothing was changed, unless the rejection says that this is not known.
    Rejected(Rejected),
}

/// What was done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct AcceptedCommand {
    /// The case.
    pub case: CaseId,
    /// The number on its receipt, where the command issued one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<CaseNumber>,
    /// Revision of the service's stream after it.
    pub revision: u64,
    /// Place of the last event in the service's log: hand it to a query to read what you wrote.
    pub at: LogPosition,
    /// The events written, in order.
    pub events: Vec<EventSummary>,
    /// Whether this is the first answer or the first answer again.
    pub answer: Execution,
    /// The query code for the citizen's receipt, where the command issued one (查询码). It is returned here and
    /// to no other caller.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub query_code: Option<String>,
    /// The short code of the case for the telephone, where the command issued one (电话短码).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub short_code: Option<ShortCode>,
    /// What was odd, and no reason to refuse.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<Words>,
}

impl AcceptedCommand {
    /// The first answer to a command, without its events and what is on its receipt.
    pub const fn new(case: CaseId, revision: u64, at: LogPosition) -> Self {
        Self {
            case,
            number: None,
            revision,
            at,
            events: Vec::new(),
            answer: Execution::First,
            query_code: None,
            short_code: None,
            warnings: Vec::new(),
        }
    }
}

/// The warning where a command was carried out while no standby had its events on disk.
pub const KEPT_ONCE: Text = Text {
    zh: "已办理。备用机目前没有跟上，这一步只存了一份。请告诉系统管理员；不要重办。",
    en: "Done. The standby does not keep up now, so this step is kept once only. Tell the system administrator; do not repeat it.",
};

/// Whether a command was carried out now or had been before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Execution {
    /// Carried out now.
    First,
    /// The key had been used for the same request: this is what was done then.
    Repeated,
}

/// An event named in an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct EventSummary {
    /// Its id.
    pub id: EventId,
    /// Its type.
    #[serde(rename = "type")]
    pub event_type: String,
}
