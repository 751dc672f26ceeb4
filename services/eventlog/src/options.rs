//! Options of a log, and its fixed limits.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use uuid::Uuid;

use crate::checkpoint::{SigningKey, VerifyingKey};
use crate::error::CheckpointError;
use crate::identity::Identity;

/// Largest payload of one event, in bytes.
pub const MAX_PAYLOAD_BYTES: usize = 1 << 20;
/// Most events in one append.
pub const MAX_APPEND_EVENTS: usize = 10_000;
/// Most payload bytes in one append. An append is never split, so this also bounds a frame.
pub const MAX_APPEND_BYTES: usize = 16 << 20;
/// Most cursors in one append.
pub const MAX_APPEND_CURSORS: usize = 1_000;
/// Most conditions of one append.
pub const MAX_APPEND_CONDITIONS: usize = 1_000;

/// Where a log lives and how it batches.
#[derive(Debug, Clone)]
pub struct Options {
    /// The log's own directory; created if it is not there.
    pub path: PathBuf,
    /// The epoch that a new log gets. An existing log keeps its own. Choose it at random (or
    /// UUIDv7): two logs with the same epoch are taken for the same history.
    pub new_epoch: Uuid,
    /// A group commit takes no further request once it holds this many events; 1 to 65,536, default
    /// 4,096.
    pub max_batch_events: usize,
    /// A group commit takes no further request once it holds this many payload bytes; up to 32 MiB,
    /// default 2 MiB.
    pub max_batch_bytes: usize,
    /// Bytes that a file of the write-ahead log may grow to before it is sealed into a segment. There
    /// are at most two; what is in them is also in memory. 64 KiB to 1 GiB, default 8 MiB.
    pub ahead_bytes: u64,
    /// Requests that may wait for the writer before `append` itself waits; at least 1, default
    /// 1,024.
    pub queue: usize,
    /// Signs checkpoints; without it there are none. Default: none.
    pub signer: Option<SigningKey>,
    /// Verifies the checkpoints of a log that is opened without its signer. Without either, size and
    /// root of a checkpoint are compared, but not its signature. Default: none.
    pub verifying_key: Option<VerifyingKey>,
    /// A checkpoint is signed once there are this many new records; at least 1, default 10,000.
    pub checkpoint_events: u64,
    /// A checkpoint is signed when there are new records and this time has passed; at least 10 ms,
    /// default 10 minutes. What is newer than the last checkpoint can be rolled back unnoticed by
    /// an operator who rolls back the anchor as well.
    pub checkpoint_interval: Duration,
    /// The index of so many of the newest records is kept in memory before it is flushed, at most twice
    /// as many at a time; 1 to 1,048,576, default 131,072. All that is not flushed is read again at open.
    pub index_tail: usize,
    /// A log whose index reaches at most so many records is verified record by record at open;
    /// default 400,000, which takes about half a second. Of a longer log, `open` verifies the
    /// records that the index does not reach, and samples of the others. If the index lacks more than
    /// that, `open` does not wait for them: they are verified while the index is built anew.
    pub verify_at_open: u64,
    /// Called for every commit, for metrics. Default: none.
    pub observer: Option<Observer>,
    /// Called when a checkpoint that was due could not be written; it is tried again when the next one would
    /// be. Default: none.
    pub checkpoint_failed: Option<CheckpointFailed>,
    /// Whose log it is: a log that names another owner is not opened. Default: not said.
    pub identity: Identity,
    /// Called while `open` reads the log, and while the index is built anew behind it. Default: none.
    pub progress: Option<Progress>,
}

/// A callback for the progress of opening a log, or of building its index anew: records read, and how
/// many there are.
#[derive(Clone)]
pub struct Progress(Arc<dyn Fn(u64, u64) + Send + Sync>);

impl Progress {
    /// Calls `call` after every block of records.
    pub fn new(call: impl Fn(u64, u64) + Send + Sync + 'static) -> Progress {
        Progress(Arc::new(call))
    }

    pub(crate) fn tell(&self, done: u64, all: u64) {
        (self.0)(done, all);
    }
}

impl fmt::Debug for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Progress")
    }
}

/// A callback for checkpoints that could not be written. A thread of the log calls it.
#[derive(Clone)]
pub struct CheckpointFailed(Arc<dyn Fn(&CheckpointError) + Send + Sync>);

impl CheckpointFailed {
    /// Calls `call` with the reason.
    pub fn new(call: impl Fn(&CheckpointError) + Send + Sync + 'static) -> CheckpointFailed {
        CheckpointFailed(Arc::new(call))
    }

    pub(crate) fn tell(&self, error: &CheckpointError) {
        (self.0)(error);
    }
}

impl fmt::Debug for CheckpointFailed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CheckpointFailed")
    }
}

/// What became durable with one commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Committed {
    /// Events in it; none if it only set cursors.
    pub events: usize,
    /// How long writing and syncing took.
    pub took: Duration,
}

/// A callback for every commit. The writer thread calls it, so it must be quick.
#[derive(Clone)]
pub struct Observer(Arc<dyn Fn(Committed) + Send + Sync>);

impl Observer {
    /// Calls `call` for every commit.
    pub fn new(call: impl Fn(Committed) + Send + Sync + 'static) -> Observer {
        Observer(Arc::new(call))
    }

    pub(crate) fn tell(&self, committed: Committed) {
        (self.0)(committed);
    }
}

impl fmt::Debug for Observer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Observer")
    }
}

impl Options {
    /// The defaults for a log in `path`.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>, new_epoch: Uuid) -> Options {
        Options {
            path: path.into(),
            new_epoch,
            max_batch_events: 4_096,
            max_batch_bytes: 2 << 20,
            ahead_bytes: 8 << 20,
            queue: 1_024,
            signer: None,
            verifying_key: None,
            checkpoint_events: 10_000,
            checkpoint_interval: Duration::from_secs(600),
            index_tail: 1 << 17,
            verify_at_open: 400_000,
            observer: None,
            checkpoint_failed: None,
            identity: Identity::default(),
            progress: None,
        }
    }

    /// Values outside the documented ranges become the nearest one inside.
    pub(crate) fn clamped(mut self) -> Options {
        self.max_batch_events = self.max_batch_events.clamp(1, 65_536);
        self.max_batch_bytes = self.max_batch_bytes.clamp(1, 32 << 20);
        self.ahead_bytes = self.ahead_bytes.clamp(64 << 10, 1 << 30);
        self.queue = self.queue.clamp(1, 1 << 20);
        self.checkpoint_events = self.checkpoint_events.max(1);
        self.checkpoint_interval = self.checkpoint_interval.max(Duration::from_millis(10));
        self.index_tail = self.index_tail.clamp(1, 1 << 20);
        self
    }
}
