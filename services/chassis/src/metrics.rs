//! Metrics for Prometheus. No label ever holds a case, a person or free text.

use std::{
    fmt,
    sync::{Arc, atomic::AtomicU64},
};

use prometheus_client::{
    encoding::{EncodeLabelSet, text::encode},
    metrics::{counter::Counter, family::Family, gauge::Gauge, histogram::Histogram},
    registry::Registry,
};

/// A label for one command, question or source.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct Named {
    /// Its name.
    pub name: String,
}

/// How a request ended.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct Ended {
    /// The command or question.
    pub name: String,
    /// `accepted`, or the code of the rejection.
    pub outcome: String,
}

/// The metrics of one service.
#[derive(Clone)]
pub struct Metrics {
    registry: Arc<Registry>,
    /// Requests by name and outcome.
    pub requests: Family<Ended, Counter>,
    /// Seconds from a request to its answer.
    pub request_seconds: Histogram,
    /// Durable length of the log, in events.
    pub log_head: Gauge<u64, AtomicU64>,
    /// Events in the log that the broker has not acknowledged.
    pub relay_lag: Gauge<u64, AtomicU64>,
    /// Events heard, by source.
    pub heard: Family<Named, Counter>,
    /// Events dropped as duplicates, by source.
    pub duplicates: Family<Named, Counter>,
    /// Events fetched from the source itself to fill a gap, by source.
    pub gap_filled: Family<Named, Counter>,
    /// Events set aside because they could not be taken.
    pub parked: Gauge,
}

impl Default for Metrics {
    fn default() -> Self {
        let requests = Family::default();
        // From 0.5 ms, four buckets an order of magnitude, to about 16 s.
        let request_seconds = Histogram::new((0..16).map(|power| 0.000_5 * 2_f64.powi(power)));
        let (log_head, relay_lag) = (Gauge::default(), Gauge::default());
        let (heard, duplicates) = (Family::default(), Family::default());
        let (gap_filled, parked) = (Family::default(), Gauge::default());
        let mut registry = Registry::with_prefix("onestop");
        registry.register("requests", "Requests by name and outcome", requests.clone());
        registry.register(
            "request_seconds",
            "Seconds to the answer",
            request_seconds.clone(),
        );
        registry.register(
            "log_head_events",
            "Durable length of the log",
            log_head.clone(),
        );
        registry.register(
            "relay_lag_events",
            "Events not yet at the broker",
            relay_lag.clone(),
        );
        registry.register("heard", "Events heard, by source", heard.clone());
        registry.register(
            "duplicates",
            "Events dropped as duplicates",
            duplicates.clone(),
        );
        registry.register(
            "gap_filled",
            "Events fetched from the source",
            gap_filled.clone(),
        );
        registry.register("parked_events", "Events set aside", parked.clone());
        Self {
            registry: Arc::new(registry),
            requests,
            request_seconds,
            log_head,
            relay_lag,
            heard,
            duplicates,
            gap_filled,
            parked,
        }
    }
}

impl Metrics {
    /// The text that Prometheus reads.
    ///
    /// # Errors
    /// If a metric does not encode.
    pub fn text(&self) -> Result<String, fmt::Error> {
        let mut text = String::new();
        encode(&mut text, &self.registry)?;
        Ok(text)
    }
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Metrics").finish_non_exhaustive()
    }
}
