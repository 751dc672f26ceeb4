//! An event that a service cannot take: it is set aside with its reason, the events of other cases go on,
//! those of the same case wait; then it is tried again, or skipped, on the record.

use std::sync::{Arc, Mutex};

use futures::StreamExt;
use onestop_chassis::clock::SystemClock;
use onestop_proto::{
    actor::ServiceName,
    envelope::Envelope,
    ids::{CaseId, EventId},
    parking::{Command, ParkedCases, Reason, Retry, Skip},
    query::{LogPage, LogQuery, Question, Response},
    raw_json::RawJson,
    referral,
};
use serde_json::{Value, json};
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::{
    command_line::run,
    harness::{Deployment, Onestop, Part, found, until},
    invariants::assert_replay,
    journeys::{COUNTY, accept, open_wages},
    test_user::{TestUser, short},
};

const OPERATOR: &str = "supervisor/he-ping@530821";

/// A legal aid service of another make, whose log can hold what ours would never write. It answers
/// `qry.legal-aid.log`, which is all that listeners need.
struct OtherMake {
    log: Arc<Mutex<Vec<Envelope>>>,
    epoch: Uuid,
    _task: JoinSet<()>,
}

impl OtherMake {
    async fn start(onestop: &Onestop) -> Self {
        let nats = onestop.nats("legal-aid").await;
        let mut asked = nats.subscribe("qry.legal-aid.main.log").await.unwrap();
        let log = Arc::new(Mutex::new(Vec::<Envelope>::new()));
        let epoch = SystemClock.uuid();
        let mut task = JoinSet::new();
        let answering = Arc::clone(&log);
        task.spawn(async move {
            while let Some(message) = asked.next().await {
                let question: Question = serde_json::from_slice(&message.payload).unwrap();
                let query: LogQuery = serde_json::from_value(question.data).unwrap();
                let events = answering.lock().unwrap().clone();
                let page = LogPage {
                    epoch,
                    head: events.len() as u64,
                    events: events
                        .into_iter()
                        .skip(usize::try_from(query.from).unwrap())
                        .take(query.limit as usize)
                        .collect(),
                };
                let answer = Response::Answer(RawJson::of(&page).unwrap());
                let payload = serde_json::to_vec(&answer).unwrap();
                nats.publish(message.reply.unwrap(), payload.into())
                    .await
                    .unwrap();
            }
        });
        Self {
            log,
            epoch,
            _task: task,
        }
    }

    /// Writes an event that follows from `cause`.
    fn write(&self, cause: &Envelope, happened: &str, data: &Value) -> EventId {
        let mut log = self.log.lock().unwrap();
        let (id, sequence) = (SystemClock.command().event(0), log.len().to_string());
        // Each record names the one before it.
        let hash = |id: EventId| {
            format!(
                "{:0<64}",
                id.uuid()
                    .simple()
                    .to_string()
                    .chars()
                    .rev()
                    .collect::<String>()
            )
        };
        let before = log.last().map(|event| event.hash.clone());
        log.push(Envelope {
            id,
            source: "/onestop/legal-aid/main".parse().unwrap(),
            event_type: format!("cn.onestop.legal-aid.{happened}.v1"),
            sequence,
            epoch: self.epoch,
            causationid: cause.id.uuid(),
            prevhash: before.unwrap_or_else(|| "0".repeat(64)),
            hash: hash(id),
            data: RawJson::of(data).unwrap(),
            ..cause.clone()
        });
        id
    }

    /// Its makers mend the event.
    fn mend(&self, position: usize, data: &Value) {
        self.log.lock().unwrap()[position].data = RawJson::of(data).unwrap();
    }
}

struct World {
    onestop: Onestop,
    user: TestUser,
    other: OtherMake,
}

impl World {
    async fn start() -> Self {
        let mut onestop = Onestop::start(Deployment::Separate).await;
        onestop.kill(Part::Service("legal-aid"));
        let user = TestUser::new(onestop.client().await);
        let other = OtherMake::start(&onestop).await;
        Self {
            onestop,
            user,
            other,
        }
    }

    /// A case that the agency has, and the event that gave it to it.
    async fn accepted_case(&self) -> (CaseId, Envelope) {
        let case = open_wages(&self.user).await;
        self.user.wait_for_event(case, "referral.offered", 1).await;
        accept(&self.user, COUNTY, case).await.unwrap();
        let step = self.user.wait_for_event(case, "referral.accepted", 1).await;
        (case, step.event)
    }

    async fn parked(&self) -> ParkedCases {
        let none = Value::Null;
        self.user
            .ask(&referral::service(), "parked", none)
            .await
            .unwrap()
    }

    async fn command(&self, case: CaseId, command: impl Into<Command>) -> Result<(), String> {
        self.command_by(OPERATOR, case, command).await
    }

    async fn command_by(
        &self,
        by: &str,
        case: CaseId,
        command: impl Into<Command>,
    ) -> Result<(), String> {
        let referral: ServiceName = referral::service();
        let done = self
            .user
            .command::<Command>(&referral, by, Some(case), command)
            .await;
        done.map(|_| ()).map_err(|rejected| rejected.code)
    }
}

