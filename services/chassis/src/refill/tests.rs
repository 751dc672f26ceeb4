use std::{collections::BTreeMap, sync::Arc};

use onestop_eventlog::{
    Append, Direction, EventLog, ExpectedRevision, Hash, NewEvent, Options, Record,
};
use onestop_proto::{
    envelope::{Envelope, Source},
    ids::{CaseId, CommandId},
    raw_json::RawJson,
    time::Timestamp,
};
use uuid::Uuid;

use super::{Heard, History, Records, Refusal, Said, Side, Unmade, plan};
use crate::{
    messaging::record_header,
    store::{Cursor, HashPrefix, SourcePosition, Store},
};

/// As intake writes it.
const EVENT: &str = r#"{"id":"ID","type":"cn.onestop.case.noted.v1","data":{"b":SEED,"a":"加急"},"time":"2026-03-04T07:20:00Z","recordedtime":"2026-03-04T07:20:00.000001Z","case":"CASE","causationid":"019ab0c4-8000-7000-8000-000000000003","command":"COMMAND","commandhash":"ab12","actor":"clerk/zhang-li@s4k2m9qxa.window","unit":"s4k2m9qxb.legal-aid","division":"530821000000","traceparent":"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}"#;

/// Ids of cases are UUIDs of version 7.
const CASES: u128 = 0x019a_b0c4_8000_7000_8000_0000_0000_0000;
const FIRST: Uuid = Uuid::from_u128(0xe1);
const SECOND: Uuid = Uuid::from_u128(0xe2);

fn own() -> Source {
    "/onestop/intake/main".parse().unwrap()
}

fn subscriber(service: &str) -> Source {
    Source::main(service.parse().unwrap())
}

fn streams(event: &Envelope) -> Vec<String> {
    let kinds = ["case", "access", "parked"].into_iter();
    kinds.map(|kind| format!("{kind}/{}", event.subject)).collect()
}

