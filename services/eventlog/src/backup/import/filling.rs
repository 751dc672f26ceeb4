//! Filling a log from files: everything is verified, and what is before the cut is kept.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};

use uuid::Uuid;

use super::super::build::Builder;
use super::super::file::{FileHead, Source};
use super::super::{BackupError, BackupHead, epoch_after};
use super::{Imported, Restore, RestorePoint};
use crate::checkpoint::{Checkpoint, VerifyingKey};
use crate::error::{CheckpointError, Damage, Damaged};
use crate::frame::{self, Frame};
use crate::identity::Identity;
use crate::merkle::{Tree, TreeHead};
use crate::record::{Head, Position};

/// The log in the making, and what was verified of the files.
pub(super) struct Filling<'a> {
    directory: PathBuf,
    builder: Builder,
    restore: Restore<'a>,
    head: Head,
    tree: Tree,
    kept: Tree,
    /// The first position that is left out, once it is known.
    cut: Option<Position>,
    /// Cursors at the end of what is restored, if that is the end of a file.
    cursors: Option<BTreeMap<String, u64>>,
}

impl<'a> Filling<'a> {
    pub(super) fn new(directory: &Path, restore: Restore<'a>) -> Result<Filling<'a>, BackupError> {
        let cut = match &restore.upto {
            RestorePoint::Position(position) => Some(*position),
            RestorePoint::End | RestorePoint::While(_) => None,
        };
        Ok(Filling {
            directory: directory.to_owned(),
            builder: Builder::new(directory, restore.new_epoch, Identity::default())?,
            restore,
            head: Head::EMPTY,
            tree: Tree::new(),
            kept: Tree::new(),
            cut,
            cursors: None,
        })
    }

    pub(super) fn run<R: Read>(
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
        if let RestorePoint::Position(position) = self.restore.upto
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
        if is_first {
            self.begin_after(head.epoch)?;
        }
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

    /// Subscribers refuse an incarnation that is older than one that they know.
    fn begin_after(&mut self, copied: Uuid) -> Result<(), BackupError> {
        let epoch = epoch_after(copied, self.restore.new_epoch);
        if epoch != self.restore.new_epoch {
            self.restore.new_epoch = epoch;
            self.builder = Builder::new(&self.directory, epoch, Identity::default())?;
        }
        Ok(())
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
                && let RestorePoint::While(is_kept) = &mut self.restore.upto
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
