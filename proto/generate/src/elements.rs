//! The elements that operations are described with: parameters, bodies, answers.

use serde_json::{Value, json};

/// An idempotency key: a UUID of version 7.
pub(crate) const KEY: &str =
    "^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$";

pub(crate) fn header(name: &str, text: &str, schema: &Value, required: bool) -> Value {
    parameter("header", name, text, schema, required)
}

pub(crate) fn parameter(
    place: &str,
    name: &str,
    text: &str,
    schema: &Value,
    required: bool,
) -> Value {
    json!({ "in": place, "name": name, "description": text, "required": required, "schema": schema })
}

pub(crate) fn body_of(schema: &Value) -> Value {
    json!({ "required": true, "content": { "application/json": { "schema": schema } } })
}

pub(crate) fn json_answer(text: &str, schema: &Value, headers: &Value) -> Value {
    json!({
        "description": text,
        "headers": headers,
        "content": { "application/json": { "schema": schema } },
    })
}
