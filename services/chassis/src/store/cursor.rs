//! How far a source was heard, as it stands in the hearer's own log.

use std::collections::BTreeMap;

use onestop_eventlog::EventLog;
use onestop_proto::envelope::{Envelope, Source};
use uuid::Uuid;

/// The first eight bytes of a record's hash: enough to notice that two histories are not the same.
/// That nobody forged one is what checkpoints and proofs are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HashPrefix(pub(crate) u64);

impl HashPrefix {
    /// Of a hash in hexadecimal; nothing if it is none.
    #[must_use]
    pub fn parse(hash: &str) -> Option<Self> {
        let head = hash.get(..16)?;
        u64::from_str_radix(head, 16).ok().map(Self)
    }
}

/// How far one history of a source was heard.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SourcePosition {
    /// The next position expected.
    pub next: u64,
    /// The mark of the event before it; nothing at the beginning.
    pub hash_prefix: Option<HashPrefix>,
}

impl SourcePosition {
    /// Up to and with this event, which stands at `position`.
    #[must_use]
    pub(crate) fn with(envelope: &Envelope, position: u64) -> Self {
        Self {
            next: position + 1,
            hash_prefix: HashPrefix::parse(&envelope.hash),
        }
    }
}

/// How far each history of each source was heard, by source and epoch.
pub type SourcePositions = BTreeMap<(Source, Uuid), SourcePosition>;

/// The history of a source that is followed. Epochs are UUIDs of version 7: the newest is the greatest.
pub(crate) fn followed(
    progress: &SourcePositions,
    source: &Source,
) -> Option<(Uuid, SourcePosition)> {
    let first = (source.clone(), Uuid::nil());
    let last = (source.clone(), Uuid::max());
    let newest = progress.range(first..=last).next_back();
    newest.map(|((_, epoch), upto)| (*epoch, *upto))
}

/// A consumer's cursor, to be moved in the same append as the events that the consumed event caused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    name: String,
    position: SourcePosition,
}

impl Cursor {
    /// Sets how far one history of a source was heard.
    #[must_use]
    pub fn new(source: &Source, epoch: Uuid, position: SourcePosition) -> Self {
        let name = format!("{source}:{epoch}");
        Self { name, position }
    }

    /// As an append sets it: `heard<source>:<epoch>` is the next position expected,
    /// `mark<source>:<epoch>` the mark of the event before it.
    #[must_use]
    pub fn entries(&self) -> Vec<(String, u64)> {
        let mark = self
            .position
            .hash_prefix
            .map(|HashPrefix(prefix)| (format!("mark{}", self.name), prefix));
        std::iter::once((format!("heard{}", self.name), self.position.next))
            .chain(mark)
            .collect()
    }

    /// What a cursor is about: source and epoch, if it is one of these.
    #[must_use]
    pub fn about(name: &str) -> Option<(Source, Uuid)> {
        let (source, epoch) = name.strip_prefix("heard")?.rsplit_once(':')?;
        Some((source.parse().ok()?, epoch.parse().ok()?))
    }

    /// Every cursor of a log, and how far it stands.
    #[must_use]
    pub(crate) fn all(log: &EventLog) -> SourcePositions {
        let mut prefixes = log.cursors("mark/");
        let heard = log.cursors("heard/").into_iter();
        heard
            .filter_map(|(name, next)| {
                let about = Self::about(&name)?;
                let prefix = prefixes.remove(&name.replacen("heard", "mark", 1));
                // One that was set to the beginning has no event before it.
                let hash_prefix = prefix.filter(|_| next > 0).map(HashPrefix);
                Some((about, SourcePosition { next, hash_prefix }))
            })
            .collect()
    }
}
