//! The tables say what a look at every case finds.

use std::{collections::HashMap, sync::Arc};

use fastrand::Rng;
use onestop_directory::{Directory, WINDOW};
use onestop_proto::{
    actor::Actor,
    ids::{CommandId, EventId, HandoffId},
    referral::{
        Accept, Command, Complete, CustodyTaken, Decline, Designate, Dispute, DisputeReason, Event,
        GrantExtension, Invite, Join, Outcome, Recall, RecallReason, RequestExtension, Return,
        ReturnReason, Supervise,
    },
};
use onestop_testing::NOTICE_2027;

use super::*;
use crate::domain::{
    Context, Dated, ReferralSubject, Trigger, decide, evolve, offer_to_closed_site, react,
};

const CASES: u32 = 6;
const STEPS: u32 = 250;
/// The county's units close for some days.
const CLOSED: &str = r#"
[[override]]
division = "530821"
state = "suspended"
reason = { zh = "装修", en = "renovation" }
from = 2026-12-30
until = 2027-01-08
"#;

struct Run {
    rng: Rng,
    tables: CustodyTables,
    rows: Connection,
    cases: HashMap<CaseId, (Custody, u64)>,
    awaited: HashMap<CaseId, Option<Awaited>>,
    now: Timestamp,
    numbers: u32,
    /// How often something was due, and how many tasks were found.
    due: usize,
    tasks: usize,
}

impl Run {
    fn new(seed: u64, directory: &Arc<Directory>) -> Self {
        let now = "2026-12-21 09:00:00".parse().unwrap();
        let rows = Connection::open_in_memory().unwrap();
        rows.execute_batch(CustodyTables::TABLES).unwrap();
        let directory = CurrentDirectory::from(Arc::clone(directory));
        Self {
            rng: Rng::with_seed(seed),
            tables: CustodyTables { directory },
            rows,
            cases: HashMap::new(),
            awaited: HashMap::new(),
            now,
            numbers: 0,
            due: 0,
            tasks: 0,
        }
    }

    fn unit(&self, code: &str, kind: &str) -> UnitId {
        let (code, kind) = (code.parse().unwrap(), kind.parse().unwrap());
        let directory = self.tables.directory.get();
        directory.unit_at(code, &kind).unwrap().id.clone()
    }

    fn key(&mut self) -> CommandId {
        self.numbers += 1;
        key(1_000 + self.numbers)
    }

    fn step(&mut self) {
        self.now = self.now.plus_seconds(self.rng.i64(0..9) * 3_600);
        let case = key(self.rng.u32(..CASES)).case();
        let known = self.cases.get(&case).cloned();
        let (custody, revision) = known.unzip();
        let events = match &custody {
            None => vec![self.taken()],
            Some(custody) => self.decided(custody),
        };
        let mut custody = custody;
        let mut revision = revision;
        for event in events {
            custody = evolve(custody, &event);
            revision = Some(revision.map_or(0, |revision| revision + 1));
        }
        if let (Some(custody), Some(revision)) = (custody, revision) {
            self.write(case, custody, revision);
        }
    }

    fn write(&mut self, case: CaseId, custody: Custody, revision: u64) {
        let latest: EventId = self.key().event(0);
        let transaction = self.rows.unchecked_transaction().unwrap();
        let folded = Folded {
            subject: case,
            state: Some(&custody),
            revision,
            latest,
            begun: None,
        };
        self.tables.write(&transaction, &folded).unwrap();
        transaction.commit().unwrap();
        let awaited = self.tables.awaited(&custody, self.now);
        self.awaited.insert(case, awaited);
        self.cases.insert(case, (custody, revision));
    }

    fn taken(&self) -> Event {
        let window = self.unit("530821101201", WINDOW);
        Event::from(CustodyTaken {
            text_key: None,
            division: "530821101201".parse().unwrap(),
            number: format!("{}-261221-001", window.site()).parse().unwrap(),
            by: window,
            at: self.now,
        })
    }

    /// What follows from a random command of staff or supervisor; nothing if the rules reject it.
    fn decided(&mut self, custody: &Custody) -> Vec<Event> {
        let offered = custody.offer().map(|offer| offer.to.clone());
        let bureau = self.unit("5308", "bureau");
        let actors = [
            actor("clerk", &custody.window),
            actor("specialist", offered.as_ref().unwrap_or(custody.holder())),
            actor("specialist", custody.holder()),
            actor("specialist", &self.unit("530821", "notarization")),
            actor("supervisor", &bureau),
        ];
        let actor = self.rng.choice(&actors).unwrap().clone();
        let handoff = custody.offer().map(|offer| offer.handoff);
        let input = self.input(handoff);
        let context = Context {
            now: self.now,
            dated: Dated::at(self.now),
            actor: &actor,
            handoff: self.key().handoff(),
            directory: &self.tables.directory.get(),
            load: &|_| 0,
            opposing: &|_| Vec::new(),
            acting: &|_| Vec::new(),
        };
        let decided = match input {
            Ok(command) => decide(custody, &command, &context),
            Err(trigger) => react(Some(custody), &trigger, &context),
        };
        decided.unwrap_or_default()
    }

