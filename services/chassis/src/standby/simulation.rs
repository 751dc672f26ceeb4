//! A leader, its standby, an older copy of the log and a broker: the leader is paused, killed, started again and cut off, the
//! standby is cut off, slow and started anew, on its copy and on an empty disk, also between the keys of a change and the
//! change itself, the broker's servers elect and store without an answer, an older copy is started as the leader, and the
//! clocks run differently fast. What is copied is a log in one world, and a database, as the gateway has it, in the next: that
//! begins with the whole for each run of a process, and answers wait for some of its changes alone. A standby never takes the
//! lease while its leader is sure of it, and then has everything that was confirmed as kept twice; what can be heard of a
//! leader's log never becomes less. Every step follows from one seed.

mod broker;

use std::time::Duration;

use fastrand::Rng;
use onestop_testing::seed;
use uuid::Uuid;

use self::broker::{Broker, Holder, OfLog, Stored, Way, after, clock};
use super::{
    copies::{CopyState, Followed, Kept},
    takeover::{Incomplete, Said, Step, Takeover},
};
use crate::lease::rules::{At, Claim, Presence, Rules};

const STEPS: u64 = 1_000_000;
/// Steps in one world: a takeover ends it earlier.
const LONGEST: u64 = 20_000;
/// A lease by a slow clock, and a few looks, in milliseconds.
const SOON: u64 = 34_000;
/// How long an answer waits for the standby, in milliseconds.
const PATIENCE: u64 = 2_000;
/// How long a change of a database for which no answer waits may wait for others, in milliseconds.
const QUIET: u64 = 1_000;
const LEADER: Uuid = Uuid::from_u128(1);
const OLDER: Uuid = Uuid::from_u128(2);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Process {
    Runs,
    Paused,
    Dead,
}

/// What is copied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Log,
    Database,
}

struct Leader {
    process: Process,
    /// Of the process, by which it holds the lease and names its run.
    id: Uuid,
    holder: Holder,
    /// Records, or changes.
    log: u64,
    /// How many of them an answer has waited for, and those before.
    awaited: u64,
    /// When the last image of the database was made.
    imaged: u64,
    copies: CopyState,
    /// Answers that wait: how many records they confirm, and since when.
    waiting: Vec<(u64, u64)>,
    /// Records that were confirmed as kept twice.
    kept_twice: u64,
    /// The most that others could hear.
    visible: u64,
}

struct Standby {
    id: Uuid,
    way: Way,
    rules: Takeover,
    step: Step,
    due: u64,
    rate: f64,
    held: u64,
    /// Records whose keys are on its disk.
    keys: u64,
    /// The run of the leader whose database it has.
    run: Option<Uuid>,
    /// Whether its leader counted on it when it answered last.
    told: Followed,
    coming: Option<Coming>,
}

/// A change whose keys the standby has, and which it has not added yet.
#[derive(Debug, Clone, Copy)]
struct Coming {
    held: u64,
    run: Uuid,
    said: Said,
}

impl Standby {
    /// A process that begins on what its folder holds.
    fn begin(&mut self, id: Uuid, now: u64) {
        self.id = id;
        self.rules = Takeover::new(id, "there".to_owned(), Incomplete::Wait);
        self.step = Step::Look;
        self.due = now;
        self.run = None;
        self.told = Followed::No;
        self.coming = None;
    }
}

/// The service on a log that is older than the leader's.
struct OlderCopy {
    holder: Holder,
    events: u64,
}

/// Which process decides after the leader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Decides {
    Standby,
    OlderCopy,
}

struct World {
    kind: Kind,
    rng: Rng,
    now: u64,
    broker: Broker,
    leader: Leader,
    standby: Standby,
    older: Option<OlderCopy>,
}

fn any_rate(rng: &mut Rng) -> f64 {
    0.95 + rng.f64() / 10.0
}

fn any_id(rng: &mut Rng) -> Uuid {
    Uuid::from_u128(rng.u128(10..))
}

