//! Whether a service says that it is ready.

use std::time::Duration;

use async_nats::jetstream;
use onestop_chassis::{
    bus::BROKER_STREAM,
    node,
    provision::{Plan, once},
    settings::Settings,
    shutdown::Shutdown,
};
use onestop_proto::envelope::Source;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    task::JoinSet,
};

use crate::support::{Broker, Counter, Decides, free_address, service};

const LIMIT: Duration = Duration::from_secs(30);

/// What `/readyz` answers.
async fn readiness(port: u16) -> std::io::Result<String> {
    get(port, "/readyz").await
}

pub(crate) async fn get(port: u16, path: &str) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await?;
    let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    Ok(answer)
}

pub(crate) async fn until_ready(port: u16, wanted: impl Fn(&str) -> bool) {
    let mut last = String::new();
    let waited = async {
        while !wanted(&last) {
            last = readiness(port).await.unwrap_or_default();
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let waited = tokio::time::timeout(LIMIT, waited).await;
    assert!(waited.is_ok(), "{last}");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_stream_a_service_is_not_ready() {
    let broker = Broker::with_streams().await;
    let bus = broker.connect().await;
    let http = free_address();
    let settings = Settings {
        http,
        ..broker.settings()
    };
    let shutdown = Shutdown::default();
    let mut tasks = JoinSet::new();
    tasks.spawn(node::run::<Counter<Decides>>(settings, shutdown.clone()));
    let is_refused =
        |answer: &str| answer.contains(" 503 ") && answer.contains("are not published");
    until_ready(http.port(), is_refused).await;

    let plan = Plan {
        listeners: vec![(Source::main(service("referral")), vec![service("intake")])],
        replicas: None,
    };
    once(&bus, &plan).await.unwrap();
    until_ready(http.port(), |answer| answer.contains(" 200 ")).await;

    let jetstream = jetstream::new(bus.client().clone());
    jetstream.delete_stream(BROKER_STREAM).await.unwrap();
    until_ready(http.port(), |answer| answer.contains(" 503 ")).await;
    shutdown.request();
    tokio::time::timeout(LIMIT, tasks.join_next())
        .await
        .unwrap();
}
