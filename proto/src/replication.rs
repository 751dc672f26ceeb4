//! Replication (收听): how far a service has replicated each source, and what a supervisor decides when a source has
//! another history than before, because its log was restored from a backup or copied.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    division::DivisionCode,
    envelope::Source,
    ids::UnitId,
    rejection::{Explain, RejectionKind},
    time::Timestamp,
};

/// `qry.<service>.sources`: how far the service has replicated each source.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Sources {
    /// Each history of each source.
    pub sources: Vec<SourceState>,
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
    /// An earlier incarnation, which another one has replaced.
    #[serde(rename = "former")]
    Superseded {},
}

/// A source that was set aside is followed again: its other history, from its beginning. What of it
/// was replicated before changes nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct SourceFollowed {
    /// The source.
    pub source: Source,
    /// The incarnation that is followed from now on.
    pub epoch: Uuid,
    /// The incarnation that was replicated before.
    pub instead_of: Uuid,
    /// How far that one was replicated.
    pub heard: u64,
    /// Why.
    pub why: String,
    /// The unit of the supervisor who decided.
    pub unit: UnitId,
    /// Where that unit is.
    pub division: DivisionCode,
}

events! {
    /// What is decided about sources.
    pub enum Event {
        /// 改随
        SourceFollowed = "cn.onestop.hearing.source-followed.v1", "改随来源日志", "Source followed";
    }
}

/// Follow the other history of a source that was set aside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FollowSource {
    /// The source.
    pub source: Source,
    /// The incarnation that the supervisor decided on.
    pub epoch: Uuid,
    /// Why: kept in the log for ever.
    pub why: String,
    /// The division of the supervisor's unit.
    pub division: DivisionCode,
}

commands! {
    /// The commands about diverged sources, which every subscribing service takes.
    pub enum Command {
        /// 改随
        FollowSource = "follow-source";
    }
}

/// What is refused about sources.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "code", rename_all = "kebab-case")]
pub enum Rejection {
    /// The source is not set aside, or not with that history.
    #[serde(rename = "not-set-aside")]
    NotDiverged {
        /// The source.
        source: Source,
        /// The incarnation that was named.
        epoch: Uuid,
    },
    /// Same epoch, but the log does not continue where replication stopped: following needs a new epoch.
    SameEpoch {
        /// The source.
        source: Source,
    },
    /// A decision without a reason.
    NoReason {},
}

explained!(Rejection);

impl Explain for Rejection {
    fn kind(&self) -> RejectionKind {
        match self {
            Self::NotDiverged { .. } => RejectionKind::NotFound,
            Self::SameEpoch { .. } => RejectionKind::Conflict,
            Self::NoReason {} => RejectionKind::Invalid,
        }
    }

    fn list(&self) -> &'static str {
        "replication"
    }
}
