//! The OpenAPI 3.1 document.

use schemars::{Schema, schema_for};
use serde_json::{Map, Value, json};

use super::{
    BASE, Operation, OperationKind, Problem,
    components::Components,
    operations,
    own::{self, Answer, Own},
    parameters,
    rejection::ApiRejection,
};
use crate::{contract, permission, rejection::CommonRejection};

/// The document that `/api/v1/openapi.json` answers and `proto/openapi.yaml` keeps.
#[must_use]
pub fn openapi() -> Value {
    let mut components = Components::default();
    let mut paths = Map::new();
    let mut put = |path: &str, method: &str, operation: Value| {
        let item = paths.entry(path.to_owned()).or_insert_with(|| json!({}));
        item[method] = operation;
    };
    components.adopt("Problem", &schema_for!(Problem).to_value());
    for operation in operations() {
        let method = match operation.asks {
            OperationKind::Command | OperationKind::Personal => "post",
            OperationKind::Question => "get",
        };
        let described = describe(&operation, &mut components);
        put(&operation.path, method, described);
    }
    for operation in own::webhooks() {
        let described = describe_own(&operation, &mut components);
        put(operation.path, operation.method, described);
    }
    put("/events", "get", stream(&mut components));
    put("/openapi.json", "get", itself());
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Onestop (一窗)",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Every command and question of the one-window public legal service, its events as a \
                stream that can be replayed, and webhooks. A refusal is a problem (RFC 9457) with a stable \
                code and a sentence in Chinese and in English; nothing was changed then.",
            "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
        },
        "servers": [{ "url": BASE }],
        "security": [{ "token": [] }, { "session": [] }],
        "paths": paths,
        "components": {
            "schemas": components.into_schemas(),
            "securitySchemes": {
                "token": { "type": "http", "scheme": "bearer" },
                "session": { "type": "apiKey", "in": "cookie", "name": "onestop" },
            },
        },
    })
}

/// Statuses that every address may answer with.
const ALWAYS: &[u16] = &[400, 401, 403, 404, 405, 406, 422, 429, 503];
/// Those that a command adds.
const OF_COMMANDS: &[u16] = &[409, 412, 413, 415];

fn describe(operation: &Operation, components: &mut Components) -> Value {
    let id = name_of(operation);
    let mut given = path_parameters(operation, components);
    given.push(header(
        "Accept-Language",
        "zh or en: the language of a refusal",
        &json!({ "type": "string" }),
        false,
    ));
    let mut described = json!({
        "operationId": id,
        "tags": [operation.service],
        "summary": format!("{}（{}）", operation.title.en, operation.title.zh),
        "x-zh": operation.title.zh,
    });
    if let Some(text) = operation.data["description"].as_str() {
        described["description"] = json!(text);
    }
    let problem = problem_of(operation, components);
    let mut responses = problems(ALWAYS, &problem);
    match operation.asks {
        OperationKind::Command => {
            given.extend(command_headers());
            let body = components.adopt(&id, &operation.data);
            described["requestBody"] = body_of(&body);
            let roles = permission::permitted(operation.service, operation.name);
            let roles: Vec<&str> = roles.iter().map(|role| role.as_str()).collect();
            described["x-roles"] = json!(roles);
            let answer = components.adopt("Accepted", &operation.answer);
            let opens = operation.path == "/cases";
            responses.extend(problems(OF_COMMANDS, &problem));
            let again = if opens {
                "Done before with this key: the first answer again"
            } else {
                "Done, and durable"
            };
            responses.insert(
                "200".to_owned(),
                json_answer(again, &answer, &command_answer(opens)),
            );
            if opens {
                let done = json_answer("Opened, and durable", &answer, &command_answer(true));
                responses.insert("201".to_owned(), done);
            }
        }
        OperationKind::Question | OperationKind::Personal => {
            given.push(parameter(
                "query",
                "after",
                "Answer only once this has been seen: the header 'Position' of a command's answer",
                &json!({ "type": "string", "pattern": POSITION }),
                false,
            ));
            if operation.asks == OperationKind::Personal {
                let body = components.adopt(&id, &operation.body());
                described["requestBody"] = body_of(&body);
                responses.extend(problems(&[409, 413, 415], &problem));
            } else {
                given.extend(query_parameters(operation, &id, components));
            }
            let answer = components.adopt(&format!("{id}.answer"), &operation.answer);
            let etag = json!({ "ETag": { "description": "The revision, to be sent as If-Match with a decision; where what is answered has one", "schema": { "type": "string" } } });
            responses.insert("200".to_owned(), json_answer("The answer", &answer, &etag));
        }
    }
    described["parameters"] = Value::Array(given);
    described["responses"] = Value::Object(responses);
    described
}

