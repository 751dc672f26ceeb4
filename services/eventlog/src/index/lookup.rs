//! Asking the index: first what is in memory, then the tables on disk, and what these do not reach yet.
//!
//! Nothing here answers "no" unless it is certain. If the index cannot be read, the log closes and
//! the next open builds the index anew.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use uuid::Uuid;

use super::access::{Access, Stop};
use super::backlog::Backlog;
use super::buffer::Part;
use super::table::{Kind, name_of};
use super::tables::{StreamPart, Tables};
use crate::error::CloseReason;
use crate::shared::Shared;
use crate::stream::StreamName;

/// What is above every character that a name may have.
const ABOVE_NAMES: u8 = 0xff;

impl Shared {
    /// Position of an event.
    pub(crate) fn find(&self, id: Uuid) -> Result<Option<u64>, CloseReason> {
        let sealed = {
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
            // Ids that grow with time are above all that is in the tables.
            if index.backlog.is_none() && !index.tables.may_hold_id(id) {
                return Ok(None);
            }
            index.sealed()
        };
        sealed
            .find(self, id)
            .map_err(|stop| self.index_failed(stop))
    }

    /// How many records a stream has, which is also its next revision.
    pub(crate) fn revisions(&self, stream: &StreamName) -> Result<u64, CloseReason> {
        let sealed = {
            let index = self.index();
            let known = index.heads.get(stream);
            if let Some(next) = known.or_else(|| index.in_buffers(stream)) {
                return Ok(next);
            }
            index.sealed()
        };
        let next = sealed
            .revisions(self, stream)
            .map_err(|stop| self.index_failed(stop))?;
        if next > 0 {
            self.change_index(|index| {
                // Otherwise the stream may have moved on since, or has.
                let is_unchanged = Arc::ptr_eq(&index.tables, &sealed.tables);
                if is_unchanged && index.in_buffers(stream).is_none() {
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
        let (sealed, in_memory) = {
            let index = self.index();
            let parts = [index.immutable(stream), index.active.stream(stream)];
            let parts: Vec<Part> = parts.into_iter().flatten().cloned().collect();
            (index.sealed(), parts)
        };
        let mut positions = Vec::new();
        let memory_from = in_memory.first().map_or(u64::MAX, |part| part.from);
        if revisions.start < memory_from {
            let wanted = |from: u64, count: u64| {
                from < revisions.end && revisions.start < from.saturating_add(count)
            };
            let (parts, end) = sealed
                .parts(self, stream, &wanted)
                .map_err(|stop| self.index_failed(stop))?;
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
        let (sealed, mut names) = {
            let index = self.index();
            let buffers = [Some(&index.active), index.immutable.as_deref()];
            let names = buffers
                .into_iter()
                .flatten()
                .flat_map(|buffer| buffer.streams());
            let names = names.map(|(stream, _)| stream);
            let matching = names.filter(|name| name.as_str().starts_with(prefix));
            let names: BTreeSet<StreamName> = matching.cloned().collect();
            (index.sealed(), names)
        };
        sealed
            .streams(self, prefix, &mut names)
            .map_err(|stop| self.index_failed(stop))?;
        Ok(names.into_iter().collect())
    }

    /// Remembers that the index cannot be trusted, and says why nothing more can be done.
    pub(crate) fn index_failed(&self, stop: Stop) -> CloseReason {
        match stop {
            Stop::Closed(why) => why,
            Stop::Failed(error) => self.set_index_failure(CloseReason::Index(Arc::new(error))),
        }
    }
}

/// What the index knows of records that have left the buffers.
struct SealedIndex {
    tables: Arc<Tables>,
    /// Behind the tables.
    backlog: Option<Arc<Backlog>>,
}

impl SealedIndex {
    /// How far the tables reach.
    fn indexed(&self) -> u64 {
        self.tables.indexed.count
    }

    fn find(&self, shared: &Shared, id: Uuid) -> Result<Option<u64>, Stop> {
        let access = Access::open(shared, &self.tables.filters);
        let found = self.tables.find(&access, id)?;
        match &self.backlog {
            Some(backlog) if found.is_none() => Ok(backlog.find(self.indexed(), id)?),
            Some(_) | None => Ok(found),
        }
    }

    fn revisions(&self, shared: &Shared, stream: &StreamName) -> Result<u64, Stop> {
        if let Some(backlog) = &self.backlog
            && let Some(next) = backlog.revisions(self.indexed(), stream)?
        {
            return Ok(next);
        }
        let access = Access::open(shared, &self.tables.filters);
        let parts = self.tables.parts(&access, stream, &|_, _| false)?;
        Ok(end_of(&parts))
    }

    /// The parts of a stream, and the revision after the last one.
    fn parts(
        &self,
        shared: &Shared,
        stream: &StreamName,
        wanted: &dyn Fn(u64, u64) -> bool,
    ) -> Result<(Vec<StreamPart>, u64), Stop> {
        let access = Access::open(shared, &self.tables.filters);
        let mut parts = self.tables.parts(&access, stream, wanted)?;
        let mut end = end_of(&parts);
        if let Some(backlog) = &self.backlog {
            let (begin, mut positions) = (end, Vec::new());
            for (revision, position) in backlog.positions(self.indexed(), stream)? {
                if revision != end {
                    return Err(Stop::damaged());
                }
                positions.push(position);
                end += 1;
            }
            parts.push((begin, end - begin, positions));
        }
        Ok((parts, end))
    }

    fn streams(
        &self,
        shared: &Shared,
        prefix: &str,
        names: &mut BTreeSet<StreamName>,
    ) -> Result<(), Stop> {
        let access = Access::open(shared, &self.tables.filters);
        let mut high = prefix.as_bytes().to_vec();
        high.push(ABOVE_NAMES);
        for table in self.tables.of(Kind::Streams) {
            table.visit(&access, prefix.as_bytes(), &high, |key, _| {
                let name = std::str::from_utf8(name_of(Kind::Streams, key));
                names.extend(name.ok().and_then(|name| StreamName::stored(name).ok()));
            })?;
        }
        if let Some(backlog) = &self.backlog {
            backlog.visit(self.indexed(), &mut |record| {
                let is_new = !names.contains(&record.stream);
                if is_new && record.stream.as_str().starts_with(prefix) {
                    names.insert(record.stream.clone());
                }
            })?;
        }
        Ok(())
    }
}

fn end_of(parts: &[StreamPart]) -> u64 {
    parts.last().map_or(0, |(from, count, _)| from + count)
}

impl super::Index {
    fn sealed(&self) -> SealedIndex {
        SealedIndex {
            tables: Arc::clone(&self.tables),
            backlog: self.backlog.clone(),
        }
    }

    fn immutable(&self, stream: &StreamName) -> Option<&Part> {
        self.immutable
            .as_ref()
            .and_then(|buffer| buffer.stream(stream))
    }

    /// The next revision of a stream that is in the buffers.
    fn in_buffers(&self, stream: &StreamName) -> Option<u64> {
        let part = self.active.stream(stream);
        part.or_else(|| self.immutable(stream)).map(Part::end)
    }
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
