//! Cutting a damaged log to what can be proven, when its owner asks for it.
//!
//! Nothing is thrown away: what is proven is copied into a new store, and everything that was there
//! moves into a folder beside the log. At every moment in between the log does not open, because
//! store and anchor do not belong together.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use thiserror::Error;
use uuid::Uuid;

use super::BackupError;
use super::build::Builder;
use super::import::{beside, io_error, remove};
use crate::ahead::{self, Ahead};
use crate::anchor::{self, Anchor, sync_directory};
use crate::checkpoint::{History, SigningKey, VerifyingKey};
use crate::error::{FrameError, OpenError};
use crate::frame::Frame;
use crate::hash::Hash;
use crate::mark::Mark;
use crate::merkle::Tree;
use crate::options::Options;
use crate::record::Head;
use crate::recover::{self, STORE_DIRECTORY};
use crate::store::Store;

/// Why a log could not be repaired. It is as it was.
#[derive(Debug, Error)]
pub enum RepairError {
    /// The log is open elsewhere, or its directory cannot be used.
    #[error("the log cannot be taken for repair")]
    Open(#[from] OpenError),
    /// There is no store to save anything from.
    #[error(
        "there is no store in {path}; if a repair was interrupted, put it back from {path}.cut-…"
    )]
    NoStore {
        /// The log's directory.
        path: PathBuf,
    },
    /// The repaired log could not be written.
    #[error("the repaired log cannot be written")]
    Write(#[from] BackupError),
}

/// What a repair did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repaired {
    /// Records kept: everything before this position is proven.
    pub kept: u64,
    /// Records that are known to have been there: acknowledged or signed for.
    pub known: u64,
    /// Why no more was kept; nothing if all that is known was.
    pub reason: Option<String>,
    /// Whether the cursors were kept. After a loss they are not: each source is heard again.
    pub cursors_kept: bool,
    /// The epoch that the log has from now on.
    pub epoch: Uuid,
    /// The folder with everything as it was found.
    pub cut: PathBuf,
}

/// Cuts the log in `options.path` to its last proven position, and gives it `options.new_epoch`.
///
/// Proven is what can be read, hashes as it should, continues the record before, and contradicts
/// neither a checkpoint nor the anchor. The log must be closed.
///
/// # Errors
/// [`RepairError`]; the log is as it was then.
pub fn repair(options: &Options, progress: &mut dyn FnMut(u64)) -> Result<Repaired, RepairError> {
    let path = &options.path;
    let _lock = recover::lock(path)?;
    if !path.join(STORE_DIRECTORY).join("db").is_file() {
        return Err(RepairError::NoStore { path: path.clone() });
    }
    let anchor = Anchor::open(path).ok().flatten();
    let anchored = anchor.as_ref().map(Anchor::mark);
    let epoch = anchor.map(|anchor| anchor.epoch());
    let history = History::of(path);
    let signer = options.signer.as_ref().map(SigningKey::verifying_key);
    let witness = Witness {
        history: &history,
        key: signer.or(options.verifying_key.as_ref()),
        sizes: history.sizes().unwrap_or_default(),
        anchored,
    };
    // sled writes to what it opens: it gets a copy, and what was found stays as it was found.
    let work = path.join("repairing");
    remove(&work)?;
    let copy = work.join("found");
    copy_folder(&path.join(STORE_DIRECTORY), &copy)?;
    let fresh = work.join("fresh");
    fs::create_dir_all(&fresh).map_err(io_error("create", &fresh))?;

    let written = Ahead::read(path).map_err(BackupError::from)?;
    let found = examine(&copy, &written, epoch, &witness, progress);
    let mut cursors = BTreeMap::new();
    let known = witness.known();
    let kept = found.proven.min(found.readable);
    let cursors_kept = kept >= known && found.cursors.is_some();
    if cursors_kept {
        cursors = found.cursors.unwrap_or_default();
    }
    let mut builder = Builder::new(&fresh, options.new_epoch)?;
    if kept > 0 {
        copy_records(&copy, kept, &mut builder)?;
    }
    builder.finish(&cursors)?;
    remove(&copy)?;

    let cut = free_name(path);
    exchange(path, &fresh, &cut)?;
    remove(&work)?;
    Ok(Repaired {
        kept,
        known: known.max(kept),
        reason: (kept < known).then_some(found.reason),
        cursors_kept,
        epoch: options.new_epoch,
        cut,
    })
}

/// What is known about the log from outside its store.
struct Witness<'a> {
    history: &'a History,
    key: Option<&'a VerifyingKey>,
    sizes: Vec<u64>,
    anchored: Option<Mark>,
}

impl Witness<'_> {
    fn known(&self) -> u64 {
        let anchored = self.anchored.map_or(0, |mark| mark.head.count);
        anchored.max(self.sizes.last().copied().unwrap_or(0))
    }

    /// Whether anything that was signed or acknowledged contradicts the log at this size. A
    /// checkpoint that cannot be trusted says nothing.
    fn contradicts(&self, tree: &Tree, head: Head) -> Option<String> {
        let size = tree.count();
        if self.sizes.binary_search(&size).is_ok()
            && let Ok(signed) = self.history.read(size)
            && self.key.is_none_or(|key| signed.verify(key).is_ok())
            && signed.head() != tree.head()
        {
            return Some(format!("the checkpoint of {size} records contradicts them"));
        }
        let anchored = self.anchored.map(|mark| mark.head);
        let differs = anchored.is_some_and(|it| it.count == size && it.hash != head.hash);
        differs.then(|| {
            format!(
                "record {} is not the acknowledged one",
                size.saturating_sub(1)
            )
        })
    }

    fn confirms(&self, size: u64) -> bool {
        self.sizes.binary_search(&size).is_ok()
    }
}