impl World {
    fn new(seed: u64) -> Self {
        let mut rng = Rng::with_seed(seed);
        let rules = Rules::new(LEADER, "here".to_owned(), At::Hub, Claim::default());
        let leader = Leader {
            process: Process::Runs,
            id: LEADER,
            holder: Holder::new(rules, any_rate(&mut rng)),
            log: 0,
            awaited: 0,
            imaged: 0,
            copies: CopyState::default(),
            waiting: Vec::new(),
            kept_twice: 0,
            visible: 0,
        };
        let id = any_id(&mut rng);
        let standby = Standby {
            id,
            way: Way::Open,
            rules: Takeover::new(id, "there".to_owned(), Incomplete::Wait),
            step: Step::Look,
            due: 0,
            rate: any_rate(&mut rng),
            held: 0,
            keys: 0,
            run: None,
            told: Followed::No,
            coming: None,
        };
        let kind = if rng.bool() {
            Kind::Log
        } else {
            Kind::Database
        };
        Self {
            kind,
            rng,
            now: 100_000,
            broker: Broker::default(),
            leader,
            standby,
            older: None,
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
            (5..=9, _) => self.leader.holder.way = Way::Cut,
            (101..=160, _) => self.leader.holder.way = Way::Open,
            (10..=14, _) => self.standby.way = Way::Cut,
            (161..=220, _) => self.standby.way = Way::Open,
            (15..=19, _) => self.broker.pauses_until = self.now + self.rng.u64(1_000..60_000),
            (221..=222, _) => {
                let id = any_id(&mut self.rng);
                let begins = self.now + self.rng.u64(1_000..5_000);
                if self.rng.bool() {
                    // On another machine, or on a disk that was lost.
                    (self.standby.held, self.standby.keys) = (0, 0);
                }
                self.standby.begin(id, begins);
            }
            (223..=225, _) if self.older.is_none() => self.start_older(),
            (226..=240, Process::Dead) => self.restart(),
            (_, _) => {}
        }
    }

    fn kill(&mut self) {
        self.leader.process = Process::Dead;
        self.leader.waiting.clear();
    }

    /// Starts the leader again on its folder.
    fn restart(&mut self) {
        let id = any_id(&mut self.rng);
        let leader = &mut self.leader;
        let claim = Claim {
            term: leader.holder.rules.term(),
            holder: Some(leader.id),
            is_over: true,
        };
        let rules = Rules::new(id, "here".to_owned(), At::Hub, claim).on_log_of(leader.log);
        leader.holder = Holder::new(rules, any_rate(&mut self.rng));
        (leader.id, leader.process) = (id, Process::Runs);
        leader.copies = CopyState::default();
    }

    /// Starts the service on a state of before the lease was written last: on a backup, or on a copy of the leader's folder.
    fn start_older(&mut self) {
        let known = self.broker.record.as_ref().and_then(|it| it.events);
        let events = self.rng.u64(..known.unwrap_or(0).max(1));
        let claim = if self.rng.bool() {
            Claim::default()
        } else {
            Claim {
                term: self.leader.holder.rules.term(),
                holder: Some(self.leader.id),
                is_over: self.leader.process == Process::Dead,
            }
        };
        let rules = Rules::new(OLDER, "here".to_owned(), At::Hub, claim).on_log_of(events);
        let holder = Holder::new(rules, any_rate(&mut self.rng));
        self.older = Some(OlderCopy { holder, events });
    }

    /// Whether the older copy has the lease.
    fn renew_older(&mut self) -> bool {
        let presence = match (self.leader.process, self.leader.holder.way) {
            (Process::Dead, _) | (_, Way::Cut) => Presence::Nobody,
            (Process::Paused, Way::Open) => Presence::Unclear,
            (Process::Runs, Way::Open) => Presence::Somebody,
        };
        let Some(older) = &mut self.older else {
            return false;
        };
        let log = OfLog {
            events: older.events,
            standby: None,
        };
        let (broker, rng) = (&mut self.broker, &mut self.rng);
        older.holder.renew(self.now, broker, rng, presence, log);
        let is_sure = older.holder.is_sure(self.now);
        if older.holder.has_stopped() {
            self.older = None;
        }
        is_sure
    }

