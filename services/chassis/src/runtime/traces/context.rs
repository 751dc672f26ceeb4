//! Where a span is in its trace, and the ids of spans.
//!
//! Spans of commands and events have ids that follow from what the log keeps: so an event's span finds its parent
//! although it is published by another task, later, and perhaps by another process.

use onestop_proto::{envelope::Source, trace::TraceParent};
use opentelemetry::trace::{SpanContext, SpanId, TraceFlags, TraceId, TraceState};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::settings::SamplingRatio;

/// The place of a span in its trace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TraceContext {
    trace: TraceId,
    span: SpanId,
    flags: TraceFlags,
}

impl TraceContext {
    /// The first span of a new trace. `None` if the system gives no random numbers.
    pub(super) fn begin(ratio: SamplingRatio) -> Option<Self> {
        let mut id = [0; 16];
        getrandom::fill(&mut id).ok()?;
        Some(Self {
            trace: TraceId::from_bytes(id),
            span: random_span()?,
            flags: TraceFlags::default().with_sampled(ratio.includes(id)),
        })
    }

    /// The span that a `traceparent` names. It counts as sampled if its sender and the ratio say so.
    pub(super) fn of(parent: &TraceParent, ratio: SamplingRatio) -> Option<Self> {
        let text = parent.as_str();
        let trace = TraceId::from_hex(parent.trace_id()).ok()?;
        let span = SpanId::from_hex(text.get(36..52)?).ok()?;
        let flags = u8::from_str_radix(text.get(53..55)?, 16).ok()?;
        let sent = TraceFlags::new(flags);
        let is_sampled = sent.is_sampled() && ratio.includes(trace.to_bytes());
        let flags = sent.with_sampled(is_sampled);
        Some(Self { trace, span, flags })
    }

    pub(super) fn with_span(self, span: SpanId) -> Self {
        Self { span, ..self }
    }

    pub(super) fn span(self) -> SpanId {
        self.span
    }

    pub(super) fn is_sampled(self) -> bool {
        self.flags.is_sampled()
    }

    /// As it travels.
    pub(super) fn traceparent(self) -> Option<TraceParent> {
        let Self { trace, span, flags } = self;
        format!("00-{trace}-{span}-{flags:02x}").parse().ok()
    }

    pub(super) fn exported(self) -> SpanContext {
        let state = TraceState::default();
        SpanContext::new(self.trace, self.span, self.flags, false, state)
    }
}

pub(super) fn random_span() -> Option<SpanId> {
    let mut id = [0; 8];
    getrandom::fill(&mut id).ok()?;
    Some(SpanId::from_bytes(id))
}

/// The span in which an instance of a service carries out a command, or processes an event.
pub(super) fn span_of_cause(cause: Uuid, by: &Source) -> SpanId {
    let digest = Sha256::digest(format!("{cause} {by}").as_bytes());
    let mut id = [0; 8];
    id.copy_from_slice(&digest[..8]);
    SpanId::from_bytes(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_context_travels_as_w3c_writes_it() {
        let begun = TraceContext::begin(SamplingRatio::ALL).unwrap();
        let travelled = begun.traceparent().unwrap();
        assert!(travelled.as_str().ends_with("-01"), "{travelled}");
        assert_eq!(
            TraceContext::of(&travelled, SamplingRatio::ALL),
            Some(begun)
        );
    }

    #[test]
    fn what_the_sender_does_not_sample_is_not_sampled() {
        let none = "0".parse().unwrap();
        let begun = TraceContext::begin(none).unwrap();
        let travelled = begun.traceparent().unwrap();
        assert!(travelled.as_str().ends_with("-00"), "{travelled}");
        let received = TraceContext::of(&travelled, SamplingRatio::ALL).unwrap();
        assert!(!received.is_sampled());
    }
}
