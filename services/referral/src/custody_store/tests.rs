//! Commands that race for both parties of a dispute, on a real log.

mod texts;

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use onestop_chassis::{shutdown::Shutdown, store::Rules, supervisor::Supervisor};
use onestop_directory::{Directory, WINDOW};
use onestop_proto::{
    envelope::{Address, Envelope, EventType, event_name},
    ids::StaffId,
    mediation, notarization,
    referral::{Accept, Complete, CustodyStage, Join, Outcome, Recall, RecallReason},
};
use onestop_testing::TempStore;
use tokio::task::JoinSet;

use super::*;
use crate::{domain::ReferralSubject, policy};

const VILLAGE: &str = "530821101000";
const ROUNDS: u64 = 60;

struct World {
    custody: Arc<CustodyStore>,
    window: UnitId,
    #[expect(dead_code, reason = "its index follows the log while it is there")]
    supervisor: Supervisor,
    #[expect(dead_code, reason = "it is removed with the test")]
    log: TempStore,
}

impl World {
    async fn new() -> Self {
        let log = TempStore::new("referral");
        let mut supervisor = Supervisor::new(Shutdown::default());
        // Units that never serve both sides are where two decisions rest on each other.
        let item = include_str!("../../tests/apart.toml");
        let directory = Directory::built_in_with("items.toml", item).unwrap();
        let directory = Arc::new(directory);
        let tables = CustodyTables {
            directory: Arc::clone(&directory).into(),
        };
        let index = Projection::follow(tables, &log.store, log.folder(), &mut supervisor);
        let index = index.unwrap();
        index.built().await;
        let window = directory.unit_at(VILLAGE.parse().unwrap(), &WINDOW.parse().unwrap());
        let window = window.unwrap().id.clone();
        let custody = Arc::new(CustodyStore {
            store: log.store.clone(),
            directory: directory.into(),
            index,
            opposing: OpposingParties::default(),
        });
        Self {
            custody,
            window,
            supervisor,
            log,
        }
    }

    fn meta(&self, case: CaseId, role: &str, unit: &UnitId) -> EventMeta {
        let actor = format!("{role}/wang@{unit}").parse().unwrap();
        EventMeta::from_timer(self.custody.store.clock().command(), case, actor)
    }

    async fn react(&self, case: CaseId, trigger: &Trigger) {
        let meta = self.meta(case, "clerk", &self.window);
        self.custody.react(case, &meta, trigger).await.unwrap();
    }

    async fn offered(&self, case: CaseId, opposed_to: Option<CaseId>) {
        let site = self.window.site();
        let opened = Trigger::CaseOpened {
            window: self.window.clone(),
            division: VILLAGE.parse().unwrap(),
            number: format!("{site}-261123-001").parse().unwrap(),
            text_key: None,
        };
        self.react(case, &opened).await;
        self.refer(case, opposed_to).await;
    }

    async fn refer(&self, case: CaseId, opposed_to: Option<CaseId>) {
        let (item, topic) = ("representation".parse(), "lawsuit".parse());
        let place = VILLAGE.parse().unwrap();
        let subject = ReferralSubject {
            opposed_to,
            ..ReferralSubject::new(item.unwrap(), topic.unwrap(), place)
        };
        self.react(case, &Trigger::ReferralRequested(subject)).await;
    }

    /// The unit to which a case is offered accepts it, after so many microseconds.
    fn accept(&self, case: CaseId, after: u64, answers: &mut JoinSet<()>) {
        let (custody, _) = self.custody.load(case).unwrap().unwrap();
        let offer = custody.offer().unwrap().clone();
        let meta = self.meta(case, "specialist", &offer.to);
        let store = Arc::clone(&self.custody);
        answers.spawn(async move {
            tokio::time::sleep(Duration::from_micros(after)).await;
            let handoff = offer.handoff;
            match store.command(case, &meta, &Accept { handoff }.into()).await {
                Ok(_) => {}
                Err(Failure::Rejected(rejected)) => {
                    assert_eq!(rejected.code, "conflict-of-interest");
                }
                Err(Failure::Internal(error)) => panic!("{error:#}"),
            }
        });
    }

    fn accepted_by(&self, case: CaseId) -> Option<UnitId> {
        let (custody, _) = self.custody.load(case).unwrap().unwrap();
        let accepted = custody.stage() == CustodyStage::AtUnit;
        accepted.then(|| custody.holder().clone())
    }
}

/// One unit never gets both parties' cases, whichever names the other and however close their answers come.
#[tokio::test(flavor = "multi_thread")]
async fn no_unit_accepts_the_cases_of_both_parties() {
    let world = World::new().await;
    let mut random = fastrand::Rng::with_seed(7);
    for round in 0..ROUNDS {
        let key = || world.custody.store.clock().command().case();
        let (one, other) = (key(), key());
        world.offered(one, (round % 3 == 0).then_some(other)).await;
        world.offered(other, (round % 3 != 0).then_some(one)).await;
        let mut answers = JoinSet::new();
        for case in [one, other] {
            world.accept(case, random.u64(0..400), &mut answers);
        }
        answers.join_all().await;
        let (one, other) = (world.accepted_by(one), world.accepted_by(other));
        assert!(one.is_some() || other.is_some(), "{round}");
        assert_ne!(one, other, "{round}");
    }
}

