//! What the writer, the handles and the subscriptions have in common: the records, the index, and the
//! frames read last. Every lock is held for one synchronous step; none across an `await`.

use std::collections::VecDeque;
use std::sync::mpsc::SyncSender;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, RwLock, RwLockReadGuard};
use std::time::{Duration, Instant};

use crate::error::{CloseReason, Damage, ReadError};
use crate::frame::Frame;
use crate::index::Index;
use crate::index::store::IndexStore;
use crate::readers::{self, READERS};
use crate::record::Record;
use crate::records::Records;
use crate::wal::MemTable;

/// How many decoded frames are kept, and how much memory they may hold.
const CACHED_FRAMES: usize = 64;
const CACHED_BYTES: usize = 16 << 20;
/// So many records are read by the caller alone.
const FEW: usize = 2;
/// A list that is not longer is begun by the caller alone: what the page cache has is read sooner than other
/// threads run.
const SHORT: usize = 64;
/// A record that takes longer than this waits for the disk. In the page cache it takes a third of it.
const WAITED: Duration = Duration::from_micros(150);
/// From so many records on, no part is smaller.
const MANY: usize = 512;

pub(crate) struct Shared {
    pub(crate) records: Records,
    /// `None` once the log is closed. Readers hold the lock while they read, so that closing waits
    /// for them and sled's lock is gone when it returns.
    index_store: RwLock<Option<IndexStore>>,
    index: RwLock<Index>,
    recent: Mutex<Recent>,
    index_failure: OnceLock<CloseReason>,
    /// Wakes the thread that writes the index; `None` when it is to end. One place: a full one
    /// already says that there is work.
    indexer: Mutex<Option<SyncSender<()>>>,
}

impl Shared {
    pub(crate) fn new(records: Records, store: IndexStore, index: Index) -> Shared {
        Shared {
            records,
            index_store: RwLock::new(Some(store)),
            index: RwLock::new(index),
            recent: Mutex::new(Recent::default()),
            index_failure: OnceLock::new(),
            indexer: Mutex::new(None),
        }
    }

    /// The index. A poisoned lock is taken as it is: nothing panics while it is half changed except
    /// by a bug, and then the writer closes the log.
    pub(crate) fn index(&self) -> RwLockReadGuard<'_, Index> {
        self.index.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets readers see what a commit has made durable.
    pub(crate) fn change_index<T>(&self, change: impl FnOnce(&mut Index) -> T) -> T {
        change(&mut self.index.write().unwrap_or_else(PoisonError::into_inner))
    }

    /// Commits that are not in a segment yet.
    pub(crate) fn memtable(&self) -> &MemTable {
        &self.records.memtable
    }

    /// Calls `with` on the index's store; the error is why there is none any more.
    pub(crate) fn with_index_store<T>(
        &self,
        with: impl FnOnce(&IndexStore) -> T,
    ) -> Result<T, CloseReason> {
        let store = self.index_store.read();
        match &*store.unwrap_or_else(PoisonError::into_inner) {
            Some(store) => Ok(with(store)),
            None => Err(self.close_reason()),
        }
    }

    /// The frame that holds `position`, which must be below the durable head.
    pub(crate) fn frame(&self, position: u64) -> Result<Arc<Frame>, ReadError> {
        if let Some(frame) = self.frame_in_memory(position) {
            return Ok(frame);
        }
        let frame = self.records.frame(position)?;
        self.keep(Arc::clone(&frame));
        Ok(frame)
    }

    /// The frame that holds `position`, and those behind it that are not in memory either, up to `end`, which must not be
    /// above the durable head. Of what cannot be read, those before it; the error, if that is the first.
    pub(crate) fn frames(
        &self,
        position: u64,
        end: u64,
    ) -> Result<VecDeque<Arc<Frame>>, ReadError> {
        let first = self.frame(position)?;
        let mut next = first.end();
        let mut frames = VecDeque::from([first]);
        while next < end && self.frame_in_memory(next).is_none() {
            let Ok(frame) = self.frame(next) else {
                break;
            };
            next = frame.end();
            frames.push_back(frame);
        }
        Ok(frames)
    }

    /// The same, if it is in memory.
    pub(crate) fn frame_in_memory(&self, position: u64) -> Option<Arc<Frame>> {
        let unsealed = self.records.memtable.find(position);
        unsealed.or_else(|| self.recent().find(position))
    }

    /// The record at `position`, which must be below the durable head.
    pub(crate) fn record(&self, position: u64) -> Result<Record, ReadError> {
        record_in(&*self.frame(position)?, position)
    }

    /// The records at these positions, all below the durable head. The caller reads a short list alone, as
    /// long as nothing waits for the disk; then the rest is read by several threads, which wait together.
    /// Of a long list the cores share the decoding.
    pub(crate) fn records(self: &Arc<Self>, positions: &[u64]) -> Result<Vec<Record>, ReadError> {
        if positions.len() > SHORT {
            return self.read_in_parallel(positions);
        }
        let mut records = Vec::with_capacity(positions.len());
        let (mut frame, mut left) = (None, positions);
        while let Some((position, rest)) = left.split_first() {
            let began = Instant::now();
            records.push(self.next_record(*position, &mut frame)?);
            left = rest;
            if began.elapsed() > WAITED {
                records.extend(self.read_in_parallel(left)?);
                break;
            }
        }
        Ok(records)
    }

