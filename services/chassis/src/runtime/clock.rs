//! The source of time and of new ids. Production code reads [`SystemClock`]; tests inject their own.

use std::fmt;

use onestop_proto::{ids::CommandId, time::Timestamp};
use uuid::Uuid;

/// Returns the time, and issues ids that sort by it.
pub trait Clock: fmt::Debug + Send + Sync {
    /// The current time, to the microsecond.
    fn now(&self) -> Timestamp;

    /// A new UUID of version 7.
    fn uuid(&self) -> Uuid;

    /// A new idempotency key.
    fn command(&self) -> CommandId {
        CommandId::from_uuid(self.uuid())
    }
}

/// The operating system's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

#[allow(
    clippy::disallowed_methods,
    reason = "every other caller goes through this clock"
)]
impl SystemClock {
    /// The current time, to the microsecond.
    pub fn now(self) -> Timestamp {
        let since_1970 = std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)
            // A clock before 1970 is a broken machine; 1970 is then as good as anything.
            .unwrap_or_default();
        Timestamp::from_micros(i64::try_from(since_1970.as_micros()).unwrap_or(i64::MAX))
    }

    /// A new UUID of version 7.
    pub fn uuid(self) -> Uuid {
        Uuid::now_v7()
    }

    /// A new idempotency key.
    pub fn command(self) -> CommandId {
        CommandId::from_uuid(self.uuid())
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        (*self).now()
    }

    fn uuid(&self) -> Uuid {
        (*self).uuid()
    }
}
