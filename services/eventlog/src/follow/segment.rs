//! Taking a sealed segment: verified block by block before it gets its name, and compared with the commits
//! that the copy has of it.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

use super::error::FollowError;
use super::follower::Follower;
use crate::commit_state::CommitState;
use crate::error::{Damage, Damaged};
use crate::frame::Frame;
use crate::identity::Identity;
use crate::merkle::Tree;
use crate::record::Head;
use crate::segment::{self, Sealed, SegmentFile};
use crate::segment_check::SegmentCheck;
use crate::sync::sync_directory;
use crate::wal;

/// What a received segment is called until it was verified; an open removes it like any that was not
/// finished.
const RECEIVED: &str = "received.creating";

impl Follower {
    pub(super) fn apply_segment(&mut self, bytes: &[u8]) -> Result<(), FollowError> {
        let folder = self.path.join(segment::DIRECTORY);
        let received = folder.join(RECEIVED);
        let write = || -> io::Result<()> {
            let mut file = File::create(&received)?;
            file.write_all(bytes)?;
            file.sync_all()
        };
        write().map_err(io_error("write", &received))?;
        let taken = self.take_segment(&folder, &received);
        if taken.is_err() {
            // Whatever is left of it is removed by the next attempt, or the next open.
            let _ = fs::remove_file(&received);
        }
        taken
    }

    fn take_segment(&mut self, folder: &Path, received: &Path) -> Result<(), FollowError> {
        let footer = SegmentFile::footer_of(received).ok_or(FollowError::Torn)?;
        let (header, after) = (footer.header, footer.after);
        self.check_owner(header.epoch, &self.owner_of_segment(&header.identity))?;
        let (sealed, reached) = (self.sealed.state, self.reached.state);
        if !is_newer(after, sealed) {
            return fs::remove_file(received).map_err(io_error("remove", received));
        }
        let position = sealed.head.count;
        if header.before != sealed {
            return Err(FollowError::OutOfOrder {
                found: header.before.commit,
                reached: sealed.commit,
                position,
            });
        }
        let file = SegmentFile::open(received, position)?;
        let (file, tree) = self.verify(file)?;
        self.compare(after)?;
        let path = folder.join(segment::name_of(position, after.commit));
        fs::rename(received, &path).map_err(io_error("rename", received))?;
        sync_directory(folder).map_err(io_error("sync", folder))?;

        self.sealed.state = after;
        self.sealed.cursors = file.footer.cursors;
        self.sealed.tree = tree;
        if is_newer(after, reached) {
            self.reached = self.sealed.clone();
        }
        self.sealed_term = header.identity.term;
        if header.identity.term >= self.owner.term {
            self.owner = header.identity;
        }
        self.records.install(Sealed {
            path,
            before: sealed,
            after,
        });
        self.records.memtable.flushed(after.commit);
        self.anchor.advance(self.reached.state)?;
        self.wal.begin_next(self.reached.state.commit + 1)?;
        let wal = self.path.join(wal::DIRECTORY);
        wal::clean(&self.path, after.commit).map_err(io_error("clean", &wal))
    }

    /// Whose a segment counts as. It may have been sealed before the term began under which a part of it, or what comes after it,
    /// was copied as commits: its hashes say whether it is the same. Of segments the terms grow alone.
    fn owner_of_segment(&self, named: &Identity) -> Identity {
        let term = if named.term >= self.sealed_term {
            named.term.max(self.owner.term)
        } else {
            named.term
        };
        Identity {
            term,
            ..named.clone()
        }
    }

    /// Reads every block; the segment must continue the copy's segments, and hold what the copy has of it.
    fn verify(&self, file: SegmentFile) -> Result<(SegmentFile, Tree), FollowError> {
        let mut head = self.sealed.state.head;
        let end = file.end();
        let mut check = SegmentCheck::new(file, self.sealed.tree.clone())?;
        while head.count < end {
            let frame = check.file.frame_holding(head.count)?;
            check.file.check_edges(&frame)?;
            if frame.first != head.count || frame.previous != head.hash {
                return Err(Damaged {
                    position: head.count,
                    damage: Damage::ChainBroken,
                }
                .into());
            }
            self.compare_records(&frame)?;
            check.add(&frame);
            head = frame.records.last().map_or(head, |record| record.head());
        }
        let after = check.file.footer.after.head;
        if head != after {
            return Err(Damaged {
                position: head.count.min(after.count),
                damage: Damage::ChainBroken,
            }
            .into());
        }
        Ok(check.finish()?)
    }

    fn compare_records(&self, frame: &Frame) -> Result<(), FollowError> {
        for record in &frame.records {
            let own = self.record(record.position)?;
            if own.is_some_and(|own| own.hash != record.hash) {
                return Err(FollowError::Diverged {
                    position: record.position,
                });
            }
        }
        Ok(())
    }

    /// Whether the state at the segment's end fits to the commits that the copy has.
    fn compare(&self, after: CommitState) -> Result<(), FollowError> {
        let reached = self.reached.state;
        let Head { count, .. } = reached.head;
        let diverged = FollowError::Diverged {
            position: after.head.count.min(count).saturating_sub(1),
        };
        let fits = if is_newer(after, reached) {
            after.head.count >= count
        } else {
            let before = after.commit.saturating_sub(1);
            let commits = self.records.memtable.commits_after(before, 0);
            commits.first().is_some_and(|commit| commit.state == after)
        };
        if fits { Ok(()) } else { Err(diverged) }
    }
}

/// Whether a segment's end is behind what a copy has.
fn is_newer(after: CommitState, known: CommitState) -> bool {
    (after.commit, after.head.count) > (known.commit, known.head.count)
}

fn io_error(step: &'static str, path: &Path) -> impl FnOnce(io::Error) -> FollowError {
    let path = path.to_owned();
    move |source| FollowError::Io { step, path, source }
}
