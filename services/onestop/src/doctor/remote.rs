//! Checks of the broker and of the services, by their own answers.

use onestop_chassis::{
    client::{Client, QuestionMeta},
    clock::SystemClock,
    settings::Settings,
};
use onestop_proto::{
    actor::ServiceName,
    backup::{BackupAnswer, BackupQuery, BackupSummary},
    ledger::LedgerState,
    query::{LogQuery, ParkedQuery, ProgressQuery, SourcesQuery},
    replication::{ReplicationState, SourceState, Sources},
};

use super::{Finding, State};
use crate::{output::Output, remote, services};

/// The oldest broker that the journeys are tested with.
const OLDEST_BROKER: (u32, u32) = (2, 9);
/// So many events behind, a service needs attention.
const FAR_BEHIND: u64 = 1_000;
/// An event further in the future than this shows a wrong clock.
const TOLERANCE_SECONDS: f64 = 2.0;
/// A source that has not answered for less than this may be starting.
const STARTING_SECONDS: f64 = 15.0;

pub(super) async fn findings(settings: &Settings, output: &Output) -> Vec<Finding> {
    let mut findings: Vec<Finding> = workbench(settings, output).await.into_iter().collect();
    let client = match remote::connect(settings).await {
        Ok(client) => client,
        Err(error) => {
            let about = output.message("doctor-broker");
            let to_do = output.message("doctor-broker-missing");
            findings.push(Finding::good(about, format!("{error:#}")).but(State::Bad, to_do));
            return findings;
        }
    };
    findings.push(broker(&client, output));
    for service in services::names() {
        match summary(&client, &service).await {
            Ok(log) => {
                findings.push(log_of(&service, &log, output));
                findings.extend(clock(&client, &service, &log, output).await);
                findings.extend(parked(&client, &service, output).await);
                findings.extend(sources(&client, &service, output).await);
            }
            Err(error) => {
                let about = format!("{} {service}", output.message("doctor-service"));
                let to_do = output.message("doctor-service-missing");
                findings.push(Finding::good(about, format!("{error:#}")).but(State::Bad, to_do));
            }
        }
    }
    findings.extend(ledger(&client, output).await);
    findings
}

async fn workbench(settings: &Settings, output: &Output) -> Option<Finding> {
    let about = output.message("workbench");
    match onestop_gateway::answers(&settings.data).await {
        Ok(address) => address.map(|address| Finding::good(about, address)),
        Err(error) => {
            let to_do = output.message("doctor-workbench-missing");
            Some(Finding::good(about, format!("{error:#}")).but(State::Bad, to_do))
        }
    }
}

async fn ledger(client: &Client, output: &Output) -> Option<Finding> {
    // A journal that does not answer has its own finding.
    let progress = client
        .ask(QuestionMeta::default(), &ProgressQuery)
        .await
        .ok()?;
    let (about, said) = (output.message("ledger"), progress.state.text());
    let (said, position, head) = (output.text(said), progress.position, progress.head);
    let found = Finding::good(about, format!("{said}  {position}/{head}"));
    Some(match progress.state {
        LedgerState::Following => found,
        LedgerState::Building => found.but(State::Look, "onestop ledger wait"),
        LedgerState::Failing => found.but(State::Bad, output.message("doctor-ledger-failing")),
    })
}

fn broker(client: &Client, output: &Output) -> Finding {
    let info = client.bus().client().server_info();
    let about = output.message("doctor-broker");
    let found = format!("nats-server {}  {}", info.version, info.server_name);
    let found = Finding::good(about, found);
    let mut numbers = info.version.split('.').map(|part| part.parse().ok());
    let version = (numbers.next().flatten(), numbers.next().flatten());
    if version >= (Some(OLDEST_BROKER.0), Some(OLDEST_BROKER.1)) {
        return found;
    }
    let to_do = output.message("doctor-broker-old");
    found.but(State::Bad, to_do)
}

