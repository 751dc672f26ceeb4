//! What the broker and the services say of themselves.

use onestop_chassis::{client::Client, clock::SystemClock, settings::Settings};
use onestop_proto::{
    actor::ServiceName,
    backup::{BackupAnswer, BackupQuery, BackupSummary},
    journal,
    ledger::{LedgerProgress, LedgerState},
    parking::ParkedCases,
    query::{LogPage, LogQuery},
    replication::{ReplicationState, SourceState, Sources},
};

use super::{Finding, State};
use crate::{ask, output::Output, services};

/// The oldest broker that the journeys are tested with.
const OLDEST_BROKER: (u32, u32) = (2, 9);
/// So many events behind is more than a moment's work.
const FAR_BEHIND: u64 = 1_000;
/// So far in the future an event's time is no matter of two clocks.
const TOLERANCE_SECONDS: f64 = 2.0;
/// So long a source may be without an answer: it may just be starting.
const STARTING_SECONDS: f64 = 15.0;

pub(super) async fn look(settings: &Settings, output: &Output) -> Vec<Finding> {
    let mut findings: Vec<Finding> = workbench(settings, output).await.into_iter().collect();
    let client = match ask::connect(settings).await {
        Ok(client) => client,
        Err(error) => {
            let about = output.say("消息服务器", "broker");
            let to_do = output.say(
                "运行 onestop up，或用 --nats 指明地址",
                "run onestop up, or say where it is with --nats",
            );
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
                findings.extend(hearing(&client, &service, output).await);
            }
            Err(error) => {
                let about = format!("{} {service}", output.say("服务", "service"));
                let to_do = output.say(
                    "启动它，并看它的日志为何停下",
                    "start it, and see in its log why it stopped",
                );
                findings.push(Finding::good(about, format!("{error:#}")).but(State::Bad, to_do));
            }
        }
    }
    findings.extend(ledger(&client, output).await);
    findings
}

/// The pages: whoever sits at a window sees nothing else.
async fn workbench(settings: &Settings, output: &Output) -> Option<Finding> {
    let about = output.say("工作台", "workbench");
    match onestop_gateway::answers(&settings.data).await {
        Ok(address) => address.map(|address| Finding::good(about, address)),
        Err(error) => {
            let to_do = output.say(
                "运行 onestop up 或 onestop gateway，并看它的日志为何停下",
                "run onestop up or onestop gateway, and see in its log why it stopped",
            );
            Some(Finding::good(about, format!("{error:#}")).but(State::Bad, to_do))
        }
    }
}

/// The journal's lists.
async fn ledger(client: &Client, output: &Output) -> Option<Finding> {
    let none = serde_json::Value::Null;
    let service = journal::service();
    let asked = client.question(&service, "progress", (None, None), &none);
    // A journal that does not answer was told of already.
    let progress: LedgerProgress = asked.await.ok()?;
    let (about, said) = (output.say("台账", "ledger"), progress.state.text());
    let (said, position, head) = (
        output.say(said.zh, said.en),
        progress.position,
        progress.head,
    );
    let found = Finding::good(about, format!("{said}  {position}/{head}"));
    Some(match progress.state {
        LedgerState::Following => found,
        LedgerState::Building => found.but(State::Look, "onestop ledger wait"),
        LedgerState::Failing => found.but(
            State::Bad,
            output.say(
                "看日志总册服务的日志：磁盘是否已满、文件能否写入",
                "see in the journal's log why: is the disk full, may the file be written",
            ),
        ),
    })
}

fn broker(client: &Client, output: &Output) -> Finding {
    let info = client.bus().client().server_info();
    let about = output.say("消息服务器", "broker");
    let found = format!("nats-server {}  {}", info.version, info.server_name);
    let found = Finding::good(about, found);
    let mut numbers = info.version.split('.').map(|part| part.parse().ok());
    let version = (numbers.next().flatten(), numbers.next().flatten());
    if version >= (Some(OLDEST_BROKER.0), Some(OLDEST_BROKER.1)) {
        return found;
    }
    let to_do = output.say("升级到 2.9 或更新", "install 2.9 or newer");
    found.but(State::Bad, to_do)
}

