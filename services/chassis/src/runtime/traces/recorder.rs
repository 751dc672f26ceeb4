//! Takes spans that have ended into a bounded queue. It never waits: what has no room is dropped and counted.

use opentelemetry_sdk::trace::SpanData;
use tokio::sync::mpsc::{Sender, error::TrySendError};

use super::counters::{DropReason, SpanCounters};
use crate::settings::SamplingRatio;

#[derive(Debug)]
pub(super) struct Recorder {
    pub(super) queue: Sender<SpanData>,
    pub(super) counters: SpanCounters,
    pub(super) ratio: SamplingRatio,
}

impl Recorder {
    pub(super) fn record(&self, span: SpanData) {
        let reason = match self.queue.try_send(span) {
            Ok(()) => return,
            Err(TrySendError::Full(_)) => DropReason::QueueFull,
            Err(TrySendError::Closed(_)) => DropReason::Stopped,
        };
        self.counters.count_dropped(reason, 1);
    }
}
