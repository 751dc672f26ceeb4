//! What earlier releases stored, in `tests/fixtures/<release>`: every event still reads as it was written, and a
//! data folder opens, verifies, replays and goes on.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use onestop_proto::{
    case,
    envelope::{Envelope, EventType, RawEvent},
    ids::{CaseId, CaseRef},
    legal_aid, mediation, notarization, parking, personal,
    query::{CaseQuery, CaseView, CustodyQuery, CustodyView},
    raw_json::RawJson,
    referral, replication,
};
use serde_json::{Value, json};

use crate::{
    command_line::run,
    harness::{Deployment, Onestop, Part, SERVICES, folder, repository},
    invariants::assert_logs,
    journeys,
    test_user::TestUser,
};

const CLERK: &str = "clerk/zhang-li@530821101201";

fn releases() -> Vec<PathBuf> {
    let folder = repository().join("tests/fixtures");
    let entries = fs::read_dir(folder).unwrap();
    let folders = entries.map(|entry| entry.unwrap().path());
    folders.filter(|path| path.is_dir()).collect()
}

fn read_json(path: &Path) -> Value {
    let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{path:?}: {error}"));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{path:?}: {error}"))
}

/// Type and data as the present types write them, if the type is one of `E`'s.
fn rewritten<E: EventType>(raw: &RawEvent) -> Option<RawEvent> {
    let event: E = raw
        .parse_if()
        .unwrap_or_else(|error| panic!("{raw:?}: {error}"))?;
    Some(RawEvent::from_event(&event).unwrap())
}

const READERS: [fn(&RawEvent) -> Option<RawEvent>; 8] = [
    rewritten::<case::Event>,
    rewritten::<personal::Event>,
    rewritten::<referral::Event>,
    rewritten::<legal_aid::Event>,
    rewritten::<notarization::Event>,
    rewritten::<mediation::Event>,
    rewritten::<parking::Event>,
    rewritten::<replication::Event>,
];

/// What the present version of a type makes of a stored event: of one of a former version, what its upcaster says.
fn upcast(raw: &RawEvent) -> RawEvent {
    let mut written = raw.clone();
    if raw.event_type == "cn.onestop.parking.event-parked.v1" {
        // Version 1 did not keep the hash of the record.
        written.event_type = "cn.onestop.parking.event-parked.v2".to_owned();
        let mut data: Value = raw.data.parse().unwrap();
        data["hash"] = json!("");
        written.data = RawJson::of(&data).unwrap();
    }
    written
}

/// The types of release 0.1.0; later ones add to them and take none away.
const FIRST_TYPES: usize = 153;

#[test]
fn every_stored_event_reads_as_it_was_written() {
    for release in releases() {
        let stored = fs::read_to_string(release.join("events.jsonl")).unwrap();
        let mut types = BTreeSet::new();
        for line in stored.lines() {
            let stored: Value = serde_json::from_str(line).unwrap();
            let envelope: Envelope = serde_json::from_value(stored.clone())
                .unwrap_or_else(|error| panic!("{line}: {error}"));
            assert_eq!(serde_json::to_value(&envelope).unwrap(), stored);
            let raw = envelope.raw();
            let written = READERS.iter().find_map(|rewritten| rewritten(&raw));
            assert_eq!(written, Some(upcast(&raw)));
            types.insert(raw.event_type);
        }
        assert!(types.len() >= FIRST_TYPES, "{release:?}: {types:?}");
    }
}

fn unpack(release: &Path, data: &Path) {
    fs::create_dir_all(data).unwrap();
    let unpacked = Command::new("tar")
        .arg("-xzf")
        .arg(release.join("node.tar.gz"))
        .arg("-C")
        .arg(data)
        .status();
    assert!(unpacked.unwrap().success(), "{release:?}");
}

/// Verifies the logs before anything else opens them.
fn assert_logs_are_unaltered(expected: &Value, data: &Path) {
    let data = data.to_str().unwrap();
    let verified = run(None, &["verify", "--offline", "--json", "--data", data]);
    assert!(verified.status.success(), "{verified:?}");
    let verified = String::from_utf8(verified.stdout).unwrap();
    let logs: serde_json::Map<String, Value> = verified
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .map(|log| {
            let service = log["service"].as_str().unwrap().to_owned();
            (
                service,
                json!({ "events": log["events"], "root": log["root"] }),
            )
        })
        .collect();
    assert_eq!(Value::Object(logs), *expected);
}