struct Found {
    /// Everything before can be read and verified.
    readable: u64,
    /// Everything before is not contradicted.
    proven: u64,
    reason: String,
    cursors: Option<BTreeMap<String, u64>>,
}

/// Puts into the store what was written ahead of it, and reads until something is wrong.
fn examine(
    store: &Path,
    written: &Ahead,
    epoch: Option<Uuid>,
    witness: &Witness<'_>,
    progress: &mut dyn FnMut(u64),
) -> Found {
    let mut found = Found {
        readable: 0,
        proven: u64::MAX,
        reason: "the records after it are gone".to_owned(),
        cursors: None,
    };
    let store = match Store::open(store) {
        Ok(store) => store,
        Err(error) => {
            found.reason = error.to_string();
            return found;
        }
    };
    let from = store.mark().ok().flatten().unwrap_or(Mark::EMPTY);
    if let Some(epoch) = epoch.or_else(|| store.epoch().ok().flatten()) {
        // What cannot be put there is missing when it is read.
        let _ = ahead::keep(&store, from, written.after(from, epoch));
    }
    let (mut tree, mut head, mut confirmed) = (Tree::new(), Head::EMPTY, 0);
    let frames = match store.frames(0) {
        Ok(frames) => frames,
        Err(error) => {
            found.reason = error.to_string();
            return found;
        }
    };
    for frame in frames {
        let frame: Frame = match frame {
            Ok(frame) if frame.previous == head.hash => frame,
            Ok(_) => {
                found.reason = format!("position {} does not continue the one before", head.count);
                break;
            }
            Err(error) => {
                found.reason = match error {
                    FrameError::Store(error) => error.to_string(),
                    FrameError::Damaged(damaged) => damaged.to_string(),
                };
                break;
            }
        };
        for record in &frame.records {
            tree.push(record.hash, &mut |_| {});
            head = record.head();
            if let Some(contradiction) = witness.contradicts(&tree, head) {
                found.reason = contradiction;
                found.proven = confirmed;
                return found;
            }
            if witness.confirms(head.count) {
                confirmed = head.count;
            }
        }
        found.readable = head.count;
        progress(head.count);
    }
    found.cursors = cursors(&store, head);
    found
}

/// The cursors, if they are those of the last commit that the store speaks of.
fn cursors(store: &Store, head: Head) -> Option<BTreeMap<String, u64>> {
    let mark = store.mark().ok().flatten()?;
    let cursors: Option<BTreeMap<String, u64>> = store.cursors().ok()?.into_iter().collect();
    let cursors = cursors?;
    let digest = cursors
        .iter()
        .map(|(name, value)| Hash::of_cursor(name, *value))
        .fold(Hash::ZERO, Hash::xor);
    (mark.head == head && mark.cursors == digest).then_some(cursors)
}

fn copy_records(store: &Path, kept: u64, builder: &mut Builder) -> Result<(), BackupError> {
    let store = Store::open(store)?;
    for frame in store.frames(0)? {
        let mut frame = frame?;
        let wanted = usize::try_from(kept.saturating_sub(frame.first)).unwrap_or(usize::MAX);
        frame.records.truncate(wanted);
        builder.add(&frame)?;
        if builder.head().count >= kept {
            return Ok(());
        }
    }
    Ok(())
}

/// Moves what was found into `cut`, and the repaired log into its place. The old anchor stays until
/// the new one replaces it in one step: before that, the log does not open.
fn exchange(path: &Path, fresh: &Path, cut: &Path) -> Result<(), BackupError> {
    let rename = |from: PathBuf, to: PathBuf| match fs::rename(&from, to) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        other => other.map_err(io_error("rename", &from)),
    };
    let sync = |path: &Path| sync_directory(path).map_err(io_error("sync", path));
    fs::create_dir(cut).map_err(io_error("create", cut))?;
    let head = path.join(anchor::FILE_NAME);
    if head.exists() {
        let copy = cut.join(anchor::FILE_NAME);
        fs::copy(&head, &copy).map_err(io_error("copy", &head))?;
    } else {
        // Without an anchor an empty store would open: leave one that fits nothing.
        Anchor::create(path, Uuid::nil(), Mark::EMPTY)?;
    }
    for part in [STORE_DIRECTORY, ahead::DIRECTORY, "checkpoints"] {
        rename(path.join(part), cut.join(part))?;
    }
    sync(cut)?;
    sync(cut.parent().unwrap_or(Path::new(".")))?;
    rename(fresh.join(STORE_DIRECTORY), path.join(STORE_DIRECTORY))?;
    sync(path)?;
    rename(fresh.join(anchor::FILE_NAME), head)?;
    sync(path)
}

fn free_name(path: &Path) -> PathBuf {
    let mut names = (1..).map(|number: u32| beside(path, &format!("cut-{number}")));
    names
        .find(|name| !name.exists())
        .unwrap_or_else(|| beside(path, "cut"))
}

fn copy_folder(from: &Path, to: &Path) -> Result<(), BackupError> {
    fs::create_dir_all(to).map_err(io_error("create", to))?;
    for entry in fs::read_dir(from).map_err(io_error("read", from))? {
        let source = entry.map_err(io_error("read", from))?.path();
        let target = to.join(source.file_name().unwrap_or_default());
        if source.is_dir() {
            copy_folder(&source, &target)?;
        } else {
            fs::copy(&source, &target).map_err(io_error("copy", &source))?;
        }
    }
    Ok(())
}
