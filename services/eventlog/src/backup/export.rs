//! Writing a backup while the log is in use.

use std::io::Write;

use super::file::Sink;
use super::{BackupError, BackupHead};
use crate::error::{Damage, Damaged, ReadError};
use crate::frame;
use crate::hash::Hash;
use crate::log::EventLog;
use crate::merkle::Tree;
use crate::record::{Head, Position, Record};
use crate::records::Records;

/// Payload bytes after which a page of a backup ends.
const PAGE_BYTES: usize = 512 << 10;
/// Records after which it ends.
const PAGE_RECORDS: usize = 4_096;

/// Some records in the form in which a backup holds them: compressed, and chained by their hashes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The first record's position.
    pub first: Position,
    /// Position after the last.
    pub end: Position,
    /// The frame.
    pub bytes: Vec<u8>,
}

impl EventLog {
    /// What a backup of this log would hold if it were begun now.
    ///
    /// # Errors
    /// [`ReadError`] if the log is closed or its last record cannot be read.
    pub fn backup_head(&self) -> Result<BackupHead, ReadError> {
        // Cursors first: one that is older than the records only makes a consumer read again what it
        // has read; a newer one would make it miss something.
        let cursors = self.cursors("");
        let tree = self.tree_head();
        // The tree grows a moment before the head is published: a caller that reads the cursors after this
        // call finds them at least as far as these records need.
        while self.head().count < tree.size {
            let open = self.shared().records.segments();
            open.map_err(|why| ReadError::Closed { why })?;
            std::thread::yield_now();
        }
        let last = match tree.size.checked_sub(1) {
            Some(last) => self.record(last)?.map(|record| record.hash),
            None => None,
        };
        let checkpoint = self.latest_checkpoint();
        Ok(BackupHead {
            epoch: self.epoch(),
            head: Head {
                count: tree.size,
                hash: last.unwrap_or(Hash::ZERO),
            },
            root: tree.root,
            cursors,
            checkpoint: checkpoint.map_or_else(String::new, |it| it.note().to_owned()),
        })
    }

    /// Records from `first` on and below `end`, at most some hundred kilobytes of them; at least one.
    /// `None` if there are none.
    ///
    /// # Errors
    /// [`ReadError`] if the log is closed or a record cannot be read or does not verify.
    pub fn backup_page(&self, first: Position, end: Position) -> Result<Option<Page>, ReadError> {
        page(&self.shared().records, first, end.min(self.head().count))
    }

    /// Writes a backup of everything that is durable at the call. Appends and reads go on meanwhile;
    /// what they add is not part of it. `progress` gets how many records are done and how many there
    /// are. The owner of the file makes it durable.
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

    /// Writes an increment: what was appended behind the first `since` records, for
    /// [`Restore`](crate::Restore) to put onto a backup that ends with exactly those. With 0 it is a backup.
    ///
    /// # Errors
    /// As [`EventLog::export`]; [`BackupError::Beyond`] if the log has fewer records.
    pub fn export_since(
        &self,
        since: Position,
        to: impl Write,
        progress: &mut dyn FnMut(u64, u64),
    ) -> Result<BackupHead, BackupError> {
        let head = self.backup_head()?;
        export_records(&self.shared().records, &head, since, to, progress)?;
        Ok(head)
    }
}

