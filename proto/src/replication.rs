//! Hearing (收听): how far a service has heard each source, and what is decided when a source tells
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

/// `qry.<service>.sources`: how far the service has heard each source.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Sources {
    /// Each history of each source.
    pub sources: Vec<SourceState>,
}

/// How far one history of a source was heard.
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
    /// The source is asked for what is missing, and has not answered since.
    #[serde(rename = "waiting")]
    Unreachable {
        /// Since when.
        since: Timestamp,
        /// What went wrong when it was asked last.
        problem: String,
    },
    /// It tells another history than the one heard: nothing of it is taken in until somebody decides.
    #[serde(rename = "set-aside")]
    Diverged {
        /// Since when.
        since: Timestamp,
        /// The incarnation that it speaks of.
        epoch: Uuid,
        /// How the two differ.
        problem: String,
    },
    /// An earlier history, which another one has taken the place of.
    #[serde(rename = "former")]
    Superseded {},
}

/// A source that was set aside is followed again: its other history, from its beginning. What of it
/// was heard before changes nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct SourceFollowed {
    /// The source.
    pub source: Source,
    /// The incarnation that is followed from now on.
    pub epoch: Uuid,
    /// The incarnation that was heard before.
    pub instead_of: Uuid,
    /// How far that one was heard.
    pub heard: u64,
    /// Why.
    pub why: String,
    /// The unit of whoever decided.
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
    /// The incarnation, as whoever decides saw it.
    pub epoch: Uuid,
    /// Why: it stands on the record for ever.
    pub why: String,
    /// Where the unit of whoever decides is.
    pub division: DivisionCode,
}

commands! {
    /// What every service that listens can be asked to do with a source that it set aside.
    pub enum Command {
        /// 改随
        FollowSource = "follow-source";
    }
}

/// What is refused about sources.
#[derive(
    Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema, thiserror::Error,
)]
#[serde(tag = "code", rename_all = "kebab-case")]
pub enum Rejection {
    /// The source is not set aside, or not with that history.
    #[error("{source_name} is not set aside here with epoch {epoch}. See 'onestop source list'")]
    #[serde(rename = "not-set-aside")]
    NotDiverged {
        /// The source.
        #[serde(rename = "source")]
        source_name: Source,
        /// The incarnation that was named.
        epoch: Uuid,
    },
    /// It continues the log that was heard, but not where hearing stopped: following needs a new epoch.
    #[error(
        "{source_name} tells another history under the same epoch: two copies of one log are in use. \
         Stop the copy; restore the other with 'onestop log import' if it must go on"
    )]
    SameEpoch {
        /// The source.
        #[serde(rename = "source")]
        source_name: Source,
    },
    /// A decision without a reason.
    #[error("say why it is followed: it stands on the record")]
    NoReason {},
}

impl Explain for Rejection {
    fn kind(&self) -> RejectionKind {
        match self {
            Self::NotDiverged { .. } => RejectionKind::NotFound,
            Self::SameEpoch { .. } => RejectionKind::Conflict,
            Self::NoReason {} => RejectionKind::Invalid,
        }
    }

    fn zh(&self) -> String {
        match self {
            Self::NotDiverged { source_name, epoch } => format!(
                "{source_name}（编号 {epoch}）在此没有被搁置。请用 onestop source list 查看"
            ),
            Self::SameEpoch { source_name } => format!(
                "{source_name} 以同一编号讲述另一段历史：同一日志有两份在用。\
                 请停用副本；确需继续使用的，请用 onestop log import 恢复"
            ),
            Self::NoReason {} => "请写明改随的理由，理由将记录在案".to_owned(),
        }
    }
}
