//! Metrics for Prometheus. No label holds a subject, a person or free text.

use std::{
    fmt,
    sync::{Arc, atomic::AtomicU64},
};

use onestop_proto::replication::{ReplicationState, Sources};
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
    /// Size of the log on disk, in bytes.
    pub log_bytes: Gauge<u64, AtomicU64>,
    /// Events per group commit.
    pub commit_events: Histogram,
    /// Seconds to write and sync a commit.
    pub commit_seconds: Histogram,
    /// Events in the log that the broker has not acknowledged.
    pub relay_lag: Gauge<u64, AtomicU64>,
    /// How often the broker had lost events that it had acknowledged.
    pub relay_rewinds: Counter,
    /// Processed events, by source.
    pub processed: Family<Named, Counter>,
    /// Events dropped as duplicates, by source.
    pub duplicates: Family<Named, Counter>,
    /// Events fetched from the source itself to fill a gap, by source.
    pub gap_filled: Family<Named, Counter>,
    /// Events of a source that are not yet processed, by source.
    pub consumer_lag: Family<Named, Gauge<u64, AtomicU64>>,
    /// Sources that do not reply.
    pub sources_waiting: Gauge,
    /// Sources set aside because their history diverged.
    pub sources_set_aside: Gauge,
    /// Parked events.
    pub parked: Gauge,
    /// Events that have the id of another one, with other content or from another source.
    pub event_ids_reused: Counter,
    /// How many kinds of differences there are between what is held of a source and what the source has, by source.
    pub source_differences: Family<Named, Gauge>,
    /// Sources that do not have what is held of them.
    pub sources_differing: Gauge,
    /// 1 if the disk is full, so that nothing is written; else 0.
    pub disk_full: Gauge,
    /// Events about transport that could not be taken, and were left out.
    pub left_out: Counter,
    /// Messages on the subjects of a service that are no events of it, by service.
    pub junk: Family<Named, Counter>,
    /// Events that were not believed, by reason.
    pub refused: Family<Named, Counter>,
    /// Cases of which personal data was shown, by the question that showed it.
    pub personal_data_read: Family<Named, Counter>,
    /// How often a person has read more in an hour or a day than the directory's limit says.
    pub reading_limits_passed: Counter,
    /// 1 if a subscriber contradicts the log, so that nothing is written; else 0.
    pub log_contradicted: Gauge,
    /// Subscribers that have not yet said what they know of the log.
    pub subscribers_unasked: Gauge,
    /// The term under which this process decides; 0 if it keeps no lease.
    pub lease_term: Gauge<u64, AtomicU64>,
    /// 1 if this process may decide; else 0.
    pub lease_held: Gauge,
    /// 0 if a standby is to follow and does not, so that what is confirmed is kept once only; else 1.
    pub standby_follows: Gauge,
    /// Events that a standby which follows does not have yet.
    pub standby_behind: Gauge<u64, AtomicU64>,
}

impl Default for Metrics {
    fn default() -> Self {
        // From 0.5 ms, doubling to about 16 s.
        let seconds = || Histogram::new((0..16).map(|power| 0.000_5 * 2_f64.powi(power)));
        // From one event, doubling to 1,024.
        let counts = || Histogram::new((0..11).map(|power| 2_f64.powi(power)));
        let mut it = Self {
            registry: Arc::default(),
            requests: Family::default(),
            request_seconds: seconds(),
            log_head: Gauge::default(),
            log_bytes: Gauge::default(),
            commit_events: counts(),
            commit_seconds: seconds(),
            relay_lag: Gauge::default(),
            relay_rewinds: Counter::default(),
            processed: Family::default(),
            duplicates: Family::default(),
            gap_filled: Family::default(),
            consumer_lag: Family::default(),
            sources_waiting: Gauge::default(),
            sources_set_aside: Gauge::default(),
            parked: Gauge::default(),
            event_ids_reused: Counter::default(),
            source_differences: Family::default(),
            sources_differing: Gauge::default(),
            disk_full: Gauge::default(),
            left_out: Counter::default(),
            junk: Family::default(),
            refused: Family::default(),
            personal_data_read: Family::default(),
            reading_limits_passed: Counter::default(),
            log_contradicted: Gauge::default(),
            subscribers_unasked: Gauge::default(),
            lease_term: Gauge::default(),
            lease_held: Gauge::default(),
            standby_follows: Gauge::default(),
            standby_behind: Gauge::default(),
        };
        let mut registry = Registry::with_prefix("onestop");
        it.register(&mut registry);
        it.registry = Arc::new(registry);
        it
    }
}

