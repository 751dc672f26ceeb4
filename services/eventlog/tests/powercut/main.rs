//! The power goes, on real file systems: a process is stopped in the middle of its work, the device that
//! it writes to is copied as it is then, and the copy is mounted and opened. Everything that was
//! acknowledged must be there; the log must open and verify.
//!
//!     cargo test -p onestop-eventlog --test powercut -- --nocapture
//!     TESTS_CUTS=2000 cargo test -p onestop-eventlog --test powercut -- --nocapture
//!
//! Needs root and loop devices; says so where it has none. The table of the README is what it prints.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "helpers of tests are tests: clippy only knows functions marked #[test]"
)]

#[path = "../it/child.rs"]
#[allow(dead_code, reason = "shared with the other tests")]
mod child;
mod device;
mod disk;
#[path = "../it/fixture.rs"]
#[allow(dead_code, reason = "shared with the other tests")]
mod fixture;
mod simulate;
#[path = "../it/support.rs"]
#[allow(dead_code, reason = "shared with the other tests")]
mod support;
mod trace;

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use onestop_eventlog::{EventLog, Options};

use child::{Acknowledged, parse_acknowledgement};
use device::{Bench, Kind};
use support::{EPOCH, Random};

/// How many cuts altogether; `TESTS_CUTS` sets another number.
const CUTS: u64 = 160;
const WORKERS: u64 = 8;
/// A process that is not stopped by then is stopped at that moment.
const PATIENCE: Duration = Duration::from_secs(10);

/// What the process is doing when the power goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Work {
    /// Appends, seals and indexes, stopped at its calls one after the other.
    EverySync,
    /// The same, stopped at a random moment.
    AnyMoment,
    /// Has little to append, and closes.
    Closing,
    /// Opens a log that a killed process left.
    Recovering,
    /// Opens a log whose index is gone.
    Rebuilding,
    /// Opens a log of version 0.1.0.
    Migrating,
}

const WORKS: [Work; 6] = [
    Work::EverySync,
    Work::AnyMoment,
    Work::Closing,
    Work::Recovering,
    Work::Rebuilding,
    Work::Migrating,
];

impl Work {
    fn name(self) -> &'static str {
        match self {
            Work::EverySync => "each sync, rename and unlink under load",
            Work::AnyMoment => "random moments under load",
            Work::Closing => "close",
            Work::Recovering => "open after a crash",
            Work::Rebuilding => "rebuilding the index",
            Work::Migrating => "taking over a folder of 0.1.0",
        }
    }

    /// So many cuts of a hundred.
    fn share(self) -> u64 {
        match self {
            Work::EverySync => 35,
            Work::AnyMoment => 25,
            Work::Closing | Work::Recovering | Work::Rebuilding | Work::Migrating => 10,
        }
    }

    fn appends(self) -> u64 {
        match self {
            Work::EverySync | Work::AnyMoment => 100_000,
            Work::Closing | Work::Recovering | Work::Rebuilding | Work::Migrating => 6,
        }
    }
}

/// What was there after the cuts.
#[derive(Debug, Default)]
struct Row {
    cuts: u64,
    acknowledged: u64,
    failures: Vec<String>,
}

#[test]
fn nothing_acknowledged_is_lost_when_the_power_goes() {
    let cuts = std::env::var("TESTS_CUTS").ok();
    let cuts: u64 = cuts.and_then(|cuts| cuts.parse().ok()).unwrap_or(CUTS);
    let tools = tempfile::tempdir().unwrap();
    let Some(library) = build_library(tools.path()) else {
        println!("skipped: there is no C compiler");
        return;
    };
    let mut benches = Vec::new();
    for kind in [Kind::Ext4, Kind::Xfs] {
        match Bench::new(kind) {
            Ok(bench) => benches.push(bench),
            Err(why) => println!("skipped on {}: {why}", kind.name()),
        }
    }
    let mut random = Random::seeded();
    let per_bench = cuts.div_ceil(benches.len().max(1) as u64);
    // Side by side: a process that is stopped and a device that is copied leave the processor to the other.
    let table: BTreeMap<(Kind, Work), Row> = std::thread::scope(|scope| {
        let running: Vec<_> = benches
            .iter()
            .map(|bench| {
                let random = Random::from_seed(random.below(u64::MAX));
                let library = &library;
                scope.spawn(move || cut_all(bench, library, per_bench, random))
            })
            .collect();
        let rows = running.into_iter().map(|rows| rows.join().unwrap());
        rows.flatten().collect()
    });
    print(&table);
    let failures: Vec<&String> = table.values().flat_map(|row| &row.failures).collect();
    assert!(failures.is_empty(), "{failures:#?}");
}

/// Each kind of work on one file system.
fn cut_all(
    bench: &Bench,
    library: &Path,
    cuts: u64,
    mut random: Random,
) -> Vec<((Kind, Work), Row)> {
    let row = |work: Work| {
        let mut row = Row::default();
        let share = (cuts * work.share()).div_ceil(100);
        Trial::prepare(bench, work, library).run(share, &mut random, &mut row);
        ((bench.kind, work), row)
    };
    WORKS.into_iter().map(row).collect()
}

