//! `onestop directory due`: when a step is due, and every day that does not count, with its reason.

use anyhow::{Context, ensure};
use onestop_directory::{Directory, LimitEnd, Reckoning};
use onestop_proto::{
    clock::{DueChange, DueHistory, Limit, Step},
    time::Timestamp,
};
use serde::Serialize;

use crate::{cli::DueArgs, output::Output};

/// The answer.
#[derive(Serialize)]
struct DueView<'a> {
    step: &'a Step,
    from: Timestamp,
    limit: &'a Limit,
    #[serde(flatten)]
    reckoning: &'a Reckoning,
    /// The directory's version.
    directory: &'a str,
}

pub(super) fn show(directory: &Directory, args: &DueArgs, output: &Output) -> anyhow::Result<()> {
    let (step, place) = (&args.step, args.at);
    let division = directory.division(place);
    division.with_context(|| format!("there is no division {place}"))?;
    let on = args.from.china_date();
    let limit = directory.limit(step, place, on);
    let limit = limit.with_context(|| format!("'{step}' has no limit at {place} on {on}"))?;
    let history = history(args, &limit)?;
    let reckoning = directory.reckon(&limit, &history);
    let view = DueView {
        step,
        from: args.from,
        limit: &limit,
        reckoning: &reckoning,
        directory: directory.version(),
    };
    output.print_value(&view, || text(&view, output));
    Ok(())
}

/// What moved the end, in the order in which it happened, as far as the limit allows it.
fn history(args: &DueArgs, limit: &Limit) -> anyhow::Result<DueHistory> {
    let step = &args.step;
    ensure!(
        args.pause.is_empty() || !limit.pauses.is_empty(),
        "'{step}' does not stand still for anything ({})",
        limit.basis
    );
    let times = limit.extension.as_ref().map_or(0, |by| by.times);
    let asked = u32::try_from(args.extend.len()).unwrap_or(u32::MAX);
    ensure!(
        asked <= times,
        "'{step}' can be extended {times} time(s), not {asked} ({})",
        limit.basis
    );
    let pauses = args.pause.iter().map(|pause| {
        let (from, to) = (pause.from, pause.to);
        (from, DueChange::StoodStill { from, to })
    });
    let extensions = args.extend.iter().map(|at| (*at, DueChange::Extended));
    let mut changes: Vec<(Timestamp, DueChange)> = pauses.chain(extensions).collect();
    changes.sort_by_key(|(at, _)| *at);
    if let Some((at, _)) = changes.first() {
        ensure!(*at >= args.from, "{at} is before it began");
    }
    Ok(DueHistory {
        since: args.from,
        changes: changes.into_iter().map(|(_, change)| change).collect(),
    })
}

fn text(view: &DueView<'_>, output: &Output) -> String {
    let due = &view.reckoning.due;
    let (day, at) = (due.day.to_string(), due.at.china_text());
    let certainty = output.text(due.certainty.text());
    let filled = [("day", &*day), ("at", &*at), ("certainty", certainty)];
    let mut lines = vec![output.message_with("due-day", &filled)];
    lines.extend(view.reckoning.ends.iter().map(|end| end_text(end, output)));
    if !view.reckoning.skipped.is_empty() {
        lines.push(output.message("due-skipped"));
    }
    let skipped = view.reckoning.skipped.iter();
    lines.extend(skipped.map(|skipped| {
        let (day, why) = (skipped.day, output.words(&skipped.why));
        format!("  {day}  {why}")
    }));
    let version = output.message("directory-version");
    lines.push(format!("{version} {}", view.directory));
    lines.join("\n")
}

fn end_text(end: &LimitEnd, output: &Output) -> String {
    let kind = output.text(end.kind.text());
    format!("  {}  {} {kind}  {}", end.due.day, end.days, end.basis)
}
