//! What people type about a case is free text by its type, or is on this list with the reason.

#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

use std::collections::BTreeSet;

use onestop_proto::{contract, free_text::KEYWORD, registry};
use serde_json::Value;

/// Texts that no member of staff types: the service writes them, from its rules, from the directory or of codes.
const WRITTEN_BY_SERVICES: &[&str] = &[
    // A day: the schema of a date says no more than that it is a string.
    "day",
    "kept_until",
    "last_day",
    "on",
    "received_on",
    // The law, and who approves by it, as the directory has them.
    "approver",
    "basis",
    "directory",
    "rule",
    "zh",
    "en",
    // The record of another service's event.
    "event_type",
    "hash",
    "problem",
    // Drawn by intake.
    "short_code",
];

/// Texts of intake that are sealed with the key of the case itself.
const SEALED_BY_INTAKE: &[&str] = &[
    "intake.open applicant",
    "intake.correct applicant",
    "intake.answer answer",
    "intake.attach name",
    "intake.attach-piece data",
    "intake.follow-up note",
    "intake.redo measure",
    "intake.note-home-visit address",
    "case.opened.v1 applicant",
    "case.opened.v1 query_code",
    "case.corrected.v1 applicant",
    "case.answered.v1 answer",
    "case.attachment-added.v1 name",
    "case.followed-up.v1 note",
    "case.redone.v1 measure",
    "case.home-visited.v1 address",
];

/// Texts that people type and that stay as they were typed: the field, and why.
const AS_TYPED: &[(&str, &str)] = &[
    (
        "licence",
        "The number of a lawyer's licence is public, and taken as its digits alone; legal aid compares it: no lawyer acts for both sides.",
    ),
    (
        "certificate",
        "An office gives the number of a certificate once, so notarization compares it with those given before, and takes no sentence for it.",
    ),
    (
        "letter",
        "An agency sends each cooperation letter once, so legal aid compares its own numbers of them, and takes no sentence for one.",
    ),
    (
        "basis.law",
        "The law by which data was given away says nothing of the person, and must be known after an erasure.",
    ),
    (
        "note",
        "The note of an erasure must outlive it, and intake refuses one that names the person.",
    ),
    (
        "reason",
        "The reason of a reading must outlive an erasure, and intake refuses one that names the person.",
    ),
    (
        "why",
        "Supervisors and operators say why they act on the transport of events, which is of no case.",
    ),
    (
        "alone",
        "The operator of a machine says why they act alone on the transport of events, which is of no case.",
    ),
];

/// The patterns of identifiers: of a source, a division, a hash, a key, a step, a code, a site, a number of a case, a unit; and
/// that of a sum of yuan, which holds no sentence.
/// A string with another pattern is something that people type.
const CODES: &[&str] = &[
    "^/onestop/[a-z0-9-]+/[a-z0-9-]+$",
    "^[0-9]{12}$",
    "^[0-9a-f]{64}$",
    "^[A-Za-z0-9+/]{43}=$",
    r"^[a-z][a-z0-9-]*\.[a-z][a-z0-9-]*$",
    "^[a-z][a-z0-9-]{0,39}$",
    "^s[0-9a-z]{8}$",
    "^s[0-9a-z]{8}-[0-9]{6}-[0-9]{3,}$",
    r"^s[0-9a-z]{8}\.[a-z][a-z0-9-]*$",
    r"^[0-9]+(\.[0-9]{1,2})?$",
];

/// The types of which an entry of [`AS_TYPED`] is, where its name alone does not say it.
fn is_of(name: &str, field: &str) -> bool {
    let begins = |prefixes: &[&str]| prefixes.iter().any(|prefix| name.starts_with(prefix));
    let ends = |suffixes: &[&str]| suffixes.iter().any(|suffix| name.ends_with(suffix));
    match field {
        "letter" => ends(&["ask-cooperation", "cooperation-asked.v1"]),
        "note" => {
            begins(&["case.erase", "case.erasure"])
                || ends(&["erase", "request-erasure", "refuse-erasure"])
        }
        "reason" => begins(&["access."]),
        "why" | "alone" => {
            begins(&["parking.", "hearing."])
                || ends(&[
                    "request-skip",
                    "refuse-skip",
                    "skip-parked",
                    "request-follow",
                    "refuse-follow",
                    "follow-source",
                ])
        }
        _ => true,
    }
}

