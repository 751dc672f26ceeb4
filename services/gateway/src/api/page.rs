//! `/api`: the document as a page, for people.

use std::collections::BTreeMap;

use askama::Template;
use axum::{Router, extract::State, response::Response, routing::get};
use onestop_proto::http::BASE;
use serde_json::Value;

use crate::{
    app::App,
    page::{Page, View, html},
};

pub(super) fn routes() -> Router<App> {
    Router::new().route("/api", get(show))
}

#[derive(Template)]
#[template(path = "api.html")]
struct Api<'a> {
    page: Page<'a>,
    base: &'static str,
    groups: Vec<(String, Vec<Entry>)>,
    codes: Vec<String>,
}

/// One operation, as a reader wants it.
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
    let document = onestop_proto::http::openapi();
    let page = view.page(&app);
    let chinese = page.say.language() == onestop_proto::text::Language::Zh;
    html(&Api {
        groups: groups(&document, chinese),
        codes: codes(&document),
        base: BASE,
        page,
    })
}

fn groups(document: &Value, chinese: bool) -> Vec<(String, Vec<Entry>)> {
    let mut groups: BTreeMap<String, Vec<Entry>> = BTreeMap::new();
    for (path, item) in document["paths"].as_object().into_iter().flatten() {
        for (method, operation) in item.as_object().into_iter().flatten() {
            let group = operation["tags"][0].as_str().unwrap_or_default().to_owned();
            let entry = entry(document, (path, method), operation, chinese);
            groups.entry(group).or_default().push(entry);
        }
    }
    groups.into_iter().collect()
}

fn entry(
    document: &Value,
    (path, method): (&str, &str),
    operation: &Value,
    chinese: bool,
) -> Entry {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let english = text(&operation["summary"]);
    let title = if chinese {
        text(&operation["x-zh"])
    } else {
        english
    };
    let parameters = operation["parameters"].as_array().into_iter().flatten();
    let parameters = parameters.map(|one| Parameter {
        name: text(&one["name"]),
        place: text(&one["in"]),
        required: one["required"] == true,
        text: text(&one["description"]),
    });
    let roles = operation["x-roles"].as_array().into_iter().flatten();
    let roles = roles.filter_map(Value::as_str).filter_map(|role| {
        let role: onestop_proto::actor::Role = role.parse().ok()?;
        Some(if chinese {
            role.text().zh
        } else {
            role.text().en
        })
    });
    let roles: Vec<&str> = roles.collect();
    let statuses = operation["responses"].as_object().into_iter().flatten();
    let statuses: Vec<&str> = statuses.map(|(status, _)| status.as_str()).collect();
    Entry {
        id: text(&operation["operationId"]),
        method: method.to_uppercase(),
        path: path.to_owned(),
        title,
        text: text(&operation["description"]),
        roles: roles.join(if chinese { "、" } else { ", " }),
        parameters: parameters.collect(),
        body: body(document, operation),
        statuses: statuses.join(" "),
    }
}

/// The schema of the body, as it stands in the document.
fn body(document: &Value, operation: &Value) -> Option<String> {
    let media = &operation["requestBody"]["content"]["application/json"]["schema"]["$ref"];
    let pointer = media.as_str()?.strip_prefix('#')?;
    serde_json::to_string_pretty(document.pointer(pointer)?).ok()
}

/// Every code that a refusal can have: where a problem's `type` leads.
fn codes(document: &Value) -> Vec<String> {
    let schemas = document["components"]["schemas"]
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
