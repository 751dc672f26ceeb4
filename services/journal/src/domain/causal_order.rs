//! Causal order: what caused comes before what it caused, each source's events stay in that source's
//! order, and only events that neither orders are sorted by time. Clocks of different offices differ; causes
//! do not.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BinaryHeap, HashMap},
};

use onestop_proto::{envelope::Source, time::Timestamp};
use uuid::Uuid;

use super::Entry;

/// The order of events that nothing else orders: by time, then by when they were received, then by id.
type Rank = (Timestamp, Timestamp, Uuid);

pub(super) fn sort(entries: Vec<Entry>) -> Vec<Entry> {
    let after = effects(&entries);
    let mut waits_for = vec![0_usize; entries.len()];
    for effect in after.iter().flatten() {
        waits_for[*effect] += 1;
    }
    let rank = |index: usize| -> Rank {
        let entry = &entries[index];
        (entry.event.time, entry.heard_at, entry.event.id.uuid())
    };
    let mut ready: BinaryHeap<Reverse<(Rank, usize)>> = (0..entries.len())
        .filter(|index| waits_for[*index] == 0)
        .map(|index| Reverse((rank(index), index)))
        .collect();
    let mut order = Vec::with_capacity(entries.len());
    while let Some(Reverse((_, index))) = ready.pop() {
        order.push(index);
        for effect in &after[index] {
            waits_for[*effect] -= 1;
            if waits_for[*effect] == 0 {
                ready.push(Reverse((rank(*effect), *effect)));
            }
        }
    }
    // Events that claim to have caused each other cannot be ordered; they are shown last, not lost.
    let mut rest: Vec<usize> = (0..entries.len())
        .filter(|index| waits_for[*index] > 0)
        .collect();
    rest.sort_by_key(|index| rank(*index));
    order.extend(rest);

    let mut entries: Vec<Option<Entry>> = entries.into_iter().map(Some).collect();
    order
        .into_iter()
        .filter_map(|index| entries[index].take())
        .collect()
}

/// For each entry, those that must come after it.
fn effects(entries: &[Entry]) -> Vec<Vec<usize>> {
    let by_id: HashMap<Uuid, usize> = entries
        .iter()
        .enumerate()
        .map(|(index, entry)| (entry.event.id.uuid(), index))
        .collect();
    let mut by_source: BTreeMap<(&Source, Uuid), Vec<(u64, usize)>> = BTreeMap::new();
    let mut after = vec![Vec::new(); entries.len()];
    for (index, entry) in entries.iter().enumerate() {
        if let Some(cause) = by_id.get(&entry.event.causationid)
            && *cause != index
        {
            after[*cause].push(index);
        }
        let log = by_source
            .entry((&entry.event.source, entry.event.epoch))
            .or_default();
        log.push((entry.event.position().unwrap_or(u64::MAX), index));
    }
    for log in by_source.values_mut() {
        log.sort_unstable();
        for pair in log.windows(2) {
            after[pair[0].1].push(pair[1].1);
        }
    }
    after
}
