//! A table: a sorted, immutable run of index entries, cut into chunks in the store.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use uuid::Uuid;

use super::access::{Access, Stop, StoredChunk};
use super::chunk::{Builder, Chunk, Entry};
use super::keys;
use crate::bloom::{self, Filter};
use crate::stream::StreamName;

/// After so many fruitless looks into a table it gets a filter. Tables of ids that grow with
/// time are never looked into and never need one.
const LOOKS_BEFORE_FILTER: u32 = 16;

/// What a table's keys are. Persisted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The event's id; one position each.
    Ids = 1,
    /// The stream's name, a zero byte, and the revision of the first position (8 bytes,
    /// big-endian). Names have no zero byte, so keys sort by name, then by revision.
    Streams = 2,
}

/// What is known of a table without reading its chunks.
#[derive(Debug)]
pub(crate) struct Table {
    /// Never used again for another table.
    pub(crate) number: u64,
    pub(crate) kind: Kind,
    /// How often its entries have been merged.
    pub(crate) level: u8,
    pub(crate) entries: u64,
    pub(crate) min: Vec<u8>,
    pub(crate) max: Vec<u8>,
    filter: OnceLock<Filter>,
    looks: AtomicU32,
}

impl Table {
    /// Kind, level (1 byte each), number, entries (8 each, big-endian), length of the lowest key (1
    /// byte), the lowest key, the highest key. Persisted.
    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut bytes = vec![self.kind as u8, self.level];
        bytes.extend_from_slice(&self.number.to_be_bytes());
        bytes.extend_from_slice(&self.entries.to_be_bytes());
        bytes.push(self.min.len() as u8);
        bytes.extend_from_slice(&self.min);
        bytes.extend_from_slice(&self.max);
        bytes
    }

    pub(crate) fn decode(bytes: &[u8]) -> Option<Table> {
        let ([kind, level], rest) = bytes.split_first_chunk::<2>()?;
        let (number, rest) = rest.split_first_chunk::<8>()?;
        let (entries, rest) = rest.split_first_chunk::<8>()?;
        let (length, rest) = rest.split_first()?;
        let (min, max) = rest.split_at_checked(usize::from(*length))?;
        let kind = match kind {
            1 => Kind::Ids,
            2 => Kind::Streams,
            _ => return None,
        };
        Some(Table {
            number: u64::from_be_bytes(*number),
            kind,
            level: *level,
            entries: u64::from_be_bytes(*entries),
            min: min.to_vec(),
            max: max.to_vec(),
            filter: OnceLock::new(),
            looks: AtomicU32::new(0),
        })
    }

    /// Whether keys from `low` to `high` can be in it.
    pub(crate) fn overlaps(&self, low: &[u8], high: &[u8]) -> bool {
        self.min.as_slice() <= high && low <= self.max.as_slice()
    }

    pub(crate) fn find(&self, store: &Access<'_>, id: Uuid) -> Result<Option<u64>, Stop> {
        let key = id.as_bytes();
        if self.is_ruled_out(key) {
            return Ok(None);
        }
        let mut found = None;
        self.visit(store, key, key, |_, mut positions| {
            found = positions.next();
        })?;
        if found.is_none() {
            self.count_miss(store);
        }
        Ok(found)
    }

    /// The parts of a stream that are in it: first revision, number of positions, and the positions
    /// if `wanted` says so of the first two.
    pub(crate) fn parts(
        &self,
        store: &Access<'_>,
        stream: &StreamName,
        wanted: &dyn Fn(u64, u64) -> bool,
        into: &mut Vec<(u64, u64, Vec<u64>)>,
    ) -> Result<(), Stop> {
        if self.is_ruled_out(stream.as_str().as_bytes()) {
            return Ok(());
        }
        let before = into.len();
        let (low, high) = (stream_key(stream, 0), stream_key(stream, u64::MAX));
        self.visit(store, &low, &high, |key, positions| {
            let (from, count) = (revision_of(key), positions.remaining());
            let list = if wanted(from, count) {
                positions.collect()
            } else {
                Vec::new()
            };
            into.push((from, count, list));
        })?;
        if into.len() == before {
            self.count_miss(store);
        }
        Ok(())
    }

    /// Calls `visit` with the entries whose key is from `low` to `high`, in order.
    pub(crate) fn visit(
        &self,
        store: &Access<'_>,
        low: &[u8],
        high: &[u8],
        mut visit: impl FnMut(&[u8], super::chunk::Positions<'_>),
    ) -> Result<(), Stop> {
        if !self.overlaps(low, high) {
            return Ok(());
        }
        let from = low.max(&self.min);
        let mut at = Some(store.chunk_before(self.number, from)?);
        while let Some((key, value)) = at.take() {
            let chunk = Chunk::open(&key, &value).ok_or_else(Stop::damaged)?;
            let mut is_past = false;
            let whole = chunk.visit(|key, positions| {
                is_past = key > high;
                if !is_past && key >= low {
                    visit(key, positions);
                }
                !is_past
            });
            whole.ok_or_else(Stop::damaged)?;
            if !is_past && !chunk.next.is_empty() && chunk.next <= high {
                at = Some(store.chunk(self.number, chunk.next)?);
            }
        }
        Ok(())
    }

    /// Reads the table from front to back, a chunk at a time.
    pub(crate) fn scan(&self) -> Scan {
        Scan {
            number: self.number,
            next: Some(self.min.clone()),
        }
    }

    /// Reads every chunk: each must be whole, and hold as many entries as it should, in order.
    pub(crate) fn check(&self, store: &Access<'_>) -> Result<(), Stop> {
        let (mut entries, mut last, mut is_rising) = (0, Vec::new(), true);
        self.visit(store, &self.min, &self.max, |key, _| {
            is_rising &= entries == 0 || last.as_slice() < key;
            last.clear();
            last.extend_from_slice(key);
            entries += 1;
        })?;
        if entries == self.entries && is_rising && last == self.max {
            return Ok(());
        }
        Err(Stop::damaged())
    }

    /// Memory that its filter takes.
    pub(crate) fn filter_bytes(&self) -> usize {
        let entries = usize::try_from(self.entries).unwrap_or(usize::MAX);
        self.filter.get().map_or(0, |_| Filter::bytes_for(entries))
    }

    fn is_ruled_out(&self, name: &[u8]) -> bool {
        let filter = self.filter.get();
        filter.is_some_and(|filter| !filter.may_hold(bloom::hash(name)))
    }

    /// Counts a lookup that read chunks and found nothing, and requests a filter once it will pay.
    fn count_miss(&self, store: &Access<'_>) {
        if self.filter.get().is_some() {
            return;
        }
        if self.looks.fetch_add(1, Ordering::Relaxed) == LOOKS_BEFORE_FILTER {
            store.ask_for_filters();
        }
    }

    /// Makes the filter if it was asked for and memory is left. Reads the whole table: no reader
    /// should have to wait for it.
    pub(crate) fn make_filter(&self, store: &Access<'_>) -> Result<(), Stop> {
        let entries = usize::try_from(self.entries).unwrap_or(usize::MAX);
        if self.looks.load(Ordering::Relaxed) <= LOOKS_BEFORE_FILTER
            || self.filter.get().is_some()
            || !store.may_filter(Filter::bytes_for(entries))
        {
            return Ok(());
        }
        let mut hashes = Vec::with_capacity(entries);
        let mut scan = self.scan();
        while let Some(entries) = scan.next(store)? {
            let names = entries.iter().map(|entry| name_of(self.kind, &entry.key));
            hashes.extend(names.map(bloom::hash));
        }
        hashes.dedup();
        let _ = self.filter.set(Filter::of(&hashes));
        Ok(())
    }
}

