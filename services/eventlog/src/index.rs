//! Where things are: stream to positions, event id to position, and the cursors.
//!
//! Derived from the records, and of bounded size in memory. The newest records are in the active
//! [`IndexBuffer`]; a full one becomes immutable, and a thread of its own flushes it into sorted
//! [`Tables`] in sled while the next one fills. Losing sled costs the time to build it anew.

pub(crate) mod access;
mod backlog;
mod buffer;
mod catch_up;
pub(crate) mod check;
mod chunk;
mod compact;
mod flush;
mod heads;
pub(crate) mod indexer;
pub(crate) mod keys;
mod lookup;
pub(crate) mod open;
pub(crate) mod store;
mod table;
mod tables;

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::Arc;

pub(crate) use self::access::{Access, Stop};
pub(crate) use self::backlog::Backlog;
use self::buffer::{IndexBuffer, Part};
use self::heads::Heads;
use self::store::IndexStore;
pub(crate) use self::tables::Tables;
use crate::error::{Damage, Damaged};
use crate::frame::Frame;
use crate::hash::Hash;
use crate::record::Head;

/// What is durable, and where.
#[derive(Debug)]
pub(crate) struct Index {
    active: IndexBuffer,
    /// A full buffer that is being flushed. Never changes.
    immutable: Option<Arc<IndexBuffer>>,
    tables: Arc<Tables>,
    /// What is between the tables and the buffers, while the index is built anew.
    backlog: Option<Arc<Backlog>>,
    heads: Heads,
    cursors: BTreeMap<String, u64>,
    /// So many records make a buffer full.
    buffer_limit: usize,
}

impl Index {
    /// The index of what `tables` cover.
    pub(crate) fn new(tables: Tables, buffer_limit: usize) -> Index {
        Index {
            active: IndexBuffer::new(tables.indexed),
            immutable: None,
            tables: Arc::new(tables),
            backlog: None,
            heads: Heads::default(),
            cursors: BTreeMap::new(),
            buffer_limit,
        }
    }

    /// The same index, whose tables are to catch up with the end of the segments.
    pub(crate) fn with_backlog(self, backlog: Backlog) -> Index {
        Index {
            active: IndexBuffer::new(backlog.end),
            backlog: Some(Arc::new(backlog)),
            ..self
        }
    }

    pub(crate) fn head(&self) -> Head {
        self.active.head()
    }

    /// Adds a frame behind the head, checking that it belongs there. Ids are compared with the active buffer,
    /// revisions with what is in memory, and both with all while nothing has been flushed; a complete
    /// comparison with what is on disk is for [`check`]. The writer has looked up every id before.
    pub(crate) fn add(&mut self, frame: &Frame) -> Result<(), Damaged> {
        if frame.previous != self.head().hash {
            return Err(Damaged {
                position: frame.first,
                damage: Damage::ChainBroken,
            });
        }
        let is_new = self.tables.indexed == Head::EMPTY && self.backlog.is_none();
        for record in &frame.records {
            let stream = &record.stream;
            let known = self
                .heads
                .replace(stream, record.revision.saturating_add(1));
            let (heads, immutable) = (&self.heads, self.immutable.as_deref());
            let new = || {
                let part = || immutable.and_then(|immutable| immutable.stream(stream));
                let known = known.or_else(|| part().map(Part::end));
                (heads.name(stream), known.or(is_new.then_some(0)))
            };
            self.active.add(record, new)?;
        }
        Ok(())
    }

    /// Makes the active buffer immutable if it is full and none is being flushed. True if it did.
    fn rotate_if_full(&mut self) -> bool {
        let is_full = self.active.len() >= self.buffer_limit && self.immutable.is_none();
        if is_full {
            let next = IndexBuffer::new(self.active.head());
            self.immutable = Some(Arc::new(std::mem::replace(&mut self.active, next)));
        }
        is_full
    }

    /// Whether the active buffer has grown so far that appending must wait for the flush.
    fn is_overfull(&self) -> bool {
        self.active.len() >= 2 * self.buffer_limit && self.immutable.is_some()
    }

    /// Installs the tables that a flush has made.
    fn install(&mut self, tables: Tables) {
        self.immutable = None;
        self.tables = Arc::new(tables);
    }

    /// Installs tables that reach further into the backlog.
    fn catch_up(&mut self, tables: Tables) {
        let end = self.backlog.as_ref().map(|backlog| backlog.end);
        if end == Some(tables.indexed) {
            self.backlog = None;
        }
        self.tables = Arc::new(tables);
    }

    /// Flushes a full buffer in the calling thread: for opening a log.
    pub(crate) fn flush_if_full(&mut self, store: &IndexStore) -> Result<(), Stop> {
        if self.backlog.is_some() || !self.rotate_if_full() {
            return Ok(());
        }
        let filters = Arc::clone(&self.tables.filters);
        let store = Access::opening(store, &filters);
        if let Some(immutable) = &self.immutable {
            let mut tables = flush::flush(&store, &self.tables, immutable)?;
            while let Some(merge) = compact::merge(&store, &tables)? {
                tables = merge.tables;
                compact::remove(&store, &merge.gone)?;
            }
            self.install(tables);
        }
        Ok(())
    }

    pub(crate) fn cursor(&self, name: &str) -> Option<u64> {
        self.cursors.get(name).copied()
    }

    pub(crate) fn cursors(&self, prefix: &str) -> BTreeMap<String, u64> {
        self.cursors
            .range::<str, _>((Bound::Included(prefix), Bound::Unbounded))
            .take_while(|(name, _)| name.starts_with(prefix))
            .map(|(name, value)| (name.clone(), *value))
            .collect()
    }

    pub(crate) fn set_cursor(&mut self, name: String, value: u64) {
        self.cursors.insert(name, value);
    }

    /// What `digest` becomes when these cursors are set.
    pub(crate) fn digest_with(&self, digest: Hash, cursors: &BTreeMap<String, u64>) -> Hash {
        cursors.iter().fold(digest, |digest, (name, value)| {
            let before = self
                .cursor(name)
                .map_or(Hash::ZERO, |old| Hash::of_cursor(name, old));
            digest.xor(before).xor(Hash::of_cursor(name, *value))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_selects_cursors_and_nothing_after_them() {
        let mut index = Index::new(Tables::empty(), 1_000);
        for (value, name) in (0u64..).zip(["a", "source/a", "source/b", "t"]) {
            index.set_cursor(name.to_owned(), value);
        }
        let names: Vec<_> = index.cursors("source/").into_keys().collect();
        assert_eq!(names, ["source/a", "source/b"]);
        assert_eq!(index.cursors("").len(), 4);
    }

    #[test]
    fn the_digest_kept_up_to_date_is_the_digest_of_all() {
        let mut index = Index::new(Tables::empty(), 1_000);
        let mut digest = Hash::of_cursors(&index.cursors);
        for (name, value) in [("a", 1), ("b", 2), ("a", 3), ("a", 3), ("b", 0)] {
            let cursors = BTreeMap::from([(name.to_owned(), value)]);
            digest = index.digest_with(digest, &cursors);
            index.set_cursor(name.to_owned(), value);
            assert_eq!(digest, Hash::of_cursors(&index.cursors));
        }
    }
}
