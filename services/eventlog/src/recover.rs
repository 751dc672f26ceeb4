//! Opening a log: create it if it is new, otherwise read and verify it, all of it if it is short, and
//! compare it with its anchor. Whatever does not fit is an error that says where; nothing is
//! repaired.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use uuid::Uuid;

use crate::ahead::{self, Ahead, Files};
use crate::anchor::{self, Anchor};
use crate::error::{AnchorError, Damage, Damaged, FrameError, OpenError, StoreError};
use crate::hash::Hash;
use crate::index::{self, Index, Stop};
use crate::keys;
use crate::mark::Mark;
use crate::options::Options;
use crate::record::Head;
use crate::store::Store;

/// sled's directory inside the log's. Persisted.
pub(crate) const STORE_DIRECTORY: &str = "sled";
/// What it is called until it is complete and durable. Never holds an acknowledged event.
const NEW_STORE_DIRECTORY: &str = "sled.creating";
/// How many frames of a long log are looked at that the index covers.
const SAMPLES: u64 = 64;
/// Locked as long as the log is open. Persisted.
const LOCK_FILE: &str = "lock";

/// A log that was found in order.
pub(crate) struct Recovered {
    pub(crate) store: Store,
    pub(crate) index: Index,
    pub(crate) anchor: Anchor,
    pub(crate) ahead: Files,
    /// Keeps other processes out until it is dropped.
    pub(crate) lock: Lock,
}

/// The lock on a log's directory.
pub(crate) struct Lock(File);

impl Drop for Lock {
    /// Closing the file would not do: a child that this process is just starting shares the lock
    /// from `fork` until `exec`.
    fn drop(&mut self) {
        let _ = self.0.unlock();
    }
}

/// Opens the log, or creates it.
pub(crate) fn open(options: &Options) -> Result<Recovered, OpenError> {
    let path = options.path.as_path();
    let at = Location(path);
    fs::create_dir_all(path).map_err(at.io("create", path))?;
    let lock = at.lock()?;
    let anchor = Anchor::open(path).map_err(at.anchor())?;
    let written = Ahead::read(path).map_err(at.store())?;
    let has_store = path.join(STORE_DIRECTORY).join("db").is_file();
    let known = anchor.as_ref().map(Anchor::mark).or(written.newest());
    if let (Some(known), false) = (known, has_store) {
        return Err(OpenError::StoreMissing {
            path: path.to_owned(),
            anchored: known.head.count,
        });
    }
    if !has_store {
        at.create_store(options.new_epoch)?;
    }

    let store = Store::open(&path.join(STORE_DIRECTORY)).map_err(at.store())?;
    let mut anchor = match anchor {
        Some(anchor) => anchor,
        None => at.create_anchor(&store, &written)?,
    };
    at.replay(&store, &anchor, &written)?;
    drop(written);
    let index = at.verify(&store, &anchor, options)?;
    at.reanchor(&store, &index, &mut anchor)?;
    let ahead = Files::open(path, options.ahead_bytes).map_err(at.store())?;
    Ok(Recovered {
        store,
        index,
        anchor,
        ahead,
        lock,
    })
}

/// Takes the lock on the log in `path`, which must be there.
pub(crate) fn lock(path: &Path) -> Result<Lock, OpenError> {
    Location(path).lock()
}

/// The log's directory, with the steps of opening it.
struct Location<'a>(&'a Path);

