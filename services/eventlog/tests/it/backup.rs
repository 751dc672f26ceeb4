//! Taking a log elsewhere, and cutting a damaged one: what arrives is what was there, or nothing.

use std::fs;
use std::path::{Path, PathBuf};

use onestop_eventlog::{
    Append, BackupError, EventLog, ExpectedRevision, OpenError, Options, Repaired, SigningKey,
    import, repair,
};
use uuid::Uuid;

use crate::support::{EPOCH, copy, event, everything, fill, noise, open, run, stream};

const NEW_EPOCH: Uuid = Uuid::from_u128(0xe1);

fn key() -> SigningKey {
    SigningKey::from_seed("example.org/test", &[3; 32]).unwrap()
}

fn signed(path: &Path, epoch: Uuid) -> Options {
    Options {
        signer: Some(key()),
        ahead_bytes: 64 << 10,
        ..Options::new(path, epoch)
    }
}

/// 400 records, checkpoints at 100 and 400, one cursor. Text that hardly compresses.
fn sample(path: &Path) -> EventLog {
    let log = EventLog::open(signed(path, EPOCH)).unwrap();
    for id in 0..400u128 {
        let name = stream(&format!("s/{}", id % 7));
        let append = Append::to(name, ExpectedRevision::Any, [event(id, &noise(id, 10))]);
        run(log.append(append.with_cursor("source/a", id as u64))).unwrap();
        if id == 99 || id == 399 {
            log.checkpoint().unwrap();
        }
    }
    log
}

#[test]
fn a_restored_log_holds_what_the_original_held_at_the_call() {
    let directory = tempfile::tempdir().unwrap();
    let log = sample(&directory.path().join("log"));
    let (records, head) = (everything(&log), log.tree_head());
    let mut backup = Vec::new();
    let mut is_first = true;
    let mut seen = 0;
    let said = log.export(&mut backup, &mut |done, total| {
        // Appends go on meanwhile, and are not part of it.
        if std::mem::take(&mut is_first) {
            fill(&log, "later", 5_000..5_010);
        }
        assert_eq!(total, 400);
        seen = done;
    });
    assert_eq!((said.unwrap().root, seen), (head.root, 400));
    assert_eq!(log.head().count, 410);

    let path = directory.path().join("restored");
    let public = key().verifying_key().clone();
    let restored = import(&path, &backup[..], NEW_EPOCH, Some(&public), &mut |_, _| {}).unwrap();
    assert_eq!(restored.backup.epoch, EPOCH);
    let log = EventLog::open(signed(&path, EPOCH)).unwrap();
    assert_eq!(log.epoch(), NEW_EPOCH, "another history from here on");
    assert_eq!((everything(&log), log.tree_head()), (records, head));
    assert_eq!(log.cursor("source/a"), Some(399));
    fill(&log, "after", 6_000..6_003);
    log.verify(&mut |_, _| {}).unwrap();
    log.close().unwrap();
    let again = import(&path, &backup[..], NEW_EPOCH, None, &mut |_, _| {});
    assert!(matches!(again, Err(BackupError::InTheWay { .. })));
}

#[test]
fn an_empty_log_can_be_restored() {
    let directory = tempfile::tempdir().unwrap();
    let mut backup = Vec::new();
    let log = open(&directory.path().join("log"));
    log.export(&mut backup, &mut |_, _| {}).unwrap();
    let path = directory.path().join("restored");
    import(&path, &backup[..], NEW_EPOCH, None, &mut |_, _| {}).unwrap();
    assert_eq!(open(&path).epoch(), NEW_EPOCH);
}

#[test]
fn a_backup_that_is_not_whole_restores_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let log = sample(&directory.path().join("log"));
    let mut backup = Vec::new();
    log.export(&mut backup, &mut |_, _| {}).unwrap();
    let path = directory.path().join("restored");
    let refused = |bytes: &[u8], what: String| {
        let error = import(&path, bytes, NEW_EPOCH, None, &mut |_, _| {});
        assert!(error.is_err(), "{what}");
        assert!(!path.exists(), "{what}: something was left");
    };
    for length in (0..backup.len()).step_by(backup.len() / 20) {
        refused(&backup[..length], format!("{length} bytes"));
    }
    for at in (0..backup.len()).step_by(backup.len() / 40) {
        let mut bytes = backup.clone();
        bytes[at] ^= 0x10;
        refused(&bytes, format!("byte {at}"));
    }
    let other = SigningKey::from_seed("example.org/test", &[4; 32]).unwrap();
    let foreign = import(
        &path,
        &backup[..],
        NEW_EPOCH,
        Some(other.verifying_key()),
        &mut |_, _| {},
    );
    assert!(matches!(foreign, Err(BackupError::Checkpoint(_))));
}

/// Names and bytes of all files in a folder.
fn contents(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let files = segments(folder);
    let read = |path: PathBuf| (path.file_name().unwrap().into(), fs::read(&path).unwrap());
    files.into_iter().map(read).collect()
}

fn segments(folder: &Path) -> Vec<PathBuf> {
    let files = fs::read_dir(folder).unwrap();
    let mut files: Vec<PathBuf> = files.map(|file| file.unwrap().path()).collect();
    files.sort();
    files
}

