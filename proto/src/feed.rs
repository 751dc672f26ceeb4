//! Events in the order in which the journal received them: for programs that follow what happens. Each sees
//! its own jurisdiction alone: a unit what is addressed to it, what happens to a case that it holds, and what
//! its own staff did; a supervisor or auditor the division.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    envelope::Envelope,
    ids::{CaseId, ServiceItem},
    time::Timestamp,
};

/// `qry.journal.events`: events from a position on.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EventsQuery {
    /// The first position in the journal's log that is looked at.
    #[serde(default)]
    pub from: u64,
    /// At most so many events, 200 at most.
    #[serde(default = "a_page")]
    pub limit: u32,
    /// Only these types; empty: all but what the journal itself records of readings, which is given where its type is named.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub types: Vec<String>,
    /// Only this item.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<ServiceItem>,
    /// Only this case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub case: Option<CaseId>,
}

/// The answer to [`EventsQuery`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct EventsPage {
    /// The incarnation of the journal's log: positions of another mean something else.
    pub epoch: Uuid,
    /// The next position that the journal's log will write.
    pub head: u64,
    /// Where to go on. Everything before it was looked at; at the head, there is no more.
    pub next: u64,
    /// What was found.
    pub events: Vec<FeedEvent>,
}

/// An event, where the journal has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct FeedEvent {
    /// Its position in the journal's log.
    pub position: u64,
    /// When the journal received it.
    pub heard_at: Timestamp,
    /// The event itself.
    pub event: Envelope,
}

/// As many as a question may ask for.
pub const LIMIT: u32 = 200;

fn a_page() -> u32 {
    50
}