/// `command.intake.open`: a command and a question may share a name.
fn name_of(operation: &Operation) -> String {
    let asks = match operation.asks {
        OperationKind::Command => "command",
        OperationKind::Question | OperationKind::Personal => "query",
    };
    format!("{asks}.{}.{}", operation.service, operation.name)
}

/// `intake.main.<epoch>.<position>.<seal>`.
const POSITION: &str = "^[a-z][a-z0-9-]{0,39}\\.[a-z][a-z0-9-]{0,39}\\.[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\\.[0-9]{1,18}\\.[0-9a-f]{24}$";
const KEY: &str = "^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$";
/// A case by its id or by the number on the receipt.
const CASE: &str = "^([0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}|s[0-9a-z]{8}-[0-9]{6}-[0-9]{3,})$";

fn path_parameters(operation: &Operation, components: &mut Components) -> Vec<Value> {
    let described = operation.in_path().map(|name| {
        let schema = if name == "case" {
            json!({ "type": "string", "pattern": CASE })
        } else {
            let id = name_of(operation);
            components.part(&id, &operation.data, &operation.data["properties"][name])
        };
        let text = match name {
            "case" => "The case, by id or by the number on the receipt",
            other => operation.data["properties"][other]["description"]
                .as_str()
                .unwrap_or_default(),
        };
        parameter("path", name, text, &schema, true)
    });
    described.collect()
}

fn query_parameters(operation: &Operation, id: &str, components: &mut Components) -> Vec<Value> {
    let in_path = |name: &str| operation.path.contains(&format!("{{{name}}}"));
    let wanted = parameters(&operation.data)
        .into_iter()
        .filter(|one| !in_path(&one.name));
    let described = wanted.map(|one| {
        let schema = components.part(id, &operation.data, &one.schema);
        parameter("query", &one.name, &one.description, &schema, one.required)
    });
    described.collect()
}

fn command_headers() -> Vec<Value> {
    vec![
        header(
            "Idempotency-Key",
            "A new UUID of version 7. Sent again with the same request, it gets the first answer again",
            &json!({ "type": "string", "pattern": KEY }),
            true,
        ),
        header(
            "If-Match",
            "The ETag that the decision rests on. If the case has moved on since, it is refused with 412",
            &json!({ "type": "string", "pattern": "^(\"[0-9]{1,18}\"|\\*)$" }),
            false,
        ),
        header(
            "Occurred-At",
            "When it happened, if that was earlier: a paper registration entered later",
            &json!({ "type": "string", "format": "date-time" }),
            false,
        ),
    ]
}

fn header(name: &str, text: &str, schema: &Value, required: bool) -> Value {
    parameter("header", name, text, schema, required)
}

fn parameter(place: &str, name: &str, text: &str, schema: &Value, required: bool) -> Value {
    json!({ "in": place, "name": name, "description": text, "required": required, "schema": schema })
}

fn body_of(schema: &Value) -> Value {
    json!({ "required": true, "content": { "application/json": { "schema": schema } } })
}

fn json_answer(text: &str, schema: &Value, headers: &Value) -> Value {
    json!({
        "description": text,
        "headers": headers,
        "content": { "application/json": { "schema": schema } },
    })
}

