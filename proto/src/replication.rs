//! Replication (收听): how far a service has replicated each source, and what a supervisor decides when a source has
//! another history than before, because its log was restored from a backup or copied. And the other direction:
//! what the subscribers of a service know of its log.

mod follow;
mod subscribers;
mod unready;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use self::{follow::*, subscribers::*, unready::*};
pub use crate::refused::{Refusal, RefusedEvents};
use crate::{actor::ServiceName, envelope::Source, time::Timestamp};

/// `qry.<service>.sources`: how far the service has replicated each source.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Sources {
    /// Each history of each source.
    pub sources: Vec<SourceState>,
    /// What was skipped on the subjects of services, its own among them, since the service started.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub junk: Vec<Junk>,
    /// What time it is for the service; nothing from one of an earlier version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub now: Option<Timestamp>,
    /// The version of the directory that it decides by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub directory: Option<String>,
    /// The events that were not believed since the service started, by service and reason.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refused: Vec<RefusedEvents>,
    /// By what right it decides; nothing from one of an earlier version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lease: Option<LeaseState>,
    /// The requests for following another history of a source, while they wait for another supervisor.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub follow_requests: Vec<FollowRequested>,
    /// Why it is not ready; nothing while it is, and from one of an earlier version.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unready: Vec<Unready>,
}

/// By what right a process decides for its service.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct LeaseState {
    /// The term under which it does, which grows with every process that takes over; 0 where no lease is kept.
    pub term: u64,
    /// Why it decides nothing now; absent while it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hindrance: Option<String>,
    /// The machine on which it runs; absent from an earlier version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub node: Option<String>,
    /// How its standby follows; absent where none is to follow, and from an earlier version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub standby: Option<StandbyState>,
}

/// How the standby of a service follows its log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum StandbyState {
    /// It has everything, but for so many of the newest events.
    Following {
        /// Events that it lacks.
        behind: u64,
    },
    /// It does not, or too slowly: what is confirmed is kept once only.
    Absent {},
}

/// Messages on the subjects of a service that are no events of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Junk {
    /// The service on whose subjects they were.
    pub of: ServiceName,
    /// How many were skipped.
    pub count: u64,
    /// The subject of the last.
    pub subject: String,
    /// What is wrong with it.
    pub problem: String,
    /// When it was skipped.
    pub at: Timestamp,
}

/// How far one incarnation of a source's log was replicated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct SourceState {
    /// The source.
    pub source: Source,
    /// The incarnation of its log.
    pub epoch: Uuid,
    /// The next position expected.
    pub next: u64,
    /// The first 16 hexadecimal digits of the hash of the last event taken in; nothing before the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mark: Option<String>,
    /// The durable length of the source's log when it last answered; nothing before it did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub head: Option<u64>,
    /// When the source last answered; nothing before it did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answered_at: Option<Timestamp>,
    /// Whether its events are taken in.
    #[serde(rename = "hearing")]
    pub state: ReplicationState,
}

/// Whether a source's events are taken in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum ReplicationState {
    /// They are, as they come.
    #[serde(rename = "following")]
    Synced {},
    /// The service polls the source for missing events; the source has not answered since.
    #[serde(rename = "waiting")]
    Unreachable {
        /// Since when.
        since: Timestamp,
        /// Why the last poll failed.
        problem: String,
    },
    /// Its log differs from the one replicated so far: no event of it is taken in until a supervisor decides.
    #[serde(rename = "set-aside")]
    Diverged {
        /// Since when.
        since: Timestamp,
        /// The incarnation that it speaks of.
        epoch: Uuid,
        /// How the two differ.
        problem: String,
    },
    /// It is not enrolled, or its log holds what is not its to say: nothing more of it is taken in until an operator
    /// has mended that.
    Refused {
        /// Since when.
        since: Timestamp,
        /// Why.
        why: Refusal,
    },
    /// An earlier incarnation, which another one has replaced.
    #[serde(rename = "former")]
    Superseded {},
}
