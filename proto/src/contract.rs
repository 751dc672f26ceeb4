//! The contract as documents: JSON Schemas and an AsyncAPI 3.0 description, made from the types.
//!
//! They are committed beside this crate, so that a client in another language needs no Rust;
//! `tests/generated.rs` writes them anew and fails when the committed ones differ.

use std::collections::BTreeMap;

use schemars::{Schema, schema_for};
use serde_json::{Map, Value, json};

use crate::{
    actor::ServiceName,
    backup, case,
    command::{CommandType, Reply, Request},
    envelope::{Envelope, EventType, TypeInfo, event_name},
    feed, journal, ledger, parking, personal, proof, query, referral,
    rejection::{CommonRejection, Rejected},
    replication,
    specialist::{self, Specialist},
    subject,
};

/// One service's part of the contract.
struct Part {
    service: &'static str,
    events: Vec<(&'static str, Schema)>,
    titles: BTreeMap<&'static str, (&'static str, &'static str)>,
    commands: Vec<(&'static str, Schema)>,
    rejections: Schema,
}

type Named = Vec<(&'static str, Schema)>;

/// Intake's: the case, and the persons in it.
fn intake() -> Part {
    let mut part = part(
        case::SERVICE,
        (case::Event::TYPES, case::Event::schemas()),
        [case::Command::schemas(), personal::Command::schemas()].concat(),
        schema_for!(case::Rejection),
    );
    part.events.extend(personal::Event::schemas());
    let titles = personal::Event::TYPES.iter();
    part.titles
        .extend(titles.map(|info| (info.name, (info.title.zh, info.title.en))));
    part
}

/// The questions about persons.
fn personal_questions() -> Vec<(&'static str, &'static str, Schema, Schema)> {
    vec![
        (
            case::SERVICE,
            "applicant",
            schema_for!(personal::ApplicantQuery),
            schema_for!(personal::ApplicantView),
        ),
        (
            case::SERVICE,
            "readings",
            schema_for!(personal::AccessRecordsQuery),
            schema_for!(personal::AccessRecords),
        ),
        (
            case::SERVICE,
            "find",
            schema_for!(personal::PersonSearchQuery),
            schema_for!(personal::PersonSearchResult),
        ),
        (
            case::SERVICE,
            "similar",
            schema_for!(personal::SimilarCasesQuery),
            schema_for!(personal::PersonSearchResult),
        ),
    ]
}

/// The part of a service that writes events.
fn part(
    service: &'static str,
    (types, events): (&'static [TypeInfo], Named),
    commands: Named,
    rejections: Schema,
) -> Part {
    let types = types.iter().chain(parking::Event::TYPES);
    let types = types.chain(replication::Event::TYPES);
    let titles = types.map(|info| (info.name, (info.title.zh, info.title.en)));
    Part {
        service,
        // Every service may have to park what it hears, or to follow a source that was restored.
        events: [
            events,
            parking::Event::schemas(),
            replication::Event::schemas(),
        ]
        .concat(),
        titles: titles.collect(),
        commands: [commands, listening()].concat(),
        rejections,
    }
}

fn of_specialist(specialist: &Specialist) -> Part {
    part(
        specialist.service,
        (specialist.types, specialist.events()),
        specialist.commands(),
        specialist.rejections(),
    )
}

/// The commands of every service that listens.
fn listening() -> Vec<(&'static str, Schema)> {
    [parking::Command::schemas(), replication::Command::schemas()].concat()
}

/// The journal publishes nothing: its log holds what the others published.
fn journal() -> Part {
    Part {
        service: journal::SERVICE,
        events: Vec::new(),
        titles: BTreeMap::new(),
        commands: listening(),
        rejections: schema_for!(parking::Rejection),
    }
}

fn parts() -> Vec<Part> {
    let mut parts = vec![
        intake(),
        part(
            referral::SERVICE,
            (referral::Event::TYPES, referral::Event::schemas()),
            referral::Command::schemas(),
            schema_for!(referral::Rejection),
        ),
    ];
    parts.extend(specialist::ALL.iter().map(of_specialist));
    parts.push(journal());
    parts
}

/// The names of all services, in the order in which a case meets them. Each has a log.
#[must_use]
pub fn service_names() -> Vec<&'static str> {
    let specialists = specialist::ALL.iter().map(|specialist| specialist.service);
    [case::SERVICE, referral::SERVICE]
        .into_iter()
        .chain(specialists)
        .chain([journal::SERVICE])
        .collect()
}

/// The same, as what they are.
#[must_use]
pub fn services() -> Vec<ServiceName> {
    let names = service_names().into_iter();
    names.map(crate::actor::known_service).collect()
}

/// What the journal answers from its ledger.
fn of_ledger() -> Vec<Asked> {
    let journal = journal::SERVICE;
    vec![
        (
            journal,
            "worklist",
            schema_for!(ledger::WorklistQuery),
            schema_for!(ledger::WorklistPage),
        ),
        (
            journal,
            "cases",
            schema_for!(ledger::CasesQuery),
            schema_for!(ledger::CasesPage),
        ),
        (
            journal,
            "today",
            schema_for!(ledger::TodayQuery),
            schema_for!(ledger::Today),
        ),
        (
            journal,
            "case",
            schema_for!(ledger::CaseHeadQuery),
            schema_for!(ledger::CaseHead),
        ),
        (
            journal,
            "timeliness",
            schema_for!(ledger::TimelinessQuery),
            schema_for!(ledger::Timeliness),
        ),
        (
            journal,
            "progress",
            schema_for!(()),
            schema_for!(ledger::LedgerProgress),
        ),
        (
            journal,
            "events",
            schema_for!(feed::EventsQuery),
            schema_for!(feed::EventsPage),
        ),
    ]
}

/// A question of a service, with the schemas of its data and of its answer.
pub(crate) type Asked = (&'static str, &'static str, Schema, Schema);

/// Every question, with the schemas of its data and of its answer.
pub(crate) fn questions() -> Vec<Asked> {
    let mut questions = vec![
        (
            "intake",
            "case",
            schema_for!(query::CaseQuery),
            schema_for!(query::CaseView),
        ),
        (
            "intake",
            "track",
            schema_for!(case::TrackQuery),
            schema_for!(case::TrackView),
        ),
        (
            "intake",
            "attachment",
            schema_for!(case::AttachmentQuery),
            schema_for!(case::AttachmentPiece),
        ),
        (
            "referral",
            "worklist",
            schema_for!(query::CustodyWorklistQuery),
            schema_for!(query::CustodyWorklist),
        ),
        (
            "referral",
            "custody",
            schema_for!(query::CustodyQuery),
            schema_for!(query::CustodyView),
        ),
        (
            "journal",
            "replay",
            schema_for!(journal::ReplayQuery),
            schema_for!(journal::Replay),
        ),
    ];
    questions.extend(of_ledger());
    questions.extend(personal_questions());
    questions.extend(specialist::ALL.iter().map(|specialist| {
        (
            specialist.service,
            "matter",
            schema_for!(query::MatterQuery),
            schema_for!(query::MatterView),
        )
    }));
    for part in parts() {
        let service = part.service;
        questions.push((
            service,
            "log",
            schema_for!(query::LogQuery),
            schema_for!(query::LogPage),
        ));
        questions.push((
            service,
            "proof",
            schema_for!(proof::ProofQuery),
            schema_for!(proof::ProofPage),
        ));
        questions.push((
            service,
            "verify",
            schema_for!(()),
            schema_for!(query::Verification),
        ));
        questions.push((
            service,
            "backup",
            schema_for!(backup::BackupQuery),
            schema_for!(backup::BackupAnswer),
        ));
        questions.push((
            service,
            "parked",
            schema_for!(()),
            schema_for!(parking::ParkedCases),
        ));
        questions.push((
            service,
            "sources",
            schema_for!(()),
            schema_for!(replication::Sources),
        ));
    }
    questions
}

/// Every command: its service, its name, the schema of its data.
pub(crate) fn commands() -> Vec<(&'static str, &'static str, Schema)> {
    let named = |part: Part| {
        let commands = part.commands.into_iter();
        commands.map(move |(name, schema)| (part.service, name, schema))
    };
    parts().into_iter().flat_map(named).collect()
}

/// The codes of everything that a service can refuse by its own rules.
pub(crate) fn rejection_codes(service: &str) -> Vec<String> {
    let own = parts().into_iter().find(|part| part.service == service);
    let mut lists = vec![
        schema_for!(parking::Rejection),
        schema_for!(replication::Rejection),
        schema_for!(personal::Rejection),
    ];
    lists.extend(own.map(|part| part.rejections));
    // The gateway asks the journal whether a case is for whoever asks.
    lists.push(schema_for!(ledger::Rejection));
    lists.iter().flat_map(crate::http::codes_of).collect()
}

/// Every schema by its path under `schemas/`.
#[must_use]
pub fn schemas() -> BTreeMap<String, Value> {
    let mut files = BTreeMap::new();
    let mut put = |path: String, schema: Schema| {
        files.insert(path, schema.to_value());
    };
    put("envelope.json".to_owned(), schema_for!(Envelope));
    put("request.json".to_owned(), schema_for!(Request));
    put("reply.json".to_owned(), schema_for!(Reply));
    put("question.json".to_owned(), schema_for!(query::Question));
    put("response.json".to_owned(), schema_for!(query::Response));
    put("rejected.json".to_owned(), schema_for!(Rejected));
    put("proof.json".to_owned(), schema_for!(proof::ProofFile));
    put(
        "rejections/any.json".to_owned(),
        schema_for!(CommonRejection),
    );
    let parking = schema_for!(parking::Rejection);
    put("rejections/parking.json".to_owned(), parking);
    let hearing = schema_for!(replication::Rejection);
    put("rejections/hearing.json".to_owned(), hearing);
    let ledger = schema_for!(ledger::Rejection);
    put("rejections/ledger.json".to_owned(), ledger);
    let personal = schema_for!(personal::Rejection);
    put("rejections/personal.json".to_owned(), personal);
    for part in parts() {
        for (name, schema) in part.events {
            put(format!("events/{name}.json"), schema);
        }
        for (name, schema) in part.commands {
            put(format!("commands/{}.{name}.json", part.service), schema);
        }
        put(format!("rejections/{}.json", part.service), part.rejections);
    }
    for (service, name, asked, answered) in questions() {
        put(format!("queries/{service}.{name}.json"), asked);
        put(format!("queries/{service}.{name}.answer.json"), answered);
    }
    files
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

/// The AsyncAPI 3.0 document.
#[must_use]
pub fn asyncapi() -> Value {
    let mut channels = Map::new();
    let mut operations = Map::new();
    for part in parts() {
        for (name, _) in &part.events {
            let channel = channel_name(part.service, name);
            let (zh, en) = part.titles.get(name).copied().unwrap_or_default();
            channels.insert(channel.clone(), event_channel(part.service, name, zh, en));
            operations.insert(
                format!("publish.{channel}"),
                json!({
                    "action": "send",
                    "channel": { "$ref": format!("#/channels/{channel}") },
                    "summary": format!("{en}（{zh}）"),
                }),
            );
        }
        for (name, _) in &part.commands {
            let data = format!("commands/{}.{name}.json", part.service);
            let parsed = crate::actor::known_service(part.service);
            request_reply(
                (&mut channels, &mut operations),
                &format!("command.{}.{name}", part.service),
                &subject::command(&parsed, name),
                ("request.json", &data),
                &reference("reply.json"),
            );
        }
    }
    for (service, name, _, _) in questions() {
        let answer = json!({
            "oneOf": [
                {
                    "type": "object",
                    "required": ["answer"],
                    "properties": {
                        "answer": reference(&format!("queries/{service}.{name}.answer.json")),
                    },
                },
                {
                    "type": "object",
                    "required": ["rejected"],
                    "properties": { "rejected": reference("rejected.json") },
                },
            ],
        });
        let parsed = crate::actor::known_service(service);
        request_reply(
            (&mut channels, &mut operations),
            &format!("query.{service}.{name}"),
            &subject::query(&parsed, name),
            ("question.json", &format!("queries/{service}.{name}.json")),
            &answer,
        );
    }
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
        "channels": channels,
        "operations": operations,
    })
}

fn event_channel(service: &str, name: &str, zh: &str, en: &str) -> Value {
    let segment = |description: &str| json!({ "description": description });
    json!({
        "address": format!(
            "evt.{service}.{}.{{item}}.{{province}}.{{prefecture}}.{{county}}.{{township}}.{{village}}.{{instance}}",
            event_name(name),
        ),
        "title": format!("{en}（{zh}）"),
        "parameters": {
            "item": segment("The service item, such as legal-aid; none where there is none"),
            "province": segment("Two digits: 53 is Yunnan"),
            "prefecture": segment("Two digits, 00 where the tier ends above"),
            "county": segment("Two digits, 00 where the tier ends above"),
            "township": segment("Three digits, 000 where the tier ends above"),
            "village": segment("Three digits, 000 where the tier ends above"),
            "instance": segment("The instance of the service whose log holds the event; main, or a site's"),
        },
        "messages": {
            "event": {
                "name": name,
                "contentType": "application/cloudevents+json",
                "payload": event_payload(name),
            },
        },
    })
}

fn request_reply(
    (channels, operations): (&mut Map<String, Value>, &mut Map<String, Value>),
    name: &str,
    address: &str,
    (frame, data): (&str, &str),
    reply: &Value,
) {
    let payload = json!({
        "allOf": [
            reference(frame),
            { "type": "object", "properties": { "data": reference(data) } },
        ],
    });
    channels.insert(
        name.to_owned(),
        json!({ "address": address, "messages": { "request": { "payload": payload } } }),
    );
    let answers = format!("{name}.reply");
    channels.insert(
        answers.clone(),
        json!({ "address": null, "messages": { "reply": { "payload": reply } } }),
    );
    operations.insert(
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
