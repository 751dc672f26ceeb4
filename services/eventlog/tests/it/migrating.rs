//! Logs of version 0.1.0 are taken over once, whole, whenever the taking over is interrupted.

use std::fs;
use std::path::Path;

use onestop_eventlog::{EventLog, LogReader, OpenError, Options, repair};
use uuid::Uuid;

use crate::fixture::{CLOSED, CRASHED, Fixture};
use crate::support::{copy, everything, fill, open};

fn unpacked(fixture: &Fixture) -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    fixture.unpack(directory.path());
    directory
}

fn check(log: &EventLog, fixture: &Fixture) {
    assert!(fixture.has(log.head()), "{:?}", log.head());
    assert_eq!(everything(log).len() as u64, fixture.count);
    assert_eq!(log.cursors("").len(), fixture.cursors);
    log.verify(&mut |_, _| {}).unwrap();
}

#[test]
fn a_log_of_the_old_version_has_everything_and_goes_on() {
    for fixture in [CLOSED, CRASHED] {
        let directory = unpacked(&fixture);
        let log = open(directory.path());
        check(&log, &fixture);
        for old in ["sled", "ahead", "migrating"] {
            assert!(!directory.path().join(old).exists(), "{old} is left");
        }
        fill(&log, "new", 1 << 100..(1 << 100) + 5);
        log.close().unwrap();
        let log = open(directory.path());
        assert_eq!(log.head().count, fixture.count + 5);
        log.verify(&mut |_, _| {}).unwrap();
    }
}

#[test]
fn a_reader_takes_it_over_too() {
    let directory = unpacked(&CRASHED);
    let reader = LogReader::open(Options::new(directory.path(), Uuid::nil())).unwrap();
    assert!(CRASHED.has(reader.head()));
    drop(reader);
    check(&open(directory.path()), &CRASHED);
}

/// What a cut in the middle leaves: old files and a beginning of the new ones, or both.
#[test]
fn a_taking_over_that_was_interrupted_is_begun_again_or_finished() {
    for fixture in [CLOSED, CRASHED] {
        let done = unpacked(&fixture);
        open(done.path()).close().unwrap();

        // Before the moment: unfinished segments, a half copy of sled.
        let before = unpacked(&fixture);
        let work = before.path().join("migrating");
        copy(&done.path().join("segments"), &work.join("segments"));
        fs::create_dir_all(work.join("sled")).unwrap();
        fs::write(work.join("sled/db"), [0; 100]).unwrap();
        fs::create_dir(before.path().join("wal")).unwrap();
        check(&open(before.path()), &fixture);

        // After it: the old files are still there, one of them half removed.
        let after = unpacked(&fixture);
        copy(
            &done.path().join("segments"),
            &after.path().join("segments"),
        );
        fs::create_dir(after.path().join("wal")).unwrap();
        fs::create_dir(after.path().join("migrating")).unwrap();
        fs::remove_file(after.path().join("sled/conf")).unwrap();
        check(&open(after.path()), &fixture);
        assert!(!after.path().join("sled").exists());
    }
}

/// It is never opened in place, so a failure changes nothing.
#[test]
fn an_old_log_that_is_damaged_is_refused_and_stays_as_it_is() {
    let directory = unpacked(&CLOSED);
    let db = directory.path().join("sled/db");
    let bytes = fs::read(&db).unwrap();
    fs::write(&db, &bytes[..bytes.len() / 3]).unwrap();
    let (db_before, head) = (fs::read(&db).unwrap(), directory.path().join("head"));
    let head_before = fs::read(&head).unwrap();
    let error = EventLog::open(Options::new(directory.path(), Uuid::nil())).unwrap_err();
    assert!(
        error
            .to_string()
            .contains(directory.path().to_str().unwrap()),
        "{error}"
    );
    assert!(!matches!(error, OpenError::InUse { .. }));
    assert_eq!(fs::read(&db).unwrap(), db_before);
    assert_eq!(fs::read(&head).unwrap(), head_before);
    assert!(!directory.path().join("segments").exists());
    assert!(!directory.path().join("migrating").exists());
    // What can be read of it is kept when its owner asks for it.
    let epoch = Uuid::max();
    let done = repair(&Options::new(directory.path(), epoch), &mut |_| {}).unwrap();
    assert_eq!(done.known, CLOSED.count);
    assert_eq!(fs::read(done.cut.join("sled/db")).unwrap(), db_before);
    assert_eq!(open_with(directory.path()).head().count, done.kept);
}

fn open_with(path: &Path) -> EventLog {
    EventLog::open(Options::new(path, Uuid::nil())).unwrap()
}

#[test]
fn a_repair_of_a_whole_old_log_keeps_everything() {
    let directory = unpacked(&CRASHED);
    let epoch = Uuid::max();
    let done = repair(&Options::new(directory.path(), epoch), &mut |_| {}).unwrap();
    assert_eq!((done.kept, done.known), (CRASHED.count, CRASHED.count));
    assert!(done.cursors_kept);
    let log = open_with(directory.path());
    assert_eq!((log.head().count, log.epoch()), (CRASHED.count, epoch));
}
