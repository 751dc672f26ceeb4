//! `onestop directory standards`: which time limits hold at a place on a day, and why.

use anyhow::Context;
use jiff::civil::Date;
use onestop_directory::{Directory, Holding, Relation, Standard, Status};
use onestop_proto::{
    clock::{Due, Extension, Limit, PauseReason, Step},
    division::DivisionCode,
    time::Timestamp,
};
use serde::Serialize;

use crate::output::Output;

/// What holds for one step, as shown.
#[derive(Serialize)]
struct Shown<'a> {
    step: &'a str,
    name: String,
    /// The limit in force; nothing if there is none on that day.
    holds: Option<One<'a>>,
    /// When something would be due that began on that day.
    due: Option<Due>,
    /// Other limits of the step that concern the place.
    others: Vec<Other<'a>>,
}

/// Another limit of the step.
#[derive(Serialize)]
struct Other<'a> {
    relation: Relation,
    #[serde(flatten)]
    limit: One<'a>,
}

/// One limit.
#[derive(Serialize)]
struct One<'a> {
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
    /// Where it stands in standards.toml.
    line: usize,
}

/// Shows what holds at `place` on `on`.
pub(super) fn show(
    directory: &Directory,
    place: DivisionCode,
    on: Date,
    output: &Output,
) -> anyhow::Result<()> {
    directory
        .division(place)
        .with_context(|| format!("there is no division {place}"))?;
    for step in directory.steps() {
        let holding = directory.holding(step, place, on);
        if holding.standard.is_none() && holding.others.is_empty() {
            continue;
        }
        let due = holding
            .standard
            .map(|standard| directory.due(&standard.limit, begun(on)));
        let shown = shown(step, &holding, due, directory, output);
        output.show(&shown, || told(&shown, &holding, on, directory, output));
    }
    Ok(())
}

/// Something that began on a day: the last moment of it will do, for that day does not count.
fn begun(on: Date) -> Timestamp {
    Timestamp::end_of_china_day(on).plus_seconds(-1)
}

fn shown<'a>(
    step: &'a Step,
    holding: &Holding<'a>,
    due: Option<Due>,
    directory: &Directory,
    output: &Output,
) -> Shown<'a> {
    let named = directory.step_name(step);
    let other = |(standard, relation): &(&'a Standard, Relation)| Other {
        relation: *relation,
        limit: one(standard, directory),
    };
    Shown {
        step: step.as_str(),
        name: named.map_or_else(String::new, |words| output.words(words).to_owned()),
        holds: holding.standard.map(|standard| one(standard, directory)),
        due,
        others: holding.others.iter().map(other).collect(),
    }
}

fn one<'a>(standard: &'a Standard, directory: &Directory) -> One<'a> {
    One {
        days: standard.limit.days,
        kind: standard.limit.kind.as_str(),
        basis: &standard.limit.basis,
        pauses: &standard.limit.pauses,
        extension: standard.limit.extension.as_ref(),
        status: standard.status,
        place: standard.place.map(|place| directory.full_name(place)),
        valid_from: standard.valid_from.to_string(),
        valid_to: standard.valid_to.map(|day| day.to_string()),
        note: standard.note.as_deref(),
        line: standard.line,
    }
}

fn told(
    shown: &Shown<'_>,
    holding: &Holding<'_>,
    on: Date,
    directory: &Directory,
    output: &Output,
) -> String {
    let head = format!("{}  {}", shown.step, shown.name);
    let mut lines = match holding.standard {
        Some(standard) => {
            let mut lines = vec![format!("{head}  {}", length(&standard.limit, output))];
            lines.push(format!("    {}", basis(standard, output)));
            lines.push(format!("    {}", why(standard, directory, output)));
            lines
        }
        None => {
            let none = output.say("当日没有时限", "no limit in force that day");
            vec![format!("{head}  {none}")]
        }
    };
    if let Some(due) = &shown.due {
        let (day, certainty) = (due.day, due.certainty.text());
        let zh = format!("{on} 起算的，{day} 到期（{}）", certainty.zh);
        let en = format!("begun on {on}: due {day} ({})", certainty.en);
        lines.push(format!("    {}", output.say(&zh, &en)));
    }
    if let Some(standard) = holding.standard {
        lines.extend(more(&standard.limit, output));
        lines.extend(standard.note.iter().map(|note| format!("    {note}")));
    }
    for (other, relation) in &holding.others {
        lines.push(beside(other, *relation, directory, output));
        if let (Some(standard), Relation::Wider) = (holding.standard, relation) {
            lines.extend(left_out(&standard.limit, &other.limit, output));
        }
    }
    lines.join("\n")
}

