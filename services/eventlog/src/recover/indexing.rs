//! Reading the records that the index does not cover, all of them if the log is short, and bringing the
//! index up to the log's head.

use uuid::Uuid;

use super::{Contents, Failures};
use crate::error::{Damage, Damaged, OpenError, StoreError};
use crate::frame::Frame;
use crate::hash::Hash;
use crate::index::store::IndexStore;
use crate::index::{self, Backlog, Index, Stop};
use crate::options::Options;
use crate::record::Head;

/// How many blocks of a long log are looked at that the index covers.
const SAMPLES: u64 = 64;

/// Opens the index and adds what it does not cover.
pub(super) fn open(
    options: &Options,
    contents: &Contents,
    epoch: Uuid,
) -> Result<(IndexStore, Index), OpenError> {
    let at = Failures(&options.path);
    let has = |head: Head| contents.has(head);
    let opened = index::open::open(&options.path, epoch, &has).map_err(at.store())?;
    let (store, tables) = (opened.store, opened.tables);
    let indexed = tables.indexed;
    let mut indexing = Indexing {
        options,
        contents,
        index: Index::new(tables, options.index_tail),
        store: &store,
    };
    // Records up to here are not read, except for samples.
    let mut known = Head::EMPTY;
    if indexed.count > options.verify_at_open {
        contents.sample(indexed.count)?;
        known = indexed;
    }
    if let Some(backlog) = contents.backlog(indexed, options.verify_at_open) {
        contents.sample(backlog.end.count)?;
        known = backlog.end;
        indexing.index = indexing.index.with_backlog(backlog);
    }
    indexing.read(known)?;
    let mut index = indexing.index;
    for (name, value) in &contents.reached.cursors {
        index.set_cursor(name.clone(), *value);
    }
    Ok((store, index))
}

struct Indexing<'a> {
    options: &'a Options,
    contents: &'a Contents,
    index: Index,
    store: &'a IndexStore,
}

impl Indexing<'_> {
    /// Reads everything behind `head`, which is in the log.
    fn read(&mut self, mut head: Head) -> Result<(), OpenError> {
        let Contents {
            segments, commits, ..
        } = self.contents;
        for frame in segments.frames(head.count) {
            let next = head.count;
            let frame = frame.map_err(|error| self.contents.failed(next, error))?;
            self.add(frame, &mut head)?;
        }
        for frame in commits.iter().filter_map(|commit| commit.frame.as_ref()) {
            self.add(Frame::clone(frame), &mut head)?;
        }
        Ok(())
    }

    fn add(&mut self, frame: Frame, head: &mut Head) -> Result<(), OpenError> {
        let failed = |damaged: Damaged| self.contents.failed(damaged.position, damaged.into());
        let Some(frame) = frame.after(*head).map_err(failed)? else {
            return Ok(());
        };
        *head = frame.records.last().map_or(*head, |record| record.head());
        let known = self.index.head();
        if let Some(new) = frame.after(known).map_err(failed)? {
            self.index.add(&new).map_err(failed)?;
            self.index
                .flush_if_full(self.store)
                .map_err(|stop| self.index_failed(stop))?;
        }
        if let Some(progress) = &self.options.progress {
            progress.tell(head.count, self.contents.reached.state.head.count);
        }
        Ok(())
    }

    fn index_failed(&self, stop: Stop) -> OpenError {
        let error = match stop {
            Stop::Failed(error) => error,
            Stop::Closed(why) => StoreError::Engine {
                step: "write the index",
                source: Box::new(why),
            },
        };
        Failures(&self.options.path).store()(error)
    }
}

impl Contents {
    /// Whether the log has the record that `head` ends with.
    fn has(&self, head: Head) -> bool {
        let Some(last) = head.count.checked_sub(1) else {
            return head == Head::EMPTY;
        };
        if head.count > self.reached.state.head.count {
            return false;
        }
        let in_memory = self
            .commits
            .iter()
            .filter_map(|commit| commit.frame.as_ref());
        let in_memory = in_memory.filter_map(|frame| frame.record(last)).next();
        if let Some(record) = in_memory {
            return record.head() == head;
        }
        let frame = self.segments.frame_holding(last).ok();
        let found = frame.and_then(|frame| frame.record(last).map(|record| record.head()));
        found == Some(head)
    }

    /// What the index lacks of the segments, if that is too much for `open` to wait for.
    fn backlog(&self, indexed: Head, most: u64) -> Option<Backlog> {
        let missing = self.segments.count().saturating_sub(indexed.count);
        (missing > most)
            .then(|| Backlog::of(&self.segments, indexed.count))
            .flatten()
    }

    /// Decodes blocks evenly spread over the first `count` records, the first one among them: segments
    /// that have lost a stretch, or whose pages are mixed up, seldom pass.
    fn sample(&self, count: u64) -> Result<(), OpenError> {
        let count = count.min(self.segments.count());
        for sample in 0..SAMPLES.min(count) {
            let position = count / SAMPLES * sample;
            let frame = self.segments.frame_holding(position);
            let frame = frame.map_err(|error| self.failed(position, error))?;
            if frame.first == 0 && frame.previous != Hash::ZERO {
                let damage = Damage::ChainBroken;
                return Err(self.failed(position, Damaged { position, damage }.into()));
            }
        }
        Ok(())
    }
}
