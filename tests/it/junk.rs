//! What another publisher sends on the subjects of a service: subscribers skip and count it, the operator sees it, and the
//! service goes on publishing, also when it is started again.

use onestop_chassis::clock::SystemClock;
use onestop_proto::{
    actor::ServiceName,
    case,
    envelope::Envelope,
    replication::{Junk, Sources},
};
use serde_json::Value;

use crate::{
    command_line::run,
    harness::{Deployment, Onestop, Part, found, until},
    invariants::assert_logs,
    journeys::open_wages,
    test_user::TestUser,
};

/// The junk on intake's subjects that a service has skipped.
async fn skipped(user: &TestUser, by: &str) -> Option<Junk> {
    let by: ServiceName = by.parse().unwrap();
    let sources: Sources = user.ask(&by, "sources", Value::Null).await.unwrap();
    let mut junk = sources.junk.into_iter();
    junk.find(|junk| junk.of == case::service())
}

/// Publishes on the subject of an event: bytes that are no envelope, envelopes of another service and of no place, and
/// one that says it is far ahead.
pub(crate) async fn publish_junk(onestop: &Onestop, event: &Envelope) {
    let nats = onestop.nats("intake").await;
    let subject = event.wire_subject();
    let of_another = Envelope {
        source: "/onestop/referral/main".parse().unwrap(),
        ..event.clone()
    };
    let nowhere = Envelope {
        sequence: "the first".to_owned(),
        ..event.clone()
    };
    let far_ahead = Envelope {
        id: SystemClock.command().event(0),
        sequence: "1000000".to_owned(),
        ..event.clone()
    };
    let envelopes = [of_another, nowhere, far_ahead];
    let mut payloads = vec![b"not an envelope".to_vec(), b"{}".to_vec()];
    payloads.extend(envelopes.iter().map(|it| serde_json::to_vec(it).unwrap()));
    for payload in payloads {
        nats.publish(subject.clone(), payload.into()).await.unwrap();
    }
    nats.flush().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_skipped_and_told_and_nothing_waits_for_it() {
    let mut onestop = Onestop::start(Deployment::Separate).await;
    let user = TestUser::new(onestop.client().await);
    let first = open_wages(&user).await;
    let step = user.wait_for_event(first, "case.opened", 1).await;
    publish_junk(&onestop, &step.event).await;

    // Listeners go on.
    let second = open_wages(&user).await;
    user.wait_for_event(second, "referral.offered", 1).await;
    // What it did not hear of the second case it has read in the log: the junk may still be on its way.
    until("referral skips the junk", async || {
        let seen = skipped(&user, "referral").await;
        seen.is_some_and(|junk| junk.count >= 4)
    })
    .await;

    // Intake, started again while junk is the last message on its subjects, goes on publishing.
    publish_junk(&onestop, &step.event).await;
    let intake = Part::Service(case::SERVICE);
    onestop.kill(intake);
    onestop.run(intake);
    onestop.wait_until_ready().await;
    let third = open_wages(&user).await;
    user.wait_for_event(third, "referral.offered", 1).await;
    let own = found("intake skips it too", async || {
        skipped(&user, "intake").await
    })
    .await;
    assert_eq!(own.subject, step.event.wire_subject());

    let words = ["doctor", "--lang", "en", "--nats-key"];
    let (key, url) = (onestop.key("desk").display().to_string(), onestop.url());
    let words = [&words[..], &[&key, "--nats", &url]].concat();
    let doctor = tokio::task::block_in_place(|| run(Some(&onestop), &words));
    let said = String::from_utf8(doctor.stdout).unwrap();
    assert!(
        said.contains("messages skipped that no service wrote"),
        "{said}"
    );
    assert_logs(&user, &[]).await;
}
