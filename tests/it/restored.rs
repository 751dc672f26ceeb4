//! A log that was restored from a backup: others follow it by themselves where it continues what they
//! heard; where it does not, they set it aside until the operator decides, and mix nothing.

use std::fs;

use onestop_proto::{
    actor::ServiceName,
    case,
    envelope::Source,
    replication::{Command, FollowSource, ReplicationState, RequestFollow, Sources},
};
use reqwest::{Method, StatusCode};
use serde_json::Value;
use uuid::Uuid;

use crate::{
    api::Web,
    browser::sign_up,
    command_line::run,
    harness::{Deployment, Onestop, Part, SERVICES, found},
    journeys::open_wages,
    refilled::number_of,
    test_user::TestUser,
};

const OPERATOR: &str = "supervisor/he-ping@530821";

/// How each service that listens to intake hears it.
async fn replication_state(user: &TestUser, service: &str) -> Option<ReplicationState> {
    let service: ServiceName = service.parse().unwrap();
    let sources: Sources = user.ask(&service, "sources", Value::Null).await.unwrap();
    let intake = Source::main(case::service());
    let current = sources.sources.into_iter();
    current
        .filter(|state| state.source == intake && state.state != ReplicationState::Superseded {})
        .map(|state| state.state)
        .next_back()
}

async fn until(
    user: &TestUser,
    service: &str,
    wanted: impl Fn(&ReplicationState) -> bool,
) -> ReplicationState {
    found(&format!("{service} hears intake so"), async || {
        replication_state(user, service).await.filter(&wanted)
    })
    .await
}

fn export(onestop: &Onestop, file: &str) {
    let done = run(
        Some(onestop),
        &["log", "export", "--service", "intake", "--out", file],
    );
    assert!(done.status.success(), "{done:?}");
}

/// Puts the backup in the place of intake's log, with everything stopped.
async fn restore(onestop: &mut Onestop, file: &str) {
    assert_eq!(onestop.stop(Part::Everything), Some(0));
    let data = onestop.data();
    fs::remove_dir_all(data.join("intake/log")).unwrap();
    let data = data.to_str().unwrap();
    let words = ["log", "import", file, "--service", "intake", "--data", data];
    let done = run(None, &words);
    assert!(done.status.success(), "{done:?}");
    onestop.run(Part::Everything);
    onestop.wait_until_ready().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_continues_what_was_heard_is_followed() {
    let mut onestop = Onestop::start(Deployment::SingleProcess).await;
    let user = TestUser::new(onestop.client().await);
    let before = open_wages(&user).await;
    user.wait_for_event(before, "referral.offered", 1).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("intake.oslog").display().to_string();
    tokio::task::block_in_place(|| export(&onestop, &file));
    restore(&mut onestop, &file).await;
    let after = open_wages(&user).await;
    user.wait_for_event(after, "referral.offered", 1).await;
    for service in ["referral", "journal"] {
        until(&user, service, |it| *it == ReplicationState::Synced {}).await;
    }
}

/// The value of the first hidden field of that name.
fn value<'a>(page: &'a str, name: &str) -> &'a str {
    let begin = format!("name=\"{name}\" value=\"");
    let (_, rest) = page.split_once(&begin).unwrap_or_else(|| panic!("{page}"));
    rest.split_once('"').unwrap().0
}

