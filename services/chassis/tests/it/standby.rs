//! A running service and its standby, over a real broker: what an answer says of how often it is kept, and a switch.

use std::{fs, path::Path, time::Duration};

use onestop_chassis::{
    bus::Bus,
    clock::SystemClock,
    keys, node,
    settings::{Settings, StandbyMode},
    shutdown::Shutdown,
    standby::{
        CopyPlace, FollowProgress, Incomplete, StandbyEnd, follow, request_switch, standby_subject,
    },
};
use onestop_eventlog::{EventLog, Options};
use onestop_proto::{
    command::{AcceptedCommand, Execution, KEPT_ONCE, Reply, Request},
    envelope::Source,
    subject,
    text::Words,
};
use serde_json::json;
use tokio::{sync::watch, task::JoinSet};
use uuid::Uuid;

use crate::support::{Broker, Counter, Decides, request, service, signed};

/// How long the service may take to answer, and to be handed over.
const LIMIT: Duration = Duration::from_secs(60);
const PAUSE: Duration = Duration::from_millis(20);

fn adding(by: u32) -> Request {
    let subject = SystemClock.command().case();
    request(SystemClock.command(), subject, json!({ "by": by }))
}

async fn try_accept(bus: &Bus, request: &Request) -> Option<AcceptedCommand> {
    let subject = subject::command(&service("referral"), "accept");
    let payload = serde_json::to_string(request).unwrap();
    let headers = signed(bus, &subject, &payload);
    let client = bus.client();
    let sent = client.request_with_headers(subject, headers, payload.into());
    let answer = sent.await.ok()?;
    match serde_json::from_slice(&answer.payload).unwrap() {
        Reply::Accepted(accepted) => Some(accepted),
        Reply::Rejected(_) => None,
    }
}

/// Sends a command until it is accepted.
async fn accept(bus: &Bus, request: &Request) -> AcceptedCommand {
    let accepted = async {
        loop {
            if let Some(accepted) = try_accept(bus, request).await {
                return accepted;
            }
            tokio::time::sleep(PAUSE).await;
        }
    };
    tokio::time::timeout(LIMIT, accepted).await.unwrap()
}

/// Sends commands until one is kept twice.
async fn accept_twice_kept(bus: &Bus) -> (Request, AcceptedCommand) {
    let kept = async {
        loop {
            let request = adding(2);
            let accepted = accept(bus, &request).await;
            if accepted.warnings.is_empty() {
                return (request, accepted);
            }
            tokio::time::sleep(PAUSE).await;
        }
    };
    tokio::time::timeout(LIMIT, kept).await.unwrap()
}

/// Where the copy of the service's log will be, with the key that signs it.
fn place(from: &Path, to: &Path) -> CopyPlace {
    fs::create_dir(to).unwrap();
    for name in [keys::SECRET_FILE, keys::PUBLIC_FILE] {
        fs::copy(from.join(name), to.join(name)).unwrap();
    }
    CopyPlace {
        own: Source::main(service("referral")),
        log: to.join(node::LOG_FOLDER),
        key: keys::verifying_key(from).unwrap().unwrap(),
        incomplete: Incomplete::Wait,
    }
}

fn assert_followed(progress: &FollowProgress) {
    assert!(
        matches!(
            progress,
            FollowProgress::Following { .. } | FollowProgress::Silent { .. }
        ),
        "{progress:?}"
    );
}

/// The newest term under which something of the log of a data folder was written.
fn newest_term(data: &Path) -> u64 {
    let options = Options::new(data.join("referral").join(node::LOG_FOLDER), Uuid::nil());
    let log = EventLog::open(options).unwrap();
    let term = log.identity().term;
    log.close().unwrap();
    term
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_says_how_often_it_is_kept_and_a_switch_loses_none() {
    let broker = Broker::with_streams().await;
    let bus = broker.connect().await;
    let settings = Settings {
        standby: StandbyMode::Sync,
        ..broker.settings()
    };
    let mut services = JoinSet::new();
    let leader = node::run::<Counter<Decides>>(settings.clone(), Shutdown::default());
    services.spawn(leader);
    let alone = accept(&bus, &adding(1)).await;
    assert_eq!(alone.warnings, vec![Words::from(KEPT_ONCE)]);

    let aside = tempfile::tempdir().unwrap();
    let place = place(
        &settings.data.join("referral"),
        &aside.path().join("referral"),
    );
    let own = place.own.clone();
    let (standby_bus, stops) = (broker.connect().await, Shutdown::default());
    let (progress, _) = watch::channel(FollowProgress::default());
    let following = follow(&standby_bus, place, None, &progress, &stops);
    let commands = async {
        let kept = accept_twice_kept(&bus).await;
        // Whose key has not signed it, gets nothing of the log.
        let hello = vec![0].into();
        let unsigned = bus.client().request(standby_subject(&own), hello).await;
        let said = String::from_utf8_lossy(&unsigned.unwrap().payload).into_owned();
        assert!(said.contains("not-proven"), "{said}");
        request_switch(&bus, bus.issuer(), &own).await.unwrap();
        kept
    };
    let (end, (request, first)) = tokio::join!(following, commands);
    assert_followed(&progress.borrow());
    let StandbyEnd::Taken(taken) = end.unwrap() else {
        panic!("nobody stopped it");
    };
    services.join_next().await.unwrap().unwrap().unwrap();

    let settings = Settings {
        data: aside.path().to_owned(),
        ..broker.settings()
    };
    services.spawn(node::run_taken::<Counter<Decides>>(
        settings,
        stops.clone(),
        taken,
    ));
    let again = accept(&bus, &request).await;
    assert_eq!((again.answer, again.at), (Execution::Repeated, first.at));
    assert!(again.warnings.is_empty(), "none is to follow this one");
    accept(&bus, &adding(1)).await;
    stops.request();
    services.join_next().await.unwrap().unwrap().unwrap();
    // Each of the two has written under its own term.
    let before = newest_term(&broker.settings().data);
    let after = newest_term(aside.path());
    assert!(before > 0 && after > before, "{before}, {after}");
}

/// A process that stops finishes what it has begun, under a lease that it renews meanwhile: another one may wait for it.
#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_drains_for_longer_than_a_lease_lasts_is_sure_of_it_to_the_end() {
    let broker = Broker::with_streams().await;
    let bus = broker.connect().await;
    let stops = Shutdown::default();
    let settings = Settings {
        drain_seconds: 10,
        ..broker.settings()
    };
    let mut services = JoinSet::new();
    services.spawn(node::run::<Counter<Decides>>(settings, stops.clone()));
    accept(&bus, &adding(1)).await;
    let subject = SystemClock.command().case();
    let data = json!({ "by": 3, "after_ms": 6_500 });
    let slow = request(SystemClock.command(), subject, data);
    let slow = async { try_accept(&bus, &slow).await };
    let stopped = async {
        // It comes after the slow one, over the same connection.
        accept(&bus, &adding(2)).await;
        stops.request();
    };
    let (slow, ()) = tokio::join!(slow, stopped);
    assert!(slow.is_some(), "it was refused while the service stopped");
    services.join_next().await.unwrap().unwrap().unwrap();
}
