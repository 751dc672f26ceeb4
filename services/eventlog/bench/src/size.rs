//! The long run: millions of events in many cases, then everything that grows with a log.
//!
//! Every part runs in a process of its own: one appends and is killed in the middle of appending,
//! one opens what it left, one reads histories, one reads everything back.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc::sync_channel;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use onestop_eventlog::{Append, Direction, EventLog, Options, Progress, StreamName};
use uuid::Uuid;

use crate::events::{self, EVENTS_IN_A_CASE, Source};
use crate::peers::{Ours, Peer};

const COMMIT: usize = 200;
const OPEN_CASES: usize = 20_000;
const WARM_READS: usize = 2_000;
const COLD_READS: usize = 200;

pub fn print(directory: &Path, count: u64) -> Result<()> {
    let fresh = tempfile::tempdir_in(directory)?;
    let path = fresh.path();
    println!("{count} events, {COMMIT} a commit, {OPEN_CASES} cases open at a time");
    println!();
    append_and_kill(path, count)?;
    for part in ["open", "history", "cold", "read", "lost"] {
        let status = child_command(part, path, count)?.status()?;
        if !status.success() {
            bail!("{part} failed");
        }
    }
    println!();
    Ok(())
}

fn child_command(part: &str, path: &Path, count: u64) -> Result<Command> {
    let mut command = Command::new(std::env::current_exe()?);
    command
        .args(["child", part])
        .arg(path)
        .arg(count.to_string());
    Ok(command)
}

/// The appending child goes on until it is killed, so that the kill hits it at work.
fn append_and_kill(path: &Path, count: u64) -> Result<()> {
    let mut command = child_command("append", path, count)?;
    let mut child = command.stdout(Stdio::piped()).spawn()?;
    let output = child.stdout.take().context("no output")?;
    for line in BufReader::new(output).lines() {
        let line = line?;
        if line == "done" {
            break;
        }
        println!("{line}");
    }
    child.kill()?;
    child.wait()?;
    Ok(())
}

pub fn child(mut words: impl Iterator<Item = String>) -> Result<()> {
    let part = words.next().context("part")?;
    let directory = words.next().context("directory")?;
    let path = Path::new(&directory);
    let count: u64 = words.next().context("count")?.parse()?;
    match part.as_str() {
        "append" => append(path, count),
        "open" => open(path),
        "history" => history(path),
        "cold" => cold(path),
        "read" => read(path),
        "lost" => lost(path),
        other => bail!("no part {other}"),
    }
}

fn append(path: &Path, count: u64) -> Result<()> {
    let mut ours = Ours::open(path)?;
    let (sender, commits) = sync_channel::<(Append, u64)>(8);
    let cases = path.join("cases");
    std::thread::spawn(move || {
        let mut source = Source::new(OPEN_CASES);
        let mut made = 0;
        loop {
            let events = source.commit(COMMIT);
            let json: u64 = events.iter().map(|event| event.json.len() as u64).sum();
            made += events.len() as u64;
            if made == count {
                let names: Vec<_> = source.finished.iter().map(Uuid::to_string).collect();
                let _ = fs::write(&cases, names.join("\n"));
            }
            if sender.send((Ours::prepare(events), json)).is_err() {
                return;
            }
        }
    });

    let window = 1_000_000.min(count / 2);
    let (mut appended, mut json) = (0u64, 0u64);
    let (mut rates, mut most) = (Vec::new(), 0);
    let mut begun = Instant::now();
    while appended < count {
        let (commit, bytes) = commits.recv()?;
        ours.append(commit)?;
        appended += COMMIT as u64;
        json += bytes;
        if appended.is_multiple_of(10_000) {
            most = most.max(resident()?);
        }
        if appended.is_multiple_of(window) {
            rates.push(window as f64 / begun.elapsed().as_secs_f64());
            begun = Instant::now();
        }
    }
    let disk = bytes_in(&path.join("ours"))?;
    let (first, last) = (rates[0], rates[rates.len() - 1]);
    let slowest = rates.iter().copied().fold(f64::INFINITY, f64::min);
    println!("| measure | |");
    println!("|---|---|");
    println!("| first {window} | {first:.0} events/s |");
    println!(
        "| last {window} | {last:.0} events/s ({:.2} of the first; slowest {slowest:.0}) |",
        last / first
    );
    println!("| most resident memory, sampled | {} MiB |", most >> 20);
    println!(
        "| on disk | {:.2} GB, {:.3} bytes for each byte of JSON |",
        disk as f64 / 1e9,
        disk as f64 / json as f64
    );
    println!("done");
    std::io::stdout().flush()?;
    loop {
        ours.append(commits.recv()?.0)?;
    }
}

fn open(path: &Path) -> Result<()> {
    let mut events = Source::with_seed(1, 999);
    let start = Instant::now();
    let mut ours = Ours::open(path)?;
    let opened = start.elapsed();
    ours.append(Ours::prepare(events.commit(1)))?;
    let appended = start.elapsed();
    println!(
        "| open after SIGKILL | {:.2} s, first append durable after {:.2} s |",
        opened.as_secs_f64(),
        appended.as_secs_f64()
    );
    Ok(())
}

fn just_open(path: &Path) -> Result<EventLog> {
    let options = Options::new(path.join("ours"), Uuid::from_u128(7));
    Ok(EventLog::open(options)?)
}

