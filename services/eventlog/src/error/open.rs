//! Why a log does not open.

use std::io;
use std::path::PathBuf;

use thiserror::Error;
use uuid::Uuid;

use super::{AnchorError, CheckpointError, Damage, StoreError};

/// Why a log was not opened. Nothing is ever repaired silently.
#[derive(Debug, Error)]
pub enum OpenError {
    /// The file system refused.
    #[error("the file system failed to {step} {path}; check permissions and free space")]
    Io {
        /// What was tried.
        step: &'static str,
        /// On what.
        path: PathBuf,
        /// The cause.
        source: io::Error,
    },
    /// Another process, or another handle in this one, has the log open.
    #[error("the event log in {path} is open elsewhere; stop the other process first")]
    InUse {
        /// The log's directory.
        path: PathBuf,
    },
    /// It is a copy that follows another log.
    #[error(
        "the event log in {path} follows another one; open that one, or promote this one if that is lost"
    )]
    Following {
        /// The log's directory.
        path: PathBuf,
    },
    /// It is no copy that follows another log.
    #[error("{path} holds something that follows no other log; follow into an empty folder")]
    NotFollowing {
        /// The directory.
        path: PathBuf,
    },
    /// The writer thread could not be started.
    #[error("the writer thread of the event log could not be started")]
    Thread(#[source] io::Error),
    /// The disk is full. Nothing is lost: the log opens once there is room.
    #[error(
        "the disk of the event log in {path} is full; nothing is lost: make room and open it again"
    )]
    NoSpace {
        /// The log's directory.
        path: PathBuf,
        /// The cause.
        source: StoreError,
    },
    /// The log belongs to another service, instance or partition, or a later term has taken it over.
    #[error(
        "the event log in {path} belongs to {found}, not to {expected}; put the matching files there"
    )]
    Foreign {
        /// The log's directory.
        path: PathBuf,
        /// The owner that the files name.
        found: String,
        /// The owner that opens it.
        expected: String,
    },
    /// A file of the log could not be read.
    #[error(
        "the files of the event log in {path} cannot be read; check the disk and its permissions"
    )]
    Store {
        /// The log's directory.
        path: PathBuf,
        /// The cause.
        source: StoreError,
    },
    /// The file system failed while the records were read.
    #[error(
        "position {next} of the event log in {path} cannot be read; check the disk, or restore it from a backup"
    )]
    StoreUnreadable {
        /// The log's directory.
        path: PathBuf,
        /// The first position that could not be read.
        next: u64,
        /// The cause.
        source: StoreError,
    },
    /// The head anchor could not be read or written.
    #[error(
        "the head anchor {path} of the event log cannot be used; the records before position {position} can be kept: repair it, or restore it from a backup"
    )]
    Anchor {
        /// The anchor's file.
        path: PathBuf,
        /// Everything before can be found without it.
        position: u64,
        /// The cause.
        source: AnchorError,
    },
    /// There are commits, but no head anchor to compare them with.
    #[error(
        "the head anchor {path} of the event log is gone; the records before position {count} can be kept: put it back, or repair it"
    )]
    AnchorMissing {
        /// The anchor's file.
        path: PathBuf,
        /// Records found.
        count: u64,
    },
    /// There is a head anchor, but the records are gone.
    #[error(
        "the segments {path} of the event log are gone, from position 0 on, and {anchored} records were acknowledged; put them back, or restore it from a backup"
    )]
    StoreMissing {
        /// The folder of the segments.
        path: PathBuf,
        /// Records that were acknowledged.
        anchored: u64,
    },
    /// Records and anchor belong to different logs.
    #[error(
        "{path} has records of epoch {found:?} before position {position}, the head anchor of the event log {anchored}; put the matching files together"
    )]
    EpochDiffers {
        /// The file, or the log's directory.
        path: PathBuf,
        /// Where the first record or the first behind the file would be.
        position: u64,
        /// Epoch of the records; `None` if they have none.
        found: Option<Uuid>,
        /// Epoch of the anchor.
        anchored: Uuid,
    },
    /// Acknowledged records are gone.
    #[error(
        "the event log ends before position {found} in {path}, but {anchored} records were acknowledged; the others can be kept: repair it, or restore it from a backup"
    )]
    BehindAnchor {
        /// Where the records behind it should be.
        path: PathBuf,
        /// Records found, and so the first position that is missing.
        found: u64,
        /// Records that were acknowledged.
        anchored: u64,
    },
    /// The last acknowledged record is another one now.
    #[error(
        "position {position} of the event log in {path} is not the record that was acknowledged; restore it from a backup"
    )]
    HeadDiffers {
        /// The file that holds it.
        path: PathBuf,
        /// The position of the last acknowledged record.
        position: u64,
    },
    /// The log ends before what a checkpoint was signed for: it was rolled back.
    #[error(
        "the event log in {path} ends before position {found}, but {checkpoint} was signed for {signed} records; restore it from a backup"
    )]
    BehindCheckpoint {
        /// The log's directory.
        path: PathBuf,
        /// Records found, and so the first position that is missing.
        found: u64,
        /// Records that were signed for.
        signed: u64,
        /// The checkpoint's file.
        checkpoint: PathBuf,
    },
    /// The log was rewritten: its own hashes agree, but not with what was signed.
    #[error(
        "the event log in {path} was rewritten between positions {position} and {signed}: {checkpoint} was signed for other records; restore it from a backup"
    )]
    CheckpointDiffers {
        /// The log's directory.
        path: PathBuf,
        /// Everything before is as the checkpoint before says.
        position: u64,
        /// Size of the first checkpoint that contradicts the records.
        signed: u64,
        /// The checkpoint's file.
        checkpoint: PathBuf,
    },
    /// A checkpoint cannot be read or trusted.
    #[error(
        "the checkpoint {checkpoint} of the event log in {path}, of the records before position {position}, cannot be used; put it back"
    )]
    Checkpoint {
        /// The log's directory.
        path: PathBuf,
        /// The checkpoint's file, or the folder.
        checkpoint: PathBuf,
        /// The number of records in the file's name, or of the log.
        position: u64,
        /// The cause.
        source: CheckpointError,
    },
    /// All records are there, but acknowledged commits that only set cursors are gone, or cursors
    /// are not as they were acknowledged.
    #[error(
        "the cursors in {path} of the event log, before position {position}, are not those that were acknowledged; the records can be kept: repair it, or restore it from a backup"
    )]
    CursorsDiffer {
        /// Where the newest commits are.
        path: PathBuf,
        /// Number of records, all of which are as they were acknowledged.
        position: u64,
    },
    /// A record does not verify.
    #[error(
        "position {position} of the event log in {path} cannot be trusted; restore it from a backup"
    )]
    Damaged {
        /// The log's directory.
        path: PathBuf,
        /// The first bad position.
        position: u64,
        /// What is wrong with it.
        #[source]
        damage: Damage,
    },
}

impl OpenError {
    /// The first position that is missing or cannot be trusted, where that is known: everything before can be
    /// kept.
    #[must_use]
    pub fn first_bad_position(&self) -> Option<u64> {
        match self {
            OpenError::BehindAnchor { found, .. } | OpenError::BehindCheckpoint { found, .. } => {
                Some(*found)
            }
            OpenError::HeadDiffers { position, .. }
            | OpenError::Anchor { position, .. }
            | OpenError::EpochDiffers { position, .. }
            | OpenError::Checkpoint { position, .. }
            | OpenError::CursorsDiffer { position, .. }
            | OpenError::CheckpointDiffers { position, .. }
            | OpenError::Damaged { position, .. } => Some(*position),
            OpenError::StoreUnreadable { next, .. } => Some(*next),
            OpenError::AnchorMissing { count, .. } => Some(*count),
            OpenError::StoreMissing { .. } => Some(0),
            OpenError::Io { .. }
            | OpenError::InUse { .. }
            | OpenError::Following { .. }
            | OpenError::NotFollowing { .. }
            | OpenError::Thread(_)
            | OpenError::Store { .. }
            | OpenError::NoSpace { .. }
            | OpenError::Foreign { .. } => None,
        }
    }
}
