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
use crate::merkle::Tree;
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
            records: Vec::new(),
            bytes: 0,
        })
    }

    pub(crate) fn head(&self) -> Head {
        self.head
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
        let payloads = frame.records.iter().map(|record| record.payload.len());
        self.bytes += payloads.sum::<usize>();
        self.records.extend(frame.records);
        if self.bytes >= SEGMENT_BYTES {
            // No two states of a log have the same number.
            let state = CommitState {
                commit: self.sealer.state().commit + 1,
                head: self.head,
                ..CommitState::EMPTY
            };
            self.seal(state, &BTreeMap::new())?;
        }
        Ok(())
    }

    /// Whether there is anything that is not sealed yet.
    fn has_more(&self, cursors: &BTreeMap<String, u64>) -> bool {
        !self.records.is_empty() || !cursors.is_empty()
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

    /// Sets the cursors as of commit `commit`, or a later one, and makes all segments durable.
    pub(crate) fn finish_segments(
        &mut self,
        commit: u64,
        cursors: &BTreeMap<String, u64>,
    ) -> Result<CommitState, BackupError> {
        let state = CommitState {
            commit: commit.max(self.sealer.state().commit + u64::from(self.has_more(cursors))),
            head: self.head,
            cursors: Hash::of_cursors(cursors),
        };
        if state != self.sealer.state() {
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
