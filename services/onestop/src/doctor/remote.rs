//! Checks of the broker and of the services, by their own answers.

use std::time::{Duration, Instant};

use onestop_chassis::{
    bus::BusError,
    client::{Client, QuestionMeta},
    clock::SystemClock,
    settings::Settings,
};
use onestop_proto::{
    actor::{ServiceName, known_service},
    backup::{BackupAnswer, BackupQuery, BackupSummary},
    case,
    ledger::LedgerState,
    query::{LogQuery, ProgressQuery, SourcesQuery, SubscribersQuery},
    registry,
    replication::{
        Junk, LeaseState, ReplicationState, SourceState, Sources, StandbyState, SubscriberAnswer,
        Subscribers,
    },
};

use super::{
    Finding, State, agreement::Agreement, comparison, no_answer, parked, readings, refused, unready,
};
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
    let mut agreement = Agreement::default();
    let workbench = workbench(settings, &mut agreement, output).await;
    let mut findings: Vec<Finding> = workbench.into_iter().collect();
    let client = match remote::connect(settings).await {
        // It tells which services are there, and asks many.
        Ok(client) => client.without_patience(),
        Err(error) => {
            let about = output.message("doctor-broker");
            let to_do = output.message(match error.downcast_ref() {
                Some(BusError::SignIn { .. }) => "doctor-broker-sign-in",
                Some(_) | None => "doctor-broker-missing",
            });
            findings.push(Finding::good(about, output.failure(&error)).but(State::Bad, to_do));
            return findings;
        }
    };
    findings.push(broker(&client, output));
    if client.bus().is_inbox_refused().await {
        findings.push(other_instance(settings, output));
        return findings;
    }
    for service in services_in_reach(settings) {
        match summary(&client, &service).await {
            Ok(log) => {
                findings.push(log_of(&service, &log, output));
                if service == registry::service() {
                    agreement.note_recorded(log.count);
                }
                findings.extend(clock(&client, &service, &log, output).await);
                findings.extend(parked::findings(&client, &service, output).await);
                if let Some(said) = said_of_sources(&client, &service).await {
                    agreement.note(&service, &said);
                    let lease = said.lease.as_ref();
                    findings.extend(lease.map(|state| lease_of(&service, state, output)));
                    let standby = lease.and_then(|state| state.standby);
                    findings.extend(standby.map(|state| standby_of(&service, state, output)));
                    findings.extend(sources(&service, &said, output));
                    findings.extend(unready::findings(&service, &said.unready, output));
                }
                findings.extend(subscribers(&client, &service, output).await);
            }
            Err(error) => {
                let about = format!("{} {service}", output.message("doctor-service"));
                let to_do = output.message(no_answer::of_service(&error));
                findings.push(Finding::good(about, output.failure(&error)).but(State::Bad, to_do));
            }
        }
    }
    if is_at_site(settings) {
        return findings;
    }
    wait_until_heard(&client, &mut agreement, (settings, output)).await;
    findings.extend(agreement.findings(output));
    findings.extend(ledger(&client, output).await);
    findings.extend(comparison::findings(&client, output).await);
    findings.extend(readings::findings(&client, output).await);
    findings
}

/// The services that are asked: at a site its own, which says whether the hub answers. The broker of a site lets no person ask
/// about the hub's logs, and each question would wait for an answer in vain.
fn services_in_reach(settings: &Settings) -> Vec<ServiceName> {
    if is_at_site(settings) {
        vec![case::service()]
    } else {
        services::names()
    }
}

fn is_at_site(settings: &Settings) -> bool {
    settings.instance != known_service("main")
}

/// A change is heard within this; who has not heard it by then does not follow.
const HEARD_WITHIN: Duration = Duration::from_secs(2);

