//! Counts what became of spans.

use prometheus_client::{
    encoding::EncodeLabelSet,
    metrics::{counter::Counter, family::Family},
    registry::Registry,
};

/// Why a span was not exported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DropReason {
    /// The queue was full: the collector takes less than is sent.
    QueueFull,
    /// The collector did not take it.
    Undelivered,
    /// The export had ended.
    Stopped,
}

impl DropReason {
    const fn label(self) -> Dropped {
        let reason = match self {
            Self::QueueFull => "queue-full",
            Self::Undelivered => "undelivered",
            Self::Stopped => "stopped",
        };
        Dropped { reason }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Dropped {
    reason: &'static str,
}

/// Spans by what became of them.
#[derive(Debug, Clone, Default)]
pub struct SpanCounters {
    exported: Counter,
    dropped: Family<Dropped, Counter>,
}

impl SpanCounters {
    /// Registers them. The registry gives their names its prefix.
    pub fn register(registry: &mut Registry) -> Self {
        let counters = Self::default();
        registry.register(
            "spans_exported",
            "Spans that the collector of traces has taken",
            counters.exported.clone(),
        );
        registry.register(
            "spans_dropped",
            "Spans that were not exported, by reason",
            counters.dropped.clone(),
        );
        counters
    }

    pub(super) fn count_exported(&self, spans: u64) {
        self.exported.inc_by(spans);
    }

    pub(super) fn count_dropped(&self, reason: DropReason, spans: u64) {
        self.dropped.get_or_create(&reason.label()).inc_by(spans);
    }

    #[cfg(test)]
    pub(super) fn dropped(&self, reason: DropReason) -> u64 {
        self.dropped.get_or_create(&reason.label()).get()
    }
}
