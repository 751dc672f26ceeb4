//! Provisioning a broker that has the stream already.

use onestop_chassis::provision::{Plan, once};

use crate::support::Broker;

fn plan(replicas: impl Into<Option<usize>>) -> Plan {
    Plan {
        listeners: Vec::new(),
        replicas: replicas.into(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn more_copies_than_there_are_servers_are_refused_also_of_a_stream_that_is_there() {
    let broker = Broker::with_streams().await;
    let bus = broker.connect().await;
    once(&bus, &plan(None)).await.unwrap();
    once(&bus, &plan(1)).await.unwrap();
    let refused = once(&bus, &plan(3)).await.unwrap_err();
    assert!(refused.to_string().contains("3"), "{refused:#}");
}
