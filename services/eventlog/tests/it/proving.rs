//! Proofs and checkpoints: what is signed stays true, and a log that contradicts it does not open.

use std::fs;
use std::path::Path;
use std::time::Duration;

use onestop_eventlog::{
    Append, Checkpoint, CheckpointError, EventLog, ExpectedRevision, OpenError, Options,
    ProofError, SigningKey, VerifyError, verify_consistency, verify_inclusion,
};

use crate::support::{EPOCH, copy, event, everything, open, run, stream};

fn key() -> SigningKey {
    SigningKey::from_seed("example.org/test", &[3; 32]).unwrap()
}

/// Signs every hundred records, and at close.
fn signed(path: &Path) -> Options {
    Options {
        signer: Some(key()),
        checkpoint_events: 100,
        checkpoint_interval: Duration::from_secs(3600),
        ..Options::new(path, EPOCH)
    }
}

fn open_signed(path: &Path) -> EventLog {
    EventLog::open(signed(path)).unwrap()
}

/// Appends records in commits of 1 to 9 events, up to `count`; the one at `edited` says something
/// else.
fn write(log: &EventLog, count: u64, edited: Option<u64>) {
    while log.head().count < count {
        let first = log.head().count;
        let events = (first..count.min(first + 1 + first % 9)).map(|position| {
            let says = if edited == Some(position) {
                "another"
            } else {
                "one"
            };
            event(u128::from(position), says)
        });
        let name = stream(&format!("s/{}", first % 5));
        run(log.append(Append::to(name, ExpectedRevision::Any, events))).unwrap();
    }
}

fn sizes(path: &Path) -> Vec<u64> {
    let Ok(entries) = fs::read_dir(path.join("checkpoints")) else {
        return Vec::new();
    };
    let mut sizes: Vec<u64> = entries
        .map(|entry| {
            entry
                .unwrap()
                .file_name()
                .to_str()
                .unwrap()
                .parse()
                .unwrap()
        })
        .collect();
    sizes.sort_unstable();
    sizes
}

fn refused(path: &Path) -> OpenError {
    let error = EventLog::open(signed(path)).expect_err("opened");
    assert!(error.to_string().contains(path.to_str().unwrap()));
    error
}

#[test]
fn every_record_is_proven_at_every_later_size() {
    let directory = tempfile::tempdir().unwrap();
    let log = open(directory.path());
    let mut heads = vec![log.tree_head()];
    for count in [1, 2, 255, 256, 257, 700] {
        write(&log, count, None);
        heads.push(log.tree_head());
        assert_eq!(log.tree_head().size, count);
    }
    log.close().unwrap();

    let log = open(directory.path());
    assert_eq!(log.tree_head(), heads[6], "the tree is found again");
    let records = everything(&log);
    for head in &heads[1..] {
        for at in (0..head.size).step_by(19).chain([head.size - 1]) {
            let proof = log.inclusion_proof(at, head.size).unwrap();
            let hash = records[at as usize].hash;
            assert!(verify_inclusion(hash, at, &proof, head.size, head.root));
        }
        for old in heads.iter().filter(|old| old.size <= head.size) {
            let proof = log.consistency_proof(old.size, head.size).unwrap();
            let (old, new) = ((old.size, old.root), (head.size, head.root));
            assert!(verify_consistency(old, new, &proof), "{old:?} {new:?}");
        }
    }
    let beyond = [log.inclusion_proof(5, 5), log.inclusion_proof(0, 701)];
    let beyond = beyond
        .into_iter()
        .chain([log.consistency_proof(9, 8), log.consistency_proof(9, 701)]);
    for error in beyond {
        assert!(matches!(error, Err(ProofError::OutOfRange { .. })));
    }
    assert_eq!(log.verify(&mut |_, _| {}).unwrap().root, heads[6].root);
}

#[test]
fn checkpoints_are_signed_by_number_on_demand_and_at_close() {
    let directory = tempfile::tempdir().unwrap();
    let log = open_signed(directory.path());
    assert_eq!(log.checkpoint().unwrap(), None, "an empty log says nothing");
    write(&log, 42, None);
    let asked = log.checkpoint().unwrap().unwrap();
    assert_eq!(asked.head(), log.tree_head());
    assert_eq!(log.checkpoint().unwrap().as_ref(), Some(&asked));
    write(&log, 150, None);
    let mut waited = 0;
    while log.latest_checkpoint() == Some(asked.clone()) {
        waited += 1;
        assert!(waited < 6_000, "no checkpoint after a hundred records");
        std::thread::park_timeout(Duration::from_millis(10));
    }
    log.close().unwrap();

    let sizes = sizes(directory.path());
    assert_eq!((sizes[0], sizes[sizes.len() - 1]), (42, 150));
    assert!(sizes.len() >= 2 && sizes.len() <= 3, "{sizes:?}");
    for size in &sizes {
        let file = directory.path().join(format!("checkpoints/{size:020}"));
        let checkpoint = Checkpoint::parse(&fs::read_to_string(file).unwrap()).unwrap();
        checkpoint.verify(key().verifying_key()).unwrap();
        assert_eq!(checkpoint.epoch(), Some(EPOCH));
    }
    let log = open_signed(directory.path());
    let verified = log.verify(&mut |_, _| {}).unwrap();
    assert_eq!(verified.checkpoints, sizes.len() as u64);
    assert_eq!(log.latest_checkpoint().unwrap().head(), log.tree_head());
    log.close().unwrap();
    assert_eq!(self::sizes(directory.path()), sizes, "nothing new to say");
}

