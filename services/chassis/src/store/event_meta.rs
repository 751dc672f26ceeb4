//! The metadata of events: who, when, caused by what.

use onestop_proto::{
    actor::Actor,
    command::Request,
    envelope::{Envelope, Source},
    ids::{CaseId, CommandId},
    time::Timestamp,
    trace::TraceParent,
};
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// The metadata of the events that one command writes.
#[derive(Debug, Clone)]
pub struct EventMeta {
    /// What the events are about.
    pub subject: CaseId,
    /// The idempotency key.
    pub command: CommandId,
    /// SHA-256 (hex) over the request.
    pub commandhash: String,
    /// The command or event that caused them.
    pub causation: Uuid,
    /// Who acts.
    pub actor: Actor,
    /// When it happened; `None` means now.
    pub occurred_at: Option<Timestamp>,
    /// The trace to continue.
    pub traceparent: TraceParent,
    /// The revision that the caller's decision is based on.
    pub expected_revision: Option<u64>,
}

impl EventMeta {
    /// The metadata of a request's events.
    #[must_use]
    pub fn from_request(name: &str, request: &Request, subject: CaseId) -> Self {
        let canonical = serde_json::json!({
            "command": name,
            "actor": request.actor,
            "case": request.case,
            "occurred_at": request.occurred_at,
            "data": request.data,
        });
        let trace = || TraceParent::start(request.id);
        Self {
            subject,
            command: request.id,
            commandhash: hex_sha256(canonical.to_string().as_bytes()),
            causation: request.id.uuid(),
            actor: request.actor.clone(),
            occurred_at: request.occurred_at,
            traceparent: request.traceparent.clone().unwrap_or_else(trace),
            expected_revision: request.expected_revision,
        }
    }

    /// The metadata of a reaction to another service's event. Repeated handling gets the same
    /// idempotency key.
    #[must_use]
    pub fn from_event(cause: &Envelope, source: &Source, actor: Actor) -> Self {
        Self {
            subject: cause.subject,
            command: cause.id.reaction_by(source.service.as_str()),
            commandhash: hex_sha256(cause.id.uuid().as_bytes()),
            causation: cause.id.uuid(),
            actor,
            occurred_at: None,
            traceparent: cause.traceparent.clone(),
            expected_revision: None,
        }
    }

    /// The metadata of events that a timer causes. The caller derives `command` from the timer, so that it
    /// fires once.
    #[must_use]
    pub fn from_timer(command: CommandId, subject: CaseId, actor: Actor) -> Self {
        Self {
            subject,
            command,
            commandhash: hex_sha256(command.uuid().as_bytes()),
            causation: command.uuid(),
            actor,
            occurred_at: None,
            traceparent: TraceParent::start(command),
            expected_revision: None,
        }
    }
}

fn hex_sha256(bytes: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(&Sha256::digest(bytes))
}