async fn summary(client: &Client, service: &ServiceName) -> anyhow::Result<BackupSummary> {
    let query = BackupQuery::default();
    let answer = client.question(service, "backup", (None, None), &query);
    match answer.await? {
        BackupAnswer::Summary(summary) => Ok(summary),
        BackupAnswer::Page(_) | BackupAnswer::Nothing => {
            anyhow::bail!("{service} did not say what its log holds")
        }
    }
}

fn log_of(service: &ServiceName, log: &BackupSummary, output: &Output) -> Finding {
    let about = format!("{} {service}", output.say("服务", "service"));
    let unit = output.say("条", "events");
    Finding::good(about, format!("{} {unit}  {}", log.count, log.epoch))
}

/// An event from the future: this machine's clock went back, or the other's ran ahead. Time limits
/// would be counted wrong.
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
    let page: Result<LogPage, _> = client.question(service, "log", (None, None), &query).await;
    let newest = page.ok()?.events.into_iter().next()?.recordedtime;
    let ahead = newest.seconds_since(SystemClock.now());
    if ahead <= TOLERANCE_SECONDS {
        return None;
    }
    let about = format!("{} {service}", output.say("时钟", "clock"));
    let found = output.say(
        "最新事件在未来（秒）",
        "its newest event is in the future, seconds:",
    );
    let to_do = output.say("校准时钟（chrony 或 ntp）", "set the clock (chrony or ntp)");
    Some(Finding::good(about, format!("{found} {ahead:.0}")).but(State::Bad, to_do))
}

async fn parked(client: &Client, service: &ServiceName, output: &Output) -> Option<Finding> {
    let none = serde_json::Value::Null;
    let parked: Result<ParkedCases, _> = client
        .question(service, "parked", (None, None), &none)
        .await;
    let cases = parked.ok()?.cases.len();
    if cases == 0 {
        return None;
    }
    let about = format!("{} {service}", output.say("搁置", "parked"));
    let unit = output.say(
        "个事项有事件未能办理",
        "cases with an event that could not be taken",
    );
    Some(Finding::good(about, format!("{cases} {unit}")).but(State::Bad, "onestop parked list"))
}

/// How far a service is behind each source that it hears, whether the source answers, and whether it is
/// still the one that was heard.
async fn hearing(client: &Client, service: &ServiceName, output: &Output) -> Vec<Finding> {
    let none = serde_json::Value::Null;
    let asked = client.question(service, "sources", (None, None), &none);
    let Ok(Sources { sources }) = asked.await else {
        return Vec::new();
    };
    sources
        .iter()
        .filter(|state| !matches!(state.state, ReplicationState::Superseded {}))
        .map(|state| heard(service, state, output))
        .collect()
}

fn heard(service: &ServiceName, state: &SourceState, output: &Output) -> Finding {
    let about = format!("{service} ← {}", state.source);
    let behind = state.head.unwrap_or(state.next).saturating_sub(state.next);
    let unit = output.say("条未收", "events behind");
    let found = Finding::good(about, format!("{behind} {unit}"));
    match &state.state {
        ReplicationState::Diverged { problem, .. } => Finding {
            found: problem.clone(),
            ..found
        }
        .but(
            State::Bad,
            output.say(
                "来源日志与所听不符：核对两边，再用 onestop source follow 决定",
                "it tells another history than the one heard: compare the two, then decide with onestop source follow",
            ),
        ),
        ReplicationState::Unreachable { since, problem } => Finding {
            found: format!("{} {}: {problem}", output.say("未应答，自", "no answer since"), since.china_text()),
            ..found
        }
        .but(
            if SystemClock.now().seconds_since(*since) < STARTING_SECONDS {
                State::Look
            } else {
                State::Bad
            },
            output.say(
                "启动该来源或检查其线路；其事件会等待，不会丢失",
                "start that source, or see to its link; its events wait, none is lost",
            ),
        ),
        ReplicationState::Synced {} | ReplicationState::Superseded {} if behind < FAR_BEHIND => found,
        ReplicationState::Synced {} | ReplicationState::Superseded {} => found.but(
            State::Look,
            output.say(
                "稍后再看；若不减少，看该服务的日志",
                "look again later; if it does not fall, see the service's log",
            ),
        ),
    }
}
