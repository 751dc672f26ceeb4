//! Metrics for Prometheus. No label holds more than a route of the program, a method and a class of answers.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use axum::http::{Method, StatusCode};
use onestop_chassis::{machine::Machine, queues::Queues, traces::SpanCounters};
use onestop_proto::{
    replication::{LeaseState, StandbyState},
    time::Timestamp,
};
use prometheus_client::{
    encoding::{EncodeLabelSet, text::encode},
    metrics::{counter::Counter, family::Family, gauge::Gauge, histogram::Histogram},
    registry::Registry,
};

/// A request by its route, and how it ended.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Ended {
    route: String,
    method: String,
    /// `2xx` and so on.
    status: String,
}

/// A route of the program, such as `/cases/{case}`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Route {
    route: String,
}

/// Which process decides, and what its standby has. They are named as those of the services.
#[derive(Clone, Default)]
struct LeaseGauges {
    term: Gauge,
    held: Gauge,
    follows: Gauge,
    behind: Gauge,
}

impl LeaseGauges {
    fn register(registry: &mut Registry) -> Self {
        let gauges = Self::default();
        // Where no standby is to follow, no alert fires.
        gauges.follows.set(1);
        gauges.held.set(1);
        let all = [
            (
                "lease_term",
                "The term under which this process decides",
                &gauges.term,
            ),
            (
                "lease_held",
                "1 if this process may decide, as far as the broker says",
                &gauges.held,
            ),
            (
                "standby_follows",
                "0 if a standby is to follow and does not",
                &gauges.follows,
            ),
            (
                "standby_behind",
                "Changes that the standby does not have yet",
                &gauges.behind,
            ),
        ];
        for (name, help, gauge) in all {
            registry.register(name, help, gauge.clone());
        }
        gauges
    }
}

#[derive(Clone)]
pub(crate) struct Metrics {
    registry: Arc<Registry>,
    requests: Family<Ended, Counter>,
    seconds: Family<Route, Histogram>,
    pub(crate) machine: Machine,
    pub(crate) queues: Queues,
    pub(crate) spans: SpanCounters,
    lease: LeaseGauges,
    /// By the id of a webhook: when the event that is being delivered to it was recorded.
    deliveries: Arc<Mutex<BTreeMap<String, Timestamp>>>,
}

/// Seconds of the buckets. That of one second is the objective of a page.
const BOUNDS: [f64; 14] = [
    0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 20.0,
];

pub(crate) struct Answered<'a> {
    /// None: the program has no such route.
    pub(crate) route: Option<&'a str>,
    pub(crate) method: &'a Method,
    pub(crate) status: StatusCode,
    /// Until the head of the answer.
    pub(crate) took: Duration,
}

impl Default for Metrics {
    fn default() -> Self {
        let requests = Family::default();
        let bounds = || Histogram::new(BOUNDS);
        let seconds = Family::new_with_constructor(bounds as fn() -> Histogram);
        let mut registry = Registry::with_prefix("onestop");
        registry.register(
            "http_requests",
            "Requests of browsers and of the API by route and answer",
            requests.clone(),
        );
        registry.register(
            "http_request_seconds",
            "Seconds to the answer, by route",
            seconds.clone(),
        );
        let machine = Machine::register(&mut registry);
        let spans = SpanCounters::register(&mut registry);
        let lease = LeaseGauges::register(&mut registry);
        Self {
            registry: Arc::new(registry),
            requests,
            seconds,
            machine,
            queues: Queues::default(),
            spans,
            lease,
            deliveries: Arc::default(),
        }
    }
}

impl Metrics {
    pub(crate) fn record(&self, answered: &Answered<'_>) {
        let route = answered.route.unwrap_or("none").to_owned();
        let class = answered.status.as_u16() / 100;
        let ended = Ended {
            route: route.clone(),
            method: known(answered.method).to_owned(),
            status: format!("{class}xx"),
        };
        self.requests.get_or_create(&ended).inc();
        let seconds = self.seconds.get_or_create(&Route { route });
        seconds.observe(answered.took.as_secs_f64());
    }

    /// Notes when the event was recorded that is being delivered to a webhook; `None`: no event waits for it.
    pub(crate) fn note_delivery(&self, webhook: &str, recorded: Option<Timestamp>) {
        let deliveries = self.deliveries.lock();
        let mut deliveries = deliveries.unwrap_or_else(PoisonError::into_inner);
        match recorded {
            Some(recorded) => deliveries.insert(webhook.to_owned(), recorded),
            None => deliveries.remove(webhook),
        };
    }

