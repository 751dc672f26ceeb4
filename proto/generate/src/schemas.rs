//! The JSON Schema of every type that travels, each in a file of its own.

use std::collections::BTreeMap;

use onestop_proto::{
    command::{Reply, Request},
    contract,
    envelope::Envelope,
    ledger, parking, personal, proof, query,
    rejection::{CommonRejection, Rejected},
    replication,
};
use schemars::{Schema, schema_for};
use serde_json::Value;

/// Every schema by its path under `schemas/`.
#[must_use]
pub fn schemas() -> BTreeMap<String, Value> {
    let mut files = frames();
    files.extend(shared_rejections());
    for part in contract::parts() {
        let service = part.service;
        for event in part.events {
            files.insert(format!("events/{}.json", event.name), event.data);
        }
        for (name, schema) in part.commands {
            files.insert(format!("commands/{service}.{name}.json"), schema);
        }
        files.insert(format!("rejections/{service}.json"), part.rejections);
    }
    for (service, question) in contract::questions() {
        let name = question.name;
        files.insert(format!("queries/{service}.{name}.json"), question.data);
        let answer = format!("queries/{service}.{name}.answer.json");
        files.insert(answer, question.answer);
    }
    let files = files.into_iter();
    files
        .map(|(path, schema)| (path, schema.to_value()))
        .collect()
}

/// What every message is framed in.
fn frames() -> BTreeMap<String, Schema> {
    let frames = [
        ("envelope.json", schema_for!(Envelope)),
        ("request.json", schema_for!(Request)),
        ("reply.json", schema_for!(Reply)),
        ("question.json", schema_for!(query::Question)),
        ("response.json", schema_for!(query::Response)),
        ("rejected.json", schema_for!(Rejected)),
        ("proof.json", schema_for!(proof::ProofFile)),
    ];
    let named = frames.into_iter();
    named
        .map(|(path, schema)| (path.to_owned(), schema))
        .collect()
}

/// Rejections that are no one service's alone.
fn shared_rejections() -> BTreeMap<String, Schema> {
    let lists = [
        ("any", schema_for!(CommonRejection)),
        ("parking", schema_for!(parking::Rejection)),
        ("hearing", schema_for!(replication::Rejection)),
        ("ledger", schema_for!(ledger::Rejection)),
        ("personal", schema_for!(personal::Rejection)),
    ];
    let named = lists.into_iter();
    named
        .map(|(name, schema)| (format!("rejections/{name}.json"), schema))
        .collect()
}
