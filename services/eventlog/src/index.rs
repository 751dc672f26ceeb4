//! Where things are: stream to positions, event id to position, and the cursors.
//!
//! Derived from the frames and kept in memory in this first cut: about 60 bytes a record and 150 a
//! stream. It is rebuilt by reading every frame at open, which verifies the hash chain on the way.
//! An index on disk, written behind in sorted batches, is to come.

use std::collections::{BTreeMap, HashMap};
use std::ops::Bound;

use uuid::Uuid;

use crate::error::{Damage, Damaged};
use crate::frame::Frame;
use crate::hash::Hash;
use crate::record::Head;
use crate::stream::StreamName;

/// What is durable, and where.
#[derive(Debug)]
pub(crate) struct Index {
    head: Head,
    /// Positions in the order of revisions, which count from 0.
    streams: BTreeMap<StreamName, Vec<u64>>,
    ids: HashMap<Uuid, u64>,
    cursors: BTreeMap<String, u64>,
}

impl Index {
    pub(crate) fn new() -> Index {
        Index {
            head: Head::EMPTY,
            streams: BTreeMap::new(),
            ids: HashMap::new(),
            cursors: BTreeMap::new(),
        }
    }

    pub(crate) fn head(&self) -> Head {
        self.head
    }

    /// Adds a frame behind the head, checking that it belongs there.
    pub(crate) fn add(&mut self, frame: &Frame) -> Result<(), Damaged> {
        if frame.previous != self.head.hash {
            return Err(Damaged {
                position: frame.first,
                damage: Damage::ChainBroken,
            });
        }
        for record in &frame.records {
            let position = record.position;
            let damaged = |damage| Damaged { position, damage };
            if let Some(earlier) = self.ids.insert(record.id, position) {
                return Err(damaged(Damage::IdRepeated { earlier }));
            }
            let expected = self.revisions(&record.stream);
            if record.revision != expected {
                let found = record.revision;
                return Err(damaged(Damage::RevisionOutOfOrder { expected, found }));
            }
            match self.streams.get_mut(&record.stream) {
                Some(positions) => positions.push(position),
                None => {
                    self.streams.insert(record.stream.clone(), vec![position]);
                }
            }
            self.head = record.head();
        }
        Ok(())
    }

    /// Positions of a stream's records, in order.
    pub(crate) fn positions(&self, stream: &StreamName) -> &[u64] {
        self.streams.get(stream).map_or(&[], Vec::as_slice)
    }

    /// How many records a stream has, which is also its next revision.
    pub(crate) fn revisions(&self, stream: &StreamName) -> u64 {
        self.positions(stream).len() as u64
    }

    pub(crate) fn find(&self, id: Uuid) -> Option<u64> {
        self.ids.get(&id).copied()
    }

    pub(crate) fn streams(&self, prefix: &str) -> Vec<StreamName> {
        // StreamName orders like the text that it holds, but cannot be made from an empty prefix.
        let from = StreamName::new(prefix).map_or(Bound::Unbounded, Bound::Included);
        self.streams
            .range((from, Bound::Unbounded))
            .map(|(stream, _)| stream)
            .take_while(|stream| stream.as_str().starts_with(prefix))
            .cloned()
            .collect()
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
        let mut index = Index::new();
        for (value, name) in (0u64..).zip(["a", "source/a", "source/b", "t"]) {
            index.set_cursor(name.to_owned(), value);
        }
        let names: Vec<_> = index.cursors("source/").into_keys().collect();
        assert_eq!(names, ["source/a", "source/b"]);
        assert_eq!(index.cursors("").len(), 4);
    }

    #[test]
    fn the_digest_kept_up_to_date_is_the_digest_of_all() {
        let mut index = Index::new();
        let mut digest = index.cursor_digest();
        for (name, value) in [("a", 1), ("b", 2), ("a", 3), ("a", 3), ("b", 0)] {
            let cursors = BTreeMap::from([(name.to_owned(), value)]);
            digest = index.digest_with(digest, &cursors);
            index.set_cursor(name.to_owned(), value);
            assert_eq!(digest, index.cursor_digest());
        }
    }
}
