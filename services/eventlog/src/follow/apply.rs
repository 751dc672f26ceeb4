//! Taking changes: each is verified against what the copy has, then written.

use std::iter;
use std::sync::Arc;

use uuid::Uuid;

use super::change::{Change, Content};
use super::error::FollowError;
use super::follower::Follower;
use crate::checkpoint::Checkpoint;
use crate::commit_state::CommitState;
use crate::error::{CheckpointError, Damage, Damaged};
use crate::hash::Hash;
use crate::identity::Identity;
use crate::merkle;
use crate::wal::{self, Commit};

impl Follower {
    /// Verifies a change, and adds it to the copy: durable when this returns. What the copy has already is
    /// left as it is.
    ///
    /// # Errors
    /// [`FollowError`]. After a failure to write, the copy takes no more: open it again.
    pub fn apply(&mut self, change: &Change) -> Result<(), FollowError> {
        if self.is_failed {
            return Err(FollowError::Failed);
        }
        let applied = match change.content()? {
            Content::Commit(entry) => self.apply_commit(entry),
            Content::Segment(bytes) => self.apply_segment(bytes),
            Content::Checkpoint(note) => self.apply_checkpoint(note),
        };
        self.is_failed = applied
            .as_ref()
            .is_err_and(FollowError::is_failure_to_write);
        applied
    }

    fn apply_commit(&mut self, bytes: &[u8]) -> Result<(), FollowError> {
        let decoded = wal::decode(bytes).filter(|(_, length)| *length == bytes.len());
        let (entry, _) = decoded.ok_or(FollowError::Torn)?;
        self.check_owner(entry.epoch, &entry.identity)?;
        let reached = self.reached.state;
        if entry.state.commit <= reached.commit {
            return check_known(entry.state, reached);
        }
        let position = reached.head.count;
        if entry.state.commit != reached.commit + 1 {
            return Err(FollowError::OutOfOrder {
                found: entry.state.commit,
                reached: reached.commit,
                position,
            });
        }
        let mut tree = self.reached.tree.clone();
        let (commits, stopped) = wal::chain(iter::once(&entry), reached, self.epoch, &mut tree);
        let Some(commit) = commits.into_iter().next() else {
            return Err(match stopped {
                Some(Damage::ChainBroken) => FollowError::Diverged {
                    position: position.saturating_sub(1),
                },
                Some(damage) => Damaged { position, damage }.into(),
                None => FollowError::Torn,
            });
        };
        // Cursors are outside the chain: their digest shows whether they were the same before.
        if self.digest_with(&commit) != commit.state.cursors {
            return Err(FollowError::Diverged { position });
        }
        self.wal
            .append(bytes, commit.state.commit, &self.records.memtable)?;
        self.anchor.write(commit.state)?;
        self.reached.state = commit.state;
        self.reached.tree = tree;
        self.reached.cursors.extend(commit.cursors.clone());
        self.owner = entry.identity;
        self.records.memtable.push(Arc::new(commit));
        Ok(())
    }

    /// What the digest of all cursors becomes when a commit sets its own.
    fn digest_with(&self, commit: &Commit) -> Hash {
        let (digest, known) = (self.reached.state.cursors, &self.reached.cursors);
        commit.cursors.iter().fold(digest, |digest, (name, value)| {
            let before = known.get(name);
            let before = before.map_or(Hash::ZERO, |old| Hash::of_cursor(name, *old));
            digest.xor(before).xor(Hash::of_cursor(name, *value))
        })
    }

    fn apply_checkpoint(&mut self, note: &[u8]) -> Result<(), FollowError> {
        let unusable = |size| move |source| FollowError::Checkpoint { size, source };
        let note = std::str::from_utf8(note).map_err(|_| CheckpointError::Malformed);
        let checkpoint = note.and_then(Checkpoint::parse).map_err(unusable(0))?;
        let signed = checkpoint.head();
        if signed.size <= self.checkpoint {
            return Ok(());
        }
        if let Some(key) = &self.key {
            checkpoint.verify(key).map_err(unusable(signed.size))?;
        }
        if checkpoint.epoch() != Some(self.epoch) {
            return Err(unusable(signed.size)(CheckpointError::Foreign {
                found: checkpoint.origin().to_owned(),
                expected: self.epoch.to_string(),
            }));
        }
        let count = self.head().count;
        if signed.size > count {
            return Err(FollowError::OutOfOrder {
                found: signed.size,
                reached: count,
                position: count,
            });
        }
        let own = merkle::load(&self.records, signed.size)?;
        if own.head() != signed {
            return Err(FollowError::CheckpointDiffers {
                position: self.checkpoint,
                signed: signed.size,
            });
        }
        self.history
            .write(&checkpoint)
            .map_err(unusable(signed.size))?;
        self.checkpoint = signed.size;
        Ok(())
    }

    /// Whether a change comes from the log that was copied, and from an owner that is not outdated.
    pub(super) fn check_owner(&self, epoch: Uuid, owner: &Identity) -> Result<(), FollowError> {
        if epoch != self.epoch {
            return Err(FollowError::OtherLog {
                found: epoch,
                expected: self.epoch,
            });
        }
        if !owner.accepts(&self.owner) {
            return Err(FollowError::Foreign {
                found: owner.to_string(),
                expected: self.owner.to_string(),
            });
        }
        Ok(())
    }
}

/// A commit that the copy has, or has passed: the last one can be compared.
fn check_known(found: CommitState, reached: CommitState) -> Result<(), FollowError> {
    let count = reached.head.count;
    if found.commit == reached.commit && found != reached || found.head.count > count {
        return Err(FollowError::Diverged {
            position: found.head.count.min(count).saturating_sub(1),
        });
    }
    Ok(())
}
