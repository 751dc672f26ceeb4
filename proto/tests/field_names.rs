//! Every field that a person fills in has a name: no sentence calls it what was filled in.

use std::collections::BTreeSet;

use onestop_proto::{contract, field_names::field_words};
use serde_json::Value;

/// The names of the fields of a schema and of its parts.
fn fields(schema: &Value, found: &mut BTreeSet<String>) {
    match schema {
        Value::Object(parts) => {
            if let Some(properties) = parts.get("properties").and_then(Value::as_object) {
                found.extend(properties.keys().cloned());
            }
            parts.values().for_each(|part| fields(part, found));
        }
        Value::Array(parts) => parts.iter().for_each(|part| fields(part, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[test]
fn every_field_of_every_command_has_a_name() {
    let mut found = BTreeSet::new();
    for (_, _, schema) in contract::commands() {
        fields(&schema.to_value(), &mut found);
    }
    // The whole of what was sent, which a sentence calls by its parts.
    found.remove("data");
    let unnamed: Vec<_> = found
        .iter()
        .filter(|field| field_words(field).zh == "所填内容")
        .collect();
    assert!(unnamed.is_empty(), "{unnamed:?}");
    assert!(found.len() > 90, "{} fields", found.len());
}
