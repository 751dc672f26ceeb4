//! Taking over a log that version 0.1.0 wrote: records in sled, the newest ones in `ahead/`.
//!
//! sled gets a copy to open: it writes to what it opens, and after a power cut it may destroy it. From the
//! copy and the files of `ahead/` segments are written beside the old files. Renaming their folder is the
//! moment at which the log is a new one; before it, the next open begins again from the old files, which
//! are removed only after the new log was opened.

mod keys;
mod store;

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use uuid::Uuid;

use crate::anchor::Anchor;
use crate::backup::{BackupError, Builder, Take, copy_folder};
use crate::commit_state::CommitState;
use crate::error::{Damage, Damaged, OpenError, StoreError};
use crate::frame::Frame;
use crate::hash::Hash;
use crate::index::store::IndexStore;
use crate::merkle::Tree;
use crate::options::Options;
use crate::record::Head;
use crate::recover::Failures;
use crate::segment;
use crate::sync::sync_directory;
use crate::wal::{self, Entry};

/// sled's folder, and that of the files written ahead, in a log of version 0.1.0.
const OLD: [&str; 2] = ["sled", "ahead"];
/// What an interrupted creation by version 0.1.0 leaves.
const OLD_UNFINISHED: &str = "sled.creating";
/// Where the new segments are made.
const WORK: &str = "migrating";

/// Whether the log in `path` was written by version 0.1.0 and not taken over yet.
pub(crate) fn is_needed(path: &Path) -> bool {
    !path.join(segment::DIRECTORY).is_dir() && OLD.iter().any(|old| path.join(old).is_dir())
}

/// Takes the log over.
pub(crate) fn run(options: &Options) -> Result<(), OpenError> {
    let path = options.path.as_path();
    let work = path.join(WORK);
    let done = remove(&work).and_then(|()| take_over(options, &work));
    // What is left of it does no harm, but takes room.
    let cleaned = remove(&work);
    done.and(cleaned)
}

/// Removes what version 0.1.0 left, once the new log was found in order.
pub(crate) fn remove_old(path: &Path) -> Result<(), OpenError> {
    for old in OLD.iter().chain([&OLD_UNFINISHED]) {
        remove(&path.join(old))?;
    }
    Ok(())
}

/// A log of version 0.1.0.
pub(crate) struct OldLog {
    store: Option<IndexStore>,
    pub(crate) epoch: Uuid,
    entries: Vec<Entry>,
}

impl OldLog {
    /// Opens the log in `path`; sled works in `copy`, where it gets a copy of its files. `None` if
    /// nothing says which log it is.
    pub(crate) fn open(
        path: &Path,
        copy: &Path,
        anchored: Option<Uuid>,
    ) -> Result<Option<OldLog>, OpenError> {
        let at = Failures(path);
        let entries = read_ahead(path).map_err(at.io("read", &path.join(OLD[1])))?;
        let mut store = None;
        if path.join(OLD[0]).join("db").is_file() {
            copy_folder(&path.join(OLD[0]), copy).map_err(|error| failed(path, error))?;
            store = Some(IndexStore::open(copy).map_err(at.store())?);
        }
        let stored = store.as_ref().map(store::epoch);
        let stored = stored.transpose().map_err(at.store())?.flatten();
        let ahead = entries.first().map(|entry| entry.epoch);
        Ok(anchored.or(stored).or(ahead).map(|epoch| OldLog {
            store,
            epoch,
            entries,
        }))
    }

    /// Copies all records into `builder`, and returns state and cursors after them.
    pub(crate) fn copy(
        &self,
        path: &Path,
        builder: &mut Builder,
    ) -> Result<(CommitState, BTreeMap<String, u64>), OpenError> {
        let at = Failures(path);
        let (mut state, mut cursors) = (CommitState::EMPTY, BTreeMap::new());
        if let Some(store) = &self.store {
            let found = store::epoch(store).map_err(at.store())?;
            if found != Some(self.epoch) {
                return Err(OpenError::EpochDiffers {
                    path: path.to_owned(),
                    position: 0,
                    found,
                    anchored: self.epoch,
                });
            }
            state = store::state(store)
                .map_err(at.store())?
                .unwrap_or(CommitState::EMPTY);
            copy_frames(store, state, path, builder)?;
            let stored: Option<BTreeMap<_, _>> = store::cursors(store)
                .map_err(at.store())?
                .into_iter()
                .collect();
            cursors = stored.ok_or_else(|| OpenError::CursorsDiffer {
                path: path.to_owned(),
                position: state.head.count,
            })?;
        }
        let (commits, _) = wal::chain(self.entries.iter(), state, self.epoch, &mut Tree::new());
        for commit in commits {
            if let Some(frame) = commit.frame {
                builder
                    .add(frame.as_ref().clone())
                    .map_err(|error| failed(path, error))?;
            }
            cursors.extend(commit.cursors);
            state = commit.state;
        }
        Ok((state, cursors))
    }
}

impl OldLog {
    /// Reads every frame that continues the ones before, as far as there are any. Returns the cursors, if
    /// they are those of the last frame.
    pub(crate) fn follow(&self, take: &mut Take<'_>) -> Option<BTreeMap<String, u64>> {
        let store = self.store.as_ref();
        let stored = store.and_then(|store| store::state(store).ok().flatten());
        let mut state = stored.unwrap_or(CommitState::EMPTY);
        let mut head = Head::EMPTY;
        let frames = store.and_then(|store| store::frames(store).ok());
        for frame in frames.into_iter().flatten() {
            let frame = frame.ok().map(|frame| frame.before(state.head.count));
            let Some(frame) = frame.filter(|frame| frame.previous == head.hash) else {
                break;
            };
            let Some(last) = frame.records.last() else {
                break;
            };
            head = last.head();
            if take(frame).is_break() {
                return None;
            }
        }
        if head != state.head {
            return None;
        }
        let stored = store.map(|store| store::cursors(store).ok());
        let mut cursors: BTreeMap<String, u64> = stored
            .unwrap_or_default()
            .unwrap_or_default()
            .into_iter()
            .collect::<Option<_>>()?;
        let (commits, _) = wal::chain(self.entries.iter(), state, self.epoch, &mut Tree::new());
        for commit in commits {
            cursors.extend(commit.cursors);
            state = commit.state;
            if let Some(frame) = commit.frame
                && take(Frame::clone(&frame)).is_break()
            {
                return None;
            }
        }
        (Hash::of_cursors(&cursors) == state.cursors).then_some(cursors)
    }
}