async fn summary(client: &Client, service: &ServiceName) -> anyhow::Result<BackupSummary> {
    let query = BackupQuery::default();
    let meta = QuestionMeta::default();
    match client.ask_service(service, meta, &query).await? {
        BackupAnswer::Summary(summary) => Ok(summary),
        BackupAnswer::Page(_) | BackupAnswer::Nothing => {
            anyhow::bail!("{service} did not say what its log holds")
        }
    }
}

fn log_of(service: &ServiceName, log: &BackupSummary, output: &Output) -> Finding {
    let about = format!("{} {service}", output.message("doctor-service"));
    let unit = output.message("unit-events");
    Finding::good(about, format!("{} {unit}  {}", log.count, log.epoch))
}

/// An event from the future: this machine's clock went back, or the other's ran ahead. Time limits would be wrong.
async fn clock(
    client: &Client,
    service: &ServiceName,
    log: &BackupSummary,
    output: &Output,
) -> Option<Finding> {
    let query = LogQuery {
        from: log.count.checked_sub(1)?,
        limit: 1,
    };
    let page = client.ask_service(service, QuestionMeta::default(), &query);
    let newest = page.await.ok()?.events.into_iter().next()?.recordedtime;
    let ahead = newest.seconds_since(SystemClock.now());
    if ahead <= TOLERANCE_SECONDS {
        return None;
    }
    let about = format!("{} {service}", output.message("doctor-clock"));
    let found = output.message("doctor-clock-ahead");
    let to_do = output.message("doctor-clock-set");
    Some(Finding::good(about, format!("{found} {ahead:.0}")).but(State::Bad, to_do))
}

async fn parked(client: &Client, service: &ServiceName, output: &Output) -> Option<Finding> {
    let parked = client.ask_service(service, QuestionMeta::default(), &ParkedQuery);
    let cases = parked.await.ok()?.cases.len();
    if cases == 0 {
        return None;
    }
    let about = format!("{} {service}", output.message("doctor-parked"));
    let unit = output.message("doctor-parked-cases");
    Some(Finding::good(about, format!("{cases} {unit}")).but(State::Bad, "onestop parked list"))
}

/// How far a service is behind each of its sources, whether the source answers, and whether its history is the one
/// that the service has processed.
async fn sources(client: &Client, service: &ServiceName, output: &Output) -> Vec<Finding> {
    let answer = client.ask_service(service, QuestionMeta::default(), &SourcesQuery);
    let Ok(Sources { sources }) = answer.await else {
        return Vec::new();
    };
    sources
        .iter()
        .filter(|state| !matches!(state.state, ReplicationState::Superseded {}))
        .map(|state| source(service, state, output))
        .collect()
}

fn source(service: &ServiceName, state: &SourceState, output: &Output) -> Finding {
    let about = format!("{service} ← {}", state.source);
    let behind = state.head.unwrap_or(state.next).saturating_sub(state.next);
    let unit = output.message("doctor-source-behind");
    let found = Finding::good(about, format!("{behind} {unit}"));
    match &state.state {
        ReplicationState::Diverged { problem, .. } => Finding {
            found: problem.clone(),
            ..found
        }
        .but(State::Bad, output.message("doctor-source-set-aside")),
        ReplicationState::Unreachable { since, problem } => Finding {
            found: format!(
                "{} {}: {problem}",
                output.message("doctor-source-silent"),
                since.china_text()
            ),
            ..found
        }
        .but(
            if SystemClock.now().seconds_since(*since) < STARTING_SECONDS {
                State::Look
            } else {
                State::Bad
            },
            output.message("doctor-source-start"),
        ),
        ReplicationState::Synced {} | ReplicationState::Superseded {} if behind < FAR_BEHIND => {
            found
        }
        ReplicationState::Synced {} | ReplicationState::Superseded {} => {
            found.but(State::Look, output.message("doctor-source-far-behind"))
        }
    }
}
