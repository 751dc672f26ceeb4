//! The form of what the shipped directory answers: the fields and words that HSDS 3 wants. With `TESTS_HSDS`, a folder
//! of the published schemas, they are asked, too.

use std::{
    collections::{BTreeMap, BTreeSet},
    env, fs,
    path::Path,
};

use onestop_directory::{ItemTopic, RegistryChanges, Weekday};
use onestop_proto::registry::{DutySet, HoursSet};
use serde_json::Value;

use super::*;

fn directory() -> Directory {
    let described =
        "\n[[site]]\ndivision = \"530821\"\naddress = \"宁洱镇\"\nphone = \"0879-0000000\"\n";
    Directory::built_in_with("sites.toml", described).unwrap()
}

fn today() -> Date {
    "2026-11-28".parse().unwrap()
}

fn wanted(query: &str) -> Wanted {
    Wanted::parse(Some(query)).unwrap()
}

/// Some services of every kind: the first, those of the described counties and of the planned and the trial township.
fn services(directory: &Directory) -> Vec<Value> {
    let first = page(directory, &wanted("per_page=100"), today());
    let mut all = first.contents;
    for place in ["530821", "530827", "530828207", "530829202"] {
        let site = directory.site_at(place.parse().unwrap()).unwrap();
        for item in offered(directory, site, today()) {
            all.push(find(directory, service::id_at(site.division, item), today()).unwrap());
        }
    }
    let values = all
        .iter()
        .map(|service| serde_json::to_value(service).unwrap());
    values.collect()
}

#[test]
fn pages_hold_every_service_once() {
    let directory = directory();
    let first = page(&directory, &wanted("per_page=100"), today());
    assert!(first.first_page && !first.last_page && !first.empty);
    assert_eq!((first.size, first.page_number), (100, 1));
    assert_eq!(first.total_pages, first.total_items.div_ceil(100));
    let mut seen = BTreeSet::new();
    for (site, item) in directory
        .sites()
        .flat_map(|site| offered(&directory, site, today()).map(move |item| (site, item)))
    {
        assert!(
            seen.insert(service::id_at(site.division, item)),
            "{} {}",
            site.name,
            item.id
        );
    }
    assert_eq!(seen.len(), first.total_items);
    let last = page(
        &directory,
        &wanted(&format!("per_page=100&page={}", first.total_pages)),
        today(),
    );
    assert!(last.last_page && !last.empty);
    let beyond = page(&directory, &wanted("page=4294967295"), today());
    assert!(beyond.last_page && beyond.empty && beyond.contents.is_empty());
}

#[test]
fn parameters_that_are_not_understood_are_refused() {
    assert_eq!(
        wanted(""),
        Wanted {
            page: 1,
            per_page: USUAL
        }
    );
    for wrong in [
        "page=0",
        "page=-1",
        "per_page=101",
        "page=",
        "page=1&page=2",
        "colour=red",
    ] {
        assert!(Wanted::parse(Some(wrong)).is_err(), "{wrong}");
    }
}

#[test]
fn an_id_that_is_of_no_service_finds_none() {
    let directory = directory();
    assert!(find(&directory, Uuid::nil(), today()).is_none());
    assert!(find(&directory, Uuid::max(), today()).is_none());
}

/// Programs keep ids for years: that of a county that was merged leads to what its successor offers.
#[test]
fn an_id_of_a_division_of_before_finds_the_service_of_its_successor() {
    let former = "\n[[former_division]]\ncode = \"530899\"\nname = \"旧县\"\nuntil = 2026-10-31\n\
                  successor = \"530821\"\n";
    let directory = Directory::built_in_with("sites.toml", former).unwrap();
    let aid = directory.item(&"legal-aid".parse().unwrap()).unwrap();
    let answered = |code: &str| {
        let id = service::id_at(code.parse().unwrap(), aid);
        serde_json::to_value(find(&directory, id, today()).unwrap()).unwrap()
    };
    assert_eq!(answered("530899"), answered("530821"));
}

/// The required fields of an HSDS 3 schema, by its name.
fn required(name: &str) -> &'static [&'static str] {
    match name {
        "service" => &["id", "name", "status"],
        "organization" => &["id", "name", "description"],
        "location" => &["id", "location_type"],
        "addresses" => &[
            "id",
            "address_1",
            "city",
            "state_province",
            "postal_code",
            "country",
            "address_type",
        ],
        "phones" => &["id", "number"],
        _ => &["id"],
    }
}

/// The words that HSDS 3 allows in a field.
fn allowed(field: &str) -> Option<&'static [&'static str]> {
    match field {
        "status" => Some(&["active", "inactive", "defunct", "temporarily closed"]),
        "location_type" | "address_type" => Some(&["physical", "postal", "virtual"]),
        "freq" => Some(&["WEEKLY", "MONTHLY"]),
        _ => None,
    }
}

fn check(name: &str, value: &Value) {
    let fields = value.as_object().unwrap();
    for field in required(name) {
        assert!(fields.contains_key(*field), "{name} without {field}");
    }
    Uuid::parse_str(value["id"].as_str().unwrap()).unwrap();
    for (field, value) in fields {
        if let Some(words) = allowed(field) {
            assert!(words.contains(&value.as_str().unwrap()), "{field}: {value}");
        }
        match value {
            Value::Array(all) => all.iter().for_each(|one| check(field, one)),
            Value::Object(_) => check(field, value),
            Value::String(_) => {}
            Value::Null | Value::Bool(_) | Value::Number(_) => panic!("{field}: {value}"),
        }
    }
}