fn command_answer(opens: bool) -> Value {
    let mut headers = json!({
        "ETag": { "description": "The revision after it", "schema": { "type": "string" } },
        "Position": {
            "description": "Hand it to a question as 'after' to read what was written",
            "schema": { "type": "string" },
        },
    });
    if opens {
        headers["Location"] = json!({ "description": "The case", "schema": { "type": "string" } });
    }
    headers
}

fn problems(statuses: &[u16], schema: &Value) -> Map<String, Value> {
    let each = statuses
        .iter()
        .map(|status| (status.to_string(), problem(*status, schema)));
    each.collect()
}

fn problem(status: u16, schema: &Value) -> Value {
    let mut answer = json!({
        "description": said(status),
        "content": { "application/problem+json": { "schema": schema } },
    });
    let header = |text: &str| json!({ "description": text, "schema": { "type": "string" } });
    match status {
        401 => answer["headers"]["WWW-Authenticate"] = header("Bearer"),
        405 => answer["headers"]["Allow"] = header("What the address takes"),
        429 => answer["headers"]["Retry-After"] = header("Seconds to wait"),
        _ => {}
    }
    answer
}

fn said(status: u16) -> &'static str {
    match status {
        400 => "The request does not read",
        401 => "Nobody is signed in",
        403 => "Whoever asks may not",
        404 => "There is no such thing, or it is not for the one who asks",
        405 => "Not with this method",
        406 => "Not in that form",
        409 => "The case stands differently, or the key was used for another request",
        412 => "The case has moved on since the revision of If-Match",
        413 => "The body is too large",
        415 => "The body is not JSON",
        422 => "Something is to be mended; the field is named",
        429 => "Too many requests",
        _ => "Somebody who is needed does not answer. Try again with the same key",
    }
}

/// A problem with the codes that this operation can answer with.
fn problem_of(operation: &Operation, components: &mut Components) -> Value {
    let name = format!("Problem.{}", operation.service);
    let mut codes = contract::rejection_codes(operation.service);
    codes.extend(codes_of(&schema_for!(CommonRejection)));
    codes.extend(codes_of(&schema_for!(ApiRejection)));
    with_codes(&name, codes, components)
}

fn own_problem(components: &mut Components) -> Value {
    let mut codes = codes_of(&schema_for!(CommonRejection));
    codes.extend(codes_of(&schema_for!(ApiRejection)));
    with_codes("Problem.gateway", codes, components)
}

fn with_codes(name: &str, mut codes: Vec<String>, components: &mut Components) -> Value {
    codes.sort();
    codes.dedup();
    components.adopt(
        name,
        &json!({
            "allOf": [
                { "$ref": "#/components/schemas/Problem" },
                { "type": "object", "properties": { "code": { "enum": codes } } },
            ],
        }),
    )
}

/// The codes of a list of refusals.
pub(crate) fn codes_of(schema: &Schema) -> Vec<String> {
    fn within(schema: &Value, defs: &Value, found: &mut Vec<String>) {
        found.extend(
            schema["properties"]["code"]["const"]
                .as_str()
                .map(str::to_owned),
        );
        for list in ["oneOf", "anyOf"] {
            for one in schema[list].as_array().into_iter().flatten() {
                within(one, defs, found);
            }
        }
        if let Some(name) = schema["$ref"]
            .as_str()
            .and_then(|path| path.strip_prefix("#/$defs/"))
        {
            within(&defs[name], defs, found);
        }
    }
    let schema = schema.clone().to_value();
    let mut found = Vec::new();
    within(&schema, &schema["$defs"], &mut found);
    found
}

