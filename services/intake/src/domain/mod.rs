//! The rules of a case. Pure: no I/O, no clock, no randomness; what they need comes in with the
//! command's [`Context`].

mod applicant;
mod available;
mod capacity;
mod commands;
mod credit_code;
mod field_problem;
mod identity_number;
mod offering;
mod redo_clock;
mod state;
#[cfg(test)]
pub(crate) mod test_support;
mod trigger;
mod visibility;

use onestop_directory::Directory;
use onestop_proto::{
    actor::Actor,
    case::{Ciphertext, Rejection},
    clock::{Limit, Step},
    division::DivisionCode,
    ids::CaseNumber,
    time::Timestamp,
};

pub(crate) use self::{
    available::{available, offered},
    commands::{ErasureContext, RetentionStarts, begins_like, decide, decide_erasure},
    identity_number::check_character,
    redo_clock::{announcements, next_moment},
    state::{Case, Rating, Standing, address, evolve},
    trigger::{Trigger, react},
    visibility::{may_hear_of, may_know, may_open, may_see_readings},
};

/// What a decision rests on besides the case itself.
pub(crate) struct Context<'a> {
    pub(crate) now: Timestamp,
    /// When it happened, if that was earlier.
    pub(crate) occurred_at: Option<Timestamp>,
    /// When the latest act on the case happened; what is entered afterwards is not before it.
    pub(crate) latest_act: Option<Timestamp>,
    pub(crate) actor: &'a Actor,
    pub(crate) directory: &'a Directory,
    /// The number that the site gives the case that is opened; none in a dry run.
    pub(crate) number: Option<&'a CaseNumber>,
    /// The personal part of the command, sealed.
    pub(crate) sealed: &'a Ciphertext,
    /// The query code of the case that is opened, sealed.
    pub(crate) query_code: Option<&'a Ciphertext>,
    pub(crate) reference: &'a Reference,
}

impl Context<'_> {
    /// When it happened: what clocks and limits count from.
    fn happened_at(&self) -> Timestamp {
        self.occurred_at.unwrap_or(self.now)
    }

    /// Refuses a moment in the future, before what it rests on, or so early that paper of that day is no longer entered.
    fn check_time(&self, window: DivisionCode) -> Result<(), Rejection> {
        let Some(occurred) = self.occurred_at else {
            return Ok(());
        };
        let now = self.now;
        if occurred > now {
            return Err(Rejection::ImpossibleTime { occurred, now });
        }
        if let Some(earlier) = self.latest_act.filter(|earlier| occurred < *earlier) {
            return Err(Rejection::BeforeBasis { occurred, earlier });
        }
        let limit = late_entry(self.directory, window, now);
        let Some(limit) = limit else { return Ok(()) };
        let due = self.directory.due(&limit, occurred);
        if now >= due.at {
            let (day, basis) = (due.day.to_string(), limit.basis);
            return Err(Rejection::EnteredTooLate {
                occurred,
                day,
                basis,
            });
        }
        Ok(())
    }
}

/// How late paper can be entered at a window.
fn late_entry(directory: &Directory, window: DivisionCode, now: Timestamp) -> Option<Limit> {
    let step: Step = "intake.late-entry".parse().ok()?;
    directory.limit(&step, window, now.china_date())
}

/// When an act counts for what is kept: when it happened, or, if it was entered later than paper may be, when it was
/// recorded. So no date lets a period end early.
pub(crate) fn effective_time(
    (happened, recorded): (Timestamp, Timestamp),
    directory: &Directory,
    window: DivisionCode,
) -> Timestamp {
    let entered_in_time = late_entry(directory, window, recorded)
        .is_none_or(|limit| recorded < directory.due(&limit, happened).at);
    if entered_in_time { happened } else { recorded }
}

/// What a command names besides its case, looked up by the service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Reference {
    /// It names nothing, or something that does not exist.
    None,
    /// The event that a correction names is one of the case.
    EventOfCase,
    /// The case that another is to be merged into.
    Case {
        other: Box<Case>,
        /// Whether it was opened before this one.
        is_earlier: bool,
    },
}

#[cfg(test)]
mod tests;
