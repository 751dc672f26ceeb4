//! Cutting a damaged log to what can be proven, when its owner asks for it.
//!
//! Nothing is thrown away: what is proven is copied into new segments, and everything that was there
//! moves into a folder beside the log. At every moment in between the log does not open, because
//! segments and anchor do not belong together. sled is not read: it holds nothing that the records do
//! not say, except in a log of version 0.1.0.

use std::collections::BTreeMap;
use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use thiserror::Error;
use uuid::Uuid;

use super::build::Builder;
use super::paths::{io_error, remove, sibling};
use super::salvage::{Take, follow};
use super::{BackupError, epoch_after};
use crate::anchor::{self, Anchor};
use crate::checkpoint::{History, SigningKey, VerifyingKey};
use crate::commit_state::CommitState;
use crate::error::OpenError;
use crate::frame::Frame;
use crate::index;
use crate::lock;
use crate::merkle::Tree;
use crate::migrate::{self, OldLog};
use crate::options::Options;
use crate::record::Head;
use crate::segment;
use crate::sync::sync_directory;
use crate::wal;

/// Why a log could not be repaired. It is as it was.
#[derive(Debug, Error)]
pub enum RepairError {
    /// The log is open elsewhere, or its directory cannot be used.
    #[error("the log cannot be taken for repair")]
    Open(#[from] OpenError),
    /// There are no records to save anything from.
    #[error(
        "there are no segments in {path}; if a repair was interrupted, put them back from {path}.cut-…"
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
    /// Whether the cursors were kept. After a loss they are not: each source is read again.
    pub cursors_kept: bool,
    /// The epoch that the log has from now on.
    pub epoch: Uuid,
    /// The folder with everything as it was found.
    pub cut: PathBuf,
}

/// Cuts the log in `options.path` to its last proven position, and gives it `options.new_epoch`, or the epoch after the one
/// that it had, if that is not lower.
///
/// Proven is what can be read, hashes as it should, continues the record before, and contradicts
/// neither a checkpoint nor the anchor. The log must be closed.
///
/// # Errors
/// [`RepairError`]; the log is as it was then.
pub fn repair(options: &Options, progress: &mut dyn FnMut(u64)) -> Result<Repaired, RepairError> {
    let path = &options.path;
    let _lock = lock::exclusive(path)?;
    let is_old = migrate::is_needed(path);
    if !is_old && !path.join(segment::DIRECTORY).is_dir() {
        return Err(RepairError::NoStore { path: path.clone() });
    }
    let anchor = Anchor::open(path).ok().flatten();
    let history = History::of(path);
    let signer = options.signer.as_ref().map(SigningKey::verifying_key);
    let witness = Witness {
        history: &history,
        key: signer.or(options.verifying_key.as_ref()),
        sizes: history.sizes().unwrap_or_default(),
        anchored: anchor.as_ref().map(Anchor::state),
    };
    let work = path.join("repairing");
    remove(&work)?;
    let fresh = work.join("fresh");
    fs::create_dir_all(&fresh).map_err(io_error("create", &fresh))?;
    let source = if is_old {
        let copy = work.join("found");
        let epoch = anchor.as_ref().map(Anchor::epoch);
        Source::Old(OldLog::open(path, &copy, epoch).map_err(|error| error.to_string()))
    } else {
        Source::Segments(path)
    };

    let found = examine(&source, &witness, progress);
    let known = witness.known();
    let kept = found.proven.min(found.readable);
    let cursors = found.cursors.filter(|_| kept >= known);
    let cursors_kept = cursors.is_some();
    let before = anchor.as_ref().map(Anchor::epoch);
    let epoch = before.map_or(options.new_epoch, |before| {
        epoch_after(before, options.new_epoch)
    });
    let mut builder = Builder::new(&fresh, epoch, options.identity.clone())?;
    copy_records(&source, kept, &mut builder)?;
    builder.finish(&cursors.unwrap_or_default())?;
    drop(source);
    remove(&work.join("found"))?;

    let cut = free_name(path);
    exchange(path, &fresh, &cut)?;
    remove(&work)?;
    Ok(Repaired {
        kept,
        known: known.max(kept),
        reason: (kept < known).then_some(found.reason),
        cursors_kept,
        epoch,
        cut,
    })
}

/// Where the records are read from.
enum Source<'a> {
    /// The log in this directory.
    Segments(&'a Path),
    /// One of version 0.1.0, or why it cannot be read.
    Old(Result<Option<OldLog>, String>),
}

impl Source<'_> {
    /// Reads every frame that continues the ones before. Returns the cursors, if they are those of the
    /// last frame.
    fn read(&self, take: &mut Take<'_>) -> Option<BTreeMap<String, u64>> {
        match self {
            Source::Segments(path) => follow(path, take),
            Source::Old(Ok(Some(old))) => old.follow(take),
            Source::Old(Ok(None) | Err(_)) => None,
        }
    }

