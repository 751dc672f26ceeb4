//! `onestop upgrade-check`: whether this executable can take over what runs and lies here. It is said by the new release before an
//! upgrade, and by the former one before a step back. Nothing is written.

mod database;
mod versions;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
    process::ExitCode,
    time::Duration,
};

use futures::StreamExt as _;
use onestop_chassis::{
    client::{Client, QuestionMeta},
    data_lock::DataLock,
    settings::Settings,
};
use onestop_eventlog::{LogReader, needs_migration};
use onestop_proto::{actor::ServiceName, contract, query::LogQuery};
use serde::Deserialize;

use self::versions::{Change, Version};
use super::{Finding, State, backups, show};
use crate::{logs::LogPlace, output::Output, progress::Bar, remote, services};

const OWN: &str = env!("CARGO_PKG_VERSION");
/// After so long without a further answer, every process has answered.
const ANSWERS: Duration = Duration::from_millis(500);
/// Events of one page.
const PAGE: u32 = 400;
/// Taking over a log of version 0.1.0 needs its room so many times.
const ROOM: u64 = 2;

/// What a log holds, as far as that decides.
struct ReadLog {
    events: u64,
    /// Types that this version does not have.
    newer: BTreeSet<String>,
}

/// The field of a record's payload that names its type.
#[derive(Deserialize)]
struct Typed {
    #[serde(rename = "type")]
    event_type: String,
}

/// What a process says of itself over the broker.
#[derive(Deserialize)]
struct Running {
    name: String,
    version: String,
}

pub(crate) async fn run(settings: &Settings, output: &Output) -> ExitCode {
    let client = remote::connect(settings).await.ok();
    let mut findings = backups::findings(settings, output);
    if let Some(client) = &client {
        findings.extend(versions(client, output).await);
    }
    for service in services::names() {
        findings.extend(log(&service, client.as_ref(), settings, output).await);
    }
    findings.extend(database::finding(&settings.data, output));
    findings.iter().for_each(|finding| show(finding, output));
    if findings.iter().any(|finding| finding.state == State::Bad) {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    }
}

/// Each version that runs, and what it is to go from there to this one.
async fn versions(client: &Client, output: &Output) -> Vec<Finding> {
    let mut by_version: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for Running { name, version } in running(client).await.unwrap_or_default() {
        let name = name.trim_start_matches("onestop-").to_owned();
        by_version.entry(version).or_default().insert(name);
    }
    let about = output.message("upgrade-runs");
    let finding = |(version, names): (String, BTreeSet<String>)| {
        let names = names.into_iter().collect::<Vec<_>>().join(", ");
        let found = Finding::good(&about, format!("{version} → {OWN}  {names}"));
        let to_do = |id| output.message(id);
        let (Ok(from), Ok(to)) = (version.parse::<Version>(), OWN.parse()) else {
            return found.but(State::Look, to_do("upgrade-far"));
        };
        match from.change_to(to) {
            Change::None | Change::Forth => found,
            Change::FarForth => found.but(State::Look, to_do("upgrade-far")),
            Change::Back => found.but(State::Look, to_do("upgrade-back")),
            Change::FarBack => found.but(State::Bad, to_do("upgrade-far-back")),
        }
    };
    by_version.into_iter().map(finding).collect()
}

/// Every process of a service that the broker reaches.
async fn running(client: &Client) -> anyhow::Result<Vec<Running>> {
    let nats = client.bus().client();
    let inbox = nats.new_inbox();
    let mut answers = nats.subscribe(inbox.clone()).await?;
    nats.publish_with_reply("$SRV.PING", inbox, "".into())
        .await?;
    let mut all = Vec::new();
    while let Ok(Some(answer)) = tokio::time::timeout(ANSWERS, answers.next()).await {
        all.extend(serde_json::from_slice::<Running>(&answer.payload));
    }
    Ok(all)
}

