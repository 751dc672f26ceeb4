//! A log with what others hear of it, and how it is built again.

use std::sync::Arc;

use onestop_eventlog::{
    Append, Direction, EventLog, ExpectedRevision, Hash, NewEvent, Options, Record,
};
use onestop_proto::{
    envelope::{Envelope, Source},
    ids::{CaseId, CommandId},
    time::Timestamp,
};
use uuid::Uuid;

use super::super::{History, Received, Records, Refusal, Said, Unmade, plan};
use crate::store::{HashPrefix, Store};

/// As intake writes it.
const EVENT: &str = r#"{"id":"ID","type":"cn.onestop.case.noted.v1","data":{"b":SEED,"a":"加急"},"time":"2026-03-04T07:20:00Z","recordedtime":"2026-03-04T07:20:00.000001Z","case":"CASE","causationid":"019ab0c4-8000-7000-8000-000000000003","command":"COMMAND","commandhash":"ab12","actor":"clerk/zhang-li@s4k2m9qxa.window","unit":"s4k2m9qxb.legal-aid","division":"530821000000","traceparent":"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}"#;

/// Ids of cases are UUIDs of version 7.
const CASES: u128 = 0x019a_b0c4_8000_7000_8000_0000_0000_0000;
pub(super) const FIRST: Uuid = Uuid::from_u128(0xe1);
pub(super) const SECOND: Uuid = Uuid::from_u128(0xe2);

pub(super) fn own() -> Source {
    "/onestop/intake/main".parse().unwrap()
}

pub(super) fn subscriber(service: &str) -> Source {
    Source::main(service.parse().unwrap())
}

fn streams(event: &Envelope) -> Vec<String> {
    let kinds = ["case", "access", "parked"].into_iter();
    kinds
        .map(|kind| format!("{kind}/{}", event.subject))
        .collect()
}

/// An append of what one command writes, which the seed decides.
pub(super) fn append(seed: u64) -> Append {
    let mut random = fastrand::Rng::with_seed(seed);
    let command: CommandId = uuid::Builder::from_random_bytes(random.u128(..).to_be_bytes())
        .into_uuid()
        .to_string()
        .parse()
        .unwrap();
    let case = CaseId::from_uuid(Uuid::from_u128(CASES + random.u128(7..11)));
    let at: Timestamp = "2026-03-04T07:20:00.000001Z".parse().unwrap();
    let kind = ["case", "access", "parked"][random.usize(..3)];
    let events = (0..random.usize(1..4)).map(|index| {
        let id = command.event_of("intake", index, at);
        let text = EVENT
            .replace("ID", &id.to_string())
            .replace("CASE", &case.to_string())
            .replace("COMMAND", &command.to_string())
            .replace("SEED", &seed.to_string());
        NewEvent::new(command.record("intake", index), text)
    });
    let events: Vec<_> = events.collect();
    let stream = format!("{kind}/{case}").parse().unwrap();
    Append::to(stream, ExpectedRevision::Any, events)
}

/// A log, and what others hear of it.
pub(super) struct Written {
    pub(super) records: Vec<Record>,
    pub(super) envelopes: Vec<(Envelope, Option<String>)>,
    _folder: tempfile::TempDir,
}

pub(super) async fn written(seeds: impl IntoIterator<Item = u64>, epoch: Uuid) -> Written {
    let folder = tempfile::tempdir().unwrap();
    let log = Arc::new(EventLog::open(Options::new(folder.path(), epoch)).unwrap());
    for seed in seeds {
        log.append(append(seed)).await.unwrap();
    }
    let records = log.read_all(0, Direction::Forward, usize::MAX).unwrap();
    let store = Store::new((*log).clone(), own());
    let envelopes = records
        .iter()
        .map(|record| (store.envelope(record).unwrap(), None));
    Written {
        envelopes: envelopes.collect(),
        records,
        _folder: folder,
    }
}

/// Rebuilds a log from envelopes, behind the records of a base.
pub(super) fn built(
    base: &[Record],
    envelopes: &[(Envelope, Option<String>)],
    received: &[Received],
    said: &Said,
) -> Result<Result<Vec<Record>, Unmade>, Refusal> {
    let mut history = History::new(own());
    for (place, (event, _)) in (0..).zip(envelopes) {
        history.take(event, place);
    }
    let hashes: Vec<Hash> = base.iter().map(|record| record.hash).collect();
    let plan = plan(&history, &hashes, received, said)?;
    let mut records = Records::new(own(), streams);
    for record in base {
        records.note(record);
    }
    let made = plan.steps.iter().map(|step| {
        let kept = step.places.iter().map(|place| {
            let (event, header) = &envelopes[usize::try_from(*place).unwrap()];
            (event, header.as_deref())
        });
        records.make(step, kept)
    });
    Ok(made.collect())
}

pub(super) fn received(service: &str, epoch: Uuid, record: &Record) -> Received {
    Received {
        by: subscriber(service),
        epoch,
        next: record.position + 1,
        mark: HashPrefix::parse(&record.hash.to_string()),
        newest: epoch,
    }
}
