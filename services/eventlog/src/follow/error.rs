//! Why a follower does not go on.

use std::io;
use std::path::PathBuf;

use thiserror::Error;
use uuid::Uuid;

use crate::error::{
    AnchorError, CheckpointError, CloseReason, Damage, Damaged, FrameError, ReadError, StoreError,
};

/// Why a change was not made or not taken. What was refused left no trace in the copy.
#[derive(Debug, Error)]
pub enum FollowError {
    /// The bytes are not a whole change.
    #[error("the change is not whole; ask for it again")]
    Torn,
    /// The leader is another log than the one that was copied.
    #[error(
        "the leader has epoch {found}, the copy is one of {expected}; follow into an empty folder"
    )]
    OtherLog {
        /// Epoch of the leader.
        found: Uuid,
        /// Epoch of the copy.
        expected: Uuid,
    },
    /// Another owner's log, or one whose writing a later term has taken over.
    #[error(
        "the change comes from {found}, the copy belongs to {expected}; follow the newest leader"
    )]
    Foreign {
        /// The owner that the change names.
        found: String,
        /// The owner that the copy has seen.
        expected: String,
    },
    /// Leader and copy are of one log, but went different ways.
    #[error(
        "leader and copy differ at position {position}; keep both, find out which is right, and follow into an empty folder"
    )]
    Diverged {
        /// The first position that is known to differ. Everything before it is the same, unless the
        /// leader answers this: then it may be an earlier one, and [`EventLog::follow`](crate::EventLog::follow) finds it.
        position: u64,
    },
    /// The leader has less than the copy: it was rolled back.
    #[error(
        "the leader ends before position {leader}, the copy before {copy}; promote the copy, or follow into an empty folder"
    )]
    LeaderBehind {
        /// Records of the leader.
        leader: u64,
        /// Records of the copy.
        copy: u64,
    },
    /// The change does not come next.
    #[error(
        "commit {found} does not follow commit {reached} at position {position}; ask for what comes next"
    )]
    OutOfOrder {
        /// Number of the commit in the change.
        found: u64,
        /// Number of the last commit in the copy.
        reached: u64,
        /// The position that comes next.
        position: u64,
    },
    /// What the change holds does not verify.
    #[error("position {position} of the change cannot be trusted; verify the leader")]
    Damaged {
        /// The first bad position.
        position: u64,
        /// What is wrong with it.
        #[source]
        damage: Damage,
    },
    /// A checkpoint cannot be read, trusted or written.
    #[error("the checkpoint of {size} records cannot be used")]
    Checkpoint {
        /// Number of records; 0 if it cannot be read.
        size: u64,
        /// The cause.
        source: CheckpointError,
    },
    /// A checkpoint was signed for other records than those that were copied.
    #[error(
        "between positions {position} and {signed} the copy is not what was signed; verify leader and copy"
    )]
    CheckpointDiffers {
        /// Everything before is as the checkpoint before says.
        position: u64,
        /// Size of the checkpoint.
        signed: u64,
    },
    /// The log could not be read.
    #[error("the log cannot be read")]
    Read(#[from] ReadError),
    /// The file system refused.
    #[error(
        "the file system failed to {step} {path}; check permissions and free space, then open the copy again"
    )]
    Io {
        /// What was tried.
        step: &'static str,
        /// On what.
        path: PathBuf,
        /// The cause.
        source: io::Error,
    },
    /// The copy's files could not be written.
    #[error("the copy cannot be written; check the disk, then open it again")]
    Store(#[from] StoreError),
    /// The copy's commits could not be written.
    #[error("the copy cannot be written; check the disk, then open it again")]
    Wal(#[from] CloseReason),
    /// The copy's head anchor could not be written.
    #[error("the head anchor of the copy cannot be written; check the disk, then open it again")]
    Anchor(#[from] AnchorError),
    /// The copy failed to write before.
    #[error("the copy failed to write something and takes no more; open it again")]
    Failed,
}

impl FollowError {
    /// The first position that differs, is missing or cannot be trusted, where that is known.
    #[must_use]
    pub fn position(&self) -> Option<u64> {
        match self {
            FollowError::Diverged { position }
            | FollowError::OutOfOrder { position, .. }
            | FollowError::Damaged { position, .. }
            | FollowError::CheckpointDiffers { position, .. } => Some(*position),
            FollowError::LeaderBehind { leader, .. } => Some(*leader),
            FollowError::Read(error) => error.position(),
            FollowError::Torn
            | FollowError::OtherLog { .. }
            | FollowError::Foreign { .. }
            | FollowError::Checkpoint { .. }
            | FollowError::Io { .. }
            | FollowError::Store(_)
            | FollowError::Wal(_)
            | FollowError::Anchor(_)
            | FollowError::Failed => None,
        }
    }

    /// Whether files of the copy may be half written: it must be opened again.
    pub(super) fn is_failure_to_write(&self) -> bool {
        matches!(
            self,
            FollowError::Io { .. }
                | FollowError::Store(_)
                | FollowError::Wal(_)
                | FollowError::Anchor(_)
        )
    }
}

impl From<Damaged> for FollowError {
    fn from(Damaged { position, damage }: Damaged) -> FollowError {
        FollowError::Damaged { position, damage }
    }
}

impl From<FrameError> for FollowError {
    fn from(error: FrameError) -> FollowError {
        match error {
            FrameError::Store(source) => FollowError::Store(source),
            FrameError::Damaged(damaged) => damaged.into(),
        }
    }
}
