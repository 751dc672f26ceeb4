//! What envelopes say of the places of their records. Pure.

use std::collections::{BTreeMap, BTreeSet};

use onestop_eventlog::Hash;
use onestop_proto::envelope::{Envelope, Source};
use uuid::Uuid;

use crate::{messaging::record_header, store::HashPrefix};

/// A record's place in the chain of its log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RecordLink {
    /// The position.
    pub position: u64,
    /// The newest incarnation that is known to have it.
    pub epoch: Uuid,
    /// Its hash.
    pub hash: Hash,
    /// The hash of the record before it.
    pub previous: Hash,
}

impl RecordLink {
    /// Reads an envelope; `None` if it names no place.
    pub fn of(event: &Envelope) -> Option<Self> {
        Some(Self {
            position: event.position()?,
            epoch: event.epoch,
            hash: record_header::parse(&event.hash)?,
            previous: record_header::parse(&event.prevhash)?,
        })
    }
}

/// A link, and where envelopes of it are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Known {
    pub(super) link: RecordLink,
    pub(super) places: Vec<u64>,
}

/// Every link of one log that is known: of several incarnations, perhaps of several histories.
#[derive(Debug)]
pub struct History {
    own: Source,
    links: BTreeMap<u64, Vec<Known>>,
    others: BTreeSet<Source>,
}

impl History {
    /// Nothing is known yet of the log of `own`.
    pub fn new(own: Source) -> Self {
        Self {
            own,
            links: BTreeMap::new(),
            others: BTreeSet::new(),
        }
    }

    /// Whose log it is.
    pub fn own(&self) -> &Source {
        &self.own
    }

    /// Those of whom other envelopes were.
    pub fn others(&self) -> &BTreeSet<Source> {
        &self.others
    }

    /// Takes in an envelope that the caller keeps at `place`. Returns whether it is of this log: others need not be kept.
    pub fn take(&mut self, event: &Envelope, place: u64) -> bool {
        if event.source != self.own {
            self.others.insert(event.source.clone());
            return false;
        }
        let Some(link) = RecordLink::of(event) else {
            return false;
        };
        let at = self.links.entry(link.position).or_default();
        let known = at
            .iter_mut()
            .find(|known| known.link.hash == link.hash && known.link.previous == link.previous);
        match known {
            Some(known) => {
                known.link.epoch = known.link.epoch.max(link.epoch);
                known.places.push(place);
            }
            None => at.push(Known {
                link,
                places: vec![place],
            }),
        }
        true
    }

    /// Whether nothing of the log is known.
    pub fn is_empty(&self) -> bool {
        self.links.is_empty()
    }

    /// The newest incarnation of which an event is known.
    pub(super) fn newest(&self) -> Option<Uuid> {
        let epochs = self.links.values().flatten().map(|known| known.link.epoch);
        epochs.max()
    }

    /// The last links of an incarnation: more than one, if two processes have written it.
    pub(super) fn ends_of(&self, epoch: Uuid) -> Vec<&Known> {
        let of_epoch = |known: &&Known| known.link.epoch == epoch;
        let mut backwards = self.links.values().rev();
        let last = backwards.find(|at| at.iter().any(|known| of_epoch(&known)));
        last.map_or_else(Vec::new, |at| at.iter().filter(of_epoch).collect())
    }

    pub(super) fn find(&self, position: u64, hash: Hash) -> Option<&Known> {
        let mut at = self.links.get(&position)?.iter();
        at.find(|known| known.link.hash == hash)
    }

    /// The link at a position with this hash prefix; without one, that of the newest incarnation.
    pub(super) fn find_marked(&self, position: u64, mark: Option<HashPrefix>) -> Option<&Known> {
        let at = self.links.get(&position)?.iter();
        let fits = |known: &&Known| mark.is_none_or(|mark| prefix(known.link.hash) == Some(mark));
        at.filter(fits).max_by_key(|known| known.link.epoch)
    }

    /// The link that continues a record, of the newest incarnation if there are several.
    pub(super) fn after(&self, position: u64, previous: Hash) -> Option<&Known> {
        let at = self.links.get(&position)?.iter();
        let continues = at.filter(|known| known.link.previous == previous);
        continues.max_by_key(|known| known.link.epoch)
    }
}

/// The prefix of a hash, as subscribers keep it.
pub(super) fn prefix(hash: Hash) -> Option<HashPrefix> {
    HashPrefix::parse(&hash.to_string())
}
