//! The AsyncAPI 3.0 document: events, commands and questions over NATS.

use onestop_proto::{
    actor::known_service,
    contract::{self, ServiceContract},
    envelope::event_name,
    subject,
};
use serde_json::{Map, Value, json};

/// The AsyncAPI 3.0 document.
#[must_use]
pub fn asyncapi() -> Value {
    let mut document = Document::default();
    for part in contract::parts() {
        document.add_events(&part);
        document.add_commands(&part);
    }
    document.add_questions();
    json!({
        "asyncapi": "3.0.0",
        "info": {
            "title": "Onestop (一窗)",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Events, commands and queries of the one-window public legal service. \
                Events are CloudEvents 1.0 in JSON structured mode. Their subjects end in the division \
                of the unit that they are addressed to, so that subscribing to \
                evt.referral.offered.legal-aid.53.08.21.> hears exactly one county's legal aid offers.",
            "license": { "name": "Apache-2.0" },
        },
        "defaultContentType": "application/json",
        "servers": {
            "local": {
                "host": "127.0.0.1:42220",
                "protocol": "nats",
                "description": "The default of `onestop up`. The broker stream ONESTOP holds evt.>",
            },
        },
        "channels": document.channels,
        "operations": document.operations,
    })
}

#[derive(Default)]
struct Document {
    channels: Map<String, Value>,
    operations: Map<String, Value>,
}

/// A request and its reply.
struct Exchange<'a> {
    name: &'a str,
    address: &'a str,
    frame: &'a str,
    /// The schema file of the data in it.
    data: &'a str,
    reply: &'a Value,
}

impl Document {
    fn add_events(&mut self, part: &ServiceContract) {
        for event in &part.events {
            let channel = channel_name(part.service, event.name);
            // Earlier versions of a type come behind it: each is another message of its channel.
            if let Some(present) = self.channels.get_mut(&channel) {
                let version = event.name.rsplit('.').next().unwrap_or(event.name);
                present["messages"][version] = event_message(event.name);
                continue;
            }
            let title = format!("{}（{}）", event.title.en, event.title.zh);
            let described = event_channel(part.service, event.name, &title);
            self.channels.insert(channel.clone(), described);
            self.operations.insert(
                format!("publish.{channel}"),
                json!({
                    "action": "send",
                    "channel": { "$ref": format!("#/channels/{channel}") },
                    "summary": title,
                }),
            );
        }
    }

    fn add_commands(&mut self, part: &ServiceContract) {
        let service = part.service;
        for (name, _) in &part.commands {
            self.request_reply(&Exchange {
                name: &format!("command.{service}.{name}"),
                address: &subject::command(&known_service(service), name),
                frame: "request.json",
                data: &format!("commands/{service}.{name}.json"),
                reply: &reference("reply.json"),
            });
        }
    }

    fn add_questions(&mut self) {
        for (service, question) in contract::questions() {
            let name = question.name;
            let answer = reference(&format!("queries/{service}.{name}.answer.json"));
            let reply = json!({
                "oneOf": [
                    { "type": "object", "required": ["answer"], "properties": { "answer": answer } },
                    {
                        "type": "object",
                        "required": ["rejected"],
                        "properties": { "rejected": reference("rejected.json") },
                    },
                ],
            });
            self.request_reply(&Exchange {
                name: &format!("query.{service}.{name}"),
                address: &subject::query(&known_service(service), name),
                frame: "question.json",
                data: &format!("queries/{service}.{name}.json"),
                reply: &reply,
            });
        }
    }

    fn request_reply(&mut self, exchange: &Exchange<'_>) {
        let Exchange {
            name,
            address,
            frame,
            data,
            reply,
        } = *exchange;
        let payload = json!({
            "allOf": [
                reference(frame),
                { "type": "object", "properties": { "data": reference(data) } },
            ],
        });
        self.channels.insert(
            name.to_owned(),
            json!({ "address": address, "messages": { "request": { "payload": payload } } }),
        );
        let answers = format!("{name}.reply");
        self.channels.insert(
            answers.clone(),
            json!({ "address": null, "messages": { "reply": { "payload": reply } } }),
        );
        self.operations.insert(
            name.to_owned(),
            json!({
                "action": "receive",
                "channel": { "$ref": format!("#/channels/{name}") },
                "reply": {
                    "channel": { "$ref": format!("#/channels/{answers}") },
                    "address": { "location": "$message.header#/reply-to" },
                },
            }),
        );
    }
}

fn reference(path: &str) -> Value {
    json!({ "$ref": format!("./schemas/{path}") })
}

/// A CloudEvent of one type: the envelope, with the type fixed and the data described.
fn event_payload(name: &str) -> Value {
    json!({
        "allOf": [
            reference("envelope.json"),
            {
                "type": "object",
                "properties": {
                    "type": { "const": name },
                    "data": reference(&format!("events/{name}.json")),
                },
            },
        ],
    })
}

/// `cn.onestop.referral.offered.v1` → `referral.offered`.
fn channel_name(service: &str, event_type: &str) -> String {
    format!("{service}.{}", event_name(event_type))
}

fn event_channel(service: &str, name: &str, title: &str) -> Value {
    let segment = |description: &str| json!({ "description": description });
    json!({
        "address": format!(
            "evt.{service}.{}.{{item}}.{{province}}.{{prefecture}}.{{county}}.{{township}}.{{village}}.{{instance}}",
            event_name(name),
        ),
        "title": title,
        "parameters": {
            "item": segment("The service item, such as legal-aid; none where there is none"),
            "province": segment("Two digits: 53 is Yunnan"),
            "prefecture": segment("Two digits, 00 where the tier ends above"),
            "county": segment("Two digits, 00 where the tier ends above"),
            "township": segment("Three digits, 000 where the tier ends above"),
            "village": segment("Three digits, 000 where the tier ends above"),
            "instance": segment("The instance of the service whose log holds the event; main, or a site's"),
        },
        "messages": { "event": event_message(name) },
    })
}

fn event_message(name: &str) -> Value {
    json!({
        "name": name,
        "contentType": "application/cloudevents+json",
        "payload": event_payload(name),
    })
}
