//! The rules of a case. Pure: no I/O, no clock, no randomness; what they need comes in with the
//! command's [`Context`].

mod close;
mod erasure;
mod jurisdiction;
mod open;
mod opening;
mod state;
mod window;

use onestop_directory::Directory;
use onestop_proto::{
    actor::Actor,
    case::{Command, Event, Rejection, Sealed},
    ids::CaseNumber,
    time::Timestamp,
};

pub use crate::policy::Heard;
pub use erasure::{Grounds, Moments, decide_erasure};
pub use jurisdiction::{holder_division, may_compare, may_know};
pub use opening::{may_open, may_see_readings};
pub use state::{Case, Standing, address, evolve};

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
    pub sealed: &'a Sealed,
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
    match command {
        Command::Open(_) => Err(case.not_now()),
        Command::AnswerCitizen(_) => window::answer(case, context),
        Command::ReceiveMaterial(receive) => window::receive_material(case, receive, context),
        Command::RequestReferral(request) => window::request_referral(case, request, context),
        Command::Withdraw(_) => window::withdraw(case, context),
        Command::Rate(rate) => close::rate(case, rate, context),
        Command::Close(_) => close::close(case, context),
        Command::Archive(_) => close::archive(case, context),
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
