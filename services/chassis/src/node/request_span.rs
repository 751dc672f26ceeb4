//! The span in which a request is answered.

use async_nats::Message;
use onestop_proto::{ids::CommandId, trace::TraceParent};
use opentelemetry::Value;
use serde::Deserialize;

use super::request_metrics::{Ended, RequestKind, fault};
use crate::{
    service::Service,
    store::Store,
    traces::{self, Span, Traces},
};

/// What a command says of its place in a trace.
#[derive(Default, Deserialize)]
struct Traced {
    id: Option<CommandId>,
    traceparent: Option<TraceParent>,
}

/// Begins the span of a request; `None` if there are no traces.
pub(super) fn begin<S: Service>(
    store: &Store,
    traces: &Traces,
    (kind, name): (RequestKind, &str),
    message: &Message,
) -> Option<Span> {
    // Nothing is read where there are no traces.
    traces.now()?;
    let traced = match kind {
        RequestKind::Command => serde_json::from_slice(&message.payload).unwrap_or_default(),
        RequestKind::Question => Traced::default(),
    };
    let sent_in = traces::sent_in(message.headers.as_ref()).or(traced.traceparent);
    let command = traced.id.map(|id| (id.uuid(), store.source()));
    let named = || format!("{} {name}", S::name());
    let mut span = traces.serve(named, sent_in.as_ref(), command)?;
    span.set("onestop.kind", kind.label());
    Some(span)
}

/// Says how it ended.
pub(super) fn end(span: Option<Span>, ended: &Ended<'_>) {
    let Some(mut span) = span else {
        return;
    };
    let code = ended.rejected.map(|rejected| rejected.code.clone());
    if fault(ended.rejected.map(|rejected| rejected.kind)) == "server" {
        span.fail(code.clone().unwrap_or_default());
    }
    let outcome = code.unwrap_or_else(|| "accepted".to_owned());
    span.set("onestop.outcome", Value::from(outcome));
}
