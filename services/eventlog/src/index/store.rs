//! All that touches sled: opening it, making a batch durable, closing it.
//!
//! sled panics on some damaged files, so every call into it is guarded. `flush` on Linux ends in
//! `sync_file_range`, which is no promise at all, so [`IndexStore::sync`] calls `fdatasync` on a handle
//! of its own. Even so sled reuses parts of its file too early to survive every power cut: nothing is
//! kept in it that cannot be made again from the segments.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use crate::error::{StoreError, panic_message};
use crate::fault;

/// sled's page cache, in bytes.
const CACHE_BYTES: u64 = 32 << 20;
/// How long closing waits for sled's background threads to let go of the file, in milliseconds.
const RELEASE_MILLISECONDS: u32 = 10_000;
/// How long sled may take to open a file, and how much longer for each gigabyte of it.
const OPEN_SECONDS: u64 = 60;

/// An open sled database.
pub(crate) struct IndexStore {
    /// `None` only while it is being dropped.
    db: Option<sled::Db>,
    /// Our own handle to sled's `db` file, for `fdatasync`.
    file: File,
}

impl IndexStore {
    /// Opens the database in `directory`, or creates it there. A file on which sled hangs is given up
    /// after a while; the thread that hangs is left behind.
    pub(crate) fn open(directory: &Path) -> Result<IndexStore, StoreError> {
        let bytes = fs::metadata(directory.join("db")).map_or(0, |db| db.len());
        let limit = Duration::from_secs(OPEN_SECONDS * (1 + (bytes >> 30)));
        let (sender, opened) = mpsc::sync_channel(1);
        let path = directory.to_owned();
        faulty("open the database", fault::STORE_OPEN)?;
        let thread = thread::Builder::new().name("eventlog-sled-open".to_owned());
        let spawned = thread.spawn(move || {
            // The receiver is gone only if it has given up.
            let _ = sender.send(IndexStore::open_here(&path));
        });
        spawned.map_err(StoreError::io("start a thread"))?;
        opened.recv_timeout(limit).unwrap_or_else(|_| {
            Err(StoreError::Panicked {
                step: "open the database",
                message: "it did not return in time".to_owned(),
            })
        })
    }

    fn open_here(directory: &Path) -> Result<IndexStore, StoreError> {
        // HighThroughput: chunks are never rewritten, so there is little garbage for sled's other
        // mode to collect. No background flush: a flush of the index syncs when it is done.
        let config = sled::Config::new()
            .path(directory)
            .mode(sled::Mode::HighThroughput)
            .cache_capacity(CACHE_BYTES)
            .flush_every_ms(None);
        remove_unfinished_snapshots(directory).map_err(StoreError::io(
            "remove unfinished snapshots of the database",
        ))?;
        let db = guarded("open the database", || config.open())?;
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .open(directory.join("db"))
            .map_err(StoreError::io("open the database file"))?;
        Ok(IndexStore { db: Some(db), file })
    }

    /// Makes room for keys that are to be set next, in their order, with [`IndexStore::fill`].
    ///
    /// sled splits a leaf that has more than sixteen keys, and writes both halves anew; it also writes
    /// a leaf anew after ten changes. With values of 4 KiB inserted one after the other, each is
    /// written three times, and the garbage is collected too late to matter. While the values are
    /// empty, splitting costs nothing, and leaves end up with eight keys: setting them appends each
    /// value once, and no leaf is written anew.
    pub(crate) fn make_room(&self, entries: &[Entry]) -> Result<(), StoreError> {
        let db = self.db()?;
        guarded("make room", || {
            let mut keys = entries.iter().map(|(key, _)| key);
            keys.try_for_each(|key| db.insert(key, &[]).map(|_| ()))
        })
    }

    /// Sets values, one after the other: those of one leaf then lie together in sled's file, and are
    /// read together. Not atomic: nothing may rest on them before a later batch says so.
    pub(crate) fn fill(&self, entries: Vec<Entry>) -> Result<(), StoreError> {
        let db = self.db()?;
        faulty("write", fault::STORE_WRITE)?;
        guarded("write", || {
            let mut entries = entries.into_iter();
            entries.try_for_each(|(key, value)| db.insert(key, value).map(|_| ()))
        })
    }

    /// Makes durable what sled has been given so far.
    pub(crate) fn sync(&self) -> Result<(), StoreError> {
        let db = self.db()?;
        guarded("write its buffers", || db.flush())?;
        faulty("sync the database file", fault::STORE_SYNC)?;
        self.file
            .sync_data()
            .map_err(StoreError::io("sync the database file"))
    }

    /// sled itself, for a call inside [`guarded`].
    pub(crate) fn db(&self) -> Result<&sled::Db, StoreError> {
        self.db.as_ref().ok_or_else(|| StoreError::Panicked {
            step: "use the database",
            message: "it is being closed".to_owned(),
        })
    }
}

/// A full disk makes sled leave an unfinished snapshot, which it takes for its newest one at the next
/// open.
fn remove_unfinished_snapshots(directory: &Path) -> io::Result<()> {
    let entries = match fs::read_dir(directory) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    };
    for entry in entries {
        let path = entry?.path();
        if path.extension().is_some_and(|end| end == "generating") {
            fs::remove_file(path)?;
        }
    }
    Ok(())
}

impl Drop for IndexStore {
    /// Closes sled and waits until its lock on the file is gone, so that the log can be opened
    /// again at once: sled's threads let go of the file some time after the last handle is dropped.
    fn drop(&mut self) {
        let db = self.db.take();
        let _ = catch_unwind(AssertUnwindSafe(move || drop(db)));
        for _ in 0..RELEASE_MILLISECONDS {
            match self.file.try_lock() {
                Err(TryLockError::WouldBlock) => {
                    std::thread::park_timeout(Duration::from_millis(1));
                }
                Ok(()) => {
                    // Not left to closing the file: a child being started may share the lock.
                    let _ = self.file.unlock();
                    return;
                }
                Err(TryLockError::Error(_)) => return,
            }
        }
    }
}

/// A key and its value.
pub(crate) type Entry = (Vec<u8>, Vec<u8>);

/// Calls into sled and turns a panic into an error. After a panic the database is only dropped, or
/// read again under the same guard, so a broken invariant of sled's cannot reach a caller.
pub(crate) fn guarded<T>(
    step: &'static str,
    call: impl FnOnce() -> Result<T, sled::Error>,
) -> Result<T, StoreError> {
    match catch_unwind(AssertUnwindSafe(call)) {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(sled::Error::Io(source))) => Err(StoreError::Io { step, source }),
        Ok(Err(error)) => Err(StoreError::Engine {
            step,
            source: Box::new(error),
        }),
        Err(panic) => Err(StoreError::Panicked {
            step,
            message: panic_message(&*panic),
        }),
    }
}

/// Where a test may let the file system fail.
fn faulty(step: &'static str, place: &str) -> Result<(), StoreError> {
    fault::at(place).map_err(StoreError::io(step))
}