fn print(table: &BTreeMap<(Kind, Work), Row>) {
    println!(
        "| File system | Power goes in | Cuts | Acknowledged appends | Lost, refused or hanging |"
    );
    println!("|---|---|---|---|---|");
    for ((kind, work), row) in table {
        let (cuts, acknowledged, bad) = (row.cuts, row.acknowledged, row.failures.len());
        println!(
            "| {} | {} | {cuts} | {acknowledged} | {bad} |",
            kind.name(),
            work.name()
        );
    }
}

fn build_library(folder: &Path) -> Option<PathBuf> {
    let (source, library) = (folder.join("stop.c"), folder.join("stop.so"));
    fs::write(&source, include_str!("stop.c")).unwrap();
    let mut compiler = Command::new("cc");
    compiler.args(["-shared", "-fPIC", "-O1", "-o"]);
    let output = compiler.arg(&library).arg(&source).arg("-ldl").output();
    output
        .is_ok_and(|output| output.status.success())
        .then_some(library)
}

/// One kind of work on one kind of file system.
struct Trial<'a> {
    bench: &'a Bench,
    work: Work,
    library: &'a Path,
    /// The device before the work.
    base: PathBuf,
    before: Vec<Acknowledged>,
}

impl<'a> Trial<'a> {
    fn prepare(bench: &'a Bench, work: Work, library: &'a Path) -> Trial<'a> {
        let base = bench.image("base");
        assert!(bench.format(&base));
        let mut trial = Trial {
            bench,
            work,
            library,
            base,
            before: Vec::new(),
        };
        let mounted = bench.mount(&trial.base).unwrap();
        let log = mounted.path().join("log");
        if work == Work::Migrating {
            fixture::CRASHED.unpack(&log);
        } else {
            // Some history: segments, an index of several tables.
            let appends = if work == Work::Rebuilding { 400 } else { 60 };
            let mut child = trial.command(&log, appends, None).spawn().unwrap();
            let lines = BufReader::new(child.stdout.take().unwrap()).lines();
            let mut lines: Vec<String> = lines.map(Result::unwrap).collect();
            assert!(child.wait().unwrap().success());
            if work == Work::Recovering {
                lines.extend(trial.kill_at_work(&log));
            }
            let acknowledged = lines.iter().filter_map(|line| parse_acknowledgement(line));
            trial.before = acknowledged.collect();
            if work == Work::Rebuilding {
                fs::remove_dir_all(log.join("index")).unwrap();
            }
        }
        drop(mounted);
        trial
    }

    /// Leaves the log as a killed process does.
    fn kill_at_work(&self, log: &Path) -> Vec<String> {
        let mut child = self.command(log, 100_000, None).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut seen = Vec::new();
        for line in lines {
            seen.push(line.unwrap());
            if seen.len() == 900 {
                child.kill().unwrap();
            }
        }
        child.wait().unwrap();
        seen
    }

    fn command(&self, log: &Path, appends: u64, stop_at: Option<u64>) -> Command {
        let mut command = child::command(&[], log, WORKERS, appends);
        command
            .env(child::WAL_BYTES, "65536")
            .env(child::INDEX_TAIL, "300")
            .env("LD_PRELOAD", self.library)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .stdin(Stdio::null());
        if let Some(at) = stop_at {
            command.env("STOP_AT", at.to_string());
        }
        command
    }

    fn run(&self, cuts: u64, random: &mut Random, row: &mut Row) {
        // Calls are tried one after the other; with a stride where there are many.
        let mut call = 0;
        for cut in 0..cuts {
            let (at, delay) = match self.work {
                Work::AnyMoment => (None, Duration::from_millis(30 + random.below(700))),
                Work::EverySync
                | Work::Closing
                | Work::Recovering
                | Work::Rebuilding
                | Work::Migrating => (Some(call), PATIENCE),
            };
            let outcome = self.cut(at, delay);
            match outcome {
                Cut::Ended => call = random.below(3),
                Cut::Done { .. } => call += 1 + random.below(2) * (cut % 3),
            }
            if let Cut::Done {
                acknowledged,
                verdict,
            } = outcome
            {
                row.cuts += 1;
                row.acknowledged += acknowledged;
                if let Err(why) = verdict {
                    let work = self.work.name();
                    row.failures.push(format!(
                        "{} {work}, call {at:?}: {why}",
                        self.bench.kind.name()
                    ));
                }
            }
        }
    }

    fn cut(&self, at: Option<u64>, delay: Duration) -> Cut {
        let running = self.bench.copy(&self.base);
        let mounted = self.bench.mount(&running).unwrap();
        let log = mounted.path().join("log");
        let mut child = self.command(&log, self.work.appends(), at).spawn().unwrap();
        let output = child.stdout.take().unwrap();
        let reader = std::thread::spawn(move || {
            let lines = BufReader::new(output).lines().map_while(Result::ok);
            let acknowledged = lines.filter_map(|line| parse_acknowledgement(&line));
            acknowledged.collect::<Vec<_>>()
        });
        let is_stopped = wait_until_stopped(&mut child, delay);
        let cut = is_stopped.then(|| self.bench.copy(&running));
        let _ = child.kill();
        child.wait().unwrap();
        let mut all = reader.join().unwrap();
        drop(mounted);
        let Some(cut) = cut else {
            return Cut::Ended;
        };
        all.extend_from_slice(&self.before);
        let acknowledged = all.len() as u64;
        let verdict = self.look(&cut, all).map_err(|why| {
            let kept = device::keep(&cut);
            format!("{why}; the device: {}", kept.display())
        });
        Cut::Done {
            acknowledged,
            verdict,
        }
    }

    /// Opens the log on a device as the cut has left it.
    fn look(&self, image: &Path, all: Vec<Acknowledged>) -> Result<(), String> {
        let mounted = self
            .bench
            .mount(image)
            .ok_or("the file system does not mount")?;
        let path = mounted.path().join("log");
        let least = match self.work {
            Work::Migrating => fixture::CRASHED.count,
            Work::EverySync
            | Work::AnyMoment
            | Work::Closing
            | Work::Recovering
            | Work::Rebuilding => 0,
        };
        let (sender, receiver) = mpsc::channel();
        std::thread::spawn(move || {
            let verdict = std::panic::catch_unwind(|| open_and_check(&path, &all, least));
            let verdict = verdict.unwrap_or_else(|panic| {
                let text = panic.downcast_ref::<String>().cloned();
                Err(text.unwrap_or_else(|| "it panicked".to_owned()))
            });
            sender.send(verdict)
        });
        let verdict = receiver.recv_timeout(Duration::from_secs(90));
        verdict.unwrap_or_else(|_| Err("it hangs".to_owned()))
    }
}

