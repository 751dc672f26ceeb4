//! `onestop directory standards`: which time limits hold at a place on a day, and why.

use jiff::civil::Date;
use onestop_directory::{Directory, Holding, Relation, Standard, Status};
use onestop_proto::{
    clock::{Due, Extension, Limit, PauseReason, Step},
    division::DivisionCode,
    time::Timestamp,
};
use serde::Serialize;

use super::refusals::no_division;
use crate::output::Output;

/// The limits of one step at a place.
#[derive(Serialize)]
struct StepView<'a> {
    step: &'a str,
    name: String,
    holds: Option<LimitView<'a>>,
    /// When a period that begins on the day is due.
    due: Option<Due>,
    /// OtherLimit limits of the step that concern the place.
    others: Vec<OtherLimit<'a>>,
}

/// Another limit of the step.
#[derive(Serialize)]
struct OtherLimit<'a> {
    relation: Relation,
    #[serde(flatten)]
    limit: LimitView<'a>,
}

#[derive(Serialize)]
struct LimitView<'a> {
    days: u32,
    kind: &'static str,
    basis: &'a str,
    pauses: &'a [PauseReason],
    extension: Option<&'a Extension>,
    status: Status,
    place: Option<String>,
    valid_from: String,
    valid_to: Option<String>,
    note: Option<&'a str>,
    /// Its line in standards.toml; nothing where the registry has recorded it.
    line: Option<usize>,
}

/// Prints the limits at a place on a day.
pub(super) fn show(
    directory: &Directory,
    place: DivisionCode,
    on: Date,
    output: &Output,
) -> anyhow::Result<()> {
    if !directory.is_listed(place) {
        return Err(no_division(place, output));
    }
    for step in directory.steps() {
        let holding = directory.holding(step, place, on);
        if holding.standard.is_none() && holding.others.is_empty() {
            continue;
        }
        let limit = directory.limit(step, place, on);
        let due = limit.map(|limit| directory.due(&limit, end_of_day(on)));
        let view = step_view(step, &holding, due, directory, output);
        output.print_value(&view, || step_text(&view, &holding, on, directory, output));
    }
    Ok(())
}

/// The last moment of a day: a period does not count the day on which it begins.
fn end_of_day(on: Date) -> Timestamp {
    Timestamp::end_of_china_day(on).plus_seconds(-1)
}

fn step_view<'a>(
    step: &'a Step,
    holding: &Holding<'a>,
    due: Option<Due>,
    directory: &Directory,
    output: &Output,
) -> StepView<'a> {
    let named = directory.step_name(step);
    let other = |(standard, relation): &(&'a Standard, Relation)| OtherLimit {
        relation: *relation,
        limit: limit_view(standard, directory, output),
    };
    StepView {
        step: step.as_str(),
        name: named.map_or_else(String::new, |words| output.words(words).to_owned()),
        holds: holding
            .standard
            .map(|standard| limit_view(standard, directory, output)),
        due,
        others: holding.others.iter().map(other).collect(),
    }
}

fn limit_view<'a>(standard: &'a Standard, directory: &Directory, output: &Output) -> LimitView<'a> {
    LimitView {
        days: standard.limit.days,
        kind: standard.limit.kind.as_str(),
        basis: &standard.limit.basis,
        pauses: &standard.limit.pauses,
        extension: standard.limit.extension.as_ref(),
        status: standard.status,
        place: standard.place.map(|place| directory.full_name(place)),
        valid_from: standard.valid_from.to_string(),
        valid_to: standard.valid_to.map(|day| day.to_string()),
        note: standard.note.as_ref().map(|note| output.words(note)),
        line: standard.line,
    }
}

