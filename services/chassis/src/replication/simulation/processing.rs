//! The simulated processor: what arrives is processed in batches, and a crash may come at any moment.

use std::collections::BTreeSet;

use super::{
    parts::{Consumer, Effect, Event, Taking},
    world::World,
};
use crate::{
    replication::arrival::{Arrival, Continuity, judge},
    store::{HashPrefix, SourcePosition},
};

/// Events processed together, at most.
const BATCH_EVENTS: usize = 8;

/// A consumer that died has forgotten what was in its memory.
struct Died;

impl World {
    /// As the processor does: judge, process the next together with those that continue it, or leave it to the
    /// source.
    pub(super) fn process(&mut self, events: &[Event]) -> Continuity {
        let mut rest = events;
        let mut verdict = Continuity::Seen;
        while let Some((event, after)) = rest.split_first() {
            verdict = judge(&self.consumer.reached, &self.arrival(event));
            match &verdict {
                Continuity::Next => match self.process_together(consecutive(rest)) {
                    Ok(count) => rest = &rest[count..],
                    Err(Died) => {
                        self.consumer_dies();
                        return Continuity::Seen;
                    }
                },
                Continuity::Seen => rest = after,
                Continuity::Gap | Continuity::Forked(_) => {
                    self.consumer.woken = true;
                    break;
                }
            }
        }
        verdict
    }

    /// What is durable is what counts.
    pub(super) fn consumer_dies(&mut self) {
        let consumer = &mut self.consumer;
        consumer.reached = consumer.positions.clone();
        consumer.unsaved.clear();
        consumer.woken = false;
        consumer.deaths += 1;
    }

    /// Returns how many were processed.
    fn process_together(&mut self, events: &[Event]) -> Result<usize, Died> {
        match self.consumer.taking {
            Taking::Copies => self.copy(events),
            Taking::Decisions => self.decide(events),
        }
    }

    /// Each with its own cursor: a crash leaves a part of them.
    fn copy(&mut self, events: &[Event]) -> Result<usize, Died> {
        for event in events {
            self.may_die()?;
            self.append(&[*event], &[(*event, Effect::Caused)]);
        }
        self.may_die()?;
        Ok(events.len())
    }

    /// If an event fails, those before it are appended without it; then it is parked alone.
    fn decide(&mut self, events: &[Event]) -> Result<usize, Died> {
        let mut together = events;
        let added = loop {
            match decide_all(&self.consumer, together) {
                Ok(added) => break added,
                Err(0) => {
                    together = &together[..1];
                    break vec![(together[0], Effect::Parked)];
                }
                Err(fewer) => together = &together[..fewer],
            }
        };
        self.may_die()?;
        if added.is_empty() {
            // Their cursor is saved with the next append, or after a while.
            for event in together {
                self.reach(event);
            }
            self.consumer.unsaved.extend(together);
        } else {
            self.append(together, &added);
        }
        // Between the append and what memory makes of it.
        self.may_die()?;
        Ok(together.len())
    }

    /// One append: what follows from the events, and the cursor after them.
    fn append(&mut self, events: &[Event], added: &[(Event, Effect)]) {
        for (event, effect) in added {
            // Events of a newly followed history that were processed before change nothing.
            if self.consumer.ids.contains(&(event.position, event.own)) {
                assert_ne!(self.followed, 0, "doubled");
                continue;
            }
            self.consumer.effects.push((*event, *effect));
            if *effect == Effect::Parked {
                self.consumer.parked.insert(event.case());
            }
        }
        for event in events {
            self.reach(event);
        }
        self.consumer.unsaved.extend(events);
        self.save_cursor();
    }

    /// The cursor passes everything that was processed.
    pub(super) fn save_cursor(&mut self) {
        for event in std::mem::take(&mut self.consumer.unsaved) {
            let consumer = &mut self.consumer;
            let key = (self.origin.source.clone(), event.epoch);
            consumer.positions.insert(key, after(&event));
            if consumer.ids.insert((event.position, event.own)) {
                if self.followed == 0 {
                    let position = consumer.applied.len() as u64;
                    assert_eq!(event.position, position, "lost or doubled");
                    let before = consumer.applied.last().map_or(0, |last| last.own);
                    assert_eq!(event.before, before, "mixed");
                }
                consumer.applied.push(event);
            }
        }
    }

    fn reach(&mut self, event: &Event) {
        let key = (self.origin.source.clone(), event.epoch);
        self.consumer.reached.insert(key, after(event));
    }

    fn may_die(&mut self) -> Result<(), Died> {
        match self.rng.u16(..1_000) {
            0 => Err(Died),
            _ => Ok(()),
        }
    }

    fn arrival(&self, event: &Event) -> Arrival<'_> {
        Arrival {
            source: &self.origin.source,
            epoch: event.epoch,
            position: event.position,
            previous: (event.position > 0).then_some(HashPrefix(event.before)),
            own: Some(HashPrefix(event.own)),
        }
    }
}

/// What follows from events, or which of them fails.
fn decide_all(consumer: &Consumer, events: &[Event]) -> Result<Vec<(Event, Effect)>, usize> {
    let mut added: Vec<(Event, Effect)> = Vec::new();
    // What is set aside in this batch holds up what comes after it.
    let mut parked = BTreeSet::new();
    for (number, event) in events.iter().enumerate() {
        if event.is_about_transport() {
            // Neither what of it is unreadable is set aside, nor does it wait behind what is.
        } else if event.is_unknown()
            || parked.contains(&event.case())
            || consumer.parked.contains(&event.case())
        {
            parked.insert(event.case());
            added.push((*event, Effect::Parked));
        } else if event.is_poison() {
            return Err(number);
        } else if !event.causes_nothing() {
            added.push((*event, Effect::Caused));
        }
    }
    Ok(added)
}

/// What must follow from the events of a log, whatever happened in between.
pub(super) fn expected(log: &[Event], taking: Taking) -> Vec<(Event, Effect)> {
    let (mut parked, mut effects) = (BTreeSet::new(), Vec::new());
    for event in log {
        match taking {
            Taking::Copies => effects.push((*event, Effect::Caused)),
            Taking::Decisions if event.is_about_transport() => {}
            Taking::Decisions
                if event.is_poison() || event.is_unknown() || parked.contains(&event.case()) =>
            {
                parked.insert(event.case());
                effects.push((*event, Effect::Parked));
            }
            Taking::Decisions if event.causes_nothing() => {}
            Taking::Decisions => effects.push((*event, Effect::Caused)),
        }
    }
    effects
}

fn after(event: &Event) -> SourcePosition {
    SourcePosition {
        next: event.position + 1,
        hash_prefix: Some(HashPrefix(event.own)),
    }
}

/// The events that continue the first, in the same history.
fn consecutive(events: &[Event]) -> &[Event] {
    let continues = |pair: &&[Event]| {
        let (one, next) = (pair[0], pair[1]);
        (next.epoch, next.position, next.before) == (one.epoch, one.position + 1, one.own)
    };
    let count = 1 + events.windows(2).take_while(continues).count();
    &events[..count.min(BATCH_EVENTS)]
}
