//! All durable records, wherever they are: in the memtable or in segments.

use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use crate::error::{CloseReason, ReadError};
use crate::frame::Frame;
use crate::hash::Hash;
use crate::merkle::Nodes;
use crate::segment::{Sealed, SegmentSet};
use crate::wal::MemTable;

/// What readers read.
pub(crate) struct Records {
    /// `None` once the log is closed.
    segments: RwLock<Option<Arc<SegmentSet>>>,
    /// Commits that are not in a segment yet.
    pub(crate) memtable: MemTable,
    closed: OnceLock<CloseReason>,
}

impl Records {
    pub(crate) fn new(segments: SegmentSet, memtable: MemTable) -> Records {
        Records {
            segments: RwLock::new(Some(Arc::new(segments))),
            memtable,
            closed: OnceLock::new(),
        }
    }

    pub(crate) fn segments(&self) -> Result<Arc<SegmentSet>, CloseReason> {
        let segments = self.segments.read().unwrap_or_else(PoisonError::into_inner);
        segments.clone().ok_or_else(|| self.close_reason())
    }

    /// Adds a segment. Its commits may leave the memtable afterwards, not before.
    pub(crate) fn install(&self, sealed: Sealed) {
        let mut segments = self
            .segments
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(current) = &*segments {
            *segments = Some(Arc::new(current.with(sealed)));
        }
    }

    /// Answers nothing from now on.
    pub(crate) fn close(&self) {
        let mut segments = self
            .segments
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        *segments = None;
        drop(segments);
        self.memtable.clear();
    }

    /// Says why the log is about to be closed; only the first reason counts.
    pub(crate) fn set_close_reason(&self, why: CloseReason) {
        let _ = self.closed.set(why);
    }

    /// Why the log is closed, or about to be.
    pub(crate) fn close_reason(&self) -> CloseReason {
        self.closed.get().cloned().unwrap_or(CloseReason::Owner)
    }

    /// The frame that holds `position`, which must be below the durable head.
    pub(crate) fn frame(&self, position: u64) -> Result<Arc<Frame>, ReadError> {
        // In this order: commits leave the memtable only after a segment has them.
        if let Some(frame) = self.memtable.find(position) {
            return Ok(frame);
        }
        let segments = self.segments().map_err(|why| ReadError::Closed { why })?;
        Ok(Arc::new(segments.frame_holding(position)?))
    }
}

impl Nodes for Records {
    type Error = ReadError;

    fn stored(&self, level: u8, index: u64) -> Result<Option<Hash>, ReadError> {
        if let Some(hash) = self.memtable.node(level, index) {
            return Ok(Some(hash));
        }
        let segments = self.segments().map_err(|why| ReadError::Closed { why })?;
        Ok(segments.node(level, index)?)
    }

    fn leaves(&self, range: std::ops::Range<u64>) -> Result<Vec<Hash>, ReadError> {
        let mut hashes = Vec::new();
        let mut next = range.start;
        while next < range.end {
            let frame = self.frame(next)?;
            let skip = usize::try_from(next - frame.first).unwrap_or(usize::MAX);
            let wanted = usize::try_from(range.end - next).unwrap_or(usize::MAX);
            let records = frame.records.iter().skip(skip).take(wanted);
            hashes.extend(records.map(|record| record.hash));
            next = frame.end();
        }
        Ok(hashes)
    }
}
