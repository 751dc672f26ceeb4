//! The OpenAPI 3.1 document.

use onestop_proto::{
    http::{BASE, Operation, OperationKind, Problem, operations, parameters},
    permission,
};
use schemars::schema_for;
use serde_json::{Map, Value, json};

use crate::{
    components::Components,
    directory,
    elements::{body_of, command_answer, command_headers, header, json_answer, parameter},
    gateway, hsds,
    problems::{ALWAYS, OF_COMMANDS, problem_of, problems},
    webhook_messages,
};

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
    for operation in gateway::webhooks()
        .into_iter()
        .chain(gateway::late_entries())
    {
        let described = gateway::describe_own(&operation, &mut components);
        put(operation.path, operation.method, described);
    }
    put("/events", "get", gateway::stream(&mut components));
    put("/hsds", "get", hsds::about(&mut components));
    put("/hsds/services", "get", hsds::services(&mut components));
    let one = hsds::service(&mut components);
    put("/hsds/services/{service}", "get", one);
    for (path, described) in directory::listings(&mut components) {
        put(path, "get", described);
    }
    put("/openapi.json", "get", gateway::itself());
    let webhooks = webhook_messages::webhooks(&mut components);
    json!({
        "openapi": "3.1.0",
        "info": {
            // Generators make the name of a package from it.
            "title": "Onestop",
            "summary": "一窗：公共法律服务一站式窗口的接口",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Every command and question of the one-window public legal service, its events as a \
                stream that can be replayed, and webhooks. A refusal is a problem (RFC 9457) with a stable \
                code and a sentence in Chinese and in English; nothing was changed then.",
            "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
        },
        "servers": [{ "url": BASE }],
        "security": [{ "token": [] }, { "session": [] }],
        "paths": paths,
        "webhooks": webhooks,
        "components": {
            "schemas": components.into_schemas(),
            "securitySchemes": {
                "token": { "type": "http", "scheme": "bearer" },
                "session": { "type": "apiKey", "in": "cookie", "name": "onestop" },
            },
        },
    })
}

fn describe(operation: &Operation, components: &mut Components) -> Value {
    let mut described = json!({
        "operationId": name_of(operation),
        "tags": [operation.service],
        "summary": format!("{}（{}）", operation.title.en, operation.title.zh),
        "x-zh": operation.title.zh,
    });
    if let Some(text) = operation.data["description"].as_str() {
        described["description"] = json!(text);
    }
    let mut given = path_parameters(operation, components);
    given.push(header(
        "Accept-Language",
        "zh or en: the language of a refusal",
        &json!({ "type": "string" }),
        false,
    ));
    let problem = problem_of(operation, components);
    let mut responses = problems(ALWAYS, &problem);
    let mut details = match operation.asks {
        OperationKind::Command => describe_command(operation, &problem, components),
        OperationKind::Question | OperationKind::Personal => {
            describe_question(operation, &problem, components)
        }
    };
    given.append(&mut details.parameters);
    responses.append(&mut details.responses);
    if let Some(fields) = described.as_object_mut() {
        fields.append(&mut details.fields);
    }
    described["parameters"] = Value::Array(given);
    described["responses"] = Value::Object(responses);
    described
}

/// What the kind of an operation adds to its description.
#[derive(Default)]
struct Details {
    parameters: Vec<Value>,
    responses: Map<String, Value>,
    fields: Map<String, Value>,
}

fn describe_command(
    operation: &Operation,
    problem: &Value,
    components: &mut Components,
) -> Details {
    let mut details = Details {
        parameters: command_headers(),
        ..Details::default()
    };
    let body = components.adopt(&name_of(operation), &operation.data);
    let roles = permission::permitted(operation.service, operation.name);
    let roles: Vec<&str> = roles.iter().map(|role| role.as_str()).collect();
    let fields = &mut details.fields;
    fields.insert(
        "requestBody".to_owned(),
        body_of(&body, operation.body_limit()),
    );
    fields.insert("x-roles".to_owned(), json!(roles));
    let answer = components.adopt("Accepted", &operation.answer);
    let opens = operation.path == "/cases";
    let responses = &mut details.responses;
    responses.extend(problems(OF_COMMANDS, problem));
    let again = if opens {
        "Done before with this key: the first answer again"
    } else {
        "Done, and durable"
    };
    let done = json_answer(again, &answer, &command_answer(opens));
    responses.insert("200".to_owned(), done);
    if opens {
        let opened = json_answer("Opened, and durable", &answer, &command_answer(true));
        responses.insert("201".to_owned(), opened);
    }
    details
}

fn describe_question(
    operation: &Operation,
    problem: &Value,
    components: &mut Components,
) -> Details {
    let id = name_of(operation);
    let mut details = Details::default();
    details.parameters.push(parameter(
        "query",
        "after",
        "Answer only once this has been seen: the header 'Position' of a command's answer",
        &json!({ "type": "string", "pattern": POSITION }),
        false,
    ));
    if operation.asks == OperationKind::Personal {
        let body = components.adopt(&id, &operation.body());
        details.fields.insert(
            "requestBody".to_owned(),
            body_of(&body, operation.body_limit()),
        );
        details
            .responses
            .extend(problems(&[409, 413, 415], problem));
    } else {
        let of_data = query_parameters(operation, &id, components);
        details.parameters.extend(of_data);
    }
    let answer = components.adopt(&format!("{id}.answer"), &operation.answer);
    let etag = json!({ "ETag": { "description": "The revision, to be sent as If-Match with a decision; where what is answered has one", "schema": { "type": "string" } } });
    let answered = json_answer("The answer", &answer, &etag);
    details.responses.insert("200".to_owned(), answered);
    details
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

    /// The document describes each webhook that a receiver gets, and the headers that sign it.
    #[test]
    fn what_webhooks_send_is_told_with_its_signature() {
        let document = openapi();
        let event = &document["webhooks"]["event"]["post"];
        let headers = event["parameters"].as_array().unwrap().iter();
        let headers: Vec<&str> = headers.map(|one| one["name"].as_str().unwrap()).collect();
        assert_eq!(
            headers,
            ["webhook-id", "webhook-timestamp", "webhook-signature"]
        );
        let sent = &event["requestBody"]["content"]["application/cloudevents+json"]["schema"];
        assert_eq!(sent["$ref"], "#/components/schemas/Envelope");
        let how = event["description"].as_str().unwrap();
        for word in [
            "whsec_",
            "HMAC-SHA256",
            "<webhook-id>.<webhook-timestamp>.<body>",
        ] {
            assert!(how.contains(word), "{word}");
        }
    }

    /// A generator makes classes and files of them, on disks that know no capitals too.
    #[test]
    fn no_two_schemas_have_one_name_in_a_client() {
        let document = openapi();
        let mut seen = std::collections::BTreeMap::new();
        for name in document["components"]["schemas"]
            .as_object()
            .unwrap()
            .keys()
        {
            let letters = name.chars().filter(char::is_ascii_alphanumeric);
            let plain: String = letters.map(|letter| letter.to_ascii_lowercase()).collect();
            if let Some(other) = seen.insert(plain, name) {
                panic!("{name} and {other}");
            }
        }
    }

    /// Only plain texts: generators refuse dates in headers.
    #[test]
    fn headers_are_plain_texts() {
        for item in openapi()["paths"].as_object().unwrap().values() {
            for operation in item.as_object().unwrap().values() {
                for one in operation["parameters"].as_array().into_iter().flatten() {
                    if one["in"] == "header" {
                        assert!(one["schema"].get("format").is_none(), "{one}");
                    }
                }
            }
        }
    }
}
