//! The directory as a program asks for it: matters and their topics, divisions by name, units of a division. Matters and
//! divisions are published, so they need no token; ids of units are for those who are signed in.

use std::sync::LazyLock;

use axum::{
    Json, Router,
    extract::{RawPathParams, RawQuery, State},
    routing::get,
};
use jiff::civil::Date;
use onestop_directory::{Directory, Division, Item, Unit};
use onestop_proto::{
    division::DivisionCode,
    http::{
        Parameter,
        directory::{
            DirectoryItem, DirectoryItems, DirectoryTopic, DirectoryUnit, DirectoryUnits,
            DivisionsQuery, FoundDivision, FoundDivisions, LONGEST_TEXT, MOST_DIVISIONS,
            UnitsQuery, division_parameters, unit_parameters,
        },
    },
    problem_words::own,
    rejection::{CommonRejection, parse_field},
};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::{error::ApiError, params, principal::Principal};
use crate::app::App;

static DIVISION_PARAMETERS: LazyLock<Vec<Parameter>> = LazyLock::new(division_parameters);
static UNIT_PARAMETERS: LazyLock<Vec<Parameter>> = LazyLock::new(unit_parameters);

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/directory/items", get(items))
        .route("/directory/divisions", get(divisions))
        .route("/directory/units", get(units))
}

/// The query's parameters, of which each is known.
fn known_parameters(
    known: &[Parameter],
    path: &RawPathParams,
    query: Option<&str>,
) -> Result<Map<String, Value>, ApiError> {
    let params = params::parse(known, path, query)?;
    if params.after.is_some() {
        return Err(ApiError::field("after", own::UNKNOWN.en));
    }
    Ok(params.data)
}

/// Reads a question of the query's parameters.
pub(super) fn read<Q: DeserializeOwned>(
    known: &[Parameter],
    path: &RawPathParams,
    query: Option<&str>,
) -> Result<Q, ApiError> {
    let read = parse_field("", known_parameters(known, path, query)?.into());
    read.map_err(|malformed| CommonRejection::from(malformed).into())
}

async fn items(
    State(app): State<App>,
    path: RawPathParams,
    RawQuery(query): RawQuery,
) -> Result<Json<DirectoryItems>, ApiError> {
    known_parameters(&[], &path, query.as_deref())?;
    let today = app.clock.now().china_date();
    Ok(Json(DirectoryItems {
        directory: app.directory.version().to_owned(),
        items: app.directory.items().map(|one| item(one, today)).collect(),
    }))
}

/// An item, with the topics that are taken on a day.
fn item(item: &Item, on: Date) -> DirectoryItem {
    let topics = item.topics_on(on).map(|topic| DirectoryTopic {
        id: topic.id.clone(),
        name: topic.name.clone(),
        also: topic.also.clone(),
    });
    DirectoryItem {
        id: item.id.clone(),
        name: item.name.clone(),
        received_at: item.received_at.clone(),
        topics: topics.collect(),
    }
}

async fn divisions(
    State(app): State<App>,
    path: RawPathParams,
    RawQuery(query): RawQuery,
) -> Result<Json<FoundDivisions>, ApiError> {
    let query: DivisionsQuery = read(&DIVISION_PARAMETERS, &path, query.as_deref())?;
    find(&app.directory, &query).map(Json)
}

fn find(directory: &Directory, query: &DivisionsQuery) -> Result<FoundDivisions, ApiError> {
    // A code of before leads to the division that took its place.
    let within = query
        .within
        .map(|within| directory.present_division(within));
    let unknown = within.filter(|within| directory.division(*within).is_none());
    if let Some(unknown) = unknown {
        return Err(unlisted(unknown));
    }
    let length = query.text.as_ref().map(|text| text.chars().count());
    if length.is_some_and(|length| !(1..=LONGEST_TEXT).contains(&length)) {
        let problem = format!(
            "请填 1 到 {LONGEST_TEXT} 个字，例如 宁洱 / give 1 to {LONGEST_TEXT} characters, such as 宁洱"
        );
        return Err(ApiError::field("text", problem));
    }
    let found: Vec<&Division> = match (&query.text, within) {
        (None, None) => return Err(ApiError::field("text", own::MISSING.en)),
        (None, Some(within)) => directory.children(within).collect(),
        (Some(text), within) => {
            let mut found = directory.find_near(text, within, usize::MAX);
            found.retain(|one| within.is_none_or(|within| within.contains(one.code)));
            found
        }
    };
    let described = found.into_iter().take(MOST_DIVISIONS);
    let described = described.map(|division| FoundDivision {
        code: division.code,
        name: division.name.clone(),
        full_name: directory.full_name(division.code),
        tier: division.tier(),
    });
    Ok(FoundDivisions {
        directory: directory.version().to_owned(),
        divisions: described.collect(),
    })
}

