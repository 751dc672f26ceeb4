//! The newest part of the index, in memory: what has not been flushed yet.

use uuid::Uuid;

use crate::error::{Damage, Damaged};
use crate::hash_map::FastMap;
use crate::record::{Head, Record};
use crate::stream::StreamName;

/// The index of the records from `base` to `head`.
#[derive(Debug)]
pub(crate) struct IndexBuffer {
    base: Head,
    head: Head,
    ids: FastMap<Uuid, u64>,
    /// Highest of the ids. Those that grow with time are above it, and need not be looked up.
    highest: Uuid,
    streams: FastMap<StreamName, Part>,
}

/// What the least memory that is given out has room for: many streams get a few records.
const FEW_POSITIONS: usize = 3;

/// A stretch of one stream: positions in the order of revisions, which begin with `from`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Part {
    pub(crate) from: u64,
    pub(crate) positions: Vec<u64>,
}

impl Part {
    /// The revision after the last one here.
    pub(crate) fn end(&self) -> u64 {
        self.from + self.positions.len() as u64
    }
}

impl IndexBuffer {
    /// Nothing yet, behind `base`.
    pub(crate) fn new(base: Head) -> IndexBuffer {
        IndexBuffer {
            base,
            head: base,
            ids: FastMap::default(),
            highest: Uuid::nil(),
            streams: FastMap::default(),
        }
    }

    /// Where it begins.
    pub(crate) fn base(&self) -> Head {
        self.base
    }

    pub(crate) fn head(&self) -> Head {
        self.head
    }

    /// How many records it covers.
    pub(crate) fn len(&self) -> usize {
        usize::try_from(self.head.count - self.base.count).unwrap_or(usize::MAX)
    }

    /// Adds the next record. A stream that is not here yet is asked of `new`: its name, in memory that is in
    /// use anyway, and its next revision; `None` means that the record's own revision is taken for it.
    pub(crate) fn add(
        &mut self,
        record: &Record,
        new: impl FnOnce() -> (StreamName, Option<u64>),
    ) -> Result<(), Damaged> {
        let position = record.position;
        let damaged = |damage| Damaged { position, damage };
        if let Some(earlier) = self.ids.insert(record.id, position) {
            return Err(damaged(Damage::IdRepeated { earlier }));
        }
        self.highest = self.highest.max(record.id);
        let found = record.revision;
        match self.streams.get_mut(&record.stream) {
            Some(part) => {
                check_revision(part.end(), found).map_err(damaged)?;
                part.positions.push(position);
            }
            None => {
                let (name, next) = new();
                check_revision(next.unwrap_or(found), found).map_err(damaged)?;
                let mut positions = Vec::with_capacity(FEW_POSITIONS);
                positions.push(position);
                let part = Part {
                    from: found,
                    positions,
                };
                self.streams.insert(name, part);
            }
        }
        self.head = record.head();
        Ok(())
    }

    pub(crate) fn find(&self, id: Uuid) -> Option<u64> {
        if id > self.highest {
            return None;
        }
        self.ids.get(&id).copied()
    }

    pub(crate) fn stream(&self, stream: &StreamName) -> Option<&Part> {
        self.streams.get(stream)
    }

    pub(crate) fn streams(&self) -> impl Iterator<Item = (&StreamName, &Part)> {
        self.streams.iter()
    }

    /// Ids with their positions, sorted.
    pub(crate) fn sorted_ids(&self) -> Vec<(Uuid, u64)> {
        let mut ids: Vec<_> = self
            .ids
            .iter()
            .map(|(id, position)| (*id, *position))
            .collect();
        ids.sort_unstable();
        ids
    }

    pub(crate) fn sorted_streams(&self) -> Vec<(&StreamName, &Part)> {
        let mut streams: Vec<_> = self.streams.iter().collect();
        streams.sort_unstable_by_key(|(stream, _)| *stream);
        streams
    }
}

fn check_revision(expected: u64, found: u64) -> Result<(), Damage> {
    if expected != found {
        return Err(Damage::RevisionOutOfOrder { expected, found });
    }
    Ok(())
}
