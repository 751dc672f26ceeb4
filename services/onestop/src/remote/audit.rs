//! `onestop audit case | staff | alarms | export`

use onestop_chassis::settings::Settings;
use onestop_proto::personal::{
    AuditedAct, CaseAuditQuery, ReadingAlarm, ReadingAlarmsQuery, SeenData, StaffAuditQuery,
};

use super::{CliContext, audit_export};
use crate::{cli::AuditCommand, output::Output};

pub(crate) async fn run(
    command: &AuditCommand,
    settings: &Settings,
    context: &CliContext<'_>,
) -> anyhow::Result<()> {
    let (actor, output) = (context.actor()?, context.output);
    match command {
        AuditCommand::Case { case } => {
            let mut query = CaseAuditQuery {
                case: case.clone(),
                from: None,
            };
            let mut audit = context.ask(Some(actor.clone()), &query).await?;
            while audit.next.is_some() {
                query.from = audit.next;
                let part = context.ask(Some(actor.clone()), &query).await?;
                audit.acts.extend(part.acts);
                audit.next = part.next;
            }
            output.print_value(&audit, || acts_text(&audit.acts, context));
        }
        AuditCommand::Staff { staff, before } => {
            let query = StaffAuditQuery {
                staff: staff.clone(),
                before: *before,
            };
            let audit = context.ask(Some(actor), &query).await?;
            output.print_value(&audit, || {
                let text = acts_text(&audit.acts, context);
                let next = audit.next.map(|next| format!("\n--before {next}"));
                format!("{text}{}", next.unwrap_or_default())
            });
        }
        AuditCommand::Export(args) => {
            return audit_export::run(args, settings, context).await;
        }
        AuditCommand::Alarms => {
            let found = context.ask(Some(actor), &ReadingAlarmsQuery).await?;
            output.print_value(&found, || alarms_text(&found.alarms, context));
        }
    }
    Ok(())
}

fn acts_text(acts: &[AuditedAct], context: &CliContext<'_>) -> String {
    if acts.is_empty() {
        return context.output.message("audit-none");
    }
    let lines: Vec<String> = acts.iter().map(|act| act_text(act, context)).collect();
    lines.join("\n")
}

/// Three lines: when, who and what; what was seen; by whose key.
fn act_text(act: &AuditedAct, context: &CliContext<'_>) -> String {
    let output = context.output;
    let did = output.message(if act.seen.is_some() {
        "audit-saw"
    } else {
        "audit-changed"
    });
    let (at, who) = (output.moment(act.at), output.person(&act.by));
    let unit = context.unit_name(&act.by.unit);
    let title = output.words(&act.title);
    let mut text = format!("{at}  {who}  {unit}\n    {did}: {title}");
    if !act.is_of_no_case() {
        text += &format!("  {}", act.case);
    }
    if let Some(seen) = &act.seen {
        text += &format!("\n    {}", seen_text(seen, output));
    }
    let proof = match (&act.issuer, &act.token) {
        (Some(issuer), Some(token)) => format!("{issuer} {token}"),
        (Some(issuer), None) => issuer.to_string(),
        (None, _) => output.message("audit-unproven"),
    };
    format!("{text}\n    {proof}")
}

fn seen_text(seen: &SeenData, output: &Output) -> String {
    let kinds: Vec<&str> = seen
        .kinds
        .iter()
        .map(|kind| output.text(kind.text()))
        .collect();
    let mut parts = vec![kinds.join(&output.message("list-separator"))];
    parts.extend(seen.way.map(|way| output.text(way.text()).to_owned()));
    parts.extend(seen.file.as_ref().map(ToString::to_string));
    match seen.among {
        Some(0) => parts.push(output.message("audit-found-nothing")),
        Some(among) => parts.push(format!("{} {among}", output.message("audit-among"))),
        None => {}
    }
    // What found nothing rests on no custody.
    let custody = (!seen.is_of_no_case()).then(|| output.message("readings-custody"));
    parts.extend(seen.reason.clone().or(custody));
    parts.join("  ")
}

fn alarms_text(alarms: &[ReadingAlarm], context: &CliContext<'_>) -> String {
    let output = context.output;
    if alarms.is_empty() {
        return output.message("audit-alarms-none");
    }
    let line = |alarm: &ReadingAlarm| {
        let span = output.text(alarm.exceeded.span.text());
        let (at, who) = (output.moment(alarm.at), output.person(&alarm.by));
        let unit = context.unit_name(&alarm.by.unit);
        let limit = alarm.exceeded.limit;
        format!("{at}  {who}  {unit}  > {limit} / {span}")
    };
    alarms.iter().map(line).collect::<Vec<_>>().join("\n")
}
