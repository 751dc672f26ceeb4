//! A service that was put back to an older copy of its data folder: its subscribers know more of its log than it does.
//! It takes no command, so that no number is given to two citizens.

use std::{fs, path::Path};

use onestop_chassis::client::ClientError;
use onestop_proto::{
    case,
    ids::CaseNumber,
    query::{LogPage, LogQuery, Verification},
    replication::Subscribers,
};
use serde_json::{Value, json};

use crate::{
    command_line::run,
    harness::{Deployment, Onestop, Part, SERVICES, folder, until},
    journeys::try_open,
    test_user::TestUser,
};

const INTAKE: Part = Part::Service("intake");

/// Opens a case and waits until referral has heard it.
async fn open_and_refer(user: &TestUser) -> CaseNumber {
    let opened = try_open(user).await.unwrap();
    user.wait_for_event(opened.case, "referral.offered", 1)
        .await;
    opened.number.unwrap()
}

/// What the command line says of intake, as JSON.
fn said_of_intake(onestop: &Onestop, words: &[&str]) -> String {
    let key = onestop.key("desk").display().to_string();
    let flags = ["--json", "--nats-key", &key, "--nats", &onestop.url()].map(str::to_owned);
    let flags: Vec<&str> = flags.iter().map(String::as_str).collect();
    let said = tokio::task::block_in_place(|| run(Some(onestop), &[words, &flags].concat()));
    assert!(!said.status.success(), "{said:?}");
    let said = String::from_utf8(said.stdout).unwrap();
    let lines = said.lines().filter(|line| line.contains("intake"));
    lines.collect::<Vec<_>>().join("\n")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_was_rolled_back_gives_no_number_twice() {
    let mut onestop = Onestop::start(Deployment::Separate).await;
    let user = TestUser::new(onestop.client().await);
    open_and_refer(&user).await;
    assert_eq!(onestop.stop(INTAKE), Some(0));
    let data = onestop.data().join("intake");
    let older = onestop.data().join("older-intake");
    folder::copy(&data, &older);
    onestop.run(INTAKE);
    onestop.wait_until_ready().await;
    let given = open_and_refer(&user).await;
    let newest: LogPage = log(&user).await;

    assert_eq!(onestop.stop(INTAKE), Some(0));
    let newer = onestop.data().join("newer-intake");
    fs::rename(&data, &newer).unwrap();
    fs::rename(&older, &data).unwrap();
    onestop.run(INTAKE);
    onestop.wait_until_ready().await;
    let again = try_open(&user).await;
    let again = again.map(|opened| opened.number.unwrap() == given);
    let Err(ClientError::Rejected(refused)) = again else {
        panic!("the same number was given twice: {again:?}")
    };
    assert_eq!(refused.code, "contradicted");
    assert_eq!(refused.details["who"], json!("intake"));
    assert!(
        refused.message.zh.contains("旧副本"),
        "{}",
        refused.message.zh
    );

    // Questions are answered, and say why.
    let rolled_back: LogPage = log(&user).await;
    assert!(rolled_back.head < newest.head);
    let said: Subscribers = user
        .ask(&case::service(), "subscribers", Value::Null)
        .await
        .unwrap();
    assert!(said.contradiction.is_some(), "{said:?}");
    let verified: Verification = user
        .ask(&case::service(), "verify", Value::Null)
        .await
        .unwrap();
    assert!(
        matches!(verified, Verification::Contradicted { .. }),
        "{verified:?}"
    );
    let verified = said_of_intake(&onestop, &["verify"]);
    assert!(verified.contains("contradicted"), "{verified}");
    let doctor = said_of_intake(&onestop, &["doctor"]);
    assert!(doctor.contains("rolled back"), "{doctor}");

    puts_the_newest_copy_back(&mut onestop, &user, &newer, &given).await;
}

/// With its newest copy it goes on where it was, with the next number.
async fn puts_the_newest_copy_back(
    onestop: &mut Onestop,
    user: &TestUser,
    newer: &Path,
    given: &CaseNumber,
) {
    let data = onestop.data().join("intake");
    assert_eq!(onestop.stop(INTAKE), Some(0));
    let offline = ["verify", "--offline", "--json", "--data"];
    let folder = onestop.data().display().to_string();
    for service in [
        "referral",
        "journal",
        "legal-aid",
        "notarization",
        "mediation",
        "registry",
    ] {
        assert_eq!(onestop.stop(Part::Service(service)), Some(0));
    }
    let verified = run(None, &[&offline[..], &[&folder]].concat());
    let said = String::from_utf8(verified.stdout).unwrap();
    assert!(!verified.status.success(), "{said}");
    assert!(said.contains("\"verdict\":\"contradicted\""), "{said}");

    fs::remove_dir_all(&data).unwrap();
    fs::rename(newer, &data).unwrap();
    let verified = run(None, &[&offline[..], &[&folder]].concat());
    assert!(verified.status.success(), "{verified:?}");
    for service in SERVICES.iter().copied() {
        onestop.run(Part::Service(service));
    }
    onestop.wait_until_ready().await;
    let next = open_and_refer(user).await;
    assert_ne!(next, *given);
}

async fn log(user: &TestUser) -> LogPage {
    let query = LogQuery {
        from: 0,
        limit: 400,
    };
    user.ask(&case::service(), "log", query).await.unwrap()
}

/// A subscriber that was away is asked when it comes back; until then the service does not wait for it for ever.
#[tokio::test(flavor = "multi_thread")]
async fn a_service_whose_subscribers_are_away_works_and_says_so() {
    let mut onestop = Onestop::start(Deployment::Separate).await;
    let user = TestUser::new(onestop.client().await);
    assert_eq!(onestop.stop(Part::Service("journal")), Some(0));
    assert_eq!(onestop.stop(INTAKE), Some(0));
    onestop.run(INTAKE);
    until("a case is opened", async || try_open(&user).await.is_ok()).await;
    let unasked = |said: &Subscribers| {
        let said = serde_json::to_value(said).unwrap();
        let states = said["subscribers"].as_array().unwrap().clone();
        let unasked = states
            .into_iter()
            .filter(|state| state["said"]["state"] == "unasked");
        unasked
            .map(|state| state["subscriber"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    let asked = async || -> Subscribers {
        user.ask(&case::service(), "subscribers", Value::Null)
            .await
            .unwrap()
    };
    until("the journal alone is unasked", async || {
        unasked(&asked().await) == ["/onestop/journal/main"]
    })
    .await;
    onestop.run(Part::Service("journal"));
    until("all are asked", async || unasked(&asked().await).is_empty()).await;
    assert!(asked().await.contradiction.is_none());
}
