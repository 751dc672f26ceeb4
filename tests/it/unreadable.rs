//! An event that the contract does not allow, in a service's own log: every service that cannot take it sets it aside
//! once, and the case is replayed with a step that says so.

use std::time::Duration;

use onestop_chassis::clock::SystemClock;
use onestop_eventlog::{Append, EventLog, ExpectedRevision, Identity, NewEvent, Options};
use onestop_proto::{
    case,
    comparison::{Comparison, ComparisonResult},
    envelope::{Address, RawEvent, RecordedEvent},
    ids::{CaseId, CommandId},
    journal,
    parking::ParkedCases,
    raw_json::RawJson,
    referral,
    trace::TraceParent,
};
use serde_json::{Value, json};

use crate::{
    command_line::run,
    harness::{Deployment, Onestop, Part, found, until},
    invariants::{all_is_heard, publishing_services},
    journeys::{CLERK, COUNTY, accept, open_wages},
    test_user::{TestUser, actor, name},
};

/// How long nothing may be written any more, once it was set aside.
const QUIET: Duration = Duration::from_secs(3);

/// Writes events into the stopped intake's log, which its own rules would never write.
async fn write(onestop: &Onestop, case: CaseId, events: Vec<(&str, Value)>) -> Vec<CommandId> {
    let identity = Identity {
        service: case::SERVICE.to_owned(),
        instance: "main".to_owned(),
        ..Identity::default()
    };
    let path = onestop.data().join("intake/log");
    let options = Options {
        identity,
        ..Options::new(&path, SystemClock.uuid())
    };
    let log = EventLog::open(options).unwrap();
    let mut commands = Vec::new();
    for (happened, data) in events {
        let command = SystemClock.command();
        commands.push(command);
        let by = actor(CLERK);
        let event = RecordedEvent {
            id: command.event(0),
            event: RawEvent {
                event_type: format!("cn.onestop.case.{happened}"),
                data: RawJson::of(&data).unwrap(),
            },
            time: SystemClock.now(),
            recordedtime: SystemClock.now(),
            case,
            causationid: command.uuid(),
            command,
            commandhash: String::new(),
            issuer: None,
            tokenid: None,
            latereason: None,
            lateapprover: None,
            lateissuer: None,
            latetokenid: None,
            address: Address {
                unit: by.unit.clone(),
                division: "530821101201".parse().unwrap(),
                item: None,
            },
            actor: by,
            traceparent: TraceParent::start(command),
        };
        let payload = serde_json::to_vec(&event).unwrap();
        let record = NewEvent::new(command.record(case::SERVICE, 0), payload);
        // Not in the case's own stream: intake itself goes on.
        let stream = "elsewhere/test".parse().unwrap();
        log.append(Append::to(stream, ExpectedRevision::Any, [record]))
            .await
            .unwrap();
    }
    log.close().unwrap();
    commands
}

/// Intake is stopped, gets a withdrawal without data in its log, and runs again.
pub(crate) async fn write_unreadable(onestop: &mut Onestop, case: CaseId) -> Vec<CommandId> {
    let intake = Part::Service(case::SERVICE);
    assert_eq!(onestop.stop(intake), Some(0));
    let withdrawn = ("withdrawn.v1", json!({}));
    let commands = write(onestop, case, vec![withdrawn]).await;
    onestop.run(intake);
    commands
}

async fn written(user: &TestUser) -> usize {
    let mut count = 0;
    for service in publishing_services() {
        count += user.log(&service).await.len();
    }
    count
}

async fn parked(user: &TestUser, case: CaseId) -> usize {
    let asked: ParkedCases = user
        .ask(&referral::service(), "parked", Value::Null)
        .await
        .unwrap();
    let of_case = asked.cases.into_iter().filter(|parked| parked.case == case);
    of_case.map(|parked| parked.waiting.len()).sum()
}

/// Waits until the journal's copies of every source agree with it.
pub(crate) async fn compared(user: &TestUser) -> Comparison {
    found("every source agrees", async || {
        let found: Comparison = user
            .ask(&journal::service(), "comparison", Value::Null)
            .await
            .unwrap();
        let agrees = |result: &ComparisonResult| *result == ComparisonResult::Agrees {};
        let all = found.sources.iter().all(|source| agrees(&source.result));
        (found.counted == found.head && found.sources.len() > 1 && all).then_some(found)
    })
    .await
}

