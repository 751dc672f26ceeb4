//! A follower in a process of its own, which is killed at random moments, over a line that is cut and
//! falsified at random places.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;

use onestop_eventlog::{Change, EventLog, FollowPosition, Follower};

use crate::following::{check_is_beginning, check_is_whole, following, leading, write};
use crate::support::{Random, everything};

/// How often; `TESTS_KILLS` sets another number.
const KILLS: u64 = 60;
const PATH: &str = "TESTS_EVENTLOG_FOLLOWER";
const SOCKET: &str = "TESTS_EVENTLOG_FOLLOWER_SOCKET";
/// The leader has no more.
const END: u32 = u32::MAX;

fn send(to: &mut impl Write, bytes: &[u8]) -> io::Result<()> {
    to.write_all(&(bytes.len() as u32).to_be_bytes())?;
    to.write_all(bytes)
}

/// `None` at the end.
fn receive(from: &mut impl Read) -> io::Result<Option<Vec<u8>>> {
    let mut length = [0; 4];
    from.read_exact(&mut length)?;
    let length = u32::from_be_bytes(length);
    if length == END {
        return Ok(None);
    }
    let mut bytes = vec![0; length as usize];
    from.read_exact(&mut bytes)?;
    Ok(Some(bytes))
}

/// The child: asks, applies, says so; asks again when the line is cut.
#[test]
fn child() {
    let Ok(path) = std::env::var(PATH) else {
        return;
    };
    let socket = PathBuf::from(std::env::var(SOCKET).unwrap());
    println!("\nopening");
    let mut follower = Follower::open(following(Path::new(&path))).unwrap();
    while !pull(&mut follower, &socket).unwrap_or(false) {}
    println!("\ncaught up");
}

/// One connection; true when the leader has no more.
fn pull(follower: &mut Follower, socket: &Path) -> io::Result<bool> {
    let mut line = UnixStream::connect(socket)?;
    loop {
        send(&mut line, &follower.position().to_bytes())?;
        let Some(count) = receive(&mut line)? else {
            return Ok(true);
        };
        // Also when there is nothing new: the parent counts the lines and must not wait for ever.
        println!("\nasked");
        for _ in 0..count[0] {
            let Some(bytes) = receive(&mut line)? else {
                return Ok(true);
            };
            // What was falsified is asked for again.
            let change = Change::from_bytes(bytes).map_err(io::Error::other)?;
            follower.apply(&change).unwrap();
            println!("\napplied");
        }
    }
}

/// What the leader's side of the line knows.
struct Serving {
    log: EventLog,
    is_written: AtomicBool,
    /// Seeds the faults of each connection.
    seed: AtomicU64,
    cuts: AtomicU64,
}

/// Answers one connection. One answer of a few is cut or falsified somewhere.
fn serve(mut line: UnixStream, serving: &Serving) -> io::Result<()> {
    let mut random = Random::from_seed(serving.seed.fetch_add(7_919, Ordering::Relaxed));
    while let Some(position) = receive(&mut line)? {
        let position = FollowPosition::from_bytes(&position).unwrap();
        let is_written = serving.is_written.load(Ordering::SeqCst);
        let changes = serving.log.changes_since(&position, 20_000).unwrap();
        let changes = &changes[..changes.len().min(200)];
        if changes.is_empty() && is_written {
            return line.write_all(&END.to_be_bytes());
        }
        let mut answer = Vec::new();
        send(&mut answer, &[changes.len() as u8])?;
        for change in changes {
            send(&mut answer, change.as_bytes())?;
        }
        let at = random.below(answer.len() as u64) as usize;
        match random.below(12) {
            0 => {
                serving.cuts.fetch_add(1, Ordering::Relaxed);
                return line.write_all(&answer[..at]);
            }
            // Lengths are left alone: a wrong one only makes the child wait.
            1 if changes.len() == 1 && at > 9 => {
                serving.cuts.fetch_add(1, Ordering::Relaxed);
                answer[at] ^= 1 << random.below(8);
                line.write_all(&answer)?;
            }
            _ => line.write_all(&answer)?,
        }
    }
    Ok(())
}

/// Runs a child until it has said `lines` things, then kills it; true if it had caught up before.
fn kill_after(path: &Path, socket: &Path, lines: u64) -> bool {
    let mut process = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "following_killed::child", "--nocapture"])
        .env(PATH, path)
        .env(SOCKET, socket)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = 0;
    let mut is_caught_up = false;
    for line in BufReader::new(process.stdout.take().unwrap()).lines() {
        let line = line.unwrap();
        said += u64::from(["opening", "asked", "applied"].contains(&&line[..]));
        is_caught_up |= line == "caught up";
        if said > lines {
            // It may have ended by itself.
            let _ = process.kill();
        }
    }
    let status = process.wait().unwrap();
    assert!(
        said > lines || (is_caught_up && status.success()),
        "the child failed: {status}"
    );
    is_caught_up
}

#[test]
fn a_follower_killed_and_cut_anywhere_is_a_beginning_and_catches_up() {
    let mut random = Random::seeded();
    let directory = tempfile::tempdir().unwrap();
    let from = directory.path().join("leader");
    let to = directory.path().join("copy");
    let socket = directory.path().join("line");
    let listener = UnixListener::bind(&socket).unwrap();
    let serving = Arc::new(Serving {
        log: EventLog::open(leading(&from)).unwrap(),
        is_written: AtomicBool::new(false),
        seed: AtomicU64::new(random.below(u64::from(u32::MAX))),
        cuts: AtomicU64::new(0),
    });
    thread::spawn({
        let serving = Arc::clone(&serving);
        move || {
            for line in listener.incoming() {
                let serving = Arc::clone(&serving);
                // A killed child breaks its line.
                thread::spawn(move || serve(line.unwrap(), &serving).ok());
            }
        }
    });
    let kills = std::env::var("TESTS_KILLS").ok();
    let kills = kills.and_then(|kills| kills.parse().ok()).unwrap_or(KILLS);
    let mut written = 0;
    for kill in 0..kills {
        let more = random.below(60);
        let writer = thread::spawn({
            let serving = Arc::clone(&serving);
            move || write(&serving.log, written..written + more)
        });
        written += more;
        kill_after(&to, &socket, random.below(50));
        writer.join().unwrap();
        if kill % 3 == 0 {
            let follower = Follower::open(following(&to)).unwrap();
            check_is_beginning(&follower, &everything(&serving.log));
        }
    }
    serving.is_written.store(true, Ordering::SeqCst);
    assert!(kill_after(&to, &socket, u64::MAX), "it catches up");
    let cuts = serving.cuts.load(Ordering::Relaxed);
    println!("{kills} kills, {cuts} cuts, {written} appends");
    assert!(cuts > 0);
    let follower = Follower::open(following(&to)).unwrap();
    check_is_beginning(&follower, &everything(&serving.log));
    check_is_whole(serving.log.clone(), &from, follower);
}
