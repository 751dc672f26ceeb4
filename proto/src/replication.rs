//! Replication (收听): how far a service has replicated each source, and what a supervisor decides when a source has
//! another history than before, because its log was restored from a backup or copied. And the other direction:
//! what the subscribers of a service know of its log.

use std::fmt;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    actor::ServiceName,
    division::DivisionCode,
    envelope::Source,
    ids::{StaffId, UnitId},
    rejection::{Explain, RejectionKind},
    time::Timestamp,
};

pub use crate::refused::{Refusal, RefusedEvents};

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

/// `qry.<service>.subscribers`: what the services that subscribe to this one know of its log.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Subscribers {
    /// Each instance of a service that subscribes to it.
    pub subscribers: Vec<SubscriberState>,
    /// Why the service writes nothing; absent while it may write.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contradiction: Option<Contradiction>,
}

/// What one subscriber said of the service's log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct SubscriberState {
    /// The subscriber.
    pub subscriber: Source,
    /// What it said.
    pub said: SubscriberAnswer,
}

/// What a subscriber said of a log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum SubscriberAnswer {
    /// It could not be asked since the service started; it is asked again.
    Unasked {
        /// Why not.
        problem: String,
    },
    /// The log has everything that it took in.
    Agrees {
        /// When it said so.
        at: Timestamp,
        /// The next position that it expects.
        next: u64,
    },
    /// It took in what the log does not have.
    Contradicts {
        /// When it said so.
        at: Timestamp,
        /// How the two differ.
        contradiction: Contradiction,
    },
}

/// A log lacks what a subscriber has taken in from it: it was rolled back to an older copy, or copied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Contradiction {
    /// The subscriber.
    pub by: Source,
    /// The first position at which the two are known to differ.
    pub position: u64,
    /// How they differ.
    pub how: Difference,
}

/// How a log differs from what a subscriber took in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "how", rename_all = "kebab-case")]
pub enum Difference {
    /// The log ends before what was taken in.
    Shorter {
        /// How many records the subscriber has taken in.
        known: u64,
    },
    /// The record at the position is another one.
    Differs {},
    /// The subscriber follows a later incarnation of the log.
    Superseded {
        /// That incarnation.
        epoch: Uuid,
    },
}

impl fmt::Display for Contradiction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { by, position, how } = self;
        match how {
            Difference::Shorter { known } => write!(
                f,
                "{by} has taken in {known} events of this log, which ends before position {position}: it was rolled back to an older copy"
            ),
            Difference::Differs {} => write!(
                f,
                "{by} has taken in another event at position {position} than this log has: it was rolled back, or copied"
            ),
            Difference::Superseded { epoch } => write!(
                f,
                "{by} follows a later incarnation of this log ({epoch}): this is a copy from before"
            ),
        }
    }
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
    /// Who asked for it, where another person decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requested_by: Option<StaffId>,
    /// Why the operator of the machine decided without a second person, where they did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alone: Option<String>,
}

/// A supervisor asked for following the other history of a source; another one decides before the deadline, or it lapses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct FollowRequested {
    /// The source.
    pub source: Source,
    /// The incarnation that is to be followed.
    pub epoch: Uuid,
    /// Why.
    pub why: String,
    /// Who asked.
    pub by: StaffId,
    /// By when another supervisor decides.
    pub until: Timestamp,
    /// The unit of who asked.
    pub unit: UnitId,
    /// Where that unit is.
    pub division: DivisionCode,
}

/// A request for following the other history of a source was refused by another supervisor, or taken back by the one who asked
/// (不同意改随).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct FollowRefused {
    /// The source.
    pub source: Source,
    /// The incarnation that is not followed.
    pub epoch: Uuid,
    /// Why.
    pub why: String,
    /// Who asked for it.
    pub requested_by: StaffId,
    /// The unit of who refused.
    pub unit: UnitId,
    /// Where that unit is.
    pub division: DivisionCode,
}

events! {
    /// What is decided about sources.
    pub enum Event {
        /// 申请改随
        FollowRequested = "cn.onestop.hearing.follow-requested.v1", "申请改随来源日志", "Following a source asked for";
        /// 不同意改随
        FollowRefused = "cn.onestop.hearing.follow-refused.v1", "不同意改随来源日志", "Following a source refused";
        /// 改随
        SourceFollowed = "cn.onestop.hearing.source-followed.v1", "改随来源日志", "Source followed";
    }
}

/// Ask for following the other history of a source that was set aside; another supervisor decides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RequestFollow {
    /// The source.
    pub source: Source,
    /// The incarnation that is to be followed.
    pub epoch: Uuid,
    /// Why: kept in the log for ever.
    pub why: String,
    /// The division of the supervisor's unit.
    pub division: DivisionCode,
}

/// Refuse to follow the history for which it was asked; the one who asked takes it back so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RefuseFollow {
    /// The source.
    pub source: Source,
    /// The incarnation that it was asked for.
    pub epoch: Uuid,
    /// Why: kept in the log for ever.
    pub why: String,
    /// The division of the supervisor's unit.
    pub division: DivisionCode,
}

/// Follow the other history of a source that was set aside, as another supervisor than the one who has asked for it.
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
    /// Why no second person decides: only the operator of the machine may decide alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alone: Option<String>,
}

commands! {
    /// The commands about diverged sources, which every subscribing service takes.
    pub enum Command {
        /// 申请改随
        RequestFollow = "request-follow";
        /// 不同意改随
        RefuseFollow = "refuse-follow";
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
    /// No open request to follow that history: it takes two people, and a request lapses.
    FollowNotRequested {
        /// The source.
        source: Source,
    },
    /// No request to follow that history waits for an answer.
    NoRequestWaits {},
    /// It was asked for already, and waits for another supervisor.
    FollowRequested {
        /// Who asked.
        by: StaffId,
        /// By when another supervisor decides.
        until: Timestamp,
    },
    /// Which history of a log is followed concerns every division: it is for those who oversee them all.
    WholeProvinceOnly {},
    /// The person who requested it may not decide it.
    SamePerson {
        /// Who asked.
        by: StaffId,
    },
}

explained!(Rejection);

impl Explain for Rejection {
    fn kind(&self) -> RejectionKind {
        match self {
            Self::NotDiverged { .. } => RejectionKind::NotFound,
            Self::SameEpoch { .. }
            | Self::FollowNotRequested { .. }
            | Self::NoRequestWaits {}
            | Self::FollowRequested { .. } => RejectionKind::Conflict,
            Self::SamePerson { .. } | Self::WholeProvinceOnly {} => RejectionKind::Forbidden,
            Self::NoReason {} => RejectionKind::Invalid,
        }
    }

    fn list(&self) -> &'static str {
        "replication"
    }
}
