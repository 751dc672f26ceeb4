//! A reader writes nothing, needs no index, and keeps writers out.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use onestop_eventlog::{
    Append, EventLog, ExpectedRevision, Identity, LogReader, OpenError, Options, import,
};
use uuid::Uuid;

use crate::support::{EPOCH, event, everything, fill, noise, run, stream};

fn small(path: &Path) -> Options {
    Options {
        ahead_bytes: 64 << 10,
        ..Options::new(path, EPOCH)
    }
}

fn sample(path: &Path) -> EventLog {
    let log = EventLog::open(small(path)).unwrap();
    for id in 0..120 {
        let append = Append::to(
            stream("a"),
            ExpectedRevision::Any,
            [event(id, &noise(id, 40))],
        );
        run(log.append(append.with_cursor("source/a", id as u64))).unwrap();
    }
    log
}

/// Paths, lengths and times of all files.
fn state(path: &Path) -> Vec<(String, u64, std::time::SystemTime)> {
    let mut all = Vec::new();
    for entry in fs::read_dir(path).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            all.extend(state(&path));
        } else {
            let meta = fs::metadata(&path).unwrap();
            all.push((
                path.display().to_string(),
                meta.len(),
                meta.modified().unwrap(),
            ));
        }
    }
    all.sort();
    all
}

#[test]
fn a_reader_verifies_and_exports_without_writing() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("log");
    let log = sample(&path);
    let (records, head, tree) = (everything(&log), log.head(), log.tree_head());
    let refused = LogReader::open(small(&path)).unwrap_err();
    assert!(matches!(refused, OpenError::InUse { .. }), "{refused:?}");
    log.close().unwrap();
    fs::remove_dir_all(path.join("index")).unwrap();

    let before = state(&path);
    let one = LogReader::open(small(&path)).unwrap();
    let two = LogReader::open(small(&path)).unwrap();
    assert_eq!((one.head(), one.tree_head()), (head, tree));
    assert_eq!(one.cursors()["source/a"], 119);
    assert_eq!(one.verify(&mut |_, _| {}).unwrap().root, tree.root);
    assert_eq!(two.record(7).unwrap().as_ref(), records.get(7));
    let mut backup = Vec::new();
    two.export(&mut backup, &mut |_, _| {}).unwrap();
    assert_eq!(state(&path), before, "something was written");
    let in_use = EventLog::open(small(&path)).unwrap_err();
    assert!(matches!(in_use, OpenError::InUse { .. }), "{in_use:?}");
    drop((one, two));

    let restored = directory.path().join("restored");
    import(
        &restored,
        &backup[..],
        Uuid::from_u128(2),
        None,
        &mut |_, _| {},
    )
    .unwrap();
    let log = EventLog::open(small(&restored)).unwrap();
    assert_eq!(everything(&log), records);
}

/// Sealing goes on while the log is verified, and moves records from under it.
#[test]
fn a_log_that_is_being_written_verifies() {
    let directory = tempfile::tempdir().unwrap();
    let log = sample(directory.path());
    let writer = {
        let log = log.clone();
        std::thread::spawn(move || {
            for id in 1_000..1_400 {
                let append = Append::to(
                    stream("b"),
                    ExpectedRevision::Any,
                    [event(id, &noise(id, 60))],
                );
                run(log.append(append)).unwrap();
            }
        })
    };
    let mut times = 0;
    while !writer.is_finished() || times == 0 {
        log.verify(&mut |_, _| {}).unwrap();
        times += 1;
    }
    writer.join().unwrap();
    assert_eq!(log.verify(&mut |_, _| {}).unwrap().count, 520);
}

#[test]
fn a_log_that_may_not_be_written_to_can_be_verified() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("log");
    sample(&path).close().unwrap();
    let modes = |mode: u32, of: &Path| {
        fs::set_permissions(of, fs::Permissions::from_mode(mode)).unwrap();
    };
    for folder in ["segments", "wal", ""] {
        modes(0o555, &path.join(folder));
    }
    let reader = LogReader::open(small(&path)).unwrap();
    assert_eq!(reader.verify(&mut |_, _| {}).unwrap().count, 120);
    for folder in ["", "segments", "wal"] {
        modes(0o755, &path.join(folder));
    }
}

#[test]
fn a_log_knows_whose_it_is() {
    let directory = tempfile::tempdir().unwrap();
    let of = |service: &str, term| Options {
        identity: Identity {
            service: service.to_owned(),
            instance: "main".to_owned(),
            partition: 0,
            term,
        },
        ..small(directory.path())
    };
    let log = EventLog::open(of("intake", 3)).unwrap();
    fill(&log, "a", 0..3);
    log.close().unwrap();
    let foreign = EventLog::open(of("referral", 3)).unwrap_err();
    assert!(matches!(foreign, OpenError::Foreign { .. }), "{foreign:?}");
    let earlier = EventLog::open(of("intake", 2)).unwrap_err();
    assert!(matches!(earlier, OpenError::Foreign { .. }), "{earlier:?}");
    assert_eq!(EventLog::open(of("intake", 4)).unwrap().head().count, 3);
    // An empty identity opens the log of any.
    assert_eq!(
        EventLog::open(small(directory.path()))
            .unwrap()
            .head()
            .count,
        3
    );
}
