//! Writing ahead: where an append becomes durable before sled has it.
//!
//! sled needs a write, a wait for the device and an `fdatasync` for the smallest commit, and rewrites
//! a leaf for every few values. Two plain files ([`Files`]) take each commit with one write and one
//! `fdatasync` instead. What is in them stays in memory ([`Pending`]) until a thread of its own
//! ([`Keeper`]) has packed it into blocks and made it durable in sled; then its file is written over.
//! Opening a log first puts into sled what it does not have yet ([`replay`]).
//!
//! ```text
//! append → file 0 or 1, fdatasync → answered        file is full, or the log is closed:
//!                    ↓                               keeper → blocks → sled, fdatasync
//!                 pending → readers                  → readers read sled, the file is free
//! ```

mod entry;
mod file;
mod keeper;
mod pending;
mod replay;

use std::collections::BTreeMap;
use std::sync::Arc;

pub(crate) use self::entry::encode;
#[cfg(fuzzing)]
pub(crate) use self::entry::fuzz as fuzz_entry;
pub(crate) use self::file::Files;
pub(crate) use self::keeper::Keeper;
pub(crate) use self::pending::Pending;
pub(crate) use self::replay::{Ahead, keep};
use crate::frame::Frame;
use crate::mark::Mark;
use crate::merkle::Node;

/// Name of the folder in the log's directory. Persisted.
pub(crate) const DIRECTORY: &str = "ahead";

/// One group commit.
#[derive(Debug, Clone)]
pub(crate) struct Commit {
    /// The state after it.
    pub(crate) mark: Mark,
    pub(crate) cursors: BTreeMap<String, u64>,
    /// `None` if it only sets cursors.
    pub(crate) frame: Option<Arc<Frame>>,
    /// Nodes of the Merkle tree that it completes.
    pub(crate) nodes: Vec<Node>,
}
