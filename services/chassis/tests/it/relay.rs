//! What a service publishes when it starts again.

use std::time::Duration;

use async_nats::jetstream::{self, stream};
use onestop_chassis::{
    bus::{BROKER_STREAM, Bus},
    clock::SystemClock,
    settings::Settings,
};
use onestop_proto::subject;
use serde_json::json;

use crate::support::{Broker, Counter, Decides, Running, request, service, signed};

/// How long the service may take to answer, and its events to arrive.
const LIMIT: Duration = Duration::from_secs(20);
/// How long the broker drops what is published twice.
const WINDOW: Duration = Duration::from_millis(100);

async fn write(bus: &Bus) {
    let subject = subject::command(&service("referral"), "accept");
    let adding = request(
        SystemClock.command(),
        SystemClock.command().case(),
        json!({ "by": 1 }),
    );
    let payload = serde_json::to_string(&adding).unwrap();
    let written = async {
        loop {
            let headers = signed(bus, &subject, &payload);
            let sent =
                bus.client()
                    .request_with_headers(subject.clone(), headers, payload.clone().into());
            if sent
                .await
                .is_ok_and(|answer| !has_failed(answer.headers.as_ref()))
            {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let written = tokio::time::timeout(LIMIT, written).await;
    written.expect("the service takes the command");
}

fn has_failed(headers: Option<&async_nats::HeaderMap>) -> bool {
    headers.is_some_and(|headers| headers.get("Nats-Service-Error").is_some())
}

/// Waits until the stream holds so many messages, and says how many it holds a while later.
async fn held(stream: &mut stream::Stream, count: u64) -> u64 {
    let arrived = async {
        while stream.info().await.unwrap().state.messages < count {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let arrived = tokio::time::timeout(LIMIT, arrived).await;
    arrived.expect("the events arrive");
    tokio::time::sleep(2 * WINDOW).await;
    stream.info().await.unwrap().state.messages
}

/// The first of the brokers that the settings name is gone: the relay connects to the next.
#[tokio::test]
async fn another_broker_is_used_when_the_first_is_gone() {
    let broker = Broker::with_streams().await;
    let gone = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = gone.local_addr().unwrap();
    drop(gone);
    let of_one = broker.settings();
    let settings = Settings {
        nats: format!("nats://{address},{}", of_one.nats),
        ..of_one
    };
    let connected = Bus::connect_once(&settings, &service("cli")).await;
    assert!(connected.is_ok(), "{connected:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_long_after_publishes_nothing_again() {
    let broker = Broker::with_streams().await;
    let bus = broker.connect().await;
    let jetstream = jetstream::new(bus.client().clone());
    let wanted = stream::Config {
        name: BROKER_STREAM.to_owned(),
        subjects: vec![subject::ALL_EVENTS.to_owned()],
        duplicate_window: WINDOW,
        allow_direct: true,
        ..stream::Config::default()
    };
    let mut stream = jetstream.create_stream(wanted).await.unwrap();
    let mut written = 0;
    for _ in 0..3 {
        let running = Running::start::<Counter<Decides>>(broker.settings());
        for _ in 0..5 {
            write(&bus).await;
            written += 1;
        }
        assert_eq!(held(&mut stream, written).await, written);
        running.stop().await;
    }
    // A stream that is gone comes back whole.
    jetstream.delete_stream(BROKER_STREAM).await.unwrap();
    let again = stream.cached_info().config.clone();
    let mut stream = jetstream.create_stream(again).await.unwrap();
    let running = Running::start::<Counter<Decides>>(broker.settings());
    assert!(held(&mut stream, written).await >= written);
    running.stop().await;
}
