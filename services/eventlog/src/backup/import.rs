//! Restoring a backup into a log of its own.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use uuid::Uuid;

use super::build::Builder;
use super::file::{FileHead, Source};
use super::paths::{io_error, remove, sibling};
use super::{BackupError, BackupHead};
use crate::checkpoint::{Checkpoint, VerifyingKey};
use crate::error::{CheckpointError, Damage, Damaged};
use crate::frame::{self, Frame};
use crate::hash::Hash;
use crate::identity::Identity;
use crate::merkle::{Tree, TreeHead};
use crate::record::{Head, Position, Record};
use crate::sync::sync_directory;

/// A log that was restored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    /// What the last file said; all of it was verified.
    pub backup: BackupHead,
    /// What was kept of it.
    pub head: Head,
    /// Merkle root over that.
    pub root: Hash,
    /// Whether the cursors were kept. Only those at the end of a file are known: behind a cut elsewhere, each
    /// source is read again.
    pub cursors_kept: bool,
    /// The epoch of the new log.
    pub epoch: Uuid,
}

/// Up to where a log is restored.
#[derive(Default)]
pub enum Upto<'a> {
    /// All of it.
    #[default]
    End,
    /// The first so many records.
    Position(Position),
    /// All records before the first for which this is false: it may look at a time that is in the payload.
    While(&'a mut dyn FnMut(&Record) -> bool),
}

/// Restoring a backup, and the increments that continue it, into a log of its own.
///
/// ```
/// # use onestop_eventlog::{EventLog, Options, Restore, Upto};
/// # use uuid::Uuid;
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let directory = tempfile::tempdir()?;
/// # let log = EventLog::open(Options::new(directory.path().join("log"), Uuid::from_u128(1)))?;
/// let (mut full, mut increment) = (Vec::new(), Vec::new());
/// let base = log.export(&mut full, &mut |_, _| {})?;
/// log.export_since(base.head.count, &mut increment, &mut |_, _| {})?;
/// let path = directory.path().join("restored");
/// let restore = Restore { upto: Upto::Position(0), ..Restore::new(&path, Uuid::from_u128(2)) };
/// let restored = restore.run([&full[..], &increment[..]], &mut |_, _| {})?;
/// assert_eq!(restored.head.count, 0);
/// # Ok(())
/// # }
/// ```
pub struct Restore<'a> {
    /// Where the log is to be. Must not be there yet.
    pub path: PathBuf,
    /// Its epoch.
    pub new_epoch: Uuid,
    /// Verifies the checkpoints of the files.
    pub key: Option<&'a VerifyingKey>,
    /// Up to where.
    pub upto: Upto<'a>,
}

impl<'a> Restore<'a> {
    /// All of the files, whose checkpoints are not verified by a key.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>, new_epoch: Uuid) -> Restore<'a> {
        Restore {
            path: path.into(),
            new_epoch,
            key: None,
            upto: Upto::End,
        }
    }

    /// Restores a backup and its increments, in their order.
    ///
    /// Everything is verified on the way, also what is behind the cut: every record, the chain over all files,
    /// head, root and checkpoint of each. The log appears in its place whole and durable, or not at all.
    /// `progress` gets how many records are done and how many there are in the file.
    ///
    /// # Errors
    /// [`BackupError`]; then there is nothing in its place.
    pub fn run<R: Read>(
        self,
        files: impl IntoIterator<Item = R>,
        progress: &mut dyn FnMut(u64, u64),
    ) -> Result<Imported, BackupError> {
        let target = self.path.clone();
        let path = target.as_path();
        if is_in_the_way(path).map_err(io_error("read", path))? {
            return Err(BackupError::InTheWay {
                path: path.to_owned(),
            });
        }
        let aside = sibling(path, "importing");
        remove(&aside)?;
        fs::create_dir_all(&aside).map_err(io_error("create", &aside))?;
        let filled = Filling::new(&aside, self).and_then(|filling| filling.run(files, progress));
        let imported = match filled {
            Ok(imported) => imported,
            Err(error) => {
                // What is left of it is in nobody's way, and removed by the next attempt.
                let _ = remove(&aside);
                return Err(error);
            }
        };
        if path.is_dir() {
            fs::remove_dir(path).map_err(io_error("replace", path))?;
        }
        fs::rename(&aside, path).map_err(io_error("rename", &aside))?;
        let parent = path.parent().unwrap_or(Path::new("."));
        sync_directory(parent).map_err(io_error("sync", parent))?;
        Ok(imported)
    }
}

impl std::fmt::Debug for Restore<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Restore")
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

/// Restores all of one backup: [`Restore`] with its defaults.
///
/// # Errors
/// [`BackupError`]; then there is nothing in `path`.
pub fn import(
    path: &Path,
    from: impl Read,
    new_epoch: Uuid,
    key: Option<&VerifyingKey>,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Imported, BackupError> {
    let restore = Restore {
        key,
        ..Restore::new(path, new_epoch)
    };
    restore.run([from], progress)
}

/// The log in the making, and what was verified of the files.
struct Filling<'a> {
    builder: Builder,
    restore: Restore<'a>,
    head: Head,
    tree: Tree,
    /// The tree over what is kept.
    kept: Tree,
    /// The first position that is left out, once it is known.
    cut: Option<Position>,
    /// Cursors at the end of what is restored, if that is the end of a file.
    cursors: Option<BTreeMap<String, u64>>,
}

