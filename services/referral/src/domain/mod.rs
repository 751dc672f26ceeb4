//! Custody of a case: who holds it, the one open offer, and who else has a part in it. Pure: no I/O, no
//! clock; time, ids, the directory, the units' loads and the other side's units come in with the
//! [`Context`].

mod address;
mod answer;
mod clocks;
mod dispute;
mod evolve;
mod outside;
mod possible;
mod route;
mod state;
mod supervision;
mod together;

use onestop_directory::Directory;
use onestop_proto::{
    actor::Actor,
    division::DivisionCode,
    ids::{CaseId, CaseNumber, HandoffId, ServiceItem, Topic, UnitId},
    referral::{Command, Event, Outcome, RecallReason, Rejection},
    time::Timestamp,
};

pub use address::address;
pub use clocks::{next_moment, to_correct};
pub use evolve::evolve;
pub use possible::possible;
pub use route::asked_of_a_closed_site;
pub use state::{
    Asked, CoUnit, Custody, Dispute, EndedOffer, Errand, Handover, Holding, Instruction, Search,
};

/// What a decision rests on besides custody itself.
pub struct Context<'a> {
    /// Now.
    pub now: Timestamp,
    /// Who acts.
    pub actor: &'a Actor,
    /// The id of the handoff, dispute or handing over that this command begins, if it begins one.
    pub handoff: HandoffId,
    /// Who does what where.
    pub directory: &'a Directory,
    /// How many cases a unit has now.
    pub load: &'a dyn Fn(&UnitId) -> u32,
    /// The units that have, or had, a part in the cases of the other side: that which this case names, and
    /// those that name this one.
    pub opposing: &'a dyn Fn(Option<CaseId>) -> Vec<(CaseId, UnitId)>,
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
    ReferralRequested(Wanted),
    /// The specialist's work is done.
    Finished {
        /// What came of it.
        outcome: Outcome,
    },
    /// The window closed the case, or the citizen withdrew it there.
    CaseEnded,
    /// A moment has come: a limit is near or over, an offer ends, a calendar was announced.
    TimeComes,
}

/// What a window wants carried to whoever is responsible.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// What it is about.
    pub item: ServiceItem,
    /// What exactly.
    pub topic: Topic,
    /// The responsible place.
    pub place: DivisionCode,
    /// Whether it cannot wait.
    pub urgent: bool,
    /// The case of the other side, where both came.
    pub opposed_to: Option<CaseId>,
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
        Command::Reassign(reassign) => answer::reassign(custody, reassign, context),
        Command::Dispute(dispute) => dispute::dispute(custody, dispute, context),
        Command::Designate(designate) => dispute::designate(custody, designate, context),
        Command::RequestExtension(ask) => clocks::ask(custody, ask, context),
        Command::GrantExtension(_) => clocks::grant(custody, context),
        Command::RefuseExtension(refuse) => clocks::refuse(custody, refuse, context),
        Command::Supervise(supervise) => supervision::supervise(custody, supervise, context),
        Command::AnswerSupervision(answer) => supervision::answer(custody, answer, context),
        Command::Invite(invite) => together::invite(custody, invite, context),
        Command::Join(_) => together::join(custody, context),
        Command::DeclineInvitation(decline) => together::decline(custody, decline, context),
        Command::ReportPart(report) => together::report(custody, report, context),
        Command::Release(release) => together::release(custody, release, context),
        Command::HandOver(hand_over) => outside::hand_over(custody, hand_over, context),
        Command::RecordExternalReply(hear) => outside::hear_back(custody, hear, context),
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
            Prompt::ReferralRequested(_)
            | Prompt::Finished { .. }
            | Prompt::CaseEnded
            | Prompt::TimeComes => Vec::new(),
        });
    };
    match prompt {
        Prompt::Opened { .. } => Err(Rejection::AtWindow {
            holder: custody.window.clone(),
        }),
        Prompt::ReferralRequested(wanted) => route::begin(custody, wanted, context),
        Prompt::Finished { outcome } => answer::finished(custody, *outcome, context),
        Prompt::CaseEnded => {
            let taken_back = answer::take_back(custody, RecallReason::CitizenWithdrew, context);
            Ok(taken_back.unwrap_or_else(|| route::end(custody, context)))
        }
        Prompt::TimeComes => Ok(time_comes(custody, context)),
    }
}

/// First the last days that a new calendar moves, then what is told, then what follows of itself.
fn time_comes(custody: &Custody, context: &Context<'_>) -> Vec<Event> {
    let mut events = clocks::correct(custody, context.directory);
    let corrected = events.iter().fold(Some(custody.clone()), evolve);
    let Some(custody) = &corrected else {
        return events;
    };
    events.extend(clocks::alarms(custody, context));
    let expired = answer::expire(custody, context);
    if expired.is_empty() {
        events.extend(answer::closed(custody, context));
    }
    events.extend(expired);
    events
}

impl Custody {
    /// Whether that unit holds the case.
    ///
    /// # Errors
    /// [`Rejection::NotHolder`], which says who does.
    fn held_by(&self, unit: &UnitId) -> Result<(), Rejection> {
        if self.holder() == unit {
            return Ok(());
        }
        Err(Rejection::NotHolder {
            holder: self.holder().clone(),
            since: self.since(),
            unit: unit.clone(),
        })
    }
}

/// Characters of what somebody says in their own words.
const LONGEST: u32 = 500;

/// What somebody said, without the blanks around it.
fn said(field: &str, text: &str) -> Result<String, Rejection> {
    let text = text.trim();
    if (1..=LONGEST as usize).contains(&text.chars().count()) {
        return Ok(text.to_owned());
    }
    Err(Rejection::Unsaid {
        field: field.to_owned(),
        limit: LONGEST,
    })
}

/// A unit that a field of the command names is not in the directory.
fn unknown_unit(unit: &UnitId, field: &str) -> Rejection {
    Rejection::UnknownUnit {
        unit: unit.clone(),
        field: field.to_owned(),
    }
}

#[cfg(test)]
mod tests;