/// Damages a closed sample log and repairs it; what is kept is a beginning of what there was.
fn repaired(damage: impl FnOnce(&Path)) -> (Option<OpenError>, Repaired, EventLog) {
    let directory = tempfile::tempdir().unwrap().keep();
    let path = directory.join("log");
    let log = sample(&path);
    let records = everything(&log);
    log.close().unwrap();
    damage(&path);
    // Looking at it may change it: what is repaired is a copy.
    let looked_at = directory.join("looked-at");
    copy(&path, &looked_at);
    let refused = EventLog::open(signed(&looked_at, EPOCH)).err();
    let before = contents(&path.join("segments"));

    let done = repair(&signed(&path, NEW_EPOCH), &mut |_| {}).unwrap();
    assert_eq!(contents(&done.cut.join("segments")), before, "kept");
    let log = EventLog::open(signed(&path, EPOCH)).unwrap();
    assert_eq!((log.epoch(), log.head().count), (NEW_EPOCH, done.kept));
    assert_eq!(everything(&log), records[..done.kept as usize]);
    log.verify(&mut |_, _| {}).unwrap();
    fill(&log, "after", 7_000..7_003);
    fs::remove_dir_all(&directory).ok();
    (refused, done, log)
}

#[test]
fn a_sound_log_loses_nothing_by_repair() {
    let (refused, done, log) = repaired(|_| {});
    assert!(refused.is_none());
    assert_eq!((done.kept, done.known, done.reason), (400, 400, None));
    assert!(done.cursors_kept && log.cursor("source/a") == Some(399));
}

#[test]
fn a_lost_anchor_loses_nothing_by_repair() {
    let (refused, done, _) = repaired(|path| fs::remove_file(path.join("head")).unwrap());
    assert!(matches!(refused, Some(OpenError::AnchorMissing { .. })));
    assert_eq!((done.kept, done.known), (400, 400));
}

#[test]
fn a_log_is_cut_before_its_first_damaged_block() {
    let (refused, done, log) = repaired(|path| {
        let file = &segments(&path.join("segments"))[1];
        let mut bytes = fs::read(file).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        fs::write(file, bytes).unwrap();
    });
    let bad = refused.and_then(|it| it.first_bad_position()).unwrap();
    assert!(
        bad > 0 && bad - done.kept < 16,
        "{bad} in a block from {}",
        done.kept
    );
    assert_eq!(done.known, 400);
    let kept = done.kept.to_string();
    assert!(done.reason.is_some_and(|reason| reason.contains(&kept)));
    assert!(!done.cursors_kept && log.cursor("source/a").is_none());
}

/// Header and footer are gone, and with them what says where the blocks are: they are found all the same.
#[test]
fn blocks_are_found_without_header_and_footer() {
    let (refused, done, log) = repaired(|path| {
        for file in segments(&path.join("segments")) {
            let mut bytes = fs::read(&file).unwrap();
            let length = bytes.len();
            bytes[..20].fill(0);
            bytes[length - 60..].fill(0);
            fs::write(file, bytes).unwrap();
        }
    });
    assert!(refused.is_some());
    assert_eq!((done.kept, done.known), (400, 400));
    assert_eq!(log.cursor("source/a").is_some(), done.cursors_kept);
}

#[test]
fn the_index_is_not_needed_for_a_repair() {
    let (refused, done, log) = repaired(|path| {
        fs::write(path.join("index/db"), b"nothing that sled could read").unwrap();
    });
    assert!(refused.is_none());
    assert_eq!((done.kept, done.known, done.reason), (400, 400, None));
    assert_eq!(log.cursor("source/a"), Some(399));
}

#[test]
fn a_truncated_log_is_cut_to_what_is_left() {
    let (refused, done, _) = repaired(|path| {
        let file = &segments(&path.join("segments"))[2];
        let file = fs::File::options().write(true).open(file).unwrap();
        file.set_len(file.metadata().unwrap().len() * 3 / 10)
            .unwrap();
    });
    assert!(refused.is_some());
    assert!(
        done.kept < 400 && done.kept > 0 && done.reason.is_some(),
        "{done:?}"
    );
}

/// Rewritten with its hashes computed again: only what the last agreeing checkpoint covers is proven.
#[test]
fn a_rewritten_log_is_cut_to_the_last_checkpoint_that_agrees() {
    let directory = tempfile::tempdir().unwrap();
    let forged = directory.path().join("forged");
    let (refused, done, _) = repaired(|path| {
        let original = open(path);
        let records = everything(&original);
        original.close().unwrap();
        let log = open(&forged);
        for record in &records {
            let id = record.id.as_u128();
            let says = String::from_utf8(record.payload.to_vec()).unwrap();
            let says = if id == 170 { "forged".to_owned() } else { says };
            let append = Append::to(
                record.stream.clone(),
                ExpectedRevision::Any,
                [event(id, &says)],
            );
            run(log.append(append)).unwrap();
        }
        log.close().unwrap();
        for part in ["segments", "wal", "head"] {
            let old = path.join(part);
            let _ = fs::remove_dir_all(&old).or_else(|_| fs::remove_file(&old));
            fs::rename(forged.join(part), old).unwrap();
        }
    });
    assert!(matches!(refused, Some(OpenError::CheckpointDiffers { .. })));
    assert_eq!((done.kept, done.known), (100, 400));
}

#[test]
fn a_log_in_use_is_not_repaired() {
    let directory = tempfile::tempdir().unwrap();
    let log = open(directory.path());
    assert!(repair(&Options::new(directory.path(), NEW_EPOCH), &mut |_| {}).is_err());
    fill(&log, "a", 0..3);
}

#[test]
fn a_repaired_log_is_newer_than_it_was_whatever_the_clock_says() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("log");
    sample(&path).close().unwrap();
    let done = repair(&signed(&path, Uuid::nil()), &mut |_| {}).unwrap();
    assert!(done.epoch > EPOCH, "{done:?}");
    assert_eq!(open(&path).epoch(), done.epoch);
}