/// The other party's case comes while the first one's acceptance is under way.
#[tokio::test(flavor = "multi_thread")]
async fn a_case_that_comes_in_between_is_not_overlooked() {
    let world = World::new().await;
    let mut random = fastrand::Rng::with_seed(11);
    for round in 0..ROUNDS {
        let key = || world.custody.store.clock().command().case();
        let (one, other) = (key(), key());
        world.offered(one, None).await;
        let mut answers = JoinSet::new();
        world.accept(one, random.u64(0..1_500), &mut answers);
        world.offered(other, Some(one)).await;
        // The unit that has the first case is left out where that was known.
        let (custody, _) = world.custody.load(other).unwrap().unwrap();
        if custody.offer().is_some() {
            world.accept(other, random.u64(0..200), &mut answers);
        }
        answers.join_all().await;
        let (one, other) = (world.accepted_by(one), world.accepted_by(other));
        assert!(one.is_some() || other.is_some(), "{round}");
        assert_ne!(one, other, "{round}");
    }
}

/// For an actor without a part in a case there is none: the refusal tells neither its stage nor who holds it.
#[tokio::test]
async fn for_a_stranger_there_is_no_case() {
    let world = World::new().await;
    let case = world.custody.store.clock().command().case();
    world.offered(case, None).await;
    let elsewhere = "s00000000.legal-aid".parse().unwrap();
    let reason = RecallReason::WindowError;
    let outcome = Outcome::Granted;
    let commands: [Command; 3] = [
        Join {}.into(),
        Recall { reason }.into(),
        Complete { outcome }.into(),
    ];
    for role in ["clerk", "specialist", "supervisor"] {
        for command in &commands {
            let meta = world.meta(case, role, &elsewhere);
            let answer = world.custody.command(case, &meta, command).await;
            let Err(Failure::Rejected(refused)) = answer else {
                panic!("{command:?} as {role} is not refused")
            };
            assert_eq!(refused.code, "unknown-case", "{command:?} as {role}");
        }
    }
}

/// An event by which a person comes to act for a unit, as the log of its service has it.
async fn engaging<E: EventType>(service: &str, case: CaseId, unit: &UnitId, event: E) -> Envelope {
    let log = TempStore::new(service);
    let rules: Rules<(), E> = Rules {
        evolve: |_, _| Some(()),
        address: |(), _| Address {
            unit: "s00000000.window".parse().unwrap(),
            division: VILLAGE.parse().unwrap(),
            item: None,
        },
    };
    let actor = format!("specialist/li@{unit}").parse().unwrap();
    let meta = EventMeta::from_timer(log.store.clock().command(), case, actor);
    let event = Mutex::new(Some(event));
    let stream = format!("matter/{case}");
    let written = log
        .store
        .execute_reading(&stream, &meta, None, &rules, |_, _, _| {
            let event = event.lock().unwrap().take();
            Ok::<_, CommonRejection>(event.into_iter().collect())
        });
    written.await.unwrap();
    log.store.envelopes(0, 1).unwrap().remove(0)
}

/// 律师法 art. 39: two services name one person for the two sides at the same time, and neither can know of the other. However close
/// together they are heard, that is found once, and each side's case says who acts for the other.
#[tokio::test(flavor = "multi_thread")]
async fn one_person_on_both_sides_is_found_however_close_they_are_heard() {
    let world = World::new().await;
    let person: StaffId = "yang-mei".parse().unwrap();
    for round in 0..ROUNDS {
        let key = || world.custody.store.clock().command().case();
        let (one, other) = (key(), key());
        world.offered(one, None).await;
        world.offered(other, Some(one)).await;
        world.custody.catch_up_index().await;
        let told_by = person.clone();
        let told = notarization::Event::from(notarization::ConsequencesTold { told_by });
        let named = mediation::Event::from(mediation::MediatorsNamed {
            mediators: vec![person.clone()],
            named_by: mediation::NamedBy::Parties,
        });
        let unit: UnitId = "s00000000.notarization".parse().unwrap();
        let heard = [
            engaging("notarization", one, &unit, told).await,
            engaging("mediation", other, &unit, named).await,
        ];
        let mut hearing = JoinSet::new();
        for event in heard {
            let custody = Arc::clone(&world.custody);
            hearing.spawn(async move {
                let people = policy::meaning_of(&event).unwrap().people;
                let store = custody.store.clone();
                let fill = |batch: &mut Batch| custody.engage_in(batch, &event, people.clone());
                store.record_readings(fill).await.unwrap();
            });
        }
        hearing.join_all().await;
        let names = |case: CaseId| {
            let history = world.custody.store.envelopes(0, usize::MAX).unwrap();
            let of_case = history
                .into_iter()
                .filter(move |event| event.subject == case);
            let names = of_case.map(|event| event_name(&event.event_type).to_owned());
            names.collect::<Vec<String>>()
        };
        let (one, other) = (names(one), names(other));
        let count = |name: &str| {
            let all = one.iter().chain(&other);
            all.filter(|known| *known == name).count()
        };
        assert_eq!(count("engaged"), 2, "{round}");
        assert_eq!(count("other-side-engaged"), 2, "{round}");
        assert_eq!(count("conflict-found"), 1, "{round}: {one:?} {other:?}");
    }
}
