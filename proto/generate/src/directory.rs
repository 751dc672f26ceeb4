//! The operations that answer the directory: matters, divisions, units, and how far the building of sites is.

use onestop_proto::http::{
    Parameter,
    coverage::{
        CoverageQuery, CoverageTable, CoveredSites, CoveredSitesQuery, coverage_parameters,
        covered_sites_parameters,
    },
    directory::{
        DirectoryItems, DirectoryUnits, DivisionsQuery, FoundDivisions, UnitsQuery,
        division_parameters, unit_parameters,
    },
};
use schemars::schema_for;
use serde_json::{Value, json};

use crate::{
    components::Components,
    elements::{json_answer, parameter},
    problems::{own_problem, problems},
};

/// What all of them can be refused with.
const REFUSALS: &[u16] = &[400, 405, 406, 422, 429, 503];

struct Listing {
    id: &'static str,
    zh: &'static str,
    en: &'static str,
    text: &'static str,
    parameters: Vec<Value>,
    answer: Value,
    access: Access,
}

/// Whether a token is needed.
enum Access {
    Public,
    Token,
}

pub(crate) fn listings(components: &mut Components) -> Vec<(&'static str, Value)> {
    vec![
        ("/directory/items", items(components)),
        ("/directory/divisions", divisions(components)),
        ("/directory/units", units(components)),
        ("/directory/coverage", coverage(components)),
        ("/directory/coverage/sites", covered_sites(components)),
    ]
}

fn items(components: &mut Components) -> Value {
    let listing = Listing {
        id: "directory.items",
        zh: "事项与类别",
        en: "Matters and their topics",
        text: "Their ids are the item and the topic of a case. Public.",
        parameters: Vec::new(),
        answer: components.adopt("DirectoryItems", &schema_for!(DirectoryItems).to_value()),
        access: Access::Public,
    };
    describe(&listing, components)
}

fn divisions(components: &mut Components) -> Value {
    let schema = schema_for!(DivisionsQuery).to_value();
    let listing = Listing {
        id: "directory.divisions",
        zh: "查找地点",
        en: "Divisions by name, or those within one",
        text: "A text, a division, or both is wanted; the best fit stands first. Its code is the place of a case. Public.",
        parameters: query(
            "directory.divisions",
            &division_parameters(),
            &schema,
            components,
        ),
        answer: components.adopt("FoundDivisions", &schema_for!(FoundDivisions).to_value()),
        access: Access::Public,
    };
    describe(&listing, components)
}

fn units(components: &mut Components) -> Value {
    let schema = schema_for!(UnitsQuery).to_value();
    let listing = Listing {
        id: "directory.units",
        zh: "一地的承办单位",
        en: "The units of a division",
        text: "Their ids are what commands call a unit.",
        parameters: query("directory.units", &unit_parameters(), &schema, components),
        answer: components.adopt("DirectoryUnits", &schema_for!(DirectoryUnits).to_value()),
        access: Access::Token,
    };
    describe(&listing, components)
}

fn coverage(components: &mut Components) -> Value {
    let schema = schema_for!(CoverageQuery).to_value();
    let listing = Listing {
        id: "directory.coverage",
        zh: "分批建设覆盖",
        en: "How many divisions of each tier have a site in which state",
        text: "As of a day and against the plan: the numbers of the page /coverage and of its file. Each line leads to its sites. Public.",
        parameters: query(
            "directory.coverage",
            &coverage_parameters(),
            &schema,
            components,
        ),
        answer: components.adopt("CoverageTable", &schema_for!(CoverageTable).to_value()),
        access: Access::Public,
    };
    describe(&listing, components)
}

fn covered_sites(components: &mut Components) -> Value {
    let schema = schema_for!(CoveredSitesQuery).to_value();
    let listing = Listing {
        id: "directory.coverage-sites",
        zh: "覆盖数字背后的站点",
        en: "The sites behind a number of the coverage",
        text: "A page at a time, in the order of their codes. Public.",
        parameters: query(
            "directory.coverage-sites",
            &covered_sites_parameters(),
            &schema,
            components,
        ),
        answer: components.adopt("CoveredSites", &schema_for!(CoveredSites).to_value()),
        access: Access::Public,
    };
    describe(&listing, components)
}

fn query(
    root: &str,
    known: &[Parameter],
    schema: &Value,
    components: &mut Components,
) -> Vec<Value> {
    let each = known.iter().map(|one| {
        let part = components.part(root, schema, &one.schema);
        parameter("query", &one.name, &one.description, &part, one.required)
    });
    each.collect()
}

fn describe(listing: &Listing, components: &mut Components) -> Value {
    let problem = own_problem(components);
    let mut responses = problems(REFUSALS, &problem);
    let answer = json_answer("The answer", &listing.answer, &json!({}));
    responses.insert("200".to_owned(), answer);
    let mut described = json!({
        "operationId": listing.id,
        "tags": ["directory"],
        "summary": format!("{}（{}）", listing.en, listing.zh),
        "x-zh": listing.zh,
        "description": listing.text,
        "parameters": listing.parameters,
    });
    match listing.access {
        Access::Public => described["security"] = json!([]),
        Access::Token => responses.extend(problems(&[401, 403], &problem)),
    }
    described["responses"] = Value::Object(responses);
    described
}
