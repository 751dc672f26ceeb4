//! The write-ahead log: where an append becomes durable.
//!
//! Each group commit is one entry, written with one write and made durable with one `fdatasync`
//! ([`Wal`]). What is in the files is also in memory ([`MemTable`]). A file that is full is left for
//! another one; a thread of its own ([`Flusher`]) seals its commits into a segment. Once the segment is
//! durable, the file is the next one to be written over.
//!
//! ```text
//! append → wal/<commit>, fdatasync → answered        file is full:
//!                    ↓                                flusher → segments/…, fsync, rename, fsync folder
//!                 memtable → readers                  → readers read the segment, the file is free
//! ```

mod entry;
mod file;
mod flusher;
mod memtable;
mod scan;
mod spare;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::Arc;

#[cfg(fuzzing)]
pub(crate) use self::entry::fuzz as fuzz_entry;
pub(crate) use self::entry::{Entry, decode, encode, encode_in};
pub(crate) use self::file::{Wal, clean, sync};
pub(crate) use self::flusher::{Flusher, Parts};
pub(crate) use self::memtable::MemTable;
pub(crate) use self::scan::{Gap, Scan, chain};
use crate::commit_state::CommitState;
use crate::frame::Frame;
use crate::merkle::Node;

/// The folder in the log's directory. Persisted.
pub(crate) const DIRECTORY: &str = "wal";

/// One group commit.
#[derive(Debug, Clone)]
pub(crate) struct Commit {
    /// The state after it.
    pub(crate) state: CommitState,
    pub(crate) cursors: BTreeMap<String, u64>,
    /// `None` if it only sets cursors.
    pub(crate) frame: Option<Arc<Frame>>,
    /// Nodes of the Merkle tree that it completes.
    pub(crate) nodes: Vec<Node>,
}