fn length(limit: &Limit, output: &Output) -> String {
    let kind = limit.kind.text();
    format!("{} {}", limit.days, output.say(kind.zh, kind.en))
}

fn basis(standard: &Standard, output: &Output) -> String {
    let status = match standard.status {
        Status::Statute => output.say("法律规定", "set by law"),
        Status::LocalPromise => output.say("服务承诺", "a published local promise"),
        Status::Unconfirmed => output.say("待确认", "not confirmed yet"),
    };
    format!("{}（{status}）", standard.limit.basis)
}

/// Whose limit it is, since when, and where it stands.
fn why(standard: &Standard, directory: &Directory, output: &Output) -> String {
    let everywhere = || output.say("全省", "everywhere").to_owned();
    let place = standard
        .place
        .map_or_else(everywhere, |place| directory.full_name(place));
    let until = standard
        .valid_to
        .map_or_else(|| "…".to_owned(), |day| day.to_string());
    let line = standard.line;
    let zh = format!("standards.toml 第 {line} 行");
    let en = format!("standards.toml, line {line}");
    format!(
        "{place}  {} – {until}  {}",
        standard.valid_from,
        output.say(&zh, &en)
    )
}

/// Another limit of the step, and why it is not the one that holds.
fn beside(
    standard: &Standard,
    relation: Relation,
    directory: &Directory,
    output: &Output,
) -> String {
    let relation = match relation {
        Relation::Wider => output.say("上级时限，已从严", "of a wider place, made stricter here"),
        Relation::Former => output.say(
            "已失效，期间开始的案件仍适用",
            "no longer in force; cases begun under it keep it",
        ),
        Relation::Coming => output.say("尚未施行", "not yet in force"),
    };
    format!(
        "    · {relation}：{}，{}，{}",
        length(&standard.limit, output),
        standard.limit.basis,
        why(standard, directory, output)
    )
}

/// What the wider limit stands still for and this one does not: stricter, and easily left out by mistake.
fn left_out(narrow: &Limit, wide: &Limit, output: &Output) -> Option<String> {
    let reasons = wide
        .pauses
        .iter()
        .filter(|reason| !narrow.pauses.contains(reason));
    let reasons: Vec<&str> = reasons
        .map(|reason| output.say(reason.text().zh, reason.text().en))
        .collect();
    if reasons.is_empty() {
        return None;
    }
    let list = reasons.join(output.say("、", ", "));
    let zh = format!("      上级不计入期限的（{list}），本条照计；如非本意，请在本条写上 pauses");
    let en = format!(
        "      it stands still while {list}; the one in force does not. If that is not meant, add 'pauses' to it"
    );
    Some(output.say(&zh, &en).to_owned())
}

/// What the limit stands still for, and by how much it can be extended.
fn more(limit: &Limit, output: &Output) -> Vec<String> {
    let mut lines = Vec::new();
    let reasons = limit.pauses.iter().map(|reason| reason.text());
    let reasons: Vec<&str> = reasons.map(|text| output.say(text.zh, text.en)).collect();
    if !reasons.is_empty() {
        let stands_still = output.say("不计入：", "stands still while ");
        let list = reasons.join(output.say("、", ", "));
        lines.push(format!("    {stands_still}{list}"));
    }
    if let Some(by) = &limit.extension {
        let (days, times, approver) = (by.days, by.times, &by.approver);
        let zh = format!("    可延长 {days} 日，{times} 次：{approver}");
        let en = format!("    can be extended by {days} days, {times} time(s): {approver}");
        lines.push(output.say(&zh, &en).to_owned());
    }
    lines
}
