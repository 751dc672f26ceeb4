//! What an operation can be refused with: statuses, and the codes of each service.

use onestop_proto::{
    case, contract,
    http::{ApiRejection, Operation},
    ledger, parking, personal, referral,
    rejection::CommonRejection,
    replication,
};
use schemars::{Schema, schema_for};
use serde_json::{Map, Value, json};

use crate::components::Components;

/// Statuses that every address may answer with.
pub(crate) const ALWAYS: &[u16] = &[400, 401, 403, 404, 405, 406, 422, 429, 503];
/// Those that a command adds.
pub(crate) const OF_COMMANDS: &[u16] = &[409, 412, 413, 415, 507];

pub(crate) fn problems(statuses: &[u16], schema: &Value) -> Map<String, Value> {
    let each = statuses
        .iter()
        .map(|status| (status.to_string(), problem(*status, schema)));
    each.collect()
}

pub(crate) fn problem(status: u16, schema: &Value) -> Value {
    let mut answer = json!({
        "description": describe_status(status),
        "content": { "application/problem+json": { "schema": schema } },
    });
    let header = |text: &str| json!({ "description": text, "schema": { "type": "string" } });
    match status {
        401 => answer["headers"]["WWW-Authenticate"] = header("Bearer"),
        405 => answer["headers"]["Allow"] = header("What the address takes"),
        429 | 503 => answer["headers"]["Retry-After"] = header("Seconds to wait"),
        _ => {}
    }
    answer
}

fn describe_status(status: u16) -> &'static str {
    match status {
        400 => "The request could not be parsed",
        401 => "Not signed in",
        403 => "The caller may not do this",
        404 => "Not found, or not visible to the caller",
        405 => "Method not allowed",
        406 => "Not acceptable",
        409 => "The case is in another state, or the key was used for another request",
        412 => "The case has moved on since the revision of If-Match",
        413 => "The body is too large",
        415 => "The body is not JSON",
        422 => "A field is invalid; it is named",
        429 => "Too many requests",
        507 => {
            "The disk of a service is full: nothing was changed. Retry with the same key once there is room"
        }
        _ => {
            "A service that is needed does not answer, or did not answer in time. Retry with the same key: it finds out what was done"
        }
    }
}

/// A problem with the codes that this operation can answer with.
pub(crate) fn problem_of(operation: &Operation, components: &mut Components) -> Value {
    let name = format!("Problem.{}", operation.service);
    if let Some(known) = components.adopted(&name) {
        return known;
    }
    let mut codes = rejection_codes(operation.service);
    codes.extend(codes_of(&schema_for!(CommonRejection)));
    codes.extend(codes_of(&schema_for!(ApiRejection)));
    with_codes(&name, codes, components)
}

pub(crate) fn own_problem(components: &mut Components) -> Value {
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
fn codes_of(schema: &Schema) -> Vec<String> {
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

/// The codes of everything that a service can refuse by its own rules.
fn rejection_codes(service: &str) -> Vec<String> {
    let own = contract::parts()
        .into_iter()
        .find(|part| part.service == service);
    let mut lists = vec![
        schema_for!(parking::Rejection),
        schema_for!(replication::Rejection),
        schema_for!(personal::Rejection),
    ];
    lists.extend(own.map(|part| part.rejections));
    // Intake has referral take a case back for the person who withdraws.
    if service == case::SERVICE {
        lists.push(schema_for!(referral::Rejection));
    }
    // The gateway asks the journal whether the caller may see a case.
    lists.push(schema_for!(ledger::Rejection));
    lists.iter().flat_map(codes_of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_referral_refuses_is_told_of_a_withdrawal_too() {
        let codes = rejection_codes(case::SERVICE);
        assert!(codes.iter().any(|code| code == "offer-answered"));
    }
}
