//! The part of the index that is on disk: which segments there are, and how far they reach.
//!
//! A set is immutable; a change makes a new one, so that whoever still reads the old one is not
//! disturbed. What makes a set durable is one value, [`keys::INDEXED`]: it says up to which record
//! the index reaches and what the hash of that record is, and carries a checksum over all segments.
//! If anything about it does not fit, the whole index is built anew from the frames.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;

use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::access::{Access, Stop};
use super::segment::{Kind, Segment};
use crate::hash::Hash;
use crate::keys;
use crate::record::Head;
use crate::stream::StreamName;

/// Form of the value under [`keys::INDEXED`]. Persisted.
const VERSION: u8 = 1;
/// Version, count (8 bytes, big-endian), hash (32), next number (8), segments (8). Persisted; the
/// first eight bytes of a SHA-256 over these and all segments follow.
const STATE_BYTES: usize = 1 + 8 + 32 + 8 + 8;

/// First revision, number of positions, and the positions if they were wanted.
pub(crate) type StreamPart = (u64, u64, Vec<u64>);

#[derive(Debug)]
pub(crate) struct Segments {
    /// The records that the segments cover.
    pub(crate) indexed: Head,
    /// Number that no segment has had.
    pub(crate) next: u64,
    /// By highest key, the highest first: ids that grow with time are above all of them.
    ids: Vec<Arc<Segment>>,
    streams: Vec<Arc<Segment>>,
    pub(crate) filters: Arc<AtomicUsize>,
}

impl Segments {
    pub(crate) fn empty() -> Segments {
        Segments {
            indexed: Head::EMPTY,
            next: 0,
            ids: Vec::new(),
            streams: Vec::new(),
            filters: Arc::default(),
        }
    }

    /// Reads what is there; `None` if it is not as it was written.
    pub(crate) fn load(store: &Access<'_>) -> Result<Option<Segments>, Stop> {
        let stored = store.all(keys::INDEXED)?;
        let Some((_, state)) = stored.first() else {
            return Ok(None);
        };
        let described = store.all(&keys::index_segment_prefix())?;
        let decoded = described.iter().map(|(_, value)| Segment::decode(value));
        let segments: Option<Vec<Segment>> = decoded.collect();
        Ok(segments.and_then(|segments| Segments::from_state(state, segments)))
    }

    fn from_state(state: &[u8], segments: Vec<Segment>) -> Option<Segments> {
        let (fields, check) = state.split_at_checked(STATE_BYTES)?;
        let rest = fields.strip_prefix(&[VERSION])?;
        let (count, rest) = rest.split_first_chunk::<8>()?;
        let (hash, rest) = rest.split_first_chunk::<32>()?;
        let (next, live) = rest.split_first_chunk::<8>()?;
        let loaded = Segments {
            indexed: Head {
                count: u64::from_be_bytes(*count),
                hash: Hash::from_bytes(*hash),
            },
            next: u64::from_be_bytes(*next),
            ..Segments::empty()
        };
        let loaded = loaded.with(segments.into_iter().map(Arc::new), |_| true);
        let is_whole = live == (loaded.all().count() as u64).to_be_bytes()
            && check == loaded.check(fields)
            && loaded.all().all(|segment| segment.number < loaded.next);
        is_whole.then_some(loaded)
    }

    /// The same set with further segments and without those that are not to be kept.
    pub(crate) fn with(
        &self,
        added: impl IntoIterator<Item = Arc<Segment>>,
        keep: impl Fn(&Segment) -> bool,
    ) -> Segments {
        let kept = self.all().filter(|segment| keep(segment)).map(Arc::clone);
        let (mut ids, mut streams): (Vec<_>, Vec<_>) = kept
            .chain(added)
            .partition(|segment| segment.kind == Kind::Ids);
        ids.sort_by(|a, b| b.max.cmp(&a.max));
        streams.sort_by(|a, b| b.max.cmp(&a.max));
        Segments {
            indexed: self.indexed,
            next: self.next,
            ids,
            streams,
            filters: Arc::clone(&self.filters),
        }
    }

    /// Puts into a batch what makes this set the one that [`Segments::load`] finds.
    pub(crate) fn write(&self, before: &Segments, batch: &mut sled::Batch) {
        let numbers =
            |set: &Segments| -> HashSet<u64> { set.all().map(|segment| segment.number).collect() };
        let (old, new) = (numbers(before), numbers(self));
        for number in old.difference(&new) {
            batch.remove(keys::index_segment(*number));
        }
        for segment in self.all().filter(|one| !old.contains(&one.number)) {
            batch.insert(keys::index_segment(segment.number), segment.encode());
        }
        let mut state = vec![VERSION];
        state.extend_from_slice(&self.indexed.count.to_be_bytes());
        state.extend_from_slice(self.indexed.hash.as_bytes());
        state.extend_from_slice(&self.next.to_be_bytes());
        state.extend_from_slice(&(self.all().count() as u64).to_be_bytes());
        let check = self.check(&state);
        state.extend_from_slice(&check);
        batch.insert(keys::INDEXED, state);
    }

    fn check(&self, fields: &[u8]) -> [u8; 8] {
        let mut all: Vec<_> = self.all().collect();
        all.sort_by_key(|segment| segment.number);
        let mut digest = Sha256::new().chain_update(fields);
        for segment in all {
            digest.update(segment.encode());
        }
        let mut check = [0; 8];
        check.copy_from_slice(&digest.finalize()[..8]);
        check
    }

    /// Every segment.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Arc<Segment>> {
        self.ids.iter().chain(&self.streams)
    }

    /// The segments of one kind.
    pub(crate) fn of(&self, kind: Kind) -> &[Arc<Segment>] {
        match kind {
            Kind::Ids => &self.ids,
            Kind::Streams => &self.streams,
        }
    }

    /// Position of an id.
    pub(crate) fn find(&self, store: &Access<'_>, id: Uuid) -> Result<Option<u64>, Stop> {
        for segment in covering(&self.ids, id.as_bytes(), id.as_bytes()) {
            if let Some(position) = segment.find(store, id)? {
                return Ok(Some(position));
            }
        }
        Ok(None)
    }

    /// The parts of a stream in the order of revisions, without a gap from revision 0 on. Positions
    /// are read of those parts for which `wanted` is true of first revision and length.
    pub(crate) fn parts(
        &self,
        store: &Access<'_>,
        stream: &StreamName,
        wanted: &dyn Fn(u64, u64) -> bool,
    ) -> Result<Vec<StreamPart>, Stop> {
        let low = super::segment::stream_key(stream, 0);
        let high = super::segment::stream_key(stream, u64::MAX);
        let mut parts = Vec::new();
        for segment in covering(&self.streams, &low, &high) {
            segment.parts(store, stream, wanted, &mut parts)?;
        }
        parts.sort_unstable();
        let mut next = 0;
        for (from, count, _) in &parts {
            if *from != next {
                return Err(Stop::damaged());
            }
            next += count;
        }
        Ok(parts)
    }
}

/// Those that may hold keys from `low` to `high`.
fn covering<'a>(
    segments: &'a [Arc<Segment>],
    low: &[u8],
    high: &[u8],
) -> impl Iterator<Item = &'a Arc<Segment>> {
    let upto = segments.partition_point(|segment| segment.max.as_slice() >= low);
    segments[..upto]
        .iter()
        .filter(move |segment| segment.min.as_slice() <= high)
}
