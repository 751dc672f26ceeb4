//! Restoring a backup into a log of its own.

mod filling;

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use uuid::Uuid;

use self::filling::Filling;
use super::paths::{io_error, remove, sibling};
use super::{BackupError, BackupHead};
use crate::checkpoint::VerifyingKey;
use crate::hash::Hash;
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
pub enum RestorePoint<'a> {
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
/// # use onestop_eventlog::{Append, EventLog, ExpectedRevision, NewEvent, Options, Restore, RestorePoint, StreamName};
/// # use uuid::Uuid;
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let directory = tempfile::tempdir()?;
/// # let log = EventLog::open(Options::new(directory.path().join("log"), Uuid::from_u128(1)))?;
/// # let runtime = tokio::runtime::Builder::new_current_thread().build()?;
/// # let append = |number, text: &'static str| {
/// #     let event = NewEvent::new(Uuid::from_u128(number), text);
/// #     let append = Append::to(StreamName::new("case/1").unwrap(), ExpectedRevision::Any, [event]);
/// #     runtime.block_on(log.append(append))
/// # };
/// let (mut full, mut increment) = (Vec::new(), Vec::new());
/// append(10, "opened")?;
/// let base = log.export(&mut full, &mut |_, _| {})?;
/// append(11, "accepted")?;
/// append(12, "closed by mistake")?;
/// log.export_since(base.head.count, &mut increment, &mut |_, _| {})?;
///
/// let path = directory.path().join("restored");
/// let restore = Restore { upto: RestorePoint::Position(2), ..Restore::new(&path, Uuid::from_u128(2)) };
/// let restored = restore.run([&full[..], &increment[..]], &mut |_, _| {})?;
/// assert_eq!(restored.head.count, 2);
/// # Ok(())
/// # }
/// ```
pub struct Restore<'a> {
    /// Where the log is to be. Must not be there yet.
    pub path: PathBuf,
    /// Its epoch; or, if that of the backup is not lower, the one after that: epochs name the later of two
    /// incarnations, and clocks go wrong.
    pub new_epoch: Uuid,
    /// Verifies the checkpoints of the files.
    pub key: Option<&'a VerifyingKey>,
    /// Up to where.
    pub upto: RestorePoint<'a>,
}

impl<'a> Restore<'a> {
    /// All of the files, whose checkpoints are not verified by a key.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>, new_epoch: Uuid) -> Restore<'a> {
        Restore {
            path: path.into(),
            new_epoch,
            key: None,
            upto: RestorePoint::End,
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
                // The next attempt removes what is left of it.
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

/// An empty directory is nothing.
fn is_in_the_way(path: &Path) -> io::Result<bool> {
    match fs::read_dir(path) {
        Ok(mut entries) => Ok(entries.next().is_some()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}
