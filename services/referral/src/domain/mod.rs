//! Custody of a case: who holds it, and the one open offer. Pure: no I/O, no clock; time, ids, the
//! directory and the units' loads come in with the [`Context`].

mod answer;
mod route;
mod state;

use onestop_directory::Directory;
use onestop_proto::{
    division::DivisionCode,
    ids::{CaseNumber, HandoffId, ServiceItem, Topic, UnitId},
    referral::{Command, Event, Outcome, Rejection},
    time::Timestamp,
};

pub use state::{Custody, EndedOffer, Errand, Holding, address, evolve};

/// What a decision rests on besides custody itself.
pub struct Context<'a> {
    /// Now.
    pub now: Timestamp,
    /// The unit that acts.
    pub unit: &'a UnitId,
    /// The id of the handoff that this command offers, if it offers one.
    pub handoff: HandoffId,
    /// Who does what where.
    pub directory: &'a Directory,
    /// How many cases a unit has now.
    pub load: &'a dyn Fn(&UnitId) -> u32,
}

/// What is heard from others, or done of itself when a moment has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Prompt {
    /// A window opened a case: it has custody (首问负责).
    Opened {
        /// The window.
        window: UnitId,
        /// Where it is.
        division: DivisionCode,
        /// The number on the receipt.
        number: CaseNumber,
    },
    /// The window asks that the case be carried to whoever is responsible.
    ReferralRequested {
        /// What it is about.
        item: ServiceItem,
        /// What exactly.
        topic: Topic,
        /// The responsible place.
        place: DivisionCode,
    },
    /// The specialist's work is done.
    Finished {
        /// What came of it.
        outcome: Outcome,
    },
    /// The moment has come when an open offer ends.
    OfferEnds {
        /// The handoff.
        handoff: HandoffId,
    },
}

/// Decides a command that somebody sent.
///
/// # Errors
/// The rejection; nothing happens then.
pub fn decide(
    custody: &Custody,
    command: &Command,
    context: &Context<'_>,
) -> Result<Vec<Event>, Rejection> {
    match command {
        Command::Accept(accept) => answer::accept(custody, accept, context),
        Command::Decline(decline) => answer::decline(custody, decline, context),
        Command::Return(give_back) => answer::give_back(custody, give_back, context),
        Command::Recall(recall) => answer::recall(custody, recall, context),
        Command::Complete(complete) => answer::complete(custody, complete.outcome, context),
    }
}

/// Decides what follows from a prompt.
///
/// # Errors
/// The rejection, if custody has gone past it.
pub fn decide_prompt(
    custody: Option<&Custody>,
    prompt: &Prompt,
    context: &Context<'_>,
) -> Result<Vec<Event>, Rejection> {
    let Some(custody) = custody else {
        return Ok(match prompt {
            Prompt::Opened {
                window,
                division,
                number,
            } => {
                vec![route::take_custody(window, *division, number, context)]
            }
            // Custody begins with the case; anything else about an unknown case is another's.
            Prompt::ReferralRequested { .. }
            | Prompt::Finished { .. }
            | Prompt::OfferEnds { .. } => Vec::new(),
        });
    };
    match prompt {
        Prompt::Opened { .. } => Err(Rejection::AtWindow {
            holder: custody.window.clone(),
        }),
        Prompt::ReferralRequested { item, topic, place } => {
            route::begin(custody, (item, topic, *place), context)
        }
        Prompt::Finished { outcome } => answer::complete(custody, *outcome, context),
        Prompt::OfferEnds { handoff } => answer::expire(custody, *handoff, context),
    }
}

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
