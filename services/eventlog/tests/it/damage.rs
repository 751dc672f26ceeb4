//! A damaged log is intact or a named error; never a silent loss, a panic or a hang.

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::time::Duration;

use onestop_eventlog::{
    Append, EventLog, ExpectedRevision, Head, OpenError, Options, Record, StreamName,
};

use crate::support::{EPOCH, Random, copy, event, everything, fill, noise, open, run};

/// Where the records are.
const RECORDS: [&str; 2] = ["segments", "wal"];

/// A closed log, and what was in it.
struct Sample {
    directory: tempfile::TempDir,
    head: Head,
    records: Vec<Record>,
}

/// Commits of different sizes, cursors between them.
fn sample() -> Sample {
    let directory = tempfile::tempdir().unwrap();
    let log = open_small(directory.path());
    append_all(&log, 0..66);
    let (head, records) = (log.head(), everything(&log));
    log.close().unwrap();
    Sample {
        directory,
        head,
        records,
    }
}

/// With a small write-ahead log, so that there are some segments, and a small index.
fn open_small(path: &Path) -> EventLog {
    let options = Options {
        ahead_bytes: 192 << 10,
        index_tail: 40,
        ..Options::new(path, EPOCH)
    };
    EventLog::open(options).unwrap()
}

fn append_all(log: &EventLog, commits: std::ops::Range<u128>) {
    for commit in commits {
        let id = |event: u128| 1_000 + commit * 100 + event;
        let events = (0..=commit % 9).map(|at| event(id(at), &noise(id(at), 50)));
        let name = StreamName::new(&format!("case/{}", commit % 7)).unwrap();
        let append = Append::to(name, ExpectedRevision::Any, events)
            .with_cursor(format!("source/{}", commit % 3), commit as u64);
        run(log.append(append)).unwrap();
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
                let position = error.first_bad_position();
                let position = position.unwrap_or_else(|| panic!("no position: {named}"));
                assert!(named.contains(&format!("position {position}")), "{named}");
                assert!(position <= self.head.count, "{named}");
                let inside = format!("{}/", directory.path().display());
                assert!(named.contains(&inside), "no file: {named}");
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

/// What is done to one file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Harm {
    Truncated,
    Zeroed,
    Flipped,
    Removed,
}

/// Every file of a log, closed or crashed, is damaged in many ways, one at a time.
#[test]
fn whatever_is_damaged_the_log_is_whole_or_refused_by_name() {
    let mut random = Random::seeded();
    let times = std::env::var("TESTS_DAMAGE").ok();
    let times: u64 = times.and_then(|times| times.parse().ok()).unwrap_or(1);
    for (name, sample) in [("closed", sample()), ("crashed", crashed())] {
        let mut table: BTreeMap<(String, Harm), (u32, u32)> = BTreeMap::new();
        for file in files_in(sample.directory.path()) {
            let path = file.strip_prefix(sample.directory.path()).unwrap();
            for (harm, from, length) in plan(&file, times, &mut random) {
                let error = sample.damaged(|copy| inflict(&copy.join(path), harm, from, length));
                let counts = table.entry((path.display().to_string(), harm));
                let (whole, refused) = counts.or_default();
                match error {
                    None => *whole += 1,
                    Some(_) => *refused += 1,
                }
            }
        }
        for ((file, harm), (whole, refused)) in &table {
            println!("{name}  {file:<30} {harm:?}: {whole} whole, {refused} refused");
        }
        let refused = |begin: &str, harm| -> u32 {
            let found = table
                .iter()
                .filter(|((file, of), _)| file.starts_with(begin) && *of == harm);
            found.map(|(_, (_, refused))| refused).sum()
        };
        let harms = [Harm::Truncated, Harm::Zeroed, Harm::Flipped, Harm::Removed];
        for harm in harms {
            assert_eq!(refused("index", harm), 0, "{name}: the index is built anew");
        }
        assert!(refused("head", Harm::Truncated) > 0, "{name}");
        // A crash leaves room behind the last commit, where damage is none.
        let least = if name == "closed" { 3 } else { 0 };
        for (part, least) in [("segments/", 3), ("wal/", least)] {
            assert!(refused(part, Harm::Truncated) >= 3, "{name} {part}");
            assert!(refused(part, Harm::Zeroed) > least, "{name} {part}");
            assert!(refused(part, Harm::Flipped) >= least, "{name} {part}");
            assert!(refused(part, Harm::Removed) > 0, "{name} {part}");
        }
    }
}

/// A log as a crash leaves it: sled is in the middle of something.
fn crashed() -> Sample {
    let running = tempfile::tempdir().unwrap();
    let log = open_small(running.path());
    append_all(&log, 0..66);
    let directory = tempfile::tempdir().unwrap();
    copy(running.path(), directory.path());
    Sample {
        directory,
        head: log.head(),
        records: everything(&log),
    }
}

fn files_in(directory: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(directory).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    let mut files: Vec<_> = paths
        .flat_map(|path| {
            if path.is_dir() {
                files_in(&path)
            } else {
                vec![path]
            }
        })
        .collect();
    files.sort();
    files
}

/// What is done to a file, where, and to how many bytes.
fn plan(file: &Path, times: u64, random: &mut Random) -> Vec<(Harm, u64, u64)> {
    let length = fs::metadata(file).unwrap().len();
    let mut plan = vec![(Harm::Removed, 0, 0)];
    if length == 0 {
        return plan;
    }
    let last_page = length.saturating_sub(4_096);
    for at in [
        0,
        1,
        length / 10,
        length / 2,
        length * 9 / 10,
        last_page,
        length - 1,
    ] {
        plan.push((Harm::Truncated, at, 0));
    }
    let pages = length.div_ceil(4_096);
    let step = (pages / (24 * times)).max(1);
    for page in (0..pages).step_by(step as usize) {
        plan.push((Harm::Zeroed, page * 4_096, 4_096));
    }
    let flips = if length > 100_000 { 24 } else { 6 };
    for _ in 0..flips * times {
        plan.push((Harm::Flipped, random.below(length), random.below(8)));
    }
    plan
}

fn inflict(path: &Path, harm: Harm, from: u64, length: u64) {
    let open = || {
        OpenOptions::new()
            .read(true)
            .write(true)
            .open(path)
            .unwrap()
    };
    match harm {
        Harm::Removed => fs::remove_file(path).unwrap(),
        Harm::Truncated => truncate(path, from),
        Harm::Zeroed => {
            let end = fs::metadata(path).unwrap().len().min(from + length);
            let zeros = vec![0; (end - from) as usize];
            open().write_all_at(&zeros, from).unwrap();
        }
        Harm::Flipped => {
            let mut byte = [0];
            open().read_exact_at(&mut byte, from).unwrap();
            open()
                .write_all_at(&[byte[0] ^ (1 << length)], from)
                .unwrap();
        }
    }
}

#[test]
fn missing_parts_are_named() {
    let sample = sample();
    let gone = sample.damaged(|path| fs::remove_dir_all(path.join("segments")).unwrap());
    assert!(
        matches!(&gone, Some(OpenError::StoreMissing { .. })),
        "{gone:?}"
    );
    let empty = sample.damaged(|path| {
        fs::remove_dir_all(path.join("segments")).unwrap();
        fs::create_dir(path.join("segments")).unwrap();
    });
    assert_eq!(empty.and_then(|it| it.first_bad_position()), Some(0));
    let unsealed = sample.damaged(|path| fs::remove_dir_all(path.join("wal")).unwrap());
    assert!(
        matches!(&unsealed, Some(OpenError::BehindAnchor { .. })),
        "{unsealed:?}"
    );
    let anchor = sample.damaged(|path| fs::remove_file(path.join("head")).unwrap());
    assert!(
        matches!(&anchor, Some(OpenError::AnchorMissing { .. })),
        "{anchor:?}"
    );
    let torn = sample.damaged(|path| truncate(&path.join("head"), 0));
    assert!(matches!(&torn, Some(OpenError::Anchor { .. })), "{torn:?}");
}

/// Everything of sled is deleted, cut off, filled with something else, or replaced by another log's.
#[test]
fn losing_the_index_loses_nothing() {
    let sample = sample();
    let index = |path: &Path| path.join("index");
    let lost: [&dyn Fn(&Path); 8] = [
        &|path| fs::remove_dir_all(index(path)).unwrap(),
        &|path| fs::remove_file(index(path).join("db")).unwrap(),
        &|path| truncate(&index(path).join("db"), 700),
        &|path| fs::write(index(path).join("db"), [7; 100_000]).unwrap(),
        &|path| fs::write(index(path).join("conf"), "nothing").unwrap(),
        &|path| {
            fs::remove_file(index(path).join("db")).unwrap();
            fs::create_dir(index(path).join("db")).unwrap();
        },
        &|path| {
            fs::remove_dir_all(index(path)).unwrap();
            fs::write(index(path), "no folder").unwrap();
        },
        &|path| fs::write(index(path).join("snap.0000000000000FFF.generating"), "x").unwrap(),
    ];
    for lose in lost {
        assert!(sample.damaged(lose).is_none());
    }
    let other = tempfile::tempdir().unwrap();
    let log = open_small(other.path());
    fill(&log, "other", 0..100);
    log.close().unwrap();
    let replaced = sample.damaged(|path| {
        fs::remove_dir_all(index(path)).unwrap();
        copy(&index(other.path()), &index(path));
    });
    assert!(replaced.is_none());
}

#[test]
fn an_older_copy_of_the_store_is_behind_its_anchor() {
    let sample = sample();
    let error = sample.damaged(|path| {
        let older = path.join("older");
        for part in RECORDS {
            copy(&path.join(part), &older.join(part));
        }
        let log = open(path);
        fill(&log, "more", 0..3);
        log.close().unwrap();
        for part in RECORDS {
            fs::remove_dir_all(path.join(part)).unwrap();
            fs::rename(older.join(part), path.join(part)).unwrap();
        }
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
        for part in RECORDS {
            copy(&path.join(part), &older.join(part));
        }
        let log = open(path);
        run(log.append(Append::cursor("source/0", 999))).unwrap();
        log.close().unwrap();
        for part in RECORDS {
            fs::remove_dir_all(path.join(part)).unwrap();
            fs::rename(older.join(part), path.join(part)).unwrap();
        }
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
        for part in RECORDS {
            fs::remove_dir_all(path.join(part)).unwrap();
            copy(&other.path().join(part), &path.join(part));
        }
    });
    assert!(
        matches!(&error, Some(OpenError::HeadDiffers { .. })),
        "{error:?}"
    );
}

/// An edit in the middle: one block is replaced by another one that is whole.
#[test]
fn a_replaced_block_names_its_file_and_position() {
    let sample = sample();
    let mut file = PathBuf::new();
    let error = sample.damaged(|path| {
        file = files_in(&path.join("segments"))[1].clone();
        let mut bytes = fs::read(&file).unwrap();
        // Blocks are compressed; what zstd makes begins with these bytes, 77 bytes behind the block.
        let zstd = [0x28, 0xb5, 0x2f, 0xfd];
        let found = bytes.windows(4).enumerate().filter(|(_, it)| *it == zstd);
        let blocks: Vec<usize> = found.map(|(at, _)| at - 77).collect();
        let (from, to, next) = (blocks[1], blocks[2], blocks[3]);
        let length = (next - to).min(to - from);
        bytes.copy_within(from..from + length, to);
        fs::write(&file, bytes).unwrap();
    });
    let error = error.unwrap();
    assert!(matches!(&error, OpenError::Damaged { .. }), "{error:?}");
    assert!(error.first_bad_position() > Some(0));
    let name = file.file_name().unwrap().to_str().unwrap();
    assert!(error.to_string().contains(name), "{error}");
}
