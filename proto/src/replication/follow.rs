//! What a supervisor decides about a source that has another history than before.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    division::DivisionCode,
    envelope::Source,
    ids::{StaffId, UnitId},
    time::Timestamp,
};

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

explained! {
    Rejection in "replication";
    NotFound: NotDiverged;
    Conflict: SameEpoch, FollowNotRequested, NoRequestWaits, FollowRequested;
    Forbidden: SamePerson, WholeProvinceOnly;
    Invalid: NoReason;
}
