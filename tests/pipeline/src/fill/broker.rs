//! The broker's stream, as it is after years: its newest events are those of the logs.
//!
//! Only the newest are put there. A relay asks for the last event that the broker holds; were there none, it would
//! publish its whole log again.

use std::{
    fs::File,
    process::{Command, Stdio},
    time::Duration,
};

use futures::future::try_join_all;
use onestop_chassis::{bus::Bus, settings::Settings};
use onestop_proto::actor::known_service;
use onestop_testing::Tied;

use super::{Fill, logs::Logs};
use crate::history::Writer;

/// Events of each service: more than a relay has in flight.
const NEWEST: u64 = 1_000;
/// How long a broker may take to start.
const TIMEOUT: Duration = Duration::from_secs(20);

/// Starts the broker of a data folder, publishes the newest events of each log, and stops it.
pub(super) fn seed(order: &Fill, logs: &Logs) {
    let folder = order.data.join("nats");
    let output = File::options()
        .append(true)
        .create(true)
        .open(folder.join("nats.log"))
        .unwrap();
    let mut broker = Command::new(&order.nats_server)
        .arg("-c")
        .arg(folder.join("keys/nats.conf"))
        .stdin(Stdio::null())
        .stdout(output.try_clone().unwrap())
        .stderr(output)
        .spawn()
        .unwrap();
    let _tied = Tied::new(broker.id());
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let settings = Settings {
            nats: std::fs::read_to_string(folder.join("url")).unwrap(),
            key: Some(folder.join("keys/operator.nk")),
            ..Settings::default()
        };
        let bus = tokio::time::timeout(TIMEOUT, connected(&settings))
            .await
            .unwrap();
        let broker = bus.jetstream();
        for writer in Writer::ALL {
            let mut acknowledged = Vec::new();
            for event in logs.newest(writer, NEWEST) {
                let payload = serde_json::to_vec(&event).unwrap();
                let sent = broker.publish(event.wire_subject(), payload.into());
                acknowledged.push(IntoFuture::into_future(sent.await.unwrap()));
            }
            try_join_all(acknowledged).await.unwrap();
        }
        bus.close().await;
    });
    let stopped = Command::new("kill")
        .arg(broker.id().to_string())
        .status()
        .unwrap();
    assert!(stopped.success(), "the broker cannot be stopped");
    broker.wait().unwrap();
}

async fn connected(settings: &Settings) -> Bus {
    loop {
        match Bus::connect_now(settings, &known_service("operator")).await {
            Ok(bus) => return bus,
            Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
        }
    }
}
