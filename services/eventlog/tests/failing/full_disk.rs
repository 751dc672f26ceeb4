//! A disk that is really full, or read-only: nothing is lost, it is said in words, and the log comes back
//! once there is room. Needs to mount file systems; says so where it may not.

use std::error::Error;
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use onestop_eventlog::{Append, AppendError, EventLog, ExpectedRevision, LogReader, Options};
use uuid::Uuid;

use super::device::{Bench, Kind};
use super::support::{EPOCH, copy, event, noise, run, stream};

fn options(path: &Path) -> Options {
    Options {
        ahead_bytes: 64 << 10,
        index_tail: 100,
        // An index that is lost is built anew while the log is in use.
        verify_at_open: 50,
        ..Options::new(path, EPOCH)
    }
}

fn in_words(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(next) = cause {
        text += &format!(": {next}");
        cause = next.source();
    }
    text
}

fn says_full(text: &str) -> bool {
    text.contains("full") || text.contains("No space left on device")
}

/// What takes all room but some bytes, until it is dropped.
struct Ballast(PathBuf);

impl Ballast {
    fn leaving(folder: &Path, room: usize) -> Ballast {
        let path = folder.join("ballast");
        let mut file = File::create(&path).unwrap();
        let mut part = 1 << 20;
        while part > 512 {
            // Compressible or not: the file system does not look.
            if file
                .write_all(&vec![0x5a; part])
                .and_then(|()| file.sync_all())
                .is_err()
            {
                part /= 2;
            }
        }
        let length = file.metadata().unwrap().len();
        file.set_len(length.saturating_sub(room as u64)).unwrap();
        file.sync_all().unwrap();
        Ballast(path)
    }
}

impl Drop for Ballast {
    fn drop(&mut self) {
        fs::remove_file(&self.0).unwrap();
    }
}

/// So many events in an append, of about two hundred bytes each.
const BATCH: u128 = 100;

/// What was acknowledged: the first event of each append, and its position.
#[derive(Default)]
struct Acknowledged {
    appends: Vec<(Uuid, u64)>,
    next: u128,
}

impl Acknowledged {
    /// Appends until the log refuses, but at most so many times; says why it did.
    fn fill(&mut self, log: &EventLog, most: u64) -> Option<String> {
        for _ in 0..most {
            let first = self.next;
            self.next += BATCH;
            let events = (first..self.next).map(|id| event(id, &noise(id, 2)));
            let name = format!("case/{}", (first / BATCH) % 23);
            let append = Append::to(stream(&name), ExpectedRevision::Any, events);
            match run(log.append(append)) {
                Ok(appended) => self.appends.push((Uuid::from_u128(first), appended.first)),
                Err(AppendError::Unconfirmed { why } | AppendError::Closed { why }) => {
                    return Some(in_words(&why));
                }
                Err(other) => panic!("{other:?}"),
            }
        }
        None
    }

    fn events(&self) -> u64 {
        self.appends.len() as u64 * BATCH as u64
    }

    fn check(&self, log: &EventLog) {
        // Waits for the index.
        log.verify(&mut |_, _| {}).unwrap();
        for (id, position) in &self.appends {
            assert_eq!(log.find(*id).unwrap(), Some(*position));
        }
    }
}

fn bench() -> Option<Bench> {
    match Bench::new(Kind::Ext4) {
        Ok(bench) => Some(bench),
        Err(why) => {
            println!("skipped: {why}");
            None
        }
    }
}

/// Is full at open, while commits are written, sealed and indexed, and while the index is built anew.
#[test]
fn a_disk_that_is_really_full_loses_nothing() {
    let Some(bench) = bench() else {
        return;
    };
    let image = bench.image("full");
    assert!(bench.format(&image));
    let mounted = bench.mount(&image).unwrap();
    let path = mounted.path().join("log");
    let mut acknowledged = Acknowledged::default();
    let (mut refused, mut closed) = (0, 0);
    for is_index_lost in [false, true] {
        for room in [0, 100 << 10, 400 << 10, 1 << 20, 3 << 20] {
            let log = EventLog::open(options(&path)).unwrap();
            assert_eq!(acknowledged.fill(&log, 8), None);
            log.close().unwrap();
            if is_index_lost {
                fs::remove_dir_all(path.join("index")).unwrap();
            }
            let ballast = Ballast::leaving(mounted.path(), room);
            match EventLog::open(options(&path)) {
                Err(error) => {
                    let said = in_words(&error);
                    assert!(says_full(&said), "{said}");
                    refused += 1;
                }
                Ok(log) => {
                    let said = acknowledged.fill(&log, 2_000).unwrap();
                    assert!(says_full(&said), "{said}");
                    drop(log);
                    closed += 1;
                }
            }
            // A full disk can be read and verified.
            let reader = LogReader::open(options(&path)).unwrap();
            let count = reader.verify(&mut |_, _| {}).unwrap().count;
            assert!(count >= acknowledged.events());
            drop((reader, ballast));
            let log = EventLog::open(options(&path)).unwrap();
            acknowledged.check(&log);
            assert_eq!(acknowledged.fill(&log, 1), None);
            log.close().unwrap();
        }
    }
    println!(
        "{refused} refused to open, {closed} closed, {} acknowledged",
        acknowledged.events()
    );
    assert!(refused > 0 && closed > 0);
}

