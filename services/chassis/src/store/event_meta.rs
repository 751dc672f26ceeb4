//! The metadata of events: who, when, caused by what.

use onestop_proto::{
    actor::Actor,
    command::Request,
    envelope::{Address, Envelope, RawEvent, RecordedEvent, Source},
    free_text::TextKey,
    ids::{CaseId, CommandId, EventId},
    issuer::{Hand, ProvenBy},
    late_entry::LateEntry,
    rejection::{CommonRejection, Explain},
    time::Timestamp,
    trace::TraceParent,
};
use serde_json::Value;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{command_hash::may_be_same, error::StoreError};
use crate::failure::Failure;

/// The metadata of the events that one command writes.
#[derive(Debug, Clone)]
pub struct EventMeta {
    /// What the events are about.
    pub subject: CaseId,
    /// The idempotency key.
    pub command: CommandId,
    /// SHA-256 (hex) over the request, or over the event that is reacted to; keyed where the texts of a request are sealed.
    pub commandhash: String,
    /// What version 0.1.0 hashed of the event that is reacted to: its id alone. `None` for requests and timers.
    pub former_commandhash: Option<String>,
    /// The command or event that caused them.
    pub causation: Uuid,
    /// Who acts.
    pub actor: Actor,
    /// Who has proven the actor; `None` where a rule of the service acts.
    pub proven: Option<ProvenBy>,
    /// When it happened; `None` means now.
    pub occurred_at: Option<Timestamp>,
    /// Why it is entered late, and who approved it.
    pub late_entry: Option<LateEntry>,
    /// The trace to continue.
    pub traceparent: TraceParent,
    /// The revision that the caller's decision is based on.
    pub expected_revision: Option<u64>,
    /// To which key free text is sealed; `None` keeps it as it was typed.
    pub text_key: Option<TextKey>,
}

impl EventMeta {
    /// Whose key has signed the command.
    pub fn hand(&self) -> Hand {
        Hand::of(self.proven.as_ref().map(|proven| &proven.issuer))
    }

    /// The metadata of a request's events.
    pub fn from_request(name: &str, request: &Request, subject: CaseId) -> Self {
        let trace = || TraceParent::start(request.id);
        Self {
            subject,
            command: request.id,
            commandhash: hex_sha256(hashed_text(name, request).as_bytes()),
            former_commandhash: None,
            causation: request.id.uuid(),
            actor: request.actor.clone(),
            proven: request.proven.clone(),
            occurred_at: request.occurred_at,
            // Of an act that is entered as it happens there is nothing to say.
            late_entry: request
                .late_entry
                .clone()
                .filter(|_| request.occurred_at.is_some()),
            traceparent: request.traceparent.clone().unwrap_or_else(trace),
            expected_revision: request.expected_revision,
            text_key: None,
        }
    }

    /// The metadata of a reaction to another service's event. Repeated handling gets the same
    /// idempotency key.
    pub fn from_event(cause: &Envelope, source: &Source, actor: Actor) -> Self {
        Self {
            subject: cause.subject,
            command: cause.id.reaction_by(source.service.as_str()),
            commandhash: hash_of_cause(cause),
            former_commandhash: Some(hex_sha256(cause.id.uuid().as_bytes())),
            causation: cause.id.uuid(),
            actor,
            proven: None,
            occurred_at: None,
            late_entry: None,
            traceparent: cause.traceparent.clone(),
            expected_revision: None,
            text_key: None,
        }
    }

    /// The metadata of events that a timer causes. The caller derives `command` from the timer, so that it
    /// fires once.
    pub fn from_timer(command: CommandId, subject: CaseId, actor: Actor) -> Self {
        Self {
            subject,
            command,
            commandhash: hex_sha256(command.uuid().as_bytes()),
            former_commandhash: None,
            causation: command.uuid(),
            actor,
            proven: None,
            occurred_at: None,
            late_entry: None,
            traceparent: TraceParent::start(command),
            expected_revision: None,
            text_key: None,
        }
    }

    /// The record of an event that the command writes at `now`.
    pub fn record(
        &self,
        id: EventId,
        event: RawEvent,
        address: Address,
        now: Timestamp,
    ) -> RecordedEvent {
        let late = self.late_entry.as_ref();
        let approver = late.and_then(|late| late.approver.as_ref());
        RecordedEvent {
            id,
            event,
            time: self.occurred_at.unwrap_or(now),
            recordedtime: now,
            case: self.subject,
            causationid: self.causation,
            command: self.command,
            commandhash: self.commandhash.clone(),
            actor: self.actor.clone(),
            issuer: self.proven.as_ref().map(|proven| proven.issuer.clone()),
            tokenid: self.proven.as_ref().map(|proven| proven.token),
            latereason: late.map(|late| late.reason),
            lateapprover: late.and_then(|late| late.approved_by.clone()),
            lateissuer: approver.map(|approver| approver.by.issuer.clone()),
            latetokenid: approver.map(|approver| approver.by.token),
            address,
            traceparent: self.traceparent.step(id),
        }
    }

