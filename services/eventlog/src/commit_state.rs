//! What a commit says about the whole log: written into its entry in the write-ahead log, into the
//! segment that ends with it, and into the head anchor. Comparing them at open finds a log that lost its
//! tail.

use crate::hash::Hash;
use crate::record::Head;

/// Encoded size of a mark.
pub(crate) const COMMIT_STATE_BYTES: usize = 8 + 8 + 32 + 32;

/// The state of a log after one commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CommitState {
    /// Number of commits so far, those that only moved cursors included.
    pub commit: u64,
    /// Number of records, and hash of the last.
    pub head: Head,
    /// Digest of all cursors: the hash chain does not cover them, this does. The exclusive or of one hash for
    /// each.
    pub cursors: Hash,
}

impl CommitState {
    pub(crate) const EMPTY: CommitState = CommitState {
        commit: 0,
        head: Head::EMPTY,
        cursors: Hash::ZERO,
    };

    /// Commit, count (8 bytes each, big-endian), head hash, cursor digest. Persisted.
    pub(crate) fn encode(&self) -> [u8; COMMIT_STATE_BYTES] {
        let mut bytes = [0; COMMIT_STATE_BYTES];
        bytes[..8].copy_from_slice(&self.commit.to_be_bytes());
        bytes[8..16].copy_from_slice(&self.head.count.to_be_bytes());
        bytes[16..48].copy_from_slice(self.head.hash.as_bytes());
        bytes[48..].copy_from_slice(self.cursors.as_bytes());
        bytes
    }

    pub(crate) fn decode(bytes: &[u8]) -> Option<CommitState> {
        let (commit, rest) = bytes.split_first_chunk::<8>()?;
        let (count, rest) = rest.split_first_chunk::<8>()?;
        let (hash, rest) = rest.split_first_chunk::<32>()?;
        let cursors: [u8; 32] = rest.try_into().ok()?;
        Some(CommitState {
            commit: u64::from_be_bytes(*commit),
            head: Head {
                count: u64::from_be_bytes(*count),
                hash: Hash::from_bytes(*hash),
            },
            cursors: Hash::from_bytes(cursors),
        })
    }
}
