//! A province in partitions, simulated: one intake for each of three prefectures, each with a log, a stream and a decider of its
//! own, and clients that know a case by its id or by its number alone. Nothing is deployed so today; what it needs of ids,
//! numbers, logs and subjects is there.

use std::collections::{BTreeMap, BTreeSet};

use fastrand::Rng;
use onestop_eventlog::{
    Append, Direction, EventLog, ExpectedRevision, Identity, NewEvent, Options, StreamName,
};
use onestop_proto::{
    division::{DivisionCode, Tier},
    envelope::Source,
    ids::{CaseId, CaseNumber, CommandId},
    partition::Partition,
    subject,
    time::Timestamp,
};
use onestop_testing::{seed, timeline::uuid_at};
use tempfile::TempDir;

use crate::test_user::DIRECTORY;

const PREFECTURES: [&str; 3] = ["5301", "5308", "5329"];
const STEPS: u64 = 1_000;
/// One of so many steps stops a partition that decides, or starts one that does not.
const FAULTS: u64 = 25;

/// What travels on the broker.
struct Published {
    subject: String,
    event: Vec<u8>,
}

struct Decider {
    folder: TempDir,
    partition: Partition,
    own: Source,
    /// None while it is stopped.
    log: Option<EventLog>,
    accepted: u64,
}

impl Decider {
    fn new(prefecture: &str) -> Self {
        let place: DivisionCode = prefecture.parse().unwrap();
        let partition = Partition::of(place);
        let own = format!("/onestop/intake/p{partition}").parse().unwrap();
        let mut decider = Self {
            folder: TempDir::new().unwrap(),
            partition,
            own,
            log: None,
            accepted: 0,
        };
        decider.start();
        decider
    }

    fn options(&self, partition: Partition) -> Options {
        let number = u64::from(self.partition.number());
        let epoch = uuid_at(Timestamp::from_micros(0), 0, number);
        Options {
            identity: Identity {
                service: self.own.service.to_string(),
                instance: self.own.instance.to_string(),
                partition: partition.number(),
                term: 0,
            },
            ..Options::new(self.folder.path().join("log"), epoch)
        }
    }

    fn start(&mut self) {
        self.log = Some(EventLog::open(self.options(self.partition)).unwrap());
    }

    fn stop(&mut self) {
        self.log.take().unwrap().close().unwrap();
    }

    /// Accepts a command about a case and publishes its event. A stopped one answers nothing, and no other answers for it.
    async fn accept(
        &mut self,
        case: CaseId,
        key: CommandId,
        at: DivisionCode,
    ) -> Option<Published> {
        let log = self.log.as_ref()?;
        assert_eq!(case.partition(), Some(self.partition), "another's case");
        let stream: StreamName = format!("case/{case}").parse().unwrap();
        let event = case.to_string().into_bytes();
        let new = NewEvent::new(key.record("intake", 0), event.clone());
        let append = Append::to(stream, ExpectedRevision::Any, [new]);
        log.append(append).await.unwrap();
        self.accepted += 1;
        let subject = subject::event(&self.own, "cn.onestop.case.opened.v1", "legal-aid", at);
        Some(Published { subject, event })
    }
}

/// A case as a client knows it.
struct Known {
    id: CaseId,
    number: CaseNumber,
    at: DivisionCode,
}

struct Province {
    seed: u64,
    rng: Rng,
    deciders: BTreeMap<Partition, Decider>,
    sites: Vec<(String, DivisionCode)>,
    known: Vec<Known>,
    broker: Vec<Published>,
    commands: u64,
    refused: u64,
}

impl Province {
    fn new(seed: u64) -> Self {
        let prefectures: BTreeSet<DivisionCode> = PREFECTURES
            .iter()
            .map(|code| code.parse().unwrap())
            .collect();
        let is_in = |place: DivisionCode| {
            let prefecture = place.at(Tier::Prefecture);
            prefecture.is_some_and(|prefecture| prefectures.contains(&prefecture))
        };
        let sites = DIRECTORY.sites().filter(|site| is_in(site.division));
        let deciders = PREFECTURES.iter().map(|prefecture| {
            let decider = Decider::new(prefecture);
            (decider.partition, decider)
        });
        Self {
            seed,
            rng: Rng::with_seed(seed),
            deciders: deciders.collect(),
            sites: sites
                .map(|site| (site.id.to_string(), site.division))
                .collect(),
            known: Vec::new(),
            broker: Vec::new(),
            commands: 0,
            refused: 0,
        }
    }

