//! What the tests share: short ways to say stream, event, log.

use std::future::Future;
use std::path::Path;
use std::time::Duration;

use onestop_eventlog::{
    Append, Direction, EventLog, ExpectedRevision, Hash, NewEvent, Options, Record, StreamName,
};
use uuid::Uuid;

pub(crate) const EPOCH: Uuid = Uuid::from_u128(0xe0);

pub(crate) fn open(path: &Path) -> EventLog {
    EventLog::open(Options::new(path, EPOCH)).unwrap()
}

pub(crate) fn stream(name: &str) -> StreamName {
    StreamName::new(name).unwrap()
}

pub(crate) fn event(id: u128, payload: &str) -> NewEvent {
    NewEvent::new(Uuid::from_u128(id), payload.to_owned())
}

/// An append of one event whose payload is its id.
pub(crate) fn one(name: &str, expected: ExpectedRevision, id: u128) -> Append {
    Append::to(stream(name), expected, [event(id, &id.to_string())])
}

pub(crate) fn everything(log: &EventLog) -> Vec<Record> {
    log.read_all(0, Direction::Forward, usize::MAX).unwrap()
}

/// Text that hardly compresses, 64 bytes for each part: it fills the file that is to be damaged.
pub(crate) fn noise(id: u128, parts: u8) -> String {
    let part = |number: u8| Hash::of_payload(&[&id.to_be_bytes()[..], &[number]].concat());
    (0..parts).map(|number| part(number).to_string()).collect()
}

/// Runs to the end, or fails after a minute: nothing here may wait for ever.
pub(crate) fn run<T>(future: impl Future<Output = T>) -> T {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    let runtime = builder.enable_time().build().unwrap();
    runtime.block_on(async {
        let limit = Duration::from_secs(60);
        tokio::time::timeout(limit, future)
            .await
            .expect("still not done after a minute")
    })
}

/// Appends events `ids` to `name`, one commit each.
pub(crate) fn fill(log: &EventLog, name: &str, ids: std::ops::Range<u128>) {
    for id in ids {
        run(log.append(one(name, ExpectedRevision::Any, id))).unwrap();
    }
}

/// Copies a folder with all that is in it. Of a log that is open, a file may be renamed between the look and the copy: such a
/// copy is no moment of the folder and is made again.
pub(crate) fn copy(from: &Path, to: &Path) {
    while let Err(error) = copied(from, to) {
        assert_eq!(error.kind(), std::io::ErrorKind::NotFound, "{error}");
        std::fs::remove_dir_all(to).unwrap();
    }
}

fn copied(from: &Path, to: &Path) -> std::io::Result<()> {
    assert!(from.is_dir(), "{} is no folder", from.display());
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            copied(&entry.path(), &to.join(entry.file_name()))?;
        } else {
            std::fs::copy(entry.path(), to.join(entry.file_name()))?;
        }
    }
    Ok(())
}

/// Small and seedable: xorshift64*, for tests that print their seed.
pub(crate) struct Random(u64);

impl Random {
    /// The seed is `TESTS_SEED` or a fixed one; it is printed, so that a failure can be repeated.
    pub(crate) fn seeded() -> Random {
        let seed = std::env::var("TESTS_SEED")
            .ok()
            .and_then(|seed| seed.parse().ok());
        let seed = seed.unwrap_or(u64::from(std::process::id()) << 20 | 1);
        println!("repeat with TESTS_SEED={seed}");
        Random::from_seed(seed)
    }

    pub(crate) fn from_seed(seed: u64) -> Random {
        Random(seed.max(1))
    }

    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 32) % limit.max(1)
    }
}
