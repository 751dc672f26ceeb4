#![doc = include_str!("../README.md")]

mod asyncapi;
mod components;
mod directory;
mod elements;
mod gateway;
mod hsds;
mod openapi;
mod permissions;
mod problems;
mod schemas;
mod webhook_messages;
mod yaml;

use std::collections::BTreeMap;

pub use self::{asyncapi::asyncapi, openapi::openapi, permissions::permissions, schemas::schemas};

/// Every document by its path in `proto/`.
///
/// # Errors
/// If a document cannot be written as text.
pub fn documents() -> Result<BTreeMap<String, String>, Box<dyn std::error::Error>> {
    let mut documents = BTreeMap::new();
    for (path, schema) in schemas() {
        let text = serde_json::to_string_pretty(&schema)? + "\n";
        documents.insert(format!("schemas/{path}"), text);
    }
    let heading =
        "# Generated from the types of onestop-proto; proto/generate says how to renew it.\n";
    let openapi = openapi();
    for (path, document) in [("asyncapi.yaml", &asyncapi()), ("openapi.yaml", &openapi)] {
        let text = yaml::text(document)?;
        documents.insert(path.to_owned(), heading.to_owned() + &text);
    }
    // As the gateway serves it.
    documents.insert("openapi.json".to_owned(), openapi.to_string() + "\n");
    documents.insert("permissions.md".to_owned(), permissions());
    Ok(documents)
}
