//! Reading whatever is left of a log's records: raw blocks and entries, never sled, never a footer that
//! the blocks do not bear out.

use std::collections::BTreeMap;
use std::fs;
use std::ops::ControlFlow;
use std::path::Path;

use super::BackupError;
use super::paths::io_error;
use crate::commit_state::CommitState;
use crate::frame::{self, Frame};
use crate::hash::Hash;
use crate::record::Head;
use crate::segment::{self, SegmentFile};
use crate::wal::{Entry, Scan};

/// Takes a frame that continues the ones before; may end the reading.
pub(crate) type Take<'a> = dyn FnMut(Frame) -> ControlFlow<()> + 'a;

/// The state that the last commit left, with all cursors.
pub(crate) type Cursors = (CommitState, BTreeMap<String, u64>);

/// Follows the chain of hashes through all segments and the write-ahead log of the log in `path`, and
/// returns the cursors if the last frame is that of a commit that is whole.
pub(super) fn follow(path: &Path, take: &mut Take<'_>) -> Option<BTreeMap<String, u64>> {
    let scan = Scan::read(path).unwrap_or_default();
    let mut entries: Vec<&Entry> = scan.entries().collect();
    entries.sort_by_key(|entry| entry.state.commit);
    let mut chain = Chain {
        head: Head::EMPTY,
        known: (CommitState::EMPTY, BTreeMap::new()),
        take,
        is_ended: false,
    };
    for file in segment::paths(&path.join(segment::DIRECTORY)).unwrap_or_default() {
        chain.read_segment(&file);
        // Where a segment is broken, the write-ahead log may still have the records.
        if !chain.is_settled() {
            chain.read_entries(&entries);
        }
    }
    chain.read_entries(&entries);
    let (state, cursors) = chain.known;
    let is_whole = state.head == chain.head && Hash::of_cursors(&cursors) == state.cursors;
    is_whole.then_some(cursors)
}

struct Chain<'a, 'b> {
    head: Head,
    known: Cursors,
    take: &'a mut Take<'b>,
    is_ended: bool,
}

impl Chain<'_, '_> {
    fn is_settled(&self) -> bool {
        self.known.0.head == self.head
    }

    fn add(&mut self, frame: Frame) {
        let end = frame.records.last().map(|record| record.head());
        self.is_ended |= (self.take)(frame).is_break();
        self.head = end.unwrap_or(self.head);
    }

    fn read_segment(&mut self, path: &Path) {
        // A file that cannot be read has nothing to give.
        let _ = segment::salvage(path, &mut |previous, bytes| {
            if self.is_ended || previous != self.head.hash {
                return false;
            }
            match frame::decode(self.head.count, bytes) {
                Ok(frame) => {
                    self.add(frame);
                    true
                }
                Err(_) => false,
            }
        });
        let footer = SegmentFile::footer_of(path);
        if let Some(footer) = footer.filter(|footer| footer.after.head == self.head) {
            self.known = (footer.after, footer.cursors);
        }
    }

    fn read_entries(&mut self, entries: &[&Entry]) {
        for entry in entries {
            let (state, cursors) = &mut self.known;
            let follows = entry.state.commit == state.commit + 1;
            if self.is_ended || entry.state.commit <= state.commit {
                continue;
            }
            if !entry.has_records() {
                if follows && entry.state.head == self.head {
                    cursors.extend(entry.cursors.clone());
                    *state = entry.state;
                }
                continue;
            }
            let is_next = entry.previous() == Some(self.head.hash);
            let frame = is_next.then(|| entry.frame(self.head.count).ok().flatten());
            let Some(frame) = frame.flatten() else {
                continue;
            };
            if follows {
                cursors.extend(entry.cursors.clone());
                *state = entry.state;
            }
            self.add(frame);
        }
    }
}

pub(crate) fn copy_folder(from: &Path, to: &Path) -> Result<(), BackupError> {
    fs::create_dir_all(to).map_err(io_error("create", to))?;
    for entry in fs::read_dir(from).map_err(io_error("read", from))? {
        let source = entry.map_err(io_error("read", from))?.path();
        let target = to.join(source.file_name().unwrap_or_default());
        if source.is_dir() {
            copy_folder(&source, &target)?;
        } else {
            fs::copy(&source, &target).map_err(io_error("copy", &target))?;
        }
    }
    Ok(())
}