#[test]
fn a_checkpoint_is_signed_when_the_time_has_come() {
    let directory = tempfile::tempdir().unwrap();
    let interval = Options {
        checkpoint_interval: Duration::from_millis(20),
        ..signed(directory.path())
    };
    let log = EventLog::open(interval).unwrap();
    write(&log, 3, None);
    let mut waited = 0;
    while log.latest_checkpoint().is_none_or(|it| it.head().size < 3) {
        waited += 1;
        assert!(waited < 6_000, "no checkpoint");
        std::thread::park_timeout(Duration::from_millis(10));
    }
}

#[test]
fn without_a_key_there_are_no_checkpoints() {
    let directory = tempfile::tempdir().unwrap();
    let log = open(directory.path());
    write(&log, 300, None);
    assert_eq!(log.checkpoint().unwrap(), None);
    log.close().unwrap();
    assert_eq!(sizes(directory.path()), [0u64; 0]);
}

/// Store and anchor are an older copy: only the checkpoint knows better.
#[test]
fn a_log_rolled_back_with_its_anchor_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    let (path, older) = (directory.path().join("log"), directory.path().join("older"));
    let log = open_signed(&path);
    write(&log, 260, None);
    log.close().unwrap();
    copy(&path, &older);
    let log = open_signed(&path);
    write(&log, 300, None);
    log.close().unwrap();

    for part in ["segments", "wal", "head"] {
        let _ = fs::remove_dir_all(path.join(part)).or_else(|_| fs::remove_file(path.join(part)));
        fs::rename(older.join(part), path.join(part)).unwrap();
    }
    let error = refused(&path);
    assert!(
        matches!(&error, OpenError::BehindCheckpoint { signed: 300, .. }),
        "{error:?}"
    );
    assert_eq!(error.first_bad_position(), Some(260));
}

/// One payload is another and every hash after it was computed again, anchor included. With the index of
/// the forger, and with the one of the original.
#[test]
fn a_log_edited_with_its_own_hashes_computed_again_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    let original = directory.path().join("original");
    let log = open_signed(&original);
    for count in [120, 256, 600] {
        write(&log, count, None);
        log.checkpoint().unwrap();
    }
    log.close().unwrap();
    let sizes = sizes(&original);

    for (edited, keeps_index) in [
        (0, false),
        (255, true),
        (300, false),
        (300, true),
        (599, true),
    ] {
        let forged = directory
            .path()
            .join(format!("forged-{edited}-{keeps_index}"));
        let log = open(&forged);
        for count in [120, 256, 600] {
            write(&log, count, Some(edited));
        }
        log.verify(&mut |_, _| {}).unwrap();
        log.close().unwrap();
        copy(&original.join("checkpoints"), &forged.join("checkpoints"));
        if keeps_index {
            fs::remove_dir_all(forged.join("index")).unwrap();
            copy(&original.join("index"), &forged.join("index"));
        }
        let error = refused(&forged);
        let after = *sizes.iter().find(|size| **size > edited).unwrap();
        let before = sizes.iter().rfind(|size| **size <= edited).copied();
        assert!(
            matches!(&error, OpenError::CheckpointDiffers { signed, .. } if *signed == after),
            "{edited}: {error:?}"
        );
        assert_eq!(error.first_bad_position(), Some(before.unwrap_or(0)));
    }
}

#[test]
fn a_checkpoint_that_cannot_be_trusted_is_named() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("log");
    let log = open_signed(&path);
    for count in [20, 40] {
        write(&log, count, None);
        log.checkpoint().unwrap();
    }
    log.close().unwrap();
    let first = path.join(format!("checkpoints/{:020}", 20));
    let newest = path.join(format!("checkpoints/{:020}", 40));
    let good = fs::read_to_string(&newest).unwrap();

    let other = SigningKey::from_seed("example.org/test", &[4; 32]).unwrap();
    let other = EventLog::open(Options {
        signer: Some(other),
        ..signed(&path)
    });
    assert!(
        matches!(
            &other,
            Err(OpenError::Checkpoint {
                source: CheckpointError::Unsigned { .. },
                ..
            })
        ),
        "{other:?}"
    );
    for bad in [
        String::new(),
        good.replace("40\n", "39\n"),
        good[..50].to_owned(),
    ] {
        fs::write(&newest, bad).unwrap();
        let error = refused(&path);
        assert!(
            matches!(&error, OpenError::Checkpoint { checkpoint, .. } if *checkpoint == newest),
            "{error:?}"
        );
    }
    fs::write(&newest, &good).unwrap();
    fs::write(&first, good).unwrap();
    let log = open_signed(&path);
    let error = log.verify(&mut |_, _| {}).unwrap_err();
    assert!(
        matches!(error, VerifyError::Checkpoint { size: 20, .. }),
        "{error:?}"
    );
}