    /// Sets the ages of the queues: of what waits for a standby so long, and others. A webhook that is not among the active
    /// ones was parked or removed: nothing waits for it.
    pub(crate) fn measure_queues(
        &self,
        active: &BTreeSet<String>,
        standby: Duration,
        now: Timestamp,
    ) {
        self.machine.forget_queues();
        self.machine.record_queue("standby", standby);
        if let Some(age) = self.queues.registry(Instant::now()) {
            self.machine.record_queue("registry", age);
        }
        let deliveries = self.deliveries.lock();
        let mut deliveries = deliveries.unwrap_or_else(PoisonError::into_inner);
        deliveries.retain(|webhook, _| active.contains(webhook));
        let oldest = deliveries.values().min().copied();
        drop(deliveries);
        let seconds = oldest.map_or(0.0, |recorded| now.seconds_since(recorded));
        let age = Duration::try_from_secs_f64(seconds).unwrap_or_default();
        self.machine.record_queue("webhooks", age);
    }

    /// Sets who decides, and how far its standby is behind.
    pub(crate) fn measure_lease(&self, state: &LeaseState) {
        let gauge = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        let (follows, behind) = match state.standby {
            Some(StandbyState::Following { behind }) => (1, behind),
            None => (1, 0),
            Some(StandbyState::Absent {}) => (0, 0),
        };
        self.lease.term.set(gauge(state.term));
        self.lease.held.set(i64::from(state.hindrance.is_none()));
        self.lease.follows.set(follows);
        self.lease.behind.set(gauge(behind));
    }

    /// Encodes the metrics for Prometheus.
    pub(crate) fn text(&self) -> Result<String, fmt::Error> {
        let mut text = String::new();
        encode(&mut text, &self.registry)?;
        Ok(text)
    }
}

/// A client can make up methods.
pub(crate) fn known(method: &Method) -> &str {
    let known = [
        Method::GET,
        Method::HEAD,
        Method::POST,
        Method::PUT,
        Method::PATCH,
        Method::DELETE,
        Method::OPTIONS,
    ];
    if known.contains(method) {
        method.as_str()
    } else {
        "other"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_event_that_waits_for_an_active_webhook_counts() {
        let metrics = Metrics::default();
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let recorded = at("2026-03-04T08:00:00Z");
        metrics.note_delivery("one", Some(recorded));
        metrics.note_delivery("two", Some(recorded.plus_seconds(30)));
        let age = |active: &[&str]| {
            let active = active.iter().map(ToString::to_string).collect();
            let waits = Duration::from_secs(7);
            metrics.measure_queues(&active, waits, at("2026-03-04T08:01:00Z"));
            let text = metrics.text().unwrap();
            let standby = r#"onestop_queue_age_seconds{queue="standby",name=""} 7.0"#;
            assert!(text.contains(standby), "{text}");
            let line = r#"onestop_queue_age_seconds{queue="webhooks",name=""} "#;
            let value = text.split(line).nth(1).unwrap();
            value.lines().next().unwrap().to_owned()
        };
        assert_eq!(age(&["one", "two"]), "60.0");
        assert_eq!(age(&["two"]), "30.0");
        metrics.note_delivery("two", None);
        assert_eq!(age(&["two"]), "0.0");
    }

    #[test]
    fn a_certificate_says_when_it_expires() {
        let mut params = rcgen::CertificateParams::new(["window.example".to_owned()]).unwrap();
        params.not_after = rcgen::date_time_ymd(2031, 2, 3);
        let key = rcgen::KeyPair::generate().unwrap();
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("web.pem");
        std::fs::write(&file, params.self_signed(&key).unwrap().pem()).unwrap();
        let metrics = Metrics::default();
        metrics.machine.measure_certificate("web", &file);
        let text = metrics.text().unwrap();
        let line = r#"onestop_certificate_expiry_timestamp_seconds{name="web"} 1927843200"#;
        assert!(text.contains(line), "{text}");
    }

    #[test]
    fn requests_are_counted_by_route_method_and_class() {
        let metrics = Metrics::default();
        let made_up = Method::from_bytes(b"BREW").unwrap();
        for (route, method, status) in [
            (Some("/cases/{case}"), &Method::GET, StatusCode::OK),
            (Some("/cases/{case}"), &Method::GET, StatusCode::SEE_OTHER),
            (None, &made_up, StatusCode::NOT_FOUND),
        ] {
            metrics.record(&Answered {
                route,
                method,
                status,
                took: Duration::from_millis(3),
            });
        }
        let text = metrics.text().unwrap();
        for line in [
            r#"onestop_http_requests_total{route="/cases/{case}",method="GET",status="2xx"} 1"#,
            r#"onestop_http_requests_total{route="none",method="other",status="4xx"} 1"#,
            r#"onestop_http_request_seconds_count{route="/cases/{case}"} 2"#,
        ] {
            assert!(text.contains(line), "{line}\n{text}");
        }
    }
}