/// The steps of a replay as `node.json` has them: id, type and who had custody then.
async fn steps(user: &TestUser, case: CaseId) -> Value {
    let replay = user.replay(case).await.unwrap();
    let steps = replay.steps.into_iter();
    steps
        .map(|step| json!([step.event.id, step.event_type, step.custody]))
        .collect()
}

/// Asks each service for the state of a case: it folds the stored events of the case for that.
async fn fold(user: &TestUser, case: CaseId, types: &BTreeSet<String>) {
    let query = CaseQuery {
        case: CaseRef::Id(case),
    };
    let view: CaseView = user.ask(&case::service(), "case", query).await.unwrap();
    let custody: CustodyView = user
        .ask(&referral::service(), "custody", CustodyQuery { case })
        .await
        .unwrap();
    assert_eq!(view.holder, custody.holder, "{case}");
    for specialist in onestop_proto::specialist::ALL {
        let received = format!("cn.onestop.{}.received.v1", specialist.service);
        if types.contains(&received) {
            let service = specialist.service.parse().unwrap();
            let matter: Value = user
                .ask(&service, "matter", json!({ "case": case }))
                .await
                .unwrap();
            assert_eq!(matter["case"], json!(case), "{matter}");
        }
    }
}

/// Every file below a folder, with its bytes.
fn files_below(data: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    folder::files(data).into_iter().collect()
}

/// Before an upgrade, it must not take over what it looks at: the former version could not go on.
#[tokio::test(flavor = "multi_thread")]
async fn the_check_before_an_upgrade_writes_nothing_and_afterwards_reads_every_event() {
    for release in releases() {
        let mut stopped = Onestop::new(Deployment::SingleProcess, &[]);
        unpack(&release, &stopped.data());
        let before = files_below(&stopped.data());
        let data = stopped.data().display().to_string();
        let check = |running: Option<&Onestop>| {
            let words = ["upgrade-check", "--lang", "en", "--data", &data];
            let done = tokio::task::block_in_place(|| run(running, &words));
            assert!(done.status.success(), "{done:?}");
            String::from_utf8(done.stdout).unwrap()
        };
        let said = check(None);
        assert!(said.contains("backup"), "{said}");
        assert!(files_below(&stopped.data()) == before, "{said}");

        stopped = stopped.started().await;
        let said = check(Some(&stopped));
        assert!(said.contains("running"), "{said}");
        assert_eq!(stopped.stop(Part::Everything), Some(0));
        let later = check(None);
        for said in [said, later] {
            assert!(!said.contains("of version 0.1.0"), "{said}");
            assert_eq!(said.matches("✓ log of").count(), SERVICES.len(), "{said}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_data_folder_opens_replays_and_goes_on() {
    for release in releases() {
        let expected = read_json(&release.join("node.json"));
        let stopped = Onestop::new(Deployment::SingleProcess, &[]);
        unpack(&release, &stopped.data());
        assert_logs_are_unaltered(&expected["logs"], &stopped.data());

        let onestop = stopped.started().await;
        let user = TestUser::new(onestop.client().await);
        let cases = expected["cases"].as_array().unwrap();
        for known in cases {
            let case: CaseId = serde_json::from_value(known["case"].clone()).unwrap();
            assert_eq!(steps(&user, case).await, known["steps"], "{case}");
            let types = known["steps"].as_array().unwrap().iter();
            let types = types.map(|step| step[1].as_str().unwrap().to_owned());
            fold(&user, case, &types.collect()).await;
        }
        assert_personal_data_opens(&onestop, &expected["opened"]);

        journeys::wages(&user).await;
        let told = assert_logs(&user, &[]).await;
        assert_eq!(told.cases, cases.len() + 1, "{told:?}");
    }
}

/// The keys, the accounts and the attachments of the folder are read as well.
fn assert_personal_data_opens(onestop: &Onestop, expected: &Value) {
    let case = expected["case"].as_str().unwrap();
    let shown = run(Some(onestop), &["case", "applicant", case, "--by", CLERK]);
    let shown = String::from_utf8(shown.stdout).unwrap();
    let name = expected["name"].as_str().unwrap();
    assert!(shown.contains(name), "{shown}");
    let hash = expected["file"].as_str().unwrap();
    let copy = onestop.data().join("copy");
    let words = ["case", "attachment", case, hash, "--out"];
    let by = [copy.to_str().unwrap(), "--by", CLERK];
    let fetched = run(Some(onestop), &[&words[..], &by].concat());
    assert!(fetched.status.success(), "{fetched:?}");
    let people = run(Some(onestop), &["staff", "list"]);
    let people = String::from_utf8(people.stdout).unwrap();
    assert!(people.contains("zhang-li"), "{people}");
}
