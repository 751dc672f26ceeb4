//! Every refusal says what happened and what to do, in both languages, has a status over HTTP, and names the
//! field that is to be mended or is shown on top of the page. The refusals are made from their own schemas, so
//! that a new one is tested without a line here.

#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

use std::collections::BTreeSet;

use onestop_proto::{
    case,
    catalogue::Catalogue,
    contract,
    http::{ApiRejection, PAGE_MESSAGES, Problem, field_of},
    ledger, legal_aid, mediation, notarization, parking, personal, referral, registry,
    rejection::{CommonRejection, Explain, Rejected, RejectionKind},
    rejection_texts, replication,
    text::Language,
};
use schemars::{JsonSchema, schema_for};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

/// Codes of the directory, as no sentence has them.
const TOPIC: &str = "code-of-topic";
const ITEM: &str = "code-of-item";
const STEP: &str = "code.of-step";

/// Facts that are days, and that no schema and no name says to be so.
const DAYS: [&str; 8] = [
    "days",
    "next_open",
    "handed",
    "earliest",
    "latest",
    "on",
    "issued",
    "notice",
];

/// Codes that a refusal says the directory does not have: there is no name for them.
const WITHOUT_NAME: [(&str, &str); 3] = [
    ("unknown-topic", TOPIC),
    ("unknown-checkpoint", TOPIC),
    ("unknown-paper", TOPIC),
];

/// Something that fits a schema.
fn sample(schema: &Value, defs: &Value) -> Value {
    if let Some(path) = schema["$ref"].as_str() {
        let name = path.strip_prefix("#/$defs/").unwrap();
        return match name {
            "DivisionCode" => json!("530821000000"),
            "UnitId" => json!("s4k2m9qxa.window"),
            "SiteId" => json!("s4k2m9qxa"),
            "Source" => json!("/onestop/intake/main"),
            "Step" => json!(STEP),
            "Topic" => json!(TOPIC),
            "ServiceItem" => json!(ITEM),
            "CaseNumber" => json!("s4k2m9qxa-261123-001"),
            "Actor" => json!("clerk/zhang-li@s4k2m9qxa.window"),
            _ => sample(&defs[name], defs),
        };
    }
    if let Some(fixed) = schema.get("const") {
        return fixed.clone();
    }
    for list in ["oneOf", "anyOf", "enum"] {
        if let Some(first) = schema[list].get(0) {
            return if list == "enum" {
                first.clone()
            } else {
                sample(first, defs)
            };
        }
    }
    match schema["type"].as_str() {
        Some("object") => {
            let fields = schema["properties"].as_object().into_iter().flatten();
            let sampled = fields.map(|(name, field)| {
                if name == "hash" {
                    return (name.clone(), json!("a".repeat(64)));
                }
                let is_day = DAYS.contains(&name.as_str()) || name.ends_with("day");
                let types = [&field["type"], &field["type"][0]];
                let day = is_day && types.iter().any(|one| **one == "string");
                let value = if day {
                    json!("2026-03-04")
                } else {
                    sample(field, defs)
                };
                (name.clone(), value)
            });
            Value::Object(sampled.collect::<Map<_, _>>())
        }
        Some("array") => json!([sample(&schema["items"], defs)]),
        Some("integer") => json!(3),
        Some("boolean") => json!(true),
        Some("string") => match schema["format"].as_str() {
            Some("uuid") => json!("019ab0c4-8000-7000-8000-000000000001"),
            Some("date-time") => json!("2026-03-04T15:20:00Z"),
            Some("date") => json!("2026-03-04"),
            _ => json!("something"),
        },
        _ => Value::Null,
    }
}

/// The codes in the sample of a schema that a catalogue has names for: those of the directory, and choices of a list.
fn codes(schema: &Value, defs: &Value, found: &mut BTreeSet<String>) {
    if let Some(path) = schema["$ref"].as_str() {
        let name = path.strip_prefix("#/$defs/").unwrap();
        let of_directory = [("Topic", TOPIC), ("ServiceItem", ITEM), ("Step", STEP)];
        match of_directory.iter().find(|(id, _)| *id == name) {
            Some((_, code)) => found.extend([(*code).to_owned()]),
            None => codes(&defs[name], defs, found),
        }
        return;
    }
    let choice = schema["const"].as_str().or(schema["enum"][0].as_str());
    found.extend(choice.map(str::to_owned));
    for part in [&schema["oneOf"][0], &schema["anyOf"][0], &schema["items"]] {
        if part.is_object() {
            codes(part, defs, found);
        }
    }
    let fields = schema["properties"].as_object().into_iter().flatten();
    for (_, field) in fields.filter(|(name, _)| *name != "code") {
        codes(field, defs, found);
    }
}

