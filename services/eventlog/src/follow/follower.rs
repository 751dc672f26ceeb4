//! The copy: opening it, and saying how far it has come.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use uuid::Uuid;

use super::FollowPosition;
use super::error::FollowError;
use crate::anchor::{self, Anchor};
use crate::checkpoint::{History, VerifyingKey};
use crate::error::{OpenError, ReadError};
use crate::hash::Hash;
use crate::identity::Identity;
use crate::lock::{self, Lock};
use crate::marker;
use crate::merkle::TreeHead;
use crate::options::Options;
use crate::record::{Head, Position, Record};
use crate::records::Records;
use crate::recover::{self, Failures};
use crate::segment;
use crate::wal::{self, MemTable, Wal};

/// A copy of a log that takes what its leader has written, and nothing else. No [`EventLog`](crate::EventLog)
/// opens it until it was promoted; a [`LogReader`](crate::LogReader) does while it is closed.
///
/// Each change is durable when [`Follower::apply`] returns. A process that is killed, or a transfer that is
/// cut, leaves a beginning of the leader's log, from which the next open goes on.
pub struct Follower {
    pub(super) path: PathBuf,
    pub(super) epoch: Uuid,
    pub(super) key: Option<VerifyingKey>,
    pub(super) history: History,
    /// The owner that the newest change named.
    pub(super) owner: Identity,
    /// The term that the last segment named.
    pub(super) sealed_term: u64,
    pub(super) records: Records,
    pub(super) anchor: Anchor,
    pub(super) wal: Wal,
    /// As of the last segment.
    pub(super) sealed: recover::Position,
    /// As of the last commit.
    pub(super) reached: recover::Position,
    /// Size of the newest checkpoint.
    pub(super) checkpoint: u64,
    /// Something was perhaps half written.
    pub(super) is_failed: bool,
    _lock: Lock,
}

impl Follower {
    /// Opens a copy, or begins one where there is nothing yet: then of the log whose epoch is
    /// `options.new_epoch`. Checkpoints are verified with `options.verifying_key`, if there is one. Reads the
    /// commits that are not sealed, and the edges of the segments.
    ///
    /// # Errors
    /// [`OpenError`] if the copy is in use, damaged, or no copy: [`OpenError::NotFollowing`].
    pub fn open(options: Options) -> Result<Follower, OpenError> {
        let mut options = options.clamped();
        // A copy takes what it is given; which terms it has seen is in its files.
        options.identity.term = u64::MAX;
        let path = options.path.as_path();
        let at = Failures(path);
        recover::check_identity(&options)?;
        fs::create_dir_all(path).map_err(at.io("create", path))?;
        let lock = lock::exclusive(path)?;
        begin(path)?;
        let mut anchor = recover::find_anchor(&options)?;
        let contents = recover::read(&options, anchor.epoch(), anchor.state())?;
        let owner = contents.newest_owner().map_err(at.frame(0))?;
        let sealed_term = contents.sealed_term().map_err(at.frame(0))?;
        let recover::Contents {
            segments,
            sealed,
            scan,
            commits,
            reached,
            ..
        } = contents;
        let (folder, wal_folder) = (path.join(segment::DIRECTORY), path.join(wal::DIRECTORY));
        segment::remove_strays(&folder).map_err(at.io("clean", &folder))?;
        wal::clean(path, sealed.state.commit).map_err(at.io("clean", &wal_folder))?;
        // What was found may so far be only in the page cache.
        wal::sync(path).map_err(at.io("sync", &wal_folder))?;
        let next = reached.state.commit + 1;
        let resume = scan.resume(sealed.state.commit);
        // Files end where a segment ends, however long they grow.
        let wal = Wal::open(path, resume, next, u64::MAX).map_err(at.store())?;
        if reached.state != anchor.state() {
            anchor.advance(reached.state).map_err(at.anchor())?;
        }
        let history = History::of(path);
        let sizes = history.sizes().map_err(|source| OpenError::Checkpoint {
            path: path.to_owned(),
            checkpoint: history.folder().to_owned(),
            position: reached.state.head.count,
            source,
        })?;
        Ok(Follower {
            path: path.to_owned(),
            epoch: anchor.epoch(),
            key: options.verifying_key.clone(),
            checkpoint: sizes.last().copied().unwrap_or(0),
            history,
            owner,
            sealed_term,
            records: Records::new(segments, MemTable::of(commits)),
            anchor,
            wal,
            sealed,
            reached,
            is_failed: false,
            _lock: lock,
        })
    }

