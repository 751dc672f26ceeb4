//! Restoring a backup into a log of its own.

use std::fs;
use std::io::{self, Read};
use std::path::Path;

use uuid::Uuid;

use super::build::Builder;
use super::file::Source;
use super::paths::{io_error, remove, sibling};
use super::{BackupError, BackupHead};
use crate::checkpoint::{Checkpoint, VerifyingKey};
use crate::error::CheckpointError;
use crate::frame;
use crate::identity::Identity;
use crate::merkle::TreeHead;
use crate::sync::sync_directory;

/// A log that was restored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    /// What the backup said; all of it was verified.
    pub backup: BackupHead,
    /// The epoch of the new log.
    pub epoch: Uuid,
}

/// Restores a backup into `path`, which must not be there yet, and gives the log a new epoch.
///
/// Everything is verified on the way: every record, the chain, head and root, and the backup's
/// checkpoint, by `key` if there is one. The log appears in `path` whole and durable, or not at all.
/// `progress` gets how many records are done and how many there are.
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
    if is_in_the_way(path).map_err(io_error("read", path))? {
        return Err(BackupError::InTheWay {
            path: path.to_owned(),
        });
    }
    let aside = sibling(path, "importing");
    remove(&aside)?;
    fs::create_dir_all(&aside).map_err(io_error("create", &aside))?;
    let backup = match fill(&aside, from, new_epoch, key, progress) {
        Ok(backup) => backup,
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
    Ok(Imported {
        backup,
        epoch: new_epoch,
    })
}

fn fill(
    directory: &Path,
    from: impl Read,
    epoch: Uuid,
    key: Option<&VerifyingKey>,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<BackupHead, BackupError> {
    let mut source = Source::new(from);
    let head = source.head()?;
    let signed = checkpoint(&head, key)?;
    let mut builder = Builder::new(directory, epoch, Identity::default())?;
    builder.expect(signed);
    progress(0, head.head.count);
    while let Some(bytes) = source.frame()? {
        builder.add(frame::decode(builder.head().count, &bytes)?)?;
        progress(builder.head().count, head.head.count);
    }
    let count = builder.head().count;
    let (root, restored) = (builder.tree_head().root, builder.head());
    if restored != head.head || root != head.root {
        return Err(BackupError::HeadDiffers { count });
    }
    builder.finish(&head.cursors)?;
    Ok(head)
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