    /// Takes and keeps the leader's lease.
    fn renew(&mut self) {
        let leader = &mut self.leader;
        let log = OfLog {
            events: leader.log,
            standby: leader.copies.following(leader.holder.clock(self.now)),
        };
        let (broker, rng, presence) = (&mut self.broker, &mut self.rng, Presence::Nobody);
        leader.holder.renew(self.now, broker, rng, presence, log);
    }

    /// Carries out commands, and answers those that waited.
    fn decide(&mut self) {
        let leader = &mut self.leader;
        let now = leader.holder.clock(self.now);
        let is_sure = leader.holder.is_sure(self.now);
        if is_sure && self.rng.bool() {
            leader.log += self.rng.u64(..3);
            if self.kind == Kind::Log || self.rng.bool() {
                leader.awaited = leader.log;
                leader.waiting.push((leader.log, self.now));
            }
        }
        let waiting = std::mem::take(&mut leader.waiting);
        for (count, since) in waiting {
            match leader.copies.kept(now, count) {
                // What is not surely decided is not confirmed at all.
                Some(Kept::Twice) if is_sure => {
                    leader.kept_twice = leader.kept_twice.max(count);
                }
                Some(Kept::Twice | Kept::Once) => {}
                None if self.now - since >= PATIENCE => leader.copies.ran_out(count),
                None => leader.waiting.push((count, since)),
            }
        }
        // Of a database nothing is heard.
        if self.kind == Kind::Log {
            let visible = leader.copies.visible(now, leader.log);
            let before = std::mem::replace(&mut leader.visible, visible);
            assert!(before <= visible, "{before} could be heard, then {visible}");
        }
    }

    /// The answer of a leader that is reached, with what it says of itself.
    fn ask(&mut self) -> Option<Said> {
        let leader = &mut self.leader;
        let answers = leader.process == Process::Runs && leader.holder.is_sure(self.now);
        if !answers || leader.holder.way == Way::Cut || self.standby.way == Way::Cut {
            return None;
        }
        let now = leader.holder.clock(self.now);
        let (id, held) = (self.standby.id, self.standby.held);
        // Versions that another run has named say nothing.
        if self.kind == Kind::Log || self.standby.run == Some(leader.id) {
            let awaited = match self.kind {
                Kind::Log => leader.log,
                // Of the other changes no answer has told.
                Kind::Database => leader.awaited,
            };
            leader.copies.note_question(now, id, held, awaited);
        }
        let followed = leader.copies.followed_by(now, id);
        Some(Said {
            term: leader.holder.rules.term(),
            count: leader.log,
            followed,
        })
    }

    /// Adds the change whose keys have come, or asks for the next and takes its keys.
    fn copy_more(&mut self, now: Duration) -> Step {
        if let Some(Coming { held, run, said }) = self.standby.coming.take() {
            (self.standby.held, self.standby.run) = (held, Some(run));
            self.standby.told = said.followed;
            return self.standby.rules.answered(now, said);
        }
        match self.ask() {
            Some(said) if self.standby.rules.accepts(said.term) => {
                let held = self.what_comes(said.count);
                self.standby.keys = self.standby.keys.max(held);
                let run = self.leader.id;
                self.standby.coming = Some(Coming { held, run, said });
                Step::Ask
            }
            Some(_) | None => Takeover::silent(),
        }
    }

    /// So many records the standby has with the next answer: a part of a log, or all of a database.
    fn what_comes(&mut self, count: u64) -> u64 {
        let held = self.standby.held;
        match self.kind {
            Kind::Log => count.min(held + self.rng.u64(..20)),
            Kind::Database => {
                let follows = self.standby.run == Some(self.leader.id);
                let is_quiet = self.leader.awaited <= held && self.now < self.leader.imaged + QUIET;
                if follows && is_quiet {
                    return held;
                }
                self.leader.imaged = self.now;
                count
            }
        }
    }