/// Copies the records that the store's state counts; behind them it may have more, unfinished ones.
fn copy_frames(
    store: &IndexStore,
    state: CommitState,
    path: &Path,
    builder: &mut Builder,
) -> Result<(), OpenError> {
    let at = Failures(path);
    let count = state.head.count;
    for frame in store::frames(store).map_err(at.store())? {
        let next = builder.head().count;
        if next >= count {
            break;
        }
        let frame = frame.map_err(at.frame(next))?.before(count);
        builder.add(frame).map_err(|error| failed(path, error))?;
    }
    if builder.head() != state.head {
        let position = builder.head().count.min(count);
        let damage = Damage::FrameMissing;
        return Err(at.damaged(Damaged { position, damage }));
    }
    Ok(())
}

fn take_over(options: &Options, work: &Path) -> Result<(), OpenError> {
    let path = options.path.as_path();
    let at = Failures(path);
    fs::create_dir_all(work).map_err(at.io("create", work))?;
    let anchor = Anchor::open(path).map_err(at.anchor())?;
    let epoch = anchor.as_ref().map(Anchor::epoch);
    let anchored = anchor.map_or(CommitState::EMPTY, |anchor| anchor.state());
    let Some(old) = OldLog::open(path, &work.join(OLD[0]), epoch)? else {
        if anchored != CommitState::EMPTY {
            return Err(OpenError::StoreMissing {
                path: path.to_owned(),
                anchored: anchored.head.count,
            });
        }
        // Its creation was interrupted.
        return remove_old(path);
    };
    let identity = options.identity.clone();
    let mut builder =
        Builder::new(work, old.epoch, identity).map_err(|error| failed(path, error))?;
    let (state, cursors) = old.copy(path, &mut builder)?;
    if epoch.is_none() && state == CommitState::EMPTY {
        return remove_old(path);
    }
    compare(path, epoch, anchored, (state, &cursors))?;
    builder
        .finish_segments(state.commit, &cursors)
        .map_err(|error| failed(path, error))?;
    drop(old);
    let wal_folder = path.join(wal::DIRECTORY);
    fs::create_dir_all(&wal_folder).map_err(at.io("create", &wal_folder))?;
    let (new, segments) = (work.join(segment::DIRECTORY), path.join(segment::DIRECTORY));
    fs::rename(&new, &segments).map_err(at.io("rename", &new))?;
    sync_directory(path).map_err(at.io("sync", path))
}

/// What was found must be what was acknowledged.
fn compare(
    path: &Path,
    epoch: Option<Uuid>,
    anchored: CommitState,
    (state, cursors): (CommitState, &BTreeMap<String, u64>),
) -> Result<(), OpenError> {
    let path = || path.to_owned();
    if epoch.is_none() {
        return Err(OpenError::AnchorMissing {
            path: path(),
            count: state.head.count,
        });
    }
    if state.head.count < anchored.head.count {
        return Err(OpenError::BehindAnchor {
            path: path(),
            found: state.head.count,
            anchored: anchored.head.count,
        });
    }
    let digest = Hash::of_cursors(cursors);
    if state.commit < anchored.commit || digest != state.cursors {
        return Err(OpenError::CursorsDiffer {
            path: path(),
            position: state.head.count,
        });
    }
    Ok(())
}

/// All whole entries at the beginning of each file that was written ahead.
fn read_ahead(path: &Path) -> io::Result<Vec<Entry>> {
    let mut entries = Vec::new();
    for number in ["0", "1"] {
        let bytes = match fs::read(path.join(OLD[1]).join(number)) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(error),
        };
        let mut rest = &bytes[..];
        while let Some((entry, length)) = wal::decode(rest) {
            rest = &rest[length..];
            entries.push(entry);
        }
    }
    Ok(entries)
}

fn remove(path: &Path) -> Result<(), OpenError> {
    match fs::remove_dir_all(path) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(Failures(path).io("remove", path)(error)),
    }
}

/// A failure of writing the new log is one of opening the old one.
fn failed(path: &Path, error: BackupError) -> OpenError {
    let at = Failures(path);
    match error {
        BackupError::Io { step, path, source } => {
            Failures(&path).store()(StoreError::Io { step, source })
        }
        BackupError::Store(source) => at.store()(source),
        BackupError::Anchor(source) => at.anchor()(source),
        BackupError::Damaged { position, damage } => at.damaged(Damaged { position, damage }),
        other @ (BackupError::Stream(_)
        | BackupError::Malformed { .. }
        | BackupError::HeadDiffers { .. }
        | BackupError::WrongBase { .. }
        | BackupError::Beyond { .. }
        | BackupError::Checkpoint(_)
        | BackupError::InTheWay { .. }
        | BackupError::Read(_)) => at.store()(StoreError::Engine {
            step: "take the log over",
            source: Box::new(other),
        }),
    }
}

/// The old folders, for a repair to move away.
pub(crate) fn old_folders(path: &Path) -> Vec<PathBuf> {
    OLD.iter().map(|old| path.join(old)).collect()
}