/// Refuses a division that the directory does not have.
pub(super) fn unlisted(within: DivisionCode) -> ApiError {
    let problem = format!(
        "目录中没有区划 {within}，请先查代码 / the directory has no division {within}: look its code up"
    );
    ApiError::field("within", problem)
}

async fn units(
    State(app): State<App>,
    _: Principal,
    path: RawPathParams,
    RawQuery(query): RawQuery,
) -> Result<Json<DirectoryUnits>, ApiError> {
    let query: UnitsQuery = read(&UNIT_PARAMETERS, &path, query.as_deref())?;
    let today = app.clock.now().china_date();
    units_of(&app.directory, &query, today).map(Json)
}

/// The units of a division, as the bureaus have recorded them by a day.
fn units_of(
    directory: &Directory,
    query: &UnitsQuery,
    on: Date,
) -> Result<DirectoryUnits, ApiError> {
    let site = directory.site_at(directory.present_division(query.division));
    let site = site.ok_or_else(|| {
        let code = query.division;
        let problem = format!(
            "{code} 没有站点，请填有站点的区划 / there is no site in {code}: give a division that has one"
        );
        ApiError::field("division", problem)
    })?;
    let item = match &query.item {
        None => None,
        Some(id) => {
            let known = directory.item(id);
            let unknown = || {
                let example = directory.items().next().map(|item| item.id.as_str());
                let example = example.unwrap_or_default();
                let problem = format!(
                    "没有“{id}”这类事项，例如 {example} / there is no matter '{id}', such as {example}"
                );
                ApiError::field("item", problem)
            };
            Some(known.ok_or_else(unknown)?)
        }
    };
    let units = directory.units_of(site).iter();
    let units = units.filter(|unit| item.is_none_or(|item| works(unit, item)));
    let units = units.map(|unit| DirectoryUnit {
        id: unit.id.clone(),
        name: unit.name.clone(),
        kind: unit.kind.clone(),
        division: unit.division,
        phone: directory.unit_phone(unit, on).map(str::to_owned),
        address: directory.unit_address(unit, on).map(str::to_owned),
        full_until: directory.full_until(&unit.id, on),
    });
    Ok(DirectoryUnits {
        directory: directory.version().to_owned(),
        units: units.collect(),
    })
}

/// Whether a unit works the matter, or one of its topics, at its tier.
fn works(unit: &Unit, item: &Item) -> bool {
    let mut topics = item.topics.iter();
    if unit.station.is_some() {
        return topics.any(|topic| item.is_work_of(&topic.id, unit));
    }
    let mut workers = topics
        .flat_map(|topic| item.workers(&topic.id))
        .chain(&item.worked_by);
    workers.any(|worker| worker.kind == unit.kind && worker.at.contains(&unit.division.tier()))
}

#[cfg(test)]
mod tests {
    use onestop_directory::RegistryChanges;
    use onestop_proto::{
        ids::UnitId,
        registry::{ContactChanged, UnitFilled},
    };

    use super::*;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    fn query(text: &str, within: Option<&str>) -> DivisionsQuery {
        DivisionsQuery {
            text: (!text.is_empty()).then(|| text.to_owned()),
            within: within.map(|code| code.parse().unwrap()),
        }
    }

    #[test]
    fn a_division_is_found_by_its_name_and_by_what_it_lies_in() {
        let directory = Directory::built_in().unwrap();
        let found = find(&directory, &query("宁洱镇新塘村", None)).unwrap();
        assert_eq!(found.divisions[0].code.to_string(), "530821101201");
        assert!(found.divisions[0].full_name.starts_with("普洱市"));
        let below = find(&directory, &query("", Some("530821"))).unwrap();
        assert!(below.divisions.len() > 5);
        let town = "530821101".parse().unwrap();
        assert!(below.divisions.iter().any(|one| one.code == town));
        // Of a name that many have, those inside alone.
        let inside = find(&directory, &query("新塘", Some("530821"))).unwrap();
        let county = "530821".parse::<onestop_proto::division::DivisionCode>();
        let county = county.unwrap();
        assert!(!inside.divisions.is_empty());
        assert!(inside.divisions.iter().all(|one| county.contains(one.code)));
        assert!(find(&directory, &query("5", None)).unwrap().divisions.len() <= MOST_DIVISIONS);
    }

