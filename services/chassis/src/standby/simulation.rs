//! A leader, its standby and a broker: the leader is paused, killed and cut off, the standby is cut off and slow, the
//! broker's streams pause, and the clocks run differently fast. A standby never takes the lease while its leader is sure of
//! it, and then has everything that was confirmed as kept twice. Every step follows from one seed.

use std::time::Duration;

use fastrand::Rng;
use onestop_testing::seed;
use uuid::Uuid;

use super::{
    copies::{CopyState, Kept},
    takeover::{Incomplete, Said, Step, Takeover},
};
use crate::lease::rules::{self, At, Claim, Presence, Record, Rules, Seen};

const STEPS: u64 = 1_000_000;
/// Steps in one world: a takeover ends it earlier.
const LONGEST: u64 = 20_000;
/// A lease by a slow clock, and a few looks, in milliseconds.
const SOON: u64 = 32_000;
/// How long an answer waits for the standby, in milliseconds.
const PATIENCE: u64 = 2_000;
const LEADER: Uuid = Uuid::from_u128(1);
const STANDBY: Uuid = Uuid::from_u128(2);

#[derive(Default)]
struct Broker {
    record: Option<Record>,
    sequence: u64,
    pauses_until: u64,
}

impl Broker {
    fn seen(&self) -> Seen {
        Seen {
            record: self.record.clone(),
            sequence: self.sequence,
        }
    }