    #[expect(
        clippy::result_large_err,
        reason = "what comes next is the one or the other, and none is an error"
    )]
    fn input(&mut self, handoff: Option<HandoffId>) -> Result<Command, Trigger> {
        let text = || "事由".to_owned();
        let handoff = handoff.unwrap_or_else(|| key(1).handoff());
        let (reason, belongs_to) = (ReturnReason::NoCapacity, None);
        let command = match self.rng.u8(..22) {
            0..4 => return Err(self.request()),
            4..6 => return Err(Trigger::TimerFired),
            6 => return Err(Trigger::CaseEnded),
            7..11 => Accept { handoff }.into(),
            11 => Decline {
                handoff,
                reason,
                belongs_to,
            }
            .into(),
            12 => Return { reason, belongs_to }.into(),
            13 => Recall {
                reason: RecallReason::WindowError,
            }
            .into(),
            14 => Complete {
                outcome: Outcome::Granted,
            }
            .into(),
            15 => Dispute {
                reason: DisputeReason::NotOurs,
                why: text(),
            }
            .into(),
            16 => Designate {
                to: self.unit("530821", "legal-aid"),
                why: text(),
            }
            .into(),
            17 => Supervise {
                instruction: text(),
            }
            .into(),
            18 => RequestExtension { reason: text() }.into(),
            19 => GrantExtension {}.into(),
            20 => Invite {
                unit: self.unit("530821", "notarization"),
                task: text(),
            }
            .into(),
            _ => Join {}.into(),
        };
        Ok(command)
    }

    fn request(&mut self) -> Trigger {
        let items = [("legal-aid", "labour-pay"), ("consultation", "labour")];
        let (item, topic) = items[self.rng.usize(..items.len())];
        let place = "530821101201".parse().unwrap();
        Trigger::ReferralRequested(ReferralSubject {
            urgent: self.rng.bool(),
            ..ReferralSubject::new(item.parse().unwrap(), topic.parse().unwrap(), place)
        })
    }

    fn assert_as_a_scan(&mut self) {
        self.assert_due();
        let custodies = || self.cases.values().map(|(custody, _)| custody);
        let mut units: BTreeSet<UnitId> = custodies()
            .flat_map(|custody| custody.participants.iter().cloned())
            .chain(custodies().filter_map(|custody| Some(custody.offer()?.to.clone())))
            .collect();
        units.extend(["530821", "5308", "53"].map(|code| self.unit(code, "bureau")));
        for unit in &units {
            let found = tasks(&self.rows, unit).unwrap();
            let found = worklist::of_unit(unit.clone(), found);
            let all = self.cases.iter();
            let all = all.flat_map(|(case, (custody, revision))| {
                worklist::entries(*case, custody, *revision, unit)
            });
            assert_eq!(found, worklist::of_unit(unit.clone(), all.collect()));
            self.tasks += found.entries.len();
            let active = custodies().filter(|custody| custody.active_unit() == Some(unit));
            let cases = load(&self.rows, unit).unwrap();
            assert_eq!(cases as usize, active.count());
        }
    }

    /// Whatever is due is among what is awaited by now, and nothing else stays there once it was looked at.
    fn assert_due(&mut self) {
        let (now, directory) = (self.now, self.tables.directory.get());
        let is_awaited = |awaited: &Option<Awaited>| {
            let at = awaited.as_ref().and_then(|awaited| awaited.at);
            at.is_some_and(|at| at <= now)
        };
        for (case, (custody, _)) in &self.cases {
            let is_due = is_due(custody, &directory, now);
            assert!(
                !is_due || is_awaited(&self.awaited[case]),
                "{case} at {now}"
            );
            let again = self.tables.awaited(custody, now);
            assert_eq!(is_awaited(&again), is_due, "{case} at {now}");
            self.due += usize::from(is_due);
            self.awaited.insert(*case, again);
        }
    }

    /// A start with another directory: what is awaited is looked at once more.
    fn restart(&mut self, directory: &Arc<Directory>) {
        self.tables.directory = Arc::clone(directory).into();
        for awaited in self.awaited.values_mut().flatten() {
            awaited.at = Some(self.now);
        }
    }
}

fn is_due(custody: &Custody, directory: &Directory, now: Timestamp) -> bool {
    next_moment(custody, directory).is_some_and(|at| at <= now)
        || offer_to_closed_site(custody, directory, now).is_some()
        || needs_correction(custody, directory)
}

fn key(number: u32) -> CommandId {
    format!("019ab0c4-8000-7000-8000-{number:012x}")
        .parse()
        .unwrap()
}

fn actor(role: &str, unit: &UnitId) -> Actor {
    format!("{role}/wang@{unit}").parse().unwrap()
}

#[test]
fn the_tables_say_what_a_look_at_every_case_finds() {
    let directories = [
        Directory::built_in().unwrap(),
        Directory::built_in_with("calendar.toml", NOTICE_2027).unwrap(),
        Directory::built_in_with("sites.toml", CLOSED).unwrap(),
    ];
    let directories = directories.map(Arc::new);
    let (mut due, mut tasks) = (0, 0);
    for seed in 0..8 {
        let mut run = Run::new(seed, &directories[0]);
        for step in 0..STEPS {
            run.step();
            run.assert_as_a_scan();
            if step % 20 == 19 {
                let directory = run.rng.choice(&directories).unwrap();
                run.restart(directory);
                run.assert_as_a_scan();
            }
        }
        due += run.due;
        tasks += run.tasks;
    }
    assert!(due > 50 && tasks > 1_000, "{due} {tasks}");
}