    /// Checks that an event which this key has caused was caused by the same.
    ///
    /// # Errors
    /// [`CommonRejection::KeyReused`] for a request. [`StoreError::EventIdReused`] for a reaction: two events, of
    /// other content or from other sources, have one id.
    pub(super) fn check_same(&self, recorded: &RecordedEvent) -> Result<(), Failure> {
        let known = &recorded.commandhash;
        if may_be_same(known, &self.commandhash) || Some(known) == self.former_commandhash.as_ref()
        {
            return Ok(());
        }
        match self.former_commandhash {
            Some(_) => {
                let id = self.causation;
                Err(StoreError::EventIdReused { id }.into())
            }
            None => {
                let command = self.command;
                Err(CommonRejection::KeyReused { command }.rejected().into())
            }
        }
    }
}

/// What is hashed of a request: its fields in the order of the alphabet, also within its data. The evidence of a late
/// entry is among them where it is given.
fn hashed_text(name: &str, request: &Request) -> String {
    let text = |text: Option<String>| Value::from(text);
    let late = request
        .late_entry
        .as_ref()
        .map_or_else(String::new, |late| {
            let approver = text(late.approved_by.as_ref().map(ToString::to_string));
            let reason = late.reason;
            format!(r#""late_entry":{{"approved_by":{approver},"reason":"{reason}"}},"#)
        });
    format!(
        r#"{{"actor":{},"case":{},"command":{},"data":{},{late}"occurred_at":{}}}"#,
        text(Some(request.actor.to_string())),
        text(request.case.as_ref().map(ToString::to_string)),
        text(Some(name.to_owned())),
        request.data,
        text(request.occurred_at.as_ref().map(ToString::to_string)),
    )
}

/// An event is what its source says that it is: its id, its source, and the hash of its record there. A restored log
/// has the same records in another epoch.
fn hash_of_cause(cause: &Envelope) -> String {
    let id = cause.id.uuid();
    let said = format!("{id} {} {}", cause.source, cause.hash);
    hex_sha256(said.as_bytes())
}

fn hex_sha256(bytes: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(&Sha256::digest(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_hashed_of_a_request_is_what_version_0_1_0_hashed() {
        let whole = r#"{
            "id": "019ab0c4-8000-7000-8000-000000000001",
            "actor": "clerk/zhang-li@s4k2m9qxa.window",
            "case": "s4k2m9qxa-261128-001",
            "occurred_at": "2026-03-04T15:20:00+08:00",
            "data": { "why": "说：\"换一个\"\n", "at": { "z": 1.50, "a": [null, true] } }
        }"#;
        let least = r#"{
            "id": "019ab0c4-8000-7000-8000-000000000001",
            "actor": "clerk/zhang-li@s4k2m9qxa.window",
            "data": {}
        }"#;
        for text in [whole, least] {
            let request: Request = serde_json::from_str(text).unwrap();
            let before = serde_json::json!({
                "command": "open",
                "actor": request.actor,
                "case": request.case,
                "occurred_at": request.occurred_at,
                "data": request.data,
            });
            assert_eq!(hashed_text("open", &request), before.to_string());
        }
    }

    /// A key that comes back with another reason, or another approver, comes back with another request.
    #[test]
    fn what_stands_behind_a_late_entry_is_hashed() {
        let hashed = |late: &str| {
            let text = format!(
                r#"{{
                    "id": "019ab0c4-8000-7000-8000-000000000001",
                    "actor": "clerk/zhang-li@s4k2m9qxa.window",
                    "occurred_at": "2026-03-04T15:20:00+08:00",{late}
                    "data": {{}}
                }}"#
            );
            hashed_text("open", &serde_json::from_str(&text).unwrap())
        };
        let texts = [
            "",
            r#""late_entry": { "reason": "outage" },"#,
            r#""late_entry": { "reason": "overlooked" },"#,
            r#""late_entry": { "reason": "outage", "approved_by": "li-hua" },"#,
        ];
        let texts: std::collections::BTreeSet<_> = texts.into_iter().map(hashed).collect();
        assert_eq!(texts.len(), 4);
    }
}