/// The strings of a type that may hold any text: paths to them, without lists and maps.
fn any_texts(
    schema: &Value,
    root: &Value,
    path: &str,
    deeper: usize,
    found: &mut BTreeSet<String>,
) {
    let Some(deeper) = deeper.checked_sub(1) else {
        return;
    };
    let reference = schema.get("$ref").and_then(Value::as_str);
    if let Some(definition) = reference.and_then(|it| root.pointer(it.strip_prefix('#')?)) {
        any_texts(definition, root, path, deeper, found);
    }
    let is_string = match schema.get("type") {
        Some(Value::Array(types)) => types.iter().any(|one| one == "string"),
        Some(one) => one == "string",
        None => false,
    };
    let narrower = ["enum", "const", "format", KEYWORD];
    let pattern = schema.get("pattern").and_then(Value::as_str);
    let is_code = pattern.is_some_and(|pattern| CODES.contains(&pattern));
    let may_be_any = !is_code && narrower.iter().all(|keyword| schema.get(keyword).is_none());
    if is_string && may_be_any {
        found.insert(path.to_owned());
    }
    let members = schema.get("properties").and_then(Value::as_object);
    for (name, member) in members.into_iter().flatten() {
        let path = format!("{path}.{name}");
        any_texts(member, root, path.trim_start_matches('.'), deeper, found);
    }
    for each in ["items", "additionalProperties"] {
        if let Some(item) = schema.get(each) {
            any_texts(item, root, path, deeper, found);
        }
    }
    for choice in ["anyOf", "oneOf", "allOf"] {
        for one in schema
            .get(choice)
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
        {
            any_texts(one, root, path, deeper, found);
        }
    }
}

fn is_listed(name: &str, path: &str) -> bool {
    let last = path.rsplit('.').next().unwrap_or(path);
    let top = path.split('.').next().unwrap_or(path);
    let sealed = |one: &str| one == format!("{name} {path}") || one == format!("{name} {top}");
    let ends = |field: &str| path == field || path.ends_with(&format!(".{field}"));
    SEALED_BY_INTAKE.iter().any(|one| sealed(one))
        || AS_TYPED
            .iter()
            .any(|(field, _)| ends(field) && is_of(name, field))
        || WRITTEN_BY_SERVICES.contains(&last)
}

/// Every string that may hold any text: the name of its event or command, and where it is there.
fn texts_as_typed() -> BTreeSet<(String, String)> {
    let mut texts = BTreeSet::new();
    let mut look = |name: &str, schema: &Value| {
        let mut found = BTreeSet::new();
        any_texts(schema, schema, "", 16, &mut found);
        texts.extend(found.into_iter().map(|path| (name.to_owned(), path)));
    };
    for part in contract::parts() {
        // The registry writes of offices, and of no case.
        if part.service == registry::SERVICE {
            continue;
        }
        for event in &part.events {
            let name = event.name.trim_start_matches("cn.onestop.");
            look(name, event.data.as_value());
        }
        for (command, schema) in &part.commands {
            look(&format!("{}.{command}", part.service), schema.as_value());
        }
    }
    texts
}

#[test]
fn every_text_that_people_type_about_a_case_is_sealed_or_listed_with_its_reason() {
    let unlisted: Vec<_> = texts_as_typed()
        .into_iter()
        .filter(|(name, path)| !is_listed(name, path))
        .collect();
    assert!(unlisted.is_empty(), "{unlisted:?}");
}

/// A reason whose field is sealed by now, or gone, would excuse the next field of that name.
#[test]
fn every_reason_on_the_list_is_that_of_a_field_which_there_is() {
    let texts = texts_as_typed();
    let is_there = |field: &str| {
        let inner = format!(".{field}");
        let mut of_name = texts.iter().filter(|(name, _)| is_of(name, field));
        of_name.any(|(_, path)| path == field || path.ends_with(&inner))
    };
    for (field, reason) in AS_TYPED {
        assert!(is_there(field), "{field}: {reason}");
    }
}
