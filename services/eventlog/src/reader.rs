//! Opening a log to read it, without writing anything: for auditors, and for disks that are read-only or
//! full.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;

use uuid::Uuid;

use crate::anchor::{self, Anchor};
use crate::backup::{BackupError, BackupHead, export_records};
use crate::checkpoint::Prover;
use crate::error::{OpenError, ReadError, VerifyError};
use crate::lock::{self, Lock};
use crate::merkle::{Tree, TreeHead};
use crate::migrate;
use crate::options::Options;
use crate::record::{Head, Position, Record};
use crate::records::Records;
use crate::recover::{self, Failures};
use crate::verify::{self, Subject, Verified};
use crate::wal::MemTable;

/// A log that is open for reading only. While it is, no process can open the log for writing; others can
/// read it as well.
///
/// It does without the index, so it finds records by position only, and it opens a log whose index is lost
/// as fast as any other.
pub struct LogReader {
    directory: PathBuf,
    epoch: Uuid,
    head: Head,
    cursors: BTreeMap<String, u64>,
    records: Records,
    prover: Prover,
    _lock: Option<Lock>,
}

impl LogReader {
    /// Opens the log in `options.path`. A log of version 0.1.0 is taken over first, which writes.
    ///
    /// # Errors
    /// [`OpenError`] if the log is open for writing, cannot be read, or is not in every respect what was
    /// last acknowledged.
    pub fn open(options: Options) -> Result<LogReader, OpenError> {
        let options = Options {
            signer: None,
            verifying_key: options
                .signer
                .as_ref()
                .map(|signer| signer.verifying_key().clone())
                .or(options.verifying_key),
            ..options
        };
        let path = options.path.as_path();
        recover::check_identity(&options)?;
        if migrate::is_needed(path) {
            let _lock = lock::exclusive(path)?;
            migrate::run(&options)?;
        }
        let lock = lock::shared(path)?;
        let anchor = Anchor::open_to_read(path).map_err(Failures(path).anchor())?;
        let (epoch, anchored) = anchor.ok_or_else(|| OpenError::AnchorMissing {
            path: path.join(anchor::FILE_NAME),
            count: 0,
        })?;
        let contents = recover::read(&options, epoch, anchored)?;
        let records = Records::new(contents.segments, MemTable::of(contents.commits));
        let reached = contents.reached;
        let prover = Prover::open(&records, reached.tree, epoch, &options)?;
        Ok(LogReader {
            directory: options.path.clone(),
            epoch,
            head: reached.state.head,
            cursors: reached.cursors,
            records,
            prover,
            _lock: lock,
        })
    }

    /// Which incarnation of the log this is.
    #[must_use]
    pub fn epoch(&self) -> Uuid {
        self.epoch
    }

    /// Number of records, and hash of the last.
    #[must_use]
    pub fn head(&self) -> Head {
        self.head
    }

    /// Size and Merkle root.
    #[must_use]
    pub fn tree_head(&self) -> TreeHead {
        self.prover.tree_head()
    }

    /// All cursors.
    #[must_use]
    pub fn cursors(&self) -> &BTreeMap<String, u64> {
        &self.cursors
    }

    /// The record at a position; `None` at and beyond the head.
    ///
    /// # Errors
    /// [`ReadError`] if it cannot be read or does not verify.
    pub fn record(&self, position: Position) -> Result<Option<Record>, ReadError> {
        if position >= self.head.count {
            return Ok(None);
        }
        Ok(self.records.frame(position)?.record(position).cloned())
    }

    /// Reads and hashes every record from the disk, and compares the checkpoints. Calls `progress` after each
    /// block with how many records are done and how many there are.
    ///
    /// # Errors
    /// [`VerifyError`] names the first bad position.
    pub fn verify(&self, progress: &mut dyn FnMut(u64, u64)) -> Result<Verified, VerifyError> {
        let subject = Subject {
            directory: &self.directory,
            epoch: self.epoch,
            records: &self.records,
            prover: &self.prover,
            head: self.head,
        };
        verify::verify(&subject, &mut |_| Ok(()), progress)
    }

    /// The first of these tree heads, by size, that is no beginning of this log: it has another root, or more records
    /// than there are.
    ///
    /// # Errors
    /// [`ReadError`] if the log cannot be read.
    pub fn first_contradicting(&self, heads: &[TreeHead]) -> Result<Option<TreeHead>, ReadError> {
        let mut heads = heads.to_vec();
        heads.sort_unstable_by_key(|head| head.size);
        let mut tree = Tree::new();
        for head in heads {
            let end = head.size.min(self.head.count);
            while tree.count() < end {
                let frame = self.records.frame(tree.count())?;
                let new = frame.records.iter();
                let new = new.filter(|record| (tree.count()..end).contains(&record.position));
                let new: Vec<_> = new.map(|record| record.hash).collect();
                tree.extend(new);
            }
            if tree.head() != head {
                return Ok(Some(head));
            }
        }
        Ok(None)
    }

    /// What a backup of this log holds.
    #[must_use]
    pub fn backup_head(&self) -> BackupHead {
        let checkpoint = self.prover.newest();
        BackupHead {
            epoch: self.epoch,
            head: self.head,
            root: self.tree_head().root,
            cursors: self.cursors.clone(),
            checkpoint: checkpoint.map_or_else(String::new, |it| it.note().to_owned()),
        }
    }

    /// Writes a backup. Calls `progress` with how many records are done and how many there are. The caller
    /// makes the file durable.
    ///
    /// # Errors
    /// [`BackupError`] if the log cannot be read, or the backup not be written.
    pub fn export(
        &self,
        to: impl Write,
        progress: &mut dyn FnMut(u64, u64),
    ) -> Result<BackupHead, BackupError> {
        self.export_since(0, to, progress)
    }

    /// Writes an increment: what comes behind the first `since` records. See
    /// [`EventLog::export_since`](crate::EventLog::export_since).
    ///
    /// # Errors
    /// As [`LogReader::export`]; [`BackupError::Beyond`] if the log has fewer records.
    pub fn export_since(
        &self,
        since: Position,
        to: impl Write,
        progress: &mut dyn FnMut(u64, u64),
    ) -> Result<BackupHead, BackupError> {
        let head = self.backup_head();
        export_records(&self.records, &head, since, to, progress)?;
        Ok(head)
    }
}

impl std::fmt::Debug for LogReader {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("LogReader")
            .field("epoch", &self.epoch)
            .field("head", &self.head)
            .finish_non_exhaustive()
    }
}