/// The command line shows the step as what it is.
fn assert_shown(onestop: &Onestop, case: CaseId) {
    let id = case.to_string();
    let key = onestop.key("desk").display().to_string();
    let url = onestop.url();
    let words = [
        "replay",
        &id,
        "--lang",
        "en",
        "--nats-key",
        &key,
        "--nats",
        &url,
    ];
    let shown = tokio::task::block_in_place(|| run(None, &words));
    let said = String::from_utf8(shown.stdout).unwrap();
    assert!(
        shown.status.success() && said.contains("does not fit the contract"),
        "{said}"
    );
}

/// Doctor names the event: its position, its type, and what is wrong with it.
fn assert_named(onestop: &Onestop) {
    let (key, url) = (onestop.key("desk").display().to_string(), onestop.url());
    let words = ["doctor", "--lang", "en", "--nats-key", &key, "--nats", &url];
    let doctor = tokio::task::block_in_place(|| run(Some(onestop), &words));
    let said = String::from_utf8(doctor.stdout).unwrap();
    let mut lines = said.lines().filter(|line| line.contains("parked referral"));
    let line = lines.next().unwrap_or_else(|| panic!("{said}"));
    assert!(line.contains("/onestop/intake/main#"), "{line}");
    assert!(line.contains("cn.onestop.case.withdrawn.v1: "), "{line}");
    assert!(!line.ends_with(": "), "it says what is wrong: {line}");
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_set_aside_once_by_each_and_replayed_as_unreadable() {
    let mut onestop = Onestop::start(Deployment::Separate).await;
    let user = TestUser::new(onestop.client().await);
    let case = open_wages(&user).await;
    user.wait_for_event(case, "referral.offered", 1).await;
    accept(&user, COUNTY, case).await.unwrap();
    user.wait_for_event(case, "legal-aid.received", 1).await;

    write_unreadable(&mut onestop, case).await;
    onestop.wait_until_ready().await;

    until("it is set aside", async || parked(&user, case).await > 0).await;
    all_is_heard(&user).await;
    let count = written(&user).await;
    tokio::time::sleep(QUIET).await;
    assert_eq!(written(&user).await, count, "it goes on and on");
    assert_eq!(parked(&user, case).await, 1);

    let replay = user.replay(case).await.unwrap();
    let words = replay.steps.iter().map(name);
    let words = words.filter(|name| name == "parking.event-parked");
    assert!(words.count() <= publishing_services().len());
    let unreadable: Vec<_> = replay
        .steps
        .iter()
        .filter(|step| step.unreadable.is_some())
        .collect();
    let [step] = &unreadable[..] else {
        panic!("{unreadable:?}")
    };
    assert_eq!(name(step), "case.withdrawn");
    assert_shown(&onestop, case);
    assert_named(&onestop);

    // Other cases go on, and what could not be taken is a copy like every other.
    let other = open_wages(&user).await;
    user.wait_for_event(other, "referral.offered", 1).await;
    compared(&user).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_type_waits_for_an_upgrade_and_holds_up_only_its_case() {
    let mut onestop = Onestop::start(Deployment::Separate).await;
    let user = TestUser::new(onestop.client().await);
    let case = open_wages(&user).await;
    user.wait_for_event(case, "referral.offered", 1).await;
    let intake = Part::Service(case::SERVICE);
    assert_eq!(onestop.stop(intake), Some(0));
    let unknown = ("postponed.v7", json!({ "until": "2030-01-01" }));
    write(&onestop, case, vec![unknown]).await;
    onestop.run(intake);
    onestop.wait_until_ready().await;

    let other = open_wages(&user).await;
    user.wait_for_event(other, "referral.offered", 1).await;
    assert_eq!(parked(&user, case).await, 1);
    all_is_heard(&user).await;
    let count = written(&user).await;
    tokio::time::sleep(QUIET).await;
    assert_eq!(written(&user).await, count, "it goes on and on");
    // Set aside by the journal too, it is not missing.
    compared(&user).await;
}