/// Asks those who are behind the registry again, for a moment: a change may have been recorded just now.
async fn wait_until_heard(
    client: &Client,
    agreement: &mut Agreement,
    (settings, output): (&Settings, &Output),
) {
    let began = Instant::now();
    while began.elapsed() < HEARD_WITHIN {
        let behind = agreement.behind();
        if behind.is_empty() {
            return;
        }
        tokio::time::sleep(HEARD_WITHIN / 10).await;
        for service in &behind {
            if *service == onestop_gateway::name() {
                workbench(settings, agreement, output).await;
            } else if let Some(said) = said_of_sources(client, service).await {
                agreement.note_again(service, said);
            }
        }
    }
}

async fn workbench(
    settings: &Settings,
    agreement: &mut Agreement,
    output: &Output,
) -> Option<Finding> {
    let about = output.message("workbench");
    match onestop_gateway::answers(&settings.data).await {
        Ok(None) => None,
        Ok(Some(ready)) => {
            if let Some(version) = ready.directory {
                agreement.note_directory(&onestop_gateway::name(), version);
            }
            let term = ready
                .term
                .map(|term| format!("{} {term}", output.message("doctor-lease-term")));
            let behind = ready.standby_behind;
            let behind = behind.map(|behind| {
                output.message_with("doctor-workbench-standby", &[("behind", behind.as_str())])
            });
            let once = ready
                .is_kept_once
                .then(|| output.message("doctor-standby-absent"));
            let says: Vec<String> = [Some(ready.address), term, behind, once]
                .into_iter()
                .flatten()
                .collect();
            let found = Finding::good(about, says.join("  "));
            Some(if ready.is_kept_once {
                found.but(State::Bad, output.message("doctor-standby-start"))
            } else {
                found
            })
        }
        Err(error) => {
            let to_do = output.message(no_answer::of_workbench(&error));
            let found = Finding::good(about, output.failure(&error)).but(State::Bad, to_do);
            Some(if error.is::<onestop_gateway::UnreadyGateway>() {
                found.that_may_pass()
            } else {
                found
            })
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

/// No answer would come: each question would wait for it in vain.
fn other_instance(settings: &Settings, output: &Output) -> Finding {
    let instance = [("instance", settings.instance.as_str())];
    let found = output.message_with("doctor-broker-other-instance", &instance);
    let to_do = output.message("doctor-broker-name-instance");
    Finding::good(output.message("doctor-broker"), found).but(State::Bad, to_do)
}

async fn summary(client: &Client, service: &ServiceName) -> anyhow::Result<BackupSummary> {
    let query = BackupQuery::default();
    let meta = QuestionMeta::default();
    match client.ask_service(service, meta, &query).await? {
        BackupAnswer::Summary(summary) => Ok(summary),
        BackupAnswer::Page(_) | BackupAnswer::Nothing => {
            anyhow::bail!(said!("log-not-told", service = service))
        }
    }
}

/// Whether the process that answers decides, and under which term.
fn lease_of(service: &ServiceName, lease: &LeaseState, output: &Output) -> Finding {
    let about = format!("{} {service}", output.message("doctor-lease"));
    let term = output.message("doctor-lease-term");
    let node = lease.node.as_deref().unwrap_or_default();
    let found = Finding::good(about, format!("{term} {}  {node}", lease.term));
    match &lease.hindrance {
        None => found,
        Some(why) => {
            let why = why.clone();
            let unsure = Finding {
                found: why,
                ..found
            };
            let to_do = output.message("doctor-lease-unsure");
            unsure.but(State::Bad, to_do).that_may_pass()
        }
    }
}

/// Whether the standby has everything, where one is to follow.
fn standby_of(service: &ServiceName, standby: StandbyState, output: &Output) -> Finding {
    let about = format!("{} {service}", output.message("doctor-standby"));
    match standby {
        StandbyState::Following { behind } => {
            let unit = output.message("doctor-source-behind");
            Finding::good(about, format!("{behind} {unit}"))
        }
        StandbyState::Absent {} => {
            let absent = Finding::good(about, output.message("doctor-standby-absent"));
            absent
                .but(State::Bad, output.message("doctor-standby-start"))
                .that_may_pass()
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

/// Whether the subscribers of a service have taken in what its log does not have, and who could not be asked.
async fn subscribers(client: &Client, service: &ServiceName, output: &Output) -> Vec<Finding> {
    let answer = client.ask_service(service, QuestionMeta::default(), &SubscribersQuery);
    let Ok(Subscribers {
        subscribers,
        contradiction,
    }) = answer.await
    else {
        return Vec::new();
    };
    let about = format!("{} {service}", output.message("doctor-subscribers"));
    let contradicted = contradiction.map(|contradiction| {
        let to_do = output.message("doctor-subscribers-contradict");
        Finding::good(&about, contradiction.to_string()).but(State::Bad, to_do)
    });
    let unasked = subscribers
        .into_iter()
        .filter_map(|state| match state.said {
            SubscriberAnswer::Unasked { problem } => Some((state.subscriber, problem)),
            SubscriberAnswer::Agrees { .. } | SubscriberAnswer::Contradicts { .. } => None,
        });
    let unasked = unasked.map(|(subscriber, problem)| {
        let found = output.message("doctor-subscribers-unasked");
        let to_do = output.message("doctor-subscribers-ask");
        let found = Finding::good(&about, format!("{found} {subscriber}: {problem}"));
        let unasked = found.but(State::Look, to_do);
        if subscriber.is_main() {
            unasked.that_may_pass()
        } else {
            unasked
        }
    });
    contradicted.into_iter().chain(unasked).collect()
}

async fn said_of_sources(client: &Client, service: &ServiceName) -> Option<Sources> {
    let query = SourcesQuery::default();
    let answer = client.ask_service(service, QuestionMeta::default(), &query);
    answer.await.ok()
}

/// How far a service is behind each of its sources, whether the source answers, and whether its history is the one
/// that the service has processed.
fn sources(service: &ServiceName, said: &Sources, output: &Output) -> Vec<Finding> {
    let Sources {
        sources,
        junk,
        refused,
        ..
    } = said;
    let sources = sources
        .iter()
        .filter(|state| !matches!(state.state, ReplicationState::Superseded {}))
        .map(|state| source(service, state, output));
    let junk = junk.iter().map(|junk| skipped(service, junk, output));
    let refused = refused
        .iter()
        .map(|events| refused::events(service, events, output));
    sources.chain(junk).chain(refused).collect()
}

/// What a service skipped on the subjects of a service, its own among them.
fn skipped(service: &ServiceName, junk: &Junk, output: &Output) -> Finding {
    let about = format!("{service} ← evt.{}", junk.of);
    let Junk {
        count,
        subject,
        problem,
        at,
        ..
    } = junk;
    let unit = output.message("doctor-junk");
    let found = format!(
        "{count} {unit} {subject} ({}): {problem}",
        output.moment(*at)
    );
    Finding::good(about, found).but(State::Look, output.message("doctor-junk-find"))
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
        ReplicationState::Refused { since, why } => refused::source(found, (*since, *why), output),
        ReplicationState::Unreachable { since, problem } => {
            let silent = output.message("doctor-source-silent");
            let found = Finding {
                found: format!("{silent} {}: {problem}", output.moment(*since)),
                ..found
            };
            let to_do = output.message("doctor-source-start");
            if SystemClock.now().seconds_since(*since) < STARTING_SECONDS {
                found.but(State::Look, to_do).that_may_pass()
            } else {
                found.but(State::Bad, to_do)
            }
        }
        ReplicationState::Synced {} | ReplicationState::Superseded {} if behind < FAR_BEHIND => {
            found
        }
        ReplicationState::Synced {} | ReplicationState::Superseded {} => {
            found.but(State::Look, output.message("doctor-source-far-behind"))
        }
    }
}
