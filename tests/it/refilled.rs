//! A disk is lost: a service's log is built again from what others have heard of it, and nothing that was acknowledged is
//! missing.

use std::{collections::HashSet, fs, path::Path, process::Output};

use onestop_proto::{
    case,
    envelope::Envelope,
    ids::{CaseId, CaseNumber, CaseRef, EventId},
    query::{CaseQuery, CaseView},
    referral,
    replication::{ReplicationState, Sources},
};
use serde_json::Value;

use crate::{
    command_line::run,
    harness::{Deployment, Onestop, Part, SERVICES, TIMEOUT, json},
    invariants::assert_logs,
    journeys::{self, open_wages},
    test_user::TestUser,
};

const REFERRAL: Part = Part::Service("referral");

/// Builds a log again, with every service stopped.
fn refill(onestop: &Onestop, words: &[&str]) -> Output {
    let data = onestop.data().display().to_string();
    let all = [&["log", "refill"][..], words, &["--json", "--data", &data]].concat();
    tokio::task::block_in_place(|| run(None, &all))
}

/// The same, with the others at work.
fn refill_beside(onestop: &Onestop, words: &[&str]) -> Output {
    let (key, url) = (onestop.key("desk").display().to_string(), onestop.url());
    let flags = ["--json", "--nats-key", &key, "--nats", &url];
    let all = [&["log", "refill"][..], words, &flags].concat();
    tokio::task::block_in_place(|| run(Some(onestop), &all))
}

fn error(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    String::from_utf8(output.stderr.clone()).unwrap()
}

pub(crate) async fn number_of(user: &TestUser, case: CaseId) -> CaseNumber {
    let query = CaseQuery {
        case: CaseRef::Id(case),
    };
    let view: CaseView = user.ask(&case::service(), "case", query).await.unwrap();
    view.number
}

/// The log is what it was, in another incarnation.
fn assert_same(before: &[Envelope], after: &[Envelope]) {
    let epochs: HashSet<_> = after.iter().map(|event| event.epoch).collect();
    assert_eq!(epochs.len(), 1, "one incarnation");
    for (before, after) in before.iter().zip(after) {
        assert!(after.epoch > before.epoch);
        let epoch = before.epoch;
        let same = Envelope {
            epoch,
            ..after.clone()
        };
        assert_eq!(*before, same);
    }
    assert!(after.len() >= before.len());
}

