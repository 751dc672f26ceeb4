//! All that touches sled: opening it, making a batch durable, reading frames.
//!
//! sled panics on some damaged files, so every call into it is guarded. `flush` on Linux ends in
//! `sync_file_range`, which is no promise at all: [`Store::commit`] calls `fdatasync` on a handle
//! of its own to the same file.

use std::any::Any;
use std::fs::{File, OpenOptions, TryLockError};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::time::Duration;

use uuid::Uuid;

use crate::error::{Damage, Damaged, FrameError, StoreError};
use crate::fault;
use crate::frame::{self, Frame};
use crate::hash::Hash;
use crate::keys;
use crate::mark::Mark;
use crate::record::Record;

/// sled's page cache, in bytes. Frames are read in order and cached decoded, so more buys nothing.
const CACHE_BYTES: u64 = 32 << 20;
/// A block of records in sled: so many, or so many payload bytes. A reader decodes a block for each
/// record that it wants, so larger ones compress better and read slower.
const BLOCK_RECORDS: usize = 16;
const BLOCK_BYTES: usize = 12 << 10;
/// How long closing waits for sled's background threads to let go of the file, in milliseconds.
const RELEASE_MILLISECONDS: u32 = 10_000;

/// An open sled database.
pub(crate) struct Store {
    /// `None` only while it is being dropped.
    db: Option<sled::Db>,
    /// Our own handle to sled's `db` file, for `fdatasync`.
    file: File,
}

impl Store {
    /// Opens the database in `directory`, or creates it there.
    pub(crate) fn open(directory: &Path) -> Result<Store, StoreError> {
        // HighThroughput: records are never rewritten, so there is little garbage for sled's other
        // mode to collect. No background flush: the writer alone decides when bytes go to disk.
        let config = sled::Config::new()
            .path(directory)
            .mode(sled::Mode::HighThroughput)
            .cache_capacity(CACHE_BYTES)
            .flush_every_ms(None);
        let db = guarded("open the database", || config.open())?;
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .open(directory.join("db"))
            .map_err(|source| StoreError::Io {
                step: "open the database file",
                source,
            })?;
        Ok(Store { db: Some(db), file })
    }

    /// Applies the batch atomically; it is durable when this returns. After an error nobody knows
    /// what is on disk: the caller must close, and not call this again.
    pub(crate) fn commit(&self, batch: sled::Batch) -> Result<(), StoreError> {
        self.apply(batch)?;
        self.sync()
    }

    /// Applies the batch atomically. It is durable after the next [`Store::sync`].
    pub(crate) fn apply(&self, batch: sled::Batch) -> Result<(), StoreError> {
        let db = self.db()?;
        faulty("apply the batch", fault::STORE_WRITE)?;
        guarded("apply the batch", || db.apply_batch(batch))
    }

    /// Makes room for keys that are to be set next, in their order, with [`Store::fill`].
    ///
    /// sled splits a leaf that has more than sixteen keys, and writes both halves anew; it also writes
    /// a leaf anew after ten changes. With values of 4 KiB inserted one after the other, each is
    /// written three times, and the garbage is collected too late to matter. While the values are
    /// empty, splitting costs nothing, and leaves end up with eight keys: setting them appends each
    /// value once, and no leaf is written anew.
    ///
    /// The empty values mean nothing. A crash may leave them: [`Store::remove_behind`].
    pub(crate) fn make_room(&self, entries: &[Entry]) -> Result<(), StoreError> {
        let db = self.db()?;
        guarded("make room", || {
            let mut keys = entries.iter().map(|(key, _)| key);
            keys.try_for_each(|key| db.insert(key, &[]).map(|_| ()))
        })
    }

    /// Sets values, one after the other: those of one leaf then lie together in sled's file, and are
    /// read together. Not atomic: nothing may rest on them before a later commit says so.
    pub(crate) fn fill(&self, entries: Vec<Entry>) -> Result<(), StoreError> {
        let db = self.db()?;
        faulty("write", fault::STORE_WRITE)?;
        guarded("write", || {
            let mut entries = entries.into_iter();
            entries.try_for_each(|(key, value)| db.insert(key, value).map(|_| ()))
        })
    }

    /// Removes frames from position `count` on: all of them, or only the room that was made for them.
    pub(crate) fn remove_behind(&self, count: u64, what: Behind) -> Result<(), StoreError> {
        let db = self.db()?;
        guarded("remove what was not finished", || {
            let mut batch = sled::Batch::default();
            for entry in db.range(keys::frame(count, 0)..=keys::frame(u64::MAX, u32::MAX)) {
                let (key, value) = entry?;
                if what == Behind::All || value.is_empty() {
                    batch.remove(key);
                }
            }
            db.apply_batch(batch)
        })
    }

