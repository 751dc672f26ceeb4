//! Building a log from the records of another.

use std::collections::BTreeMap;

use onestop_eventlog::{
    BackupError, Damage, EventLog, Identity, LogReader, OpenError, Options, Rebuild, Record,
    epoch_after,
};
use proptest::prelude::*;
use uuid::Uuid;

use crate::support::{EPOCH, everything, fill, open};

const NEW_EPOCH: Uuid = Uuid::from_u128(0xe2);

fn identity(instance: &str) -> Identity {
    Identity {
        service: "intake".to_owned(),
        instance: instance.to_owned(),
        ..Identity::default()
    }
}

/// What a log of so many records holds.
fn records(directory: &tempfile::TempDir, count: u64) -> Vec<Record> {
    let log = open(&directory.path().join("log"));
    fill(&log, "case/1", 0..u128::from(count / 2));
    fill(&log, "case/2", u128::from(count / 2)..u128::from(count));
    everything(&log)
}

fn options(directory: &tempfile::TempDir, instance: &str) -> Options {
    Options {
        identity: identity(instance),
        ..Options::new(directory.path().join("rebuilt"), EPOCH)
    }
}

fn rebuild(
    directory: &tempfile::TempDir,
    records: &[Record],
    at_a_time: usize,
) -> Result<(), BackupError> {
    let path = directory.path().join("rebuilt");
    let mut rebuild = Rebuild::begin(&path, identity("main"), NEW_EPOCH)?;
    for some in records.chunks(at_a_time) {
        rebuild.add(some.to_vec())?;
    }
    let cursors = BTreeMap::from([("source/a".to_owned(), 7)]);
    let built = rebuild.finish(&cursors)?;
    assert_eq!(built.size, records.len() as u64);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn a_log_of_the_same_records_is_the_same_log(count in 0_u64..80, at_a_time in 1_usize..90) {
        let directory = tempfile::tempdir().unwrap();
        let originals = records(&directory, count);
        rebuild(&directory, &originals, at_a_time).unwrap();
        let log = EventLog::open(options(&directory, "main")).unwrap();
        prop_assert_eq!(log.epoch(), NEW_EPOCH);
        prop_assert_eq!(everything(&log), originals);
        prop_assert_eq!(log.cursor("source/a"), Some(7));
        log.verify(&mut |_, _| {}).unwrap();
        fill(&log, "case/1", 90_000..90_003);
    }
}

#[test]
fn it_is_its_owners_alone() {
    let directory = tempfile::tempdir().unwrap();
    let originals = records(&directory, 6);
    rebuild(&directory, &originals, 4).unwrap();
    let refused = LogReader::open(options(&directory, "town"));
    assert!(
        matches!(refused, Err(OpenError::Foreign { .. })),
        "{refused:?}"
    );
    LogReader::open(options(&directory, "main")).unwrap();
}

#[test]
fn what_is_altered_out_of_order_or_missing_is_refused_by_its_position() {
    let directory = tempfile::tempdir().unwrap();
    let originals = records(&directory, 9);
    let refused = |records: &[Record]| match rebuild(&directory, records, 5) {
        Err(BackupError::Damaged { position, damage }) => (position, damage),
        other => panic!("{other:?}"),
    };
    let mut altered = originals.clone();
    altered[6].payload = "another".into();
    assert_eq!(refused(&altered), (6, Damage::RecordAltered));
    let mut altered = originals.clone();
    altered[3].revision += 1;
    assert_eq!(refused(&altered), (3, Damage::RecordAltered));
    let mut swapped = originals.clone();
    swapped.swap(4, 5);
    assert_eq!(refused(&swapped), (4, Damage::ChainBroken));
    let mut missing = originals.clone();
    missing.remove(7);
    assert_eq!(refused(&missing), (7, Damage::ChainBroken));
    assert_eq!(refused(&originals[1..]), (0, Damage::ChainBroken));
}

#[test]
fn an_epoch_comes_after_the_one_before_whatever_the_clock_says() {
    let (early, late) = (Uuid::from_u128(7), Uuid::from_u128(90));
    assert_eq!(epoch_after(early, late), late);
    assert_eq!(epoch_after(late, early), Uuid::from_u128(91));
    assert_eq!(epoch_after(late, late), Uuid::from_u128(91));
}
