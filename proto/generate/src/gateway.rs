//! The operations of the interface itself: the stream of events, webhooks, late entries that wait, the document.

use onestop_proto::{
    envelope::Envelope,
    feed::EventsQuery,
    http::{
        BODY_LIMIT,
        late_entries::{LateEntryData, WaitingLateEntries},
        parameters,
        webhook::{
            EmptyBody, RegisterWebhook, RegisteredWebhook, ReplayWebhook, Webhook, Webhooks,
        },
    },
};
use schemars::schema_for;
use serde_json::{Value, json};

use crate::{
    components::Components,
    elements::{IDEMPOTENCY_KEY, body_of, header, json_answer, parameter},
    problems::{ALWAYS, own_problem, problem, problems},
};

/// One operation that no service answers.
pub(crate) struct Own {
    pub(crate) id: &'static str,
    pub(crate) method: &'static str,
    pub(crate) path: &'static str,
    pub(crate) zh: &'static str,
    pub(crate) en: &'static str,
    /// The body: its name among the components, and its schema.
    pub(crate) body: Option<(&'static str, Value)>,
    /// What comes back, by status.
    pub(crate) answers: Vec<(u16, Answer)>,
    /// Refusals of its own, by status.
    pub(crate) refusals: &'static [u16],
}

pub(crate) enum Answer {
    Nothing,
    Json(&'static str, Value),
}

pub(crate) fn webhooks() -> Vec<Own> {
    let mut all = registrations();
    all.extend(deliveries());
    all
}

/// What waits for the caller's approval.
pub(crate) fn late_entries() -> Vec<Own> {
    let listed = schema_for!(WaitingLateEntries).to_value();
    let opened = schema_for!(LateEntryData).to_value();
    vec![
        Own {
            id: "late-entries.list",
            method: "get",
            path: "/late-entries",
            zh: "等我审批的补录",
            en: "Late entries that wait for the caller's approval",
            body: None,
            answers: vec![(200, json_of(("late-entry.list", listed)))],
            refusals: &[],
        },
        Own {
            id: "late-entries.open",
            method: "post",
            path: "/late-entries/{entry}/open",
            zh: "查看补录所填内容",
            en: "What was filled in of one. That it is read is recorded",
            body: None,
            answers: vec![(200, json_of(("late-entry.opened", opened)))],
            refusals: &[404, 409],
        },
    ]
}

fn json_of((name, schema): (&'static str, Value)) -> Answer {
    Answer::Json(name, schema)
}

fn webhook() -> (&'static str, Value) {
    ("Webhook", schema_for!(Webhook).to_value())
}

/// Registering, looking at and removing webhooks.
fn registrations() -> Vec<Own> {
    let registered = || {
        let schema = schema_for!(RegisteredWebhook).to_value();
        json_of(("webhook.registered", schema))
    };
    vec![
        Own {
            id: "webhooks.list",
            method: "get",
            path: "/webhooks",
            zh: "本单位的事件推送",
            en: "The unit's webhooks",
            body: None,
            answers: vec![(
                200,
                json_of(("webhook.list", schema_for!(Webhooks).to_value())),
            )],
            refusals: &[],
        },
        Own {
            id: "webhooks.register",
            method: "post",
            path: "/webhooks",
            zh: "登记事件推送",
            en: "Register a webhook. Its secret is told this once",
            body: Some(("webhook.register", schema_for!(RegisterWebhook).to_value())),
            answers: vec![(201, registered()), (200, registered())],
            refusals: &[409],
        },
        Own {
            id: "webhooks.show",
            method: "get",
            path: "/webhooks/{webhook}",
            zh: "一个事件推送",
            en: "A webhook: how far it is, and why it fails",
            body: None,
            answers: vec![(200, json_of(webhook()))],
            refusals: &[404],
        },
        Own {
            id: "webhooks.remove",
            method: "delete",
            path: "/webhooks/{webhook}",
            zh: "删除事件推送",
            en: "Remove a webhook",
            body: None,
            answers: vec![(204, Answer::Nothing)],
            refusals: &[404],
        },
    ]
}

/// What can be done about a webhook's deliveries.
fn deliveries() -> Vec<Own> {
    let nothing = || Some(("webhook.nothing", schema_for!(EmptyBody).to_value()));
    vec![
        Own {
            id: "webhooks.retry",
            method: "post",
            path: "/webhooks/{webhook}/retry",
            zh: "立即重试推送",
            en: "Try again now, and go on if it was parked",
            body: nothing(),
            answers: vec![(200, json_of(webhook()))],
            refusals: &[404],
        },
        Own {
            id: "webhooks.skip",
            method: "post",
            path: "/webhooks/{webhook}/skip",
            zh: "略过推送不成的事件",
            en: "Skip the event at which it is parked, and go on",
            body: nothing(),
            answers: vec![(200, json_of(webhook()))],
            refusals: &[404, 409],
        },
        Own {
            id: "webhooks.replay",
            method: "post",
            path: "/webhooks/{webhook}/replay",
            zh: "从某处起重新推送",
            en: "Send again from a position",
            body: Some(("webhook.replay", schema_for!(ReplayWebhook).to_value())),
            answers: vec![(200, json_of(webhook()))],
            refusals: &[404],
        },
    ]
}

pub(crate) fn describe_own(operation: &Own, components: &mut Components) -> Value {
    let mut given = Vec::new();
    if operation.path.contains("{webhook}") {
        given.push(parameter(
            "path",
            "webhook",
            "The webhook",
            &json!({ "type": "string", "pattern": IDEMPOTENCY_KEY }),
            true,
        ));
    }
    if operation.path.contains("{entry}") {
        given.push(parameter(
            "path",
            "entry",
            "The idempotency key of the entry",
            &json!({ "type": "string", "pattern": IDEMPOTENCY_KEY }),
            true,
        ));
    }
    let tag = operation.id.split('.').next();
    let problem = own_problem(components);
    let mut responses = problems(ALWAYS, &problem);
    responses.extend(problems(operation.refusals, &problem));
    let mut described = json!({
        "operationId": operation.id,
        "tags": [tag],
        "summary": format!("{}（{}）", operation.en, operation.zh),
        "x-zh": operation.zh,
    });
    if let Some((name, schema)) = &operation.body {
        if operation.id == "webhooks.register" {
            given.push(header(
                "Idempotency-Key",
                "A new UUID, such as of version 4 or 7: the webhook's id",
                &json!({ "type": "string", "pattern": IDEMPOTENCY_KEY }),
                true,
            ));
        }
        described["requestBody"] = body_of(&components.adopt(name, schema), BODY_LIMIT);
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

pub(crate) fn stream(components: &mut Components) -> Value {
    let schema = schema_for!(EventsQuery).to_value();
    let mut given: Vec<Value> = parameters(&schema)
        .into_iter()
        .filter(|one| one.name != "limit")
        .map(|one| {
            let mut part = components.part("events", &schema, &one.schema);
            let mut text = one.description;
            if one.name == "from" {
                // A stream without it begins now; a page of events without it begins at the first.
                if let Some(fields) = part.as_object_mut() {
                    fields.remove("default");
                }
                text += " Without it, the stream begins with what happens from now on.";
            }
            parameter("query", &one.name, &text, &part, false)
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
    let data = components.adopt("Envelope", &schema_for!(Envelope).to_value());
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

pub(crate) fn itself() -> Value {
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
