//! `onestop parked …`: events that a service could not process.

use anyhow::bail;
use onestop_chassis::client::QuestionMeta;
use onestop_proto::{
    actor::ServiceName,
    envelope::Envelope,
    ids::CaseId,
    parking::{Parked, ParkedCase, ParkedCases, Reason},
    query::{LogQuery, ParkedQuery},
};
use serde::Serialize;

use super::CliContext;
use crate::{cli::ParkedCommand, output::Output, services};

#[derive(Serialize)]
struct ParkedOfService {
    service: ServiceName,
    cases: Vec<ParkedCase>,
    /// Cases that are not listed: one answer has only so many bytes.
    more: u64,
}

pub(crate) async fn run(command: &ParkedCommand, context: &CliContext<'_>) -> anyhow::Result<()> {
    match command {
        ParkedCommand::List => list(context).await,
        ParkedCommand::Show { service, case } => {
            let case = context.case_id(case).await?;
            show(context, service, case).await
        }
        ParkedCommand::Contract(command) => context.send_contract(command).await,
    }
}

/// A parked event, and what its source wrote.
#[derive(Serialize)]
struct ParkedEvent {
    #[serde(flatten)]
    parked: Parked,
    /// Nothing if the source no longer has it at that position.
    written: Option<Envelope>,
}

async fn show(context: &CliContext<'_>, service: &ServiceName, case: CaseId) -> anyhow::Result<()> {
    let output = context.output;
    let parked = of(context, service).await?.cases;
    let waiting = parked.into_iter().find(|parked| parked.case == case);
    let Some(waiting) = waiting else {
        bail!(said!("parked-nothing", service = service, case = case));
    };
    for parked in waiting.waiting {
        let query = LogQuery {
            from: parked.at.position,
            limit: 1,
        };
        let source = &parked.at.source;
        let page = context.client.ask_instance(source, None, &query).await?;
        let written = page.events.into_iter().find(|it| it.id == parked.event);
        let event = ParkedEvent { parked, written };
        let text = match &event.written {
            Some(written) => serde_json::to_string_pretty(written)?,
            None => output.message("parked-gone"),
        };
        output.print_value(&event, || {
            format!("{}\n{text}", line(&event.parked, output))
        });
    }
    Ok(())
}

async fn of(context: &CliContext<'_>, service: &ServiceName) -> anyhow::Result<ParkedCases> {
    let meta = QuestionMeta::default();
    let parked = context.client.ask_service(service, meta, &ParkedQuery);
    Ok(parked.await?)
}

async fn list(context: &CliContext<'_>) -> anyhow::Result<()> {
    let output = context.output;
    let mut is_empty = true;
    for service in services::names() {
        let ParkedCases { cases, more } = of(context, &service).await?;
        let parked = ParkedOfService {
            service,
            cases,
            more,
        };
        if !parked.cases.is_empty() {
            is_empty = false;
            output.print_value(&parked, || text(&parked, output));
        }
    }
    if is_empty {
        output.print_value(&Vec::<ParkedCase>::new(), || output.message("parked-none"));
    }
    Ok(())
}

fn text(parked: &ParkedOfService, output: &Output) -> String {
    let mut lines = vec![parked.service.to_string()];
    for case in &parked.cases {
        lines.push(format!(
            "  {} {}",
            output.message("case-heading"),
            case.case
        ));
        lines.extend(case.waiting.iter().map(|parked| line(parked, output)));
        lines.extend(case.skip_requested.iter().map(|requested| {
            let words = output.message("parked-skip-requested");
            let (by, until) = (&requested.by, output.limit_end(requested.until));
            format!("    {words}: {by} → {until}  {}", requested.why)
        }));
        lines.extend(case.held_back.iter().map(|at| {
            let words = output.message("parked-held-back");
            format!("    {} #{}  {words}", at.source, at.position)
        }));
    }
    if parked.more > 0 {
        lines.push(format!(
            "  … {} {}",
            parked.more,
            output.message("parked-more")
        ));
    }
    lines.join("\n")
}

fn line(parked: &Parked, output: &Output) -> String {
    let why = match &parked.reason {
        Reason::Failed { problem } => problem.clone(),
        Reason::Newer {} => output.message("parked-newer"),
        Reason::Behind {} => output.message("parked-behind"),
    };
    let (event, kind, at) = (parked.event, &parked.event_type, &parked.at);
    format!(
        "    {event}  {kind}  {} #{}\n      {why}",
        at.source, at.position
    )
}
