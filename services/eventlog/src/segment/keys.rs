//! Which event ids and streams a segment certainly does not hold: what makes a log usable whose index is
//! being built anew.

use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::bloom::Filter;
use crate::codec::{begin_part, open_part, seal_part, take};
use crate::record::Record;
use crate::stream::StreamName;

/// First bytes of the keys: the name and version of their form. Persisted.
const MAGIC: &[u8; 8] = b"OSKEY001";
/// A wrong "perhaps" costs reading a whole segment. Persisted.
const BITS_PER_KEY: usize = 16;

/// What a segment may hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Keys {
    lowest: Uuid,
    highest: Uuid,
    ids: Filter,
    streams: Filter,
}

impl Keys {
    /// Magic, checksum, length, lowest id, highest id (16 bytes each), filter of the ids, filter of the
    /// streams' names.
    pub(super) fn encode(&self) -> Vec<u8> {
        let mut bytes = begin_part(MAGIC, 64 + self.bytes());
        bytes.extend_from_slice(self.lowest.as_bytes());
        bytes.extend_from_slice(self.highest.as_bytes());
        self.ids.put(&mut bytes);
        self.streams.put(&mut bytes);
        seal_part(MAGIC, bytes)
    }

    pub(super) fn decode(bytes: &[u8]) -> Option<Keys> {
        let (mut body, length) = open_part(MAGIC, bytes)?;
        let rest = &mut body;
        let keys = Keys {
            lowest: Uuid::from_bytes(take(rest)?),
            highest: Uuid::from_bytes(take(rest)?),
            ids: Filter::take(rest)?,
            streams: Filter::take(rest)?,
        };
        (rest.is_empty() && length == bytes.len()).then_some(keys)
    }

    /// False only if the segment has no record with this id.
    pub(crate) fn may_hold_id(&self, id: Uuid) -> bool {
        self.lowest <= id && id <= self.highest && self.ids.may_hold(hash(id.as_bytes()))
    }

    /// False only if the segment has no record of this stream.
    pub(crate) fn may_hold_stream(&self, stream: &StreamName) -> bool {
        self.streams.may_hold(hash(stream.as_str().as_bytes()))
    }

    /// Memory that they take.
    pub(crate) fn bytes(&self) -> usize {
        self.ids.bytes() + self.streams.bytes()
    }
}

/// Keys in the making.
#[derive(Debug)]
pub(crate) struct KeysBuilder {
    lowest: Uuid,
    highest: Uuid,
    ids: Vec<u64>,
    streams: Vec<u64>,
}

impl KeysBuilder {
    pub(crate) fn new() -> KeysBuilder {
        KeysBuilder {
            lowest: Uuid::max(),
            highest: Uuid::nil(),
            ids: Vec::new(),
            streams: Vec::new(),
        }
    }

    pub(crate) fn add(&mut self, record: &Record) {
        self.lowest = self.lowest.min(record.id);
        self.highest = self.highest.max(record.id);
        self.ids.push(hash(record.id.as_bytes()));
        self.streams.push(hash(record.stream.as_str().as_bytes()));
    }

    pub(crate) fn finish(mut self) -> Keys {
        self.streams.sort_unstable();
        self.streams.dedup();
        Keys {
            lowest: self.lowest,
            highest: self.highest,
            ids: Filter::with_bits(&self.ids, BITS_PER_KEY),
            streams: Filter::with_bits(&self.streams, BITS_PER_KEY),
        }
    }
}

/// The first eight bytes of SHA-256. Persisted.
fn hash(key: &[u8]) -> u64 {
    let digest: [u8; 32] = Sha256::digest(key).into();
    digest
        .first_chunk::<8>()
        .map_or(0, |bytes| u64::from_be_bytes(*bytes))
}
