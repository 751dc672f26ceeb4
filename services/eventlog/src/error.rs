//! What can go wrong, one enum for each operation. `Display` says what failed, on what, and what to
//! do; the cause is in `source()` and never repeated in the text.

mod append;
mod checkpoint;
mod open;
mod refused;

use std::any::Any;
use std::io;
use std::sync::Arc;

use thiserror::Error;

pub use self::append::AppendError;
pub use self::checkpoint::CheckpointError;
pub use self::open::OpenError;

/// What is wrong with a record or with the frame that holds it.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Damage {
    /// The store has no frame for a position below the head.
    #[error("its frame is missing")]
    FrameMissing,
    /// Chunks are missing, or too many.
    #[error("its frame should have {expected} bytes and has {found}")]
    FrameIncomplete {
        /// Bytes that the header promises.
        expected: usize,
        /// Bytes that are there.
        found: usize,
    },
    /// The frame does not decode.
    #[error("its frame cannot be decoded: {part}")]
    FrameUnreadable {
        /// Which part.
        part: &'static str,
    },
    /// The record's hash is not the one it was written with.
    #[error("its hash does not match its content")]
    RecordAltered,
    /// The record does not follow from the one before it.
    #[error("it does not carry the hash of the record before it")]
    ChainBroken,
    /// The record's revision is not the next one of its stream.
    #[error("its revision is {found} where its stream is at {expected}")]
    RevisionOutOfOrder {
        /// The next revision of the stream.
        expected: u64,
        /// The revision that the record has.
        found: u64,
    },
    /// The event id is already at an earlier position.
    #[error("its event id is already at position {earlier}")]
    IdRepeated {
        /// The earlier position.
        earlier: u64,
    },
    /// Records follow the end that the last commit left.
    #[error("it follows the end of the last commit")]
    BehindTheEnd,
    /// The stored nodes of the Merkle tree do not follow from the records.
    #[error("the tree stored with it does not follow from the records")]
    TreeDiffers,
}

/// A damaged record: where and how.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("the record at position {position} is damaged: {damage}")]
pub struct Damaged {
    /// The first bad position.
    pub position: u64,
    /// What is wrong with it.
    pub damage: Damage,
}

