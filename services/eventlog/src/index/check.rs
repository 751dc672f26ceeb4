//! Comparing the whole index with the records, in constant memory.
//!
//! Looking up every record would read the index on disk in random order: minutes for millions of
//! records. Instead both sides are summed up, entry by entry, in whatever order they come, and the
//! sums compared. Only if they differ is every record looked up to name the first bad one.

use std::hash::{DefaultHasher, Hash as _, Hasher};
use std::sync::Arc;

use super::access::{Access, Stop};
use super::table::{Kind, name_of, revision_of};
use super::tables::Tables;
use crate::error::{CloseReason, ReadError, VerifyError};
use crate::frame::Frame;
use crate::record::Record;
use crate::shared::Shared;

/// Compares the index, as it is at the start, with records from position 0 on.
pub(crate) struct IndexCheck<'a> {
    shared: &'a Shared,
    tables: Arc<Tables>,
    sums: Sums,
}

/// Sums over ids and over streams. Wrapping addition does not care for order.
#[derive(Default, PartialEq, Eq)]
struct Sums {
    ids: u128,
    streams: u128,
}

impl<'a> IndexCheck<'a> {
    /// Waits until the index is whole, if it is being built anew.
    pub(crate) fn new(shared: &'a Shared) -> Result<IndexCheck<'a>, VerifyError> {
        shared.wait_for_index().map_err(closed)?;
        Ok(IndexCheck {
            shared,
            tables: Arc::clone(&shared.index().tables),
            sums: Sums::default(),
        })
    }

    /// Takes the next frame. Records that were not on disk at the start are looked up at once.
    pub(crate) fn add(&mut self, frame: &Frame) -> Result<(), VerifyError> {
        for record in &frame.records {
            if record.position < self.tables.indexed.count {
                self.sums.add_id(record.id.as_bytes(), record.position);
                let name = record.stream.as_str().as_bytes();
                self.sums
                    .add_revision(name, record.revision, record.position);
            } else if !leads_to(self.shared, record)? {
                return Err(VerifyError::IndexDiffers {
                    position: record.position,
                });
            }
        }
        Ok(())
    }

    /// Compares what is on disk with what the first `count` records say. Names the first position that
    /// the index does not lead to.
    pub(crate) fn finish(self, count: u64) -> Result<(), VerifyError> {
        let shared = self.shared;
        if self.compare()? {
            return Ok(());
        }
        for position in 0..count {
            let record = shared.record(position)?;
            if !leads_to(shared, &record)? {
                return Err(VerifyError::IndexDiffers { position });
            }
        }
        // Every record is found: the index holds what no record says.
        Err(VerifyError::IndexDiffers { position: count })
    }

    fn compare(self) -> Result<bool, VerifyError> {
        let mut found = Sums::default();
        let access = Access::open(self.shared, &self.tables.filters);
        let failed = |stop: Stop| closed(self.shared.index_failed(stop));
        for table in self.tables.all() {
            let mut scan = table.scan();
            while let Some(entries) = scan.next(&access).map_err(failed)? {
                for entry in entries {
                    match table.kind {
                        Kind::Ids => {
                            for position in entry.positions {
                                found.add_id(&entry.key, position);
                            }
                        }
                        Kind::Streams => {
                            let name = name_of(Kind::Streams, &entry.key);
                            let revisions = revision_of(&entry.key)..;
                            for (revision, position) in revisions.zip(entry.positions) {
                                found.add_revision(name, revision, position);
                            }
                        }
                    }
                }
            }
        }
        Ok(found == self.sums)
    }
}

/// Whether the index leads to a record, both by its id and by its stream.
pub(crate) fn leads_to(shared: &Shared, record: &Record) -> Result<bool, VerifyError> {
    let revisions = record.revision..record.revision.saturating_add(1);
    let by_stream = shared
        .positions(&record.stream, revisions)
        .map_err(closed)?;
    let by_id = shared.find(record.id).map_err(closed)?;
    Ok(by_stream == [record.position] && by_id == Some(record.position))
}

fn closed(why: CloseReason) -> VerifyError {
    VerifyError::Read(ReadError::Closed { why })
}

impl Sums {
    fn add_id(&mut self, id: &[u8], position: u64) {
        self.ids = self.ids.wrapping_add(digest(&(id, position)));
    }

    fn add_revision(&mut self, stream: &[u8], revision: u64, position: u64) {
        let digest = digest(&(stream, revision, position));
        self.streams = self.streams.wrapping_add(digest);
    }
}

/// Two rounds of the standard hasher, 128 bits: it finds loss and accidents, not a forger, who
/// gains nothing from an index that is rebuilt from the frames at will.
fn digest(entry: &impl std::hash::Hash) -> u128 {
    let half = |round: u8| {
        let mut hasher = DefaultHasher::new();
        round.hash(&mut hasher);
        entry.hash(&mut hasher);
        u128::from(hasher.finish())
    };
    half(0) << 64 | half(1)
}
