//! Taking a log out of its files and into new ones: backup, restore, repair.
//!
//! An import verifies each record's hash, the chain, and in the end head and Merkle root. The result is a
//! log of its own, with a new epoch, so that no reader mixes its later events with those of the original.

mod build;
mod export;
mod file;
mod import;
mod paths;
mod rebuild;
mod repair;
mod salvage;

use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;

use thiserror::Error;
use uuid::Uuid;

pub(crate) use self::build::Builder;
pub(crate) use self::export::export_records;
pub use self::export::{ExportWriter, Page};
pub use self::import::{Imported, Restore, RestorePoint, import};
pub use self::rebuild::Rebuild;
pub use self::repair::{RepairError, Repaired, repair};
pub(crate) use self::salvage::{Take, copy_folder};
use crate::error::{
    AnchorError, CheckpointError, Damage, Damaged, FrameError, ReadError, StoreError,
};
use crate::hash::Hash;
use crate::record::Head;

/// The epoch of a log that replaces the one with epoch `before`: `new`, or the next one if that is not later, as on a
/// machine whose clock is behind. Epochs are UUIDs of version 7: the later incarnation has the greater one.
#[must_use]
pub fn epoch_after(before: Uuid, new: Uuid) -> Uuid {
    let next = before.as_u128().saturating_add(1);
    new.max(Uuid::from_u128(next))
}

/// What a backup says of the log that it holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackupHead {
    /// Epoch of the log that was copied.
    pub epoch: Uuid,
    /// Number of records, and hash of the last.
    pub head: Head,
    /// Merkle root over them.
    pub root: Hash,
    /// Cursors, as they stood at or before this head.
    pub cursors: BTreeMap<String, u64>,
    /// The newest checkpoint of the log; empty if there is none.
    pub checkpoint: String,
}

/// Why a backup could not be written or restored.
#[derive(Debug, Error)]
pub enum BackupError {
    /// The file system refused.
    #[error("the file system failed to {step} {path}")]
    Io {
        /// What was tried.
        step: &'static str,
        /// On what.
        path: PathBuf,
        /// The cause.
        source: io::Error,
    },
    /// The backup itself could not be read or written.
    #[error("the backup cannot be read or written")]
    Stream(#[source] io::Error),
    /// Not a backup, or not all of one.
    #[error("the backup is not one, or not whole: {part} is not as it should be")]
    Malformed {
        /// What is wrong.
        part: &'static str,
    },
    /// A record in it does not verify.
    #[error("position {position} cannot be trusted; take another backup")]
    Damaged {
        /// The first bad position.
        position: u64,
        /// What is wrong with it.
        #[source]
        damage: Damage,
    },
    /// An increment does not continue what was restored before it.
    #[error(
        "the increment continues another log than the one before position {position}; bring the files in their order, each once"
    )]
    WrongBase {
        /// Where it should go on.
        position: u64,
        /// Where it would go on, by its own word.
        base: u64,
    },
    /// The log does not reach a position that was asked for.
    #[error("position {position} is behind the end: there are {count} records")]
    Beyond {
        /// The position.
        position: u64,
        /// Number of records.
        count: u64,
    },
    /// All records verify, but they are not those that the backup speaks of.
    #[error("the {count} records do not have the head and the root that the backup names")]
    HeadDiffers {
        /// Number of records.
        count: u64,
    },
    /// Its checkpoint contradicts the records, or is not signed by the log's key.
    #[error("the checkpoint in the backup cannot be trusted")]
    Checkpoint(#[source] CheckpointError),
    /// There is something where the log is to be.
    #[error("{path} is already there; move it away first")]
    InTheWay {
        /// The log's directory.
        path: PathBuf,
    },
    /// The log to be copied cannot be read.
    #[error("the log cannot be read")]
    Read(#[from] ReadError),
    /// The new log cannot be written.
    #[error("the new log cannot be written")]
    Store(#[from] StoreError),
    /// The new log's anchor cannot be written.
    #[error("the anchor of the new log cannot be written")]
    Anchor(#[from] AnchorError),
}

/// Reads all of a backup, without restoring it.
#[cfg(fuzzing)]
pub(crate) fn fuzz_source(bytes: &[u8]) {
    let mut source = file::Source::new(bytes);
    if source.head().is_ok() {
        while let Ok(Some(frame)) = source.frame() {
            let _ = crate::frame::decode(0, &frame);
        }
    }
}

impl From<FrameError> for BackupError {
    fn from(error: FrameError) -> BackupError {
        match error {
            FrameError::Store(source) => BackupError::Store(source),
            FrameError::Damaged(damaged) => damaged.into(),
        }
    }
}

impl From<Damaged> for BackupError {
    fn from(Damaged { position, damage }: Damaged) -> BackupError {
        BackupError::Damaged { position, damage }
    }
}
