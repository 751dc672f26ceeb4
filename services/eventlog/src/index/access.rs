//! How the index reads and writes the store, while the log is being opened and while it is open.

use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::keys;
use super::store::{IndexStore, guarded};
use crate::error::{CloseReason, FrameError, ReadError, StoreError};
use crate::shared::Shared;

/// Memory that all filters together may take: enough for fifty million keys.
const FILTER_BYTES: usize = 64 << 20;
/// Entries given to sled at once: little enough that a read never waits long for its lock.
const BATCH: usize = 32;
/// Chunks that are gathered before they are given to sled: room is made for them together.
const CHUNKS: usize = 256;

/// Why the index could not be read or written.
#[derive(Debug)]
pub(crate) enum Stop {
    /// The log is being closed.
    Closed(CloseReason),
    /// The store failed, or does not hold what it should.
    Failed(StoreError),
}

impl Stop {
    /// A chunk is missing or is not what was written.
    pub(crate) fn damaged() -> Stop {
        Stop::Failed(StoreError::Engine {
            step: "read the index",
            source: "a part of the index is missing or altered".into(),
        })
    }
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Stop {
        Stop::Failed(error)
    }
}

impl From<FrameError> for Stop {
    fn from(error: FrameError) -> Stop {
        let error = ReadError::from(error);
        Stop::Failed(StoreError::Io {
            step: "read the records that the index lacks",
            source: io::Error::new(io::ErrorKind::InvalidData, error),
        })
    }
}

/// The way to the store, and what filters have cost so far.
pub(crate) struct Access<'a> {
    way: Way<'a>,
    filters: &'a AtomicUsize,
}

enum Way<'a> {
    Open(&'a Shared),
    Opening(&'a IndexStore),
}

/// Key and value of a chunk that is to be stored.
pub(crate) type StoredChunk = (Vec<u8>, Vec<u8>);
/// Key and value of a chunk that is stored.
type Stored = (Vec<u8>, sled::IVec);

impl<'a> Access<'a> {
    pub(crate) fn open(shared: &'a Shared, filters: &'a AtomicUsize) -> Access<'a> {
        let way = Way::Open(shared);
        Access { way, filters }
    }

    pub(crate) fn opening(store: &'a IndexStore, filters: &'a AtomicUsize) -> Access<'a> {
        let way = Way::Opening(store);
        Access { way, filters }
    }

    fn with<T>(&self, with: impl FnOnce(&IndexStore) -> Result<T, StoreError>) -> Result<T, Stop> {
        match self.way {
            Way::Open(shared) => Ok(shared.with_index_store(with).map_err(Stop::Closed)??),
            Way::Opening(store) => Ok(with(store)?),
        }
    }

    /// The chunk of a table that begins with `first`, which must be there.
    pub(crate) fn chunk(&self, table: u64, first: &[u8]) -> Result<Stored, Stop> {
        let key = keys::index_chunk(table, first);
        let value = self.with(|store| {
            let db = store.db()?;
            guarded("read the index", || db.get(&key))
        })?;
        let value = value.ok_or_else(Stop::damaged)?;
        Ok((key, value))
    }

    /// The last chunk of a table that begins at or before `key`.
    pub(crate) fn chunk_before(&self, table: u64, key: &[u8]) -> Result<Stored, Stop> {
        let range = keys::index_chunk(table, &[])..=keys::index_chunk(table, key);
        let found = self.with(|store| {
            let db = store.db()?;
            guarded("search the index", || {
                db.range(range).next_back().transpose()
            })
        })?;
        // A table's first chunk begins with its lowest key, so one is always there.
        let (key, value) = found.ok_or_else(Stop::damaged)?;
        Ok((key.to_vec(), value))
    }

    pub(crate) fn value(&self, key: &[u8]) -> Result<Option<sled::IVec>, Stop> {
        self.with(|store| {
            let db = store.db()?;
            guarded("read the index", || db.get(key))
        })
    }

    /// All entries whose key begins with `prefix`, for small ranges.
    pub(crate) fn all(&self, prefix: &[u8]) -> Result<Vec<(sled::IVec, sled::IVec)>, Stop> {
        self.with(|store| {
            let db = store.db()?;
            guarded("read the index", || db.scan_prefix(prefix).collect())
        })
    }

    /// The first key at or after `key`.
    pub(crate) fn key_after(&self, key: &[u8]) -> Result<Option<sled::IVec>, Stop> {
        self.with(|store| {
            let db = store.db()?;
            let found = guarded("search the index", || db.range(key..).next().transpose())?;
            Ok(found.map(|(key, _)| key))
        })
    }

    /// Gives chunks to sled. They become durable with the next [`IndexStore::sync`].
    pub(crate) fn put(&self, chunks: &mut Vec<StoredChunk>) -> Result<(), Stop> {
        let chunks = std::mem::take(chunks);
        self.with(|store| {
            store.make_room(&chunks)?;
            store.fill(chunks)
        })
    }

    /// [`Access::put`], once enough has gathered.
    pub(crate) fn put_some(&self, chunks: &mut Vec<StoredChunk>) -> Result<(), Stop> {
        if chunks.len() < CHUNKS {
            return Ok(());
        }
        self.put(chunks)
    }

    /// Makes durable what sled was given.
    pub(crate) fn sync(&self) -> Result<(), Stop> {
        self.with(IndexStore::sync)
    }

    /// Gives one atomic batch to sled, without waiting for the disk.
    pub(crate) fn apply(&self, batch: sled::Batch) -> Result<(), Stop> {
        self.with(|store| {
            let db = store.db()?;
            guarded("write the index", || db.apply_batch(batch))
        })
    }

    /// Removes everything from a key of [`keys::index_chunk`] up to, but without, another.
    pub(crate) fn remove(&self, from: &[u8], upto: &[u8]) -> Result<(), Stop> {
        let mut removed: Option<sled::IVec> = None;
        loop {
            let found: Vec<sled::IVec> = self.with(|store| {
                let db = store.db()?;
                guarded("clean the index", || {
                    db.range(from..upto).keys().take(BATCH).collect()
                })
            })?;
            let Some(first) = found.first() else {
                return Ok(());
            };
            // A torn tree may show again what was removed from it, without end.
            if removed.as_ref().is_some_and(|last| first <= last) {
                return Err(Stop::damaged());
            }
            removed = found.last().cloned();
            let mut batch = sled::Batch::default();
            for key in found {
                batch.remove(key);
            }
            self.apply(batch)?;
        }
    }

    /// Has filters made, soon, by the thread that writes the index.
    pub(crate) fn ask_for_filters(&self) {
        if let Way::Open(shared) = self.way {
            shared.wake_indexer();
        }
    }

    /// Whether memory is left for a filter of this size; takes it if so.
    pub(crate) fn may_filter(&self, bytes: usize) -> bool {
        let before = self.filters.fetch_add(bytes, Ordering::Relaxed);
        if before + bytes > FILTER_BYTES {
            self.filters.fetch_sub(bytes, Ordering::Relaxed);
            return false;
        }
        true
    }

    /// Gives back what dropped filters took.
    pub(crate) fn release_filter(&self, bytes: usize) {
        self.filters.fetch_sub(bytes, Ordering::Relaxed);
    }
}