/// The storage engine or the file system failed.
#[derive(Debug, Error)]
pub enum StoreError {
    /// The file system refused.
    #[error("the file system failed to {step}")]
    Io {
        /// What was tried.
        step: &'static str,
        /// The cause.
        source: io::Error,
    },
    /// sled answered with an error.
    #[error("sled failed to {step}")]
    Engine {
        /// What was tried.
        step: &'static str,
        /// The cause.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// sled panicked, which it does on some damaged files.
    #[error("sled panicked trying to {step}: {message}")]
    Panicked {
        /// What was tried.
        step: &'static str,
        /// What the panic said.
        message: String,
    },
}

impl StoreError {
    /// The error of a step that the file system refused.
    pub(crate) fn io(step: &'static str) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Io { step, source }
    }
}

/// The head anchor could not be read or written.
#[derive(Debug, Error)]
pub enum AnchorError {
    /// The file system refused.
    #[error("the file system failed to {step} the head anchor")]
    Io {
        /// What was tried.
        step: &'static str,
        /// The cause.
        source: io::Error,
    },
    /// Neither slot has a valid checksum.
    #[error("neither slot of the head anchor is readable; restore the log from a backup")]
    Unreadable,
}

/// Why a log is closed.
#[derive(Debug, Clone, Error)]
pub enum CloseReason {
    /// Its owner closed it, or dropped the last handle.
    #[error("its owner closed it")]
    Owner,
    /// A commit failed. What was in flight may or may not be durable.
    #[error("a commit failed; reopen it to find out what is durable")]
    Commit(#[source] Arc<StoreError>),
    /// What is durable could not be sealed into a segment. Nothing is lost: it is done after the next open.
    #[error("what is durable could not be sealed into a segment; check the disk, then reopen it")]
    Behind(#[source] Arc<StoreError>),
    /// The head anchor could not be written.
    #[error("the head anchor could not be written; reopen it to find out what is durable")]
    Anchor(#[source] Arc<AnchorError>),
    /// Everything is durable, but the last checkpoint could not be written.
    #[error("all is durable, but the last checkpoint could not be written; check the disk")]
    Checkpoint(#[source] Arc<CheckpointError>),
    /// The index could not be read or written. Nothing is lost: it is built anew from the records.
    #[error("its index cannot be used; reopen it to have the index built anew")]
    Index(#[source] Arc<StoreError>),
    /// The writer panicked: a bug in this crate.
    #[error("its writer panicked ({message}); reopen it and report a bug in onestop-eventlog")]
    WriterPanicked {
        /// What the panic said.
        message: String,
    },
}

impl StoreError {
    /// Whether the disk is full.
    pub(crate) fn is_no_space(&self) -> bool {
        match self {
            StoreError::Io { source, .. } => source.kind() == io::ErrorKind::StorageFull,
            StoreError::Engine { source, .. } => says_no_space(&source.to_string()),
            StoreError::Panicked { message, .. } => says_no_space(message),
        }
    }
}

/// sled returns some errors of the file system as text.
fn says_no_space(text: &str) -> bool {
    text.contains("os error 28") || text.contains("StorageFull")
}

impl CloseReason {
    /// The file system failed in a commit.
    pub(crate) fn commit(step: &'static str, source: io::Error) -> CloseReason {
        CloseReason::Commit(Arc::new(StoreError::Io { step, source }))
    }
}

/// Why there is no proof.
#[derive(Debug, Error)]
pub enum ProofError {
    /// The log is not, or not yet, that long.
    #[error("{below} and {size} are not in a log of {count} records; ask below its head")]
    OutOfRange {
        /// The requested position, or smaller size.
        below: u64,
        /// The requested size.
        size: u64,
        /// Durable records.
        count: u64,
    },
    /// The log could not be read.
    #[error("the records that the proof rests on cannot be read")]
    Read(#[from] ReadError),
}

/// Why a read failed.
#[derive(Debug, Error)]
pub enum ReadError {
    /// The log is closed.
    #[error("the event log is closed; reopen it to read")]
    Closed {
        /// Why it is closed.
        #[source]
        why: CloseReason,
    },
    /// The store failed.
    #[error("the event log cannot be read; check the disk, then reopen and verify it")]
    Store(#[source] StoreError),
    /// A record does not verify.
    #[error("position {position} of the event log cannot be trusted; restore it from a backup")]
    Damaged {
        /// The first bad position that the read met.
        position: u64,
        /// What is wrong with it.
        #[source]
        damage: Damage,
    },
}

impl ReadError {
    /// The position that cannot be trusted, where that is the reason.
    #[must_use]
    pub fn position(&self) -> Option<u64> {
        match self {
            ReadError::Damaged { position, .. } => Some(*position),
            ReadError::Closed { .. } | ReadError::Store(_) => None,
        }
    }
}

/// Why verification stopped.
#[derive(Debug, Error)]
pub enum VerifyError {
    /// A record could not be read or does not verify.
    #[error("the event log does not verify")]
    Read(#[from] ReadError),
    /// The index does not lead to the record.
    #[error("the index does not lead to position {position}; reopen the log to rebuild it")]
    IndexDiffers {
        /// The first such position.
        position: u64,
    },
    /// A checkpoint of the history cannot be read or trusted.
    #[error("the checkpoint of {size} records cannot be trusted; restore the log's checkpoints")]
    Checkpoint {
        /// The size that it is named after.
        size: u64,
        /// The cause.
        #[source]
        source: CheckpointError,
    },
    /// The records are not those that a checkpoint was signed for.
    #[error(
        "between positions {position} and {signed} a record is not the one that was signed; restore the log from a backup"
    )]
    CheckpointDiffers {
        /// Everything before is as the checkpoint before says.
        position: u64,
        /// Size of the first checkpoint that contradicts the records.
        signed: u64,
    },
    /// A stored node of the Merkle tree does not follow from the records.
    #[error("the stored tree does not fit the records from position {position}; repair the log")]
    TreeDiffers {
        /// First position below that node.
        position: u64,
    },
    /// All records verify, but the last one is not the one that was acknowledged.
    #[error(
        "the record before position {count} is not the head that was acknowledged; restore the log from a backup"
    )]
    HeadDiffers {
        /// Number of records.
        count: u64,
    },
}

/// Reading a frame fails in one of two ways; each operation has its own name for them.
#[derive(Debug)]
pub(crate) enum FrameError {
    Store(StoreError),
    Damaged(Damaged),
}

impl From<StoreError> for FrameError {
    fn from(error: StoreError) -> FrameError {
        FrameError::Store(error)
    }
}

impl From<Damaged> for FrameError {
    fn from(damaged: Damaged) -> FrameError {
        FrameError::Damaged(damaged)
    }
}

impl From<FrameError> for ReadError {
    fn from(error: FrameError) -> ReadError {
        match error {
            FrameError::Store(source) => ReadError::Store(source),
            FrameError::Damaged(Damaged { position, damage }) => {
                ReadError::Damaged { position, damage }
            }
        }
    }
}

/// What a panic said, if it said it in text.
pub(crate) fn panic_message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("no message")
        .to_owned()
}
