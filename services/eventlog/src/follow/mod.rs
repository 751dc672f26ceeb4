//! A copy that follows its log: a standby, or a second place.
//!
//! The follower asks for what comes after its [`FollowPosition`]; the leader answers with [`Change`]s: group
//! commits as they are, sealed segments byte for byte, signed checkpoints. The follower verifies each of them
//! against what it has before it keeps anything, so its files are the leader's, with the same hashes,
//! positions, commit boundaries and cursors. It has no index and no writer thread: a [`Follower`] that was
//! promoted is opened as any other log.

mod apply;
mod change;
mod error;
mod follower;
mod leader;
mod segment;

use uuid::Uuid;

pub use self::change::Change;
pub use self::error::FollowError;
pub use self::follower::Follower;
use crate::codec::{take, take_u64};
use crate::commit_state::{COMMIT_STATE_BYTES, CommitState};

/// How far a follower has come. What it asks its leader with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FollowPosition {
    /// The log that it is a copy of.
    pub epoch: Uuid,
    /// The state after the last commit that it has.
    pub reached: CommitState,
    /// The state after its last segment.
    pub sealed: CommitState,
    /// Number of records that its newest checkpoint was signed for; 0 if it has none.
    pub checkpoint: u64,
}

impl FollowPosition {
    /// Epoch (16 bytes), both states (80 each), checkpoint (8), all numbers big-endian.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        [
            &self.epoch.as_bytes()[..],
            &self.reached.encode(),
            &self.sealed.encode(),
            &self.checkpoint.to_be_bytes(),
        ]
        .concat()
    }

    /// Reads what [`FollowPosition::to_bytes`] wrote; `None` if it is anything else.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<FollowPosition> {
        let rest = &mut &bytes[..];
        let position = FollowPosition {
            epoch: Uuid::from_bytes(take(rest)?),
            reached: CommitState::decode(&take::<COMMIT_STATE_BYTES>(rest)?)?,
            sealed: CommitState::decode(&take::<COMMIT_STATE_BYTES>(rest)?)?,
            checkpoint: take_u64(rest)?,
        };
        rest.is_empty().then_some(position)
    }
}
