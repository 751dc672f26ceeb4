//! A damaged log is intact or a named error; never a silent loss, a panic or a hang. The exhaustive
//! matrix is to come; these are the cases that sled alone answers with silence.

use std::fs::{self, OpenOptions};
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::mpsc;
use std::time::Duration;

use onestop_eventlog::{
    Append, EventLog, ExpectedRevision, Head, OpenError, Options, Record, StreamName,
};

use crate::support::{EPOCH, Random, copy, event, everything, fill, noise, open, run};

/// A closed log, and what was in it.
struct Sample {
    directory: tempfile::TempDir,
    head: Head,
    records: Vec<Record>,
}

/// Commits of different sizes, cursors between them.
fn sample() -> Sample {
    let directory = tempfile::tempdir().unwrap();
    let log = open(directory.path());
    for commit in 0..60u128 {
        let id = |event: u128| 1_000 + commit * 100 + event;
        let events = (0..=commit % 9).map(|at| event(id(at), &noise(id(at), 50)));
        let name = StreamName::new(&format!("case/{}", commit % 7)).unwrap();
        let append = Append::to(name, ExpectedRevision::Any, events)
            .with_cursor(format!("source/{}", commit % 3), commit as u64);
        run(log.append(append)).unwrap();
    }
    let (head, records) = (log.head(), everything(&log));
    log.close().unwrap();
    Sample {
        directory,
        head,
        records,
    }
}

/// Opens in a thread of its own, so that a hang is a failure and not an endless test.
fn open_within_a_minute(path: &Path) -> Result<EventLog, OpenError> {
    let (sender, receiver) = mpsc::channel();
    let path = path.to_owned();
    std::thread::spawn(move || sender.send(EventLog::open(Options::new(path, EPOCH))));
    receiver
        .recv_timeout(Duration::from_secs(60))
        .expect("opening panicked or hung")
}

impl Sample {
    /// Damages a copy; `None` if everything is still there, otherwise the error.
    fn damaged(&self, damage: impl FnOnce(&Path)) -> Option<OpenError> {
        let directory = tempfile::tempdir().unwrap();
        copy(self.directory.path(), directory.path());
        damage(directory.path());
        match open_within_a_minute(directory.path()) {
            Ok(log) => {
                assert_eq!(log.head(), self.head, "silent loss");
                assert_eq!(everything(&log), self.records, "silent change");
                assert_eq!(log.cursors("").len(), 3, "silent loss of cursors");
                None
            }
            Err(error) => {
                let named = format!("{error}");
                assert!(
                    named.contains(directory.path().to_str().unwrap()),
                    "{named}"
                );
                Some(error)
            }
        }
    }
}

fn truncate(path: &Path, length: u64) {
    OpenOptions::new()
        .write(true)
        .open(path)
        .unwrap()
        .set_len(length)
        .unwrap();
}

#[test]
fn a_truncated_database_is_noticed() {
    let sample = sample();
    let length = fs::metadata(sample.directory.path().join("sled/db"))
        .unwrap()
        .len();
    let mut noticed = 0;
    for kept in [
        0,
        1,
        length / 10,
        length / 2,
        length * 9 / 10,
        length - 4_096,
        length - 1,
    ] {
        let error = sample.damaged(|path| truncate(&path.join("sled/db"), kept));
        println!("{kept} of {length} bytes: {error:?}");
        noticed += usize::from(error.is_some());
    }
    assert!(noticed >= 4, "only {noticed} truncations were noticed");
}

#[test]
fn flipped_bytes_never_lose_or_change_anything_silently() {
    let sample = sample();
    let mut random = Random::seeded();
    let mut files = vec![sample.directory.path().join("head")];
    files.extend(
        fs::read_dir(sample.directory.path().join("sled"))
            .unwrap()
            .filter_map(|entry| {
                let path = entry.unwrap().path();
                path.is_file().then_some(path)
            }),
    );
    let mut noticed = 0;
    for file in files {
        let name = file.strip_prefix(sample.directory.path()).unwrap();
        let length = fs::metadata(&file).unwrap().len();
        let times = if name.ends_with("db") { 24 } else { 4 };
        for _ in 0..times {
            let at = random.below(length);
            let error = sample.damaged(|path| {
                let file = OpenOptions::new()
                    .read(true)
                    .write(true)
                    .open(path.join(name))
                    .unwrap();
                let mut byte = [0];
                file.read_exact_at(&mut byte, at).unwrap();
                file.write_all_at(&[byte[0] ^ (1 << random.below(8))], at)
                    .unwrap();
            });
            println!("{} byte {at}: {error:?}", name.display());
            noticed += usize::from(error.is_some());
        }
    }
    println!("{noticed} flips were noticed");
}

