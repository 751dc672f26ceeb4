//! `onestop <specialist> …`

use onestop_proto::{
    field_names::both_languages,
    matter::CriticalDateStanding,
    query::{MatterClock, MatterQuery, MatterView},
};

use super::CliContext;
use crate::{
    cli::contract::{MatterAction, MatterCommand},
    output::Output,
};

pub(crate) async fn run(command: &MatterCommand, context: &CliContext<'_>) -> anyhow::Result<()> {
    let service = command.specialist.name();
    match &command.action {
        MatterAction::Show(case) => {
            let case = context.case_id(case).await?;
            let query = MatterQuery::of(case);
            let matter = context.ask_service(&service, None, &query).await?;
            let output = context.output;
            output.print_value(&matter, || text(&matter, context));
            Ok(())
        }
        MatterAction::Send(typed) => {
            let (case, data) = context.resolve(&service, typed).await?;
            let command = (typed.spec.name, data);
            context.send_named(&service, case, command).await
        }
    }
}

fn text(matter: &MatterView, context: &CliContext<'_>) -> String {
    let output = context.output;
    let unit = context.unit_name(&matter.unit);
    let possible = matter.possible.join(", ");
    let now = output.message("matter-possible");
    let standing = output.words(&matter.standing);
    let mut lines = vec![format!("{}  {standing}", matter.case), unit];
    lines.extend(matter.clocks.iter().map(|clock| clock_text(clock, output)));
    let dates = matter.critical_dates.iter();
    lines.extend(dates.map(|date| critical_date_text(date, output)));
    lines.push(format!("{now}: {possible}"));
    if !matter.late_entries.is_empty() {
        let late = output.message("matter-possible-late");
        lines.push(format!("{late}: {}", matter.late_entries.join(", ")));
    }
    lines.join("\n")
}

fn critical_date_text(date: &CriticalDateStanding, output: &Output) -> String {
    let (day, left) = (output.day(date.due.day), date.left.to_string());
    let line = output.message_with(
        "matter-critical-date",
        &[
            ("kind", output.text(date.kind.text())),
            ("day", &day),
            ("certainty", output.text(date.due.certainty.text())),
            ("basis", output.text(date.basis.text())),
            ("left", &left),
        ],
    );
    if date.over == 0 {
        return line;
    }
    let over = date.over.to_string();
    let missed = output.message_with("matter-critical-date-over", &[("days", &over)]);
    format!("{line}  {missed}")
}

fn clock_text(clock: &MatterClock, output: &Output) -> String {
    let (day, days) = (output.day(clock.due.day), clock.limit.days.to_string());
    let line = output.message_with(
        "matter-clock",
        &[
            ("step", output.words(&clock.name)),
            ("day", &day),
            ("certainty", output.text(clock.due.certainty.text())),
            ("days", &days),
            ("kind", output.text(clock.limit.kind.text())),
            ("basis", output.words(&both_languages(&clock.limit.basis))),
        ],
    );
    let line = if clock.over > 0 {
        let days = clock.over.to_string();
        let over = output.message_with("matter-clock-over", &[("days", &days)]);
        format!("{line}  {over}")
    } else {
        line
    };
    match clock.paused_since {
        Some(since) => {
            let since = output.moment(since);
            let paused = output.message_with("matter-clock-paused", &[("since", &since)]);
            format!("{line}  {paused}")
        }
        None => line,
    }
}
