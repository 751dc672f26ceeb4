//! SHA-256 values and the domain prefixes that keep one use from being mistaken for another.

use std::collections::BTreeMap;
use std::fmt;

use sha2::{Digest, Sha256};

/// First byte of what is hashed for a record: the leaf prefix of RFC 6962, since the same hashes are
/// the leaves of the log's Merkle tree. Persisted through every hash; never change it.
const RECORD_PREFIX: u8 = 0x00;
/// First byte of what is hashed for an inner node of the Merkle tree: that of RFC 6962. Persisted.
const NODE_PREFIX: u8 = 0x01;
/// First byte of what is hashed for one cursor. Persisted.
const CURSOR_PREFIX: u8 = 0x02;

/// A SHA-256 value.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash([u8; 32]);

impl Hash {
    /// Thirty-two zero bytes: what the first record names as the hash before it.
    pub const ZERO: Hash = Hash([0; 32]);

    /// Takes the 32 bytes as they are.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Hash {
        Hash(bytes)
    }

    /// The 32 bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Plain SHA-256 of a payload, without a prefix, so that an auditor can check it with `sha256sum`.
    #[must_use]
    pub fn of_payload(payload: &[u8]) -> Hash {
        Hash(Sha256::digest(payload).into())
    }

    /// SHA-256 over the leaf prefix and a record's canonical bytes.
    #[must_use]
    pub fn of_record(canonical: &[u8]) -> Hash {
        let digest = Sha256::new()
            .chain_update([RECORD_PREFIX])
            .chain_update(canonical);
        Hash(digest.finalize().into())
    }

    /// SHA-256 over the node prefix and two neighbouring hashes of the Merkle tree.
    #[must_use]
    pub fn of_node(left: Hash, right: Hash) -> Hash {
        let digest = Sha256::new()
            .chain_update([NODE_PREFIX])
            .chain_update(left.0)
            .chain_update(right.0);
        Hash(digest.finalize().into())
    }

    pub(crate) fn of_cursor(name: &str, value: u64) -> Hash {
        let digest = Sha256::new()
            .chain_update([CURSOR_PREFIX])
            .chain_update(value.to_be_bytes())
            .chain_update(name.as_bytes());
        Hash(digest.finalize().into())
    }

    /// XOR of [`Hash::of_cursor`] over all cursors.
    pub(crate) fn of_cursors(cursors: &BTreeMap<String, u64>) -> Hash {
        let one = |(name, value): (&String, &u64)| Hash::of_cursor(name, *value);
        cursors.iter().map(one).fold(Hash::ZERO, Hash::xor)
    }

    /// Exclusive or. A set of cursors is digested as the XOR of its members, so that one cursor can
    /// be replaced without reading the others. It finds loss and accident; it is no defence against
    /// a forger.
    pub(crate) fn xor(self, other: Hash) -> Hash {
        let mut bytes = self.0;
        for (byte, other) in bytes.iter_mut().zip(other.0) {
            *byte ^= other;
        }
        Hash(bytes)
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let mut text = [0; 64];
        for (pair, byte) in text.chunks_exact_mut(2).zip(self.0) {
            pair[0] = DIGITS[usize::from(byte >> 4)];
            pair[1] = DIGITS[usize::from(byte & 0x0f)];
        }
        formatter.write_str(str::from_utf8(&text).map_err(|_| fmt::Error)?)
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Hash({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_payload_hash_is_plain_sha_256() {
        let expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(Hash::of_payload(b"abc").to_string(), expected);
    }

    #[test]
    fn replacing_one_cursor_in_the_digest_equals_digesting_anew() {
        let a = Hash::of_cursor("a", 1);
        let old = Hash::of_cursor("b", 2);
        let new = Hash::of_cursor("b", 3);
        assert_eq!(a.xor(old).xor(old).xor(new), a.xor(new));
        assert_ne!(old, new);
    }
}
