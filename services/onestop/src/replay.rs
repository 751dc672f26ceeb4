//! `onestop replay`: a case as a person reads it.

use onestop_chassis::settings::Settings;
use onestop_directory::Directory;
use onestop_proto::{
    ids::UnitId,
    journal::{self, ClockState, Replay, ReplayQuery, ReplayStep},
};

use crate::{ask, cli::ReplayArgs, output::Output};

/// Asks the journal and shows the steps.
pub(crate) async fn replay(
    asked: &ReplayArgs,
    settings: &Settings,
    output: &Output,
) -> anyhow::Result<()> {
    let client = ask::connect(settings).await?;
    let directory = ask::directory(settings)?;
    let query = ReplayQuery {
        case: asked.case.clone(),
        as_of: asked.as_of,
        known_at: asked.known_at,
    };
    let mut replay: Replay = client
        .question(&journal::service(), "replay", (None, None), &query)
        .await?;
    if let Some(last) = asked.step {
        replay.steps.retain(|step| step.number <= last);
        replay.findings.retain(|finding| finding.step <= last);
    }
    output.show(&replay, || told(&replay, asked, &directory, output));
    Ok(())
}

fn told(replay: &Replay, asked: &ReplayArgs, directory: &Directory, output: &Output) -> String {
    let mut lines = vec![format!("{} {}", output.say("案件", "Case"), replay.case)];
    if asked.as_of.is_some() || asked.known_at.is_some() || asked.step.is_some() {
        let past = output.say("（历史时刻，不是现在）", "(a moment in the past, not now)");
        lines.push(past.to_owned());
    }
    for step in &replay.steps {
        lines.push(line(step, output));
        lines.push(format!("       {}", standing(step, directory, output)));
    }
    if let (Some(wanted), Some(step)) = (asked.step, replay.steps.last())
        && step.number == wanted
    {
        // Envelopes serialize.
        lines.push(serde_json::to_string_pretty(&step.event).unwrap_or_default());
    }
    lines.extend(replay.findings.iter().map(|finding| {
        let label = output.say("注意：第", "ATTENTION: step");
        format!(
            "{label} {} {}: {}",
            finding.step,
            output.say("步", ""),
            output.words(&finding.what)
        )
    }));
    if replay.findings.is_empty() && !replay.steps.is_empty() {
        let good = output.say(
            "责任链完整，每一步都有来由。",
            "The custody chain is unbroken and every step has its cause.",
        );
        lines.push(good.to_owned());
    }
    lines.join("\n")
}

/// One step in one line: number, time, what, by whom.
pub(crate) fn line(step: &ReplayStep, output: &Output) -> String {
    let facts = output.words(&step.facts);
    let facts = if facts.is_empty() {
        String::new()
    } else {
        format!("{}{facts}", output.say("：", ": "))
    };
    let (number, time) = (step.number, step.happened_at.china_text());
    let title = output.words(&step.title);
    format!("{number:>3}  {time}  {title}{facts}")
}

/// Who had custody, which clocks ran, who acted.
fn standing(step: &ReplayStep, directory: &Directory, output: &Output) -> String {
    let name = |unit: &UnitId| {
        directory
            .unit(unit)
            .map_or_else(|| unit.to_string(), |unit| unit.name.clone())
    };
    let custody = step.custody.as_ref().map_or_else(|| "—".to_owned(), name);
    let clocks: Vec<String> = step
        .clocks
        .iter()
        .map(|(step, state)| clock(step_name(step, directory, output), state, output))
        .collect();
    let clocks = if clocks.is_empty() {
        "—".to_owned()
    } else {
        clocks.join("; ")
    };
    let (role, staff) = (
        output.words(&step.actor.role.text().into()).to_owned(),
        &step.actor.staff,
    );
    format!(
        "{} {custody} · {} {clocks} · {} {role} {staff}",
        output.say("责任", "custody"),
        output.say("计时", "clock"),
        output.say("经办", "by"),
    )
}

fn step_name<'a>(step: &'a str, directory: &'a Directory, output: &Output) -> &'a str {
    let known = step
        .parse()
        .ok()
        .and_then(|step| directory.step_name(&step));
    known.map_or(step, |words| output.words(words))
}

fn clock(name: &str, state: &ClockState, output: &Output) -> String {
    match state {
        ClockState::Running { due } => {
            format!("{name} {} {}", output.say("至", "due"), due.day)
        }
        ClockState::Paused { .. } => format!("{name} ‖ {}", output.say("暂停", "paused")),
    }
}
