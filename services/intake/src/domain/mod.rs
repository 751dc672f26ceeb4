//! The rules of a case. Pure: no I/O, no clock, no randomness; what they need comes in with the
//! command's [`Context`].

mod applicant;
mod attachments;
mod close;
mod correct;
mod erasure;
mod identity;
mod jurisdiction;
mod open;
mod opening;
mod possible;
mod rating;
mod state;
mod window;

use onestop_directory::Directory;
use onestop_proto::{
    actor::Actor,
    case::{Ciphertext, Command, Event, Rejection},
    ids::CaseNumber,
    time::Timestamp,
};

pub use crate::policy::Heard;
pub use attachments::begins_like;
pub use erasure::{Grounds, Moments, decide_erasure};
pub use jurisdiction::{holder_division, may_hear_of, may_know};
pub use opening::{may_open, may_see_readings};
pub use possible::{offered, possible};
pub use rating::{next_alarm, told_by_now};
pub use state::{Case, Rating, Standing, address, evolve};

/// What a decision rests on besides the case itself.
pub struct Context<'a> {
    /// Now.
    pub now: Timestamp,
    /// When it happened, if that was earlier.
    pub occurred_at: Option<Timestamp>,
    /// Who acts.
    pub actor: &'a Actor,
    /// Who does what where.
    pub directory: &'a Directory,
    /// The number that the site gives the case that is opened.
    pub number: &'a CaseNumber,
    /// The personal part of the command, sealed.
    pub sealed: &'a Ciphertext,
    /// The query code of the case that is opened, sealed.
    pub query_code: Option<&'a Ciphertext>,
    /// What the command names, looked up.
    pub found: &'a Found,
}

/// What was looked up for a command that names something besides its case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// It names nothing, or there is no such thing.
    Nothing,
    /// The event that a correction names is one of the case.
    Event,
    /// The case that another is to be merged into.
    Case {
        /// It.
        other: Box<Case>,
        /// Whether it was opened before this one.
        is_earlier: bool,
    },
}

/// Decides a command that somebody sent.
///
/// # Errors
/// The rejection; nothing happens then.
pub fn decide(
    case: Option<&Case>,
    command: &Command,
    context: &Context<'_>,
) -> Result<Vec<Event>, Rejection> {
    let case = match (case, command) {
        (None, Command::Open(open)) => return open::decide(open, context),
        // The service refuses commands for unknown cases before it comes to this.
        (None, _) => return Ok(Vec::new()),
        (Some(case), _) => case,
    };
    possible::check(case, command, context)?;
    open::possible(context)?;
    match command {
        Command::Open(_) => Err(case.not_now()),
        Command::Correct(correct) => correct::correct(case, correct, context),
        Command::AnswerCitizen(_) => Ok(window::answer(context)),
        Command::NotifyOnce(notify) => window::notify_once(case, notify),
        Command::ReceiveMaterial(receive) => window::receive_material(case, receive),
        Command::AttachPiece(piece) => attachments::piece(case, piece),
        Command::Attach(attach) => attachments::attach(case, attach, context),
        Command::NoteHomeVisit(visit) => Ok(window::note_home_visit(visit)),
        Command::RequestReferral(request) => window::request_referral(case, request, context),
        Command::Withdraw(_) => Ok(window::withdraw()),
        Command::Merge(merge) => correct::merge(case, merge, context),
        Command::Rate(rate) => rating::rate(case, rate, context),
        Command::Redo(redo) => rating::redo(case, redo, context),
        Command::FollowUp(follow_up) => Ok(rating::follow_up(follow_up, context)),
        Command::Close(_) => Ok(close::close(case, context)),
        Command::Reopen(reopen) => close::reopen(case, reopen, context),
        Command::Archive(_) => close::archive(case),
    }
}

/// Decides what follows from something heard from referral.
///
/// # Errors
/// The rejection, if the case has gone past it.
pub fn decide_heard(case: Option<&Case>, heard: &Heard) -> Result<Vec<Event>, Rejection> {
    // A case that intake does not know is another instance's.
    case.map_or(Ok(Vec::new()), |case| window::heard(case, heard))
}

#[cfg(test)]
mod persons;
#[cfg(test)]
mod tests;
