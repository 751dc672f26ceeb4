//! The rules of a case. Pure: no I/O, no clock, no randomness; what they need comes in with the
//! command's [`Context`].

mod applicant;
mod available;
mod commands;
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
    /// Refuses a moment in the future.
    fn check_time(&self) -> Result<(), Rejection> {
        match self.occurred_at {
            Some(occurred) if occurred > self.now => Err(Rejection::ImpossibleTime {
                occurred,
                now: self.now,
            }),
            _ => Ok(()),
        }
    }
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
