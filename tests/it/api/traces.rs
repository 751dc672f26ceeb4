//! One request's way through gateway and services is one trace at the collector, which learns nothing of persons; and a
//! collector that is gone costs nothing.

use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

use reqwest::StatusCode;
use serde_json::Value;

use super::{Web, body, key, receiver::Receiver, started_with};
use crate::{
    harness::{TIMEOUT, free_port},
    observed::until,
};

/// What a service logs of a collector that is gone.
const COMPLAINT: &str = "the collector of traces does not take spans";

/// A span, as the collector has it.
#[derive(Debug, Clone)]
struct Exported {
    service: String,
    trace: String,
    id: String,
    parent: String,
    name: String,
    outcome: String,
}

fn text(attributes: &Value, key: &str) -> String {
    let attributes = attributes.as_array().unwrap();
    let found = attributes.iter().find(|attribute| attribute["key"] == key);
    let value = found.map(|attribute| &attribute["value"]["stringValue"]);
    value.and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// The spans of the requests that came in.
fn spans(bodies: &[String]) -> Vec<Exported> {
    let mut spans = Vec::new();
    for body in bodies {
        let body: Value = serde_json::from_str(body).unwrap();
        for of_service in body["resourceSpans"].as_array().unwrap() {
            let resource = &of_service["resource"]["attributes"];
            assert_eq!(text(resource, "service.instance.id"), "main");
            assert!(!text(resource, "service.version").is_empty());
            let scopes = of_service["scopeSpans"].as_array().unwrap();
            for span in scopes.iter().flat_map(|it| it["spans"].as_array().unwrap()) {
                let field = |name: &str| span[name].as_str().unwrap_or_default().to_owned();
                spans.push(Exported {
                    service: text(resource, "service.name"),
                    trace: field("traceId"),
                    id: field("spanId"),
                    parent: field("parentSpanId"),
                    name: field("name"),
                    outcome: text(&span["attributes"], "onestop.outcome"),
                });
            }
        }
    }
    spans
}

/// The trace of the request that opened the case, once it is whole: the last service has heard of the offer, and each
/// parent is there.
async fn trace_of_opening(collector: &Receiver) -> Vec<Exported> {
    let mut last = Vec::new();
    let whole = async {
        loop {
            let all = spans(&collector.bodies());
            let root = all.iter().find(|span| span.name == "POST /api/v1/cases");
            let trace = root.map_or_else(String::new, |root| root.trace.clone());
            last = all.into_iter().filter(|it| it.trace == trace).collect();
            let ids: BTreeSet<&String> = last.iter().map(|it| &it.id).collect();
            let heard = |it: &Exported| {
                it.name == "process cn.onestop.referral.offered.v1"
                    && it.service == "onestop-journal"
            };
            let has_parent = |it: &Exported| it.parent.is_empty() || ids.contains(&it.parent);
            if last.iter().any(heard) && last.iter().all(has_parent) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    let waited = tokio::time::timeout(TIMEOUT, whole).await;
    assert!(waited.is_ok(), "{last:#?}");
    last
}

#[tokio::test]
async fn a_command_is_one_trace_from_the_api_to_the_last_service() {
    let collector = Receiver::start().await;
    let endpoint = format!("--otlp-endpoint={}", collector.url());
    let onestop = started_with(&[&endpoint]).await;
    let clerk = Web::sign_in(&onestop, "zhang-li").await;
    let opened = clerk.open(key()).await;
    assert_eq!(opened.status(), StatusCode::CREATED);
    let opened = body(opened).await;

    let trace = trace_of_opening(&collector).await;
    let one = |service: &str, name: &str| {
        let named = |it: &&Exported| it.service == format!("onestop-{service}") && it.name == name;
        let mut found = trace.iter().filter(named);
        let span = found.next();
        let span = span.unwrap_or_else(|| panic!("no {name} of {service} in {trace:#?}"));
        assert!(found.next().is_none(), "more than one {name} of {service}");
        span
    };
    // From each span to the one that it is a part of, or was caused by.
    let way = [
        ("gateway", "POST /api/v1/cases"),
        ("gateway", "intake open"),
        ("intake", "intake open"),
        ("intake", "publish cn.onestop.case.referral-requested.v1"),
        ("referral", "process cn.onestop.case.referral-requested.v1"),
        ("referral", "publish cn.onestop.referral.offered.v1"),
        ("journal", "process cn.onestop.referral.offered.v1"),
    ];
    for pair in way.windows(2) {
        let [(service, name), (next, caused)] = [pair[0], pair[1]];
        let parent = one(service, name);
        assert_eq!(one(next, caused).parent, parent.id, "{caused} of {next}");
    }
    assert_eq!(one("gateway", "POST /api/v1/cases").parent, "");
    let command = one("intake", "intake open");
    assert_eq!(command.outcome, "accepted");
    for part in ["decode", "decide", "append"] {
        let is_part = |it: &Exported| it.name == part && it.parent == command.id;
        assert!(trace.iter().any(is_part), "{part}");
    }

    let [case, number] = ["case", "number"].map(|field| opened[field].as_str().unwrap());
    let personal = ["岩温", "13800138000", "工地", "zhang-li", case, number];
    for body in collector.bodies() {
        for word in personal {
            assert!(!body.contains(word), "{word} in {body}");
        }
    }
}

#[tokio::test]
async fn commands_are_answered_while_the_collector_is_gone() {
    let (began, gone, http) = (Instant::now(), free_port(), free_port());
    let endpoint = format!("--otlp-endpoint=http://127.0.0.1:{gone}");
    let http_flag = format!("--http=127.0.0.1:{http}");
    let mut onestop = started_with(&[&endpoint, &http_flag]).await;
    let clerk = Web::sign_in(&onestop, "zhang-li").await;
    for _ in 0..5 {
        assert_eq!(clerk.open(key()).await.status(), StatusCode::CREATED);
    }
    // The first service of the process counts what was lost.
    until(http, "/metrics", |(_, metrics)| {
        metrics.contains(r#"onestop_spans_dropped_total{reason="undelivered"} "#)
    })
    .await;
    let part = crate::harness::Part::Everything;
    crate::harness::until("the log says so", async || {
        onestop.log_of(part).contains(COMPLAINT)
    })
    .await;
    let log = onestop.log_of(part);
    let complaints = log.matches(COMPLAINT);
    // Each service and the gateway, at most once in a minute.
    let minutes = usize::try_from(1 + began.elapsed().as_secs() / 60).unwrap();
    let most = (crate::harness::SERVICES.len() + 1) * minutes;
    assert!((1..=most).contains(&complaints.count()), "{log}");
    assert_eq!(onestop.stop(part), Some(0));
}
