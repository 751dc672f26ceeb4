//! Reading everything again from the disk and comparing it with what the log believes.

use std::collections::VecDeque;
use std::path::Path;
use std::sync::Arc;

use uuid::Uuid;

use crate::checkpoint::{Audit, Prover};
use crate::error::{Damage, Damaged, FrameError, ReadError, VerifyError};
use crate::frame::Frame;
use crate::hash::Hash;
use crate::merkle::Tree;
use crate::record::Head;
use crate::records::Records;
use crate::segment::{SegmentFile, SegmentSet};
use crate::segment_check::SegmentCheck;
use crate::wal::Scan;

/// What was verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verified {
    /// Number of records.
    pub count: u64,
    /// Hash of the last one.
    pub hash: Hash,
    /// Merkle root over all of them.
    pub root: Hash,
    /// Number of checkpoints that they were compared with.
    pub checkpoints: u64,
}

/// What is verified, and against what.
pub(crate) struct Subject<'a> {
    pub(crate) directory: &'a Path,
    pub(crate) epoch: Uuid,
    pub(crate) records: &'a Records,
    pub(crate) prover: &'a Prover,
    pub(crate) head: Head,
}

/// Walks the blocks and entries one at a time. `each` gets every frame.
pub(crate) fn verify(
    subject: &Subject<'_>,
    each: &mut dyn FnMut(&Frame) -> Result<(), VerifyError>,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Verified, VerifyError> {
    let head = subject.head;
    let mut audit = Audit::new(subject.prover, head.count)?;
    let mut frames = Frames::new(subject);
    let mut verified = Head::EMPTY;
    progress(0, head.count);
    while verified.count < head.count {
        let frame = frames.next(verified)?;
        // A block may go beyond the head as it was at the call.
        let frame = frame.before(head.count);
        audit.add(&frame)?;
        each(&frame)?;
        verified = frame
            .records
            .last()
            .map_or(verified, |record| record.head());
        progress(verified.count, head.count);
    }
    if verified != head {
        return Err(VerifyError::HeadDiffers {
            count: verified.count,
        });
    }
    Ok(Verified {
        count: verified.count,
        hash: verified.hash,
        root: audit.root(),
        checkpoints: audit.compared(),
    })
}

/// All frames of the log, as they are on disk.
struct Frames<'a> {
    subject: &'a Subject<'a>,
    segment: Option<SegmentCheck>,
    /// Of the write-ahead log.
    entries: VecDeque<Arc<Frame>>,
}

impl<'a> Frames<'a> {
    fn new(subject: &'a Subject<'a>) -> Frames<'a> {
        Frames {
            subject,
            segment: None,
            entries: VecDeque::new(),
        }
    }

    /// The frame that continues `verified`, which is behind the log's head.
    fn next(&mut self, verified: Head) -> Result<Frame, VerifyError> {
        let position = verified.count;
        let closed = |why| ReadError::Closed { why };
        let segments = self.subject.records.segments().map_err(closed)?;
        let frame = if position < segments.count() {
            self.sealed(&segments, position)?
        } else {
            self.unsealed(position)?
        };
        let follows = frame.after(verified).map_err(damaged)?;
        follows.ok_or_else(|| missing(position).into())
    }

    fn sealed(&mut self, segments: &SegmentSet, position: u64) -> Result<Frame, VerifyError> {
        let check = match self.segment.take() {
            Some(check) => Some(check),
            None => begin(segments, position)?,
        };
        let Some(mut check) = check else {
            return Ok(segments.frame_holding(position).map_err(ReadError::from)?);
        };
        let frame = check
            .file
            .frame_holding(position)
            .map_err(ReadError::from)?;
        check.file.check_edges(&frame).map_err(damaged)?;
        check.add(&frame);
        if frame.end() < check.file.end() {
            self.segment = Some(check);
        } else {
            check.finish().map_err(differs)?;
        }
        Ok(frame)
    }

    fn unsealed(&mut self, position: u64) -> Result<Frame, VerifyError> {
        let closed = |why| ReadError::Closed { why };
        loop {
            let holding = self.entries.iter().find(|it| it.record(position).is_some());
            if let Some(frame) = holding {
                return Ok(Frame::clone(frame));
            }
            let segments = self.subject.records.segments().map_err(closed)?;
            if position < segments.count() {
                return self.sealed(&segments, position);
            }
            let scan = Scan::read(self.subject.directory).map_err(ReadError::Store)?;
            let (from, mut tree) = (segments.state(), Tree::new());
            let (commits, _) = scan.commits(from, self.subject.epoch, &mut tree);
            self.entries = commits.into_iter().filter_map(|it| it.frame).collect();
            let is_there = self.entries.iter().any(|it| it.record(position).is_some());
            // Otherwise it was sealed in the meantime, or it is gone.
            let now = self.subject.records.segments().map_err(closed)?;
            if !is_there && now.state() == from {
                return Err(missing(position).into());
            }
        }
    }
}

fn damaged(damaged: Damaged) -> ReadError {
    ReadError::from(FrameError::Damaged(damaged))
}

fn missing(position: u64) -> ReadError {
    let damage = Damage::FrameMissing;
    damaged(Damaged { position, damage })
}

/// What the blocks of a segment do not bear out.
fn differs(error: FrameError) -> VerifyError {
    if let FrameError::Damaged(Damaged {
        position,
        damage: Damage::TreeDiffers,
    }) = error
    {
        return VerifyError::TreeDiffers { position };
    }
    ReadError::from(error).into()
}

/// Begins with the segment that holds `position`. `None` if that begins earlier: it was sealed while its first
/// records were read from the write-ahead log.
fn begin(segments: &SegmentSet, position: u64) -> Result<Option<SegmentCheck>, VerifyError> {
    if segments.first_of(position) != Some(position) {
        return Ok(None);
    }
    let path = segments
        .path_of(position)
        .ok_or_else(|| missing(position))?;
    let file = SegmentFile::open(path, position).map_err(ReadError::from)?;
    let before = segments.tree_before(position).map_err(ReadError::from)?;
    let check = SegmentCheck::new(file, before).map_err(damaged)?;
    Ok(Some(check))
}
