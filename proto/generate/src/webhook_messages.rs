//! What webhooks send, as OpenAPI's `webhooks`: the event, the headers that sign it, and what a receiver answers.

use onestop_proto::{envelope::Envelope, http::webhook::HEADERS};
use schemars::schema_for;
use serde_json::{Map, Value, json};

use crate::{components::Components, elements::header};

/// How the signature is made, in the words of the document.
const SIGNATURE: &str = "One event, signed after Standard Webhooks (https://www.standardwebhooks.com). To check it: \
    take what stands after `whsec_` in the secret and decode it (base64): that is the key. Compute HMAC-SHA256 over \
    `<webhook-id>.<webhook-timestamp>.<body>`, the body as its bytes came, and write it in base64. One of the entries \
    of `webhook-signature`, which are separated by spaces, must be `v1,` and that text; compare in constant time. Refuse \
    a timestamp that is more than five minutes off. Events come in the order of the journal, one at a time, each until \
    it is answered with a status of 2xx; the same event can come twice, with the same `webhook-id`.";

/// The document's `webhooks`.
pub(crate) fn webhooks(components: &mut Components) -> Value {
    let event = components.adopt("Envelope", &schema_for!(Envelope).to_value());
    let headers: Vec<Value> = HEADERS
        .iter()
        .map(|one| {
            let schema = json!({ "type": "string", "pattern": one.pattern });
            header(one.name, one.text, &schema, true)
        })
        .collect();
    json!({
        "event": {
            "post": {
                "operationId": "webhooks.event",
                "tags": ["webhooks"],
                "summary": "What a webhook sends（推送的事件）",
                "x-zh": "推送的事件",
                "description": SIGNATURE,
                "security": [],
                "parameters": headers,
                "requestBody": {
                    "description": "A CloudEvent in JSON; `data` is as the event's type has it",
                    "required": true,
                    "content": { "application/cloudevents+json": { "schema": event } },
                },
                "responses": answers(),
            },
        },
    })
}

/// What a receiver answers, and what comes of it.
fn answers() -> Map<String, Value> {
    let each = [
        ("2XX", "Had: the next event is sent"),
        (
            "410",
            "No more is wanted: the webhook is parked until an administrator takes it up again",
        ),
        (
            "default",
            "Not had: it is sent again, with growing waits, and parked after so many attempts; redirects are not followed",
        ),
    ];
    each.into_iter()
        .map(|(status, text)| (status.to_owned(), json!({ "description": text })))
        .collect()
}