/// Whether this version reads a service's log; nothing where there is none.
async fn log(
    service: &ServiceName,
    client: Option<&Client>,
    settings: &Settings,
    output: &Output,
) -> Option<Finding> {
    let place = LogPlace::of(service, settings).ok()?;
    if !place.exists() {
        return None;
    }
    let about = format!("{} {service}", output.message("upgrade-log"));
    if needs_migration(&place.log) {
        return Some(taken_over(about, &place.log, output));
    }
    let read = match (
        DataLock::reading(&settings.data, [service.as_str()]),
        client,
    ) {
        (Ok(_lock), _) => stored(&place),
        (Err(_), Some(client)) => told(client, service, output).await,
        (Err(in_use), None) => Err(in_use.into()),
    };
    Some(match read {
        Ok(ReadLog { events, newer }) => {
            let unit = output.message("unit-events");
            let found = Finding::good(about, format!("{events} {unit}"));
            if newer.is_empty() {
                return Some(found);
            }
            let types = newer.into_iter().collect::<Vec<_>>().join(", ");
            let found = Finding {
                found: format!("{}  {types}", output.message("upgrade-newer")),
                ..found
            };
            found.but(State::Bad, output.message("upgrade-far-back"))
        }
        Err(error) => {
            let to_do = output.message("upgrade-not-read");
            Finding::good(about, output.failure(&error)).but(State::Bad, to_do)
        }
    })
}

/// A log of version 0.1.0: reading it would take it over, and then 0.1.0 does not read it any more.
fn taken_over(about: String, log: &Path, output: &Output) -> Finding {
    let free = rustix::fs::statvfs(log).map(|disk| disk.f_bavail.saturating_mul(disk.f_frsize));
    let wanted = bytes(log).saturating_mul(ROOM);
    let found = Finding::good(about, output.message("upgrade-taken-over"));
    if free.is_ok_and(|free| free < wanted) {
        found.but(State::Bad, output.message("upgrade-room"))
    } else {
        found.but(State::Look, output.message("upgrade-far-back"))
    }
}

fn bytes(folder: &Path) -> u64 {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let bytes = entries.map(|entry| match entry.metadata() {
        Ok(found) if found.is_dir() => bytes(&entry.path()),
        Ok(found) => found.len(),
        Err(_) => 0,
    });
    bytes.sum()
}

/// Reads a log that no process uses.
fn stored(place: &LogPlace) -> anyhow::Result<ReadLog> {
    let log = LogReader::open(place.options()?)?;
    let mut read = ReadLog {
        events: log.head().count,
        newer: BTreeSet::new(),
    };
    for position in 0..read.events {
        let record = log.record(position)?;
        let typed = record.and_then(|record| serde_json::from_slice::<Typed>(&record.payload).ok());
        read.newer.extend(typed.and_then(|it| newer(it.event_type)));
    }
    Ok(read)
}

/// Asks the service that runs.
async fn told(client: &Client, service: &ServiceName, output: &Output) -> anyhow::Result<ReadLog> {
    let mut bar = Bar::new(service.as_str(), output);
    let mut read = ReadLog {
        events: 0,
        newer: BTreeSet::new(),
    };
    loop {
        let query = LogQuery {
            from: read.events,
            limit: PAGE,
        };
        let asked = client.ask_service(service, QuestionMeta::default(), &query);
        let page = asked.await?;
        if page.events.is_empty() {
            return Ok(read);
        }
        read.events += page.events.len() as u64;
        bar.show(read.events, page.head.max(read.events));
        let types = page.events.into_iter().map(|event| event.event_type);
        read.newer.extend(types.filter_map(newer));
    }
}

/// The type, if this version does not have it.
fn newer(event_type: String) -> Option<String> {
    contract::title(&event_type).is_none().then_some(event_type)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_or_a_version_of_it_that_is_not_known_is_newer() {
        for known in [
            "cn.onestop.case.opened.v1",
            "cn.onestop.parking.event-parked.v1",
        ] {
            assert_eq!(newer(known.to_owned()), None);
        }
        let unknown = "cn.onestop.case.opened.v99".to_owned();
        assert_eq!(newer(unknown.clone()), Some(unknown));
    }
}