/// A variant of a list of refusals.
struct Variant {
    /// One that fits its schema.
    sample: Value,
    /// The codes in it that have names.
    named: BTreeSet<String>,
}

/// Each variant of a list of refusals.
fn variants<R: JsonSchema>() -> Vec<Variant> {
    let schema = schema_for!(R).to_value();
    let mut found = Vec::new();
    let mut ahead = vec![schema.clone()];
    while let Some(one) = ahead.pop() {
        if one["properties"]["code"].is_object() {
            let mut named = BTreeSet::new();
            codes(&one, &schema["$defs"], &mut named);
            found.push(Variant {
                sample: sample(&one, &schema["$defs"]),
                named,
            });
        }
        for list in ["oneOf", "anyOf"] {
            ahead.extend(one[list].as_array().into_iter().flatten().cloned());
        }
        let named = one["$ref"]
            .as_str()
            .and_then(|path| path.strip_prefix("#/$defs/"));
        ahead.extend(named.map(|name| schema["$defs"][name].clone()));
    }
    found
}

/// What the lists of rejections were found to hold.
#[derive(Default)]
struct Found {
    codes: BTreeSet<String>,
    /// The messages that the catalogue must have.
    messages: BTreeSet<String>,
}

fn check<R: JsonSchema + DeserializeOwned + Explain>(
    whose: &str,
    Found { codes, messages }: &mut Found,
) {
    let variants = variants::<R>();
    assert!(!variants.is_empty(), "{whose}");
    for Variant {
        sample: variant,
        named,
    } in variants
    {
        let code = variant["code"].as_str().unwrap().to_owned();
        let refusal: R = serde_json::from_value(variant.clone())
            .unwrap_or_else(|error| panic!("{whose} {code}: {error}: {variant}"));
        let rejected = refusal.rejected();
        assert_eq!(rejected.code, code, "{whose}");
        is_filled_in(whose, &rejected);
        shows_names(whose, &rejected, &named);
        let chinese = rejected
            .message
            .zh
            .chars()
            .filter(|letter| *letter > '\u{2e80}');
        assert!(
            chinese.count() > 3,
            "{whose} {code} says nothing in Chinese"
        );
        let english = rejected
            .message
            .en
            .chars()
            .filter(char::is_ascii_alphabetic);
        assert!(
            english.count() > 10,
            "{whose} {code} says nothing in English"
        );
        for language in [Language::Zh, Language::En] {
            let problem = Problem::of(&rejected, language);
            assert!((400..600).contains(&problem.status), "{whose} {code}");
            assert!(!problem.title.is_empty());
            assert_eq!(problem.detail, rejected.message.in_language(language));
        }
        if rejected.kind == RejectionKind::Invalid {
            let told = field_of(&rejected).is_some() || PAGE_MESSAGES.contains(&code.as_str());
            assert!(
                told,
                "{whose} {code} is about what was filled in, but names no field: see http/fields.rs"
            );
        }
        messages.insert(format!("{}-{code}", refusal.list()));
        codes.insert(code);
    }
}

/// Refuses a sentence that lacks a field, or shows a day or a moment as programs write it.
fn is_filled_in(whose: &str, rejected: &Rejected) {
    let code = &rejected.code;
    for said in [&rejected.message.zh, &rejected.message.en] {
        assert!(
            !said.contains(['{', '$']),
            "{whose} {code} lacks a field: {said}"
        );
        // The sample of a moment is 15:20 in Greenwich; people read the clock in China.
        assert!(
            !said.contains("T15:20"),
            "{whose} {code} shows a time as programs write it: {said}"
        );
    }
    let chinese = &rejected.message.zh;
    assert!(
        !chinese.contains("2026-03-04"),
        "{whose} {code} shows a day as programs write it: {chinese}"
    );
}

