//! Asking the index: first what is in memory, then the tables on disk.
//!
//! Nothing here answers "no" unless it is certain. If the index cannot be read, the log closes and
//! the next open builds the index anew.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use uuid::Uuid;

use super::access::{Access, Stop};
use super::buffer::Part;
use super::table::{Kind, name_of};
use super::tables::Tables;
use crate::error::CloseReason;
use crate::shared::Shared;
use crate::stream::StreamName;

/// What is above every character that a name may have.
const ABOVE_NAMES: u8 = 0xff;

impl Shared {
    /// Position of an event.
    pub(crate) fn find(&self, id: Uuid) -> Result<Option<u64>, CloseReason> {
        let tables = {
            let index = self.index();
            let immutable = || {
                index
                    .immutable
                    .as_ref()
                    .and_then(|immutable| immutable.find(id))
            };
            if let Some(position) = index.active.find(id).or_else(immutable) {
                return Ok(Some(position));
            }
            Arc::clone(&index.tables)
        };
        let found = tables.find(&Access::open(self, &tables.filters), id);
        found.map_err(|stop| self.index_failed(stop))
    }

    /// How many records a stream has, which is also its next revision.
    pub(crate) fn revisions(&self, stream: &StreamName) -> Result<u64, CloseReason> {
        let tables = {
            let index = self.index();
            let known = newest(&index.active.stream(stream), &index.immutable(stream));
            if let Some(next) = known.or_else(|| index.heads.get(stream)) {
                return Ok(next);
            }
            Arc::clone(&index.tables)
        };
        let next = self.parts(&tables, stream, &|_, _| false)?.1;
        if next > 0 {
            self.change_index(|index| {
                // Otherwise the stream may have moved on since.
                if Arc::ptr_eq(&index.tables, &tables) {
                    index.heads.set(stream, next);
                }
            });
        }
        Ok(next)
    }

    /// Positions of these revisions of a stream, as far as they exist.
    pub(crate) fn positions(
        &self,
        stream: &StreamName,
        revisions: Range<u64>,
    ) -> Result<Vec<u64>, CloseReason> {
        let (tables, in_memory) = {
            let index = self.index();
            let parts = [index.immutable(stream), index.active.stream(stream)];
            let parts: Vec<Part> = parts.into_iter().flatten().cloned().collect();
            (Arc::clone(&index.tables), parts)
        };
        let mut positions = Vec::new();
        let memory_from = in_memory.first().map_or(u64::MAX, |part| part.from);
        if revisions.start < memory_from {
            let wanted = |from: u64, count: u64| {
                from < revisions.end && revisions.start < from.saturating_add(count)
            };
            let (parts, end) = self.parts(&tables, stream, &wanted)?;
            if memory_from != u64::MAX && end != memory_from {
                return Err(self.index_failed(Stop::damaged()));
            }
            for (from, _, part) in parts {
                take(&part, from, &revisions, &mut positions);
            }
        }
        for part in in_memory {
            take(&part.positions, part.from, &revisions, &mut positions);
        }
        Ok(positions)
    }

    /// All streams whose name begins with `prefix`.
    pub(crate) fn streams(&self, prefix: &str) -> Result<Vec<StreamName>, CloseReason> {
        let (tables, mut names) = {
            let index = self.index();
            let buffers = [Some(&index.active), index.immutable.as_deref()];
            let names = buffers
                .into_iter()
                .flatten()
                .flat_map(|buffer| buffer.streams());
            let names = names.map(|(stream, _)| stream);
            let matching = names.filter(|name| name.as_str().starts_with(prefix));
            let names: BTreeSet<StreamName> = matching.cloned().collect();
            (Arc::clone(&index.tables), names)
        };
        let access = Access::open(self, &tables.filters);
        let mut high = prefix.as_bytes().to_vec();
        high.push(ABOVE_NAMES);
        for table in tables.of(Kind::Streams) {
            let read = table.visit(&access, prefix.as_bytes(), &high, |key, _| {
                let name = std::str::from_utf8(name_of(Kind::Streams, key));
                names.extend(name.ok().and_then(|name| StreamName::stored(name).ok()));
            });
            read.map_err(|stop| self.index_failed(stop))?;
        }
        Ok(names.into_iter().collect())
    }

    /// The parts of a stream that are on disk, and the revision after the last one.
    #[expect(clippy::type_complexity, reason = "the parts and where they end")]
    fn parts(
        &self,
        tables: &Tables,
        stream: &StreamName,
        wanted: &dyn Fn(u64, u64) -> bool,
    ) -> Result<(Vec<(u64, u64, Vec<u64>)>, u64), CloseReason> {
        let access = Access::open(self, &tables.filters);
        let parts = tables
            .parts(&access, stream, wanted)
            .map_err(|stop| self.index_failed(stop))?;
        let end = parts.last().map_or(0, |(from, count, _)| from + count);
        Ok((parts, end))
    }

    /// Remembers that the index cannot be trusted, and says why nothing more can be done.
    pub(crate) fn index_failed(&self, stop: Stop) -> CloseReason {
        match stop {
            Stop::Closed(why) => why,
            Stop::Failed(error) => self.set_index_failure(CloseReason::Index(Arc::new(error))),
        }
    }
}

impl super::Index {
    fn immutable(&self, stream: &StreamName) -> Option<&Part> {
        self.immutable
            .as_ref()
            .and_then(|buffer| buffer.stream(stream))
    }
}

fn newest(buffer: &Option<&Part>, immutable: &Option<&Part>) -> Option<u64> {
    buffer.or(*immutable).map(Part::end)
}

/// Adds those of `positions`, the first of which has revision `from`, that are in `revisions`.
fn take(positions: &[u64], from: u64, revisions: &Range<u64>, into: &mut Vec<u64>) {
    let skipped = revisions.start.saturating_sub(from);
    let upto = revisions.end.saturating_sub(from);
    let index = |at: u64| {
        usize::try_from(at)
            .unwrap_or(usize::MAX)
            .min(positions.len())
    };
    if index(skipped) < index(upto) {
        into.extend_from_slice(&positions[index(skipped)..index(upto)]);
    }
}
