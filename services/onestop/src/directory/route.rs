//! `onestop directory route`: who would be offered a case, and why the others would not.

use onestop_directory::{Directory, NoRoute, RouteQuery};
use onestop_proto::{
    ids::UnitId,
    routing::{Candidate, Excluded, ExclusionReason, Jurisdiction, Presence, Route, Urgency},
    text::Words,
};

use super::day;
use crate::{cli::RouteArgs, output::Output};

/// Routes as if nobody had a case yet.
pub(super) fn show(
    directory: &Directory,
    asked: &RouteArgs,
    output: &Output,
) -> anyhow::Result<()> {
    let excluded = |unit: &UnitId| Excluded {
        unit: unit.clone(),
        reason: ExclusionReason::OtherParty,
    };
    let excluded: Vec<Excluded> = asked.exclude.iter().map(excluded).collect();
    let query = RouteQuery {
        item: &asked.item,
        topic: &asked.topic,
        place: asked.place,
        place_kind: asked.place_is,
        on: day(asked.on.as_deref())?,
        sent_away: &[],
        excluded: &excluded,
        urgency: if asked.urgent {
            Urgency::Urgent
        } else {
            Urgency::Ordinary
        },
        load: &|_| 0,
    };
    match directory.route(&query) {
        Ok(route) => {
            output.show(&route, || told(&route, directory, output));
            Ok(())
        }
        Err(nobody) => {
            let NoRoute { candidates, .. } = &nobody;
            let considered = listed(candidates, directory, output);
            if !considered.is_empty() {
                output.error(&considered.join("\n"));
            }
            anyhow::bail!("nobody: {nobody}")
        }
    }
}

fn told(route: &Route, directory: &Directory, output: &Output) -> String {
    let mut lines = listed(&route.candidates, directory, output);
    lines.push(output.words(&route.rule).to_owned());
    if let Some(law) = &route.jurisdiction {
        lines.push(jurisdiction(law, output));
    }
    let version = output.say("目录版本", "directory");
    lines.push(format!("{version} {}", route.directory));
    lines.join("\n")
}

fn listed(candidates: &[Candidate], directory: &Directory, output: &Output) -> Vec<String> {
    let line = |candidate: &Candidate| {
        let name = directory
            .unit(&candidate.unit)
            .map_or_else(|| candidate.unit.to_string(), |unit| unit.name.clone());
        let verdict = candidate.verdict.text();
        let why = candidate.why.as_ref();
        let why = why.map_or_else(String::new, |why| format!("（{}）", output.words(why)));
        format!(
            "  {}  {name}  {}{why}",
            candidate.unit,
            output.say(verdict.zh, verdict.en)
        )
    };
    candidates.iter().map(line).collect()
}

fn jurisdiction(law: &Jurisdiction, output: &Output) -> String {
    let places = law.places.iter().map(|place| place.text());
    let places: Vec<&str> = places.map(|place| output.say(place.zh, place.en)).collect();
    let rule: &Words = &law.rule;
    let mut line = format!(
        "{}（{}）\n{}{}",
        output.words(rule),
        law.basis,
        output.say("管辖地：", "decided by: "),
        places.join(output.say("；", "; "))
    );
    if law.presence == Presence::InPerson {
        let presence = law.presence.text();
        line.push('\n');
        line.push_str(output.say(presence.zh, presence.en));
    }
    line
}
