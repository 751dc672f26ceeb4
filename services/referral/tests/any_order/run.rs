//! One run: several cases in one log on disk, and what is done to them.

use std::future::Future;

use fastrand::Rng;
use onestop_chassis::{Failure, store::Store};
use onestop_directory::{Directory, WINDOW};
use onestop_eventlog::{EventLog, Options};
use onestop_proto::{
    command::{AcceptedCommand, CommandType, Execution},
    envelope::{EventType, Source},
    ids::{CaseId, CommandId},
    referral::Event,
    rejection::Rejected,
};
use onestop_referral::domain::{Custody, Trigger, possible};
use onestop_testing::NOTICE_2027;
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::{
    commands::People,
    coverage::Coverage,
    inputs::Input,
    invariants::{RULES, assert_consistent, assert_replayed},
    model::{Case, Model, Sent},
};

/// Cases under way at a time.
const CASES: usize = 4;
/// A case with so many events makes room for another.
const LONG: u64 = 50;
const WINDOWS: [&str; 3] = ["530821101201", "530821101", "530802"];

pub(crate) struct Run {
    pub(crate) rng: Rng,
    pub(crate) runtime: Runtime,
    pub(crate) folder: TempDir,
    /// Nothing while the process is down.
    pub(crate) store: Option<Store>,
    /// What the next start may bring: a calendar with a notice more, or one less.
    pub(crate) other: Directory,
    pub(crate) people: People,
    pub(crate) model: Model,
    /// The cases under way.
    pub(crate) live: Vec<usize>,
    /// What was carried out, and its first answer.
    pub(crate) done: Vec<(Sent, AcceptedCommand)>,
    pub(crate) handled: u64,
    pub(crate) coverage: Coverage,
    keys: u64,
}

impl Run {
    pub(crate) fn new(rng: Rng) -> Self {
        let directory = Directory::built_in().unwrap();
        let folder = tempfile::tempdir().unwrap();
        let mut builder = tokio::runtime::Builder::new_current_thread();
        let mut run = Self {
            rng,
            runtime: builder.enable_time().build().unwrap(),
            store: Some(open(&folder)),
            folder,
            other: announced(),
            people: People::of(&directory),
            model: Model {
                directory,
                cases: Vec::new(),
                now: "2026-12-21 09:00:00".parse().unwrap(),
            },
            live: Vec::new(),
            done: Vec::new(),
            keys: 0,
            handled: 0,
            coverage: Coverage::default(),
        };
        for _ in 0..CASES {
            let case = run.another_case();
            run.live.push(case);
        }
        run
    }

    /// Something happens, and everything is as it should be.
    pub(crate) fn step(&mut self) {
        let at = self.rng.usize(..CASES);
        if let Some((_, LONG..)) = self.model.cases[self.live[at]].custody {
            self.live[at] = self.another_case();
        }
        let case = self.live[at];
        self.time_passes(case);
        match self.rng.u8(..100) {
            0..78 => {
                let sent = self.any_input(case);
                self.execute(&sent);
            }
            78..83 => self.repeat(),
            83..86 => self.reuse_key(case),
            86..89 => self.decide_on_stale_revision(case),
            89..93 => self.race(case),
            93..95 => self.crash(),
            _ => self.crash_during(case),
        }
        self.check(case);
        if self.rng.u8(..4) == 0 {
            let other = self.live[self.rng.usize(..CASES)];
            self.check(other);
        }
    }

