//! Sealed records that the tables do not reach yet, because the index was lost: until they do, their
//! segments are asked, each of which knows what it does not hold.

use std::ops::ControlFlow;
use std::sync::Arc;

use uuid::Uuid;

use crate::error::FrameError;
use crate::frame::Frame;
use crate::record::{Head, Record};
use crate::segment::{Keys, SegmentSet};
use crate::stream::StreamName;

/// Keys of so many bytes are kept in memory: those of about sixty million records. Others are read each
/// time that they are needed.
const KEPT_BYTES: usize = 256 << 20;

/// The records from where the tables end to `end`.
#[derive(Debug)]
pub(crate) struct Backlog {
    pub(crate) end: Head,
    segments: SegmentSet,
    parts: Vec<Part>,
}

/// One segment.
#[derive(Debug)]
struct Part {
    /// Positions of its first record, and after its last one.
    first: u64,
    end: u64,
    /// `None` if they are to be read.
    keys: Option<Arc<Keys>>,
}

impl Backlog {
    /// The backlog behind `indexed`; `None` if a segment does not say what it holds.
    pub(crate) fn of(segments: &SegmentSet, indexed: u64) -> Option<Backlog> {
        let mut parts = Vec::new();
        let mut kept = 0;
        for sealed in segments.from(indexed) {
            let keys = segments.keys(sealed).ok().flatten()?;
            let has_room = kept + keys.bytes() <= KEPT_BYTES;
            kept += if has_room { keys.bytes() } else { 0 };
            parts.push(Part {
                first: sealed.before.head.count,
                end: sealed.after.head.count,
                keys: has_room.then(|| Arc::new(keys)),
            });
        }
        Some(Backlog {
            end: segments.state().head,
            segments: segments.clone(),
            parts,
        })
    }

    /// Position of an event at or behind `indexed`.
    pub(crate) fn find(&self, indexed: u64, id: Uuid) -> Result<Option<u64>, FrameError> {
        for part in self.behind(indexed).rev() {
            if !self.keys(part)?.is_none_or(|keys| keys.may_hold_id(id)) {
                continue;
            }
            let mut found = None;
            self.read(part, indexed, &mut |record| {
                if record.id == id {
                    found = Some(record.position);
                    return ControlFlow::Break(());
                }
                ControlFlow::Continue(())
            })?;
            if found.is_some() {
                return Ok(found);
            }
        }
        Ok(None)
    }

    /// The revision after a stream's last record at or behind `indexed`; `None` if it has none there.
    pub(crate) fn revisions(
        &self,
        indexed: u64,
        stream: &StreamName,
    ) -> Result<Option<u64>, FrameError> {
        for part in self.behind(indexed).rev() {
            if let Some((revision, _)) = self.of_stream(part, indexed, stream)?.last() {
                return Ok(Some(revision + 1));
            }
        }
        Ok(None)
    }

    /// Revisions and positions of a stream's records at or behind `indexed`, in order.
    pub(crate) fn positions(
        &self,
        indexed: u64,
        stream: &StreamName,
    ) -> Result<Vec<(u64, u64)>, FrameError> {
        let mut all = Vec::new();
        for part in self.behind(indexed) {
            all.extend(self.of_stream(part, indexed, stream)?);
        }
        Ok(all)
    }

    /// Reads every record at or behind `indexed`.
    pub(crate) fn visit(
        &self,
        indexed: u64,
        visit: &mut dyn FnMut(&Record),
    ) -> Result<(), FrameError> {
        for part in self.behind(indexed) {
            self.read(part, indexed, &mut |record| {
                visit(record);
                ControlFlow::Continue(())
            })?;
        }
        Ok(())
    }

    /// The blocks from the one that holds `position` on.
    pub(crate) fn frames(
        &self,
        position: u64,
    ) -> impl Iterator<Item = Result<Frame, FrameError>> + '_ {
        self.segments.frames(position)
    }

    fn of_stream(
        &self,
        part: &Part,
        indexed: u64,
        stream: &StreamName,
    ) -> Result<Vec<(u64, u64)>, FrameError> {
        let mut found = Vec::new();
        let keys = self.keys(part)?;
        if keys.is_none_or(|keys| keys.may_hold_stream(stream)) {
            self.read(part, indexed, &mut |record| {
                if record.stream == *stream {
                    found.push((record.revision, record.position));
                }
                ControlFlow::Continue(())
            })?;
        }
        Ok(found)
    }

    fn behind(&self, indexed: u64) -> impl DoubleEndedIterator<Item = &Part> {
        self.parts.iter().filter(move |part| part.end > indexed)
    }

    fn keys(&self, part: &Part) -> Result<Option<Arc<Keys>>, FrameError> {
        if let Some(keys) = &part.keys {
            return Ok(Some(Arc::clone(keys)));
        }
        let segment = self.segments.from(part.first).first();
        let keys = segment
            .map(|sealed| self.segments.keys(sealed))
            .transpose()?;
        Ok(keys.flatten().map(Arc::new))
    }

    /// Calls `visit` with the records of a segment at or behind `indexed`, until it has seen enough.
    fn read(
        &self,
        part: &Part,
        indexed: u64,
        visit: &mut dyn FnMut(&Record) -> ControlFlow<()>,
    ) -> Result<(), FrameError> {
        for frame in self.segments.frames(part.first.max(indexed)) {
            let frame = frame?;
            let wanted = |record: &&Record| (indexed..part.end).contains(&record.position);
            let seen = frame
                .records
                .iter()
                .filter(wanted)
                .try_for_each(&mut *visit);
            if seen.is_break() || frame.end() >= part.end {
                break;
            }
        }
        Ok(())
    }
}
