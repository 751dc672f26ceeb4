//! How long the oldest item of each queue has waited. A queue with one item that waits for an hour is worse than one with
//! a thousand items that wait for a second.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use onestop_proto::envelope::Source;
use uuid::Uuid;

/// Lengths of a source's log that are remembered; those learned after them count as learned with the last.
const MOST_LENGTHS: usize = 64;

/// What one process knows of its queues. Clones share it.
#[derive(Debug, Clone, Default)]
pub struct Queues(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    /// The next event that the broker must acknowledge; `None` before the relay has started.
    relayed: Option<u64>,
    sources: BTreeMap<Source, Backlog>,
    /// When the registry answered last, or the process began to follow it.
    registry: Option<Instant>,
}

/// When it was learned how long a log is, for the part of it that is not processed.
#[derive(Debug, Default)]
pub(crate) struct Backlog {
    /// The history that the lengths are of.
    epoch: Uuid,
    /// Ascending in both.
    lengths: VecDeque<(u64, Instant)>,
}

impl Backlog {
    pub(crate) fn note_head(&mut self, reply: Reply, now: Instant) {
        let Reply { epoch, next, head } = reply;
        if self.epoch != epoch {
            self.epoch = epoch;
            self.lengths.clear();
        }
        self.note_processed(next);
        let known = self.lengths.back().map_or(next, |(length, _)| *length);
        if head <= known {
            return;
        }
        if self.lengths.len() < MOST_LENGTHS {
            self.lengths.push_back((head, now));
        } else if let Some((length, _)) = self.lengths.back_mut() {
            *length = head;
        }
    }

    fn note_processed(&mut self, next: u64) {
        self.lengths.retain(|(length, _)| *length > next);
    }

    /// Since when the oldest event is known that is not processed; zero if there is none.
    pub(crate) fn age(&self, now: Instant) -> Duration {
        let oldest = self.lengths.front();
        oldest.map_or(Duration::ZERO, |(_, since)| {
            now.saturating_duration_since(*since)
        })
    }
}

/// What a source replied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Reply {
    /// The history of the log.
    pub(crate) epoch: Uuid,
    /// The next position of it that is to be processed.
    pub(crate) next: u64,
    /// The length of the log.
    pub(crate) head: u64,
}

impl Queues {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes the next event that the broker must acknowledge.
    pub(crate) fn note_relayed(&self, next: u64) {
        self.state().relayed = Some(next);
    }

    /// The next event that the broker must acknowledge; `None` where nothing is published.
    pub(crate) fn relayed(&self) -> Option<u64> {
        self.state().relayed
    }

    pub(crate) fn note_reply(&self, source: &Source, reply: Reply, now: Instant) {
        let mut state = self.state();
        let backlog = state.sources.entry(source.clone()).or_default();
        backlog.note_head(reply, now);
    }

    /// Notes how far a source is processed.
    pub(crate) fn note_processed(&self, source: &Source, next: u64) {
        if let Some(backlog) = self.state().sources.get_mut(source) {
            backlog.note_processed(next);
        }
    }

    /// For each source, how long its oldest unprocessed event has waited.
    pub(crate) fn sources(&self, now: Instant) -> BTreeMap<String, Duration> {
        let state = self.state();
        let mut ages: BTreeMap<String, Duration> = BTreeMap::new();
        for (source, backlog) in &state.sources {
            let name = format!("{}/{}", source.service, source.instance);
            ages.insert(name, backlog.age(now));
        }
        ages
    }

    /// Notes that the registry answered, or that the process begins to follow it.
    pub fn note_registry(&self, now: Instant) {
        self.state().registry = Some(now);
    }

    /// The time since the registry answered last; `None` where it is not followed.
    pub fn registry(&self, now: Instant) -> Option<Duration> {
        let since = self.state().registry?;
        Some(now.saturating_duration_since(since))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAME: &str = "referral/main";

    fn source() -> Source {
        "/onestop/referral/main".parse().unwrap()
    }

    /// Seconds that the oldest event waits, by the time since the start.
    fn waits(queues: &Queues, now: Instant) -> u64 {
        queues.sources(now).get(NAME).map_or(0, Duration::as_secs)
    }

    #[test]
    fn the_oldest_unprocessed_event_waits_since_the_service_learned_of_it() {
        let (queues, began) = (Queues::default(), Instant::now());
        let at = |seconds| began + Duration::from_secs(seconds);
        let note = |next, head, seconds| {
            let epoch = Uuid::nil();
            let reply = Reply { epoch, next, head };
            queues.note_reply(&source(), reply, at(seconds));
        };
        note(5, 5, 0);
        assert_eq!(waits(&queues, at(100)), 0);
        note(5, 7, 100);
        note(5, 9, 130);
        assert_eq!(waits(&queues, at(140)), 40);
        // The first two are processed: the others are known for ten seconds.
        queues.note_processed(&source(), 7);
        assert_eq!(waits(&queues, at(140)), 10);
        // Another history: what waited in the former one does not.
        let (epoch, next, head) = (Uuid::from_u128(1), 0, 3);
        let reply = Reply { epoch, next, head };
        queues.note_reply(&source(), reply, at(150));
        assert_eq!(waits(&queues, at(151)), 1);
        queues.note_processed(&source(), 3);
        assert_eq!(waits(&queues, at(151)), 0);
    }

    #[test]
    fn a_backlog_that_grows_for_ever_is_bounded_and_keeps_its_oldest() {
        let (queues, began) = (Queues::default(), Instant::now());
        for head in 1..=10_000 {
            let (epoch, next) = (Uuid::nil(), 0);
            let now = began + Duration::from_secs(head);
            queues.note_reply(&source(), Reply { epoch, next, head }, now);
        }
        let now = began + Duration::from_secs(10_000);
        assert_eq!(waits(&queues, now), 9_999);
        let kept = |state: &State| state.sources.values().map(|it| it.lengths.len()).max();
        assert_eq!(kept(&queues.state()), Some(MOST_LENGTHS));
    }

    #[test]
    fn a_registry_that_is_not_followed_has_no_age() {
        let (queues, began) = (Queues::default(), Instant::now());
        assert_eq!(queues.registry(began), None);
        queues.note_registry(began);
        assert_eq!(
            queues.registry(began + Duration::from_secs(3)),
            Some(Duration::from_secs(3))
        );
    }
}
