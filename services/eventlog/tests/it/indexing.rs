//! The index on disk: it answers like the one in memory, whatever the order of ids and names, and
//! losing it costs time and nothing else.

use std::path::Path;

use onestop_eventlog::{
    Append, AppendError, Direction, EventLog, ExpectedRevision, Hash, NewEvent, Options, Outcome,
    StreamName,
};
use uuid::Uuid;

use crate::support::{EPOCH, everything, run, stream};

const TAIL: usize = 50;

fn open(path: &Path, index_tail: usize) -> EventLog {
    let verify_at_open = 0;
    let options = Options {
        index_tail,
        verify_at_open,
        ..Options::new(path, EPOCH)
    };
    EventLog::open(options).unwrap()
}

/// Ids in no order at all, as an application may derive them.
fn scattered(number: u64) -> Uuid {
    let hash = Hash::of_payload(&number.to_be_bytes());
    Uuid::from_slice(&hash.as_bytes()[..16]).unwrap()
}

/// One stream of many, in no order either; some get a hundred events, most get three.
fn stream_of(number: u64) -> StreamName {
    let turn = (number * 7_919) % 1_009;
    let of = if turn < 300 { turn % 3 } else { turn };
    stream(&format!("s/{}", scattered(of)))
}

fn append_of(number: u64) -> Append {
    let event = NewEvent::new(scattered(number), number.to_string());
    Append::to(stream_of(number), ExpectedRevision::Any, [event])
}

/// One event in each append, a few appends in each commit.
fn fill(log: &EventLog, numbers: std::ops::Range<u64>) {
    let numbers: Vec<u64> = numbers.collect();
    for some in numbers.chunks(TAIL / 5) {
        let appends = some.iter().map(|number| log.append(append_of(*number)));
        for answer in run(futures::future::join_all(appends)) {
            assert_eq!(answer.unwrap().outcome, Outcome::Written);
        }
    }
}

/// Every id, every stream forwards and in part, and what is not there.
fn check(log: &EventLog, count: u64) {
    let records = everything(log);
    assert_eq!(records.len() as u64, count);
    let mut streams = std::collections::BTreeMap::<_, Vec<_>>::new();
    for record in records {
        assert_eq!(log.find(record.id).unwrap(), Some(record.position));
        streams
            .entry(record.stream.clone())
            .or_default()
            .push(record);
    }
    for (name, records) in &streams {
        let read = |from, direction, limit| log.read_stream(name, from, direction, limit).unwrap();
        assert_eq!(&read(0, Direction::Forward, usize::MAX), records);
        let middle = records.len() / 2;
        assert_eq!(read(middle as u64, Direction::Forward, 2), {
            let end = (middle + 2).min(records.len());
            &records[middle..end]
        });
        let last = records.last().unwrap();
        assert_eq!(read(u64::MAX, Direction::Backward, 1)[0], *last);
        assert_eq!(log.stream_revision(name).unwrap(), Some(last.revision));
    }
    let names: Vec<_> = streams.into_keys().collect();
    assert_eq!(log.streams("s/").unwrap(), names);
    assert!(log.streams("t").unwrap().is_empty());
    assert_eq!(log.find(scattered(count + 1_000_000)).unwrap(), None);
    assert_eq!(log.stream_revision(&stream("s/none")).unwrap(), None);
    log.verify(&mut |_, _| {}).unwrap();
}

/// Forty tails of ids and names in no order: merged several times over.
#[test]
fn an_index_in_many_merged_segments_answers_like_one_in_memory() {
    const COUNT: u64 = 2_000;
    let directory = tempfile::tempdir().unwrap();
    let log = open(directory.path(), TAIL);
    fill(&log, 0..COUNT / 2);
    check(&log, COUNT / 2);
    fill(&log, COUNT / 2..COUNT);
    log.close().unwrap();
    let log = open(directory.path(), TAIL);
    check(&log, COUNT);
    log.close().unwrap();

    let db = sled::open(directory.path().join("index")).unwrap();
    let merged = db.scan_prefix(b"d").filter(|entry| {
        // The second byte is how often a segment's entries have been merged.
        entry.as_ref().unwrap().1[1] >= 1
    });
    assert!(merged.count() >= 2, "nothing was merged");
    let sizes = db.iter().values().map(|value| value.unwrap().len());
    assert!(sizes.max() <= Some(4096));
}

#[test]
fn an_id_from_long_ago_is_still_a_repeat_or_refused() {
    let directory = tempfile::tempdir().unwrap();
    let log = open(directory.path(), TAIL);
    fill(&log, 0..1_000);
    for number in [0, 17, 499] {
        let again = run(log.append(append_of(number))).unwrap();
        assert_eq!(
            (again.first, again.outcome),
            (number, Outcome::AlreadyThere)
        );
        let other = NewEvent::new(scattered(number), "other");
        let append = Append::to(stream_of(number), ExpectedRevision::Any, [other]);
        let refused = run(log.append(append)).unwrap_err();
        assert!(
            matches!(refused, AppendError::IdReused { position, .. } if position == number),
            "{refused:?}"
        );
        let late = NewEvent::new(scattered(5_000), "late");
        let append = Append::to(stream_of(number), ExpectedRevision::NoStream, [late]);
        let refused = run(log.append(append)).unwrap_err();
        assert!(
            matches!(refused, AppendError::WrongRevision { .. }),
            "{refused:?}"
        );
    }
}

/// Whatever part of the index is lost or altered: the log opens with all its records, or closes
/// itself and opens with all its records the next time. It never answers wrongly.
#[test]
fn losing_any_part_of_the_index_costs_time_and_nothing_else() {
    let directory = tempfile::tempdir().unwrap();
    let log = open(directory.path(), TAIL);
    fill(&log, 0..600);
    log.close().unwrap();
    for prefix in ["m/indexed", "d", "x"] {
        for alter in [true, false] {
            damage(directory.path(), prefix.as_bytes(), alter);
            let log = open(directory.path(), TAIL);
            let mut has_failed = false;
            for number in 0..600 {
                match run(log.append(append_of(number))) {
                    Ok(answer) => assert_eq!(answer.first, number, "{prefix} {alter}"),
                    Err(AppendError::Closed { .. }) => has_failed = true,
                    Err(other) => panic!("{other:?}"),
                }
            }
            assert_eq!(has_failed, prefix == "x", "{prefix} {alter}");
            assert_eq!(log.close().is_err(), has_failed);
            let log = open(directory.path(), TAIL);
            check(&log, 600);
            log.close().unwrap();
        }
    }
}

/// Alters or removes every other entry with this prefix, beginning with the first.
fn damage(path: &Path, prefix: &[u8], alter: bool) {
    let db = sled::open(path.join("index")).unwrap();
    let entries: Vec<_> = db.scan_prefix(prefix).map(Result::unwrap).collect();
    for (key, value) in entries.into_iter().step_by(2) {
        if alter {
            let mut value = value.to_vec();
            let middle = value.len() / 2;
            value[middle] ^= 1;
            db.insert(key, value).unwrap();
        } else {
            db.remove(key).unwrap();
        }
    }
    db.flush().unwrap();
    drop(db);
    wait_for_sled(path);
}

/// sled's threads let go of the file some time after the database is dropped.
fn wait_for_sled(path: &Path) {
    let file = std::fs::File::open(path.join("index/db")).unwrap();
    file.lock().unwrap();
    file.unlock().unwrap();
}