/// An append of what one command writes, which the seed decides.
fn append(seed: u64) -> Append {
    let mut random = fastrand::Rng::with_seed(seed);
    let command: CommandId = Uuid::from_u128(u128::from(random.u64(..)) << 32)
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
struct Written {
    records: Vec<Record>,
    heard: Vec<(Envelope, Option<String>)>,
    _folder: tempfile::TempDir,
}

async fn written(seeds: impl IntoIterator<Item = u64>, epoch: Uuid) -> Written {
    let folder = tempfile::tempdir().unwrap();
    let log = Arc::new(EventLog::open(Options::new(folder.path(), epoch)).unwrap());
    for seed in seeds {
        log.append(append(seed)).await.unwrap();
    }
    let records = log.read_all(0, Direction::Forward, usize::MAX).unwrap();
    let store = Store::new((*log).clone(), own());
    let heard = records
        .iter()
        .map(|record| (store.envelope(record).unwrap(), None));
    Written {
        heard: heard.collect(),
        records,
        _folder: folder,
    }
}

/// What is built of envelopes behind the records of a base.
fn built(
    base: &[Record],
    envelopes: &[(Envelope, Option<String>)],
    heard: &[Heard],
    said: &Said,
) -> Result<Result<Vec<Record>, Unmade>, Refusal> {
    let mut history = History::new(own());
    for (place, (event, _)) in (0..).zip(envelopes) {
        history.take(event, place);
    }
    let hashes: Vec<Hash> = base.iter().map(|record| record.hash).collect();
    let plan = plan(&history, &hashes, heard, said)?;
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

fn heard(service: &str, epoch: Uuid, record: &Record) -> Heard {
    Heard {
        by: subscriber(service),
        epoch,
        next: record.position + 1,
        mark: HashPrefix::parse(&record.hash.to_string()),
        newest: epoch,
    }
}

#[tokio::test]
async fn random_logs_come_back_record_for_record() {
    for seed in 0..24 {
        let mut random = fastrand::Rng::with_seed(seed);
        let first = seed * 1_000;
        let count = random.u64(1..30);
        let log = written(first..first + count, FIRST).await;
        let mut envelopes = log.heard.clone();
        for (number, (_, header)) in envelopes.iter_mut().enumerate() {
            // What the broker has says more than what the journal keeps.
            *header = random.bool().then(|| record_header::write(&log.records[number]));
        }
        // A restored log publishes everything again.
        let again = log.heard.iter().filter(|_| random.bool());
        let again = again.map(|(event, _)| {
            let epoch = SECOND;
            (Envelope { epoch, ..event.clone() }, None)
        });
        let again: Vec<_> = again.collect();
        envelopes.extend(again);
        random.shuffle(&mut envelopes);
        let kept = random.usize(..=log.records.len());
        let base = &log.records[..kept];
        let made = built(base, &envelopes, &[], &Said::default());
        assert_eq!(made.unwrap().unwrap(), log.records[kept..], "seed {seed}");
    }
}

#[tokio::test]
async fn what_is_missing_is_named_and_given_up_by_its_position_alone() {
    let log = written(0..12, FIRST).await;
    let last = log.records.len() as u64 - 1;
    let mut envelopes = log.heard.clone();
    envelopes.drain(4..6);
    let refused = built(&[], &envelopes, &[], &Said::default());
    let gap = Refusal::Gap {
        first: 4,
        last: 5,
        end: last,
    };
    assert_eq!(refused.unwrap_err(), gap);
    let lose_from = |position| Said {
        lose_from: Some(position),
        ..Said::default()
    };
    let other = built(&[], &envelopes, &[], &lose_from(5));
    let (said, first) = (5, Some(4));
    assert_eq!(other.unwrap_err(), Refusal::NotLost { said, first });
    let end = heard("referral", FIRST, &log.records[last as usize]);
    let made = built(&[], &envelopes, &[end], &lose_from(4)).unwrap();
    assert_eq!(made.unwrap(), log.records[..4]);
    // A backup that holds them fills the gap.
    let made = built(&log.records[..6], &envelopes, &[], &Said::default());
    assert_eq!(made.unwrap().unwrap(), log.records[6..]);
    let nothing = built(&[], &log.heard, &[], &lose_from(4)).unwrap_err();
    assert_eq!(nothing, Refusal::NotLost { said: 4, first: None });
}

#[tokio::test]
async fn what_only_a_subscriber_heard_is_missing() {
    let log = written(0..8, FIRST).await;
    let end = log.records.len() - 1;
    let furthest = heard("referral", FIRST, &log.records[end]);
    let refused = built(&[], &log.heard[..end - 1], &[furthest], &Said::default());
    let gap = Refusal::Gap {
        first: end as u64 - 1,
        last: end as u64,
        end: end as u64,
    };
    assert_eq!(refused.unwrap_err(), gap);
    let behind = heard("referral", FIRST, &log.records[2]);
    let made = built(&[], &log.heard, &[behind], &Said::default()).unwrap();
    assert_eq!(made.unwrap(), log.records);
}

#[tokio::test]
async fn two_histories_are_refused_at_their_first_difference() {
    let log = written(0..8, FIRST).await;
    let other = written((0..4).chain(900..904), SECOND).await;
    let same = log.records.iter().zip(&other.records);
    let first = same.take_while(|(one, other)| one == other).count();
    let differs = |side| Refusal::Differs {
        position: first as u64,
        side,
        found: log.records[first].hash.to_string(),
        built: other.records[first].hash.to_string(),
    };
    // An older state that was written on is no state of the log that others heard.
    let refused = built(&log.records[..first + 2], &other.heard, &[], &Said::default());
    assert_eq!(refused.unwrap_err(), differs(Side::Base));
    // The newest incarnation is the one that is built; who heard another one is named.
    let all = [&log.heard[..], &other.heard[..]].concat();
    let referral = heard("referral", FIRST, &log.records[first + 1]);
    let by = Side::Heard(referral.by.clone());
    let refused = built(&[], &all, std::slice::from_ref(&referral), &Said::default());
    assert_eq!(refused.unwrap_err(), differs(by));
    let said = Said {
        despite: [referral.by.clone()].into(),
        ..Said::default()
    };
    let made = built(&[], &all, &[referral], &said).unwrap().unwrap();
    assert_eq!(made, other.records);
}

#[tokio::test]
async fn what_two_processes_wrote_with_one_log_is_refused() {
    let count = |seed| append(seed).streams[0].events.len();
    let other = (77..).find(|seed| count(*seed) == count(4)).unwrap();
    let log = written(0..5, FIRST).await;
    let twin = written((0..4).chain([other]), FIRST).await;
    let all = [&log.heard[..], &twin.heard[..]].concat();
    let refused = built(&[], &all, &[], &Said::default()).unwrap_err();
    let last = log.records.len() as u64 - 1;
    let is_twin = matches!(
        &refused,
        Refusal::Differs { side: Side::Twin, position, .. } if *position == last
    );
    assert!(is_twin, "{refused}");
}

#[tokio::test]
async fn an_altered_event_is_refused_unless_somebody_has_it_as_it_was() {
    let log = written(0..6, FIRST).await;
    let mut envelopes = log.heard.clone();
    envelopes[3].0.data = RawJson::of(&serde_json::json!({ "b": 2 })).unwrap();
    let refused = built(&[], &envelopes, &[], &Said::default()).unwrap();
    assert_eq!(refused.unwrap_err().position, 3);
    envelopes.push(log.heard[3].clone());
    let made = built(&[], &envelopes, &[], &Said::default()).unwrap();
    assert_eq!(made.unwrap(), log.records);
}

#[tokio::test]
async fn another_instance_is_another_log() {
    let log = written(0..3, FIRST).await;
    let town: Source = "/onestop/intake/town".parse().unwrap();
    let source = || town.clone();
    let of_town = log.heard.iter().map(|(event, _)| {
        let event = event.clone();
        (Envelope { source: source(), ..event }, None)
    });
    let of_town: Vec<_> = of_town.collect();
    let refused = built(&[], &of_town, &[], &Said::default()).unwrap_err();
    assert!(matches!(refused, Refusal::Nothing { .. }), "{refused}");
    assert!(refused.to_string().contains("/onestop/intake/town"), "{refused}");
}

#[test]
fn the_newest_incarnation_of_which_something_was_taken_in_counts() {
    let by = subscriber("referral");
    let mark = HashPrefix::parse(&"ab".repeat(32));
    let position = |next, hash_prefix| SourcePosition { next, hash_prefix };
    let cursors: BTreeMap<String, u64> = [
        Cursor::new(&own(), FIRST, position(9, None)),
        Cursor::new(&own(), SECOND, position(4, mark)),
        Cursor::new(&own(), Uuid::from_u128(0xe3), position(0, None)),
        Cursor::new(&subscriber("journal"), Uuid::max(), position(7, None)),
    ]
    .iter()
    .flat_map(Cursor::entries)
    .collect();
    let heard = Heard::of_cursors(&by, &own(), &cursors).unwrap();
    let Heard { epoch, next, newest, .. } = heard;
    assert_eq!((epoch, next, newest), (SECOND, 4, Uuid::from_u128(0xe3)));
    assert_eq!(heard.mark, mark);
    assert_eq!(Heard::of_cursors(&by, &subscriber("mediation"), &cursors), None);
}
