//! A collector that takes nothing costs spans, and nothing else.

use std::time::Duration;

use tokio::net::TcpListener;

use super::{counters::DropReason, *};
use crate::metrics::Metrics;

fn settings(endpoint: &str) -> Settings {
    Settings {
        otlp_endpoint: Some(endpoint.to_owned()),
        ..Settings::default()
    }
}

fn intake() -> ServiceName {
    "intake".parse().unwrap()
}

#[tokio::test]
async fn nothing_is_begun_without_a_collector() {
    let counters = Metrics::default().spans;
    let (traces, task) = Traces::start(&Settings::default(), &intake(), &counters).unwrap();
    assert!(traces.begin(|| unreachable!()).is_none());
    assert!(within(None, async { child("decide") }).await.is_none());
    task.finish().await;
}

#[tokio::test]
async fn an_address_that_is_none_is_named() {
    let counters = SpanCounters::default();
    for wrong in ["collector:4318", "ftp://collector", "http://"] {
        let error = Traces::start(&settings(wrong), &intake(), &counters).unwrap_err();
        assert!(format!("{error:#}").contains("otlp_endpoint"), "{error:#}");
    }
}

/// A child carries on the trace of the span that it is begun in.
#[tokio::test]
async fn a_child_is_of_the_same_trace() {
    let counters = SpanCounters::default();
    let settings = settings("http://127.0.0.1:9");
    let (traces, task) = Traces::start(&settings, &intake(), &counters).unwrap();
    let page = traces.begin(|| "GET /cases".to_owned()).unwrap();
    let sent = within(Some(&page), async { client(|| "intake open".to_owned()) });
    let sent = sent.await.unwrap().traceparent().unwrap();
    let own = page.traceparent().unwrap();
    assert_eq!(sent.trace_id(), own.trace_id());
    assert_ne!(sent, own);
    drop(page);
    task.finish().await;
    assert_eq!(counters.dropped(DropReason::Undelivered), 2);
}

/// The queue is bounded, and a shutdown does not wait for a collector that accepts and never answers.
#[tokio::test]
async fn a_collector_that_does_not_answer_holds_up_nothing() {
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let counters = SpanCounters::default();
    let settings = settings(&format!("http://{}", silent.local_addr().unwrap()));
    let (traces, task) = Traces::start(&settings, &intake(), &counters).unwrap();
    for _ in 0..2 * export::QUEUE {
        drop(traces.begin(|| "GET /cases".to_owned()));
    }
    assert_eq!(
        counters.dropped(DropReason::QueueFull),
        export::QUEUE as u64
    );
    let finished = tokio::time::timeout(Duration::from_secs(3), task.finish());
    assert!(finished.await.is_ok());
    drop(traces.begin(|| "GET /cases".to_owned()));
    assert_eq!(counters.dropped(DropReason::Stopped), 1);
}

#[tokio::test]
async fn what_is_not_in_the_share_is_not_recorded() {
    let counters = SpanCounters::default();
    let settings = Settings {
        otlp_ratio: "0".parse().unwrap(),
        ..settings("http://127.0.0.1:9")
    };
    let (traces, task) = Traces::start(&settings, &intake(), &counters).unwrap();
    let page = traces.begin(|| "GET /cases".to_owned()).unwrap();
    // What it causes in other services is not sampled there either.
    assert!(page.traceparent().unwrap().as_str().ends_with("-00"));
    assert!(
        within(Some(&page), async { child("decide") })
            .await
            .is_none()
    );
    drop(page);
    task.finish().await;
    assert_eq!(counters.dropped(DropReason::Undelivered), 0);
}
