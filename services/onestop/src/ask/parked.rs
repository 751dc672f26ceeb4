//! `onestop parked …`: events that a service could not take.

use onestop_chassis::settings::Settings;
use onestop_proto::{
    actor::ServiceName,
    ids::CaseRef,
    parking::{Command, Parked, ParkedCase, ParkedCases, Reason, Retry, Skip},
};
use serde::Serialize;

use super::Desk;
use crate::{
    cli::{ParkedCommand, Shared},
    output::Output,
    verify::services,
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

async fn list(desk: &Desk<'_>, output: &Output) -> anyhow::Result<()> {
    let mut nothing = true;
    for service in services() {
        let none = serde_json::Value::Null;
        let parked: ParkedCases = desk
            .client
            .question(&service, "parked", (None, None), &none)
            .await?;
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