fn describe_own(operation: &Own, components: &mut Components) -> Value {
    let mut given = Vec::new();
    if operation.path.contains("{webhook}") {
        given.push(parameter(
            "path",
            "webhook",
            "The webhook",
            &json!({ "type": "string", "pattern": KEY }),
            true,
        ));
    }
    let problem = own_problem(components);
    let mut responses = problems(ALWAYS, &problem);
    responses.extend(problems(operation.refusals, &problem));
    let mut described = json!({
        "operationId": operation.id,
        "tags": ["webhooks"],
        "summary": format!("{}（{}）", operation.en, operation.zh),
        "x-zh": operation.zh,
    });
    if let Some((name, schema)) = &operation.body {
        if operation.id == "webhooks.register" {
            given.push(header(
                "Idempotency-Key",
                "A new UUID of version 7: the webhook's id",
                &json!({ "type": "string", "pattern": KEY }),
                true,
            ));
        }
        described["requestBody"] = body_of(&components.adopt(name, schema));
        responses.extend(problems(&[413, 415], &problem));
    }
    for (status, answer) in &operation.answers {
        let described = match answer {
            Answer::Nothing => json!({ "description": "Done" }),
            Answer::Json(name, schema) => {
                json_answer("Done", &components.adopt(name, schema), &json!({}))
            }
        };
        responses.insert(status.to_string(), described);
    }
    described["parameters"] = Value::Array(given);
    described["responses"] = Value::Object(responses);
    described
}

fn stream(components: &mut Components) -> Value {
    let schema = schema_for!(crate::feed::EventsQuery).to_value();
    let mut given: Vec<Value> = parameters(&schema)
        .into_iter()
        .filter(|one| one.name != "limit")
        .map(|one| {
            let part = components.part("events", &schema, &one.schema);
            parameter("query", &one.name, &one.description, &part, false)
        })
        .collect();
    given.push(header(
        "Last-Event-ID",
        "The id of the last event that was had: it goes on after it",
        &json!({ "type": "string" }),
        false,
    ));
    let problem = own_problem(components);
    let mut responses = problems(ALWAYS, &problem);
    responses.extend(problems(&[409], &problem));
    let data = components.adopt(
        "Envelope",
        &schema_for!(crate::envelope::Envelope).to_value(),
    );
    responses.insert("200".to_owned(), json!({
        "description": "Server-sent events that go on. Each is one event of Onestop: its id, its type, and the \
            CloudEvent as data. From a position, then as it happens, without a gap; a comment every 15 seconds \
            shows that the line stands",
        "content": { "text/event-stream": { "schema": { "type": "string" }, "x-data": data } },
    }));
    json!({
        "operationId": "events.follow",
        "tags": ["events"],
        "summary": "Follow what happens（事件流）",
        "x-zh": "事件流",
        "description": "What the caller may see: a unit's own events; those of the division for a supervisor or auditor.",
        "parameters": given,
        "responses": responses,
    })
}

fn itself() -> Value {
    json!({
        "operationId": "openapi",
        "tags": ["openapi"],
        "summary": "This document（本文档）",
        "x-zh": "本文档",
        "security": [],
        "responses": {
            "200": {
                "description": "The document",
                "content": { "application/json": { "schema": { "type": "object" } } },
            },
            "405": problem(405, &json!({ "$ref": "#/components/schemas/Problem" })),
            "406": problem(406, &json!({ "$ref": "#/components/schemas/Problem" })),
            "429": problem(429, &json!({ "$ref": "#/components/schemas/Problem" })),
        },
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn references(value: &Value, found: &mut BTreeSet<String>) {
        match value {
            Value::Object(fields) => {
                found.extend(
                    fields
                        .get("$ref")
                        .and_then(Value::as_str)
                        .map(str::to_owned),
                );
                fields.values().for_each(|value| references(value, found));
            }
            Value::Array(all) => all.iter().for_each(|value| references(value, found)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }

    #[test]
    fn everything_referred_to_is_there() {
        let document = openapi();
        let mut found = BTreeSet::new();
        references(&document, &mut found);
        assert!(found.len() > 100, "only {}", found.len());
        for reference in found {
            let pointer = reference.strip_prefix('#').unwrap();
            assert!(document.pointer(pointer).is_some(), "{reference}");
        }
    }

    #[test]
    fn an_id_names_one_operation() {
        let mut seen = BTreeSet::new();
        for item in openapi()["paths"].as_object().unwrap().values() {
            for operation in item.as_object().unwrap().values() {
                assert!(
                    seen.insert(operation["operationId"].to_string()),
                    "{}",
                    operation["operationId"]
                );
            }
        }
    }
}
