//! The simulated consumer.

use std::collections::BTreeSet;

use super::{
    parts::{Event, Process},
    world::World,
};
use crate::{
    replication::arrival::{Continuity, judge_page, poll_from},
    store::{SourcePosition, followed},
};

/// Events that a source gives at a time.
const PAGE: u64 = 50;
/// Messages that arrive at a time, at most.
const CHUNK: usize = 12;

impl World {
    /// The broker delivers what it has, some at a time.
    pub(super) fn deliver(&mut self) {
        // A broker that was wiped begins again.
        if self.consumer.delivered > self.broker.stored.len() {
            self.consumer.delivered = 0;
        }
        let mut arrived = Vec::new();
        for _ in 0..self.rng.usize(1..=CHUNK) {
            arrived.extend(self.next_message());
        }
        let came = arrived.len();
        arrived.retain(|message| !message.is_junk());
        self.consumer.skipped += (came - arrived.len()) as u64;
        if self.consumer.set_aside.is_none() {
            self.process(&arrived);
        }
    }

    fn next_message(&mut self) -> Option<Event> {
        if self.rng.bool()
            && let Some(again) = self.consumer.again.pop_front()
        {
            return Some(again);
        }
        let fresh = *self.broker.stored.get(self.consumer.delivered)?;
        self.consumer.delivered += 1;
        if self.rng.u8(..20) == 0 {
            // The acknowledgement is lost.
            self.consumer.again.push_back(fresh);
        }
        Some(fresh)
    }

    /// The source itself is asked; now and then it is away.
    pub(super) fn ask(&mut self) {
        if self.origin.process == Process::Down || self.rng.u8(..10) == 0 {
            return;
        }
        self.consumer.woken = false;
        let asked = followed(&self.consumer.reached, &self.origin.source);
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
        match self.process(&page) {
            Continuity::Forked(fork) => self.consumer.set_aside = Some(fork),
            Continuity::Next | Continuity::Seen | Continuity::Gap => self.consumer.set_aside = None,
        }
    }

    /// The operator decides to follow it.
    pub(super) fn follow(&mut self) {
        let (source, epoch) = (self.origin.source.clone(), self.origin.epoch);
        let newest = followed(&self.consumer.reached, &source).map(|(epoch, _)| epoch);
        if self.consumer.set_aside.is_some() && newest.is_some_and(|newest| newest < epoch) {
            let (beginning, consumer) = (SourcePosition::default(), &mut self.consumer);
            consumer
                .positions
                .insert((source.clone(), epoch), beginning);
            consumer.reached.insert((source, epoch), beginning);
            consumer.set_aside = None;
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
            self.save_cursor();
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