impl<'a> Filling<'a> {
    fn new(directory: &Path, restore: Restore<'a>) -> Result<Filling<'a>, BackupError> {
        let cut = match &restore.upto {
            Upto::Position(position) => Some(*position),
            Upto::End | Upto::While(_) => None,
        };
        Ok(Filling {
            builder: Builder::new(directory, restore.new_epoch, Identity::default())?,
            restore,
            head: Head::EMPTY,
            tree: Tree::new(),
            kept: Tree::new(),
            cut,
            cursors: None,
        })
    }

    fn run<R: Read>(
        mut self,
        files: impl IntoIterator<Item = R>,
        progress: &mut dyn FnMut(u64, u64),
    ) -> Result<Imported, BackupError> {
        let mut last: Option<BackupHead> = None;
        for file in files {
            last = Some(self.read(file, last.as_ref(), progress)?);
        }
        let backup = last.ok_or(BackupError::Malformed { part: "all of it" })?;
        let count = self.head.count;
        if let Upto::Position(position) = self.restore.upto
            && position > count
        {
            return Err(BackupError::Beyond { position, count });
        }
        let head = self.builder.head();
        let cursors_kept = self.cursors.is_some();
        self.builder.finish(&self.cursors.unwrap_or_default())?;
        Ok(Imported {
            backup,
            head,
            root: self.kept.head().root,
            cursors_kept,
            epoch: self.restore.new_epoch,
        })
    }

    /// Reads one file, which continues the one before.
    fn read(
        &mut self,
        from: impl Read,
        before: Option<&BackupHead>,
        progress: &mut dyn FnMut(u64, u64),
    ) -> Result<BackupHead, BackupError> {
        let mut source = Source::new(from);
        let FileHead { base, head } = source.head()?;
        let is_other = before.is_some_and(|before| before.epoch != head.epoch);
        let is_first = before.is_none();
        if base != self.head || is_other || (base == Head::EMPTY && !is_first) {
            return Err(BackupError::WrongBase {
                position: self.head.count,
                base: base.count,
            });
        }
        let signed = checkpoint(&head, self.restore.key)?;
        progress(self.head.count, head.head.count);
        while let Some(bytes) = source.frame()? {
            self.add(frame::decode(self.head.count, &bytes)?, signed)?;
            progress(self.head.count, head.head.count);
        }
        if self.head != head.head || self.tree.head().root != head.root {
            return Err(BackupError::HeadDiffers {
                count: self.head.count,
            });
        }
        if self.builder.head() == head.head {
            self.cursors = Some(head.cursors.clone());
        } else if self.builder.head().count > base.count {
            self.cursors = None;
        }
        Ok(head)
    }

    fn add(&mut self, frame: Frame, signed: Option<TreeHead>) -> Result<(), BackupError> {
        if frame.previous != self.head.hash {
            return Err(Damaged {
                position: self.head.count,
                damage: Damage::ChainBroken,
            }
            .into());
        }
        for record in &frame.records {
            self.head = record.head();
            self.tree.push(record.hash, &mut |_| {});
            let count = self.head.count;
            let signed = signed.filter(|signed| signed.size == count);
            if signed.is_some_and(|signed| signed != self.tree.head()) {
                return Err(BackupError::HeadDiffers { count });
            }
            if self.cut.is_none()
                && let Upto::While(is_kept) = &mut self.restore.upto
                && !is_kept(record)
            {
                self.cut = Some(record.position);
            }
        }
        let end = self.cut.unwrap_or(u64::MAX);
        if frame.first >= end {
            return Ok(());
        }
        let frame = frame.before(end);
        for record in &frame.records {
            self.kept.push(record.hash, &mut |_| {});
        }
        self.builder.add(frame)
    }
}

/// The backup's checkpoint, if it has one: of the log that was copied, and signed. It may be newer than
/// the head that the backup was begun at; then it says nothing about it.
fn checkpoint(
    head: &BackupHead,
    key: Option<&VerifyingKey>,
) -> Result<Option<TreeHead>, BackupError> {
    if head.checkpoint.is_empty() {
        return Ok(None);
    }
    let checkpoint = Checkpoint::parse(&head.checkpoint).map_err(BackupError::Checkpoint)?;
    if let Some(key) = key {
        checkpoint.verify(key).map_err(BackupError::Checkpoint)?;
    }
    if checkpoint.epoch() != Some(head.epoch) {
        return Err(BackupError::Checkpoint(CheckpointError::Foreign {
            found: checkpoint.origin().to_owned(),
            expected: head.epoch.to_string(),
        }));
    }
    Ok(Some(checkpoint.head()))
}

/// An empty directory is nothing.
fn is_in_the_way(path: &Path) -> io::Result<bool> {
    match fs::read_dir(path) {
        Ok(mut entries) => Ok(entries.next().is_some()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}