impl Metrics {
    fn register(&self, to: &mut Registry) {
        let it = self.clone();
        to.register("requests", "Requests by name and outcome", it.requests);
        to.register(
            "request_seconds",
            "Seconds to the answer",
            it.request_seconds,
        );
        to.register("log_head_events", "Durable length of the log", it.log_head);
        to.register("log_bytes", "Bytes of the log on the disk", it.log_bytes);
        to.register(
            "commit_events",
            "Events of one group commit",
            it.commit_events,
        );
        to.register(
            "commit_seconds",
            "Writing and syncing a commit",
            it.commit_seconds,
        );
        to.register(
            "relay_lag_events",
            "Events not yet at the broker",
            it.relay_lag,
        );
        to.register(
            "relay_rewinds",
            "Times the broker had lost events",
            it.relay_rewinds,
        );
        to.register("heard", "Events heard, by source", it.processed);
        to.register("duplicates", "Events dropped as duplicates", it.duplicates);
        to.register(
            "gap_filled",
            "Events fetched from the source",
            it.gap_filled,
        );
        to.register(
            "consumer_lag_events",
            "Events not yet heard, by source",
            it.consumer_lag,
        );
        to.register(
            "sources_waiting",
            "Sources that do not answer",
            it.sources_waiting,
        );
        self.register_alarms(to);
    }

    /// What an operator should look at.
    fn register_alarms(&self, to: &mut Registry) {
        let it = self.clone();
        let apart = "Sources set aside: they tell another history";
        to.register("sources_set_aside", apart, it.sources_set_aside);
        to.register("parked_events", "Events set aside", it.parked);
        let reused = "Events with the id of another one";
        to.register("event_ids_reused", reused, it.event_ids_reused);
        let differences = "Kinds of differences between what is held of a source and what it has";
        to.register("source_differences", differences, it.source_differences);
        let differing = "Sources that do not have what is held of them";
        to.register("sources_differing", differing, it.sources_differing);
        let full = "1 if the disk is full: nothing is written";
        to.register("disk_full", full, it.disk_full);
        let left_out = "Events about transport that could not be taken";
        to.register("events_left_out", left_out, it.left_out);
        let junk = "Messages on a service's subjects that are no events of it";
        to.register("junk_messages", junk, it.junk);
        let refused = "Events that are not proven to be what their source wrote, by reason";
        to.register("refused_events", refused, it.refused);
        let read = "Cases of which personal data was shown, by question";
        to.register("personal_data_read", read, it.personal_data_read);
        let passed = "Readers who passed the limit of an hour or a day";
        to.register("reading_limits_passed", passed, it.reading_limits_passed);
        to.register(
            "log_contradicted",
            "1 if a subscriber knows what the log lacks: nothing is written",
            it.log_contradicted,
        );
        let unasked = "Subscribers that have not said what they know of the log";
        to.register("subscribers_unasked", unasked, it.subscribers_unasked);
        let term = "Term under which this process decides";
        to.register("lease_term", term, it.lease_term);
        let held = "1 if this process may decide, as far as the broker says";
        to.register("lease_held", held, it.lease_held);
        let follows = "0 if a standby is to follow and does not";
        to.register("standby_follows", follows, it.standby_follows);
        let behind = "Events that the standby does not have yet";
        to.register("standby_behind", behind, it.standby_behind);
    }

    /// Records the state of each source.
    pub(crate) fn record_sources(&self, states: &Sources) {
        let (mut waiting, mut apart) = (0, 0);
        for state in &states.sources {
            match state.state {
                ReplicationState::Synced {} => {}
                ReplicationState::Unreachable { .. } => waiting += 1,
                ReplicationState::Diverged { .. } | ReplicationState::Refused { .. } => apart += 1,
                ReplicationState::Superseded {} => continue,
            }
            let name = format!("{}/{}", state.source.service, state.source.instance);
            let lag = state.head.unwrap_or(state.next).saturating_sub(state.next);
            self.consumer_lag.get_or_create(&Named { name }).set(lag);
        }
        self.sources_waiting.set(waiting);
        self.sources_set_aside.set(apart);
    }

    /// Encodes the metrics for Prometheus.
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
