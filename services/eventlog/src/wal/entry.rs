//! One group commit in a file of the write-ahead log.

use std::collections::BTreeMap;

use uuid::Uuid;

use crate::codec::{
    begin_part_in, open_part, open_torn_part, put_cursors, seal_part, take, take_cursors,
};
use crate::commit_state::{COMMIT_STATE_BYTES, CommitState};
use crate::error::Damaged;
use crate::frame::{self, Form, Frame};
use crate::hash::Hash;
use crate::identity::Identity;
use crate::record::{Head, Record};

/// First bytes of an entry: name and version of its form. Persisted.
const MAGIC: &[u8; 4] = b"OSA2";
/// The form of version 0.1.0, without an identity. Persisted.
const MAGIC_WITHOUT_IDENTITY: &[u8; 4] = b"OSA1";

/// Magic, CRC-32 of all that follows (4 bytes, big-endian), length of the body (4), then the body:
/// epoch (16 bytes), identity, commit state, cursors, and a frame, which is empty if there are no
/// records. Persisted.
///
/// The checksum tells a torn entry from a whole one. That a whole one is also the right one follows
/// from the hashes in frame and state.
pub(crate) fn encode(
    owner: (Uuid, &Identity),
    state: &CommitState,
    cursors: &BTreeMap<String, u64>,
    records: &[Record],
) -> Vec<u8> {
    encode_in(Vec::new(), owner, state, cursors, records)
}

/// The same, in memory that an entry before was in.
pub(crate) fn encode_in(
    memory: Vec<u8>,
    (epoch, identity): (Uuid, &Identity),
    state: &CommitState,
    cursors: &BTreeMap<String, u64>,
    records: &[Record],
) -> Vec<u8> {
    let payloads = records
        .iter()
        .map(|record| record.payload.len() + 128)
        .sum::<usize>();
    let mut bytes = begin_part_in(memory, MAGIC, 512 + payloads);
    bytes.extend_from_slice(epoch.as_bytes());
    identity.put(&mut bytes);
    bytes.extend_from_slice(&state.encode());
    put_cursors(&mut bytes, cursors);
    if !records.is_empty() {
        frame::encode_into(records, Form::Plain, &mut bytes);
    }
    seal_part(MAGIC, bytes)
}

/// A commit as it was read.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) epoch: Uuid,
    pub(crate) identity: Identity,
    pub(crate) state: CommitState,
    pub(crate) cursors: BTreeMap<String, u64>,
    frame: Vec<u8>,
}

impl Entry {
    pub(crate) fn has_records(&self) -> bool {
        !self.frame.is_empty()
    }

    /// The hash before its first record.
    pub(crate) fn previous(&self) -> Option<Hash> {
        frame::peek(&self.frame).map(|(previous, _)| previous)
    }

    /// Whether it may be the next commit of a log that ends with `head`.
    pub(crate) fn continues(&self, head: Head) -> bool {
        match self.previous() {
            Some(previous) => previous == head.hash,
            None => self.state.head == head,
        }
    }

    /// The records, which must come behind position `first`; `None` if the entry only sets cursors.
    pub(crate) fn frame(&self, first: u64) -> Result<Option<Frame>, Damaged> {
        match &self.frame[..] {
            [] => Ok(None),
            bytes => frame::decode(first, bytes).map(Some),
        }
    }
}

/// The entry at the beginning of `bytes`, and its length; `None` if there is no whole one.
pub(crate) fn decode(bytes: &[u8]) -> Option<(Entry, usize)> {
    let (mut body, length, has_identity) = match open_part(MAGIC, bytes) {
        Some((body, length)) => (body, length, true),
        None => {
            let (body, length) = open_part(MAGIC_WITHOUT_IDENTITY, bytes)?;
            (body, length, false)
        }
    };
    let rest = &mut body;
    let entry = Entry {
        epoch: Uuid::from_bytes(take(rest)?),
        identity: if has_identity {
            Identity::take(rest)?
        } else {
            Identity::default()
        },
        state: CommitState::decode(&take::<COMMIT_STATE_BYTES>(rest)?)?,
        cursors: take_cursors(rest)?,
        frame: rest.to_vec(),
    };
    Some((entry, length))
}

