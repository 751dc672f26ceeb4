//! What the journal holds of each source: how many of its events, one after the other, and the Merkle root over their
//! hashes; what is missing or doubled. Pure.

use std::collections::{BTreeMap, BTreeSet};

use onestop_eventlog::{Hash, verify_consistency};
use onestop_proto::{
    comparison::ComparisonDifference,
    envelope::{LogPosition, Source},
    ids::EventId,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::hash_text::{format_hash, parse_hash};

/// What is held of every source, counted up to a position of the journal's log.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Holdings {
    sources: BTreeMap<Source, Holding>,
    /// The events that are set aside: their hashes count, and their copies come later.
    set_aside: BTreeMap<EventId, LogPosition>,
    /// Where another history of a source was followed instead of the one before.
    followed: BTreeMap<Source, Cut>,
}

/// From a position on, only events of this incarnation or a later one count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Cut {
    epoch: Uuid,
    position: u64,
}

/// What is held of one source.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Holding {
    epoch: Uuid,
    count: u64,
    /// The right edge of the Merkle tree, the largest subtree first; in hex.
    peaks: Vec<String>,
    /// Hashes behind a position that is missing.
    ahead: BTreeMap<u64, String>,
    /// Positions whose copies are still to come.
    pending: BTreeSet<u64>,
    doubled: Option<Doubled>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Doubled {
    first: u64,
    count: u64,
}

/// An event's place and hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place<'a> {
    pub(crate) source: &'a Source,
    pub(crate) epoch: Uuid,
    pub(crate) position: u64,
    pub(crate) hash: &'a str,
}

/// Another history of a source was followed: everything is to be counted anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct CountAnew;

impl Holdings {
    pub(crate) fn copied(&mut self, place: &Place<'_>) -> Result<(), CountAnew> {
        self.count(place, Holding::copied)
    }

    /// Counts an event that was set aside, by the hash that it has.
    pub(crate) fn set_aside(
        &mut self,
        event: EventId,
        at: &LogPosition,
        hash: &str,
    ) -> Result<(), CountAnew> {
        let place = Place {
            source: &at.source,
            epoch: at.epoch,
            position: at.position,
            hash,
        };
        self.count(&place, Holding::pending)?;
        self.set_aside.insert(event, at.clone());
        Ok(())
    }

    /// Notes that an event which was set aside was taken, or left out.
    pub(crate) fn settled(&mut self, event: EventId) {
        if let Some(at) = self.set_aside.remove(&event)
            && let Some(holding) = self.sources.get_mut(&at.source)
        {
            holding.pending.remove(&at.position);
        }
    }

    /// Forgets what was counted, but not which histories were followed.
    pub(crate) fn begin_anew(&mut self) {
        self.sources.clear();
        self.set_aside.clear();
    }

    pub(crate) fn sources(&self) -> impl Iterator<Item = (&Source, &Holding)> {
        self.sources.iter()
    }

    fn count(
        &mut self,
        place: &Place<'_>,
        count: fn(&mut Holding, u64, &str),
    ) -> Result<(), CountAnew> {
        let (epoch, position) = (place.epoch, place.position);
        if let Some(cut) = self.followed.get(place.source)
            && epoch < cut.epoch
            && position >= cut.position
        {
            return Ok(());
        }
        let holding = self.sources.entry(place.source.clone()).or_default();
        let continues = position >= holding.reached();
        if epoch > holding.epoch && !continues && holding.epoch != Uuid::nil() {
            // The source was restored, and an operator decided to follow what it has now.
            let cut = Cut { epoch, position };
            self.followed.insert(place.source.clone(), cut);
            return Err(CountAnew);
        }
        holding.epoch = holding.epoch.max(epoch);
        count(holding, position, place.hash);
        Ok(())
    }
}

impl Holding {
    /// How many events are held, one after the other from the first.
    pub(crate) fn size(&self) -> u64 {
        self.count
    }

    /// The incarnation of the source's log that the newest of them is of.
    pub(crate) fn epoch(&self) -> Uuid {
        self.epoch
    }

    /// The Merkle root over their hashes, as RFC 6962 has it; none before the first event.
    pub(crate) fn root(&self) -> Option<Hash> {
        let peaks = self.peaks.iter().rev();
        let peaks = peaks.map(|peak| parse_hash(peak));
        peaks.reduce(|right, left| Some(Hash::of_node(left?, right?)))?
    }

    /// What is wrong with it, whatever the source says.
    pub(crate) fn own_differences(&self) -> Vec<ComparisonDifference> {
        let missing = self.ahead.first_key_value().map(|(next, _)| {
            let first = self.count;
            let count = next - first;
            ComparisonDifference::Missing { first, count }
        });
        let doubled = self
            .doubled
            .map(|Doubled { first, count }| ComparisonDifference::Doubled { first, count });
        missing.into_iter().chain(doubled).collect()
    }

    /// What is wrong with it beside the source's own count and root, and the proof that the source's log continues a
    /// log of this size.
    pub(crate) fn compare(
        &self,
        count: u64,
        root: Hash,
        proof: &[Hash],
    ) -> Vec<ComparisonDifference> {
        let mut differences = self.own_differences();
        let size = self.count;
        let Some(own) = self.root() else {
            return differences;
        };
        if size > count {
            differences.push(ComparisonDifference::Beyond { count });
        } else if !verify_consistency((size, own), (count, root), proof) {
            differences.push(ComparisonDifference::OtherBytes { count: size });
        }
        differences
    }

    /// The position after the last that was seen.
    fn reached(&self) -> u64 {
        let ahead = self.ahead.last_key_value();
        ahead.map_or(self.count, |(last, _)| last + 1)
    }

    fn copied(&mut self, position: u64, hash: &str) {
        let is_counted = position < self.count || self.ahead.contains_key(&position);
        if !(self.pending.remove(&position) && is_counted) {
            self.add(position, hash);
        }
    }

    fn pending(&mut self, position: u64, hash: &str) {
        let is_known = position < self.count || self.ahead.contains_key(&position);
        // One that is set aside again, because its source is followed from its beginning, is counted once; so is one of
        // version 1, which did not keep the hash.
        if !is_known && parse_hash(hash).is_some() {
            self.add(position, hash);
        }
        self.pending.insert(position);
    }

    fn add(&mut self, position: u64, hash: &str) {
        if position < self.count || self.ahead.contains_key(&position) {
            let doubled = self.doubled.get_or_insert(Doubled {
                first: position,
                count: 0,
            });
            doubled.count += 1;
            return;
        }
        self.ahead.insert(position, hash.to_owned());
        while let Some(hash) = self.ahead.remove(&self.count) {
            self.push(hash);
        }
    }

    /// Adds a leaf: a record's hash is one already.
    fn push(&mut self, leaf: String) {
        let (mut index, mut hash) = (self.count, leaf);
        while index & 1 == 1
            && let Some(left) = self.peaks.pop()
        {
            hash = match (parse_hash(&left), parse_hash(&hash)) {
                (Some(left), Some(right)) => format_hash(Hash::of_node(left, right)),
                // Text that is no hash makes a root that the source does not have.
                (_, _) => String::new(),
            };
            index >>= 1;
        }
        self.peaks.push(hash);
        self.count += 1;
    }
}

#[cfg(test)]
mod tests;
