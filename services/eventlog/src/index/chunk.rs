//! One value of the index on disk: sorted entries, at most 4 KiB, able to prove that an entry is
//! *not* there.
//!
//! An entry is a key and the positions that it leads to. A chunk names the first key of the chunk
//! after it, so that a look-up notices a lost chunk, and begins with a
//! checksum that covers its own key. Both matter: an index that silently says "no" would let an
//! event in twice.

use sha2::{Digest, Sha256};

/// Largest value given to sled. A leaf holds at most 17 values before it splits, so it stays well
/// below the 128 KiB from which sled would move it to a blob file, which it never syncs.
pub(crate) const CHUNK_BYTES: usize = 4096;
const CHECK_BYTES: usize = 8;
/// Longest key: a stream's name, a zero byte and a revision.
pub(crate) const MAX_KEY_BYTES: usize = crate::stream::MAX_NAME_BYTES + 1 + 8;
/// What entries may fill: the rest is the checksum and the key of the next chunk with its length.
const ENTRY_BYTES: usize = CHUNK_BYTES - CHECK_BYTES - 1 - MAX_KEY_BYTES;
/// Most positions in one entry: with the longest key and the widest numbers still within a chunk.
pub(crate) const MAX_POSITIONS: usize = 256;

/// A key and the positions that it leads to, in rising order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) key: Vec<u8>,
    pub(crate) positions: Vec<u64>,
}

/// A chunk in the making: entries must come in rising order.
#[derive(Default)]
pub(crate) struct Builder {
    entries: Vec<u8>,
    first: Vec<u8>,
    last: Vec<u8>,
}

impl Builder {
    pub(crate) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Key of the first entry, which is also the key of the chunk.
    pub(crate) fn first(&self) -> &[u8] {
        &self.first
    }

    /// Adds an entry; false, and nothing added, if there is no room.
    ///
    /// Length of the prefix shared with the key before, length of the rest (1 byte each), the rest,
    /// number of positions, the first position, and the distance from each to the next (LEB128).
    /// Persisted.
    pub(crate) fn push(&mut self, key: &[u8], positions: &[u64]) -> bool {
        let before = self.entries.len();
        let shared = if before == 0 {
            0
        } else {
            shared_prefix(&self.last, key)
        };
        self.entries.push(shared as u8);
        self.entries.push((key.len() - shared) as u8);
        self.entries.extend_from_slice(&key[shared..]);
        write_number(&mut self.entries, positions.len() as u64);
        let mut last = 0;
        for position in positions {
            write_number(&mut self.entries, position.wrapping_sub(last));
            last = *position;
        }
        if self.entries.len() > ENTRY_BYTES {
            self.entries.truncate(before);
            return false;
        }
        if before == 0 {
            self.first = key.to_vec();
        }
        self.last.clear();
        self.last.extend_from_slice(key);
        true
    }

    /// The value to be stored under `stored_under`; `next` is the first key of the chunk after it,
    /// empty if this is the table's last. Checksum (8 bytes), length of `next` (1), `next`,
    /// entries. Persisted.
    pub(crate) fn finish(self, stored_under: &[u8], next: &[u8]) -> Vec<u8> {
        let mut value = vec![0; CHECK_BYTES];
        value.push(next.len() as u8);
        value.extend_from_slice(next);
        value.extend_from_slice(&self.entries);
        let check = check(stored_under, &value[CHECK_BYTES..]);
        value[..CHECK_BYTES].copy_from_slice(&check);
        value
    }
}

/// A chunk as read; `None` everywhere means damage.
pub(crate) struct Chunk<'a> {
    /// First key of the next chunk; empty if there is none.
    pub(crate) next: &'a [u8],
    entries: &'a [u8],
}