    /// The records at these positions, several at a time.
    fn read_in_parallel(self: &Arc<Self>, positions: &[u64]) -> Result<Vec<Record>, ReadError> {
        if positions.len() <= FEW {
            return self.neighbours(positions);
        }
        // Short lists are scattered; in long ones neighbours share a block, which each part that has
        // some of it decodes.
        let most = if positions.len() < MANY { 1 } else { MANY };
        let part = positions.len().div_ceil(READERS).max(most);
        let parts: Vec<Vec<u64>> = positions.chunks(part).map(<[u64]>::to_vec).collect();
        let shared = Arc::clone(self);
        let parts = readers::in_parallel(parts, move |part| shared.neighbours(&part));
        let parts: Result<Vec<Vec<Record>>, ReadError> = parts.into_iter().collect();
        Ok(parts?.into_iter().flatten().collect())
    }

    /// The records at these positions, one after the other. Neighbours share one decoding.
    fn neighbours(&self, positions: &[u64]) -> Result<Vec<Record>, ReadError> {
        let mut records = Vec::with_capacity(positions.len());
        let mut frame = None;
        for &position in positions {
            records.push(self.next_record(position, &mut frame)?);
        }
        Ok(records)
    }

    /// The record at `position`, which may be in the frame that was read before it.
    fn next_record(
        &self,
        position: u64,
        frame: &mut Option<Arc<Frame>>,
    ) -> Result<Record, ReadError> {
        let holding = match frame.take() {
            Some(frame) if frame.record(position).is_some() => frame,
            Some(_) | None => self.frame(position)?,
        };
        let record = record_in(&holding, position);
        *frame = Some(holding);
        record
    }

    /// Keeps a decoded frame for the next readers.
    fn keep(&self, frame: Arc<Frame>) {
        let gone = self.recent().keep(frame);
        // Not under the lock: it frees a good deal.
        drop(gone);
    }

    /// Remembers that the index cannot be trusted; the writer closes the log before it takes another
    /// request. Only the first reason counts.
    pub(crate) fn set_index_failure(&self, why: CloseReason) -> CloseReason {
        self.index_failure.get_or_init(|| why).clone()
    }

    /// Why the index cannot be trusted, if so.
    pub(crate) fn index_failure(&self) -> Option<CloseReason> {
        self.index_failure.get().cloned()
    }

    /// Says how the indexer is woken, or lets it end.
    pub(crate) fn set_indexer(&self, wake: Option<SyncSender<()>>) {
        *self.indexer.lock().unwrap_or_else(PoisonError::into_inner) = wake;
    }

    /// Whether the indexer is to go on.
    pub(crate) fn has_indexer(&self) -> bool {
        let indexer = self.indexer.lock().unwrap_or_else(PoisonError::into_inner);
        indexer.is_some()
    }

    /// Wakes the indexer: there is work.
    pub(crate) fn wake_indexer(&self) {
        let indexer = self.indexer.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(wake) = &*indexer {
            // Full or closed: the indexer runs already, or has stored here why it ended.
            let _ = wake.try_send(());
        }
    }

    /// Waits for reads of the index in progress, then closes it, and lets no more records be read.
    pub(crate) fn close(&self) {
        let store = self.index_store.write();
        drop(store.unwrap_or_else(PoisonError::into_inner).take());
        self.records.close();
        self.recent().clear();
    }

    /// Says why the log is about to be closed; only the first reason counts.
    pub(crate) fn set_close_reason(&self, why: CloseReason) {
        self.records.set_close_reason(why);
    }

    /// Why the log is closed, or about to be.
    pub(crate) fn close_reason(&self) -> CloseReason {
        self.records.close_reason()
    }

    fn recent(&self) -> MutexGuard<'_, Recent> {
        self.recent.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn record_in(frame: &Frame, position: u64) -> Result<Record, ReadError> {
    let missing = ReadError::Damaged {
        position,
        damage: Damage::FrameMissing,
    };
    frame.record(position).cloned().ok_or(missing)
}

/// Decoded frames, the least recently used first.
#[derive(Default)]
struct Recent {
    frames: VecDeque<Arc<Frame>>,
    bytes: usize,
}

impl Recent {
    fn find(&mut self, position: u64) -> Option<Arc<Frame>> {
        let holds = |frame: &Arc<Frame>| frame.record(position).is_some();
        let at = self.frames.iter().rposition(holds)?;
        let frame = self.frames.remove(at)?;
        self.frames.push_back(Arc::clone(&frame));
        Some(frame)
    }

    /// Keeps a frame, and returns those that had to go for it.
    fn keep(&mut self, frame: Arc<Frame>) -> Vec<Arc<Frame>> {
        let mut gone = Vec::new();
        if self.frames.iter().any(|kept| kept.first == frame.first) {
            return gone;
        }
        self.bytes += frame.weight();
        self.frames.push_back(frame);
        while self.frames.len() > CACHED_FRAMES || self.bytes > CACHED_BYTES {
            let Some(oldest) = self.frames.pop_front() else {
                break;
            };
            self.bytes -= oldest.weight();
            gone.push(oldest);
        }
        gone
    }

    fn clear(&mut self) {
        *self = Recent::default();
    }
}
