//! A span: what was done, from when to when, and how it ended. It names commands, questions, event types, routes and
//! outcomes, never a case, a person or free text.

use std::{
    borrow::Cow,
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use onestop_proto::trace::TraceParent;
use opentelemetry::{
    InstrumentationScope, KeyValue, Value,
    trace::{SpanId, SpanKind, Status},
};
use opentelemetry_sdk::trace::{SpanData, SpanEvents, SpanLinks};

use super::{context::TraceContext, recorder::Recorder};
use crate::clock::SystemClock;

/// A span that has begun. It ends, and is recorded, when it is dropped.
#[derive(Debug)]
pub struct Span {
    pub(super) recorder: Arc<Recorder>,
    pub(super) context: TraceContext,
    pub(super) parent: Option<SpanId>,
    pub(super) kind: SpanKind,
    pub(super) name: Cow<'static, str>,
    pub(super) began: SystemTime,
    pub(super) attributes: Vec<KeyValue>,
    pub(super) status: Status,
}

impl Span {
    /// Says something of it. The caller must give no id, name or text of a person or a case.
    pub fn set(&mut self, key: &'static str, value: impl Into<Value>) {
        self.attributes.push(KeyValue::new(key, value));
    }

    /// Says that it failed, with the code of the failure.
    pub fn fail(&mut self, code: impl Into<Cow<'static, str>>) {
        self.status = Status::error(code);
    }

    /// The value of `traceparent` for what it causes.
    pub fn traceparent(&self) -> Option<TraceParent> {
        self.context.traceparent()
    }
}

impl Drop for Span {
    fn drop(&mut self) {
        if !self.context.is_sampled() {
            return;
        }
        let parent_span_is_remote =
            self.parent.is_some() && matches!(self.kind, SpanKind::Server | SpanKind::Consumer);
        self.recorder.record(SpanData {
            span_context: self.context.exported(),
            parent_span_id: self.parent.unwrap_or(SpanId::INVALID),
            parent_span_is_remote,
            span_kind: self.kind.clone(),
            name: std::mem::take(&mut self.name),
            start_time: self.began,
            end_time: now(),
            attributes: std::mem::take(&mut self.attributes),
            dropped_attributes_count: 0,
            events: SpanEvents::default(),
            links: SpanLinks::default(),
            status: std::mem::take(&mut self.status),
            instrumentation_scope: InstrumentationScope::builder("onestop").build(),
        });
    }
}

/// The system's time, as spans have it.
pub(super) fn now() -> SystemTime {
    let micros = u64::try_from(SystemClock.now().as_micros()).unwrap_or_default();
    UNIX_EPOCH + Duration::from_micros(micros)
}
