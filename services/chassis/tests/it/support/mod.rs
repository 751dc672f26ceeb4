//! A small service that counts, and a broker for it.

mod behaviour;
mod broker;
mod counter;
mod mode;
mod running;

use onestop_chassis::{clock::Clock, store::EventMeta};
use onestop_proto::{
    actor::{Actor, ServiceName},
    command::Request,
    ids::{CaseId, CaseRef, CommandId},
};
use onestop_testing::TempStore;
use serde_json::{Value, json};

pub(crate) use self::{
    behaviour::Behaviour,
    broker::{Broker, disconnected, signed, signed_by},
    counter::{Added, Count, Counter, OF_THE_PROVINCE, RULES, TooMuch, add, stream},
    mode::{Copies, Decides, Mode, Older, OlderCopies, Subscribed},
    running::{Running, free_address},
};

pub(crate) fn service(name: &str) -> ServiceName {
    name.parse().unwrap()
}

pub(crate) fn specialist() -> Actor {
    "specialist/li-na@s4k2m9qxa.legal-aid".parse().unwrap()
}

/// A subject that no other call returns.
pub(crate) fn new_subject(clock: &dyn Clock) -> CaseId {
    clock.command().case()
}

pub(crate) fn request(id: CommandId, subject: CaseId, data: Value) -> Request {
    Request {
        id,
        actor: specialist(),
        case: Some(CaseRef::Id(subject)),
        expected_revision: None,
        occurred_at: None,
        late_entry: None,
        traceparent: None,
        data,
        proven: None,
    }
}

/// The metadata of a command that adds `by`.
pub(crate) fn meta(id: CommandId, subject: CaseId, by: u32) -> EventMeta {
    EventMeta::from_request(
        "accept",
        &request(id, subject, json!({ "by": by })),
        subject,
    )
}

/// Appends one event to another service's log.
pub(crate) async fn append(source: &TempStore, subject: CaseId, by: u32) {
    let id = source.store.clock().command();
    let meta = meta(id, subject, by);
    add(&source.store, &meta, None, by).await.unwrap();
}
