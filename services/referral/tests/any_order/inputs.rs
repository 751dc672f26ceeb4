//! What a case is driven by: commands and triggers.

use onestop_proto::{command::CommandType, referral::Command};
use onestop_referral::domain::Trigger;

/// The triggers, by the names that the diagram has for them.
pub(crate) const TRIGGERS: [&str; 4] = [
    "intake.referral-requested",
    "intake.closed",
    "concluded",
    "time",
];

/// A command or a trigger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Input {
    Command(Command),
    Trigger(Trigger),
}

impl Input {
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Command(command) => command.name(),
            Self::Trigger(trigger) => match trigger {
                Trigger::CaseOpened { .. } => "intake.opened",
                Trigger::ReferralRequested(_) => "intake.referral-requested",
                Trigger::CaseEnded => "intake.closed",
                Trigger::WorkConcluded { .. } => "concluded",
                Trigger::PeopleEngaged { .. } => "engaged",
                Trigger::ApplicantsCorrected(_) => "intake.corrected",
                Trigger::UrgencyChanged(_) => "intake.marked-urgent",
                Trigger::CorrectionOrdered { .. } => "correction-ordered",
                Trigger::TimerFired => "time",
            },
        }
    }
}
