//! `onestop parked …`: events that a service could not take.

use anyhow::bail;
use onestop_chassis::settings::Settings;
use onestop_proto::{
    actor::ServiceName,
    envelope::Envelope,
    ids::{CaseId, CaseRef},
    parking::{Command, Parked, ParkedCase, ParkedCases, Reason, Retry, Skip},
    query::{LogPage, LogQuery},
};
use serde::Serialize;

use super::Desk;
use crate::{
    cli::{ParkedCommand, Shared},
    output::Output,
    services,
};

/// What one service has parked.
#[derive(Serialize)]
struct Lot {
    service: ServiceName,
    cases: Vec<ParkedCase>,
}

pub(crate) async fn carry_out(
    about: &ParkedCommand,
    shared: &Shared,
    settings: &Settings,
    output: &Output,
) -> anyhow::Result<()> {
    let desk = Desk::open(shared, settings, output).await?;
    let (service, case, command) = match about {
        ParkedCommand::List => return list(&desk, output).await,
        ParkedCommand::Show { service, case } => {
            let case = desk.case(case).await?;
            return show(&desk, service, case, output).await;
        }
        ParkedCommand::Retry { service, case } => (service, case, Command::from(Retry {})),
        ParkedCommand::Skip {
            service,
            case,
            event,
            why,
        } => {
            let skip = Skip {
                event: *event,
                why: why.clone(),
            };
            (service, case, Command::from(skip))
        }
    };
    let case = CaseRef::Id(desk.case(case).await?);
    desk.order(service, Some(case), command).await
}

/// A parked event, and what its source wrote.
#[derive(Serialize)]
struct Shown {
    #[serde(flatten)]
    parked: Parked,
    /// Nothing if the source no longer has it there.
    written: Option<Envelope>,
}

async fn show(
    desk: &Desk<'_>,
    service: &ServiceName,
    case: CaseId,
    output: &Output,
) -> anyhow::Result<()> {
    let parked = of(desk, service).await?.cases;
    let waiting = parked.into_iter().find(|parked| parked.case == case);
    let Some(waiting) = waiting else {
        bail!("{service} has parked nothing of {case}");
    };
    for parked in waiting.waiting {
        let query = LogQuery {
            from: parked.at.position,
            limit: 1,
        };
        let source = &parked.at.source;
        let page: LogPage = desk.client.question_at(source, "log", &query).await?;
        let written = page.events.into_iter().find(|it| it.id == parked.event);
        let shown = Shown { parked, written };
        let text = match &shown.written {
            Some(written) => serde_json::to_string_pretty(written)?,
            None => output
                .say("来源日志中已无此事件", "its source no longer has it")
                .to_owned(),
        };
        output.show(&shown, || {
            format!("{}\n{text}", line(&shown.parked, output))
        });
    }
    Ok(())
}

async fn of(desk: &Desk<'_>, service: &ServiceName) -> anyhow::Result<ParkedCases> {
    let none = serde_json::Value::Null;
    let parked = desk.client.question(service, "parked", (None, None), &none);
    Ok(parked.await?)
}

async fn list(desk: &Desk<'_>, output: &Output) -> anyhow::Result<()> {
    let mut nothing = true;
    for service in services::names() {
        let parked = of(desk, &service).await?;
        let lot = Lot {
            service,
            cases: parked.cases,
        };
        if !lot.cases.is_empty() {
            nothing = false;
            output.show(&lot, || listed(&lot, output));
        }
    }
    if nothing {
        let zh = "没有搁置的事件。";
        output.show(&Vec::<ParkedCase>::new(), || {
            output.say(zh, "Nothing is parked.").to_owned()
        });
    }
    Ok(())
}

fn listed(lot: &Lot, output: &Output) -> String {
    let mut lines = vec![lot.service.to_string()];
    for case in &lot.cases {
        lines.push(format!("  {} {}", output.say("案件", "case"), case.case));
        lines.extend(case.waiting.iter().map(|parked| line(parked, output)));
    }
    lines.join("\n")
}

fn line(parked: &Parked, output: &Output) -> String {
    let why = match &parked.reason {
        Reason::Failed { problem } => problem.as_str(),
        Reason::Behind {} => output.say("等候先前的事件", "behind an earlier event"),
    };
    let (event, kind, at) = (parked.event, &parked.event_type, &parked.at);
    format!(
        "    {event}  {kind}  {} #{}\n      {why}",
        at.source, at.position
    )
}
