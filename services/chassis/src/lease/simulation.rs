//! Processes on a folder and on copies of it, a broker that pauses, forgets everything, answers late and stores
//! what was given up long ago; processes that are killed, stopped and woken, cut off, and whose clocks run differently
//! fast. At every moment at most one of them decides, and no two in one term, unless the broker has forgotten the terms. Every step follows from one seed.

use std::{collections::BTreeMap, time::Duration};

use fastrand::Rng;
use onestop_testing::seed;
use uuid::Uuid;

use super::rules::{At, Claim, Presence, Record, Rules, Seen, Step, Why};

const STEPS: u64 = 1_000_000;
/// Folders: one, and copies of it.
const FOLDERS: usize = 3;
/// A request is given up after so many milliseconds.
const TIMEOUT: u64 = 2_000;

/// What a process waits for; times are the world's, in milliseconds.
#[derive(Debug, Clone)]
enum Pending {
    Sleep {
        until: u64,
    },
    Request {
        arrives: u64,
        given_up: u64,
        what: Ask,
    },
    Answer {
        arrives: u64,
        what: Reply,
    },
}

#[derive(Debug, Clone)]
enum Ask {
    Look,
    Write {
        expected: u64,
        record: Record,
        sent: Duration,
    },
}

#[derive(Debug, Clone)]
enum Reply {
    Seen(Seen),
    Wrote {
        sent: Duration,
        term: u64,
        sequence: u64,
    },
    Conflict,
    Nothing,
}

struct Process {
    holder: Uuid,
    rules: Rules,
    rate: f64,
    offset: u64,
    is_stopped: bool,
    is_cut: bool,
    pending: Pending,
}

impl Process {
    fn clock(&self, now: u64) -> Duration {
        Duration::from_secs_f64((now + self.offset) as f64 * self.rate / 1_000.0)
    }

    fn decides(&self, now: u64) -> bool {
        !self.is_stopped && self.rules.is_sure(self.clock(now))
    }
}

/// What a folder says: the term, and the process that took it.
type Remembered = Option<(u64, Uuid)>;

struct World {
    rng: Rng,
    now: u64,
    record: Option<Record>,
    sequence: u64,
    broker_stands_until: u64,
    folders: [Remembered; FOLDERS],
    processes: BTreeMap<usize, Process>,
    /// Writes whose process has given them up, and when they arrive.
    strays: Vec<(u64, u64, Record)>,
    deciders: BTreeMap<u64, Uuid>,
    has_forgotten: bool,
    taken: u64,
    refused: u64,
    woken: u64,
}

impl World {
    fn new(seed: u64) -> Self {
        Self {
            rng: Rng::with_seed(seed),
            now: 0,
            record: None,
            sequence: 0,
            broker_stands_until: 0,
            folders: [None; FOLDERS],
            processes: BTreeMap::new(),
            strays: Vec::new(),
            deciders: BTreeMap::new(),
            has_forgotten: false,
            taken: 0,
            refused: 0,
            woken: 0,
        }
    }

    fn one_in(&mut self, count: u32) -> bool {
        self.rng.u32(..count) == 0
    }

    fn lives(&self, holder: Uuid) -> bool {
        self.processes.values().any(|it| it.holder == holder)
    }

    fn step(&mut self) {
        self.now += self.rng.u64(10..1_000);
        self.happen();
        self.deliver_strays();
        for folder in 0..FOLDERS {
            if let Some(mut process) = self.processes.remove(&folder)
                && (process.is_stopped || self.go_on(folder, &mut process))
            {
                self.processes.insert(folder, process);
            }
        }
        self.check();
    }

