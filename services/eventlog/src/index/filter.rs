//! A Bloom filter: tells cheaply that a key is certainly not in a table. Only ever in memory.

use std::hash::{DefaultHasher, Hasher};

const BITS_PER_KEY: usize = 10;
/// Best number of probes for ten bits a key: about one wrong "perhaps" in a hundred.
const PROBES: u64 = 7;

#[derive(Debug)]
pub(crate) struct Filter(Vec<u64>);

impl Filter {
    /// Memory that a filter for so many keys takes.
    pub(crate) fn bytes_for(keys: usize) -> usize {
        (keys * BITS_PER_KEY / 64 + 1) * 8
    }

    /// A filter for these keys.
    pub(crate) fn of(hashes: &[u64]) -> Filter {
        let mut words = vec![0u64; Filter::bytes_for(hashes.len()) / 8];
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

/// What a filter knows of a key.
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
}
