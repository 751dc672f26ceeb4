//! `onestop source …`: how far each service has heard the others.

use std::time::{Duration, Instant};

use anyhow::bail;
use onestop_chassis::settings::Settings;
use onestop_proto::{
    actor::ServiceName,
    replication::{Command, FollowSource, ReplicationState, SourceState, Sources},
};
use serde::Serialize;

use super::Desk;
use crate::{
    cli::{Shared, SourceCommand},
    output::Output,
    progress::Bar,
    services,
};

/// How often it is asked how far it is.
const ROUND: Duration = Duration::from_millis(500);

/// What one service hears.
#[derive(Serialize)]
struct Hears {
    service: ServiceName,
    sources: Vec<SourceState>,
}

pub(crate) async fn carry_out(
    about: &SourceCommand,
    shared: &Shared,
    settings: &Settings,
    output: &Output,
) -> anyhow::Result<()> {
    let desk = Desk::open(shared, settings, output).await?;
    match about {
        SourceCommand::List => list(&desk, output).await,
        SourceCommand::Wait { service, within } => {
            let waited = wait(&desk, service, output);
            match within.map(Duration::from_secs) {
                None => waited.await,
                Some(limit) => match tokio::time::timeout(limit, waited).await {
                    Ok(done) => done,
                    Err(_) => bail!("{service} has not heard everything within {limit:?}"),
                },
            }
        }
        SourceCommand::Follow {
            service,
            source,
            epoch,
            why,
            division,
        } => {
            let follow = FollowSource {
                source: source.clone(),
                epoch: *epoch,
                why: why.clone(),
                division: *division,
            };
            desk.order(service, None, Command::from(follow)).await
        }
    }
}

async fn heard(desk: &Desk<'_>, service: &ServiceName) -> anyhow::Result<Vec<SourceState>> {
    let none = serde_json::Value::Null;
    let asked = desk
        .client
        .question(service, "sources", (None, None), &none);
    let answer: Sources = asked.await?;
    Ok(answer.sources)
}

async fn list(desk: &Desk<'_>, output: &Output) -> anyhow::Result<()> {
    for service in services::names() {
        let sources = heard(desk, &service).await?;
        let hears = Hears { service, sources };
        output.show(&hears, || {
            let mut lines = vec![hears.service.to_string()];
            lines.extend(hears.sources.iter().map(|state| line(state, output)));
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
    let unit = output.say("条未收", "behind");
    let line = format!("  {source}  #{next}  {behind} {unit}  {epoch}");
    match &state.state {
        ReplicationState::Synced {} => line,
        ReplicationState::Superseded {} => {
            format!("{line}  {}", output.say("旧日志", "an earlier history"))
        }
        ReplicationState::Unreachable { since, problem } => {
            let waits = output.say("没有应答，自", "does not answer, since");
            format!("{line}\n    ! {waits} {}: {problem}", since.china_text())
        }
        ReplicationState::Diverged {
            since,
            epoch,
            problem,
        } => {
            let apart = output.say("已搁置，自", "set aside, since");
            format!(
                "{line}\n    ✗ {apart} {}: {problem} ({epoch})",
                since.china_text()
            )
        }
    }
}

/// Shows how far a service is with everything that it hears, until nothing is left.
async fn wait(desk: &Desk<'_>, service: &ServiceName, output: &Output) -> anyhow::Result<()> {
    let mut bar = Bar::new(service.as_str(), output);
    let began = Instant::now();
    let mut first = None;
    loop {
        let states = heard(desk, service).await?;
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
            let unit = output.say("条/秒", "events/s");
            let rate = count as f64 / seconds.max(0.001);
            output.text(&format!(
                "{service}: {done}  ({count} · {rate:.0} {unit})\n"
            ));
            return Ok(());
        }
        tokio::time::sleep(ROUND).await;
    }
}
