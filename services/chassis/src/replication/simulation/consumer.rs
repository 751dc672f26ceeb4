//! The simulated consumer.

use std::collections::BTreeSet;

use super::world::{Event, Process, World};
use crate::{
    replication::arrival::{Arrival, Verdict, judge, judge_page, poll_from},
    store::{HashPrefix, SourcePosition, followed},
};

/// Events that a source gives at a time.
const PAGE: u64 = 50;

impl World {
    pub(super) fn deliver(&mut self) {
        let fresh = self.broker.stored.get(self.consumer.delivered).copied();
        // A broker that was wiped begins again.
        if fresh.is_none() && self.consumer.delivered > self.broker.stored.len() {
            self.consumer.delivered = 0;
        }
        let event = if self.rng.bool() {
            self.consumer.again.pop_front().or(fresh)
        } else {
            fresh
        };
        let Some(event) = event else { return };
        if Some(event) == fresh {
            self.consumer.delivered += 1;
            if self.rng.u8(..20) == 0 {
                // The acknowledgement is lost.
                self.consumer.again.push_back(event);
            }
        }
        if self.consumer.set_aside.is_none() {
            self.take(event);
        }
    }

    /// As the processor does: judge, apply with the cursor, or leave it to the source.
    pub(super) fn take(&mut self, event: Event) -> Verdict {
        let consumer = &mut self.consumer;
        let source = &self.origin.source;
        let before = (event.position > 0).then_some(HashPrefix(event.before));
        let own = Some(HashPrefix(event.own));
        let (epoch, position) = (event.epoch, event.position);
        let arrival = Arrival {
            source,
            epoch,
            position,
            previous: before,
            own,
        };
        let verdict = judge(&consumer.positions, &arrival);
        match &verdict {
            Verdict::Next => {
                let upto = SourcePosition {
                    next: event.position + 1,
                    hash_prefix: own,
                };
                consumer
                    .positions
                    .insert((source.clone(), event.epoch), upto);
                // Events of a newly followed history that were processed before change nothing.
                if consumer.ids.insert((event.position, event.own)) {
                    if self.followed == 0 {
                        assert_eq!(
                            event.position,
                            consumer.applied.len() as u64,
                            "lost or doubled"
                        );
                        assert_eq!(
                            event.before,
                            consumer.applied.last().map_or(0, |last| last.own),
                            "mixed"
                        );
                    }
                    consumer.applied.push(event);
                }
            }
            Verdict::Seen => {}
            Verdict::Gap | Verdict::Forked(_) => consumer.woken = true,
        }
        verdict
    }

    /// The source itself is asked; now and then it is away.
    pub(super) fn ask(&mut self) {
        if self.origin.process == Process::Down || self.rng.u8(..10) == 0 {
            return;
        }
        self.consumer.woken = false;
        let asked = followed(&self.consumer.positions, &self.origin.source);
        let from = poll_from(asked);
        let head = self.origin.log.len() as u64;
        if let Err(fork) = judge_page(asked, self.origin.epoch, head) {
            self.consumer.set_aside = Some(fork);
            return;
        }
        let page = (from..head.min(from + PAGE)).map(|at| {
            // A record of the restored log carries the new epoch.
            let event = self.origin.log[usize::try_from(at).unwrap()];
            Event {
                epoch: self.origin.epoch,
                ..event
            }
        });
        let page: Vec<Event> = page.collect();
        for event in page {
            if let Verdict::Forked(fork) = self.take(event) {
                self.consumer.set_aside = Some(fork);
                return;
            }
        }
        self.consumer.set_aside = None;
    }

    /// Somebody decides to follow it.
    pub(super) fn follow(&mut self) {
        let (source, epoch) = (self.origin.source.clone(), self.origin.epoch);
        let newest = followed(&self.consumer.positions, &source).map(|(epoch, _)| epoch);
        if self.consumer.set_aside.is_some() && newest.is_some_and(|newest| newest < epoch) {
            self.consumer
                .positions
                .insert((source, epoch), SourcePosition::default());
            self.consumer.set_aside = None;
            self.followed += 1;
        }
    }

    /// The faults end, and everything that was left is done.
    pub(super) fn settle(&mut self) {
        let mut rounds = 0;
        let (mut held, mut heard) = (BTreeSet::new(), 0);
        loop {
            rounds += 1;
            let log = self.origin.log.len();
            let missing = (0..log as u64).find(|position| !held.contains(position));
            assert!(
                rounds < 300,
                "it does not settle: of {log} events {heard} are heard, the broker misses {missing:?}"
            );
            for _ in 0..self.origin.log.len() * 4 + 1_000 {
                self.publish();
                self.store();
                self.acknowledge();
                self.deliver();
            }
            self.consumer.delivered = 0;
            self.ask();
            let all = self.origin.log.len();
            held = self
                .broker
                .stored
                .iter()
                .filter(|event| event.epoch == self.origin.epoch)
                .map(|event| event.position)
                .collect();
            let reached = followed(&self.consumer.positions, &self.origin.source);
            heard = reached.map_or(0, |(_, upto)| upto.next);
            if held.len() == all && heard == all as u64 {
                return;
            }
        }
    }
}
