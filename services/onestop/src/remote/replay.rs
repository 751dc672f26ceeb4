//! `onestop replay`: the steps of a case as text.

use anyhow::bail;
use onestop_proto::{
    ids::{CaseId, CaseRef},
    journal::{ClockState, Replay, ReplayQuery, ReplayStep},
};

use super::{CliContext, case_view};
use crate::{cli::ReplayArgs, output::Output};

/// Asks the journal for the steps of a case, and prints them.
pub(crate) async fn run(args: &ReplayArgs, context: &CliContext<'_>) -> anyhow::Result<()> {
    let query = ReplayQuery {
        as_of: args.as_of,
        known_at: args.known_at,
        ..ReplayQuery::whole(args.case.clone())
    };
    let mut replay = context.ask(None, &query).await?;
    // One answer has only so many bytes.
    while args
        .step
        .is_none_or(|last| replay.next.is_some_and(|next| next <= last))
        && let Some(next) = query.after(&replay)
    {
        replay.extend(context.ask(None, &next).await?);
    }
    if let Some(last) = args.step {
        let steps = replay.steps.last().map_or(0, |step| step.number);
        if last > steps {
            bail!(said!("replay-no-such-step", step = last, steps = steps));
        }
        replay.steps.retain(|step| step.number <= last);
        replay.findings.retain(|finding| finding.step <= last);
    }
    let names = names(replay.case, context).await;
    context
        .output
        .print_value(&replay, || text(&replay, names, args, context));
    Ok(())
}

/// What a case is called: intake knows it, and the journal answers without it.
async fn names(case: CaseId, context: &CliContext<'_>) -> Option<String> {
    if !context.is_verbose() {
        return None;
    }
    let view = context.ask_case(&CaseRef::Id(case), None).await.ok()?;
    let name = context.case_name(&view.number);
    let further = case_view::further_names(&view, context.output);
    Some(format!("{name}  {further}"))
}

fn text(
    replay: &Replay,
    names: Option<String>,
    args: &ReplayArgs,
    context: &CliContext<'_>,
) -> String {
    let output = context.output;
    let mut lines = vec![format!("{} {}", output.message("replay-case"), replay.case)];
    lines.extend(names);
    if args.as_of.is_some() || args.known_at.is_some() || args.step.is_some() {
        lines.push(output.message("replay-past"));
    }
    if replay.steps.is_empty() {
        lines.push(output.message("replay-nothing-yet"));
    }
    for step in &replay.steps {
        lines.push(line(step, output));
        let late = step.late_entry();
        lines.extend(late.map(|late| format!("       {}", output.words(&late))));
        lines.push(format!("       {}", standing_line(step, context)));
    }
    if let (Some(wanted), Some(step)) = (args.step, replay.steps.last())
        && step.number == wanted
    {
        // Envelopes serialize.
        lines.push(serde_json::to_string_pretty(&step.event).unwrap_or_default());
    }
    lines.extend(replay.findings.iter().map(|finding| {
        let label = output.message("replay-attention");
        format!(
            "{label} {} {}: {}",
            finding.step,
            output.message("replay-attention-step"),
            output.words(&finding.what)
        )
    }));
    if replay.findings.is_empty() && !replay.steps.is_empty() {
        lines.push(output.message("replay-unbroken"));
    }
    lines.join("\n")
}

/// One step in one line: number, time, what, by whom.
pub(super) fn line(step: &ReplayStep, output: &Output) -> String {
    let facts = output.words(&step.facts);
    let facts = if facts.is_empty() {
        String::new()
    } else {
        format!("{}{facts}", output.message("replay-facts-separator"))
    };
    let (number, time) = (step.number, output.moment(step.happened_at));
    let title = output.words(&step.title);
    format!("{number:>3}  {time}  {title}{facts}")
}

/// Who had custody, which clocks ran, who acted.
fn standing_line(step: &ReplayStep, context: &CliContext<'_>) -> String {
    let output = context.output;
    let custody = step.custody.as_ref();
    let custody = custody.map_or_else(|| "—".to_owned(), |unit| context.unit_name(unit));
    let clocks: Vec<String> = step
        .clocks
        .iter()
        .map(|(step, state)| clock_text(step_name(step, context), state, output))
        .collect();
    let clocks = if clocks.is_empty() {
        "—".to_owned()
    } else {
        clocks.join("; ")
    };
    let who = output.person(&step.actor);
    format!(
        "{} {custody} · {} {clocks} · {} {who}",
        output.message("replay-custody"),
        output.message("replay-clock"),
        output.message("replay-by"),
    )
}

fn step_name<'a>(step: &'a str, context: &'a CliContext<'_>) -> &'a str {
    let parsed = step.parse().ok();
    let known = parsed.and_then(|step| context.directory.step_name(&step));
    known.map_or(step, |words| context.output.words(words))
}

fn clock_text(name: &str, state: &ClockState, output: &Output) -> String {
    match state {
        ClockState::Running { due } => {
            let day = output.due_day(due);
            format!("{name} {} {day}", output.message("replay-due"))
        }
        ClockState::Paused { .. } => format!("{name} ‖ {}", output.message("replay-paused")),
    }
}
