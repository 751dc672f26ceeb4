//! Worklists and custody as text.

use onestop_proto::{
    ids::UnitId,
    query::{CustodyView, CustodyWorklist, CustodyWorklistEntry},
};

use crate::{ask::Desk, output::Output};

pub(super) fn worklist(worklist: &CustodyWorklist, desk: &Desk<'_>, output: &Output) -> String {
    let mut lines = vec![desk.unit_name(&worklist.unit)];
    if worklist.entries.is_empty() {
        lines.push(output.say("没有待办。", "Nothing to do.").to_owned());
    }
    lines.extend(worklist.entries.iter().map(|one| entry(one, desk, output)));
    lines.join("\n")
}

fn entry(entry: &CustodyWorklistEntry, desk: &Desk<'_>, output: &Output) -> String {
    let until = entry.until.map_or_else(String::new, |until| {
        let by = output.say("期限", "by");
        format!("  {by} {}", until.china_text())
    });
    let urgent = if entry.urgent {
        output.say("【紧急】", "[urgent] ")
    } else {
        ""
    };
    let ask = entry
        .ask
        .as_ref()
        .map_or_else(String::new, |ask| format!("\n    {ask}"));
    format!(
        "{urgent}{}  {}  {}  {}{until}\n    {}{ask}",
        entry.number,
        output.words(&entry.standing.text().into()),
        output.words(&desk.directory.subject_name(&entry.item, &entry.topic)),
        desk.directory.full_name(entry.place),
        entry.case,
    )
}

pub(super) fn custody(view: &CustodyView, desk: &Desk<'_>, output: &Output) -> String {
    let named = |unit: &UnitId| desk.unit_name(unit);
    let mut lines = vec![format!(
        "{} {}",
        output.say("现由", "held by"),
        named(&view.holder)
    )];
    if let Some(stage) = view.stage {
        lines.push(output.words(&stage.text().into()).to_owned());
    }
    if let Some(offer) = &view.offer {
        let (asked, until) = (named(&offer.to), offer.until.china_text());
        let to = output.say("已转给，待签收：", "offered to");
        lines.push(format!("{to} {asked} ({until})"));
    }
    if let Some(by) = &view.designated_by {
        lines.push(format!(
            "{} {}",
            output.say("指定单位：", "designated by"),
            named(by)
        ));
    }
    if let Some(dispute) = &view.dispute {
        lines.push(format!(
            "{} {}（{}，{}）→ {}",
            output.say("争议：", "disputed by"),
            named(&dispute.by),
            output.words(&dispute.reason.text().into()),
            dispute.why,
            named(&dispute.supervisor)
        ));
    }
    for co in &view.co_units {
        lines.push(format!(
            "{} {}  {}  {}{}",
            output.say("协办：", "co-unit"),
            named(&co.unit),
            output.words(&co.standing.text().into()),
            co.task,
            co.report
                .as_ref()
                .map_or_else(String::new, |report| format!(" → {report}"))
        ));
    }
    if let Some(open) = &view.instruction {
        lines.push(format!(
            "{} {}：{} ({})",
            output.say("督办：", "instruction of"),
            named(&open.by),
            open.instruction,
            open.until.china_text()
        ));
    }
    if let Some(asked) = &view.extension {
        lines.push(format!(
            "{} {}：{} → {}",
            output.say("申请延期：", "more time asked by"),
            named(&asked.by),
            asked.reason,
            named(&asked.supervisor)
        ));
    }
    for clock in &view.clocks {
        let step = desk.directory.step_name(&clock.step);
        let step = step.map_or(clock.step.as_str(), |words| output.words(words));
        lines.push(format!("{step}  {}", clock.due.day));
    }
    for of in &view.handed_over {
        let heard = of.heard.as_ref().map_or_else(
            || output.say("待反馈", "not heard yet").to_owned(),
            |heard| output.words(&heard.answer.text().into()).to_owned(),
        );
        lines.push(format!(
            "{} {}  {}  {heard}\n    {} ({} {})",
            output.say("移送：", "handed over to"),
            named(&of.handed.to),
            output.words(&of.handed.purpose.text().into()),
            of.handed.handover,
            output.say("记录保存至", "record kept until"),
            of.handed.kept_until
        ));
    }
    lines.join("\n")
}
