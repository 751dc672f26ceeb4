//! Looks at every log: in the data folder where its service is stopped, by its service's answers where it runs.

use std::collections::BTreeMap;

use onestop_chassis::{
    client::Client, data_lock::DataLock, refill::Received, settings::Settings, store::HashPrefix,
};
use onestop_eventlog::LogReader;
use onestop_proto::{
    backup::{BackupAnswer, BackupQuery, BackupSummary},
    envelope::Source,
    query::{LogQuery, SourcesQuery},
    replication::{ReplicationState, Sources},
};
use uuid::Uuid;

use super::compare::{Aside, Facts, Log, Place, Reached, Seen};
use crate::{
    refill::{REPLY_TIMEOUT, stopped_log},
    remote, services,
};

/// One log, and what its service has heard of others.
enum Looked {
    Stopped {
        log: Box<LogReader>,
        // No service writes the log while this is held.
        _lock: DataLock,
    },
    Running {
        summary: Box<BackupSummary>,
        sources: Box<Sources>,
    },
    Missing,
}

/// Looks at everything.
pub(super) async fn gather(settings: &Settings) -> anyhow::Result<Facts> {
    // With every service stopped there is no broker either.
    let client = remote::connect(settings).await.ok();
    let client = client.map(|client| client.with_timeout(REPLY_TIMEOUT));
    let mut looked = BTreeMap::new();
    for service in services::names() {
        let own = Source {
            service,
            instance: settings.instance.clone(),
        };
        let at = match stopped_log(&own.service, settings)? {
            Some((log, lock)) => Looked::Stopped {
                log: Box::new(log),
                _lock: lock,
            },
            None => ask(&own, client.as_ref()).await,
        };
        looked.insert(own, at);
    }
    for site in sites(&looked) {
        // One that does not answer may be away for weeks.
        if let running @ Looked::Running { .. } = ask(&site, client.as_ref()).await {
            looked.insert(site, running);
        }
    }
    let mut facts = Facts::default();
    for (source, at) in &looked {
        facts.logs.push(log_of(source, at));
        for (by, hearer) in &looked {
            if let Some(received) = received(by, hearer, source) {
                let seen = compare(source, at, &received, client.as_ref()).await;
                facts.heard.push(Reached {
                    by: by.clone(),
                    of: source.clone(),
                    epoch: received.epoch,
                    next: received.next,
                    seen,
                });
            }
        }
        facts.aside.extend(set_aside(source, at));
    }
    Ok(facts)
}

async fn ask(own: &Source, client: Option<&Client>) -> Looked {
    let Some(client) = client else {
        return Looked::Missing;
    };
    let query = BackupQuery::default();
    let summary = client.ask_instance(own, None, &query);
    let Ok(BackupAnswer::Summary(summary)) = summary.await else {
        return Looked::Missing;
    };
    let query = SourcesQuery::default();
    let sources = client.ask_instance(own, None, &query);
    match sources.await {
        Ok(sources) => Looked::Running {
            summary: Box::new(summary),
            sources: Box::new(sources),
        },
        Err(_) => Looked::Missing,
    }
}

/// Instances elsewhere, of which a service here has heard.
fn sites(looked: &BTreeMap<Source, Looked>) -> Vec<Source> {
    let mut sites = Vec::new();
    for at in looked.values() {
        if let Looked::Running { sources, .. } = at {
            let others = sources.sources.iter().map(|state| &state.source);
            sites.extend(others.filter(|it| !looked.contains_key(*it)).cloned());
        }
    }
    sites.sort();
    sites.dedup();
    sites
}

fn log_of(source: &Source, at: &Looked) -> Log {
    let (place, count, epoch) = match at {
        Looked::Stopped { log, .. } => (Place::Stopped, log.head().count, log.epoch()),
        Looked::Running { summary, .. } => (Place::Running, summary.count, summary.epoch),
        Looked::Missing => (Place::Missing, 0, Uuid::nil()),
    };
    Log {
        source: source.clone(),
        place,
        count,
        epoch,
    }
}

fn received(by: &Source, hearer: &Looked, of: &Source) -> Option<Received> {
    match hearer {
        Looked::Stopped { log, .. } => Received::of_cursors(by, of, log.cursors()),
        Looked::Running { sources, .. } => Received::of_answer(by, of, sources),
        Looked::Missing => None,
    }
}

/// Whether the log has the last event that was heard of it.
async fn compare(source: &Source, at: &Looked, heard: &Received, client: Option<&Client>) -> Seen {
    let (Some(mark), Some(last)) = (heard.mark, heard.next.checked_sub(1)) else {
        return Seen::Unknown;
    };
    let hash = match at {
        Looked::Stopped { log, .. } => {
            let record = log.record(last).ok().flatten();
            record.map(|record| record.hash.to_string())
        }
        Looked::Running { .. } => asked_hash(source, last, client).await,
        Looked::Missing => None,
    };
    match hash.as_deref().and_then(HashPrefix::parse) {
        None => Seen::Unknown,
        Some(found) if found == mark => Seen::Same,
        Some(_) => Seen::Other,
    }
}

async fn asked_hash(source: &Source, position: u64, client: Option<&Client>) -> Option<String> {
    let query = LogQuery {
        from: position,
        limit: 1,
    };
    let page = client?.ask_instance(source, None, &query).await.ok()?;
    page.events.into_iter().next().map(|event| event.hash)
}

fn set_aside(by: &Source, at: &Looked) -> Vec<Aside> {
    let Looked::Running { sources, .. } = at else {
        return Vec::new();
    };
    let states = sources.sources.iter();
    let aside = states.filter_map(|state| match state.state {
        ReplicationState::Diverged { epoch, .. } => Some(Aside {
            by: by.clone(),
            of: state.source.clone(),
            epoch,
        }),
        ReplicationState::Synced {}
        | ReplicationState::Unreachable { .. }
        | ReplicationState::Refused { .. }
        | ReplicationState::Superseded {} => None,
    });
    aside.collect()
}