/// What an entry says of itself that need not be whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Claim {
    pub(crate) length: usize,
    pub(crate) state: CommitState,
}

/// What the entry at the beginning of `bytes` says of itself.
pub(crate) fn claim(bytes: &[u8]) -> Option<Claim> {
    let (length, mut body) = open_torn_part(MAGIC, bytes)?;
    let rest = &mut body;
    let _epoch = take::<16>(rest)?;
    Identity::take(rest)?;
    let state = CommitState::decode(&take::<COMMIT_STATE_BYTES>(rest)?)?;
    Some(Claim { length, state })
}

/// Reads the bytes as the body of an entry whose checksum fits.
#[cfg(fuzzing)]
pub(crate) fn fuzz(body: &[u8]) {
    let mut bytes = begin_part_in(Vec::new(), MAGIC, body.len());
    bytes.extend_from_slice(body);
    let bytes = seal_part(MAGIC, bytes);
    let _ = decode(body);
    if let Some((entry, read)) = decode(&bytes) {
        assert_eq!(read, bytes.len());
        let _ = entry.frame(entry.state.head.count);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::StreamName;
    use crate::record::Unchained;
    use proptest::prelude::*;

    fn encoded(records: usize, cursors: usize) -> (CommitState, Vec<u8>) {
        let mut head = Head::EMPTY;
        let mut all = Vec::new();
        for id in 0..records {
            let payload = bytes::Bytes::from(vec![id as u8; id * 7]);
            let record = Record::chain(
                head,
                Unchained {
                    stream: StreamName::new("case/1").unwrap(),
                    revision: id as u64,
                    id: Uuid::from_u128(id as u128),
                    labels: crate::labels::Labels::NONE,
                    payload_hash: Hash::of_payload(&payload),
                    payload,
                },
            );
            head = record.head();
            all.push(record);
        }
        let state = CommitState {
            commit: 9,
            head,
            cursors: Hash::ZERO,
        };
        let cursors = (0..cursors).map(|at| (format!("source/{at}"), at as u64));
        let identity = Identity {
            service: "intake".to_owned(),
            term: 7,
            ..Identity::default()
        };
        let bytes = encode(
            (Uuid::from_u128(5), &identity),
            &state,
            &cursors.collect(),
            &all,
        );
        (state, bytes)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn an_entry_is_read_back_with_what_follows_it_left_alone(
            records in 0usize..20, cursors in 0usize..5, after in 0usize..40,
        ) {
            let (state, mut bytes) = encoded(records, cursors);
            let length = bytes.len();
            bytes.resize(length + after, 0x55);
            let (entry, read) = decode(&bytes).unwrap();
            prop_assert_eq!((entry.state, read), (state, length));
            prop_assert_eq!(entry.cursors.len(), cursors);
            prop_assert_eq!((entry.identity.service.as_str(), entry.identity.term), ("intake", 7));
            prop_assert_eq!(claim(&bytes), Some(Claim { length, state }));
            let frame = entry.frame(0).unwrap();
            prop_assert_eq!(frame.map_or(0, |frame| frame.records.len()), records);
        }

        #[test]
        fn a_torn_or_altered_entry_is_none(
            records in 0usize..20, at in any::<prop::sample::Index>(), bit in 0u8..8,
        ) {
            let (_, bytes) = encoded(records, 2);
            let at = at.index(bytes.len());
            prop_assert!(decode(&bytes[..at]).is_none());
            let mut torn = bytes.clone();
            torn[at..].fill(0);
            prop_assert!(torn == bytes || decode(&torn).is_none());
            let mut flipped = bytes;
            flipped[at] ^= 1 << bit;
            prop_assert!(decode(&flipped).is_none());
        }
    }
}
