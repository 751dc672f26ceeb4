//! What was acknowledged is there after closing and opening, in the layout that was promised.

use std::path::Path;

use onestop_eventlog::{
    Append, EventLog, ExpectedRevision, NewEvent, OpenError, Options, StreamName,
};
use uuid::Uuid;

use crate::support::{EPOCH, event, everything, fill, one, open, run, stream};

#[test]
fn everything_is_there_after_reopening() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("deep/er/log");
    let log = open(&path);
    fill(&log, "a", 0..5);
    run(log.append(one("b", ExpectedRevision::NoStream, 9).with_cursor("source/x", 3))).unwrap();
    run(log.append(Append::cursor("relay", 6))).unwrap();
    let before = (log.head(), everything(&log), log.cursors(""));
    drop(log);

    for _ in 0..3 {
        let log = EventLog::open(Options::new(&path, Uuid::from_u128(77))).unwrap();
        assert_eq!(log.epoch(), EPOCH, "an existing log keeps its epoch");
        assert_eq!((log.head(), everything(&log), log.cursors("")), before);
        assert_eq!(log.stream_revision(&stream("a")).unwrap(), Some(4));
        log.close().unwrap();
    }
    let log = open(&path);
    let repeat = run(log.append(one("b", ExpectedRevision::NoStream, 9))).unwrap();
    assert_eq!(repeat.first, 5, "ids are remembered");
    fill(&log, "a", 20..21);
    assert_eq!(log.head().count, 7);
}

#[test]
fn a_log_that_is_open_elsewhere_is_not_opened() {
    let directory = tempfile::tempdir().unwrap();
    let log = open(directory.path());
    let second = EventLog::open(Options::new(directory.path(), EPOCH));
    assert!(matches!(second, Err(OpenError::InUse { .. })), "{second:?}");
    drop(log);
    open(directory.path());
}

#[test]
fn large_payloads_leave_no_blob_file_and_no_large_value() {
    let directory = tempfile::tempdir().unwrap();
    let log = open(directory.path());
    // Noise does not compress: these megabytes reach the disk in full.
    let mut noise = vec![0u8; onestop_eventlog::MAX_PAYLOAD_BYTES];
    let mut state = 1u32;
    noise.fill_with(|| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    });
    for id in 0..4 {
        let large = NewEvent::new(Uuid::from_u128(id), noise.clone());
        let append = Append::to(
            stream("large"),
            ExpectedRevision::Any,
            [large, event(100 + id, "")],
        );
        run(log.append(append)).unwrap();
    }
    log.close().unwrap();

    let sled_path = directory.path().join("index");
    let blobs = std::fs::read_dir(sled_path.join("blobs")).map_or(0, Iterator::count);
    assert_eq!(blobs, 0, "sled never syncs blob files");
    let db = sled::open(&sled_path).unwrap();
    let sizes = db.iter().values().map(|value| value.unwrap().len());
    assert!(sizes.max() <= Some(4096));
    drop(db);

    let log = open(directory.path());
    assert!(
        log.read_all(0, onestop_eventlog::Direction::Forward, 1)
            .unwrap()[0]
            .payload
            == noise
    );
    assert_eq!(log.head().count, 8);
}

/// A process that dies between making a commit durable and anchoring it leaves a log ahead of its
/// anchor: that commit was whole, and is kept.
#[test]
fn a_log_ahead_of_its_anchor_is_taken_and_anchored() {
    let directory = tempfile::tempdir().unwrap();
    let head = directory.path().join("head");
    let log = open(directory.path());
    fill(&log, "a", 0..5);
    let older = std::fs::read(&head).unwrap();
    fill(&log, "a", 5..6);
    run(log.append(Append::cursor("relay", 1))).unwrap();
    log.close().unwrap();
    let newest = read_newest_commit(&head);
    std::fs::write(&head, older).unwrap();

    let log = open(directory.path());
    assert_eq!((log.head().count, log.cursor("relay")), (6, Some(1)));
    log.close().unwrap();
    assert_eq!(read_newest_commit(&head), newest);
}

fn read_newest_commit(head: &Path) -> u64 {
    let bytes = std::fs::read(head).unwrap();
    let commit =
        |slot: usize| u64::from_be_bytes(bytes[slot * 4096 + 24..][..8].try_into().unwrap());
    commit(0).max(commit(1))
}

#[test]
fn a_frame_that_is_read_again_from_disk_is_the_frame_that_was_written() {
    let directory = tempfile::tempdir().unwrap();
    let log = open(directory.path());
    // More commits than the cache of decoded frames holds.
    fill(&log, "a", 0..200);
    let name = StreamName::new("a").unwrap();
    for revision in [0, 199, 3, 100, 0] {
        let direction = onestop_eventlog::Direction::Forward;
        let records = log.read_stream(&name, revision, direction, 1).unwrap();
        assert_eq!(records[0].payload, revision.to_string());
    }
}