#[test]
fn a_disk_that_is_read_only_can_be_verified() {
    let Some(bench) = bench() else {
        return;
    };
    let image = bench.image("read-only");
    assert!(bench.format(&image));
    let mounted = bench.mount(&image).unwrap();
    let path = mounted.path().join("log");
    let remount = |how: &str| {
        let mut mount = Command::new("mount");
        mount.args(["-o", &format!("remount,{how}")]);
        assert!(mount.arg(mounted.path()).status().unwrap().success());
    };
    let mut acknowledged = Acknowledged::default();
    // Closed, and crashed: with something behind the last commit.
    for is_closed in [true, false] {
        let log = EventLog::open(options(&path)).unwrap();
        assert_eq!(acknowledged.fill(&log, 8), None);
        let crashed = mounted.path().join("crashed");
        if is_closed {
            log.close().unwrap();
        } else {
            copy(&path, &crashed);
            drop(log);
        }
        let path = if is_closed { &path } else { &crashed };
        remount("ro");
        let reader = LogReader::open(options(path)).unwrap();
        let verified = reader.verify(&mut |_, _| {}).unwrap();
        assert_eq!(verified.count, acknowledged.events());
        drop(reader);
        let said = in_words(&EventLog::open(options(path)).unwrap_err());
        assert!(said.contains("Read-only file system"), "{said}");
        remount("rw");
        let log = EventLog::open(options(path)).unwrap();
        acknowledged.check(&log);
        log.close().unwrap();
    }
}

/// sled has a small file system of its own, which fills up while it writes and flushes.
#[test]
fn a_full_disk_below_sled_alone_loses_nothing() {
    let mut ends = Vec::new();
    for room in [0u64, 300, 900] {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("log");
        let mut acknowledged = Acknowledged::default();
        let log = EventLog::open(options(&path)).unwrap();
        assert_eq!(acknowledged.fill(&log, 8), None);
        log.close().unwrap();
        let index = path.join("index");
        let aside = directory.path().join("aside");
        fs::rename(&index, &aside).unwrap();
        fs::create_dir(&index).unwrap();
        let bytes = fs::metadata(aside.join("db")).unwrap().len();
        let Some(small) = Small::mount(&index, (bytes >> 10) + 64 + room) else {
            println!("skipped: a file system in memory cannot be mounted here");
            return;
        };
        copy(&aside, &index);
        match EventLog::open(options(&path)) {
            Err(error) => ends.push(in_words(&error)),
            Ok(log) => {
                ends.extend(acknowledged.fill(&log, 600));
                drop(log);
            }
        }
        let reader = LogReader::open(options(&path)).unwrap();
        reader.verify(&mut |_, _| {}).unwrap();
        drop((reader, small));
        let log = EventLog::open(options(&path)).unwrap();
        acknowledged.check(&log);
        assert_eq!(acknowledged.fill(&log, 8), None);
        log.close().unwrap();
    }
    println!("{ends:#?}");
    assert!(ends.len() >= 2, "sled never ran out of room: {ends:?}");
}

/// A file system in memory of so many KiB.
struct Small(PathBuf);

impl Small {
    fn mount(at: &Path, kibibytes: u64) -> Option<Small> {
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", &format!("size={kibibytes}k"), "tmpfs"]);
        let done = mount.arg(at).output().is_ok_and(|it| it.status.success());
        done.then(|| Small(at.to_owned()))
    }
}

impl Drop for Small {
    fn drop(&mut self) {
        for _ in 0..500 {
            let mut unmount = Command::new("umount");
            let done = unmount.arg(&self.0).output();
            if done.is_ok_and(|it| it.status.success()) {
                return;
            }
            std::thread::park_timeout(std::time::Duration::from_millis(20));
        }
        panic!("{} stays mounted", self.0.display());
    }
}
