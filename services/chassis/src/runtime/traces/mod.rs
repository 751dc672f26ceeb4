//! Traces: one request from the page to the last service that hears of it, exported to the collector that the setting
//! `otlp_endpoint` names. Without it nothing is measured.
//!
//! A context travels in the header `traceparent` of commands and questions, and in the events themselves. The spans:
//!
//! | span | kind | its parent |
//! |---|---|---|
//! | `GET /cases/{case}` | server | none |
//! | `intake open` at the sender | client | the page or the command that sends |
//! | `intake open` at the service | server | the sender's |
//! | `decode`, `decide`, `append` | internal | the command's |
//! | `publish cn.onestop.case.opened.v1` | producer | the command, or the processing of the event, that caused it |
//! | `process cn.onestop.case.opened.v1` | consumer | the event's `publish` |
//!
//! No span has an id of a case or a person: an operator who has the case finds the trace by the `traceparent` of its events, and
//! the collector knows neither.

mod context;
mod counters;
mod current;
mod export;
mod recorder;
mod span;
#[cfg(test)]
mod tests;

use std::{borrow::Cow, sync::Arc, time::SystemTime};

use async_nats::HeaderMap;
use onestop_proto::{
    actor::ServiceName,
    envelope::{Envelope, Source},
    stored_event::StoredEvent,
    time::Timestamp,
    trace::TraceParent,
};
use opentelemetry::trace::{SpanKind, Status};
use uuid::Uuid;

pub(crate) use self::current::{child, client, timed, traceparent};
use self::{
    context::{TraceContext, random_span, span_of_cause},
    recorder::Recorder,
};
pub use self::{
    counters::SpanCounters,
    current::{Current, within},
    export::ExportTask,
    span::Span,
};
use crate::{clock::SystemClock, settings::Settings};

/// The header of the W3C that a context travels in.
pub(crate) const HEADER: &str = "traceparent";

/// Events that were recorded longer ago, in seconds, belong to no trace that a collector still waits for: they are
/// published or processed once more.
const FRESH_SECONDS: f64 = 600.0;

/// Begins spans, or none where no collector is set.
#[derive(Debug, Clone, Default)]
pub struct Traces(Option<Arc<Recorder>>);

/// The context that a message was sent in.
pub(crate) fn sent_in(headers: Option<&HeaderMap>) -> Option<TraceParent> {
    headers?.get(HEADER)?.as_str().parse().ok()
}

impl Traces {
    /// Starts exporting, if the settings name a collector. The caller must call [`ExportTask::finish`].
    ///
    /// # Errors
    /// If the setting is no address.
    pub fn start(
        settings: &Settings,
        service: &ServiceName,
        counters: &SpanCounters,
    ) -> anyhow::Result<(Self, ExportTask)> {
        let Some(exporter) = export::exporter(settings, service)? else {
            return Ok((Self::default(), ExportTask::default()));
        };
        let (queue, receiver) = tokio::sync::mpsc::channel(export::QUEUE);
        let recorder = Recorder {
            queue,
            counters: counters.clone(),
            ratio: settings.otlp_ratio,
        };
        let task = ExportTask::start(exporter, receiver, counters.clone());
        Ok((Self(Some(Arc::new(recorder))), task))
    }

    /// The span of a page or of a request to the API, with which a trace begins.
    pub fn begin(&self, name: impl FnOnce() -> String) -> Option<Span> {
        let recorder = self.0.as_ref()?;
        let context = TraceContext::begin(recorder.ratio)?;
        let name = name().into();
        Some(span(recorder, context, None, SpanKind::Server, name))
    }

    /// The span in which a service answers a request. That of a command has an id which its events know.
    pub(crate) fn serve(
        &self,
        name: impl FnOnce() -> String,
        sent_in: Option<&TraceParent>,
        command: Option<(Uuid, &Source)>,
    ) -> Option<Span> {
        let recorder = self.0.as_ref()?;
        let parent = sent_in.and_then(|sent| TraceContext::of(sent, recorder.ratio));
        let context = match parent {
            Some(parent) => parent.with_span(random_span()?),
            None => TraceContext::begin(recorder.ratio)?,
        };
        let context = match command {
            Some((id, by)) => context.with_span(span_of_cause(id, by)),
            None => context,
        };
        let parent = parent.map(TraceContext::span);
        let name = name().into();
        Some(span(recorder, context, parent, SpanKind::Server, name))
    }

    /// The span in which an event is published: the one that its `traceparent` names.
    pub(crate) fn publish(&self, event: &StoredEvent<'_>, by: &Source) -> Option<Span> {
        let recorder = self.0.as_ref()?;
        let own: TraceParent = event.traceparent().parse().ok()?;
        let context = TraceContext::of(&own, recorder.ratio)?;
        if !context.is_sampled() {
            return None;
        }
        let cause = event.cause().ok()?;
        if !is_fresh(cause.recorded) {
            return None;
        }
        // A timer begins its own trace.
        let begins = TraceParent::start(cause.command).trace_id() == own.trace_id();
        let parent = (!begins).then(|| span_of_cause(cause.causation, by));
        let name = format!("publish {}", event.event_type()).into();
        Some(span(recorder, context, parent, SpanKind::Producer, name))
    }

    /// The time, if spans are measured at all.
    pub(crate) fn now(&self) -> Option<SystemTime> {
        self.0.as_ref().map(|_| span::now())
    }

    /// Records that events have been processed since a moment.
    pub(crate) fn record_processed(
        &self,
        events: &[Envelope],
        by: &Source,
        began: Option<SystemTime>,
    ) {
        let (Some(recorder), Some(began)) = (&self.0, began) else {
            return;
        };
        for event in events {
            let parent = TraceContext::of(&event.traceparent, recorder.ratio);
            let Some(parent) = parent.filter(|it| it.is_sampled() && is_fresh(event.recordedtime))
            else {
                continue;
            };
            let context = parent.with_span(span_of_cause(event.id.uuid(), by));
            let name = format!("process {}", event.event_type).into();
            let parent = Some(parent.span());
            let mut processed = span(recorder, context, parent, SpanKind::Consumer, name);
            processed.began = began;
        }
    }
}

fn is_fresh(recorded: Timestamp) -> bool {
    SystemClock.now().seconds_since(recorded) < FRESH_SECONDS
}

fn span(
    recorder: &Arc<Recorder>,
    context: TraceContext,
    parent: Option<opentelemetry::trace::SpanId>,
    kind: SpanKind,
    name: Cow<'static, str>,
) -> Span {
    Span {
        recorder: Arc::clone(recorder),
        context,
        parent,
        kind,
        name,
        began: span::now(),
        attributes: Vec::new(),
        status: Status::Unset,
    }
}
