//! Where things are: stream to positions, event id to position, and the cursors.
//!
//! Derived from the frames, and of bounded size in memory. The newest records are in a [`Tail`];
//! a full tail is frozen, and a thread of its own writes it behind into sorted [`Segments`] on
//! disk, while the next tail fills. Losing what is on disk costs the time to build it anew.

pub(crate) mod access;
mod behind;
pub(crate) mod check;
mod chunk;
mod filter;
mod heads;
pub(crate) mod indexer;
mod lookup;
pub(crate) mod open;
mod segment;
mod segments;
mod tail;

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::Arc;

pub(crate) use self::access::{Access, Stop};
use self::heads::Heads;
pub(crate) use self::segments::Segments;
use self::tail::Tail;
use crate::error::{Damage, Damaged};
use crate::frame::Frame;
use crate::hash::Hash;
use crate::record::Head;
use crate::store::Store;

/// What is durable, and where.
#[derive(Debug)]
pub(crate) struct Index {
    tail: Tail,
    /// A full tail that is being written behind. Never changes.
    frozen: Option<Arc<Tail>>,
    segments: Arc<Segments>,
    heads: Heads,
    cursors: BTreeMap<String, u64>,
    /// So many records make a tail full.
    tail_limit: usize,
}

impl Index {
    /// The index of what `segments` cover.
    pub(crate) fn new(segments: Segments, tail_limit: usize) -> Index {
        Index {
            tail: Tail::new(segments.indexed),
            frozen: None,
            segments: Arc::new(segments),
            heads: Heads::default(),
            cursors: BTreeMap::new(),
            tail_limit,
        }
    }

    pub(crate) fn head(&self) -> Head {
        self.tail.head()
    }

    /// Adds a frame behind the head, checking that it belongs there. Ids and revisions are compared
    /// with the records in memory, and with all while nothing has been written behind; a complete
    /// comparison with what is on disk is for [`check`].
    pub(crate) fn add(&mut self, frame: &Frame) -> Result<(), Damaged> {
        if frame.previous != self.head().hash {
            return Err(Damaged {
                position: frame.first,
                damage: Damage::ChainBroken,
            });
        }
        for record in &frame.records {
            let frozen = self.frozen.as_deref();
            let known = frozen.and_then(|frozen| frozen.stream(&record.stream));
            let (heads, is_new) = (&self.heads, self.segments.indexed == Head::EMPTY);
            let next_revision = || match known {
                Some(part) => Some(part.end()),
                None => heads.get(&record.stream).or(is_new.then_some(0)),
            };
            if let Some(earlier) = frozen.and_then(|frozen| frozen.find(record.id)) {
                let position = record.position;
                let damage = Damage::IdRepeated { earlier };
                return Err(Damaged { position, damage });
            }
            self.tail.add(record, next_revision)?;
        }
        Ok(())
    }

    /// Freezes the tail if it is full and nothing is being written behind. True if it did.
    fn freeze_if_full(&mut self) -> bool {
        let is_full = self.tail.len() >= self.tail_limit && self.frozen.is_none();
        if is_full {
            let next = Tail::new(self.tail.head());
            self.frozen = Some(Arc::new(std::mem::replace(&mut self.tail, next)));
        }
        is_full
    }

    /// Whether the tail has grown so far that appending must wait for the thread behind.
    fn is_overfull(&self) -> bool {
        self.tail.len() >= 2 * self.tail_limit && self.frozen.is_some()
    }

    /// Takes over what has been written behind.
    fn thaw(&mut self, segments: Segments) {
        if let Some(written) = self.frozen.take() {
            for (stream, part) in written.streams() {
                self.heads.set(stream, part.end());
            }
        }
        self.segments = Arc::new(segments);
    }

    /// Writes a full tail behind at once: for opening a log, when nobody else is there yet.
    pub(crate) fn write_behind_now(&mut self, store: &Store) -> Result<(), Stop> {
        if !self.freeze_if_full() {
            return Ok(());
        }
        let filters = Arc::clone(&self.segments.filters);
        let store = Access::opening(store, &filters);
        if let Some(frozen) = &self.frozen {
            let mut segments = behind::flush(&store, &self.segments, frozen)?;
            while let Some(merge) = behind::merge(&store, &segments)? {
                segments = merge.segments;
                indexer::remove(&store, &merge.gone)?;
            }
            self.thaw(segments);
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

    /// Sets a cursor.
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

    /// Digest of all cursors.
    pub(crate) fn cursor_digest(&self) -> Hash {
        let one = |(name, value): (&String, &u64)| Hash::of_cursor(name, *value);
        self.cursors.iter().map(one).fold(Hash::ZERO, Hash::xor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_selects_cursors_and_nothing_after_them() {
        let mut index = Index::new(Segments::empty(), 1_000);
        for (value, name) in (0u64..).zip(["a", "source/a", "source/b", "t"]) {
            index.set_cursor(name.to_owned(), value);
        }
        let names: Vec<_> = index.cursors("source/").into_keys().collect();
        assert_eq!(names, ["source/a", "source/b"]);
        assert_eq!(index.cursors("").len(), 4);
    }

    #[test]
    fn the_digest_kept_up_to_date_is_the_digest_of_all() {
        let mut index = Index::new(Segments::empty(), 1_000);
        let mut digest = index.cursor_digest();
        for (name, value) in [("a", 1), ("b", 2), ("a", 3), ("a", 3), ("b", 0)] {
            let cursors = BTreeMap::from([(name.to_owned(), value)]);
            digest = index.digest_with(digest, &cursors);
            index.set_cursor(name.to_owned(), value);
            assert_eq!(digest, index.cursor_digest());
        }
    }
}