fn cases(path: &Path) -> Result<Vec<StreamName>> {
    let text = fs::read_to_string(path.join("cases"))?;
    let mut names = Vec::new();
    for line in text.lines() {
        names.push(StreamName::new(&events::stream(line.parse()?))?);
    }
    fastrand::Rng::with_seed(3).shuffle(&mut names);
    Ok(names)
}

/// Reads one case from beginning to end.
fn time_history(log: &EventLog, case: &StreamName) -> Result<Duration> {
    let start = Instant::now();
    let records = log.read_stream(case, 0, Direction::Forward, usize::MAX)?;
    let took = start.elapsed();
    if records.len() as u64 != EVENTS_IN_A_CASE {
        bail!("{case} has {} events", records.len());
    }
    Ok(took)
}

/// Other cases than those timed are read first; the file is in the system's page cache as far as it
/// fits, the case itself in none of the log's own caches.
fn history(path: &Path) -> Result<()> {
    let log = just_open(path)?;
    let cases = cases(path)?;
    let warm = cases.len().min(WARM_READS) / 2;
    for case in &cases[..warm] {
        time_history(&log, case)?;
    }
    let timed = cases[warm..].iter().take(WARM_READS);
    let took: Result<Vec<_>> = timed.clone().map(|case| time_history(&log, case)).collect();
    print_percentiles("history of a case, another one each time, warm", took?);
    let again = timed.map(|case| {
        time_history(&log, case)?;
        time_history(&log, case)
    });
    let took: Result<Vec<_>> = again.collect();
    print_percentiles("history of a case that was just read", took?);
    Ok(())
}

/// Nothing of the log's file is in the system's page cache when a read begins.
fn cold(path: &Path) -> Result<()> {
    let log = just_open(path)?;
    let mut took = Vec::new();
    for case in cases(path)?.iter().rev().take(COLD_READS) {
        for folder in ["segments", "wal", "index"] {
            forget(&path.join("ours").join(folder))?;
        }
        took.push(time_history(&log, case)?);
    }
    print_percentiles("history of a case, cold", took);
    Ok(())
}

/// Drops what the system's page cache has of the files in a folder.
fn forget(folder: &Path) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_file() {
            let file = fs::File::open(path)?;
            file.sync_all()?;
            rustix::fs::fadvise(&file, 0, None, rustix::fs::Advice::DontNeed)?;
        }
    }
    Ok(())
}

fn print_percentiles(name: &str, mut took: Vec<Duration>) {
    took.sort();
    let at = |part: f64| {
        took[((took.len() as f64 * part) as usize).min(took.len() - 1)].as_secs_f64() * 1e3
    };
    println!(
        "| {name} | p50 {:.2} ms, p99 {:.2} ms ({} reads) |",
        at(0.5),
        at(0.99),
        took.len()
    );
}

fn read(path: &Path) -> Result<()> {
    let log = just_open(path)?;
    let start = Instant::now();
    let (mut next, mut bytes) = (0, 0);
    loop {
        let records = log.read_all(next, Direction::Forward, 5_000)?;
        let Some(last) = records.last() else {
            break;
        };
        next = last.position + 1;
        bytes += records
            .iter()
            .map(|record| record.payload.len())
            .sum::<usize>();
    }
    let took = start.elapsed().as_secs_f64();
    println!(
        "| read back, decoded and verified | {:.0} events/s, {:.0} MB/s |",
        next as f64 / took,
        bytes as f64 / 1e6 / took
    );
    println!(
        "| resident memory after reading everything | {} MiB |",
        resident()? >> 20
    );
    Ok(())
}

/// sled's files are gone: how soon the log takes appends again, what it answers meanwhile, and how soon
/// the index is whole.
fn lost(path: &Path) -> Result<()> {
    fs::remove_dir_all(path.join("ours/index"))?;
    let cases = cases(path)?;
    let (sender, told) = std::sync::mpsc::channel();
    let options = Options {
        progress: Some(Progress::new(move |done, all| {
            let _ = sender.send((done, all));
        })),
        ..Options::new(path.join("ours"), Uuid::from_u128(7))
    };
    let start = Instant::now();
    let log = EventLog::open(options)?;
    let opened = start.elapsed();
    let mut ours = Ours::with(log)?;
    let mut events = Source::with_seed(1, 998);
    ours.append(Ours::prepare(events.commit(1)))?;
    println!(
        "| index lost: open | {:.2} s, first append durable after {:.2} s |",
        opened.as_secs_f64(),
        start.elapsed().as_secs_f64()
    );
    let mut took = Vec::new();
    for case in &cases[..cases.len().min(20)] {
        took.push(time_history(&ours.log, case)?);
    }
    print_percentiles("index lost: history of a case meanwhile", took);
    while told.recv().is_ok_and(|(done, all)| done < all) {}
    println!(
        "| index lost: whole again after | {:.1} s |",
        start.elapsed().as_secs_f64()
    );
    Ok(())
}

fn bytes_in(directory: &Path) -> Result<u64> {
    use std::os::unix::fs::MetadataExt;
    let mut bytes = 0;
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        let metadata = entry.metadata()?;
        bytes += if metadata.is_dir() {
            bytes_in(&entry.path())?
        } else {
            metadata.blocks() * 512
        };
    }
    Ok(bytes)
}

/// Resident memory of this process, in bytes.
fn resident() -> Result<u64> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:"));
    let kibibytes = line.and_then(|line| line.split_whitespace().nth(1));
    Ok(kibibytes.context("no VmRSS")?.parse::<u64>()? << 10)
}
