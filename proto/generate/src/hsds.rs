//! The operations that answer the directory in the form of HSDS 3. They are public.

use serde_json::{Value, json};

use crate::{
    components::Components,
    elements::{json_answer, parameter},
    problems::{own_problem, problems},
};

/// What all can be refused with.
const REFUSALS: &[u16] = &[400, 405, 406, 429, 503];

/// `/hsds`.
pub(crate) fn about(components: &mut Components) -> Value {
    let uri = json!({ "type": "string", "format": "uri" });
    let about = json!({
        "type": "object",
        "required": ["version", "profile", "openapi_url"],
        "properties": { "version": { "type": "string" }, "profile": uri, "openapi_url": uri },
    });
    let mut refusals = REFUSALS.to_vec();
    refusals.push(422);
    let problem = own_problem(components);
    let mut responses = problems(&refusals, &problem);
    let answer = json_answer("What there is", &about, &json!({}));
    responses.insert("200".to_owned(), answer);
    json!({
        "operationId": "hsds.about",
        "tags": ["hsds"],
        "summary": "Which version of HSDS there is（公共服务目录的版本）",
        "x-zh": "公共服务目录的版本",
        "security": [],
        "responses": responses,
    })
}

/// `/hsds/services`.
pub(crate) fn services(components: &mut Components) -> Value {
    let number = |most: u64| json!({ "type": "integer", "minimum": 1, "maximum": most });
    let count = json!({ "type": "integer", "minimum": 0 });
    let page = json!({
        "type": "object",
        "required": ["total_items", "total_pages", "page_number", "size", "first_page", "last_page", "empty", "contents"],
        "properties": {
            "total_items": count,
            "total_pages": count,
            "page_number": count,
            "size": count,
            "first_page": { "type": "boolean" },
            "last_page": { "type": "boolean" },
            "empty": { "type": "boolean" },
            "contents": { "type": "array", "items": service_schema() },
        },
    });
    let parameters = [
        parameter(
            "query",
            "page",
            "Which page, from 1",
            &number(u64::from(u32::MAX)),
            false,
        ),
        parameter(
            "query",
            "per_page",
            "Services on a page; 25 if it is left out",
            &number(100),
            false,
        ),
    ];
    let mut refusals = REFUSALS.to_vec();
    refusals.push(422);
    let problem = own_problem(components);
    let mut responses = problems(&refusals, &problem);
    responses.insert("200".to_owned(), json_answer("A page", &page, &json!({})));
    json!({
        "operationId": "hsds.services",
        "tags": ["hsds"],
        "summary": "Services in HSDS 3 form（公共服务目录）",
        "x-zh": "公共服务目录",
        "description": "One service for each item that a site offers, as of today.",
        "security": [],
        "parameters": parameters,
        "responses": responses,
    })
}

/// `/hsds/services/{service}`.
pub(crate) fn service(components: &mut Components) -> Value {
    let id = json!({ "type": "string", "format": "uuid" });
    let mut refusals = REFUSALS.to_vec();
    refusals.push(404);
    let problem = own_problem(components);
    let mut responses = problems(&refusals, &problem);
    let answer = json_answer("The service", &service_schema(), &json!({}));
    responses.insert("200".to_owned(), answer);
    json!({
        "operationId": "hsds.service",
        "tags": ["hsds"],
        "summary": "A service in HSDS 3 form（公共服务）",
        "x-zh": "公共服务",
        "security": [],
        "parameters": [parameter("path", "service", "The id of the service", &id, true)],
        "responses": responses,
    })
}

/// What every service has; HSDS says the rest.
fn service_schema() -> Value {
    json!({
        "type": "object",
        "required": ["id", "name", "status"],
        "properties": {
            "id": { "type": "string", "format": "uuid" },
            "name": { "type": "string" },
            "status": { "enum": ["active", "inactive", "defunct", "temporarily closed"] },
        },
    })
}
