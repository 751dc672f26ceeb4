//! The position reached in each source, saved as cursors in the consumer's own log.
//!
//! A position alone does not distinguish a log from a diverged copy. So the hash of the last processed event
//! is kept beside its position: the event after it must name that hash as its predecessor.

use std::{collections::BTreeMap, fmt, sync::Arc};

use onestop_eventlog::EventLog;
use onestop_proto::envelope::{Envelope, Source};
use uuid::Uuid;

/// The first eight bytes of a record's hash: enough to notice that two histories differ. Checkpoints and
/// proofs detect forgery, this does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HashPrefix(pub(crate) u64);

impl HashPrefix {
    /// The prefix of a hexadecimal hash; `None` if it is not one.
    pub fn parse(hash: &str) -> Option<Self> {
        let head = hash.get(..16)?;
        u64::from_str_radix(head, 16).ok().map(Self)
    }
}

impl fmt::Display for HashPrefix {
    /// The first 16 hexadecimal digits of the hash.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

/// The position reached in one history of a source.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SourcePosition {
    /// The next position expected.
    pub next: u64,
    /// The hash prefix of the event before it; `None` at the beginning.
    pub hash_prefix: Option<HashPrefix>,
}

impl SourcePosition {
    /// The position after `envelope`, which is at `position`.
    pub fn after(envelope: &Envelope, position: u64) -> Self {
        Self {
            next: position + 1,
            hash_prefix: HashPrefix::parse(&envelope.hash),
        }
    }
}

/// The position reached in each history of each source, by source and epoch.
pub type SourcePositions = BTreeMap<(Source, Uuid), SourcePosition>;

/// The followed history of a source: its newest. Epochs are UUIDs of version 7, so the newest is the greatest.
pub(crate) fn followed(
    positions: &SourcePositions,
    source: &Source,
) -> Option<(Uuid, SourcePosition)> {
    let first = (source.clone(), Uuid::nil());
    let last = (source.clone(), Uuid::max());
    let newest = positions.range(first..=last).next_back();
    newest.map(|((_, epoch), position)| (*epoch, *position))
}

/// A consumer's cursor, moved in the same append as the events that the consumed event caused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    /// Shared by the cursors of one batch.
    name: Arc<str>,
    position: SourcePosition,
}

impl Cursor {
    /// A cursor that sets the position reached in one history of a source.
    pub fn new(source: &Source, epoch: Uuid, position: SourcePosition) -> Self {
        let name = format!("{source}:{epoch}").into();
        Self { name, position }
    }

    /// The history that it is a position in.
    pub(crate) fn name(&self) -> &Arc<str> {
        &self.name
    }

    /// The cursor of the same history at another position.
    pub(crate) fn moved(&self, position: SourcePosition) -> Self {
        let name = Arc::clone(&self.name);
        Self { name, position }
    }

    /// The cursor as entries of an append: `heard<source>:<epoch>` is the next position expected,
    /// `mark<source>:<epoch>` the hash prefix of the event before it.
    pub fn entries(&self) -> Vec<(String, u64)> {
        let prefix = self
            .position
            .hash_prefix
            .map(|HashPrefix(prefix)| (format!("mark{}", self.name), prefix));
        std::iter::once((format!("heard{}", self.name), self.position.next))
            .chain(prefix)
            .collect()
    }

    /// The source and epoch that a cursor's name refers to; `None` for other cursors.
    pub fn parse_name(name: &str) -> Option<(Source, Uuid)> {
        let (source, epoch) = name.strip_prefix("heard")?.rsplit_once(':')?;
        Some((source.parse().ok()?, epoch.parse().ok()?))
    }

    pub(crate) fn read_all(log: &EventLog) -> SourcePositions {
        Self::positions(
            &[log.cursors("heard/"), log.cursors("mark/")]
                .into_iter()
                .flatten()
                .collect(),
        )
    }

    /// The positions that are among the cursors of a log.
    pub(crate) fn positions(cursors: &BTreeMap<String, u64>) -> SourcePositions {
        let positions = cursors.iter();
        positions
            .filter_map(|(name, next)| {
                let (history, next) = (Self::parse_name(name)?, *next);
                let prefix = cursors.get(&name.replacen("heard", "mark", 1)).copied();
                // A cursor that was set to the beginning has no event before it.
                let hash_prefix = prefix.filter(|_| next > 0).map(HashPrefix);
                Some((history, SourcePosition { next, hash_prefix }))
            })
            .collect()
    }
}
