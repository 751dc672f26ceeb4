//! Writing a log from the records of another one.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use uuid::Uuid;

use super::BackupError;
use super::paths::io_error;
use crate::anchor::Anchor;
use crate::commit_state::CommitState;
use crate::error::{Damage, Damaged};
use crate::frame::Frame;
use crate::hash::Hash;
use crate::identity::Identity;
use crate::merkle::{Tree, TreeHead};
use crate::record::{Head, Record};
use crate::segment::{self, Sealer};
use crate::sync::sync_directory;
use crate::wal;

/// Payload bytes after which a segment is sealed.
const SEGMENT_BYTES: usize = 8 << 20;

/// A log in the making. Nothing of it counts before [`Builder::finish`] has returned.
pub(crate) struct Builder {
    directory: PathBuf,
    epoch: Uuid,
    sealer: Sealer,
    head: Head,
    /// As of `head`; the sealer's own may be behind.
    tree: Tree,
    /// What was signed for some size.
    expected: Option<TreeHead>,
    /// Records that are not sealed yet.
    records: Vec<Record>,
    bytes: usize,
}

impl Builder {
    /// Begins an empty log in a directory that is there and has no segments.
    pub(crate) fn new(
        directory: &Path,
        epoch: Uuid,
        identity: Identity,
    ) -> Result<Builder, BackupError> {
        let folder = directory.join(segment::DIRECTORY);
        for folder in [&folder, &directory.join(wal::DIRECTORY)] {
            fs::create_dir_all(folder).map_err(io_error("create", folder))?;
        }
        let start = (CommitState::EMPTY, BTreeMap::new(), Tree::new());
        Ok(Builder {
            directory: directory.to_owned(),
            epoch,
            sealer: Sealer::new(&folder, epoch, identity, start),
            head: Head::EMPTY,
            tree: Tree::new(),
            expected: None,
            records: Vec::new(),
            bytes: 0,
        })
    }

    /// Refuses records that contradict what was signed.
    pub(crate) fn expect(&mut self, signed: Option<TreeHead>) {
        self.expected = signed;
    }

    pub(crate) fn head(&self) -> Head {
        self.head
    }

    pub(crate) fn tree_head(&self) -> TreeHead {
        self.tree.head()
    }

    /// Adds a frame, which must continue the log.
    pub(crate) fn add(&mut self, frame: Frame) -> Result<(), BackupError> {
        if frame.first != self.head.count || frame.previous != self.head.hash {
            return Err(Damaged {
                position: self.head.count,
                damage: Damage::ChainBroken,
            }
            .into());
        }
        self.head = frame.records.last().map_or(self.head, Record::head);
        for record in &frame.records {
            self.tree.push(record.hash, &mut |_| {});
            self.bytes += record.payload.len();
            let count = self.tree.count();
            let signed = self.expected.filter(|signed| signed.size == count);
            if signed.is_some_and(|signed| signed != self.tree.head()) {
                return Err(BackupError::HeadDiffers { count });
            }
        }
        self.records.extend(frame.records);
        if self.bytes >= SEGMENT_BYTES {
            let state = CommitState {
                head: self.head,
                ..CommitState::EMPTY
            };
            self.seal(state, &BTreeMap::new())?;
        }
        Ok(())
    }

    fn seal(
        &mut self,
        state: CommitState,
        cursors: &BTreeMap<String, u64>,
    ) -> Result<(), BackupError> {
        self.sealer.seal(&self.records, state, cursors)?;
        self.records.clear();
        self.bytes = 0;
        Ok(())
    }

    /// Sets the cursors as of commit `commit`, and makes all segments durable.
    pub(crate) fn finish_segments(
        &mut self,
        commit: u64,
        cursors: &BTreeMap<String, u64>,
    ) -> Result<CommitState, BackupError> {
        let state = CommitState {
            commit,
            head: self.head,
            cursors: Hash::of_cursors(cursors),
        };
        if state != CommitState::EMPTY {
            self.seal(state, cursors)?;
        }
        sync_directory(&self.directory).map_err(io_error("sync", &self.directory))?;
        Ok(state)
    }

    /// Sets the cursors, and makes everything durable, the anchor last.
    pub(crate) fn finish(mut self, cursors: &BTreeMap<String, u64>) -> Result<(), BackupError> {
        let state = self.finish_segments(1, cursors)?;
        Ok(Anchor::create(&self.directory, self.epoch, state)?)
    }
}
