//! Restoring up to a point, and from increments.

use std::path::Path;

use onestop_eventlog::{
    BackupError, EventLog, ExportWriter, Imported, LogReader, Options, Record, Restore,
    RestorePoint,
};
use uuid::Uuid;

use crate::following::write;
use crate::support::{EPOCH, everything, fill, open};

const NEW_EPOCH: Uuid = Uuid::from_u128(0xe2);

/// A backup of 60 records, two increments of 40 and 20, and the log.
struct Sample {
    directory: tempfile::TempDir,
    log: EventLog,
    files: Vec<Vec<u8>>,
}

fn sample() -> Sample {
    let directory = tempfile::tempdir().unwrap();
    let log = open(&directory.path().join("log"));
    let mut files = Vec::new();
    let mut since = 0;
    for end in [30, 50, 60] {
        write(&log, since / 2..end);
        let mut file = Vec::new();
        let said = log.export_since(since, &mut file, &mut |_, _| {}).unwrap();
        assert_eq!(said.head.count, end * 2);
        files.push(file);
        since = said.head.count;
    }
    Sample {
        directory,
        log,
        files,
    }
}

impl Sample {
    /// Restores from these files, and compares what is there then with the original.
    fn restored(
        &self,
        files: &[usize],
        upto: RestorePoint<'_>,
    ) -> Result<(Imported, EventLog), BackupError> {
        let path = self
            .directory
            .path()
            .join(Uuid::from_u128(files.len() as u128).to_string());
        let _ = std::fs::remove_dir_all(&path);
        let restore = Restore {
            upto,
            ..Restore::new(&path, NEW_EPOCH)
        };
        let chosen = files.iter().map(|at| &self.files[*at][..]);
        let imported = match restore.run(chosen, &mut |_, _| {}) {
            Ok(imported) => imported,
            Err(error) => {
                assert!(!path.exists(), "something was left");
                return Err(error);
            }
        };
        let log = open_restored(&path);
        assert_eq!((log.epoch(), log.head()), (NEW_EPOCH, imported.head));
        assert_eq!(everything(&log), self.originals(imported.head.count));
        log.verify(&mut |_, _| {}).unwrap();
        fill(&log, "after", 90_000..90_003);
        Ok((imported, log))
    }

    fn originals(&self, count: u64) -> Vec<Record> {
        let mut records = everything(&self.log);
        records.truncate(count as usize);
        records
    }
}

fn open_restored(path: &Path) -> EventLog {
    EventLog::open(Options::new(path, EPOCH)).unwrap()
}

#[test]
fn a_backup_and_its_increments_are_the_whole_log() {
    let sample = sample();
    for (files, end) in [(&[0][..], 60), (&[0, 1], 100), (&[0, 1, 2], 120)] {
        let (imported, log) = sample.restored(files, RestorePoint::End).unwrap();
        assert_eq!((imported.head.count, imported.cursors_kept), (end, true));
        assert_eq!(log.cursors("")["source/a"], end / 2 - 1);
    }
}

#[test]
fn a_log_is_restored_up_to_any_position() {
    let sample = sample();
    for end in [0, 1, 59, 60, 61, 100, 119, 120] {
        let (imported, log) = sample
            .restored(&[0, 1, 2], RestorePoint::Position(end))
            .unwrap();
        assert_eq!(imported.head.count, end);
        // Cursors are known where a file ends; elsewhere each source is read again.
        let at_end = [60, 100, 120].contains(&end);
        assert_eq!(imported.cursors_kept, at_end, "{end}");
        let expected = at_end.then(|| end / 2 - 1);
        assert_eq!(log.cursors("").get("source/a").copied(), expected);
    }
    let beyond = sample
        .restored(&[0, 1, 2], RestorePoint::Position(121))
        .unwrap_err();
    assert!(
        matches!(
            beyond,
            BackupError::Beyond {
                position: 121,
                count: 120
            }
        ),
        "{beyond:?}"
    );
}

#[test]
fn a_log_is_restored_up_to_what_its_owner_looks_for() {
    let sample = sample();
    let wanted = Uuid::from_u128(71);
    let mut before = |record: &Record| record.id != wanted;
    let (imported, _) = sample
        .restored(&[0, 1], RestorePoint::While(&mut before))
        .unwrap();
    assert_eq!(imported.head.count, 71);
    let (imported, _) = sample
        .restored(&[0, 1], RestorePoint::While(&mut |_| true))
        .unwrap();
    assert_eq!((imported.head.count, imported.cursors_kept), (100, true));
}