    /// Whether the log in a directory follows no other: it never did, or was promoted. False where there is none.
    ///
    /// # Errors
    /// If the directory cannot be read.
    pub fn is_promoted(path: &Path) -> io::Result<bool> {
        Ok(!marker::is_set(path)? && path.join(anchor::FILE_NAME).try_exists()?)
    }

    /// Its directory.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// How far it has come: what the leader is asked with.
    #[must_use]
    pub fn position(&self) -> FollowPosition {
        FollowPosition {
            epoch: self.epoch,
            reached: self.reached.state,
            sealed: self.sealed.state,
            checkpoint: self.checkpoint,
        }
    }

    /// Number of records, and hash of the last.
    #[must_use]
    pub fn head(&self) -> Head {
        self.reached.state.head
    }

    /// Size and Merkle root.
    #[must_use]
    pub fn tree_head(&self) -> TreeHead {
        self.reached.tree.head()
    }

    /// All cursors.
    #[must_use]
    pub fn cursors(&self) -> &BTreeMap<String, u64> {
        &self.reached.cursors
    }

    /// The record at a position; `None` at and beyond the head.
    ///
    /// # Errors
    /// [`ReadError`] if it cannot be read or does not verify.
    pub fn record(&self, position: Position) -> Result<Option<Record>, ReadError> {
        if position >= self.head().count {
            return Ok(None);
        }
        Ok(self.records.frame(position)?.record(position).cloned())
    }

    /// The first position at which this copy and another log differ. `ask` answers like
    /// [`EventLog::hash_before`](crate::EventLog::hash_before); it is asked some twenty times for a million
    /// records.
    ///
    /// # Errors
    /// [`FollowError::Read`] if the copy cannot be read; whatever `ask` fails with.
    pub fn first_difference(
        &self,
        mut ask: impl FnMut(Position) -> Result<Option<Hash>, FollowError>,
    ) -> Result<Position, FollowError> {
        let (mut same, mut differs) = (0, self.head().count);
        while differs.saturating_sub(same) > 1 {
            let middle = same + (differs - same) / 2;
            let own = self.record(middle - 1)?.map(|record| record.hash);
            if ask(middle)? == own {
                same = middle;
            } else {
                differs = middle;
            }
        }
        Ok(same)
    }

    /// Lets the copy be opened as a log of its own. The caller makes sure that no process writes the leader any
    /// more, and opens it with a later term in its [`Identity`]: then the old leader's changes are refused
    /// by all who follow the new one.
    ///
    /// # Errors
    /// [`FollowError`] if its files cannot be written; it is a copy still then.
    pub fn promote(mut self) -> Result<(), FollowError> {
        if self.is_failed {
            return Err(FollowError::Failed);
        }
        self.anchor.advance(self.reached.state)?;
        marker::clear(&self.path).map_err(|source| FollowError::Io {
            step: "remove",
            path: self.path.join(marker::FILE_NAME),
            source,
        })
    }
}

impl std::fmt::Debug for Follower {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Follower")
            .field("epoch", &self.epoch)
            .field("head", &self.head())
            .finish_non_exhaustive()
    }
}

/// Marks an empty folder; what is in any other must have the marker.
fn begin(path: &Path) -> Result<(), OpenError> {
    let at = Failures(path);
    if marker::is_set(path).map_err(at.io("read", path))? {
        return Ok(());
    }
    for entry in fs::read_dir(path).map_err(at.io("read", path))? {
        let name = entry.map_err(at.io("read", path))?.file_name();
        if name != lock::FILE_NAME {
            return Err(OpenError::NotFollowing {
                path: path.to_owned(),
            });
        }
    }
    marker::set(path).map_err(at.io("mark", path))
}
