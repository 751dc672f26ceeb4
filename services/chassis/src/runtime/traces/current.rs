//! The span that the running task works in.

use std::{future::Future, sync::Arc};

use onestop_proto::trace::TraceParent;
use opentelemetry::trace::{SpanKind, Status};
use tokio::task::futures::TaskLocalFuture;

use super::{
    context::{TraceContext, random_span},
    recorder::Recorder,
    span::{Span, now},
};

tokio::task_local! {
    static CURRENT: Option<Current>;
}

/// What a child needs of the span that is current.
#[derive(Debug, Clone)]
pub struct Current {
    recorder: Arc<Recorder>,
    context: TraceContext,
}

/// Runs a future in a span: what it sends and begins belongs to that span. A task that it spawns does not.
pub fn within<F: Future>(span: Option<&Span>, future: F) -> TaskLocalFuture<Option<Current>, F> {
    let current = span.map(|span| Current {
        recorder: Arc::clone(&span.recorder),
        context: span.context,
    });
    CURRENT.scope(current, future)
}

fn current() -> Option<Current> {
    CURRENT.try_with(Clone::clone).ok().flatten()
}

/// The `traceparent` of the current span.
pub(crate) fn traceparent() -> Option<TraceParent> {
    current()?.context.traceparent()
}

/// A request to another program, as a child of the current span; `None` if there is none, or it is not sampled.
pub(crate) fn client(name: impl FnOnce() -> String) -> Option<Span> {
    let mut child = child("")?;
    child.kind = SpanKind::Client;
    child.name = name().into();
    Some(child)
}

/// A part of the work of the current span; `None` if there is none, or it is not sampled.
pub(crate) fn child(name: &'static str) -> Option<Span> {
    let Current { recorder, context } = current()?;
    if !context.is_sampled() {
        return None;
    }
    Some(Span {
        recorder,
        context: context.with_span(random_span()?),
        parent: Some(context.span()),
        kind: SpanKind::Internal,
        name: name.into(),
        began: now(),
        attributes: Vec::new(),
        status: Status::Unset,
    })
}

/// Does a part of the work of the current span.
pub(crate) fn timed<T>(name: &'static str, work: impl FnOnce() -> T) -> T {
    let span = child(name);
    let done = work();
    drop(span);
    done
}