enum Cut {
    /// The work was over before the call.
    Ended,
    Done {
        acknowledged: u64,
        verdict: Result<(), String>,
    },
}

/// Opens a log after a cut: it must have at least so many records, and all that was acknowledged.
fn open_and_check(path: &Path, all: &[Acknowledged], least: u64) -> Result<(), String> {
    let options = || Options {
        ahead_bytes: 64 << 10,
        index_tail: 300,
        ..Options::new(path, EPOCH)
    };
    let chain = |error: &dyn std::error::Error| {
        let mut text = error.to_string();
        let mut cause = error.source();
        while let Some(next) = cause {
            text += &format!(": {next}");
            cause = next.source();
        }
        text
    };
    // Twice: what the first open has written is there as well.
    for _ in 0..2 {
        let log =
            EventLog::open(options()).map_err(|error| format!("refused: {}", chain(&error)))?;
        let log_count = log.head().count;
        if log_count < least {
            return Err(format!("lost: {log_count} of {least}"));
        }
        for acknowledged in all {
            let ids = child::ids(acknowledged.worker, acknowledged.number);
            for (id, position) in ids.into_iter().zip(acknowledged.first..) {
                if log.find(id).ok() != Some(Some(position)) {
                    return Err(format!("lost: {acknowledged:?} of {log_count}"));
                }
            }
        }
        let verified = log.verify(&mut |_, _| {});
        verified.map_err(|error| format!("does not verify: {}", chain(&error)))?;
        log.close()
            .map_err(|error| format!("close: {}", chain(&error)))?;
    }
    Ok(())
}

/// Stops the process itself if nothing else has done so after `limit`. False if it has ended.
fn wait_until_stopped(child: &mut Child, limit: Duration) -> bool {
    let began = Instant::now();
    loop {
        match process_state(child.id()) {
            ProcessState::Stopped => return true,
            ProcessState::Ended => return false,
            ProcessState::Runs if began.elapsed() > limit => {
                let id = child.id().to_string();
                let stopped = Command::new("kill").args(["-STOP", &id]).status();
                if !stopped.is_ok_and(|status| status.success()) {
                    return false;
                }
            }
            ProcessState::Runs => {}
        }
        std::thread::park_timeout(Duration::from_millis(2));
    }
}

/// What a process does.
enum ProcessState {
    Runs,
    /// Every thread is stopped, and none is in a system call.
    Stopped,
    Ended,
}

/// What the kernel says of the threads of a process: one that is in a system call stops behind it.
fn process_state(id: u32) -> ProcessState {
    let threads = fs::read_dir(format!("/proc/{id}/task"));
    let threads = threads.into_iter().flatten().flatten();
    let states = threads.filter_map(|thread| {
        let stat = fs::read_to_string(thread.path().join("stat")).ok()?;
        stat.rsplit_once(") ")?.1.chars().next()
    });
    let alive: Vec<char> = states.filter(|state| !matches!(state, 'Z' | 'X')).collect();
    if alive.is_empty() {
        ProcessState::Ended
    } else if alive.iter().all(|state| matches!(state, 'T' | 't')) {
        ProcessState::Stopped
    } else {
        ProcessState::Runs
    }
}