    /// What this run has not covered yet.
    pub(crate) fn never(&self) -> Vec<&'static str> {
        self.coverage.never()
    }

    /// The last crash: every case that ever was is on disk as it was in memory.
    pub(crate) fn end(mut self) -> Coverage {
        self.crash();
        for case in 0..self.model.cases.len() {
            self.check(case);
        }
        self.store().log().verify(&mut |_, _| {}).unwrap();
        self.coverage
    }

    pub(crate) fn store(&self) -> &Store {
        self.store.as_ref().unwrap()
    }

    fn another_case(&mut self) -> usize {
        let window = *self.rng.choice(&WINDOWS).unwrap();
        let window = (window.parse().unwrap(), WINDOW.parse().unwrap());
        let window = self.model.directory.unit_at(window.0, &window.1).unwrap();
        let (window, division) = (window.id.clone(), window.division);
        let id = self.key().case();
        self.model.cases.push(Case {
            id,
            window: window.clone(),
            custody: None,
        });
        let case = self.model.cases.len() - 1;
        let number = format!("{}-261221-{:03}", window.site(), case + 1);
        let opened = Trigger::CaseOpened {
            text_key: None,
            window,
            division,
            number: number.parse().unwrap(),
        };
        let sent = self.trigger_input(case, opened);
        self.execute(&sent);
        case
    }

    pub(crate) fn key(&mut self) -> CommandId {
        self.keys += 1;
        let key = format!("019ab0c4-8000-7000-8000-{:012x}", self.keys);
        key.parse().unwrap()
    }

    /// Some hours; now and then until something is due.
    fn time_passes(&mut self, case: usize) {
        let hours = self.rng.i64(0..4);
        self.model.now = self.model.now.plus_seconds(hours * 3_600 + 1);
        if let Some(due) = self.model.next_moment(case)
            && self.rng.u8(..8) == 0
        {
            self.model.now = self.model.now.max(due);
        }
    }

    /// Sends it to the log, as the service does.
    pub(crate) fn send(
        &self,
        sent: &Sent,
    ) -> impl Future<Output = Result<(AcceptedCommand, Custody), Rejected>> + use<'_> {
        let sent = sent.clone();
        async move {
            let stream = stream(self.model.cases[sent.case].id);
            let decided =
                |custody: Option<&Custody>, _| Model::decided(&self.model, custody, &sent);
            let done =
                self.store()
                    .execute(&stream, &sent.meta, sent.cursor.as_ref(), &RULES, decided);
            match done.await {
                Ok(done) => Ok(done),
                Err(Failure::Rejected(rejected)) => Err(*rejected),
                Err(Failure::Internal(error)) => panic!("{error:#}"),
            }
        }
    }

    /// It is done if the rules say so, and only then; what cannot be done is refused and changes nothing.
    pub(crate) fn execute(&mut self, sent: &Sent) {
        let expected = self.model.expected(sent);
        let before = self.store().log().head().count;
        let answered = self.runtime.block_on(self.send(sent));
        match (expected, answered) {
            (Ok((events, after)), Ok((accepted, state))) => {
                assert_eq!(state, after, "custody after {:?}", sent.input);
                assert_eq!(accepted.answer, Execution::First);
                assert_eq!(accepted.at.position + 1, before + events.len() as u64);
                self.record(sent, &events, after, accepted);
            }
            (Err(expected), Err(rejected)) => {
                assert_eq!(rejected, expected, "{:?}", sent.input);
                let after = self.store().log().head().count;
                assert_eq!(after, before, "refused, and written: {:?}", sent.input);
                self.coverage.refused(rejected.code);
            }
            (expected, answered) => panic!("{:?}: {expected:#?} {answered:#?}", sent.input),
        }
        if sent.input == Input::Trigger(Trigger::TimerFired) {
            self.assert_nothing_due(sent.case);
        }
    }

    pub(crate) fn record(
        &mut self,
        sent: &Sent,
        events: &[Event],
        after: Custody,
        accepted: AcceptedCommand,
    ) {
        let stage = self.model.cases[sent.case].stage();
        let before = self.model.cases[sent.case].custody.take();
        let revision = before.as_ref().map_or(0, |(_, revision)| revision + 1);
        let revision = revision + events.len() as u64 - 1;
        assert_eq!(accepted.revision, revision);
        let types = events.iter().map(EventType::event_type);
        assert!(
            types.eq(accepted
                .events
                .iter()
                .map(|event| event.event_type.as_str()))
        );
        if let (Input::Command(command), Some((custody, _))) = (&sent.input, &before) {
            let can = possible(custody, self.model.now);
            let name = command.name();
            assert!(can.contains(&name), "{name} is not of {can:?}");
        }
        if sent.cursor.is_some() {
            self.handled += 1;
        }
        let corrected = |event: &&Event| matches!(event, Event::ClockCorrected(_));
        let corrected = events.iter().filter(corrected).count();
        self.coverage.corrected += u32::try_from(corrected).unwrap();
        self.coverage.done(stage, &sent.input, after.stage());
        self.model.cases[sent.case].custody = Some((after, revision));
        self.done.push((sent.clone(), accepted));
    }

    /// After the timer's round nothing is left for it to tell.
    fn assert_nothing_due(&self, case: usize) {
        let next = self.model.next_moment(case);
        let custody = &self.model.cases[case].custody;
        assert!(next.is_none_or(|at| at > self.model.now), "{custody:#?}");
        assert!(!self.model.needs_correction(case), "{custody:#?}");
    }

    fn check(&self, case: usize) {
        let Case { id, custody, .. } = &self.model.cases[case];
        assert_replayed(self.store(), &stream(*id), custody.as_ref());
        let (custody, _) = custody.as_ref().unwrap();
        assert_consistent(custody, &self.model.directory);
    }
}

/// The shipped directory, with the notice in its calendar.
fn announced() -> Directory {
    Directory::built_in_with("calendar.toml", NOTICE_2027).unwrap()
}

pub(crate) fn open(folder: &TempDir) -> Store {
    let epoch = "019ab0c4-8000-7000-8000-000000000000".parse::<CommandId>();
    let path = folder.path().join("log");
    let log = EventLog::open(Options::new(path, epoch.unwrap().uuid())).unwrap();
    Store::new(log, source("referral"))
}

pub(crate) fn source(service: &str) -> Source {
    format!("/onestop/{service}/main").parse().unwrap()
}

pub(crate) fn stream(case: CaseId) -> String {
    format!("custody/{case}")
}