    /// Makes durable what sled has been given so far.
    pub(crate) fn sync(&self) -> Result<(), StoreError> {
        let db = self.db()?;
        guarded("write its buffers", || db.flush())?;
        faulty("sync the database file", fault::STORE_SYNC)?;
        self.file.sync_data().map_err(|source| StoreError::Io {
            step: "sync the database file",
            source,
        })
    }

    /// The frame that holds `position`, which must be below the durable head.
    pub(crate) fn frame_holding(&self, position: u64) -> Result<Frame, FrameError> {
        let missing = || Damaged {
            position,
            damage: Damage::FrameMissing,
        };
        let db = self.db()?;
        let (first, number, last) = self.last_chunk(position)?.ok_or_else(missing)?;
        let frame = if number == 0 {
            frame::decode(first, &last)?
        } else {
            let mut bytes = Vec::new();
            for before in 0..number {
                let key = keys::frame(first, before);
                let chunk = guarded("read a frame", || db.get(key))?;
                bytes.extend_from_slice(&chunk.ok_or_else(missing)?);
            }
            bytes.extend_from_slice(&last);
            frame::decode(first, &bytes)?
        };
        if frame.end() <= position {
            return Err(missing().into());
        }
        Ok(frame)
    }

    /// The last chunk of the frame that may hold `position`: start of the frame, number, content.
    fn last_chunk(&self, position: u64) -> Result<Option<(u64, u32, sled::IVec)>, StoreError> {
        let db = self.db()?;
        let upto = keys::frame(0, 0)..=keys::frame(position, u32::MAX);
        let last = guarded("find a frame", || db.range(upto).next_back().transpose())?;
        Ok(last.and_then(|(key, value)| {
            let (first, number) = keys::parse_frame(&key)?;
            Some((first, number, value))
        }))
    }

    /// All frames from the one that holds the record before `position`, or from the first.
    pub(crate) fn frames_around(&self, position: u64) -> Result<Frames, StoreError> {
        let start = match position.checked_sub(1) {
            Some(before) => self.last_chunk(before)?,
            None => None,
        };
        self.frames(start.map_or(0, |(first, ..)| first))
    }

    /// All frames from the one that starts at `first`. Each must start where the one before ends.
    pub(crate) fn frames(&self, first: u64) -> Result<Frames, StoreError> {
        let range = keys::frame(first, 0)..=keys::frame(u64::MAX, u32::MAX);
        Ok(Frames {
            chunks: self.db()?.range(range),
            ahead: None,
            next: first,
        })
    }

    /// All cursors, or `None` for an entry that is damaged.
    pub(crate) fn cursors(&self) -> Result<Vec<Option<(String, u64)>>, StoreError> {
        let db = self.db()?;
        guarded("read the cursors", || {
            db.scan_prefix(keys::cursor_prefix())
                .map(|entry| entry.map(|(key, value)| keys::parse_cursor(&key, &value)))
                .collect()
        })
    }

    /// The epoch, if the store has a readable one.
    pub(crate) fn epoch(&self) -> Result<Option<Uuid>, StoreError> {
        let db = self.db()?;
        let value = guarded("read the epoch", || db.get(keys::EPOCH))?;
        Ok(value.and_then(|value| {
            let epoch = value.strip_prefix(&[keys::LAYOUT_VERSION])?;
            Uuid::from_slice(epoch).ok()
        }))
    }

    /// What the last commit left, if the store has it.
    pub(crate) fn mark(&self) -> Result<Option<Mark>, StoreError> {
        let db = self.db()?;
        let value = guarded("read the mark", || db.get(keys::MARK))?;
        Ok(value.and_then(|value| Mark::decode(&value)))
    }

    /// The hash stored for a node of the Merkle tree, if there is a whole one.
    pub(crate) fn node(&self, level: u8, index: u64) -> Result<Option<Hash>, StoreError> {
        let db = self.db()?;
        let value = guarded("read a tree node", || db.get(keys::node(level, index)))?;
        let bytes = value.and_then(|value| <[u8; 32]>::try_from(&value[..]).ok());
        Ok(bytes.map(Hash::from_bytes))
    }

    /// Makes the next open build the index anew.
    pub(crate) fn forget_index(&self) -> Result<(), StoreError> {
        let db = self.db()?;
        guarded("forget the index", || db.remove(keys::INDEXED))?;
        self.sync()
    }

