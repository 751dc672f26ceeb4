//! Relay and consumer over a transport in memory that does to them what NATS may do: a publication that
//! timed out but was stored, one that is lost, an acknowledgement that comes late or never, a redelivery,
//! an order that differs from connection to connection, a broker that loses its newest messages or
//! everything, or comes back with an older store. Millions of steps from one seed.
//!
//! `ONESTOP_SEED=… ONESTOP_STEPS=… cargo test -p onestop-chassis simulation` repeats or lengthens a run.

use std::{
    collections::{BTreeSet, HashSet, VecDeque},
    env,
};

use fastrand::Rng;
use onestop_proto::envelope::Source;
use uuid::Uuid;

use super::arrival::{Arrival, Fork, Verdict, ask_from, judge, judge_page};
use crate::relay::outbox::{Outbox, Server};
use crate::store::{HashPrefix, SourcePosition, SourcePositions, followed};

/// Steps of one run, unless more are asked for.
const STEPS: u64 = 2_000_000;
/// Events that a source gives at a time.
const PAGE: u64 = 50;

/// An event: which incarnation of the log wrote it, where, and what its hash begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Event {
    epoch: Uuid,
    position: u64,
    before: u64,
    own: u64,
}

/// The source's log; its relay; the wire to the broker.
struct Origin {
    source: Source,
    epoch: Uuid,
    log: Vec<Event>,
    process: Process,
    /// What of the relay survives a crash: up to where the broker had acknowledged.
    saved: u64,
    relay: Option<Outbox>,
    /// The start of the broker that the relay knew.
    server: Option<u64>,
    in_flight: VecDeque<(u64, Ack)>,
    wire: VecDeque<Event>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Process {
    Up,
    Down,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ack {
    Awaited,
    Here,
    /// It will never come: the relay's patience ends.
    Lost,
}

#[derive(Default, Clone)]
struct Broker {
    /// Which start of it this is.
    start: u64,
    stored: Vec<Event>,
    /// Ids within the window in which a second one is dropped.
    window: HashSet<(Uuid, u64)>,
}

/// The consumer: what is durable of it, and what the broker still owes it.
#[derive(Default)]
struct Listening {
    progress: SourcePositions,
    applied: Vec<Event>,
    ids: BTreeSet<(u64, u64)>,
    /// The next message of the broker's stream.
    delivered: usize,
    again: VecDeque<Event>,
    rung: bool,
    set_aside: Option<Fork>,
}

struct World {
    rng: Rng,
    origin: Origin,
    broker: Broker,
    older: Broker,
    listening: Listening,
    followed: u64,
}

fn seed() -> u64 {
    let seed = env::var("ONESTOP_SEED").map_or_else(
        |_| Rng::new().u64(..),
        |text| text.parse().expect("ONESTOP_SEED is a number"),
    );
    #[allow(clippy::print_stderr, reason = "a failed run is repeated from it")]
    {
        eprintln!("ONESTOP_SEED={seed}");
    }
    seed
}

fn steps() -> u64 {
    env::var("ONESTOP_STEPS").map_or(STEPS, |text| {
        text.parse().expect("ONESTOP_STEPS is a number")
    })
}

impl World {
    fn new(seed: u64) -> Self {
        Self {
            rng: Rng::with_seed(seed),
            origin: Origin {
                source: "/onestop/intake/main".parse().unwrap(),
                epoch: Uuid::from_u128(1),
                log: Vec::new(),
                process: Process::Up,
                saved: 0,
                relay: None,
                server: None,
                in_flight: VecDeque::new(),
                wire: VecDeque::new(),
            },
            broker: Broker::default(),
            older: Broker::default(),
            listening: Listening::default(),
            followed: 0,
        }
    }

    fn step(&mut self) {
        match self.rng.u32(..4000) {
            0..200 | 1000..1600 => self.write(),
            200..420 | 1600..2300 => self.publish(),
            420..620 | 2300..3000 => self.store(),
            620..800 | 3000..3700 => self.acknowledge(),
            800..900 | 3700..4000 => self.deliver(),
            900..940 => self.ask(),
            940..955 => self.save(),
            955..965 => self.cut(),
            965..975 => self.crash(),
            975..981 => self.lose_tail(),
            981..983 => self.replace_broker(Broker::default()),
            983..986 => self.replace_broker(self.older.clone()),
            986..990 => self.older = self.broker.clone(),
            990..994 => self.broker.window.clear(),
            _ => self.redeliver(),
        }
    }

    fn write(&mut self) {
        let before = self.origin.log.last().map_or(0, |event| event.own);
        self.origin.log.push(Event {
            epoch: self.origin.epoch,
            position: self.origin.log.len() as u64,
            before,
            own: self.rng.u64(1..),
        });
    }

    /// The relay begins with what the broker says that it holds, then publishes the next.
    fn publish(&mut self) {
        if self.origin.process == Process::Down {
            self.origin.process = Process::Up;
            return;
        }
        let epoch = self.origin.epoch;
        let held = self.broker.stored.last();
        let held = held.map_or(0, |last| {
            if last.epoch == epoch {
                last.position + 1
            } else {
                0
            }
        });
        let saved = &mut self.origin.saved;
        let relay = self.origin.relay.get_or_insert_with(|| {
            let server = match self.origin.server.replace(self.broker.start) {
                Some(before) if before == self.broker.start => Server::Same,
                Some(_) | None => Server::Other,
            };
            let outbox = Outbox::begin(held, *saved, server);
            // A lower number is written down before anything is published.
            *saved = (*saved).min(outbox.acknowledged());
            outbox
        });
        let next = usize::try_from(relay.next()).unwrap();
        if relay.room() > 0
            && let Some(event) = self.origin.log.get(next)
        {
            self.origin.wire.push_back(*event);
            self.origin
                .in_flight
                .push_back((relay.next(), Ack::Awaited));
            relay.published();
        }
    }

    /// The broker takes what is on the wire, and its answer comes, is late, or is lost.
    fn store(&mut self) {
        let Some(event) = self.origin.wire.pop_front() else {
            return;
        };
        if self.broker.window.insert((event.epoch, event.position)) {
            self.broker.stored.push(event);
        }
        let fate = match self.rng.u8(..250) {
            0 => Ack::Lost,
            _ => Ack::Here,
        };
        let waiting = self.origin.in_flight.iter_mut();
        if let Some(entry) = waiting
            .into_iter()
            .find(|(at, ack)| *at == event.position && *ack == Ack::Awaited)
        {
            entry.1 = fate;
        }
    }

    fn acknowledge(&mut self) {
        let Some(relay) = &mut self.origin.relay else {
            return;
        };
        match self.origin.in_flight.front() {
            Some((_, Ack::Here)) => {
                self.origin.in_flight.pop_front();
                relay.oldest_acknowledged();
            }
            Some((_, Ack::Lost)) => self.begin_anew(),
            Some((_, Ack::Awaited)) | None => {}
        }
    }

    /// Timed out means unknown: what is on the wire may still be stored.
    fn begin_anew(&mut self) {
        if let Some(relay) = self.origin.relay.take() {
            self.origin.saved = relay.acknowledged();
        }
        self.origin.in_flight.clear();
    }

    fn save(&mut self) {
        if let Some(relay) = &self.origin.relay {
            self.origin.saved = relay.acknowledged();
        }
    }

    /// The link breaks: of what was on the wire, some is lost, some arrives later, in another order.
    fn cut(&mut self) {
        let wire = std::mem::take(&mut self.origin.wire);
        let (late, lost): (Vec<_>, Vec<_>) = wire.into_iter().partition(|_| self.rng.bool());
        drop(lost);
        self.begin_anew();
        let at = self.rng.usize(..=late.len());
        self.origin
            .wire
            .extend(late[at..].iter().chain(&late[..at]));
    }

    /// A crash of either side. What was not written down is forgotten; what was, is not.
    fn crash(&mut self) {
        self.origin.relay = None;
        self.origin.server = None;
        self.origin.in_flight.clear();
        self.origin.process = Process::Down;
        self.listening.rung = false;
    }

    /// It dies and comes back with what it has on its disk. No connection outlives it.
    fn replace_broker(&mut self, with: Broker) {
        self.origin.wire.clear();
        self.begin_anew();
        let start = self.broker.start + 1;
        self.broker = Broker { start, ..with };
    }

    fn lose_tail(&mut self) {
        let kept = self.rng.usize(..=self.broker.stored.len());
        let kept = kept.max(self.broker.stored.len().saturating_sub(40));
        self.replace_broker(self.broker.clone());
        self.broker.stored.truncate(kept);
        let stored = self.broker.stored.iter();
        self.broker.window = stored.map(|event| (event.epoch, event.position)).collect();
    }

    fn redeliver(&mut self) {
        if let Some(event) = self.rng.choice(&self.broker.stored) {
            self.listening.again.push_back(*event);
        }
    }

    fn deliver(&mut self) {
        let fresh = self.broker.stored.get(self.listening.delivered).copied();
        // A broker that was wiped begins again.
        if fresh.is_none() && self.listening.delivered > self.broker.stored.len() {
            self.listening.delivered = 0;
        }
        let event = if self.rng.bool() {
            self.listening.again.pop_front().or(fresh)
        } else {
            fresh
        };
        let Some(event) = event else { return };
        if Some(event) == fresh {
            self.listening.delivered += 1;
            if self.rng.u8(..20) == 0 {
                // The acknowledgement is lost.
                self.listening.again.push_back(event);
            }
        }
        if self.listening.set_aside.is_none() {
            self.take(event);
        }
    }

    /// As the processor does: judge, apply with the cursor, or leave it to the source.
    fn take(&mut self, event: Event) -> Verdict {
        let listening = &mut self.listening;
        let source = &self.origin.source;
        let before = (event.position > 0).then_some(HashPrefix(event.before));
        let own = Some(HashPrefix(event.own));
        let (epoch, position) = (event.epoch, event.position);
        let arrival = Arrival {
            source,
            epoch,
            position,
            before,
            own,
        };
        let verdict = judge(&listening.progress, &arrival);
        match &verdict {
            Verdict::Next => {
                let upto = SourcePosition {
                    next: event.position + 1,
                    hash_prefix: own,
                };
                listening
                    .progress
                    .insert((source.clone(), event.epoch), upto);
                // What is heard again of a history that is followed anew changes nothing.
                if listening.ids.insert((event.position, event.own)) {
                    if self.followed == 0 {
                        assert_eq!(
                            event.position,
                            listening.applied.len() as u64,
                            "lost or doubled"
                        );
                        assert_eq!(
                            event.before,
                            listening.applied.last().map_or(0, |last| last.own),
                            "mixed"
                        );
                    }
                    listening.applied.push(event);
                }
            }
            Verdict::Seen => {}
            Verdict::Ahead | Verdict::Forked(_) => listening.rung = true,
        }
        verdict
    }

    /// The source itself is asked; now and then it is away.
    fn ask(&mut self) {
        if self.origin.process == Process::Down || self.rng.u8(..10) == 0 {
            return;
        }
        self.listening.rung = false;
        let asked = followed(&self.listening.progress, &self.origin.source);
        let from = ask_from(asked);
        let head = self.origin.log.len() as u64;
        if let Err(fork) = judge_page(asked, (self.origin.epoch, head)) {
            self.listening.set_aside = Some(fork);
            return;
        }
        let page = (from..head.min(from + PAGE)).map(|at| {
            // A record read from the log that was restored stands there under the new epoch.
            let event = self.origin.log[usize::try_from(at).unwrap()];
            Event {
                epoch: self.origin.epoch,
                ..event
            }
        });
        let page: Vec<Event> = page.collect();
        for event in page {
            if let Verdict::Forked(fork) = self.take(event) {
                self.listening.set_aside = Some(fork);
                return;
            }
        }
        self.listening.set_aside = None;
    }

    /// The log is restored from a backup, as a new incarnation.
    fn restore(&mut self) {
        let kept = self.rng.usize(..=self.origin.log.len());
        self.origin.log.truncate(kept);
        self.origin.epoch = Uuid::from_u128(self.origin.epoch.as_u128() + 1);
        self.origin.relay = None;
        self.origin.in_flight.clear();
        self.origin.saved = 0;
        for event in &mut self.origin.log {
            event.epoch = self.origin.epoch;
        }
    }

    /// Somebody decides to follow it.
    fn follow(&mut self) {
        let (source, epoch) = (self.origin.source.clone(), self.origin.epoch);
        let newest = followed(&self.listening.progress, &source).map(|(epoch, _)| epoch);
        if self.listening.set_aside.is_some() && newest.is_some_and(|newest| newest < epoch) {
            self.listening
                .progress
                .insert((source, epoch), SourcePosition::default());
            self.listening.set_aside = None;
            self.followed += 1;
        }
    }

    /// The faults end, and everything that was left is done.
    fn settle(&mut self) {
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
            self.listening.delivered = 0;
            self.ask();
            let all = self.origin.log.len();
            held = self
                .broker
                .stored
                .iter()
                .filter(|event| event.epoch == self.origin.epoch)
                .map(|event| event.position)
                .collect();
            let reached = followed(&self.listening.progress, &self.origin.source);
            heard = reached.map_or(0, |(_, upto)| upto.next);
            if held.len() == all && heard == all as u64 {
                return;
            }
        }
    }
}

/// Whatever the transport does: every event is applied once, in the order of its log, and in the end the
/// broker holds every one again.
#[test]
fn nothing_is_lost_doubled_or_out_of_order() {
    let mut world = World::new(seed());
    for step in 1..=steps() {
        world.step();
        // The log stays short enough that what is lost at its beginning matters as well.
        if step % 50_000 == 0 {
            world.settle();
            let applied = world.listening.applied.len();
            assert_eq!(applied, world.origin.log.len());
            let seed = world.rng.u64(..);
            world = World::new(seed);
        }
    }
    world.settle();
    assert_eq!(world.listening.applied, world.origin.log);
}

/// A source that was restored is followed by itself where it continues what was heard; where it does not,
/// nothing of it is applied until somebody decides, and then all of it is.
#[test]
fn a_restored_source_is_never_mixed_in() {
    let mut world = World::new(seed());
    let (mut continued, mut decided) = (0_u64, 0_u64);
    for _ in 0..steps() / 2_000 {
        for _ in 0..300 {
            world.step();
        }
        let heard = followed(&world.listening.progress, &world.origin.source);
        let (_, before) = heard.unwrap_or((Uuid::nil(), SourcePosition::default()));
        let applied = world.listening.applied.len();
        world.restore();
        let kept = world.origin.log.len() as u64;
        world.origin.process = Process::Up;
        for _ in 0..20 {
            world.write();
        }
        for _ in 0..20 {
            world.ask();
        }
        if kept >= before.next {
            continued += 1;
            assert_eq!(
                world.listening.set_aside, None,
                "it continues what was heard"
            );
        } else {
            decided += 1;
            assert!(
                world.listening.set_aside.is_some(),
                "kept {kept}, heard {}",
                before.next
            );
            assert_eq!(
                world.listening.applied.len(),
                applied,
                "another history was mixed in"
            );
            world.follow();
        }
        // From here on its own events count, whatever was applied of the history before.
        world.settle();
        let ids = &world.listening.ids;
        let missing = world
            .origin
            .log
            .iter()
            .filter(|event| !ids.contains(&(event.position, event.own)));
        assert_eq!(missing.count(), 0);
        let seed = world.rng.u64(..);
        world = World::new(seed);
    }
    assert!(continued > 20 && decided > 20, "{continued} {decided}");
}