/// One supervisor asks that referral follows intake, another one decides on the page of what waits.
async fn follow_with_two(onestop: &Onestop, user: &TestUser, epoch: Uuid) {
    const PAGE: &str = "/event-requests";
    let referral: ServiceName = "referral".parse().unwrap();
    let request = RequestFollow {
        source: Source::main(case::service()),
        epoch,
        why: "按备份恢复".to_owned(),
        division: "530821".parse().unwrap(),
    };
    let asked = user.command::<Command>(&referral, OPERATOR, None, request);
    asked.await.unwrap();
    let below = ["he-hua", "何花", "supervisor", "5308.bureau"];
    sign_up(&onestop.data(), below);
    let second = ["he-jun", "何军", "supervisor", "53.bureau"];
    sign_up(&onestop.data(), second);
    let below = Web::sign_in(onestop, "he-hua").await;
    let second = Web::sign_in(onestop, "he-jun").await;
    let page = second.page(Method::GET, PAGE).send().await.unwrap();
    let page = page.text().await.unwrap();
    assert!(page.contains("按备份恢复"), "{page}");
    let names = ["key", "service", "act", "source", "epoch"];
    let send = async |web: &Web, csrf: &str| {
        let fields = names.map(|name| format!("{name}={}", value(&page, name)));
        let body = format!("csrf={csrf}&{}&why=checked", fields.join("&"));
        let sent = web.page(Method::POST, "/event-requests/confirm");
        let sent = sent.header("content-type", "application/x-www-form-urlencoded");
        sent.body(body).send().await.unwrap().status()
    };
    // The log that a service follows concerns every division.
    let foreign = below.page(Method::GET, PAGE).send().await.unwrap();
    let foreign = foreign.text().await.unwrap();
    assert!(!foreign.contains("按备份恢复"), "{foreign}");
    let refused = send(&below, value(&foreign, "csrf")).await;
    assert_eq!(refused, StatusCode::FORBIDDEN);
    let decided = send(&second, value(&page, "csrf")).await;
    assert_eq!(decided, StatusCode::SEE_OTHER);
    let after = second.page(Method::GET, PAGE).send().await.unwrap();
    let after = after.text().await.unwrap();
    assert!(!after.contains("按备份恢复"), "{after}");
}

/// Every service that listens to intake follows its other history: referral by the decision of two supervisors, the others by
/// that of the operator.
async fn follow_everywhere(onestop: &Onestop, user: &TestUser) {
    let hears = |name: &&str| !["intake", "registry"].contains(name);
    for service in SERVICES.iter().copied().filter(hears) {
        let apart = until(user, service, |it| {
            matches!(it, ReplicationState::Diverged { .. })
        })
        .await;
        let ReplicationState::Diverged { epoch, .. } = apart else {
            panic!("{apart:?}")
        };
        if service == "referral" {
            follow_with_two(onestop, user, epoch).await;
            continue;
        }
        let service: ServiceName = service.parse().unwrap();
        let follow = |why: &str| FollowSource {
            source: Source::main(case::service()),
            epoch,
            why: why.to_owned(),
            division: "530821".parse().unwrap(),
            alone: Some("值班仅一人".to_owned()),
        };
        let refused = user
            .command::<Command>(&service, OPERATOR, None, follow(" "))
            .await;
        assert_eq!(refused.unwrap_err().code, "no-reason");
        let command = follow("按备份恢复");
        let followed = user.command::<Command>(&service, OPERATOR, None, command);
        followed.await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_lacks_what_was_heard_is_set_aside_until_somebody_decides() {
    let mut onestop = Onestop::start(Deployment::SingleProcess).await;
    let user = TestUser::new(onestop.client().await);
    let kept = open_wages(&user).await;
    user.wait_for_event(kept, "referral.offered", 1).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("intake.oslog").display().to_string();
    tokio::task::block_in_place(|| export(&onestop, &file));
    let lost = open_wages(&user).await;
    let given = number_of(&user, lost).await;
    user.wait_for_event(lost, "referral.offered", 1).await;
    restore(&mut onestop, &file).await;

    // What it says from now on is another history than the one heard.
    let after = open_wages(&user).await;
    // Citizens hold receipts with numbers that the log does not know any more.
    let new = number_of(&user, after).await;
    assert!(new > given, "{new} after {given}");
    for service in ["referral", "journal"] {
        until(&user, service, |it| {
            matches!(it, ReplicationState::Diverged { .. })
        })
        .await;
    }
    assert!(user.replay(after).await.is_err(), "it was mixed in");
    user.wait_for_event(lost, "referral.offered", 1).await;

    follow_everywhere(&onestop, &user).await;
    // Now it is heard, and what was heard of the other history is kept.
    user.wait_for_event(after, "referral.offered", 1).await;
    let replay = user.replay(lost).await.unwrap();
    assert!(replay.steps.len() >= 2);
    for service in ["referral", "journal"] {
        until(&user, service, |it| *it == ReplicationState::Synced {}).await;
    }
}
