//! One group commit as it stands in a file that is written ahead.

use std::collections::BTreeMap;

use uuid::Uuid;

use crate::error::Damaged;
use crate::frame::{self, Form, Frame};
use crate::mark::{MARK_BYTES, Mark};
use crate::record::Record;
use crate::stream::{MAX_NAME_BYTES, check_name};

/// First bytes of an entry: name and version of its form. Persisted.
const MAGIC: &[u8; 4] = b"OSA1";
/// Magic, CRC-32 of all that follows (4 bytes, big-endian), length of the body (4). Persisted.
pub(super) const HEADER_BYTES: usize = 4 + 4 + 4;

/// Header, then the body: epoch (16 bytes), mark, number of cursors (4, big-endian), each cursor
/// (length in 1 byte, name, value in 8), and a frame, which is empty if there are no records.
/// Persisted.
///
/// The checksum tells a torn entry from a whole one. That a whole one is also the right one follows
/// from the hashes in frame and mark.
pub(crate) fn encode(
    epoch: Uuid,
    mark: &Mark,
    cursors: &BTreeMap<String, u64>,
    records: &[Record],
) -> Vec<u8> {
    let payloads: usize = records
        .iter()
        .map(|record| record.payload.len() + 128)
        .sum();
    let mut bytes = Vec::with_capacity(HEADER_BYTES + 256 + payloads);
    bytes.extend_from_slice(&[0; HEADER_BYTES]);
    bytes.extend_from_slice(epoch.as_bytes());
    bytes.extend_from_slice(&mark.encode());
    bytes.extend_from_slice(&(cursors.len() as u32).to_be_bytes());
    for (name, value) in cursors {
        bytes.push(name.len() as u8);
        bytes.extend_from_slice(name.as_bytes());
        bytes.extend_from_slice(&value.to_be_bytes());
    }
    if !records.is_empty() {
        frame::encode_into(records, Form::Plain, &mut bytes);
    }
    let length = (bytes.len() - HEADER_BYTES) as u32;
    bytes[..4].copy_from_slice(MAGIC);
    bytes[8..12].copy_from_slice(&length.to_be_bytes());
    let check = crc32fast::hash(&bytes[8..]);
    bytes[4..8].copy_from_slice(&check.to_be_bytes());
    bytes
}

/// A commit as it was read.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) epoch: Uuid,
    pub(super) mark: Mark,
    pub(super) cursors: BTreeMap<String, u64>,
    frame: Vec<u8>,
}

impl Entry {
    /// The records, which must stand behind position `first`; `None` if the entry only sets cursors.
    pub(super) fn frame(&self, first: u64) -> Result<Option<Frame>, Damaged> {
        match &self.frame[..] {
            [] => Ok(None),
            bytes => frame::decode(first, bytes).map(Some),
        }
    }
}

/// The entry at the beginning of `bytes`, and its length; `None` if there is no whole one.
pub(super) fn decode(bytes: &[u8]) -> Option<(Entry, usize)> {
    let rest = bytes.strip_prefix(MAGIC)?;
    let (check, checked) = rest.split_first_chunk::<4>()?;
    let (length, rest) = checked.split_first_chunk::<4>()?;
    let length = u32::from_be_bytes(*length) as usize;
    let body = rest.get(..length)?;
    if crc32fast::hash(&checked[..4 + length]) != u32::from_be_bytes(*check) {
        return None;
    }
    let (epoch, body) = body.split_first_chunk::<16>()?;
    let (mark, mut rest) = body.split_first_chunk::<MARK_BYTES>()?;
    let mut cursors = BTreeMap::new();
    for _ in 0..u32::from_be_bytes(take(&mut rest)?) {
        let [length] = take::<1>(&mut rest)?;
        let name = rest.get(..usize::from(length).min(MAX_NAME_BYTES))?;
        rest = &rest[name.len()..];
        let name = std::str::from_utf8(name).ok()?;
        check_name(name).ok()?;
        cursors.insert(name.to_owned(), u64::from_be_bytes(take(&mut rest)?));
    }
    let entry = Entry {
        epoch: Uuid::from_bytes(*epoch),
        mark: Mark::decode(mark)?,
        cursors,
        frame: rest.to_vec(),
    };
    Some((entry, HEADER_BYTES + length))
}

fn take<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
    let (taken, after) = rest.split_first_chunk::<N>()?;
    *rest = after;
    Some(*taken)
}

/// Reads the bytes as the body of an entry whose checksum fits.
#[cfg(fuzzing)]
pub(crate) fn fuzz(body: &[u8]) {
    let length = (body.len() as u32).to_be_bytes();
    let checked = [&length[..], body].concat();
    let check = crc32fast::hash(&checked).to_be_bytes();
    let bytes = [&MAGIC[..], &check, &checked].concat();
    let _ = decode(body);
    if let Some((entry, read)) = decode(&bytes) {
        assert_eq!(read, bytes.len());
        let _ = entry.frame(entry.mark.head.count);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{Head, Unchained};
    use crate::{Hash, StreamName};
    use proptest::prelude::*;

    fn encoded(records: usize, cursors: usize) -> (Mark, Vec<u8>) {
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
                    payload_hash: Hash::of_payload(&payload),
                    payload,
                },
            );
            head = record.head();
            all.push(record);
        }
        let mark = Mark {
            commit: 9,
            head,
            cursors: Hash::ZERO,
        };
        let cursors = (0..cursors).map(|at| (format!("source/{at}"), at as u64));
        let bytes = encode(Uuid::from_u128(5), &mark, &cursors.collect(), &all);
        (mark, bytes)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn an_entry_is_read_back_with_what_follows_it_left_alone(
            records in 0usize..20, cursors in 0usize..5, after in 0usize..40,
        ) {
            let (mark, mut bytes) = encoded(records, cursors);
            let length = bytes.len();
            bytes.resize(length + after, 0x55);
            let (entry, read) = decode(&bytes).unwrap();
            prop_assert_eq!((entry.mark, read), (mark, length));
            prop_assert_eq!(entry.cursors.len(), cursors);
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