fn step_text(
    view: &StepView<'_>,
    holding: &Holding<'_>,
    on: Date,
    directory: &Directory,
    output: &Output,
) -> String {
    let head = format!("{}  {}", view.step, view.name);
    let mut lines = match holding.standard {
        Some(standard) => {
            let mut lines = vec![format!("{head}  {}", length(&standard.limit, output))];
            lines.push(format!("    {}", basis(standard, output)));
            lines.push(format!("    {}", why(standard, directory, output)));
            lines
        }
        None => {
            let none = output.message("limit-none");
            vec![format!("{head}  {none}")]
        }
    };
    if let Some(due) = &view.due {
        let certainty = output.text(due.certainty.text());
        let (on, day) = (output.day(on), output.day(due.day));
        let filled = [("on", &*on), ("day", &*day), ("certainty", certainty)];
        lines.push(format!("    {}", output.message_with("limit-due", &filled)));
    }
    if let Some(standard) = holding.standard {
        lines.extend(pauses_and_extension(&standard.limit, output));
        let note = standard.note.iter();
        lines.extend(note.map(|note| format!("    {}", output.words(note))));
    }
    for (other, relation) in &holding.others {
        lines.push(other_line(other, *relation, directory, output));
        if let (Some(standard), Relation::Wider) = (holding.standard, relation) {
            lines.extend(lost_pauses(&standard.limit, &other.limit, output));
        }
    }
    lines.join("\n")
}

fn length(limit: &Limit, output: &Output) -> String {
    let kind = limit.kind.text();
    format!("{} {}", limit.days, output.text(kind))
}

fn basis(standard: &Standard, output: &Output) -> String {
    let status = match standard.status {
        Status::Statute => output.message("limit-statute"),
        Status::LocalPromise => output.message("limit-promise"),
        Status::Unconfirmed => output.message("limit-unconfirmed"),
    };
    let filled = [("basis", &*standard.limit.basis), ("status", &*status)];
    output.message_with("limit-basis", &filled)
}

/// The place of a limit, its validity, and its line in the file.
fn why(standard: &Standard, directory: &Directory, output: &Output) -> String {
    let everywhere = || output.message("limit-everywhere");
    let place = standard
        .place
        .map_or_else(everywhere, |place| directory.full_name(place));
    let until = standard
        .valid_to
        .map_or_else(|| "…".to_owned(), |day| output.day(day));
    let from = output.day(standard.valid_from);
    let line = match standard.line {
        Some(line) => output.message_with("limit-line", &[("line", &line.to_string())]),
        None => output.message("limit-recorded"),
    };
    format!("{place}  {from} – {until}  {line}")
}

/// Another limit of the step, and why it is not in force.
fn other_line(
    standard: &Standard,
    relation: Relation,
    directory: &Directory,
    output: &Output,
) -> String {
    let relation = match relation {
        Relation::Wider => output.message("limit-wider"),
        Relation::Replaced => output.message("limit-replaced"),
        Relation::Former => output.message("limit-former"),
        Relation::Coming => output.message("limit-coming"),
    };
    let said = [
        length(&standard.limit, output),
        standard.limit.basis.clone(),
        why(standard, directory, output),
    ];
    let (colon, between) = (output.message("colon"), output.message("phrase-separator"));
    format!("    · {relation}{colon}{}", said.join(&between))
}

/// The reasons that pause the wider limit and not this one: a stricter rule, and an easy mistake.
fn lost_pauses(narrow: &Limit, wide: &Limit, output: &Output) -> Option<String> {
    let reasons = wide
        .pauses
        .iter()
        .filter(|reason| !narrow.pauses.contains(reason));
    let reasons: Vec<&str> = reasons.map(|reason| output.text(reason.text())).collect();
    if reasons.is_empty() {
        return None;
    }
    let list = reasons.join(&output.message("list-separator"));
    let text = output.message_with("limit-pauses-left-out", &[("reasons", &list)]);
    Some(format!("      {text}"))
}

/// The reasons that pause the limit, and by how much it can be extended.
fn pauses_and_extension(limit: &Limit, output: &Output) -> Vec<String> {
    let mut lines = Vec::new();
    let reasons = limit.pauses.iter().map(|reason| reason.text());
    let reasons: Vec<&str> = reasons.map(|text| output.text(text)).collect();
    if !reasons.is_empty() {
        let list = reasons.join(&output.message("list-separator"));
        let text = output.message_with("limit-pauses", &[("reasons", &list)]);
        lines.push(format!("    {text}"));
    }
    if let Some(by) = &limit.extension {
        let (days, times) = (by.days.to_string(), by.times.to_string());
        let approver = by.approver.to_string();
        let filled = [
            ("days", &*days),
            ("times", &*times),
            ("approver", &*approver),
        ];
        let text = output.message_with("limit-extension", &filled);
        lines.push(format!("    {text}"));
    }
    lines
}