/// Every event that was acknowledged is in some log.
pub(crate) async fn assert_acknowledged(user: &TestUser) {
    let mut written: HashSet<EventId> = HashSet::new();
    for service in SERVICES.iter().filter(|name| **name != "journal") {
        let events = user.log(&service.parse().unwrap()).await;
        written.extend(events.iter().map(|event| event.id));
    }
    let acknowledged = user.sent.lock().unwrap().acknowledged.clone();
    assert!(!acknowledged.is_empty());
    let missing: Vec<_> = acknowledged.difference(&written).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

/// No service has set a source aside.
async fn assert_followed(user: &TestUser) {
    for service in SERVICES.iter() {
        let heard: Sources = user
            .ask(&service.parse().unwrap(), "sources", Value::Null)
            .await
            .unwrap();
        for state in heard.sources {
            let is_aside = matches!(state.state, ReplicationState::Diverged { .. });
            assert!(!is_aside, "{service}: {state:?}");
        }
    }
}

/// Three cases, which every service has heard.
async fn works(user: &TestUser) {
    for _ in 0..3 {
        journeys::wages(user).await;
    }
    assert_logs(user, &[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_of_a_lost_folder_comes_back_from_the_journal() {
    let mut onestop = Onestop::start(Deployment::SingleProcess).await;
    let user = TestUser::new(onestop.client().await);
    works(&user).await;
    let before = user.log(&case::service()).await;
    let given = number_of(&user, before[0].subject).await;
    assert_eq!(onestop.stop(Part::Everything), Some(0));
    fs::remove_dir_all(onestop.data().join("intake")).unwrap();

    let done = json(&refill(&onestop, &["intake"]));
    assert_eq!(done["events"], before.len());
    assert_eq!(done["added"], before.len());
    assert_eq!(done["persons"]["keys_missing"], done["persons"]["cases"]);
    assert_ne!(
        done["persons"]["cases"], 0,
        "it says what does not come back"
    );
    let again = json(&refill(&onestop, &["intake"]));
    assert_eq!(again["added"], 0, "it is whole");

    onestop.run(Part::Everything);
    onestop.wait_until_ready().await;
    let user = TestUser {
        client: onestop.client().await,
        ..user
    };
    let next = open_wages(&user).await;
    user.wait_for_event(next, "referral.offered", 1).await;
    let new = number_of(&user, next).await;
    assert!(new > given, "{new} after {given}");
    journeys::wages(&user).await;
    assert_same(&before, &user.log(&case::service()).await);
    assert_acknowledged(&user).await;
    assert_logs(&user, &[]).await;
    assert_followed(&user).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn it_comes_back_while_the_others_work_from_the_journal_or_the_broker() {
    let mut onestop = Onestop::start(Deployment::Separate).await;
    let user = TestUser::new(onestop.client().await);
    works(&user).await;
    let keys = onestop.keys().display().to_string();
    let broker = ["referral", "--from", "broker", "--keys", &keys];
    let running = refill_beside(&onestop, &["referral"]);
    assert_eq!(running.status.code(), Some(75), "it runs: {running:?}");
    for words in [&["referral"][..], &broker[..]] {
        let before = user.log(&referral::service()).await;
        assert_eq!(onestop.stop(REFERRAL), Some(0));
        fs::remove_dir_all(onestop.data().join("referral")).unwrap();
        let done = json(&refill_beside(&onestop, words));
        assert_eq!(done["events"], before.len(), "{done}");
        assert_eq!(done["persons"], Value::Null);
        onestop.run(REFERRAL);
        onestop.wait_until_ready().await;
        journeys::wages(&user).await;
        assert_same(&before, &user.log(&referral::service()).await);
        assert_acknowledged(&user).await;
        assert_logs(&user, &[]).await;
        assert_followed(&user).await;
    }
    // A subscriber that cannot be asked is named, and nothing is written.
    for part in [REFERRAL, Part::Service("mediation")] {
        assert_eq!(onestop.stop(part), Some(0));
    }
    let apart = onestop.data().join("mediation-apart");
    fs::rename(onestop.data().join("mediation"), apart).unwrap();
    fs::remove_dir_all(onestop.data().join("referral")).unwrap();
    let refused = error(&refill_beside(&onestop, &["referral"]));
    assert!(refused.contains("/onestop/mediation/main"), "{refused}");
    assert!(refused.contains("--despite mediation"), "{refused}");
    assert!(!onestop.data().join("referral/log").exists());
    let despite = ["referral", "--despite", "mediation"];
    let done = json(&refill_beside(&onestop, &despite));
    assert_eq!(done["not_asked"][0], "/onestop/mediation/main");
}

/// Puts an older copy of intake's log in its place.
fn import(data: &Path, file: &str) {
    fs::remove_dir_all(data.join("intake/log")).unwrap();
    let data = data.to_str().unwrap();
    let words = ["log", "import", file, "--service", "intake", "--data", data];
    let done = tokio::task::block_in_place(|| run(None, &words));
    assert!(done.status.success(), "{done:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_older_copy_is_continued_and_one_that_was_written_on_is_refused() {
    let mut onestop = Onestop::start(Deployment::SingleProcess).await;
    let user = TestUser::new(onestop.client().await);
    journeys::wages(&user).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("intake.oslog").display().to_string();
    let words = ["log", "export", "--service", "intake", "--out", &file];
    let copied = tokio::task::block_in_place(|| run(Some(&onestop), &words));
    assert!(copied.status.success(), "{copied:?}");
    works(&user).await;
    let before = user.log(&case::service()).await;
    assert_eq!(onestop.stop(Part::Everything), Some(0));
    let data = onestop.data();

    // Onto the file, as on a new disk that has the keys.
    fs::remove_dir_all(data.join("intake/log")).unwrap();
    let done = json(&refill(&onestop, &["intake", "--onto", &file]));
    assert_eq!(done["events"], before.len());
    assert!(
        done["added"].as_u64().unwrap() < before.len() as u64,
        "{done}"
    );
    assert_eq!(done["persons"]["keys_missing"], 0, "they were not lost");

    // Onto the older copy in its place.
    import(&data, &file);
    let done = json(&refill(&onestop, &["intake"]));
    assert_eq!(done["events"], before.len());
    assert!(Path::new(done["former"].as_str().unwrap()).is_dir());

    // The older copy went on by itself: it is another history.
    import(&data, &file);
    onestop.run(Part::Everything);
    onestop.wait_until_ready().await;
    let apart = TestUser::new(onestop.client().await);
    open_wages(&apart).await;
    assert_eq!(onestop.stop(Part::Everything), Some(0));
    let log = data.join("intake/log");
    let refused = error(&refill(&onestop, &["intake"]));
    let position = done["events"].as_u64().unwrap() - done["added"].as_u64().unwrap();
    let first = format!("在位置 {position} 开始不同，");
    assert!(refused.contains(&first), "{refused}");
    assert!(!data.join("intake/log.refilling").exists());
    fs::rename(&log, data.join("intake/log.written-on")).unwrap();
    let done = json(&refill(&onestop, &["intake"]));
    assert_eq!(done["events"], before.len());
    onestop.run(Part::Everything);
    onestop.wait_until_ready().await;
    let user = TestUser {
        client: onestop.client().await,
        ..user
    };
    let next = open_wages(&user).await;
    let heard = user.wait_for_event(next, "referral.offered", 1);
    tokio::time::timeout(TIMEOUT, heard).await.unwrap();
    assert_same(&before, &user.log(&case::service()).await);
    assert_acknowledged(&user).await;
    assert_followed(&user).await;
}
