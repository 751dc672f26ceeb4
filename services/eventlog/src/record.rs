//! One event of the log, and the canonical bytes that its hash covers.

use bytes::Bytes;
use uuid::Uuid;

use crate::hash::Hash;
use crate::labels::Labels;
use crate::stream::StreamName;

/// First byte of the canonical form of a record without labels. Persisted through every hash; a new form gets a
/// new number.
const CANONICAL: u8 = 1;
/// The same, of a record with labels.
const CANONICAL_WITH_LABELS: u8 = 2;

/// An event's place in the whole log, counted from 0 without gaps.
pub type Position = u64;

/// The end of the log: how many records are durable, and the hash of the last one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// Number of durable records, which is also the position that the next one gets.
    pub count: u64,
    /// Hash of the last record; [`Hash::ZERO`] while the log is empty.
    pub hash: Hash,
}

impl Head {
    /// The head of a log without records.
    pub const EMPTY: Head = Head {
        count: 0,
        hash: Hash::ZERO,
    };
}

/// One event of the log.
///
/// The payload shares memory with the other records of its commit: copy it if it is to be kept for
/// long.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Place in the log, from 0.
    pub position: Position,
    /// The stream that it belongs to.
    pub stream: StreamName,
    /// Place in its stream, from 0.
    pub revision: u64,
    /// The event's id, unique in the log.
    pub id: Uuid,
    /// Its type and tags, if it was given any.
    pub labels: Labels,
    /// The bytes that were appended.
    pub payload: Bytes,
    /// SHA-256 of the payload.
    pub payload_hash: Hash,
    /// Hash of the record before it; [`Hash::ZERO`] for the first.
    pub previous: Hash,
    /// SHA-256 of 0x00 and [`Record::canonical_bytes`].
    pub hash: Hash,
}

/// What a record consists of before it has its hashes.
pub(crate) struct Unchained {
    pub(crate) stream: StreamName,
    pub(crate) revision: u64,
    pub(crate) id: Uuid,
    pub(crate) labels: Labels,
    pub(crate) payload: Bytes,
    pub(crate) payload_hash: Hash,
}

impl Record {
    /// Puts a record behind `head`.
    pub(crate) fn chain(head: Head, parts: Unchained) -> Record {
        let Unchained {
            stream,
            revision,
            id,
            labels,
            payload,
            payload_hash,
        } = parts;
        let mut record = Record {
            position: head.count,
            stream,
            revision,
            id,
            labels,
            payload,
            payload_hash,
            previous: head.hash,
            hash: Hash::ZERO,
        };
        record.hash = Hash::of_record(&record.canonical_bytes());
        record
    }

    /// The head of a log that ends with this record.
    #[must_use]
    pub fn head(&self) -> Head {
        Head {
            count: self.position + 1,
            hash: self.hash,
        }
    }

    /// What the hash covers: version (1 byte), position and revision (8 each, big-endian), id (16),
    /// payload hash and previous hash (32 each), then the stream's name, which fills the rest.
    ///
    /// The version is 1, or 2 if the record has labels. Those come before the name: length and type (length 0
    /// for none), number of tags, length and each tag in the order of their bytes; lengths and number in 1 byte.
    #[must_use]
    pub fn canonical_bytes(&self) -> Vec<u8> {
        let name = self.stream.as_str().as_bytes();
        let labels = self.labels.weight();
        let mut bytes = Vec::with_capacity(1 + 8 + 8 + 16 + 32 + 32 + labels + name.len());
        bytes.push(if self.labels.is_empty() {
            CANONICAL
        } else {
            CANONICAL_WITH_LABELS
        });
        bytes.extend_from_slice(&self.position.to_be_bytes());
        bytes.extend_from_slice(&self.revision.to_be_bytes());
        bytes.extend_from_slice(self.id.as_bytes());
        bytes.extend_from_slice(self.payload_hash.as_bytes());
        bytes.extend_from_slice(self.previous.as_bytes());
        if !self.labels.is_empty() {
            self.labels.put(&mut bytes);
        }
        bytes.extend_from_slice(name);
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::labels::Label;

    /// The canonical form is what old proofs rest on: this value may never change.
    #[test]
    fn the_hash_of_a_known_record_stays_as_it_is() {
        let payload = Bytes::from_static(b"{}");
        let parts = Unchained {
            stream: StreamName::new("case/1").unwrap(),
            revision: 0,
            id: Uuid::from_u128(7),
            labels: Labels::NONE,
            payload_hash: Hash::of_payload(&payload),
            payload,
        };
        let record = Record::chain(Head::EMPTY, parts);
        assert_eq!(record.head().count, 1);
        assert_eq!(
            record.hash.to_string(),
            "6b297b75da2395bc25b58d715be2e1c058274b59d123628900d2b233278d7b0c"
        );
    }

    #[test]
    fn labels_are_covered_by_the_hash() {
        let label = |text: &str| Label::new(text).unwrap();
        let hash = |stream: &str, labels: Labels| {
            let parts = Unchained {
                stream: StreamName::new(stream).unwrap(),
                revision: 0,
                id: Uuid::from_u128(7),
                labels,
                payload: Bytes::new(),
                payload_hash: Hash::of_payload(b""),
            };
            Record::chain(Head::EMPTY, parts).hash
        };
        let hashes = [
            hash("a", Labels::NONE),
            hash("a", Labels::new(Some(label("t")), [])),
            hash("a", Labels::new(None, [label("t")])),
            hash("a", Labels::new(Some(label("t")), [label("t")])),
            hash("a", Labels::new(None, [label("t"), label("u")])),
            hash("ta", Labels::new(None, [label("u")])),
        ];
        for (at, one) in hashes.iter().enumerate() {
            assert!(!hashes[..at].contains(one), "{at}");
        }
    }
}
