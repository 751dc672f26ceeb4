//! Metrics for Prometheus. No label holds more than a route of the program, a method and a class of answers.

use std::{fmt, sync::Arc, time::Duration};

use axum::http::{Method, StatusCode};
use prometheus_client::{
    encoding::{EncodeLabelSet, text::encode},
    metrics::{counter::Counter, family::Family, histogram::Histogram},
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

/// The metrics of the gateway.
#[derive(Clone)]
pub(crate) struct Metrics {
    registry: Arc<Registry>,
    requests: Family<Ended, Counter>,
    seconds: Family<Route, Histogram>,
}

/// A request that was answered.
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
        // From 1 ms, doubling to about 16 s.
        let bounds = || Histogram::new((0..15).map(|power| 0.001 * 2_f64.powi(power)));
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
        Self {
            registry: Arc::new(registry),
            requests,
            seconds,
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

    /// Encodes the metrics for Prometheus.
    pub(crate) fn text(&self) -> Result<String, fmt::Error> {
        let mut text = String::new();
        encode(&mut text, &self.registry)?;
        Ok(text)
    }
}

/// A client can make up methods.
fn known(method: &Method) -> &str {
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