/// Reads a table from front to back.
pub(crate) struct Scan {
    number: u64,
    next: Option<Vec<u8>>,
}

impl Scan {
    /// The entries of the next chunk; `None` at the end.
    pub(crate) fn next(&mut self, store: &Access<'_>) -> Result<Option<Vec<Entry>>, Stop> {
        let Some(key) = self.next.take() else {
            return Ok(None);
        };
        let (key, value) = store.chunk(self.number, &key)?;
        let chunk = Chunk::open(&key, &value).ok_or_else(Stop::damaged)?;
        self.next = (!chunk.next.is_empty()).then(|| chunk.next.to_vec());
        chunk.entries().ok_or_else(Stop::damaged).map(Some)
    }
}

/// A table in the making. Entries come in rising order of their keys.
pub(crate) struct TableWriter {
    number: u64,
    kind: Kind,
    level: u8,
    entries: u64,
    min: Vec<u8>,
    max: Vec<u8>,
    current: Builder,
    /// Finished chunks, for the caller to take and to store.
    pub(crate) chunks: Vec<StoredChunk>,
}

impl TableWriter {
    pub(crate) fn new(number: u64, kind: Kind, level: u8) -> TableWriter {
        TableWriter {
            number,
            kind,
            level,
            entries: 0,
            min: Vec::new(),
            max: Vec::new(),
            current: Builder::default(),
            chunks: Vec::new(),
        }
    }

    pub(crate) fn entries(&self) -> u64 {
        self.entries
    }

    pub(crate) fn push(&mut self, key: &[u8], positions: &[u64]) {
        if !self.current.push(key, positions) {
            self.finish_chunk(key);
            let has_room = self.current.push(key, positions);
            debug_assert!(has_room, "an empty chunk takes any entry");
        }
        if self.entries == 0 {
            self.min = key.to_vec();
        }
        self.entries += 1;
        self.max.clear();
        self.max.extend_from_slice(key);
    }

    /// The finished table and its last chunks; `None` if there was no entry.
    pub(crate) fn finish(mut self) -> Option<(Table, Vec<StoredChunk>)> {
        if self.entries == 0 {
            return None;
        }
        self.finish_chunk(&[]);
        let table = Table {
            number: self.number,
            kind: self.kind,
            level: self.level,
            entries: self.entries,
            min: self.min,
            max: self.max,
            filter: OnceLock::new(),
            looks: AtomicU32::new(0),
        };
        Some((table, self.chunks))
    }

    fn finish_chunk(&mut self, next: &[u8]) {
        let chunk = std::mem::take(&mut self.current);
        if chunk.is_empty() {
            return;
        }
        let key = keys::index_chunk(self.number, chunk.first());
        let value = chunk.finish(&key, next);
        self.chunks.push((key, value));
    }
}

/// Key of the part of a stream that begins with revision `from`.
pub(crate) fn stream_key(stream: &StreamName, from: u64) -> Vec<u8> {
    [stream.as_str().as_bytes(), &[0], &from.to_be_bytes()].concat()
}

/// The revision in a key of [`stream_key`].
pub(crate) fn revision_of(key: &[u8]) -> u64 {
    key.last_chunk::<8>()
        .map_or(u64::MAX, |bytes| u64::from_be_bytes(*bytes))
}

/// The id or the stream's name in a key.
pub(crate) fn name_of(kind: Kind, key: &[u8]) -> &[u8] {
    match kind {
        Kind::Ids => key,
        Kind::Streams => &key[..key.len().saturating_sub(9)],
    }
}