    fn store(&mut self, expected: u64, record: Record) -> Option<u64> {
        if expected != self.sequence {
            return None;
        }
        self.sequence += 1;
        self.record = Some(record);
        Some(self.sequence)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Process {
    Runs,
    Paused,
    Dead,
}

struct Leader {
    process: Process,
    is_cut: bool,
    rules: Rules,
    step: rules::Step,
    due: u64,
    rate: f64,
    log: u64,
    copies: CopyState,
    /// Answers that wait: how many records they confirm, and since when.
    waiting: Vec<(u64, u64)>,
    /// Records that were confirmed as kept twice.
    kept_twice: u64,
}

struct Standby {
    is_cut: bool,
    rules: Takeover,
    step: Step,
    due: u64,
    rate: f64,
    held: u64,
}

fn clock(now: u64, rate: f64) -> Duration {
    Duration::from_secs_f64(now as f64 * rate / 1_000.0)
}

/// When a pause by a clock of this rate is over.
fn after(now: u64, pause: Duration, rate: f64) -> u64 {
    now + (pause.as_secs_f64() * 1_000.0 / rate) as u64
}

struct World {
    rng: Rng,
    now: u64,
    broker: Broker,
    leader: Leader,
    standby: Standby,
}

impl World {
    fn new(seed: u64) -> Self {
        let mut rng = Rng::with_seed(seed);
        let mut rate = || 0.95 + rng.f64() / 10.0;
        let leader = Leader {
            process: Process::Runs,
            is_cut: false,
            rules: Rules::new(LEADER, "here".to_owned(), At::Hub, Claim::default()),
            step: rules::Step::Look,
            due: 0,
            rate: rate(),
            log: 0,
            copies: CopyState::default(),
            waiting: Vec::new(),
            kept_twice: 0,
        };
        let standby = Standby {
            is_cut: false,
            rules: Takeover::new(STANDBY, "there".to_owned(), Incomplete::Wait),
            step: Step::Look,
            due: 0,
            rate: rate(),
            held: 0,
        };
        Self {
            rng,
            now: 100_000,
            broker: Broker::default(),
            leader,
            standby,
        }
    }

    fn one_in(&mut self, count: u32) -> bool {
        self.rng.u32(..count) == 0
    }

    fn happen(&mut self) {
        match (self.rng.u32(..3_000), self.leader.process) {
            (0, _) => self.kill(),
            (1..=4, Process::Runs) => self.leader.process = Process::Paused,
            (1..=100, Process::Paused) => self.leader.process = Process::Runs,
            (5..=9, _) => self.leader.is_cut = true,
            (101..=160, _) => self.leader.is_cut = false,
            (10..=14, _) => self.standby.is_cut = true,
            (161..=220, _) => self.standby.is_cut = false,
            (15..=19, _) => self.broker.pauses_until = self.now + self.rng.u64(1_000..60_000),
            (_, _) => {}
        }
    }

    fn kill(&mut self) {
        self.leader.process = Process::Dead;
        self.leader.waiting.clear();
    }

    fn leader_clock(&self) -> Duration {
        clock(self.now, self.leader.rate)
    }

    /// Takes and keeps the lease.
    fn renew(&mut self) {
        if self.now < self.leader.due {
            return;
        }
        let now = self.leader_clock();
        let reaches = !self.leader.is_cut && self.now >= self.broker.pauses_until;
        let rules = &mut self.leader.rules;
        let step = match self.leader.step.clone() {
            rules::Step::Look if reaches => rules.seen(now, &self.broker.seen(), Presence::Nobody),
            rules::Step::Write { expected, record } if reaches => {
                let term = record.term;
                match self.broker.store(expected, record) {
                    Some(sequence) => rules.wrote(now, term, sequence),
                    None => rules::Step::Look,
                }
            }
            rules::Step::Look | rules::Step::Write { .. } => {
                rules.unanswered(now, Presence::Unclear)
            }
            rules::Step::Wait(_) => rules.next(now),
            stop @ rules::Step::Stop(_) => stop,
        };
        if let rules::Step::Wait(pause) = step {
            self.leader.due = after(self.now, pause, self.leader.rate);
        }
        self.leader.step = step;
    }

    /// Carries out commands, and answers those that waited.
    fn decide(&mut self) {
        let now = self.leader_clock();
        let leader = &mut self.leader;
        if leader.rules.is_sure(now) && self.rng.bool() {
            leader.log += self.rng.u64(..3);
            leader.waiting.push((leader.log, self.now));
        }
        let waiting = std::mem::take(&mut leader.waiting);
        for (count, since) in waiting {
            match leader.copies.kept(now, count) {
                // What is not surely decided is not confirmed at all.
                Some(Kept::Twice) if leader.rules.is_sure(now) => {
                    leader.kept_twice = leader.kept_twice.max(count);
                }
                Some(Kept::Twice | Kept::Once) => {}
                None if self.now - since >= PATIENCE => leader.copies.ran_out(count),
                None => leader.waiting.push((count, since)),
            }
        }
    }

    /// The answer of a leader that is reached, with what it says of itself.
    fn ask(&mut self) -> Option<Said> {
        let now = self.leader_clock();
        let answers = self.leader.process == Process::Runs && self.leader.rules.is_sure(now);
        if !answers || self.leader.is_cut || self.standby.is_cut {
            return None;
        }
        let (leader, held) = (&mut self.leader, self.standby.held);
        leader.copies.note_question(now, STANDBY, held, leader.log);
        let followed = leader.copies.followed_by(now, STANDBY);
        Some(Said {
            term: leader.rules.term(),
            count: leader.log,
            followed,
        })
    }

    /// Whether the standby has taken the lease.
    fn follow(&mut self) -> bool {
        if self.now < self.standby.due {
            return false;
        }
        let now = clock(self.now, self.standby.rate);
        let reaches = !self.standby.is_cut && self.now >= self.broker.pauses_until;
        let step = match self.standby.step.clone() {
            Step::Ask => match self.ask() {
                Some(said) if self.standby.rules.accepts(said.term) => {
                    let more = self.rng.u64(..20);
                    self.standby.held = said.count.min(self.standby.held + more);
                    self.standby.rules.answered(now, said)
                }
                Some(_) | None => Takeover::silent(),
            },
            Step::Look if reaches => self.standby.rules.seen(now, &self.broker.seen()),
            Step::Look => self.standby.rules.unanswered(now),
            Step::Wait(_) => self.standby.rules.next(now),
            Step::Take { expected, record } => {
                if reaches && self.broker.store(expected, record).is_some() {
                    return true;
                }
                Step::Look
            }
        };
        if let Step::Wait(pause) = step {
            self.standby.due = after(self.now, pause, self.standby.rate);
        }
        self.standby.step = step;
        false
    }

    /// Whether the standby has taken over.
    fn step(&mut self) -> bool {
        self.now += self.rng.u64(10..400);
        if self.leader.process == Process::Runs {
            self.renew();
            self.decide();
        }
        let taken = self.follow();
        if taken {
            self.check();
        }
        taken
    }

    fn check(&self) {
        let (leader, held) = (&self.leader, self.standby.held);
        assert!(
            !leader.rules.is_sure(self.leader_clock()),
            "two decide at {}",
            self.now
        );
        assert!(
            leader.kept_twice <= held,
            "{} records were confirmed as kept twice, and the standby has {held}",
            leader.kept_twice
        );
    }
}

fn steps() -> u64 {
    let said = std::env::var("TESTS_STEPS");
    said.map_or(STEPS, |text| text.parse().expect("TESTS_STEPS is a number"))
}

#[test]
fn no_standby_takes_over_from_a_leader_that_is_sure_or_without_what_was_kept_twice() {
    let mut rng = Rng::with_seed(seed());
    let (mut taken, mut kept_twice, mut done) = (0_u64, 0_u64, 0_u64);
    while done < steps() {
        let mut world = World::new(rng.u64(..));
        for _ in 0..LONGEST {
            done += 1;
            world.happen();
            if world.step() {
                taken += 1;
                break;
            }
        }
        kept_twice += world.leader.kept_twice;
    }
    if steps() >= STEPS {
        assert!(taken > 50 && kept_twice > 10_000, "{taken} {kept_twice}");
    }
}

#[test]
fn a_standby_that_follows_takes_over_soon_after_the_lease_is_over() {
    let mut rng = Rng::with_seed(seed());
    for _ in 0..200 {
        let mut world = World::new(rng.u64(..));
        while world.now < 130_000 || world.one_in(2) {
            assert!(!world.step(), "its leader runs");
        }
        world.kill();
        let died = world.now;
        while !world.step() {
            assert!(world.now < died + SOON, "it waits for too long");
        }
    }
}
