//! `/api/reference`: the OpenAPI document as a page.

use std::{collections::BTreeMap, sync::LazyLock};

use askama::Template;
use axum::{Router, extract::State, response::Response, routing::get};
use onestop_proto::{
    actor::Role,
    http::{BASE, OPENAPI},
    text::Language,
};
use serde_json::Value;

use super::shell::{Page, View, html};
use crate::app::App;

/// The committed document. A test of its generator holds that it is JSON.
static DOCUMENT: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(OPENAPI).unwrap_or_default());

pub(super) fn document() -> &'static Value {
    &DOCUMENT
}

pub(super) fn routes() -> Router<App> {
    Router::new().route("/api/reference", get(show))
}

#[derive(Template)]
#[template(path = "api-reference.html")]
struct ApiTemplate<'a> {
    page: Page<'a>,
    base: &'static str,
    groups: Vec<(String, Vec<Entry>)>,
}

/// An operation.
#[derive(Default)]
struct Entry {
    id: String,
    method: String,
    path: String,
    title: String,
    text: String,
    roles: String,
    parameters: Vec<Parameter>,
    body: Option<String>,
    statuses: String,
}

struct Parameter {
    name: String,
    place: String,
    required: bool,
    text: String,
}

async fn show(State(app): State<App>, view: View) -> Response {
    let document = document();
    let page = view.page(&app);
    html(&ApiTemplate {
        groups: groups(document, &page),
        base: BASE,
        page,
    })
}

fn groups(document: &Value, page: &Page<'_>) -> Vec<(String, Vec<Entry>)> {
    let mut groups: BTreeMap<String, Vec<Entry>> = BTreeMap::new();
    for (path, item) in document["paths"].as_object().into_iter().flatten() {
        for (method, operation) in item.as_object().into_iter().flatten() {
            let entry = Entry {
                path: path.clone(),
                method: method.to_uppercase(),
                ..entry(document, operation, page)
            };
            let group = text(&operation["tags"][0]);
            groups.entry(group).or_default().push(entry);
        }
    }
    groups.into_iter().collect()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn entry(document: &Value, operation: &Value, page: &Page<'_>) -> Entry {
    let title = match page.i18n.contract_language() {
        Language::Zh => &operation["x-zh"],
        Language::En => &operation["summary"],
    };
    let parameters = operation["parameters"].as_array().into_iter().flatten();
    let parameters = parameters.map(|one| Parameter {
        name: text(&one["name"]),
        place: text(&one["in"]),
        required: one["required"] == true,
        text: text(&one["description"]),
    });
    let roles = operation["x-roles"].as_array().into_iter().flatten();
    let roles = roles.filter_map(|role| role.as_str()?.parse::<Role>().ok());
    let statuses = operation["responses"].as_object().into_iter().flatten();
    let statuses: Vec<&str> = statuses.map(|(status, _)| status.as_str()).collect();
    Entry {
        id: text(&operation["operationId"]),
        title: text(title),
        text: text(&operation["description"]),
        roles: page.list(roles.map(|role| page.i18n.text(role.text()))),
        parameters: parameters.collect(),
        body: body(document, operation),
        statuses: statuses.join(" "),
        ..Entry::default()
    }
}

/// The schema of the body.
fn body(document: &Value, operation: &Value) -> Option<String> {
    let media = &operation["requestBody"]["content"]["application/json"]["schema"]["$ref"];
    let pointer = media.as_str()?.strip_prefix('#')?;
    serde_json::to_string_pretty(document.pointer(pointer)?).ok()
}

/// All codes of problems: the `type` of a problem links to its code here.
pub(super) fn codes() -> Vec<String> {
    let schemas = document()["components"]["schemas"]
        .as_object()
        .into_iter()
        .flatten();
    let problems = schemas.filter(|(name, _)| name.starts_with("Problem."));
    let listed = problems.flat_map(|(_, schema)| {
        let codes = schema["allOf"][1]["properties"]["code"]["enum"].as_array();
        codes
            .into_iter()
            .flatten()
            .filter_map(|code| code.as_str().map(str::to_owned))
    });
    let listed: std::collections::BTreeSet<String> = listed.collect();
    listed.into_iter().collect()
}
