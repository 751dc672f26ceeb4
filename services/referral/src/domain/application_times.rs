//! When an application was made and received, and how it ended.

use onestop_proto::{
    ids::{HandoffId, ServiceItem},
    referral::{FormerApplication, Resumption},
    time::Timestamp,
};

pub use onestop_proto::referral::ApplicationEnd;

const MICROS_A_SECOND: i64 = 1_000_000;

/// When an application was made at its window, and first received by an agency's system. They stay through every offer that
/// is ignored, declined or taken back, and every return: statutory clocks count from them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ApplicationTimes {
    pub requested_at: Option<Timestamp>,
    pub received_at: Option<Timestamp>,
}

impl ApplicationTimes {
    /// The same, so many seconds later.
    fn later(self, seconds: i64) -> Self {
        let later = |at: Timestamp| at.plus_seconds(seconds);
        Self {
            requested_at: self.requested_at.map(later),
            received_at: self.received_at.map(later),
        }
    }
}

/// An application that is not decided on: for another item than the present one, once another is referred.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetAside {
    pub item: ServiceItem,
    pub times: ApplicationTimes,
}

/// An application that is over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndedApplication {
    pub item: ServiceItem,
    pub times: ApplicationTimes,
    pub how: ApplicationEnd,
    pub at: Timestamp,
    /// The handoff of the unit that had it.
    pub handoff: Option<HandoffId>,
}

impl EndedApplication {
    /// The times with which it goes on: a withdrawal that is taken back has not been, but for the days on which nothing could be
    /// done; what was closed by mistake was never closed, unless it had been decided on.
    pub(super) fn resumed(
        &self,
        why: Resumption,
        again_at: Option<Timestamp>,
    ) -> Option<ApplicationTimes> {
        match (why, self.how) {
            (Resumption::WithdrawalTakenBack, _) => {
                let micros = again_at.map_or(0, |again| again.as_micros() - self.at.as_micros());
                Some(self.times.later(micros.max(0) / MICROS_A_SECOND))
            }
            (Resumption::ClosedByMistake, ApplicationEnd::Left) => Some(self.times),
            (Resumption::ClosedByMistake, ApplicationEnd::Decided) => None,
        }
    }
}

impl From<&EndedApplication> for FormerApplication {
    fn from(ended: &EndedApplication) -> Self {
        Self {
            handoff: ended.handoff,
            received_at: ended.times.received_at,
            end: ended.how,
            ended_at: ended.at,
        }
    }
}
