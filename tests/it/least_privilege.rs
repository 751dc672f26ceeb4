//! What a key may not do, the broker refuses; and the log says so.

use std::time::Duration;

use async_nats::jetstream;
use futures::{FutureExt, StreamExt};
use serde_json::json;

use crate::{
    harness::{Deployment, Onestop, Part, TIMEOUT, found, until},
    invariants::assert_logs,
    journeys,
    test_user::TestUser,
};

/// How long to wait for an answer that the broker lets no client send.
const NO_ANSWER: Duration = Duration::from_millis(400);

async fn messages(onestop: &Onestop) -> u64 {
    let jetstream = jetstream::new(onestop.nats("operator").await);
    let stream = jetstream.get_stream("ONESTOP").await.unwrap();
    stream.cached_info().state.messages
}

#[tokio::test]
async fn a_service_cannot_speak_for_another() {
    let onestop = Onestop::start(Deployment::Separate).await;
    let user = TestUser::new(onestop.client().await);
    journeys::at_the_window(&user).await;
    let thief = onestop.nats("legal-aid").await;
    for subject in [
        "evt.intake.opened.legal-aid.53.08.21.101.201.main",
        "evt.legal-aid.granted.legal-aid.53.08.21.000.000.other",
    ] {
        thief.publish(subject, "{}".into()).await.unwrap();
    }
    thief.flush().await.unwrap();
    // What is written after it comes after it: once that is there, the thief's would be as well.
    journeys::at_the_window(&user).await;
    let written = assert_logs(&user, &[]).await.events as u64;
    let held = found("all is published", async || {
        let held = messages(&onestop).await;
        (held >= written).then_some(held)
    })
    .await;
    assert_eq!(held, written);
}

#[tokio::test]
async fn a_service_answers_only_its_own_commands_and_hears_only_its_own_sources() {
    let onestop = Onestop::start(Deployment::Separate).await;
    let user = TestUser::new(onestop.client().await);
    let thief = onestop.nats("notarization").await;
    let mut commands = thief.subscribe("cmd.intake.open").await.unwrap();
    let mut events = thief.subscribe("evt.intake.>").await.unwrap();
    let mut answers = thief.subscribe("_INBOX.desk-main.>").await.unwrap();
    thief.flush().await.unwrap();
    journeys::at_the_window(&user).await;
    // An answer that comes over the same connection comes after whatever came before.
    let query = json!({ "data": { "from": 0, "limit": 0 } }).to_string();
    let allowed = thief.request("qry.referral.main.log", query.into());
    let answer = tokio::time::timeout(TIMEOUT, allowed).await.unwrap();
    assert!(answer.is_ok(), "{answer:?}");
    for heard in [&mut commands, &mut events, &mut answers] {
        let next = heard.next().now_or_never();
        assert!(next.is_none(), "{next:?}");
    }
}

#[tokio::test]
async fn nobody_but_the_operator_changes_the_broker() {
    let onestop = Onestop::start(Deployment::Separate).await;
    for name in ["intake", "journal", "desk"] {
        let mut jetstream = jetstream::new(onestop.nats(name).await);
        jetstream.set_timeout(NO_ANSWER);
        assert!(jetstream.delete_stream("ONESTOP").await.is_err(), "{name}");
        assert!(jetstream.get_stream("ONESTOP").await.is_err(), "{name}");
    }
    let operator = jetstream::new(onestop.nats("operator").await);
    assert!(operator.get_stream("ONESTOP").await.is_ok());
}

/// The wrong key in the settings: the log says what the broker refuses, not that something timed out.
#[tokio::test]
async fn a_refusal_is_told_as_what_it_is() {
    let mut onestop = Onestop::start(Deployment::Separate).await;
    assert_eq!(onestop.stop(Part::Service("legal-aid")), Some(0));
    let wrong = format!("--nats-key={}", onestop.key("notarization").display());
    onestop.run_with(Part::Service("legal-aid"), &[&wrong]);
    until("the log says it", async || {
        let log = onestop.log_of(Part::Service("legal-aid"));
        log.contains("the broker refuses what this key may not do")
    })
    .await;
}

/// A client without a key cannot connect.
#[tokio::test]
async fn a_stranger_stays_outside() {
    let onestop = Onestop::start(Deployment::SingleProcess).await;
    assert!(async_nats::connect(onestop.url()).await.is_err());
}
