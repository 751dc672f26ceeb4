//! Events that were not believed: counted by service and reason, and shown to the operator. They are never parked: an
//! operator has nothing to decide about an event that its source did not write.

use std::{
    collections::BTreeMap,
    sync::{Arc, PoisonError, RwLock},
};

use onestop_proto::{
    actor::ServiceName,
    envelope::Envelope,
    replication::{Refusal, RefusedEvents},
    time::Timestamp,
};
use tracing::warn;

use crate::metrics::{Metrics, Named};

/// The events that a service has not believed since it started. However many instances they name, there is one entry for
/// each service and reason.
#[derive(Debug, Clone)]
pub(crate) struct Refusals {
    metrics: Metrics,
    counted: Arc<RwLock<BTreeMap<(ServiceName, Refusal), RefusedEvents>>>,
}

impl Refusals {
    /// None yet. The metric says so of each reason.
    pub(crate) fn new(metrics: Metrics) -> Self {
        for why in Refusal::ALL {
            let name = why.as_str().to_owned();
            metrics.refused.get_or_create(&Named { name }).inc_by(0);
        }
        let counted = Arc::default();
        Self { metrics, counted }
    }

    /// Counts an event that came on a subject.
    pub(crate) fn record(&self, event: &Envelope, subject: &str, why: Refusal, at: Timestamp) {
        let source = &event.source;
        warn!(subject, %source, event.id = %event.id, why = why.as_str(), "an event is not believed");
        let name = why.as_str().to_owned();
        self.metrics.refused.get_or_create(&Named { name }).inc();
        let mut counted = self.counted.write().unwrap_or_else(PoisonError::into_inner);
        let key = (source.service.clone(), why);
        let count = counted.get(&key).map_or(0, |before| before.count) + 1;
        let refused = RefusedEvents {
            source: source.clone(),
            why,
            count,
            subject: subject.to_owned(),
            at,
        };
        counted.insert(key, refused);
    }

    /// What was refused since the start.
    pub(crate) fn all(&self) -> Vec<RefusedEvents> {
        let counted = self.counted.read().unwrap_or_else(PoisonError::into_inner);
        counted.values().cloned().collect()
    }
}