/// Writes a backup with this head of what comes behind the first `since` records.
pub(crate) fn export_records(
    records: &Records,
    head: &BackupHead,
    since: Position,
    to: impl Write,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<(), BackupError> {
    let end = head.head.count;
    let mut writer = ExportWriter::since(to, head, since)?;
    progress(since, end);
    while let Some(page) = page(records, writer.next(), end)? {
        writer.add(&page.bytes)?;
        progress(writer.next(), end);
    }
    writer.finish()?;
    Ok(())
}

/// Records from `first` on and below `end`, which is not beyond the head.
fn page(records: &Records, first: Position, end: Position) -> Result<Option<Page>, ReadError> {
    let end = end.min(first.saturating_add(PAGE_RECORDS as u64));
    let mut found: Vec<Record> = Vec::new();
    let mut bytes = 0;
    let mut next = first;
    while next < end {
        let frame = records.frame(next)?;
        let skip = usize::try_from(next - frame.first).unwrap_or(usize::MAX);
        for record in frame.records.iter().skip(skip) {
            bytes += record.payload.len();
            let is_full = bytes > PAGE_BYTES && !found.is_empty();
            if is_full || record.position >= end {
                next = end;
                break;
            }
            found.push(record.clone());
            next = record.position + 1;
        }
    }
    let Some(last) = found.last() else {
        return Ok(None);
    };
    Ok(Some(Page {
        first,
        end: last.position + 1,
        bytes: frame::encode(&found),
    }))
}

/// Writes a backup from its head and its pages, wherever they come from, and verifies them.
pub struct ExportWriter<W> {
    sink: Sink<W>,
    promised: BackupHead,
    /// `None` until the first page of an increment has named what it continues.
    head: Option<Head>,
    since: Position,
    /// Of an increment, the tree before it is not known: who restores it compares the root.
    tree: Option<Tree>,
}

impl<W: Write> ExportWriter<W> {
    /// Begins a backup.
    ///
    /// # Errors
    /// [`BackupError::Stream`] if it cannot be written.
    pub fn new(to: W, head: &BackupHead) -> Result<ExportWriter<W>, BackupError> {
        ExportWriter::since(to, head, 0)
    }

    /// Begins an increment, of what comes behind the first `since` records; a backup if that is 0.
    ///
    /// # Errors
    /// [`BackupError::Beyond`] if there are fewer records; [`BackupError::Stream`] if it cannot be written.
    pub fn since(
        to: W,
        head: &BackupHead,
        since: Position,
    ) -> Result<ExportWriter<W>, BackupError> {
        let count = head.head.count;
        if since > count {
            return Err(BackupError::Beyond {
                position: since,
                count,
            });
        }
        let mut writer = ExportWriter {
            sink: Sink::new(to),
            promised: head.clone(),
            head: None,
            since,
            tree: (since == 0).then(Tree::new),
        };
        if since == 0 {
            writer.begin(Head::EMPTY)?;
        } else if since == count {
            writer.begin(head.head)?;
        }
        Ok(writer)
    }

    fn begin(&mut self, base: Head) -> Result<(), BackupError> {
        self.sink.head(base, &self.promised)?;
        self.head = Some(base);
        Ok(())
    }

    /// The position that comes next.
    #[must_use]
    pub fn next(&self) -> Position {
        self.head.map_or(self.since, |head| head.count)
    }

    /// Adds a page.
    ///
    /// # Errors
    /// [`BackupError::Damaged`] if it does not verify or does not come next.
    pub fn add(&mut self, page: &[u8]) -> Result<(), BackupError> {
        let position = self.next();
        let frame = frame::decode(position, page)?;
        if self.head.is_none() {
            self.begin(Head {
                count: position,
                hash: frame.previous,
            })?;
        }
        if self.head.is_some_and(|head| frame.previous != head.hash) {
            return Err(Damaged {
                position,
                damage: Damage::ChainBroken,
            }
            .into());
        }
        for record in &frame.records {
            if let Some(tree) = &mut self.tree {
                tree.push(record.hash, &mut |_| {});
            }
            self.head = Some(record.head());
        }
        self.sink.frame(page)
    }

    /// Ends the backup, if it holds what its head promises.
    ///
    /// # Errors
    /// [`BackupError::HeadDiffers`] if it does not; [`BackupError::Stream`] if it cannot be written.
    pub fn finish(self) -> Result<W, BackupError> {
        let root = self.tree.as_ref().map(|tree| tree.head().root);
        let same_root = root.is_none_or(|root| root == self.promised.root);
        if self.head != Some(self.promised.head) || !same_root {
            return Err(BackupError::HeadDiffers { count: self.next() });
        }
        self.sink.finish()
    }
}

impl<W> std::fmt::Debug for ExportWriter<W> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("ExportWriter")
            .field("head", &self.head)
            .finish_non_exhaustive()
    }
}