    /// What goes wrong, and what people do.
    fn happen(&mut self) {
        let folder = self.rng.usize(..FOLDERS);
        let starts = self.one_in(20);
        match self.processes.get_mut(&folder) {
            Some(process) => match self.rng.u32(..400) {
                0 => {
                    self.processes.remove(&folder);
                }
                1 | 2 => process.is_stopped = true,
                3..=12 => {
                    self.woken += u64::from(process.is_stopped);
                    process.is_stopped = false;
                }
                13 | 14 => process.is_cut = true,
                15..=24 => process.is_cut = false,
                _ => {}
            },
            None if starts => self.start(folder),
            None => {}
        }
        match self.rng.u32(..3_000) {
            0 => {
                self.record = None;
                self.sequence = 0;
                // Its connections end, and with them what is on its way.
                self.strays.clear();
                // What counted the terms is gone.
                self.has_forgotten = true;
                for process in self.processes.values_mut() {
                    process.rules.disconnected();
                    if let Pending::Request { .. } | Pending::Answer { .. } = process.pending {
                        let (arrives, what) = (self.now + TIMEOUT, Reply::Nothing);
                        process.pending = Pending::Answer { arrives, what };
                    }
                }
            }
            1..=4 => self.broker_stands_until = self.now + self.rng.u64(1_000..60_000),
            _ => {}
        }
    }

    /// Starts a process, on the folder as it is, or on a copy of another.
    fn start(&mut self, folder: usize) {
        let of = self.rng.usize(..FOLDERS);
        if self.one_in(3) && self.folders[of].is_some() {
            self.folders[folder] = self.folders[of];
        }
        let remembered = self.folders[folder];
        if remembered.is_none() && folder > 0 {
            return;
        }
        let claim = remembered.map_or_else(Claim::default, |(term, holder)| Claim {
            term,
            holder: Some(holder),
            // On another machine nothing is known of it.
            is_over: !self.lives(holder) && self.rng.bool(),
        });
        let holder = Uuid::from_u128(self.rng.u128(1..));
        let process = Process {
            holder,
            rules: Rules::new(holder, format!("node {folder}"), At::Hub, claim),
            rate: 0.95 + self.rng.f64() / 10.0,
            offset: self.rng.u64(..1_000_000),
            is_stopped: false,
            is_cut: false,
            pending: Pending::Sleep { until: 0 },
        };
        self.processes.insert(folder, process);
    }

    /// Returns whether it goes on living.
    fn go_on(&mut self, folder: usize, process: &mut Process) -> bool {
        let told = match process.pending.clone() {
            Pending::Sleep { until } if until <= self.now => {
                let step = process.rules.next(process.clock(self.now));
                return self.take(folder, process, step);
            }
            Pending::Request { given_up, what, .. } if given_up <= self.now => {
                if let Ask::Write {
                    expected, record, ..
                } = what
                {
                    let arrives = self.now + self.rng.u64(..10_000);
                    self.strays.push((arrives, expected, record));
                }
                Reply::Nothing
            }
            Pending::Request {
                arrives,
                given_up,
                what,
            } if arrives <= self.now => {
                if process.is_cut || self.now < self.broker_stands_until {
                    let arrives = arrives + self.rng.u64(100..3_000);
                    process.pending = Pending::Request {
                        arrives,
                        given_up,
                        what,
                    };
                    return true;
                }
                let what = self.answer(what);
                let arrives = self.now + self.rng.u64(..3_000);
                process.pending = Pending::Answer { arrives, what };
                return true;
            }
            Pending::Answer { arrives, what } if arrives <= self.now => what,
            Pending::Sleep { .. } | Pending::Request { .. } | Pending::Answer { .. } => {
                return true;
            }
        };
        let presence = self.presence(process);
        let clock = process.clock(self.now);
        let step = match told {
            Reply::Seen(seen) => process.rules.seen(clock, &seen, presence),
            Reply::Wrote {
                sent,
                term,
                sequence,
            } => process.rules.wrote(sent, term, sequence),
            Reply::Conflict => Step::Look,
            Reply::Nothing => process.rules.unanswered(clock, presence),
        };
        self.take(folder, process, step)
    }