#[test]
fn services_have_the_fields_and_words_of_hsds() {
    let services = services(&directory());
    for service in &services {
        check("service", service);
    }
    let states: BTreeSet<&str> = services
        .iter()
        .filter_map(|one| one["status"].as_str())
        .collect();
    assert_eq!(states, BTreeSet::from(["active", "inactive"]));
    let described = |field: &str| {
        let mut all = services.iter();
        all.any(|one| one[field].as_array().is_some_and(|all| !all.is_empty()))
    };
    let fields = [
        "phones",
        "schedules",
        "languages",
        "required_documents",
        "cost_options",
    ];
    for field in fields {
        assert!(described(field), "{field}");
    }
}

/// A matter that has papers of its own has them here as on `/places`.
#[test]
fn papers_of_a_topic_are_among_the_required_documents() {
    let directory = directory();
    let county = directory.site_at("530821".parse().unwrap()).unwrap();
    let aid = directory.item(&"legal-aid".parse().unwrap()).unwrap();
    let service = find(&directory, service::id_at(county.division, aid), today()).unwrap();
    let service = serde_json::to_value(&service).unwrap();
    let documents = service["required_documents"].as_array().unwrap();
    let texts: Vec<&str> = documents
        .iter()
        .filter_map(|one| one["document"].as_str())
        .collect();
    let of_topic = |topic: &&ItemTopic| {
        let papers = |topic| directory.materials_for((aid, topic), county.division, today());
        papers(Some(&topic.id)) != papers(None)
    };
    let other: Vec<&ItemTopic> = aid.topics_on(today()).filter(of_topic).collect();
    assert!(!other.is_empty());
    for topic in other {
        let named = format!("{}：", topic.name.zh);
        assert!(
            texts.iter().any(|text| text.starts_with(&named)),
            "{named} {texts:?}"
        );
    }
    let costs = service["cost_options"].as_array().unwrap();
    assert!(
        costs
            .iter()
            .any(|one| one["amount_description"].as_str().unwrap().contains("免费"))
    );
}

type Schemas = BTreeMap<String, Value>;

fn schemas(folder: &Path) -> Schemas {
    let mut all = Schemas::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|kind| kind == "json") {
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            let schema = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
            all.insert(name, schema);
        }
    }
    all
}

/// Asks a published schema: its types, required fields, words, formats of ids, and the schemas that it refers to.
fn ask(schemas: &Schemas, schema: &Value, value: &Value, at: &str) {
    let schema = match schema["$ref"].as_str() {
        Some(other) => &schemas[other],
        None => schema,
    };
    match schema["type"].as_str() {
        Some("string") => assert!(value.is_string(), "{at}: {value}"),
        Some("number") => assert!(value.is_number(), "{at}: {value}"),
        Some("array") => assert!(value.is_array(), "{at}: {value}"),
        Some("object") | None => assert!(value.is_object(), "{at}: {value}"),
        Some(other) => panic!("{at}: a schema of type {other}"),
    }
    if schema["format"] == "uuid" {
        Uuid::parse_str(value.as_str().unwrap()).unwrap();
    }
    if let Some(words) = schema["enum"].as_array() {
        assert!(words.contains(value), "{at}: {value}");
    }
    for field in schema["required"].as_array().into_iter().flatten() {
        assert!(
            !value[field.as_str().unwrap()].is_null(),
            "{at} without {field}"
        );
    }
    for one in value.as_array().into_iter().flatten() {
        ask(schemas, &schema["items"], one, at);
    }
    for (field, value) in value.as_object().into_iter().flatten() {
        let known = &schema["properties"][field];
        assert!(known.is_object(), "{at} has no {field} in HSDS");
        ask(schemas, known, value, &format!("{at}.{field}"));
    }
}

#[test]
fn services_are_what_the_published_schemas_say() {
    let Some(folder) = env::var_os("TESTS_HSDS") else {
        eprintln!("left out: TESTS_HSDS names no folder of the published HSDS schemas");
        return;
    };
    let schemas = schemas(Path::new(&folder));
    for service in services(&directory()) {
        ask(&schemas, &schemas["service.json"], &service, "service");
    }
}

#[test]
fn what_was_recorded_of_hours_and_duty_is_in_the_schedules_and_contacts_of_that_day() {
    let files = directory();
    let site = files.site_at("530828".parse().unwrap()).unwrap();
    let window = files.window_of(site).unwrap();
    let (id, unit, division) = (site.id.clone(), window.id.clone(), site.division);
    let mut changes = RegistryChanges::default();
    let hours = HoursSet {
        site: id.clone(),
        unit: unit.clone(),
        division,
        from: today(),
        until: None,
        items: Vec::new(),
        weekdays: vec![Weekday::Sat],
        hours: vec!["10:00-11:30".parse().unwrap()],
        decided_by: None,
    };
    changes.take_in(&hours.into());
    let duty = DutySet {
        site: id,
        unit,
        division,
        from: today(),
        until: None,
        weekdays: vec![Weekday::Sat],
        names: vec!["王律师".to_owned()],
    };
    changes.take_in(&duty.into());
    let directory = files.with_changes(changes);
    let service_on = |on: Date| {
        let item = directory.item(&"legal-aid".parse().unwrap()).unwrap();
        let found = find(&directory, service::id_at(site.division, item), on).unwrap();
        serde_json::to_value(found).unwrap()
    };
    // 28 November 2026 is a Saturday.
    let saturday = service_on(today());
    assert_eq!(saturday["schedules"][0]["byday"], "SA");
    assert_eq!(saturday["schedules"][0]["opens_at"], "10:00+08:00");
    assert_eq!(saturday["contacts"][0]["name"], "王律师");
    check("service", &saturday);
    let sunday = service_on(today().tomorrow().unwrap());
    assert!(sunday.get("contacts").is_none(), "nobody is on duty");
}