    /// sled itself, for a call inside [`guarded`].
    pub(crate) fn db(&self) -> Result<&sled::Db, StoreError> {
        self.db.as_ref().ok_or_else(|| StoreError::Panicked {
            step: "use the database",
            message: "it is being closed".to_owned(),
        })
    }
}

impl Drop for Store {
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

/// What [`Store::remove_behind`] removes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Behind {
    /// Whatever is there: it was being copied from somewhere else, and will be again.
    All,
    /// What is empty.
    Room,
}

/// A key and its value.
pub(crate) type Entry = (Vec<u8>, Vec<u8>);

/// Neighbouring records, as blocks in chunks.
pub(crate) fn blocks<'a>(records: impl IntoIterator<Item = &'a Record>) -> Vec<Entry> {
    let mut records = records.into_iter().peekable();
    let mut chunks = Vec::new();
    let mut block: Vec<&Record> = Vec::with_capacity(BLOCK_RECORDS);
    let mut block_bytes = 0;
    while let Some(record) = records.next() {
        block.push(record);
        block_bytes += record.payload.len();
        let fits = |next: &&Record| block_bytes + next.payload.len() <= BLOCK_BYTES;
        if block.len() < BLOCK_RECORDS && records.peek().is_some_and(fits) {
            continue;
        }
        let bytes = frame::encode(block.iter().copied());
        for (number, chunk) in (0u32..).zip(bytes.chunks(frame::CHUNK_BYTES)) {
            let key = keys::frame(block[0].position, number);
            chunks.push((key.to_vec(), chunk.to_vec()));
        }
        block.clear();
        block_bytes = 0;
    }
    chunks
}

/// Puts a cursor into a batch.
pub(crate) fn insert_cursor(batch: &mut sled::Batch, name: &str, value: u64) {
    batch.insert(keys::cursor(name), &value.to_be_bytes());
}

/// Puts the state after a commit into a batch.
pub(crate) fn insert_mark(batch: &mut sled::Batch, mark: &Mark) {
    batch.insert(keys::MARK, &mark.encode()[..]);
}

/// Frames in order, each checked to start where the one before ends. Stops after the first error.
pub(crate) struct Frames {
    chunks: sled::Iter,
    /// The first chunk of the next frame, met while collecting the one before.
    ahead: Option<(u64, u32, sled::IVec)>,
    next: u64,
}

impl Frames {
    fn next_chunk(&mut self) -> Result<Option<(u64, u32, sled::IVec)>, FrameError> {
        if let Some(chunk) = self.ahead.take() {
            return Ok(Some(chunk));
        }
        let chunks = &mut self.chunks;
        let Some((key, value)) = guarded("read a frame", || chunks.next().transpose())? else {
            return Ok(None);
        };
        let unreadable = Damage::FrameUnreadable { part: "key" };
        let (first, number) = keys::parse_frame(&key).ok_or(Damaged {
            position: self.next,
            damage: unreadable,
        })?;
        Ok(Some((first, number, value)))
    }

    fn next_frame(&mut self) -> Result<Option<Frame>, FrameError> {
        let position = self.next;
        let mut bytes = Vec::new();
        let mut expected_number = 0;
        while let Some((first, number, value)) = self.next_chunk()? {
            if first != position && expected_number > 0 {
                self.ahead = Some((first, number, value));
                break;
            }
            if (first, number) != (position, expected_number) {
                return Err(Damaged {
                    position,
                    damage: Damage::FrameMissing,
                }
                .into());
            }
            bytes.extend_from_slice(&value);
            expected_number += 1;
        }
        if expected_number == 0 {
            return Ok(None);
        }
        let frame = frame::decode(position, &bytes)?;
        self.next = frame.end();
        Ok(Some(frame))
    }
}

impl Iterator for Frames {
    type Item = Result<Frame, FrameError>;

    fn next(&mut self) -> Option<Result<Frame, FrameError>> {
        self.next_frame().transpose()
    }
}

/// Calls into sled and turns a panic into an error. After a panic the database is only dropped, or
/// read again under the same guard, so a broken invariant of sled's cannot reach a caller.
pub(crate) fn guarded<T>(
    step: &'static str,
    call: impl FnOnce() -> Result<T, sled::Error>,
) -> Result<T, StoreError> {
    match catch_unwind(AssertUnwindSafe(call)) {
        Ok(Ok(value)) => Ok(value),
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
    fault::at(place).map_err(|source| StoreError::Io { step, source })
}

/// What a panic said, if it said it in text.
pub(crate) fn panic_message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("no message")
        .to_owned()
}
