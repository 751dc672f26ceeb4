//! A clock for tests.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
    time::Duration,
};

use onestop_chassis::clock::Clock;
use onestop_proto::time::Timestamp;
use uuid::{Builder, Uuid};

/// A clock that only the test moves, with UUIDs that count up. Clones share the time.
#[derive(Debug, Clone)]
pub struct TestClock {
    micros: Arc<AtomicI64>,
    issued: Arc<AtomicU64>,
}

impl TestClock {
    /// A clock that shows `start`.
    pub fn starting_at(start: Timestamp) -> Self {
        Self {
            micros: Arc::new(AtomicI64::new(start.as_micros())),
            issued: Arc::default(),
        }
    }

    /// Moves the clock to `at`, forward or backward.
    pub fn set(&self, at: Timestamp) {
        self.micros.store(at.as_micros(), Ordering::Relaxed);
    }

    /// Moves the clock forward.
    pub fn advance(&self, by: Duration) {
        let micros = i64::try_from(by.as_micros()).unwrap_or(i64::MAX);
        self.micros.fetch_add(micros, Ordering::Relaxed);
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.micros.load(Ordering::Relaxed))
    }

    fn uuid(&self) -> Uuid {
        let millis = u64::try_from(self.now().as_micros() / 1_000).unwrap_or_default();
        let mut counter = [0; 10];
        let issued = self.issued.fetch_add(1, Ordering::Relaxed);
        counter[2..].copy_from_slice(&issued.to_be_bytes());
        Builder::from_unix_timestamp_millis(millis, &counter).into_uuid()
    }
}
