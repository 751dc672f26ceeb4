//! An append-only event log: records in immutable segments, their keys in
//! [sled](https://docs.rs/sled), durable for real.
//!
//! **What it is.** Streams of opaque events in one gapless order. One writer thread commits
//! appends in groups; an append is acknowledged after `fdatasync` of the write-ahead log, whose full
//! files are sealed into segments. Every record carries the hash of the one before it; what was
//! acknowledged is also noted in an anchor, so that a lost tail is noticed at open. sled holds only the
//! index, which is built anew if it is lost. Repeating an append with the same event ids is safe, for
//! ever. Consumer cursors become durable in the same atomic commit as the events that they caused.
//!
//! An append can depend on streams that it only reads, on cursors, and on no record matching a [`Filter`]:
//! [`Condition`]. A [`Follower`] is a copy that takes what its log writes.
//!
//! **What it is not.** It reads no payload, knows no clock and no randomness, and it deletes nothing.
//! It does not repair: a log that is not what was acknowledged does not open, and the error names
//! the first bad position. The hash chain and the Merkle tree find edits; against an attacker who can rewrite
//! log, anchor and checkpoints together, keep copies of the checkpoints elsewhere. Cursors are outside
//! the chain (a digest in the anchor guards them against loss).
//!
//! The indexes (stream, event id) are derived: the newest records' in memory, the rest in sled in sorted
//! tables. A short log is verified record by record at open; of a long one (`verify_at_open` in
//! [`Options`]) the part that the index does not reach, and samples: [`EventLog::verify`] reads it all.
//!
//! ```
//! use onestop_eventlog::{
//!     Append, Direction, EventLog, ExpectedRevision, NewEvent, Options, StreamName,
//! };
//! use uuid::Uuid;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let directory = tempfile::tempdir()?;
//! # let path = directory.path().join("log");
//! # let runtime = tokio::runtime::Builder::new_current_thread().build()?;
//! let log = EventLog::open(Options::new(&path, Uuid::from_u128(1)))?;
//! let stream = StreamName::new("case/1")?;
//! let opened = NewEvent::new(Uuid::from_u128(2), "opened");
//! let append = Append::to(stream.clone(), ExpectedRevision::NoStream, [opened])
//!     .with_cursor("source/intake", 42);
//!
//! # runtime.block_on(async {
//! let first = log.append(append.clone()).await?;
//! let again = log.append(append).await?;
//! assert_eq!((first.first, first.last), (again.first, again.last));
//!
//! let mut subscription = log.subscribe(0);
//! assert_eq!(subscription.next().await?.payload, "opened");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # })?;
//! assert_eq!(log.read_stream(&stream, 0, Direction::Forward, 10)?.len(), 1);
//! assert_eq!(log.cursor("source/intake"), Some(42));
//! log.close()?;
//! # Ok(())
//! # }
//! ```

#![warn(missing_docs)]

mod anchor;
mod append;
mod backup;
mod batch;
mod bloom;
mod checkpoint;
mod codec;
mod commit_state;
mod error;
mod fault;
mod filter;
mod follow;
mod frame;
#[cfg(fuzzing)]
pub mod fuzzing;
mod hash;
mod hash_map;
mod identity;
mod index;
mod labels;
mod lock;
mod log;
mod marker;
mod merkle;
mod migrate;
mod options;
mod prepare;
mod proof;
mod read;
mod reader;
mod readers;
mod record;
mod records;
mod recover;
mod search;
mod segment;
mod segment_check;
mod shared;
mod stream;
mod subscription;
mod sync;
mod verify;
mod wal;
mod writer;

pub use crate::append::{
    Append, Appended, Condition, CursorUpdate, ExpectedCursor, ExpectedRevision, NewEvent, Outcome,
    StreamAppend,
};
pub use crate::backup::{
    BackupError, BackupHead, ExportWriter, Imported, Page, Rebuild, RepairError, Repaired, Restore,
    RestorePoint, epoch_after, import, repair,
};
pub use crate::checkpoint::{
    Checkpoint, CosignerKey, CosigningKey, KeyError, SigningKey, VerifyingKey,
};
pub use crate::commit_state::CommitState;
pub use crate::error::{
    AnchorError, AppendError, CheckpointError, CloseReason, Damage, Damaged, OpenError, ProofError,
    ReadError, StoreError, VerifyError,
};
pub use crate::filter::Filter;
pub use crate::follow::{Change, FollowError, FollowPosition, Follower};
pub use crate::hash::Hash;
pub use crate::identity::{Identity, LogTerm};
pub use crate::labels::{Label, Labels, MAX_TAGS};
pub use crate::log::EventLog;
pub use crate::merkle::{TreeHead, verify_consistency, verify_inclusion};
pub use crate::options::{
    CheckpointFailed, Committed, MAX_APPEND_BYTES, MAX_APPEND_CONDITIONS, MAX_APPEND_CURSORS,
    MAX_APPEND_EVENTS, MAX_PAYLOAD_BYTES, Observer, Options, Progress,
};
pub use crate::read::Direction;
pub use crate::reader::LogReader;
pub use crate::record::{Head, Position, Record};
pub use crate::stream::{MAX_NAME_BYTES, NameError, StreamName};
pub use crate::subscription::Subscription;
pub use crate::verify::Verified;

/// Whether the log in a folder was written by version 0.1.0, so that the next opening takes it over, which writes.
pub fn needs_migration(path: &std::path::Path) -> bool {
    migrate::is_needed(path)
}
