//! What an event says besides its data.

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

/// What an event is to say besides its data: who, when, because of what.
#[derive(Debug, Clone)]
pub struct EventMeta {
    /// The case.
    pub case: CaseId,
    /// The idempotency key.
    pub command: CommandId,
    /// SHA-256 (hex) over the request.
    pub commandhash: String,
    /// The command or event that caused it.
    pub causation: Uuid,
    /// Who acts.
    pub actor: Actor,
    /// When it happened, if not now.
    pub occurred_at: Option<Timestamp>,
    /// The trace to continue.
    pub traceparent: TraceParent,
    /// The revision that the decision rests on.
    pub expected_revision: Option<u64>,
}

impl EventMeta {
    /// From a request that somebody sent.
    #[must_use]
    pub fn from_request(name: &str, request: &Request, case: CaseId) -> Self {
        let canonical = serde_json::json!({
            "command": name,
            "actor": request.actor,
            "case": request.case,
            "occurred_at": request.occurred_at,
            "data": request.data,
        });
        Self {
            case,
            command: request.id,
            commandhash: hex_sha256(canonical.to_string().as_bytes()),
            causation: request.id.uuid(),
            actor: request.actor.clone(),
            occurred_at: request.occurred_at,
            traceparent: request
                .traceparent
                .clone()
                .unwrap_or_else(|| TraceParent::start(request.id)),
            expected_revision: request.expected_revision,
        }
    }

    /// For what a service's policy does on hearing an event.
    #[must_use]
    pub fn from_event(heard: &Envelope, source: &Source, actor: Actor) -> Self {
        Self {
            case: heard.subject,
            command: heard.id.reaction_by(source.service.as_str()),
            commandhash: hex_sha256(heard.id.uuid().as_bytes()),
            causation: heard.id.uuid(),
            actor,
            occurred_at: None,
            traceparent: heard.traceparent.clone(),
            expected_revision: None,
        }
    }

    /// For what a service does of itself, when a moment has come.
    #[must_use]
    pub fn from_timer(command: CommandId, case: CaseId, actor: Actor) -> Self {
        Self {
            case,
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
