//! Finding the index again when a log is opened, or beginning a new one.
//!
//! The index is taken only if it belongs to this log, ends with a record that the log has, and is whole.
//! After a clean close it is known to be whole; otherwise every chunk of it is read and checked. An
//! index that is not taken is removed, and built anew from the records: nothing in it is repaired.

use std::collections::HashSet;
use std::fs::{self, File};
use std::io;
use std::path::Path;
use std::sync::atomic::AtomicUsize;

use uuid::Uuid;

use super::access::{Access, Stop};
use super::keys;
use super::store::{IndexStore, guarded};
use super::tables::Tables;
use crate::error::StoreError;
use crate::record::Head;
use crate::sync::{sync_directory, sync_tree};

/// sled's folder in the log's directory. Persisted.
pub(crate) const DIRECTORY: &str = "index";
/// An index that is no longer used, until it is removed.
const DISCARDED: &str = "index.discarded";
/// A file that is there while the index is as a clean close has left it. Persisted.
const CLOSED: &str = "index.closed";

/// The index on disk, and what it covers.
pub(crate) struct Opened {
    pub(crate) store: IndexStore,
    pub(crate) tables: Tables,
}

/// Opens the index of the log in `path`. `has` tells whether the log has the record that a head ends
/// with.
pub(crate) fn open(
    path: &Path,
    epoch: Uuid,
    has: &dyn Fn(Head) -> bool,
) -> Result<Opened, StoreError> {
    let directory = path.join(DIRECTORY);
    let was_closed = take_closed(path).map_err(StoreError::io("remove a mark of the index"))?;
    if directory.is_dir() {
        match take(&directory, epoch, has, was_closed) {
            Ok(Some(opened)) => return Ok(opened),
            // A full disk says nothing about the index.
            Err(Stop::Failed(error)) if error.is_no_space() => return Err(error),
            Ok(None) | Err(Stop::Failed(_) | Stop::Closed(_)) => {}
        }
    }
    discard(path, &directory).map_err(StoreError::io("remove the index"))?;
    create(&directory, epoch)
}

/// Whether the index was closed cleanly. From here on it no longer counts as closed.
fn take_closed(path: &Path) -> io::Result<Closed> {
    match fs::remove_file(path.join(CLOSED)) {
        // Durable before sled writes anything.
        Ok(()) => sync_directory(path).map(|()| Closed::Cleanly),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Closed::Unknown),
        Err(error) => Err(error),
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Closed {
    Cleanly,
    Unknown,
}

/// Notes that the index is whole: after sled has been closed. If this fails, the next open reads the
/// index to find out.
pub(crate) fn note_closed(path: &Path) -> io::Result<()> {
    sync_tree(&path.join(DIRECTORY))?;
    File::create(path.join(CLOSED))?.sync_all()?;
    sync_directory(path)
}

/// The index, if it can be taken as it is.
fn take(
    directory: &Path,
    epoch: Uuid,
    has: &dyn Fn(Head) -> bool,
    was_closed: Closed,
) -> Result<Option<Opened>, Stop> {
    let store = IndexStore::open(directory)?;
    let expected = [&[keys::LAYOUT_VERSION], &epoch.as_bytes()[..]].concat();
    let filters = AtomicUsize::new(0);
    let access = Access::opening(&store, &filters);
    let found = access.value(keys::EPOCH)?;
    if found.is_none_or(|found| found.as_ref() != expected.as_slice()) {
        return Ok(None);
    }
    let Some(tables) = Tables::load(&access)? else {
        return Ok(None);
    };
    if !has(tables.indexed) {
        return Ok(None);
    }
    if was_closed == Closed::Unknown {
        for table in tables.all() {
            table.check(&access)?;
        }
    }
    remove_strays(&access, &tables)?;
    Ok(Some(Opened { store, tables }))
}

fn create(directory: &Path, epoch: Uuid) -> Result<Opened, StoreError> {
    let store = IndexStore::open(directory)?;
    let value = [&[keys::LAYOUT_VERSION], &epoch.as_bytes()[..]].concat();
    let tables = Tables::empty();
    let mut batch = sled::Batch::default();
    batch.insert(keys::EPOCH, value);
    tables.write(&Tables::empty(), &mut batch);
    let db = store.db()?;
    guarded("begin the index", || db.apply_batch(batch))?;
    store.sync()?;
    Ok(Opened { store, tables })
}

/// Removes an index. It first gets another name: sled may still be at work in it if it hangs.
fn discard(path: &Path, directory: &Path) -> io::Result<()> {
    let discarded = path.join(DISCARDED);
    remove_all(&discarded)?;
    match fs::rename(directory, &discarded) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    }
    sync_directory(path)?;
    remove_all(&discarded)
}

/// Removes whatever has the index's place, which need not be a folder.
fn remove_all(path: &Path) -> io::Result<()> {
    let is_folder = fs::symlink_metadata(path).is_ok_and(|it| it.is_dir());
    let removed = if is_folder {
        fs::remove_dir_all(path)
    } else {
        fs::remove_file(path)
    };
    match removed {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        Ok(()) | Err(_) => Ok(()),
    }
}

/// Removes chunks that belong to no table, as an interrupted flush or compaction leaves them. Steps from
/// table to table, so that the chunks of living ones are not read.
fn remove_strays(access: &Access<'_>, tables: &Tables) -> Result<(), Stop> {
    let living: HashSet<u64> = tables.all().map(|table| table.number).collect();
    let mut next = keys::index_chunk(0, &[]);
    while let Some(key) = access.key_after(&next)? {
        let Some(number) = keys::parse_index_chunk(&key) else {
            return if key.as_ref() < &keys::index_chunks_end()[..] {
                Err(Stop::damaged())
            } else {
                Ok(())
            };
        };
        let after = number.checked_add(1).ok_or_else(Stop::damaged)?;
        next = keys::index_chunk(after, &[]);
        if !living.contains(&number) {
            access.remove(&keys::index_chunk(number, &[]), &next)?;
        }
    }
    Ok(())
}
