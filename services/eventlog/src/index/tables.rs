//! The part of the index that is on disk: which tables there are, and how far they reach.
//!
//! A set is immutable; a change makes a new one, so that readers of the old one are not
//! disturbed. What makes a set durable is one value, [`keys::INDEXED`]: it says up to which record
//! the index reaches and what the hash of that record is, and carries a checksum over all tables.
//! If anything about it does not fit, the whole index is built anew from the frames.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;

use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::access::{Access, Stop};
use super::keys;
use super::table::{Kind, Table};
use crate::hash::Hash;
use crate::record::Head;
use crate::stream::StreamName;

/// Form of the value under [`keys::INDEXED`]. Persisted.
const VERSION: u8 = 1;
/// Version, count (8 bytes, big-endian), hash (32), next number (8), tables (8). Persisted; the
/// first eight bytes of a SHA-256 over these and all tables follow.
const STATE_BYTES: usize = 1 + 8 + 32 + 8 + 8;

/// First revision, number of positions, and the positions if they were wanted.
pub(crate) type StreamPart = (u64, u64, Vec<u64>);

#[derive(Debug)]
pub(crate) struct Tables {
    /// The records that the tables cover.
    pub(crate) indexed: Head,
    /// Number that no table has had.
    pub(crate) next: u64,
    /// By highest key, the highest first: ids that grow with time are above all of them.
    ids: Vec<Arc<Table>>,
    streams: Vec<Arc<Table>>,
    pub(crate) filters: Arc<AtomicUsize>,
}

impl Tables {
    pub(crate) fn empty() -> Tables {
        Tables {
            indexed: Head::EMPTY,
            next: 0,
            ids: Vec::new(),
            streams: Vec::new(),
            filters: Arc::default(),
        }
    }

    /// Reads what is there; `None` if it is not as it was written.
    pub(crate) fn load(store: &Access<'_>) -> Result<Option<Tables>, Stop> {
        let stored = store.all(keys::INDEXED)?;
        let Some((_, state)) = stored.first() else {
            return Ok(None);
        };
        let described = store.all(&keys::index_table_prefix())?;
        let decoded = described.iter().map(|(_, value)| Table::decode(value));
        let tables: Option<Vec<Table>> = decoded.collect();
        Ok(tables.and_then(|tables| Tables::from_state(state, tables)))
    }

    fn from_state(state: &[u8], tables: Vec<Table>) -> Option<Tables> {
        let (fields, check) = state.split_at_checked(STATE_BYTES)?;
        let rest = fields.strip_prefix(&[VERSION])?;
        let (count, rest) = rest.split_first_chunk::<8>()?;
        let (hash, rest) = rest.split_first_chunk::<32>()?;
        let (next, live) = rest.split_first_chunk::<8>()?;
        let loaded = Tables {
            indexed: Head {
                count: u64::from_be_bytes(*count),
                hash: Hash::from_bytes(*hash),
            },
            next: u64::from_be_bytes(*next),
            ..Tables::empty()
        };
        let loaded = loaded.with(tables.into_iter().map(Arc::new), |_| true);
        let is_whole = live == (loaded.all().count() as u64).to_be_bytes()
            && check == loaded.check(fields)
            && loaded.all().all(|table| table.number < loaded.next);
        is_whole.then_some(loaded)
    }

    /// The same set with further tables and without those that are not to be kept.
    pub(crate) fn with(
        &self,
        added: impl IntoIterator<Item = Arc<Table>>,
        keep: impl Fn(&Table) -> bool,
    ) -> Tables {
        let kept = self.all().filter(|table| keep(table)).map(Arc::clone);
        let (mut ids, mut streams): (Vec<_>, Vec<_>) =
            kept.chain(added).partition(|table| table.kind == Kind::Ids);
        ids.sort_by(|a, b| b.max.cmp(&a.max));
        streams.sort_by(|a, b| b.max.cmp(&a.max));
        Tables {
            indexed: self.indexed,
            next: self.next,
            ids,
            streams,
            filters: Arc::clone(&self.filters),
        }
    }

    /// Puts into a batch what makes this set the one that [`Tables::load`] finds.
    pub(crate) fn write(&self, before: &Tables, batch: &mut sled::Batch) {
        let numbers =
            |set: &Tables| -> HashSet<u64> { set.all().map(|table| table.number).collect() };
        let (old, new) = (numbers(before), numbers(self));
        for number in old.difference(&new) {
            batch.remove(keys::index_table(*number));
        }
        for table in self.all().filter(|one| !old.contains(&one.number)) {
            batch.insert(keys::index_table(table.number), table.encode());
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
        all.sort_by_key(|table| table.number);
        let mut digest = Sha256::new().chain_update(fields);
        for table in all {
            digest.update(table.encode());
        }
        let mut check = [0; 8];
        check.copy_from_slice(&digest.finalize()[..8]);
        check
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = &Arc<Table>> {
        self.ids.iter().chain(&self.streams)
    }

    pub(crate) fn of(&self, kind: Kind) -> &[Arc<Table>] {
        match kind {
            Kind::Ids => &self.ids,
            Kind::Streams => &self.streams,
        }
    }

    /// False only if the id is outside the key range of every table; reads no table.
    pub(crate) fn may_hold_id(&self, id: Uuid) -> bool {
        let key = id.as_bytes();
        covering(&self.ids, key, key).next().is_some()
    }

    pub(crate) fn find(&self, store: &Access<'_>, id: Uuid) -> Result<Option<u64>, Stop> {
        for table in covering(&self.ids, id.as_bytes(), id.as_bytes()) {
            if let Some(position) = table.find(store, id)? {
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
        let low = super::table::stream_key(stream, 0);
        let high = super::table::stream_key(stream, u64::MAX);
        let mut parts = Vec::new();
        for table in covering(&self.streams, &low, &high) {
            table.parts(store, stream, wanted, &mut parts)?;
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
    tables: &'a [Arc<Table>],
    low: &[u8],
    high: &[u8],
) -> impl Iterator<Item = &'a Arc<Table>> {
    let upto = tables.partition_point(|table| table.max.as_slice() >= low);
    tables[..upto]
        .iter()
        .filter(move |table| table.min.as_slice() <= high)
}