    /// Whether the standby has taken the lease.
    fn follow(&mut self) -> bool {
        if self.now < self.standby.due {
            return false;
        }
        let now = clock(self.now, self.standby.rate);
        let step = match self.standby.step.clone() {
            Step::Ask => self.copy_more(now),
            Step::Look => match self.broker.seen(self.now, self.standby.way) {
                Some(seen) => self.standby.rules.seen(now, &seen),
                None => self.standby.rules.unanswered(now),
            },
            Step::Wait(_) => self.standby.rules.next(now),
            Step::Take { expected, record } => {
                let (way, rng) = (self.standby.way, &mut self.rng);
                let stored = self.broker.store(self.now, way, rng, expected, record);
                if let Stored::At(_) = stored {
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

    /// Which process decides in the place of the leader from now on, if one does.
    fn step(&mut self) -> Option<Decides> {
        self.now += self.rng.u64(10..400);
        if self.leader.process == Process::Runs {
            self.renew();
            self.decide();
        }
        if self.renew_older() {
            // On the folder of a process that is dead, it need not wait for the end of the lease.
            if self.leader.process != Process::Dead {
                self.check_that_one_decides();
            }
            return Some(Decides::OlderCopy);
        }
        if self.follow() {
            self.check_that_one_decides();
            self.check_kept();
            return Some(Decides::Standby);
        }
        None
    }

    fn check_that_one_decides(&self) {
        let is_sure = self.leader.holder.is_sure(self.now);
        assert!(!is_sure, "two decide at {}", self.now);
    }

    fn check_kept(&self) {
        let (kept_twice, Standby { held, keys, .. }) = (self.leader.kept_twice, &self.standby);
        assert!(
            kept_twice <= *held && held <= keys,
            "{kept_twice} records were confirmed as kept twice, and the standby has {held}, with the keys of {keys}"
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
    let (mut taken, mut older, mut kept_twice, mut done) = (0_u64, 0_u64, 0_u64, 0_u64);
    let mut databases = 0_u64;
    while done < steps() {
        let mut world = World::new(rng.u64(..));
        for _ in 0..LONGEST {
            done += 1;
            world.happen();
            if let Some(decides) = world.step() {
                match decides {
                    Decides::Standby => {
                        taken += 1;
                        databases += u64::from(world.kind == Kind::Database);
                    }
                    Decides::OlderCopy => older += 1,
                }
                break;
            }
        }
        kept_twice += world.leader.kept_twice;
    }
    if steps() >= STEPS {
        assert!(
            taken > 50 && databases > 10 && kept_twice > 10_000 && older > 0,
            "{taken} {databases} {kept_twice} {older}"
        );
    }
}

/// A world in which the standby has followed for a while, and whose leader dies now.
fn leaderless(seed: u64) -> World {
    let mut world = World::new(seed);
    while world.now < 130_000 || world.standby.told == Followed::No || world.one_in(2) {
        assert_eq!(world.step(), None, "its leader runs");
    }
    world.kill();
    world
}

#[test]
fn a_standby_that_follows_takes_over_soon_after_the_lease_is_over() {
    let mut rng = Rng::with_seed(seed());
    for _ in 0..200 {
        let mut world = leaderless(rng.u64(..));
        let died = world.now;
        while world.step().is_none() {
            assert!(world.now < died + SOON, "it waits for too long");
        }
    }
}

#[test]
fn an_older_copy_that_is_started_when_the_leader_dies_lets_the_standby_go_first() {
    let mut rng = Rng::with_seed(seed());
    for _ in 0..200 {
        let mut world = leaderless(rng.u64(..));
        world.start_older();
        let died = world.now;
        let decides = loop {
            if let Some(decides) = world.step() {
                break decides;
            }
            assert!(world.now < died + SOON, "none decides");
        };
        assert_eq!(decides, Decides::Standby);
    }
}