/// The first event that waits in a case, as the command line shows it.
fn first_event_on_command_line(world: &World, case: CaseId) -> Value {
    let case = case.to_string();
    let key = world.onestop.key("desk").display().to_string();
    let words = [
        "parked",
        "show",
        "referral",
        &case,
        "--json",
        "--nats-key",
        &key,
        "--nats",
    ];
    // The other make answers from a task of this test.
    let shown =
        tokio::task::block_in_place(|| run(None, &[&words[..], &[&world.onestop.url()]].concat()));
    let (said, failed) = (shown.stdout, String::from_utf8(shown.stderr).unwrap());
    let first = said.split(|byte| *byte == b'\n').next().unwrap();
    serde_json::from_slice(first).expect(&failed)
}

/// Tried again before anything was mended, it fails again; mended, it is taken, and what waited too.
async fn is_taken_once_mended(world: &World, case: CaseId) {
    assert_eq!(
        world.command(case, Retry {}).await,
        Err("still-fails".to_owned())
    );
    world.other.mend(0, &json!({}));
    world.command(case, Retry {}).await.unwrap();
    world
        .user
        .wait_for_event(case, "referral.completed", 1)
        .await;
    until("what waited behind it is taken", async || {
        world.parked().await.cases.is_empty()
    })
    .await;
    assert_eq!(
        world.command(case, Retry {}).await,
        Err("nothing-parked".to_owned())
    );
}

/// The journal has the event as it was published: that step alone cannot be read.
async fn assert_only_unreadable(user: &TestUser, case: CaseId, bad: EventId) {
    let mut replay = found("one finding", async || {
        let replay = user.replay(case).await.unwrap();
        (replay.findings.len() == 1).then_some(replay)
    })
    .await;
    let finding = replay.findings.remove(0);
    let step = &replay.steps[finding.step as usize - 1];
    assert_eq!(step.event.id, bad);
    assert!(step.unreadable.is_some());
    assert_replay(&replay);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_does_not_fit_holds_up_only_its_own_case() {
    let world = World::start().await;
    let (poisoned, cause) = world.accepted_case().await;
    let (healthy, other_cause) = world.accepted_case().await;
    let bad = world
        .other
        .write(&cause, "concluded", &json!("not what the contract says"));
    let behind = world.other.write(
        &cause,
        "handed-back",
        &json!({ "handoff": SystemClock.command().handoff() }),
    );
    world.other.write(&other_cause, "concluded", &json!({}));

    // The other case goes on to its end.
    world
        .user
        .wait_for_event(healthy, "referral.completed", 1)
        .await;
    let parked = world.parked().await.cases;
    assert_eq!(parked.len(), 1);
    assert_eq!(parked[0].case, poisoned);
    // A supervisor of another county sees none.
    let elsewhere = "supervisor/he-hua@530822";
    let nothing = world.command_by(elsewhere, poisoned, Retry {}).await;
    assert_eq!(nothing, Err("nothing-parked".to_owned()));
    let first = first_event_on_command_line(&world, poisoned);
    assert_eq!(first["written"]["data"], "not what the contract says");
    let [first, second] = &parked[0].waiting[..] else {
        panic!("{parked:?}")
    };
    assert_eq!((first.event, second.event), (bad, behind));
    assert!(
        matches!(&first.reason, Reason::Failed { problem } if problem.contains("concluded") || problem.contains("invalid type")),
        "{first:?}"
    );
    assert_eq!(second.reason, Reason::Behind {});

    is_taken_once_mended(&world, poisoned).await;
    // Every step of it is on the record.
    world
        .user
        .wait_for_event(poisoned, "parking.event-parked", 2)
        .await;
    world
        .user
        .wait_for_event(poisoned, "parking.event-taken", 2)
        .await;
    assert_only_unreadable(&world.user, poisoned, bad).await;
}

#[tokio::test]
async fn a_skipped_event_is_left_out_for_a_reason_on_the_record() {
    let mut world = World::start().await;
    let (case, cause) = world.accepted_case().await;
    let bad = world.other.write(&cause, "concluded", &json!(7));
    world
        .user
        .wait_for_event(case, "parking.event-parked", 1)
        .await;

    let skip = |event: EventId, why: &str| Skip {
        event,
        why: why.to_owned(),
        alone: Some("值班仅一人".to_owned()),
    };
    let another = SystemClock.command().event(0);
    let refused = world.command(case, skip(another, "重复上报")).await;
    assert_eq!(refused, Err("not-first".to_owned()));
    assert_eq!(
        world.command(case, skip(bad, " ")).await,
        Err("why-is-missing".to_owned())
    );
    world.command(case, skip(bad, "重复上报")).await.unwrap();
    let step = world
        .user
        .wait_for_event(case, "parking.event-skipped", 1)
        .await;
    assert!(step.facts.zh.contains("重复上报"), "{}", step.facts.zh);
    assert_eq!(step.actor, crate::test_user::actor(OPERATOR));

    // What was parked and skipped is remembered after a crash, and the next event of the case is taken.
    world.onestop.kill(Part::Service("referral"));
    world.onestop.run(Part::Service("referral"));
    world.other.write(&cause, "concluded", &json!({}));
    world
        .user
        .wait_for_event(case, "referral.completed", 1)
        .await;
    assert_eq!(world.parked().await.cases, []);
    let told = world.user.log(&referral::service()).await;
    let skipped = told
        .iter()
        .filter(|event| short(&event.event_type) == "parking.event-skipped");
    assert_eq!(skipped.count(), 1);
}