#[test]
fn increments_go_onto_their_own_base_only() {
    let sample = sample();
    for (files, position, base) in [
        (&[1][..], 0, 60),
        (&[0, 2], 60, 100),
        (&[0, 1, 1], 100, 60),
        (&[0, 0], 60, 0),
    ] {
        let refused = sample.restored(files, RestorePoint::End).unwrap_err();
        let BackupError::WrongBase {
            position: at,
            base: of,
        } = refused
        else {
            panic!("{refused:?}")
        };
        assert_eq!((at, of), (position, base), "{files:?}");
    }
    // Another log of the same length.
    let other = open(&sample.directory.path().join("other"));
    fill(&other, "a", 0..60);
    let mut file = Vec::new();
    other.export(&mut file, &mut |_, _| {}).unwrap();
    let path = sample.directory.path().join("mixed");
    let mixed =
        Restore::new(&path, NEW_EPOCH).run([&file[..], &sample.files[1][..]], &mut |_, _| {});
    assert!(
        matches!(mixed, Err(BackupError::WrongBase { .. })),
        "{mixed:?}"
    );
}

#[test]
fn an_increment_that_is_not_whole_restores_nothing() {
    let sample = sample();
    let path = sample.directory.path().join("torn");
    let full = &sample.files[0][..];
    let increment = &sample.files[1];
    let refused = |bytes: &[u8], what: String| {
        let error = Restore::new(&path, NEW_EPOCH).run([full, bytes], &mut |_, _| {});
        assert!(error.is_err(), "{what}");
        assert!(!path.exists(), "{what}: something was left");
    };
    for length in (0..increment.len()).step_by(increment.len() / 40) {
        refused(&increment[..length], format!("{length} bytes"));
    }
    for at in (0..increment.len()).step_by(increment.len() / 80) {
        let mut bytes = increment.clone();
        bytes[at] ^= 0x10;
        refused(&bytes, format!("byte {at}"));
    }
}

/// Page by page, as a remote program gets it; and from a log that is closed.
#[test]
fn increments_are_the_same_however_they_are_made() {
    let sample = sample();
    let head = sample.log.backup_head().unwrap();
    let mut writer = ExportWriter::since(Vec::new(), &head, 100).unwrap();
    while let Some(page) = sample
        .log
        .backup_page(writer.next(), head.head.count)
        .unwrap()
    {
        writer.add(&page.bytes).unwrap();
    }
    assert_eq!(writer.finish().unwrap(), sample.files[2]);
    let none = ExportWriter::since(Vec::new(), &head, 120).unwrap();
    assert!(none.finish().is_ok());
    assert!(ExportWriter::since(Vec::new(), &head, 121).is_err());
    let early = ExportWriter::since(Vec::new(), &head, 119).unwrap();
    assert!(matches!(
        early.finish(),
        Err(BackupError::HeadDiffers { count: 119 })
    ));

    let Sample {
        directory,
        log,
        files,
    } = sample;
    log.close().unwrap();
    let options = Options::new(directory.path().join("log"), EPOCH);
    let reader = LogReader::open(options).unwrap();
    let mut file = Vec::new();
    reader.export_since(100, &mut file, &mut |_, _| {}).unwrap();
    assert_eq!(file, files[2]);
    let beyond = reader.export_since(121, &mut file, &mut |_, _| {});
    assert!(matches!(beyond, Err(BackupError::Beyond { .. })));
}

#[test]
fn a_page_beyond_every_end_is_none() {
    let sample = sample();
    for (first, end) in [
        (120, u64::MAX),
        (u64::MAX, u64::MAX),
        (u64::MAX - 1, u64::MAX),
        (50, 50),
        (60, 50),
        (u64::MAX, 0),
    ] {
        assert_eq!(
            sample.log.backup_page(first, end).unwrap(),
            None,
            "{first} {end}"
        );
    }
    let page = sample.log.backup_page(119, u64::MAX).unwrap().unwrap();
    assert_eq!((page.first, page.end), (119, 120));
}

/// A machine whose clock is behind names an epoch lower than the backup's: subscribers would refuse to follow it.
#[test]
fn a_restored_log_is_newer_than_the_one_that_was_copied_whatever_the_clock_says() {
    let sample = sample();
    let path = sample.directory.path().join("behind");
    let files = sample.files.iter().map(Vec::as_slice);
    let restored = Restore::new(&path, Uuid::nil()).run(files, &mut |_, _| {});
    let restored = restored.unwrap();
    assert!(restored.epoch > restored.backup.epoch, "{restored:?}");
    let log = open_restored(&path);
    assert_eq!((log.epoch(), log.head()), (restored.epoch, restored.head));
    log.verify(&mut |_, _| {}).unwrap();
}
