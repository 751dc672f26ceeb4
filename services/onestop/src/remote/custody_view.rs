//! Worklists and the custody of a case as text.

use onestop_proto::{
    ids::UnitId,
    query::{CustodyView, CustodyWorklist, CustodyWorklistEntry},
};

use super::CliContext;

pub(super) fn worklist_text(worklist: &CustodyWorklist, context: &CliContext<'_>) -> String {
    let output = context.output;
    let mut lines = vec![context.unit_name(&worklist.unit)];
    if worklist.entries.is_empty() {
        lines.push(output.message("worklist-empty"));
    }
    let entries = worklist.entries.iter();
    lines.extend(entries.map(|entry| entry_text(entry, context)));
    lines.join("\n")
}

fn entry_text(entry: &CustodyWorklistEntry, context: &CliContext<'_>) -> String {
    let output = context.output;
    let until = entry.until.map_or_else(String::new, |until| {
        let by = output.message("worklist-until");
        format!("  {by} {}", output.limit_end(until))
    });
    let urgent = if entry.urgent {
        output.message("worklist-urgent")
    } else {
        String::new()
    };
    let ask = entry
        .ask
        .as_ref()
        .map_or_else(String::new, |ask| format!("\n    {ask}"));
    format!(
        "{urgent}{}  {}  {}  {}{until}\n    {}{ask}",
        context.case_name(&entry.number),
        output.text(entry.standing.text()),
        output.words(&context.directory.subject_name(&entry.item, &entry.topic)),
        context.directory.full_name(entry.place),
        entry.case,
    )
}

pub(super) fn text(view: &CustodyView, context: &CliContext<'_>) -> String {
    let output = context.output;
    let mut lines = vec![format!(
        "{} {}",
        output.message("case-holder"),
        context.unit_name(&view.holder)
    )];
    if let Some(stage) = view.stage {
        lines.push(output.text(stage.text()).to_owned());
    }
    if let Some(offer) = &view.offer {
        let (unit, until) = (context.unit_name(&offer.to), output.limit_end(offer.until));
        let to = output.message("custody-offered");
        lines.push(format!("{to} {unit} ({until})"));
    }
    lines.extend(oversight_lines(view, context));
    for clock in &view.clocks {
        let step = context.directory.step_name(&clock.step);
        let step = step.map_or(clock.step.as_str(), |words| output.words(words));
        lines.push(format!("{step}  {}", output.due_day(&clock.due)));
    }
    lines.extend(outside_lines(view, context));
    lines.join("\n")
}

/// Disputes, co-units, instructions and extensions.
fn oversight_lines(view: &CustodyView, context: &CliContext<'_>) -> Vec<String> {
    let output = context.output;
    let name = |unit: &UnitId| context.unit_name(unit);
    let mut lines = Vec::new();
    if let Some(by) = &view.designated_by {
        let label = output.message("custody-designated-by");
        lines.push(format!("{label} {}", name(by)));
    }
    if let Some(dispute) = &view.dispute {
        lines.push(format!(
            "{} {}（{}，{}）→ {}",
            output.message("custody-disputed-by"),
            name(&dispute.by),
            output.text(dispute.reason.text()),
            dispute.why,
            name(&dispute.supervisor)
        ));
    }
    for co in &view.co_units {
        let report = co.report.as_ref();
        lines.push(format!(
            "{} {}  {}  {}{}",
            output.message("custody-co-unit"),
            name(&co.unit),
            output.text(co.standing.text()),
            co.task,
            report.map_or_else(String::new, |report| format!(" → {report}"))
        ));
    }
    if let Some(open) = &view.instruction {
        lines.push(format!(
            "{} {}：{} ({})",
            output.message("custody-instruction"),
            name(&open.by),
            open.instruction,
            output.limit_end(open.until)
        ));
    }
    if let Some(extension) = &view.extension {
        lines.push(format!(
            "{} {}：{} → {}",
            output.message("custody-extension"),
            name(&extension.by),
            extension.reason,
            name(&extension.supervisor)
        ));
    }
    lines
}

/// What was handed over to bodies outside, and what they answered.
fn outside_lines(view: &CustodyView, context: &CliContext<'_>) -> Vec<String> {
    let output = context.output;
    let mut lines = Vec::new();
    for of in &view.handed_over {
        let answer = of.heard.as_ref().map_or_else(
            || output.message("custody-not-answered"),
            |heard| output.text(heard.answer.text()).to_owned(),
        );
        lines.push(format!(
            "{} {}  {}  {answer}\n    {} ({} {})",
            output.message("custody-handed-over"),
            context.unit_name(&of.handed.to),
            output.text(of.handed.purpose.text()),
            of.handed.handover,
            output.message("custody-record-kept"),
            of.handed.kept_until
        ));
    }
    lines
}
