//! Reading one segment.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use super::format::{
    Footer, Header, MAX_FOOTER_BYTES, MAX_HEADER_BYTES, TRAILER_BYTES, footer_length,
};
use super::keys::Keys;
use crate::error::{Damage, Damaged, FrameError, StoreError};
use crate::frame::{self, Frame};
use crate::hash::Hash;

/// A segment whose footer was read. Its file is opened anew for each read, so that a log of many
/// segments does not hold many files open.
#[derive(Debug)]
pub(crate) struct SegmentFile {
    path: PathBuf,
    pub(crate) footer: Footer,
    /// Where the keys begin, or the footer if there are none.
    blocks_end: u64,
    footer_at: u64,
}

impl SegmentFile {
    /// Reads and checks header and footer. `first` is the position that the segment should begin with.
    pub(crate) fn open(path: &Path, first: u64) -> Result<SegmentFile, FrameError> {
        let unreadable = |part| Damaged {
            position: first,
            damage: Damage::FrameUnreadable { part },
        };
        let file = File::open(path).map_err(StoreError::io("open a segment"))?;
        let length = file
            .metadata()
            .map_err(StoreError::io("look at a segment"))?
            .len();
        let trailer = length.checked_sub(TRAILER_BYTES as u64);
        let trailer_at = trailer.ok_or_else(|| unreadable("end of its segment"))?;
        let mut trailer = [0; TRAILER_BYTES];
        read_at(&file, &mut trailer, trailer_at)?;
        let footer_bytes = footer_length(trailer)
            .filter(|length| *length <= trailer_at && *length <= MAX_FOOTER_BYTES)
            .ok_or_else(|| unreadable("end of its segment"))?;
        let footer_at = trailer_at - footer_bytes;
        let mut bytes = vec![0; footer_bytes as usize];
        read_at(&file, &mut bytes, footer_at)?;
        let footer = Footer::decode(&bytes).ok_or_else(|| unreadable("footer of its segment"))?;
        let blocks_end = footer.keys.map_or(footer_at, u64::from);
        if blocks_end > footer_at {
            return Err(unreadable("footer of its segment").into());
        }
        let mut begin = vec![0; blocks_end.min(MAX_HEADER_BYTES as u64) as usize];
        read_at(&file, &mut begin, 0)?;
        let header = Header::decode(&begin);
        if header.is_none_or(|(header, _)| header != footer.header)
            || footer.header.before.head.count != first
        {
            return Err(unreadable("header of its segment").into());
        }
        Ok(SegmentFile {
            path: path.to_owned(),
            footer,
            blocks_end,
            footer_at,
        })
    }

    /// The footer of a segment, if it is whole.
    pub(crate) fn footer_of(path: &Path) -> Option<Footer> {
        Self::footer_in(&std::fs::read(path).ok()?)
    }

    /// The footer of a segment's bytes, if they are whole.
    pub(crate) fn footer_in(bytes: &[u8]) -> Option<Footer> {
        let (rest, trailer) = bytes.split_last_chunk::<TRAILER_BYTES>()?;
        let length = usize::try_from(footer_length(*trailer)?).ok()?;
        Footer::decode(rest.get(rest.len().checked_sub(length)?..)?)
    }

    /// Position after the last record.
    pub(crate) fn end(&self) -> u64 {
        self.footer.after.head.count
    }

    fn first(&self) -> u64 {
        self.footer.header.before.head.count
    }

    /// The block that holds `position`, which must be in this segment.
    pub(crate) fn frame_holding(&self, position: u64) -> Result<Frame, FrameError> {
        let missing = || Damaged {
            position,
            damage: Damage::FrameMissing,
        };
        let offset = position.checked_sub(self.first()).ok_or_else(missing)?;
        let blocks = &self.footer.blocks;
        let at = blocks.partition_point(|block| u64::from(block.first) <= offset);
        let block = at.checked_sub(1).and_then(|at| blocks.get(at));
        let block = block.ok_or_else(missing)?;
        let (next, end) = match blocks.get(at) {
            Some(next) => (self.first() + u64::from(next.first), u64::from(next.offset)),
            None => (self.end(), self.blocks_end),
        };
        let length = end.saturating_sub(u64::from(block.offset));
        let mut bytes = vec![0; usize::try_from(length).unwrap_or(0)];
        let file = File::open(&self.path).map_err(StoreError::io("open a segment"))?;
        read_at(&file, &mut bytes, u64::from(block.offset))?;
        let frame = frame::decode(self.first() + u64::from(block.first), &bytes)?;
        if frame.end() != next {
            return Err(missing().into());
        }
        Ok(frame)
    }

    /// What the segment may hold; `None` if it does not say.
    pub(crate) fn keys(&self) -> Result<Option<Keys>, FrameError> {
        if self.footer.keys.is_none() {
            return Ok(None);
        }
        let mut bytes = vec![0; usize::try_from(self.footer_at - self.blocks_end).unwrap_or(0)];
        let file = File::open(&self.path).map_err(StoreError::io("open a segment"))?;
        read_at(&file, &mut bytes, self.blocks_end)?;
        let keys = Keys::decode(&bytes).ok_or(Damaged {
            position: self.first(),
            damage: Damage::FrameUnreadable {
                part: "keys of its segment",
            },
        })?;
        Ok(Some(keys))
    }

    /// Whether a block of this segment, which begins or ends it, fits to the states around it.
    pub(crate) fn check_edges(&self, frame: &Frame) -> Result<(), Damaged> {
        let broken = |position| Damaged {
            position,
            damage: Damage::ChainBroken,
        };
        if frame.first == self.first() && frame.previous != self.footer.header.before.head.hash {
            return Err(broken(frame.first));
        }
        let last = frame.records.last();
        if frame.end() == self.end()
            && last.is_some_and(|last| last.hash != self.footer.after.head.hash)
        {
            return Err(broken(frame.end().saturating_sub(1)));
        }
        Ok(())
    }
}

/// Finds blocks in a segment that may be damaged, front to back: `take` gets the hash before what may be
/// a block, and its bytes, and tells whether it was one.
pub(crate) fn salvage(
    path: &Path,
    take: &mut dyn FnMut(Hash, &[u8]) -> bool,
) -> Result<(), io::Error> {
    let bytes = std::fs::read(path)?;
    let mut at = Header::decode(&bytes).map_or(0, |(_, length)| length);
    while at < bytes.len() {
        let rest = &bytes[at..];
        match frame::peek(rest) {
            Some((previous, length)) if take(previous, &rest[..length]) => at += length,
            Some(_) | None => at += 1,
        }
    }
    Ok(())
}

fn read_at(file: &File, bytes: &mut [u8], offset: u64) -> Result<(), StoreError> {
    file.read_exact_at(bytes, offset)
        .map_err(StoreError::io("read a segment"))
}