/// Refuses a sentence with a code that people know by a name. In English a choice and its name can be one word.
fn shows_names(whose: &str, rejected: &Rejected, named: &BTreeSet<String>) {
    let (code, message) = (rejected.code.as_str(), &rejected.message);
    let with_name = |one: &&String| !WITHOUT_NAME.contains(&(code, one.as_str()));
    for one in named.iter().filter(with_name) {
        let of_directory = [TOPIC, ITEM, STEP].contains(&one.as_str());
        let in_english = of_directory && message.en.contains(one.as_str());
        assert!(
            !in_english && !message.zh.contains(one.as_str()),
            "{whose} {code} shows the code '{one}' instead of its name: {message:?}"
        );
    }
}

#[test]
fn every_refusal_is_told_in_both_languages_with_a_status_and_where_to_mend() {
    let mut found = Found::default();
    check::<CommonRejection>("any service", &mut found);
    check::<parking::Rejection>("parking", &mut found);
    check::<replication::Rejection>("hearing", &mut found);
    check::<ledger::Rejection>("the journal", &mut found);
    check::<case::Rejection>("intake", &mut found);
    check::<personal::Rejection>("persons", &mut found);
    check::<referral::Rejection>("referral", &mut found);
    check::<legal_aid::Rejection>("legal aid", &mut found);
    check::<notarization::Rejection>("notarization", &mut found);
    check::<mediation::Rejection>("mediation", &mut found);
    check::<registry::Rejection>("the registry", &mut found);
    check::<ApiRejection>("the interface", &mut found);
    for (language, text) in rejection_texts::REJECTIONS {
        Catalogue::parse(language, text).unwrap();
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        let mut said: BTreeSet<String> = lines
            .filter_map(|line| Some(line.split_once(" = ")?.0.to_owned()))
            .collect();
        let is_partial = said.remove("language-fallback");
        assert!(!is_partial || !["zh-CN", "en"].contains(language));
        let missing: Vec<&String> = found.messages.difference(&said).collect();
        let missing = if is_partial { Vec::new() } else { missing };
        let superfluous: Vec<&String> = said.difference(&found.messages).collect();
        assert!(
            missing.is_empty() && superfluous.is_empty(),
            "texts/{language}/rejections.ftl lacks {missing:?} and has {superfluous:?} for nothing"
        );
    }
    // No service's rejections are left out: the contract knows of no other code.
    for part in contract::parts() {
        let mut named = Vec::new();
        named_codes(&part.rejections.to_value(), &mut named);
        for code in named {
            let whose = part.service;
            assert!(
                found.codes.contains(&code),
                "{whose}: '{code}' is not tested here"
            );
        }
    }
}

/// Adding a language is adding a folder: nothing else names it.
#[test]
fn a_folder_is_a_language_in_which_rejections_travel() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("texts");
    let folders = std::fs::read_dir(folder).unwrap();
    let mut tags: Vec<_> = folders
        .map(|folder| folder.unwrap().file_name().into_string().unwrap())
        .collect();
    tags.sort();
    let built_in = rejection_texts::REJECTIONS.iter();
    let built_in: Vec<&str> = built_in.map(|(tag, _)| *tag).collect();
    assert_eq!(built_in, tags);

    let told = CommonRejection::NothingToDo {}.rejected();
    let read: Rejected = serde_json::from_value(serde_json::to_value(&told).unwrap()).unwrap();
    assert_eq!(
        read.sentence("vi", Language::Zh),
        "không có gì phải làm: hồ sơ đã ở trạng thái được yêu cầu"
    );
    assert_eq!(read.sentence("bo", Language::En), told.message.en);
    // A message that a catalogue lacks is shown in the reader's other language.
    let lacking = case::Rejection::NoSuchAttachment {
        hash: "a".repeat(64).parse().unwrap(),
    };
    let lacking = lacking.rejected();
    assert_eq!(lacking.sentence("vi", Language::Zh), lacking.message.zh);
}

fn named_codes(schema: &Value, found: &mut Vec<String>) {
    match schema {
        Value::Object(fields) => {
            let code = schema["properties"]["code"]["const"].as_str();
            found.extend(code.map(str::to_owned));
            fields.values().for_each(|value| named_codes(value, found));
        }
        Value::Array(all) => all.iter().for_each(|value| named_codes(value, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
