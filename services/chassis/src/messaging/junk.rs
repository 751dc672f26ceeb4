//! Messages on the subjects of services that no service wrote: they are skipped, counted, and shown to the operator.

use std::{
    collections::BTreeMap,
    sync::{Arc, PoisonError, RwLock},
};

use onestop_proto::{actor::ServiceName, replication::Junk, time::Timestamp};
use tracing::warn;

use crate::metrics::{Metrics, Named};

/// What was skipped on the subjects of each service.
#[derive(Debug, Clone)]
pub(crate) struct SkippedJunk {
    metrics: Metrics,
    by_service: Arc<RwLock<BTreeMap<ServiceName, Skipped>>>,
}

#[derive(Debug)]
struct Skipped {
    junk: Junk,
    /// The place of the last in the broker's stream: one that is seen again is not counted again.
    sequence: Option<u64>,
}

/// A message that was skipped.
pub(crate) struct Message<'a> {
    pub(crate) of: &'a ServiceName,
    pub(crate) subject: &'a str,
    pub(crate) problem: String,
    /// Its place in the broker's stream, where it is known.
    pub(crate) sequence: Option<u64>,
}

impl SkippedJunk {
    /// Nothing yet. The metric says so of the service's own subjects.
    pub(crate) fn new(own: &ServiceName, metrics: Metrics) -> Self {
        let name = own.to_string();
        metrics.junk.get_or_create(&Named { name }).inc_by(0);
        let by_service = Arc::default();
        Self {
            metrics,
            by_service,
        }
    }

    /// Counts a message, unless it was counted before.
    pub(crate) fn record(&self, message: Message<'_>, at: Timestamp) {
        let Message {
            of,
            subject,
            problem,
            sequence,
        } = message;
        let mut all = self
            .by_service
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        let before = all.get(of);
        let known = before.and_then(|skipped| skipped.sequence);
        if sequence.is_some() && sequence == known {
            return;
        }
        warn!(
            subject,
            problem, "a message that is no event of the service on whose subject it is was skipped"
        );
        let name = of.to_string();
        self.metrics.junk.get_or_create(&Named { name }).inc();
        let junk = Junk {
            of: of.clone(),
            count: before.map_or(0, |skipped| skipped.junk.count) + 1,
            subject: subject.to_owned(),
            problem,
            at,
        };
        let sequence = sequence.or(known);
        all.insert(of.clone(), Skipped { junk, sequence });
    }

    /// What was skipped since the start.
    pub(crate) fn all(&self) -> Vec<Junk> {
        let all = self
            .by_service
            .read()
            .unwrap_or_else(PoisonError::into_inner);
        all.values().map(|skipped| skipped.junk.clone()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_counted_once_though_it_is_seen_again() {
        let metrics = Metrics::default();
        let of: ServiceName = "intake".parse().unwrap();
        let skipped = SkippedJunk::new(&of, metrics.clone());
        let at: Timestamp = "2026-03-04T08:00:00Z".parse().unwrap();
        for sequence in [Some(7), Some(7), Some(9), None] {
            let message = Message {
                of: &of,
                subject: "evt.intake.opened",
                problem: "it is no envelope".to_owned(),
                sequence,
            };
            skipped.record(message, at);
        }
        let [junk] = &skipped.all()[..] else {
            panic!("one service")
        };
        assert_eq!(
            (junk.count, junk.subject.as_str()),
            (3, "evt.intake.opened")
        );
        let text = metrics.text().unwrap();
        assert!(
            text.contains("onestop_junk_messages_total{name=\"intake\"} 3"),
            "{text}"
        );
    }
}
