//! What a log answers its followers.

use std::fs;

use super::FollowPosition;
use super::change::{Change, Content};
use super::error::FollowError;
use super::follower::Follower;
use crate::error::{CloseReason, ReadError};
use crate::hash::Hash;
use crate::log::EventLog;
use crate::record::{Head, Position};
use crate::wal::{self, Commit};

/// Payload bytes of commits that [`EventLog::follow`] asks for at a time.
const STEP_BYTES: usize = 4 << 20;

impl EventLog {
    /// Brings a copy up to this log, and returns how far it has come. Appends go on meanwhile. Blocks while it
    /// reads and writes files.
    ///
    /// # Errors
    /// [`FollowError`]. If leader and copy went different ways, it names the first position that differs.
    pub fn follow(&self, follower: &mut Follower) -> Result<FollowPosition, FollowError> {
        loop {
            let position = follower.position();
            let changes = match self.changes_since(&position, STEP_BYTES) {
                Err(FollowError::Diverged { .. }) => {
                    let position =
                        follower.first_difference(|count| Ok(self.hash_before(count)?))?;
                    return Err(FollowError::Diverged { position });
                }
                other => other?,
            };
            if changes.is_empty() {
                return Ok(position);
            }
            for change in &changes {
                follower.apply(change)?;
            }
            if follower.position() == position {
                return Err(diverged(&position));
            }
        }
    }

    /// What comes after a follower's position: the next segment if the follower has not sealed what it holds;
    /// else commits with up to `max_bytes` of payload, at least one; else the next checkpoint. Empty if the
    /// follower has everything that is durable.
    ///
    /// Every change is to be applied in this order; what is lost on the way is asked for again.
    ///
    /// # Errors
    /// [`FollowError::OtherLog`], [`FollowError::LeaderBehind`] or [`FollowError::Diverged`] if the follower
    /// is no copy of this log; [`FollowError::Read`] if the log is closed or cannot be read.
    pub fn changes_since(
        &self,
        position: &FollowPosition,
        max_bytes: usize,
    ) -> Result<Vec<Change>, FollowError> {
        self.check_copy(position)?;
        loop {
            let segments = self.shared().records.segments().map_err(closed)?;
            if let Some(sealed) = segments.continuing(&position.sealed) {
                let bytes = fs::read(&sealed.path).map_err(|source| FollowError::Io {
                    step: "read",
                    path: sealed.path.clone(),
                    source,
                })?;
                return Ok(vec![Change::new(&Content::Segment(&bytes))]);
            }
            if segments.state() != position.sealed {
                return Err(diverged(position));
            }
            let after = position.reached.commit;
            let commits = self.shared().memtable().commits_after(after, max_bytes);
            match commits.first() {
                Some(first) if first.state.commit == after + 1 => {
                    return Ok(commits.iter().map(|commit| self.change(commit)).collect());
                }
                Some(_) | None => {}
            }
            // Otherwise they were sealed in the meantime.
            let now = self.shared().records.segments().map_err(closed)?;
            if now.state() == segments.state() {
                let last = self.shared().memtable().last_state().unwrap_or(now.state());
                return if last == position.reached {
                    self.next_checkpoint(position)
                } else {
                    Err(diverged(position))
                };
            }
        }
    }

    /// Hash of the last of the first `count` records, [`Hash::ZERO`] for none of them; `None` if there are not
    /// so many. What a follower that diverged asks with.
    ///
    /// # Errors
    /// [`ReadError`] if the log is closed or the record cannot be read.
    pub fn hash_before(&self, count: Position) -> Result<Option<Hash>, ReadError> {
        match count.checked_sub(1) {
            None => Ok(Some(Hash::ZERO)),
            Some(last) => Ok(self.record(last)?.map(|record| record.hash)),
        }
    }

    /// Whether what the follower has is the beginning of this log.
    fn check_copy(&self, position: &FollowPosition) -> Result<(), FollowError> {
        if position.epoch != self.epoch() {
            return Err(FollowError::OtherLog {
                found: self.epoch(),
                expected: position.epoch,
            });
        }
        let Head { count, hash } = position.reached.head;
        let found = self
            .hash_before(count)?
            .ok_or_else(|| FollowError::LeaderBehind {
                leader: self.head().count,
                copy: count,
            })?;
        if found != hash {
            return Err(diverged(position));
        }
        Ok(())
    }

    fn change(&self, commit: &Commit) -> Change {
        let records = commit
            .frame
            .as_ref()
            .map_or(&[][..], |frame| &frame.records);
        let identity = self.identity();
        let owner = (self.epoch(), &identity);
        let entry = wal::encode(owner, &commit.state, &commit.cursors, records);
        Change::new(&Content::Commit(&entry))
    }

    fn next_checkpoint(&self, position: &FollowPosition) -> Result<Vec<Change>, FollowError> {
        let newest = self
            .latest_checkpoint()
            .map_or(0, |newest| newest.head().size);
        if newest <= position.checkpoint {
            return Ok(Vec::new());
        }
        let failed = |size| move |source| FollowError::Checkpoint { size, source };
        let sizes = self.checkpoints().map_err(failed(0))?;
        let known = position.checkpoint + 1..=position.reached.head.count;
        let Some(size) = sizes.into_iter().find(|size| known.contains(size)) else {
            return Ok(Vec::new());
        };
        let checkpoint = self.checkpoint_of(size).map_err(failed(size))?;
        let note = checkpoint.note().as_bytes();
        Ok(vec![Change::new(&Content::Checkpoint(note))])
    }
}

fn closed(why: CloseReason) -> FollowError {
    FollowError::Read(ReadError::Closed { why })
}

/// The last of the follower's records is another one here, or one before it.
fn diverged(position: &FollowPosition) -> FollowError {
    FollowError::Diverged {
        position: position.reached.head.count.saturating_sub(1),
    }
}
