//! Building a log from records that were kept somewhere else than in its files.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use uuid::Uuid;

use super::BackupError;
use super::build::Builder;
use super::paths::{io_error, remove};
use crate::error::{Damage, Damaged};
use crate::frame::Frame;
use crate::hash::Hash;
use crate::identity::Identity;
use crate::merkle::{Tree, TreeHead};
use crate::record::{Head, Record};

/// A log in the making, of records that its owner brings one after the other. Nothing of it counts before
/// [`Rebuild::finish`] has returned: build it beside the place where it is to be, and rename it.
pub struct Rebuild {
    builder: Builder,
    tree: Tree,
}

impl Rebuild {
    /// Begins an empty log of this owner in `directory`, which is emptied first. Its epoch must be one that comes after
    /// every epoch that the log has had: see [`epoch_after`](crate::epoch_after).
    ///
    /// # Errors
    /// [`BackupError::Io`] if the directory cannot be made.
    pub fn begin(
        directory: &Path,
        identity: Identity,
        epoch: Uuid,
    ) -> Result<Rebuild, BackupError> {
        remove(directory)?;
        fs::create_dir_all(directory).map_err(io_error("create", directory))?;
        Ok(Rebuild {
            builder: Builder::new(directory, epoch, identity)?,
            tree: Tree::new(),
        })
    }

    /// Number of records so far, and hash of the last.
    #[must_use]
    pub fn head(&self) -> Head {
        self.builder.head()
    }

    /// Adds records that continue the log.
    ///
    /// # Errors
    /// [`BackupError::Damaged`] names the first that does not have the hash that it says, or does not continue the one
    /// before; then none of them was added.
    pub fn add(&mut self, records: Vec<Record>) -> Result<(), BackupError> {
        let start = self.head();
        let mut head = start;
        for record in &records {
            check(record, head)?;
            head = record.head();
        }
        if records.is_empty() {
            return Ok(());
        }
        for record in &records {
            self.tree.push(record.hash, &mut |_| {});
        }
        self.builder.add(Frame {
            first: start.count,
            previous: start.hash,
            records,
        })
    }

    /// Sets the cursors, and makes everything durable. Returns size and Merkle root.
    ///
    /// # Errors
    /// [`BackupError`] if it cannot be written.
    pub fn finish(self, cursors: &BTreeMap<String, u64>) -> Result<TreeHead, BackupError> {
        self.builder.finish(cursors)?;
        Ok(self.tree.head())
    }
}

impl std::fmt::Debug for Rebuild {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Rebuild")
            .field("head", &self.head())
            .finish_non_exhaustive()
    }
}

fn check(record: &Record, head: Head) -> Result<(), Damaged> {
    let damaged = |damage| Damaged {
        position: head.count,
        damage,
    };
    if record.position != head.count || record.previous != head.hash {
        return Err(damaged(Damage::ChainBroken));
    }
    let is_itself = record.payload_hash == Hash::of_payload(&record.payload)
        && record.hash == Hash::of_record(&record.canonical_bytes());
    if is_itself {
        Ok(())
    } else {
        Err(damaged(Damage::RecordAltered))
    }
}