    /// Does what the rules say.
    fn take(&mut self, folder: usize, process: &mut Process, step: Step) -> bool {
        let arrives = self.now + self.rng.u64(..1_500);
        let given_up = self.now + TIMEOUT;
        let what = match step {
            Step::Look => Ask::Look,
            Step::Write { expected, record } => {
                if process.rules.asks_presence() {
                    self.taken += 1;
                    self.folders[folder] = Some((record.term, process.holder));
                }
                let sent = process.clock(self.now);
                Ask::Write {
                    expected,
                    record,
                    sent,
                }
            }
            Step::Wait(pause) => {
                let pause = pause.as_secs_f64() * 1_000.0 / process.rate;
                let until = self.now + pause as u64;
                process.pending = Pending::Sleep { until };
                return true;
            }
            Step::Stop(Why::Runs { .. } | Why::TakenOver { .. } | Why::Answers) => {
                self.refused += 1;
                return false;
            }
        };
        process.pending = Pending::Request {
            arrives,
            given_up,
            what,
        };
        true
    }

    /// What the broker does with a request.
    fn answer(&mut self, what: Ask) -> Reply {
        match what {
            Ask::Look => Reply::Seen(Seen {
                record: self.record.clone(),
                sequence: if self.record.is_some() {
                    self.sequence
                } else {
                    0
                },
            }),
            Ask::Write {
                expected,
                record,
                sent,
            } => {
                let term = record.term;
                match self.store(expected, record) {
                    Some(sequence) => Reply::Wrote {
                        sent,
                        term,
                        sequence,
                    },
                    None => Reply::Conflict,
                }
            }
        }
    }

    fn store(&mut self, expected: u64, record: Record) -> Option<u64> {
        let stands = if self.record.is_some() {
            self.sequence
        } else {
            0
        };
        if expected != stands {
            return None;
        }
        self.sequence += 1;
        self.record = Some(record);
        Some(self.sequence)
    }

    fn deliver_strays(&mut self) {
        let now = self.now;
        let (arrived, on_the_way) = std::mem::take(&mut self.strays)
            .into_iter()
            .partition(|(arrives, _, _)| *arrives <= now);
        self.strays = on_the_way;
        let arrived: Vec<(u64, u64, Record)> = arrived;
        for (_, expected, record) in arrived {
            self.store(expected, record);
        }
    }

    /// Who listens, as a process finds it out over the broker.
    fn presence(&self, process: &Process) -> Presence {
        if process.is_cut {
            return Presence::Unclear;
        }
        let others = self.processes.values().filter(|it| !it.is_cut);
        let listening = others.filter(|it| it.rules.until().is_some());
        let mut found = Presence::Nobody;
        for other in listening {
            if other.is_stopped {
                found = Presence::Unclear;
            } else {
                return Presence::Somebody;
            }
        }
        found
    }

    fn check(&mut self) {
        let now = self.now;
        let deciding = self.processes.values().filter(|it| it.decides(now));
        let deciding: Vec<(u64, Uuid)> = deciding.map(|it| (it.rules.term(), it.holder)).collect();
        assert!(deciding.len() <= 1, "two decide at {now}: {deciding:?}");
        for (term, holder) in deciding {
            if self.has_forgotten {
                continue;
            }
            let of_term = *self.deciders.entry(term).or_insert(holder);
            assert_eq!(of_term, holder, "two in term {term}");
        }
    }
}

fn steps() -> u64 {
    let said = std::env::var("TESTS_STEPS");
    said.map_or(STEPS, |text| text.parse().expect("TESTS_STEPS is a number"))
}

#[test]
fn at_most_one_decides_whatever_happens() {
    let mut world = World::new(seed());
    let (mut taken, mut refused, mut woken, mut decided) = (0, 0, 0, 0_u64);
    for step in 1..=steps() {
        world.step();
        let now = world.now;
        decided += u64::from(world.processes.values().any(|it| it.decides(now)));
        if step % 20_000 == 0 {
            taken += world.taken;
            refused += world.refused;
            woken += world.woken;
            world = World::new(world.rng.u64(..));
        }
    }
    if steps() >= STEPS {
        assert!(
            taken > 100 && refused > 100 && woken > 100 && decided > steps() / 10,
            "{taken} {refused} {woken} {decided}"
        );
    }
}
