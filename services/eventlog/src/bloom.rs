//! A Bloom filter: shows cheaply that a key is certainly not in a table or a segment.

use std::hash::{DefaultHasher, Hasher};

use crate::codec::take_u32;

/// Of a filter that is only ever in memory.
const BITS_PER_KEY: usize = 10;
/// Best number of probes for ten bits a key: about one wrong "perhaps" in a hundred. With sixteen bits it
/// is one in fourteen hundred. Persisted.
const PROBES: u64 = 7;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Filter(Vec<u64>);

impl Filter {
    /// Memory that a filter for so many keys takes.
    pub(crate) fn bytes_for(keys: usize) -> usize {
        words_for(keys, BITS_PER_KEY) * 8
    }

    pub(crate) fn of(hashes: &[u64]) -> Filter {
        Filter::with_bits(hashes, BITS_PER_KEY)
    }

    /// A filter for these keys with so many bits for each.
    pub(crate) fn with_bits(hashes: &[u64], bits_per_key: usize) -> Filter {
        let mut words = vec![0u64; words_for(hashes.len(), bits_per_key)];
        for hash in hashes {
            for bit in probes(*hash, words.len()) {
                words[bit / 64] |= 1 << (bit % 64);
            }
        }
        Filter(words)
    }

    /// False only if the key was not among those of [`Filter::of`].
    pub(crate) fn may_hold(&self, hash: u64) -> bool {
        probes(hash, self.0.len()).all(|bit| self.0[bit / 64] & 1 << (bit % 64) != 0)
    }
}

impl Filter {
    /// Number of words (4 bytes, big-endian), then each (8). Persisted.
    pub(crate) fn put(&self, bytes: &mut Vec<u8>) {
        bytes.extend_from_slice(&(self.0.len() as u32).to_be_bytes());
        for word in &self.0 {
            bytes.extend_from_slice(&word.to_be_bytes());
        }
    }

    /// A filter as [`Filter::put`] writes it.
    pub(crate) fn take(rest: &mut &[u8]) -> Option<Filter> {
        let count = usize::try_from(take_u32(rest)?).ok()?;
        let (words, after) = rest.split_at_checked(count.checked_mul(8)?)?;
        *rest = after;
        let words = words.as_chunks::<8>().0.iter().copied();
        let words: Vec<u64> = words.map(u64::from_be_bytes).collect();
        (!words.is_empty()).then_some(Filter(words))
    }

    /// Memory that it takes.
    pub(crate) fn bytes(&self) -> usize {
        self.0.len() * 8
    }
}

fn words_for(keys: usize, bits_per_key: usize) -> usize {
    keys * bits_per_key / 64 + 1
}

/// What a filter that is only in memory knows of a key.
pub(crate) fn hash(key: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    hasher.write(key);
    hasher.finish()
}

fn probes(hash: u64, words: usize) -> impl Iterator<Item = usize> {
    let step = (hash >> 32) | 1;
    (0..PROBES).map(move |probe| {
        let mixed = hash.wrapping_add(probe.wrapping_mul(step));
        (mixed % (words as u64 * 64)) as usize
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_in_is_found_and_most_of_the_rest_is_ruled_out() {
        let of = |number: u32| hash(&number.to_be_bytes());
        let filter = Filter::of(&(0..10_000).map(of).collect::<Vec<_>>());
        assert!((0..10_000).all(|number| filter.may_hold(of(number))));
        let wrong = (10_000..20_000).filter(|number| filter.may_hold(of(*number)));
        assert!(wrong.count() < 300);
    }

    #[test]
    fn a_filter_is_read_back_as_written() {
        let hashes: Vec<u64> = (0..1_000u32).map(|it| hash(&it.to_be_bytes())).collect();
        for filter in [
            Filter::of(&[]),
            Filter::of(&hashes),
            Filter::with_bits(&hashes, 16),
        ] {
            let mut bytes = Vec::new();
            filter.put(&mut bytes);
            let mut rest = &bytes[..];
            assert_eq!(Filter::take(&mut rest).as_ref(), Some(&filter));
            assert!(rest.is_empty());
            assert_eq!(Filter::take(&mut &bytes[..bytes.len() - 1]), None);
        }
    }
}
