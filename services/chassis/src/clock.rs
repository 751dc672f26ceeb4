//! The one place where time and randomness come in.

use onestop_proto::{ids::CommandId, time::Timestamp};
use uuid::Uuid;

/// The system's clock, and ids that sort by it.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

#[allow(
    clippy::disallowed_methods,
    reason = "this is where the others are sent"
)]
impl SystemClock {
    /// Now, to the microsecond.
    #[must_use]
    pub fn now(self) -> Timestamp {
        let since_1970 = std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)
            // A clock before 1970 is a broken machine; 1970 is then as good as anything.
            .unwrap_or_default();
        Timestamp::from_micros(i64::try_from(since_1970.as_micros()).unwrap_or(i64::MAX))
    }

    /// A new UUID of version 7.
    #[must_use]
    pub fn uuid(self) -> Uuid {
        Uuid::now_v7()
    }

    /// A new idempotency key.
    #[must_use]
    pub fn command(self) -> CommandId {
        CommandId::from_uuid(self.uuid())
    }
}