    /// Why there is nothing behind position `next`.
    fn reason(&self, next: u64) -> String {
        match self {
            Source::Segments(_) | Source::Old(Ok(_)) => {
                format!("nothing that can be read continues position {next}")
            }
            Source::Old(Err(reason)) => reason.clone(),
        }
    }
}

/// What is known about the log apart from its records.
struct Witness<'a> {
    history: &'a History,
    key: Option<&'a VerifyingKey>,
    sizes: Vec<u64>,
    anchored: Option<CommitState>,
}

impl Witness<'_> {
    fn known(&self) -> u64 {
        let anchored = self.anchored.map_or(0, |state| state.head.count);
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
        let anchored = self.anchored.map(|state| state.head);
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

/// Reads until nothing continues what was read, or something contradicts it.
fn examine(source: &Source<'_>, witness: &Witness<'_>, progress: &mut dyn FnMut(u64)) -> Found {
    let (mut tree, mut head, mut confirmed) = (Tree::new(), Head::EMPTY, 0);
    let mut contradiction = None;
    let cursors = source.read(&mut |frame: Frame| {
        for record in &frame.records {
            tree.push(record.hash, &mut |_| {});
            head = record.head();
            contradiction = witness.contradicts(&tree, head);
            if contradiction.is_some() {
                return ControlFlow::Break(());
            }
            if witness.confirms(head.count) {
                confirmed = head.count;
            }
        }
        progress(head.count);
        ControlFlow::Continue(())
    });
    match contradiction {
        Some(reason) => Found {
            readable: head.count,
            proven: confirmed,
            reason,
            cursors: None,
        },
        None => Found {
            readable: head.count,
            proven: u64::MAX,
            reason: source.reason(head.count),
            cursors,
        },
    }
}

/// Copies the first `kept` records, which were read before.
fn copy_records(source: &Source<'_>, kept: u64, builder: &mut Builder) -> Result<(), BackupError> {
    let mut failure = None;
    if kept > 0 {
        source.read(&mut |frame: Frame| {
            failure = builder.add(frame.before(kept)).err();
            if failure.is_some() || builder.head().count >= kept {
                return ControlFlow::Break(());
            }
            ControlFlow::Continue(())
        });
    }
    match failure {
        Some(error) => Err(error),
        None if builder.head().count == kept => Ok(()),
        None => Err(BackupError::HeadDiffers {
            count: builder.head().count,
        }),
    }
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
        // Without an anchor an empty log would open: leave one that fits nothing.
        Anchor::create(path, Uuid::nil(), CommitState::EMPTY)?;
    }
    let parts = [segment::DIRECTORY, wal::DIRECTORY, index::open::DIRECTORY];
    for part in parts.iter().chain(&["checkpoints"]) {
        rename(path.join(part), cut.join(part))?;
    }
    for old in migrate::old_folders(path) {
        rename(old.clone(), cut.join(old.file_name().unwrap_or_default()))?;
    }
    sync(cut)?;
    sync(cut.parent().unwrap_or(Path::new(".")))?;
    for part in [wal::DIRECTORY, segment::DIRECTORY] {
        rename(fresh.join(part), path.join(part))?;
    }
    sync(path)?;
    rename(fresh.join(anchor::FILE_NAME), head)?;
    sync(path)
}

fn free_name(path: &Path) -> PathBuf {
    let mut names = (1..).map(|number: u32| sibling(path, &format!("cut-{number}")));
    names
        .find(|name| !name.exists())
        .unwrap_or_else(|| sibling(path, "cut"))
}
