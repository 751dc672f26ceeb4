//! `onestop directory route`: who would be offered a case, and why the others would not.

use onestop_directory::{Directory, NoRoute, RouteQuery};
use onestop_proto::{
    ids::UnitId,
    routing::{Candidate, Excluded, ExclusionReason, Jurisdiction, Presence, Route, Urgency},
    text::Words,
};

use super::{day, refusals};
use crate::{cli::RouteArgs, output::Output};

/// Routes a case under the assumption that no unit has any work.
pub(super) fn show(directory: &Directory, args: &RouteArgs, output: &Output) -> anyhow::Result<()> {
    let excluded = |unit: &UnitId| Excluded {
        unit: unit.clone(),
        reason: ExclusionReason::OtherParty,
    };
    let excluded: Vec<Excluded> = args.exclude.iter().map(excluded).collect();
    let query = RouteQuery {
        organ: None,
        item: &args.item,
        topic: &args.topic,
        place: args.place,
        place_kind: args.place_is,
        on: day(args.on.as_deref(), output)?,
        sent_away: &[],
        excluded: &excluded,
        urgency: if args.urgent {
            Urgency::Urgent
        } else {
            Urgency::Ordinary
        },
        load: &|_| 0,
    };
    match directory.route(&query) {
        Ok(route) => {
            output.print_value(&route, || route_text(&route, directory, output));
            Ok(())
        }
        Err(no_route) => {
            let NoRoute {
                why, candidates, ..
            } = &no_route;
            let considered = candidate_lines(candidates, directory, output);
            if !considered.is_empty() {
                output.print_error(&considered.join("\n"));
            }
            Err(refusals::not_routed(why, directory, output))
        }
    }
}

fn route_text(route: &Route, directory: &Directory, output: &Output) -> String {
    let mut lines = candidate_lines(&route.candidates, directory, output);
    lines.push(output.words(&route.rule).to_owned());
    if let Some(law) = &route.jurisdiction {
        lines.push(jurisdiction_text(law, output));
    }
    let version = output.message("directory-version");
    lines.push(format!("{version} {}", route.directory));
    lines.join("\n")
}

fn candidate_lines(
    candidates: &[Candidate],
    directory: &Directory,
    output: &Output,
) -> Vec<String> {
    let line = |candidate: &Candidate| {
        let name = directory
            .unit(&candidate.unit)
            .map_or_else(|| candidate.unit.to_string(), |unit| unit.name.clone());
        let verdict = candidate.verdict.text();
        let why = candidate.why.as_ref();
        let why = why.map_or_else(String::new, |why| {
            let remark = [("remark", output.words(why))];
            format!(" {}", output.message_with("in-brackets", &remark))
        });
        format!(
            "  {}  {name}  {}{why}",
            candidate.unit,
            output.text(verdict)
        )
    };
    candidates.iter().map(line).collect()
}

fn jurisdiction_text(law: &Jurisdiction, output: &Output) -> String {
    let places = law.places.iter().map(|place| place.text());
    let places: Vec<&str> = places.map(|place| output.text(place)).collect();
    let rule: &Words = &law.rule;
    let basis = [("remark", law.basis.as_str())];
    let mut line = format!(
        "{} {}\n{}{}",
        output.words(rule),
        output.message_with("in-brackets", &basis),
        output.message("directory-decided-by"),
        places.join(&output.message("separator-semicolon"))
    );
    if law.presence == Presence::InPerson {
        let presence = law.presence.text();
        line.push('\n');
        line.push_str(output.text(presence));
    }
    line
}
