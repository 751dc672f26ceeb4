//! Blind indexes (可查找摘要): a person's names and numbers, hashed with a key, so that their cases can be found
//! while guesses cannot be tried against what is stored.
//!
//! The key is generated once and wrapped like the others: a new master key leaves the blind indexes as they are. They
//! lie in the index of persons, and the key elsewhere.

use chacha20poly1305::Key;
use data_encoding::HEXLOWER;
use hmac::Mac;

use super::mac;

/// The key that makes blind indexes.
#[derive(Clone)]
pub struct SearchKey(Key);

impl std::fmt::Debug for SearchKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SearchKey")
    }
}

/// What of a person is indexed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum TermKind {
    Name = 1,
    /// The name with one character less, or a short one as it is: two names that share one differ in one
    /// character at most.
    NearName = 2,
    Phone = 3,
    /// The number of an identity paper.
    Document = 4,
    /// The name of another party, whole or with one character less.
    RespondentName = 5,
    RespondentPhone = 6,
}

/// The first 64 bits of an HMAC-SHA256: among ten million, one in a hundred thousand is another's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BlindIndex(pub(crate) u64);

impl SearchKey {
    pub(super) fn new(key: &[u8]) -> Self {
        let mut own = Key::default();
        for (to, from) in own.iter_mut().zip(key) {
            *to = *from;
        }
        Self(own)
    }

    /// Tells this key from another, and nothing of it. No kind of term has the number 0.
    pub fn fingerprint(&self) -> String {
        let mut mac = mac(&self.0);
        mac.update(&[0]);
        HEXLOWER.encode(&mac.finalize().into_bytes()[..16])
    }

    pub fn blind_index(&self, kind: TermKind, text: &str) -> BlindIndex {
        let mut mac = mac(&self.0);
        mac.update(&[kind as u8]);
        mac.update(text.as_bytes());
        let digest = mac.finalize().into_bytes();
        let mut first = [0; 8];
        first.copy_from_slice(&digest[..8]);
        BlindIndex(u64::from_be_bytes(first))
    }
}