impl Location<'_> {
    fn lock(&self) -> Result<Lock, OpenError> {
        let path = self.0.join(LOCK_FILE);
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)
            .map_err(self.io("create", &path))?;
        match file.try_lock() {
            Ok(()) => Ok(Lock(file)),
            Err(TryLockError::WouldBlock) => Err(OpenError::InUse { path: self.path() }),
            Err(TryLockError::Error(error)) => Err(self.io("lock", &path)(error)),
        }
    }

    /// Makes an empty store durable under another name, then renames it: whatever interrupts this,
    /// the next open finds either no store or a whole one.
    fn create_store(&self, epoch: Uuid) -> Result<(), OpenError> {
        let (new, directory) = (
            self.0.join(NEW_STORE_DIRECTORY),
            self.0.join(STORE_DIRECTORY),
        );
        match fs::remove_dir_all(&new) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(self.io("remove", &new)(error)),
        }
        let store = Store::open(&new).map_err(self.store())?;
        let mut batch = sled::Batch::default();
        batch.insert(
            keys::EPOCH,
            [&[keys::LAYOUT_VERSION], &epoch.as_bytes()[..]].concat(),
        );
        batch.insert(keys::MARK, &Mark::EMPTY.encode()[..]);
        store.commit(batch).map_err(self.store())?;
        drop(store);

        sync_all_in(&new).map_err(self.io("sync", &new))?;
        fs::rename(&new, &directory).map_err(self.io("rename", &new))?;
        anchor::sync_directory(self.0).map_err(self.io("sync", self.0))?;
        let parent = match self.0.parent() {
            Some(parent) if parent != Path::new("") => parent,
            Some(_) | None => Path::new("."),
        };
        anchor::sync_directory(parent).map_err(self.io("sync", parent))
    }

    /// A store without an anchor is either a creation that was interrupted, and then empty, or a
    /// log whose anchor was lost.
    fn create_anchor(&self, store: &Store, written: &Ahead) -> Result<Anchor, OpenError> {
        let mark = store.mark().map_err(self.store())?;
        let epoch = store.epoch().map_err(self.store())?;
        let (Some(Mark::EMPTY), Some(epoch), None) = (mark, epoch, written.newest()) else {
            let marks = [mark, written.newest()].into_iter().flatten();
            let count = marks.map(|mark| mark.head.count).max().unwrap_or(0);
            return Err(OpenError::AnchorMissing {
                path: self.path(),
                count,
            });
        };
        Anchor::create(self.0, epoch, Mark::EMPTY).map_err(self.anchor())?;
        let created = Anchor::open(self.0).map_err(self.anchor())?;
        created
            .ok_or(AnchorError::Unreadable)
            .map_err(self.anchor())
    }

    /// Puts into sled what only stands in the files that are written ahead. If even that does not reach
    /// what was acknowledged, sled is left as it is.
    fn replay(&self, store: &Store, anchor: &Anchor, written: &Ahead) -> Result<(), OpenError> {
        let epoch = store.epoch().map_err(self.store())?;
        let Some(from) = store.mark().map_err(self.store())? else {
            return Ok(());
        };
        if epoch != Some(anchor.epoch()) {
            return Ok(());
        }
        let commits = written.after(from, anchor.epoch());
        let (reached, anchored) = (commits.last().map_or(from, |it| it.mark), anchor.mark());
        if reached.head.count < anchored.head.count {
            return Err(OpenError::BehindAnchor {
                path: self.path(),
                found: reached.head.count,
                anchored: anchored.head.count,
            });
        }
        if reached.commit < anchored.commit {
            return Ok(());
        }
        ahead::keep(store, from, commits).map_err(self.frame(from.head))
    }

    /// Reads the frames that the index on disk does not cover, all frames if the log is short, and
    /// every cursor, and compares the outcome with what was acknowledged.
    fn verify(
        &self,
        store: &Store,
        anchor: &Anchor,
        options: &Options,
    ) -> Result<Index, OpenError> {
        let anchored = anchor.mark();
        let segments = index::open::load(store).map_err(self.index())?;
        let indexed = segments.indexed;
        let mut index = Index::new(segments, options.index_tail);
        let mut head = Head::EMPTY;
        if indexed.count > options.verify_at_open {
            self.sample(store, indexed)?;
            head = indexed;
        }
        // The record that was last acknowledged, as it is now.
        let last = anchored.head.count.checked_sub(1);
        let mut found_head = match last {
            None => Some(Hash::ZERO),
            Some(position) if position < head.count => {
                let frame = store.frame_holding(position).map_err(self.frame(head))?;
                frame.record(position).map(|record| record.hash)
            }
            Some(_) => None,
        };
        for frame in store.frames_around(head.count).map_err(self.store())? {
            let frame = frame.map_err(self.frame(head))?;
            let Some(frame) = frame.after(head).map_err(|it| self.damaged(it))? else {
                continue;
            };
            if let Some(record) = last.and_then(|position| frame.record(position)) {
                found_head = Some(record.hash);
            }
            head = frame.records.last().map_or(head, |record| record.head());
            let known = index.head();
            if let Some(new) = frame.after(known).map_err(|it| self.damaged(it))? {
                index.add(&new).map_err(|damaged| self.damaged(damaged))?;
                index.write_behind_now(store).map_err(self.index())?;
            }
        }

        let found = index.head().count;
        if found < anchored.head.count {
            let (path, anchored) = (self.path(), anchored.head.count);
            return Err(OpenError::BehindAnchor {
                path,
                found,
                anchored,
            });
        }
        if found_head != Some(anchored.head.hash) {
            let position = anchored.head.count.saturating_sub(1);
            return Err(OpenError::HeadDiffers {
                path: self.path(),
                position,
            });
        }
        let epoch = store.epoch().map_err(self.store())?;
        if epoch != Some(anchor.epoch()) {
            let (path, anchored) = (self.path(), anchor.epoch());
            return Err(OpenError::EpochDiffers {
                path,
                found: epoch,
                anchored,
            });
        }
        self.verify_mark(store, anchored, &mut index)?;
        Ok(index)
    }

    /// Decodes frames evenly spread over what the index covers, the first one among them: a store
    /// that has lost a stretch, or whose pages are mixed up, seldom passes.
    fn sample(&self, store: &Store, indexed: Head) -> Result<(), OpenError> {
        for sample in 0..SAMPLES {
            let position = indexed.count / SAMPLES * sample;
            let frame = store.frame_holding(position);
            let frame = frame.map_err(self.frame(Head {
                count: position,
                ..indexed
            }))?;
            if frame.first == 0 && frame.previous != Hash::ZERO {
                let damage = Damage::ChainBroken;
                return Err(self.damaged(Damaged { position, damage }));
            }
        }
        Ok(())
    }

    /// The mark inside sled must be at least as new as the anchor, and describe what is there.
    fn verify_mark(
        &self,
        store: &Store,
        anchored: Mark,
        index: &mut Index,
    ) -> Result<(), OpenError> {
        let cursors_differ = || OpenError::CursorsDiffer { path: self.path() };
        for cursor in store.cursors().map_err(self.store())? {
            let (name, value) = cursor.ok_or_else(cursors_differ)?;
            index.set_cursor(name, value);
        }
        let mark = store
            .mark()
            .map_err(self.store())?
            .ok_or_else(cursors_differ)?;
        if index.head() != mark.head {
            let (found, marked) = (index.head().count, mark.head.count);
            let (position, damage) = if found < marked {
                (found, Damage::FrameMissing)
            } else {
                (marked, Damage::BehindTheEnd)
            };
            return Err(self.damaged(Damaged { position, damage }));
        }
        let stale = mark.commit < anchored.commit;
        let differs = mark.commit == anchored.commit && mark != anchored;
        if stale || differs || index.cursor_digest() != mark.cursors {
            return Err(cursors_differ());
        }
        Ok(())
    }

    /// A commit that was durable but not yet anchored when the process ended is kept. It may so far
    /// be only in the page cache, so it is synced before the anchor says that it is there.
    fn reanchor(&self, store: &Store, index: &Index, anchor: &mut Anchor) -> Result<(), OpenError> {
        store.sync().map_err(self.store())?;
        let mark = store.mark().map_err(self.store())?.unwrap_or(anchor.mark());
        debug_assert_eq!(mark.head, index.head(), "verified before");
        if mark != anchor.mark() {
            anchor.advance(mark).map_err(self.anchor())?;
        }
        Ok(())
    }

    fn path(&self) -> PathBuf {
        self.0.to_owned()
    }

    fn io(&self, step: &'static str, on: &Path) -> impl FnOnce(io::Error) -> OpenError {
        let path = on.to_owned();
        move |source| OpenError::Io { step, path, source }
    }

    fn store(&self) -> impl FnOnce(StoreError) -> OpenError {
        let path = self.path();
        move |source| OpenError::Store { path, source }
    }

    fn index(&self) -> impl FnOnce(Stop) -> OpenError {
        let path = self.path();
        move |stop| OpenError::Store {
            path,
            source: match stop {
                Stop::Failed(source) => source,
                Stop::Closed(why) => StoreError::Engine {
                    step: "read the index",
                    source: Box::new(why),
                },
            },
        }
    }

    fn anchor(&self) -> impl FnOnce(AnchorError) -> OpenError {
        let path = self.path();
        move |source| OpenError::Anchor { path, source }
    }

    fn damaged(&self, Damaged { position, damage }: Damaged) -> OpenError {
        OpenError::Damaged {
            path: self.path(),
            position,
            damage,
        }
    }

    /// When sled itself cannot go on, the first bad position is the one after all that was read.
    fn frame(&self, read: Head) -> impl FnOnce(FrameError) -> OpenError {
        let (path, next) = (self.path(), read.count);
        move |error| match error {
            FrameError::Store(source) => OpenError::StoreUnreadable { path, next, source },
            FrameError::Damaged(Damaged { position, damage }) => OpenError::Damaged {
                path,
                position,
                damage,
            },
        }
    }
}

/// sled syncs neither its configuration file nor its directories.
pub(crate) fn sync_all_in(directory: &Path) -> io::Result<()> {
    for entry in fs::read_dir(directory)? {
        let path = entry?.path();
        if path.is_dir() {
            sync_all_in(&path)?;
        } else {
            File::open(path)?.sync_all()?;
        }
    }
    anchor::sync_directory(directory)
}