impl<'a> Chunk<'a> {
    pub(crate) fn open(stored_under: &[u8], value: &'a [u8]) -> Option<Chunk<'a>> {
        let (found, rest) = value.split_first_chunk::<CHECK_BYTES>()?;
        if check(stored_under, rest) != *found {
            return None;
        }
        let (length, rest) = rest.split_first()?;
        let (next, entries) = rest.split_at_checked(usize::from(*length))?;
        Some(Chunk { next, entries })
    }

    /// Calls `visit` with every entry in order until it returns false.
    pub(crate) fn visit(&self, mut visit: impl FnMut(&[u8], Positions<'_>) -> bool) -> Option<()> {
        let mut rest = self.entries;
        let mut key = Vec::with_capacity(MAX_KEY_BYTES);
        while !rest.is_empty() {
            let (shared, after) = rest.split_first()?;
            let (length, after) = after.split_first()?;
            let (own, mut after) = after.split_at_checked(usize::from(*length))?;
            if usize::from(*shared) > key.len() {
                return None;
            }
            key.truncate(usize::from(*shared));
            key.extend_from_slice(own);
            let count = read_number(&mut after)?;
            let list = after;
            for _ in 0..count {
                read_number(&mut after)?;
            }
            let positions = Positions {
                count,
                bytes: list,
                last: 0,
            };
            if !visit(&key, positions) {
                return Some(());
            }
            rest = after;
        }
        Some(())
    }

    pub(crate) fn entries(&self) -> Option<Vec<Entry>> {
        let mut entries = Vec::new();
        self.visit(|key, positions| {
            entries.push(Entry {
                key: key.to_vec(),
                positions: positions.collect(),
            });
            true
        })?;
        Some(entries)
    }
}

/// The positions of one entry, decoded as they are asked for.
pub(crate) struct Positions<'a> {
    count: u64,
    bytes: &'a [u8],
    last: u64,
}

impl Positions<'_> {
    /// How many are left.
    pub(crate) fn remaining(&self) -> u64 {
        self.count
    }
}

impl Iterator for Positions<'_> {
    type Item = u64;

    fn next(&mut self) -> Option<u64> {
        self.count = self.count.checked_sub(1)?;
        self.last = self.last.wrapping_add(read_number(&mut self.bytes)?);
        Some(self.last)
    }
}

fn check(stored_under: &[u8], rest: &[u8]) -> [u8; CHECK_BYTES] {
    let digest = Sha256::new()
        .chain_update(stored_under)
        .chain_update(rest)
        .finalize();
    let mut check = [0; CHECK_BYTES];
    check.copy_from_slice(&digest[..CHECK_BYTES]);
    check
}

fn shared_prefix(a: &[u8], b: &[u8]) -> usize {
    a.iter().zip(b).take_while(|(a, b)| a == b).count()
}

fn write_number(bytes: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

fn read_number(bytes: &mut &[u8]) -> Option<u64> {
    let mut number = 0u64;
    for shift in (0..64).step_by(7) {
        let (byte, rest) = bytes.split_first()?;
        *bytes = rest;
        number |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn entries() -> impl Strategy<Value = Vec<Entry>> {
        let positions = proptest::collection::btree_set(any::<u64>(), 1..20);
        let key = proptest::collection::vec(any::<u8>(), 1..40);
        proptest::collection::btree_map(key, positions, 1..12).prop_map(|map| {
            map.into_iter()
                .map(|(key, positions)| Entry {
                    key,
                    positions: positions.into_iter().collect(),
                })
                .collect()
        })
    }

    fn build(entries: &[Entry]) -> Vec<u8> {
        let mut builder = Builder::default();
        for entry in entries {
            assert!(builder.push(&entry.key, &entry.positions));
        }
        builder.finish(b"key", b"next")
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn a_chunk_is_read_back_as_written(entries in entries()) {
            let value = build(&entries);
            let chunk = Chunk::open(b"key", &value).unwrap();
            prop_assert_eq!(chunk.next, b"next");
            prop_assert_eq!(chunk.entries().unwrap(), entries);
        }

        #[test]
        fn a_flipped_bit_is_noticed(entries in entries(), at in any::<proptest::sample::Index>()) {
            let mut value = build(&entries);
            let at = at.index(value.len());
            value[at] ^= 1;
            prop_assert!(Chunk::open(b"key", &value).is_none());
        }
    }

    #[test]
    fn a_chunk_under_another_key_is_noticed() {
        let value = build(&[Entry {
            key: b"a".to_vec(),
            positions: vec![1],
        }]);
        assert!(Chunk::open(b"other", &value).is_none());
    }

    #[test]
    fn the_largest_entry_fits_and_no_chunk_exceeds_its_limit() {
        let wide: Vec<u64> = (0..MAX_POSITIONS as u64)
            .map(|at| (at % 2) << 63 | at)
            .collect();
        let mut builder = Builder::default();
        assert!(builder.push(&[7; MAX_KEY_BYTES], &wide));
        let mut number = 0u32;
        while builder.push(&[&[8], &number.to_be_bytes()[..]].concat(), &[1 << 40]) {
            number += 1;
        }
        let value = builder.finish(b"key", &[9; MAX_KEY_BYTES]);
        assert!(value.len() <= CHUNK_BYTES, "{}", value.len());
    }
}
