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

use super::{machine::Machine, queues::Queues, traces::SpanCounters};

/// A label for one command, question or source.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct Named {
    /// Its name.
    pub name: String,
}

/// A command or a question.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct RequestName {
    /// `command` or `question`.
    pub kind: String,
    /// Its name.
    pub name: String,
}

/// How a request ended.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct Ended {
    /// `command` or `question`.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// `accepted`, or the code of the rejection.
    pub outcome: String,
    /// Whose fault it is that it was not accepted: `none`, `caller` or `server`.
    pub fault: String,
}

/// From 0.5 ms, doubling to about 16 s.
fn seconds() -> impl Iterator<Item = f64> {
    (0..16).map(|power| 0.000_5 * 2_f64.powi(power))
}

/// The times of one command or question.
fn request_times() -> Histogram {
    Histogram::new(seconds())
}

/// From one event, doubling to 1,024.
fn counts() -> impl Iterator<Item = f64> {
    (0..11).map(|power| 2_f64.powi(power))
}

/// Declares the metrics: each with its field, type, first value, name and help.
macro_rules! metrics {
    ($($(#[$doc:meta])* $field:ident: $type:ty = $new:expr, $name:literal, $help:literal;)*) => {
        /// The metrics of one service.
        #[derive(Clone)]
        pub struct Metrics {
            registry: Arc<Registry>,
            /// Metrics of the machine and of the queues.
            pub machine: Machine,
            /// What is known of the queues.
            pub queues: Queues,
            /// What became of spans.
            pub spans: SpanCounters,
            $($(#[$doc])* pub $field: $type,)*
        }

        impl Default for Metrics {
            fn default() -> Self {
                let mut registry = Registry::with_prefix("onestop");
                $(
                    let $field: $type = $new;
                    registry.register($name, $help, $field.clone());
                )*
                let machine = Machine::register(&mut registry);
                let spans = SpanCounters::register(&mut registry);
                let queues = Queues::default();
                Self { registry: Arc::new(registry), machine, queues, spans, $($field,)* }
            }
        }
    };
}

metrics! {
    /// Requests by name and outcome.
    requests: Family<Ended, Counter> = Family::default(),
        "requests", "Requests by name and outcome";
    /// Seconds from a request to its answer, by name.
    request_seconds: Family<RequestName, Histogram> =
        Family::new_with_constructor(request_times as fn() -> Histogram),
        "request_seconds", "Seconds to the answer, by name";
    /// Durable length of the log, in events.
    log_head: Gauge<u64, AtomicU64> = Gauge::default(),
        "log_head_events", "Durable length of the log";
    /// Size of the log on disk, in bytes.
    log_bytes: Gauge<u64, AtomicU64> = Gauge::default(),
        "log_bytes", "Bytes of the log on the disk";
    /// Events per group commit.
    commit_events: Histogram = Histogram::new(counts()),
        "commit_events", "Events of one group commit";
    /// Seconds to write and sync a commit.
    commit_seconds: Histogram = Histogram::new(seconds()),
        "commit_seconds", "Writing and syncing a commit";
    /// Events in the log that the broker has not acknowledged.
    relay_lag: Gauge<u64, AtomicU64> = Gauge::default(),
        "relay_lag_events", "Events not yet at the broker";
    /// How often the broker had lost events that it had acknowledged.
    relay_rewinds: Counter = Counter::default(),
        "relay_rewinds", "Times the broker had lost events";
    /// Processed events, by source.
    processed: Family<Named, Counter> = Family::default(),
        "heard", "Events heard, by source";
    /// Events dropped as duplicates, by source.
    duplicates: Family<Named, Counter> = Family::default(),
        "duplicates", "Events dropped as duplicates";
    /// Events fetched from the source itself to fill a gap, by source.
    gap_filled: Family<Named, Counter> = Family::default(),
        "gap_filled", "Events fetched from the source";
    /// Events of a source that are not yet processed, by source.
    consumer_lag: Family<Named, Gauge<u64, AtomicU64>> = Family::default(),
        "consumer_lag_events", "Events not yet heard, by source";
    /// Sources that do not reply.
    sources_waiting: Gauge = Gauge::default(),
        "sources_waiting", "Sources that do not answer";
    /// Sources at the hub that do not reply. A site may be offline; a service of the hub may not.
    main_sources_waiting: Gauge = Gauge::default(),
        "main_sources_waiting", "Sources at the hub that do not answer";
    /// Sources set aside because their history diverged.
    sources_set_aside: Gauge = Gauge::default(),
        "sources_set_aside", "Sources set aside: they tell another history";
    /// Parked events.
    parked: Gauge = Gauge::default(),
        "parked_events", "Events set aside";
    /// Events that have the id of another one, with other content or from another source.
    event_ids_reused: Counter = Counter::default(),
        "event_ids_reused", "Events with the id of another one";
    /// How many kinds of differences there are between what is held of a source and what the source has, by source.
    source_differences: Family<Named, Gauge> = Family::default(),
        "source_differences", "Kinds of differences between what is held of a source and what it has";
    /// Sources that do not have what is held of them.
    sources_differing: Gauge = Gauge::default(),
        "sources_differing", "Sources that do not have what is held of them";
    /// Logs whose newest checkpoint is not cosigned, because it contradicts what is known of the log.
    cosigning_refused: Gauge = Gauge::default(),
        "cosigning_refused", "Logs whose checkpoint contradicts what was cosigned or heard";
    /// Logs whose checkpoints should have been cosigned two days ago.
    cosigning_overdue: Gauge = Gauge::default(),
        "cosigning_overdue", "Logs without a cosignature for more than two days";
    /// 1 if the outside witness lacks cosigned checkpoints for more than two days; else 0.
    witness_overdue: Gauge = Gauge::default(),
        "witness_overdue", "1 if the outside witness lacks checkpoints for more than two days";
    /// 1 if the disk is full, so that nothing is written; else 0.
    disk_full: Gauge = Gauge::default(),
        "disk_full", "1 if the disk is full: nothing is written";
    /// Events about transport that could not be taken, and were left out.
    left_out: Counter = Counter::default(),
        "events_left_out", "Events about transport that could not be taken";
    /// Messages on the subjects of a service that are no events of it, by service.
    junk: Family<Named, Counter> = Family::default(),
        "junk_messages", "Messages on a service's subjects that are no events of it";
    /// Events that were not believed, by reason.
    refused: Family<Named, Counter> = Family::default(),
        "refused_events", "Events that are not proven to be what their source wrote, by reason";
    /// Cases of which personal data was shown, by the question that showed it.
    personal_data_read: Family<Named, Counter> = Family::default(),
        "personal_data_read", "Cases of which personal data was shown, by question";
    /// How often a person has read more in an hour or a day than the directory's limit says.
    reading_limits_passed: Counter = Counter::default(),
        "reading_limits_passed", "Readers who passed the limit of an hour or a day";
    /// 1 if a subscriber contradicts the log, so that nothing is written; else 0.
    log_contradicted: Gauge = Gauge::default(),
        "log_contradicted", "1 if a subscriber knows what the log lacks: nothing is written";
    /// Subscribers that have not yet said what they know of the log.
    subscribers_unasked: Gauge = Gauge::default(),
        "subscribers_unasked", "Subscribers that have not said what they know of the log";
    /// The term under which this process decides; 0 if it keeps no lease.
    lease_term: Gauge<u64, AtomicU64> = Gauge::default(),
        "lease_term", "Term under which this process decides";
    /// 1 if this process may decide; else 0.
    lease_held: Gauge = Gauge::default(),
        "lease_held", "1 if this process may decide, as far as the broker says";
    /// 0 if a standby is to follow and does not, so that what is confirmed is kept once only; else 1.
    standby_follows: Gauge = Gauge::default(),
        "standby_follows", "0 if a standby is to follow and does not";
    /// Events that a standby which follows does not have yet.
    standby_behind: Gauge<u64, AtomicU64> = Gauge::default(),
        "standby_behind", "Events that the standby does not have yet";
}

impl Metrics {
    pub(crate) fn record_sources(&self, states: &Sources) {
        let (mut waiting, mut main_waiting, mut apart) = (0, 0, 0);
        for state in &states.sources {
            match state.state {
                ReplicationState::Synced {} => {}
                ReplicationState::Unreachable { .. } => {
                    waiting += 1;
                    main_waiting += i64::from(state.source.is_main());
                }
                ReplicationState::Diverged { .. } | ReplicationState::Refused { .. } => apart += 1,
                ReplicationState::Superseded {} => continue,
            }
            let name = format!("{}/{}", state.source.service, state.source.instance);
            let (next, head) = (state.next, state.head.unwrap_or(state.next));
            let lag = head.saturating_sub(next);
            self.consumer_lag.get_or_create(&Named { name }).set(lag);
            self.queues.note_processed(&state.source, next);
        }
        self.sources_waiting.set(waiting);
        self.main_sources_waiting.set(main_waiting);
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
