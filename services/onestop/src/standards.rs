//! `onestop directory standards`: which time limits hold at a place on a day, and why.

use anyhow::Context;
use jiff::civil::Date;
use onestop_directory::{Directory, Standard, Status};
use onestop_proto::{
    clock::{Extension, Limit, PauseReason},
    division::DivisionCode,
};
use serde::Serialize;

use crate::output::Output;

/// One limit, as shown.
#[derive(Serialize)]
struct Shown<'a> {
    step: &'a str,
    name: String,
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
}

/// Shows what holds at `place` on `on`.
pub(crate) fn show(
    directory: &Directory,
    place: DivisionCode,
    on: Date,
    output: &Output,
) -> anyhow::Result<()> {
    directory
        .division(place)
        .with_context(|| format!("there is no division {place}"))?;
    let mut steps: Vec<_> = directory.standards().map(|known| &known.step).collect();
    steps.dedup();
    for step in steps {
        let Some(standard) = directory.standard(step, place, on) else {
            continue;
        };
        let shown = shown(standard, directory, output);
        output.show(&shown, || told(&shown, standard, output));
    }
    Ok(())
}

fn shown<'a>(standard: &'a Standard, directory: &Directory, output: &Output) -> Shown<'a> {
    let named = directory.step_name(&standard.step);
    Shown {
        step: standard.step.as_str(),
        name: named.map_or_else(String::new, |words| output.words(words).to_owned()),
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
    }
}

fn told(shown: &Shown<'_>, standard: &Standard, output: &Output) -> String {
    let kind = standard.limit.kind.text();
    let (days, kind) = (shown.days, output.say(kind.zh, kind.en));
    let status = match standard.status {
        Status::Statute => output.say("法律规定", "set by law"),
        Status::LocalPromise => output.say("服务承诺", "a published local promise"),
        Status::Unconfirmed => output.say("待确认", "not confirmed yet"),
    };
    let everywhere = output.say("全省", "everywhere").to_owned();
    let place = shown.place.clone().unwrap_or(everywhere);
    let until = shown.valid_to.as_deref().unwrap_or("…");
    let more = more(&standard.limit, output);
    let note = shown
        .note
        .map_or_else(String::new, |note| format!("\n    {note}"));
    format!(
        "{}  {}  {days} {kind}\n    {}（{status}）{more}\n    {place}  {} – {until}{note}",
        shown.step, shown.name, shown.basis, shown.valid_from,
    )
}

/// What the limit stands still for, and by how much it can be extended.
fn more(limit: &Limit, output: &Output) -> String {
    let mut lines = String::new();
    let reasons = limit.pauses.iter().map(|reason| reason.text());
    let reasons: Vec<&str> = reasons.map(|text| output.say(text.zh, text.en)).collect();
    if !reasons.is_empty() {
        let stands_still = output.say("不计入：", "stands still while ");
        let list = reasons.join(output.say("、", ", "));
        lines.push_str("\n    ");
        lines.push_str(stands_still);
        lines.push_str(&list);
    }
    if let Some(by) = &limit.extension {
        let (days, times, approver) = (by.days, by.times, &by.approver);
        let zh = format!("可延长 {days} 日，{times} 次：{approver}");
        let en = format!("can be extended by {days} days, {times} time(s): {approver}");
        lines.push_str("\n    ");
        lines.push_str(output.say(&zh, &en));
    }
    lines
}