    fn key(&mut self) -> CommandId {
        self.commands += 1;
        let at =
            Timestamp::from_micros(1_700_000_000_000_000 + i64::try_from(self.commands).unwrap());
        CommandId::from_uuid(uuid_at(at, self.seed, self.commands))
    }

    async fn step(&mut self) {
        if self.rng.u64(..FAULTS) == 0 {
            let chosen = self.rng.usize(..self.deciders.len());
            let decider = self.deciders.values_mut().nth(chosen).unwrap();
            match decider.log {
                Some(_) => decider.stop(),
                None => decider.start(),
            }
        }
        if self.known.is_empty() || self.rng.bool() {
            self.open().await;
        } else {
            self.go_on().await;
        }
    }

    /// A window opens a case: its site says in which partition.
    async fn open(&mut self) {
        let (site, at) = self.sites[self.rng.usize(..self.sites.len())].clone();
        let key = self.key();
        let id = key.case_in(Partition::of(at));
        let number = format!("{site}-261123-{:03}", self.commands % 1_000)
            .parse()
            .unwrap();
        if self.send(id, key, at).await {
            self.known.push(Known { id, number, at });
        }
    }

    /// A client knows a case by its id alone, or by its number alone; both lead to one partition.
    async fn go_on(&mut self) {
        let chosen = self.rng.usize(..self.known.len());
        let Known { id, number, at } = &self.known[chosen];
        let (id, at) = (*id, *at);
        assert_eq!(
            id.partition(),
            DIRECTORY.partition_of(number),
            "{id} {number}"
        );
        let key = self.key();
        self.send(id, key, at).await;
    }

    async fn send(&mut self, case: CaseId, key: CommandId, at: DivisionCode) -> bool {
        let decider = self.deciders.get_mut(&case.partition().unwrap()).unwrap();
        match decider.accept(case, key, at).await {
            Some(published) => self.broker.push(published),
            None => {
                self.refused += 1;
                return false;
            }
        }
        true
    }
}

/// Whether a subject is one that a subscriber listens to.
fn matches(wanted: &str, subject: &str) -> bool {
    let (wanted, tokens) = (wanted.split('.'), subject.split('.'));
    wanted.clone().count() == tokens.clone().count()
        && wanted
            .zip(tokens)
            .all(|(wanted, token)| wanted == "*" || wanted == token)
}

/// The events of a log, in order.
fn events_of(log: &EventLog) -> Vec<Vec<u8>> {
    let records = log.read_all(0, Direction::Forward, usize::MAX).unwrap();
    records
        .into_iter()
        .map(|record| record.payload.to_vec())
        .collect()
}

#[tokio::test]
async fn number_and_id_alone_tell_the_partition_and_the_streams_are_independent() {
    let mut province = Province::new(seed());
    for _ in 0..STEPS {
        province.step().await;
    }
    let Province {
        deciders, broker, ..
    } = &mut province;
    let mut accepted = 0;
    for (partition, decider) in deciders.iter_mut() {
        if decider.log.is_none() {
            decider.start();
        }
        let log = decider.log.as_ref().unwrap();
        let stored = events_of(log);
        assert_eq!(stored.len() as u64, decider.accepted, "{partition}");
        // Of its stream a hearer gets what is in the log, in that order, and nothing of another one.
        let own = subject::events_from(&decider.own);
        let heard = broker.iter().filter(|it| matches(&own, &it.subject));
        assert!(heard.map(|it| &it.event).eq(&stored), "{partition}");
        accepted += decider.accepted;
    }
    assert_eq!(accepted, broker.len() as u64);
    let Province {
        commands, refused, ..
    } = province;
    assert_eq!(accepted + refused, commands);
    assert!(refused > 0 && accepted > 0, "{accepted} of {commands}");
}

#[tokio::test]
async fn a_partition_does_not_open_the_log_of_another() {
    let mut province = Province::new(seed());
    let waits = |province: &Province| province.deciders.values().any(|it| it.accepted == 0);
    while waits(&province) {
        province.step().await;
    }
    let all: Vec<Partition> = province.deciders.keys().copied().collect();
    for (partition, decider) in &mut province.deciders {
        if decider.log.is_some() {
            decider.stop();
        }
        for other in all.iter().filter(|other| *other != partition) {
            let opened = EventLog::open(decider.options(*other));
            assert!(opened.is_err(), "{partition} as {other}");
        }
        decider.start();
    }
}
