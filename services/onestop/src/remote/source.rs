//! `onestop source …`: how far each service has read its sources.

use std::time::{Duration, Instant};

use anyhow::bail;
use onestop_chassis::client::QuestionMeta;
use onestop_proto::{
    actor::ServiceName,
    query::SourcesQuery,
    replication::{ReplicationState, SourceState},
};
use serde::Serialize;

use super::{CliContext, follow_everywhere};
use crate::{cli::SourceCommand, output::Output, progress::Bar, services};

/// The pause between two looks at a service's progress.
const POLL_INTERVAL: Duration = Duration::from_millis(500);

#[derive(Serialize)]
struct SourcesOfService {
    service: ServiceName,
    sources: Vec<SourceState>,
}

pub(crate) async fn run(command: &SourceCommand, context: &CliContext<'_>) -> anyhow::Result<()> {
    match command {
        SourceCommand::List => list(context).await,
        SourceCommand::Wait { service, within } => {
            let waited = wait(context, service);
            match within.map(Duration::from_secs) {
                None => waited.await,
                Some(limit) => match tokio::time::timeout(limit, waited).await {
                    Ok(done) => done,
                    Err(_) => bail!(said!(
                        "source-not-heard",
                        service = service,
                        limit = format!("{limit:?}")
                    )),
                },
            }
        }
        SourceCommand::FollowEverywhere(decided) => follow_everywhere::run(context, decided).await,
        SourceCommand::Contract(command) => context.send_contract(command).await,
    }
}

async fn sources_of(
    context: &CliContext<'_>,
    service: &ServiceName,
) -> anyhow::Result<Vec<SourceState>> {
    let (meta, query) = (QuestionMeta::default(), SourcesQuery::default());
    let answer = context.client.ask_service(service, meta, &query).await?;
    Ok(answer.sources)
}

async fn list(context: &CliContext<'_>) -> anyhow::Result<()> {
    let output = context.output;
    for service in services::names() {
        let sources = sources_of(context, &service).await?;
        let all = SourcesOfService { service, sources };
        output.print_value(&all, || {
            let mut lines = vec![all.service.to_string()];
            lines.extend(all.sources.iter().map(|state| line(state, output)));
            lines.join("\n")
        });
    }
    Ok(())
}

fn line(state: &SourceState, output: &Output) -> String {
    let SourceState {
        source,
        epoch,
        next,
        ..
    } = state;
    let behind = state.head.unwrap_or(*next).saturating_sub(*next);
    let unit = output.message("source-behind");
    let line = format!("  {source}  #{next}  {behind} {unit}  {epoch}");
    match &state.state {
        ReplicationState::Synced {} => line,
        ReplicationState::Superseded {} => format!("{line}  {}", output.message("source-former")),
        ReplicationState::Unreachable { since, problem } => {
            let waits = output.message("source-silent");
            format!("{line}\n    ! {waits} {}: {problem}", output.moment(*since))
        }
        ReplicationState::Refused { since, why } => {
            let (refused, why) = (output.message("source-refused"), output.text(why.text()));
            format!("{line}\n    ✗ {refused} {}: {why}", output.moment(*since))
        }
        ReplicationState::Diverged {
            since,
            epoch,
            problem,
        } => {
            let apart = output.message("source-set-aside");
            format!(
                "{line}\n    ✗ {apart} {}: {problem} ({epoch})",
                output.moment(*since)
            )
        }
    }
}

/// Shows how far a service has read its sources, until it has read everything.
async fn wait(context: &CliContext<'_>, service: &ServiceName) -> anyhow::Result<()> {
    let output = context.output;
    let mut bar = Bar::new(service.as_str(), output);
    let began = Instant::now();
    let mut first = None;
    loop {
        let states = sources_of(context, service).await?;
        let current = states
            .iter()
            .filter(|state| state.state != ReplicationState::Superseded {});
        let (mut done, mut total, mut known) = (0, 0, true);
        for state in current {
            known &= state.head.is_some();
            done += state.next;
            total += state.head.unwrap_or(state.next).max(state.next);
        }
        let first = *first.get_or_insert(done);
        bar.show(done, total);
        if known && !states.is_empty() && done >= total {
            let (count, seconds) = (done - first, began.elapsed().as_secs_f64());
            let unit = output.message("source-rate");
            let rate = count as f64 / seconds.max(0.001);
            output.print(&format!(
                "{service}: {done}  ({count} · {rate:.0} {unit})\n"
            ));
            return Ok(());
        }
        tokio::time::sleep(POLL_INTERVAL).await;
    }
}
