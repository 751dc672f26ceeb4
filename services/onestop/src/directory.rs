//! `onestop directory …`: who does what where. Answered from the reference data, without any service.

use anyhow::Context;
use jiff::civil::Date;
use onestop_chassis::{clock::Clock, settings::Settings};
use onestop_directory::{Directory, Division, RouteQuery};
use onestop_proto::{
    division::DivisionCode,
    ids::{ServiceItem, Topic},
    routing::{Candidate, Route, Urgency},
};
use serde::Serialize;

use crate::{ask, cli::DirectoryCommand, output::Output, standards};

/// How many divisions a search shows.
const SHOWN: usize = 20;

/// A division with its site and units, as shown.
#[derive(Serialize)]
struct Place {
    division: String,
    name: String,
    site: Option<String>,
    units: Vec<(String, String)>,
}

/// Answers from the reference data.
pub(crate) fn answer(
    about: &DirectoryCommand,
    settings: &Settings,
    output: &Output,
) -> anyhow::Result<()> {
    let directory = ask::directory(settings)?;
    match about {
        DirectoryCommand::Sites { find, at, site } => {
            let divisions = match (find, at, site) {
                (Some(text), _, _) => directory.find(text, SHOWN),
                (None, Some(code), _) => {
                    let division = directory.division(*code);
                    vec![division.with_context(|| format!("there is no division {code}"))?]
                }
                (None, None, Some(site)) => {
                    let site = directory
                        .site(site)
                        .with_context(|| format!("there is no site {site}"))?;
                    directory.division(site.division).into_iter().collect()
                }
                (None, None, None) => {
                    anyhow::bail!("which? Say --find NAME, --at DIVISION or --site SITE")
                }
            };
            anyhow::ensure!(
                !divisions.is_empty(),
                "nothing is called that. Try a shorter part of the name"
            );
            for division in divisions {
                let place = place(division, &directory);
                output.show(&place, || told(&place));
            }
            Ok(())
        }
        DirectoryCommand::Standards { at, on } => {
            standards::show(&directory, *at, day(on.as_deref())?, output)
        }
        DirectoryCommand::Route {
            item,
            topic,
            place,
            on,
        } => {
            let on = day(on.as_deref())?;
            route(&directory, (item, topic, *place), on, output)
        }
    }
}

/// The day named, or today.
fn day(named: Option<&str>) -> anyhow::Result<Date> {
    match named {
        Some(day) => day
            .parse()
            .with_context(|| format!("'{day}' is not a day. Write 2026-03-04")),
        None => Ok(Clock.now().china_date()),
    }
}

fn place(division: &Division, directory: &Directory) -> Place {
    let site = directory.site_at(division.code);
    let units = site
        .map(|site| directory.units_of(site))
        .unwrap_or_default();
    Place {
        division: division.code.to_string(),
        name: directory.full_name(division.code),
        site: site.map(|site| format!("{}  {}", site.id, site.name)),
        units: units
            .iter()
            .map(|unit| (unit.id.to_string(), unit.name.clone()))
            .collect(),
    }
}

fn told(place: &Place) -> String {
    let mut lines = vec![format!("{}  {}", place.division, place.name)];
    lines.extend(place.site.as_ref().map(|site| format!("    {site}")));
    lines.extend(
        place
            .units
            .iter()
            .map(|(id, name)| format!("      {id:<26} {name}")),
    );
    lines.join("\n")
}

fn route(
    directory: &Directory,
    (item, topic, place): (&ServiceItem, &Topic, DivisionCode),
    on: Date,
    output: &Output,
) -> anyhow::Result<()> {
    let query = RouteQuery {
        item,
        topic,
        place,
        place_kind: None,
        on,
        sent_away: &[],
        excluded: &[],
        urgency: Urgency::Ordinary,
        load: &|_| 0,
    };
    match directory.route(&query) {
        Ok(route) => {
            output.show(&route, || routed(&route, directory, output));
            Ok(())
        }
        Err(nobody) => anyhow::bail!("nobody: {nobody}"),
    }
}

fn routed(route: &Route, directory: &Directory, output: &Output) -> String {
    let line = |candidate: &Candidate| {
        let name = directory
            .unit(&candidate.unit)
            .map_or_else(|| candidate.unit.to_string(), |unit| unit.name.clone());
        let verdict = candidate.verdict.text();
        format!(
            "  {}  {name}  {}",
            candidate.unit,
            output.words(&verdict.into())
        )
    };
    let mut lines: Vec<String> = route.candidates.iter().map(line).collect();
    lines.push(format!("{}（{}）", output.words(&route.rule), route.basis));
    lines.push(format!(
        "{} {}",
        output.say("目录版本", "directory"),
        route.directory
    ));
    lines.join("\n")
}
