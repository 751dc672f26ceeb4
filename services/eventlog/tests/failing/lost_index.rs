//! The index is lost, and built anew while the log is in use: at every moment all answers are right.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use fail::FailScenario;
use onestop_eventlog::{
    Append, AppendError, CloseReason, Direction, EventLog, ExpectedRevision, NewEvent, Options,
    Outcome, Record, StreamName,
};
use uuid::Uuid;

use super::support::{EPOCH, event, everything, noise, run, stream};

/// Where building the index anew may be stopped.
const PLACE: &str = "index-catch-up";

fn options(path: &Path) -> Options {
    Options {
        ahead_bytes: 64 << 10,
        index_tail: 20,
        verify_at_open: 0,
        ..Options::new(path, EPOCH)
    }
}

/// Ids and streams in no order, several segments, and something in the write-ahead log.
fn sample(path: &Path) -> Vec<Record> {
    let log = EventLog::open(options(path)).unwrap();
    for number in 0..400u64 {
        let id = number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let name = format!("case/{}", id % 37);
        let events = [event(u128::from(id), &noise(u128::from(id), 16))];
        run(log.append(Append::to(stream(&name), ExpectedRevision::Any, events))).unwrap();
    }
    let records = everything(&log);
    log.close().unwrap();
    fs::remove_dir_all(path.join("index")).unwrap();
    records
}

/// Compares all that can be asked without waiting for the index.
fn check(log: &EventLog, records: &[Record]) {
    let mut streams: BTreeMap<&StreamName, Vec<&Record>> = BTreeMap::new();
    for record in records {
        streams.entry(&record.stream).or_default().push(record);
    }
    for record in records.iter().step_by(11) {
        assert_eq!(log.find(record.id).unwrap(), Some(record.position));
    }
    assert_eq!(log.find(Uuid::from_u128(1)).unwrap(), None);
    for (name, expected) in &streams {
        let found = log.read_stream(name, 0, Direction::Forward, usize::MAX);
        assert_eq!(found.unwrap().iter().collect::<Vec<_>>(), *expected);
        let last = expected.last().unwrap();
        assert_eq!(log.stream_revision(name).unwrap(), Some(last.revision));
        let found = log.read_stream(name, u64::MAX, Direction::Backward, 1);
        assert_eq!(found.unwrap(), [Record::clone(last)]);
        let found = log.read_stream(name, 2, Direction::Forward, 3).unwrap();
        assert!(found.iter().eq(expected.iter().skip(2).take(3).copied()));
    }
    let names: Vec<_> = streams.into_keys().cloned().collect();
    assert_eq!(log.streams("case/").unwrap(), names);
    assert_eq!(log.stream_revision(&stream("case/none")).unwrap(), None);
}

/// Repeats, reuses, conflicts and appends; returns the records that there are now.
fn append(log: &EventLog, records: &[Record], salt: u64) -> Vec<Record> {
    for record in records.iter().step_by(29) {
        let again = NewEvent::new(record.id, record.payload.clone());
        let to = |expected, event| Append::to(record.stream.clone(), expected, [event]);
        let repeat = run(log.append(to(ExpectedRevision::NoStream, again))).unwrap();
        assert_eq!(
            (repeat.first, repeat.outcome),
            (record.position, Outcome::AlreadyThere)
        );
        let other = NewEvent::new(record.id, "other");
        let refused = run(log.append(to(ExpectedRevision::Any, other))).unwrap_err();
        assert!(
            matches!(refused, AppendError::IdReused { position, .. } if position == record.position),
            "{refused:?}"
        );
        let fresh = NewEvent::new(Uuid::from_u64_pair(salt, record.position), "fresh");
        let refused = run(log.append(to(ExpectedRevision::NoStream, fresh.clone()))).unwrap_err();
        assert!(
            matches!(refused, AppendError::WrongRevision { .. }),
            "{refused:?}"
        );
        let last = log.stream_revision(&record.stream).unwrap().unwrap();
        run(log.append(to(ExpectedRevision::Exact(last), fresh))).unwrap();
    }
    let name = format!("case/new/{salt}");
    let events = [event(u128::from(salt) << 100, "first")];
    run(log.append(Append::to(
        stream(&name),
        ExpectedRevision::NoStream,
        events,
    )))
    .unwrap();
    let now = everything(log);
    assert_eq!(&now[..records.len()], records);
    now
}