#[test]
fn missing_parts_are_named() {
    let sample = sample();
    let gone = sample.damaged(|path| fs::remove_dir_all(path.join("sled")).unwrap());
    assert!(
        matches!(&gone, Some(OpenError::StoreMissing { .. })),
        "{gone:?}"
    );
    let empty = sample.damaged(|path| {
        fs::remove_dir_all(path.join("sled")).unwrap();
        fs::create_dir(path.join("sled")).unwrap();
    });
    assert!(
        matches!(&empty, Some(OpenError::StoreMissing { .. })),
        "{empty:?}"
    );
    let anchor = sample.damaged(|path| fs::remove_file(path.join("head")).unwrap());
    assert!(
        matches!(&anchor, Some(OpenError::AnchorMissing { .. })),
        "{anchor:?}"
    );
    let torn = sample.damaged(|path| truncate(&path.join("head"), 0));
    assert!(matches!(&torn, Some(OpenError::Anchor { .. })), "{torn:?}");
}

#[test]
fn an_older_copy_of_the_store_is_behind_its_anchor() {
    let sample = sample();
    let error = sample.damaged(|path| {
        let older = path.join("older");
        copy(&path.join("sled"), &older);
        let log = open(path);
        fill(&log, "more", 0..3);
        log.close().unwrap();
        fs::remove_dir_all(path.join("sled")).unwrap();
        fs::rename(older, path.join("sled")).unwrap();
    });
    let count = sample.head.count;
    let bad = error.as_ref().and_then(OpenError::first_bad_position);
    assert!(
        matches!(&error, Some(OpenError::BehindAnchor { .. })),
        "{error:?}"
    );
    assert_eq!(bad, Some(count));
}

#[test]
fn an_older_copy_that_only_lacks_a_cursor_is_noticed() {
    let sample = sample();
    let error = sample.damaged(|path| {
        let older = path.join("older");
        copy(&path.join("sled"), &older);
        let log = open(path);
        run(log.append(Append::cursor("source/0", 999))).unwrap();
        log.close().unwrap();
        fs::remove_dir_all(path.join("sled")).unwrap();
        fs::rename(older, path.join("sled")).unwrap();
    });
    assert!(
        matches!(&error, Some(OpenError::CursorsDiffer { .. })),
        "{error:?}"
    );
}

#[test]
fn the_store_of_another_log_is_refused() {
    let sample = sample();
    let error = sample.damaged(|path| {
        let other = tempfile::tempdir().unwrap();
        let log = open(other.path());
        fill(&log, "other", 0..u128::from(sample.head.count));
        log.close().unwrap();
        fs::remove_dir_all(path.join("sled")).unwrap();
        copy(&other.path().join("sled"), &path.join("sled"));
    });
    assert!(
        matches!(&error, Some(OpenError::HeadDiffers { .. })),
        "{error:?}"
    );
}

/// An edit by someone who knows sled: the record is replaced, the hashes after it are not.
#[test]
fn an_edited_record_names_its_position() {
    let sample = sample();
    let error = sample.damaged(|path| {
        let db = sled::open(path.join("sled")).unwrap();
        let frames = db
            .scan_prefix(b"f")
            .keys()
            .map(Result::unwrap)
            .collect::<Vec<_>>();
        let (from, to) = (&frames[10], &frames[20]);
        let value = db.get(from).unwrap().unwrap();
        db.insert(to, value).unwrap();
        db.flush().unwrap();
    });
    assert!(
        matches!(&error, Some(OpenError::Damaged { .. })),
        "{error:?}"
    );
}