    /// Programs keep codes for years; the division that took its place answers for one of before.
    #[test]
    fn a_code_of_before_leads_to_the_division_that_took_its_place() {
        let former = "\n[[former_division]]\ncode = \"530899\"\nname = \"旧县\"\nuntil = 2026-10-31\n\
                      successor = \"530821\"\n";
        let directory = Directory::built_in_with("sites.toml", former).unwrap();
        let below = |within: &str| find(&directory, &query("", Some(within))).unwrap();
        assert_eq!(below("530899").divisions, below("530821").divisions);
        let units = |division: &str| {
            let query = UnitsQuery {
                division: division.parse().unwrap(),
                item: None,
            };
            units_of(&directory, &query, day("2026-12-01")).unwrap()
        };
        assert_eq!(units("530899").units, units("530821").units);
    }

    #[test]
    fn a_question_about_nowhere_names_the_field() {
        let directory = Directory::built_in().unwrap();
        for (wrong, field) in [
            (query("", None), "text"),
            (query("新塘", Some("990000")), "within"),
            (query(&"新".repeat(LONGEST_TEXT + 1), None), "text"),
        ] {
            let Err(ApiError::Rejected(rejected)) = find(&directory, &wrong) else {
                panic!("{wrong:?}")
            };
            assert_eq!(rejected.details["field"], field);
        }
    }

    #[test]
    fn units_of_a_division_are_those_that_work_the_matter() {
        let directory = Directory::built_in().unwrap();
        let asked = |item: Option<&str>| {
            let division = "530821".parse().unwrap();
            let item = item.map(|item| item.parse().unwrap());
            let query = UnitsQuery { division, item };
            units_of(&directory, &query, day("2026-12-01"))
                .unwrap()
                .units
        };
        let (all, some) = (asked(None), asked(Some("legal-aid")));
        assert!(!some.is_empty() && some.len() < all.len());
        assert!(some.iter().all(|unit| all.contains(unit)));
    }

    /// What bureaus have recorded by the day, as pages show it.
    #[test]
    fn units_are_described_as_they_are_recorded() {
        let described =
            "\n[[site]]\ndivision = \"530821\"\nphone = \"0879-0000000\"\naddress = \"宁洱镇\"\n";
        let files = Directory::built_in_with("sites.toml", described).unwrap();
        let county = files.site_at("530821".parse().unwrap()).unwrap();
        let kind = "legal-aid".parse().unwrap();
        let agency = files.unit_at(county.division, &kind).unwrap();
        let mut changes = RegistryChanges::default();
        let contact = ContactChanged {
            site: county.id.clone(),
            unit: agency.id.clone(),
            division: county.division,
            from: day("2026-11-01"),
            phone: Some("0879-3230001".to_owned()),
            address: None,
        };
        changes.take_in(&contact.into());
        let full = UnitFilled {
            site: county.id.clone(),
            unit: agency.id.clone(),
            division: county.division,
            from: day("2026-11-01"),
            until: day("2026-12-15"),
            decided_by: None,
        };
        changes.take_in(&full.into());
        let directory = files.with_changes(changes);
        let unit = |id: &UnitId, on: &str| {
            let query = UnitsQuery {
                division: county.division,
                item: None,
            };
            let units = units_of(&directory, &query, day(on)).unwrap().units;
            units.into_iter().find(|one| one.id == *id).unwrap()
        };
        let then = unit(&agency.id, "2026-12-01");
        assert_eq!(then.phone.as_deref(), Some("0879-3230001"));
        assert_eq!(then.full_until, Some(day("2026-12-15")));
        assert_eq!(unit(&agency.id, "2026-12-16").full_until, None);
        let window = unit(&files.window_of(county).unwrap().id, "2026-12-01");
        assert_eq!(window.phone.as_deref(), Some("0879-0000000"));
        assert_eq!(window.address.as_deref(), Some("宁洱镇"));
    }
}