/// Stopped before the first table, or after some of them.
#[test]
fn a_log_whose_index_is_being_built_anew_answers_as_ever() {
    for tables in [0, 1, 4] {
        let scenario = FailScenario::setup();
        let directory = tempfile::tempdir().unwrap();
        let mut records = sample(directory.path());
        fail::cfg(PLACE, &format!("{tables}*off->pause")).unwrap();
        let log = EventLog::open(options(directory.path())).unwrap();
        for salt in 1..3 {
            check(&log, &records);
            records = append(&log, &records, salt);
        }
        check(&log, &records);
        fail::remove(PLACE);
        // Waits until the index is whole, and compares it.
        log.verify(&mut |_, _| {}).unwrap();
        check(&log, &records);
        records = append(&log, &records, 7);
        log.close().unwrap();
        let log = EventLog::open(options(directory.path())).unwrap();
        check(&log, &records);
        log.verify(&mut |_, _| {}).unwrap();
        drop(log);
        scenario.teardown();
    }
}

/// Closing does not wait for the index, and the next open goes on.
#[test]
fn a_log_whose_index_is_being_built_anew_can_be_closed() {
    let scenario = FailScenario::setup();
    let directory = tempfile::tempdir().unwrap();
    let records = sample(directory.path());
    for pause in 0..4 {
        fail::cfg(PLACE, "2*off->sleep(300)").unwrap();
        let log = EventLog::open(options(directory.path())).unwrap();
        if pause > 0 {
            check(&log, &records);
        }
        log.close().unwrap();
    }
    fail::remove(PLACE);
    let log = EventLog::open(options(directory.path())).unwrap();
    check(&log, &records);
    log.verify(&mut |_, _| {}).unwrap();
    drop(log);
    scenario.teardown();
}

/// The disk fails meanwhile: the log closes and says so, and has everything the next time.
#[test]
fn an_index_that_cannot_be_built_anew_closes_the_log() {
    for error in super::ERRORS {
        let scenario = FailScenario::setup();
        let directory = tempfile::tempdir().unwrap();
        let records = sample(directory.path());
        fail::cfg(PLACE, &format!("2*off->return({error})")).unwrap();
        let log = EventLog::open(options(directory.path())).unwrap();
        let refused = (0..10_000u128).find_map(|id| {
            let events = [event((1 << 90) + id, "more")];
            let append = Append::to(stream("more"), ExpectedRevision::Any, events);
            run(log.append(append)).err()
        });
        let Some(AppendError::Closed { why } | AppendError::Unconfirmed { why }) = refused else {
            panic!("{refused:?}");
        };
        assert!(matches!(why, CloseReason::Index(_)), "{why:?}");
        assert!(log.close().is_err());
        scenario.teardown();
        let log = EventLog::open(options(directory.path())).unwrap();
        assert_eq!(&everything(&log)[..records.len()], records);
        log.verify(&mut |_, _| {}).unwrap();
    }
}

/// What a segment says of its keys is damaged: it is not asked, and `verify` says so.
#[test]
fn damaged_keys_are_not_trusted() {
    let directory = tempfile::tempdir().unwrap();
    let records = sample(directory.path());
    let entries = fs::read_dir(directory.path().join("segments")).unwrap();
    let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let mut bytes = fs::read(&paths[1]).unwrap();
    let magic = b"OSKEY001";
    let found = bytes.windows(magic.len()).position(|it| it == magic);
    bytes[found.unwrap() + 100] ^= 4;
    fs::write(&paths[1], bytes).unwrap();
    let log = EventLog::open(options(directory.path())).unwrap();
    check(&log, &records);
    let error = log.verify(&mut |_, _| {}).unwrap_err();
    assert!(
        format!("{error:?}").contains("keys of its segment"),
        "{error:?}"
    );
}
