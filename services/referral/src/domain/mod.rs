//! The rules of custody: which unit has a case, to which it is offered, and which other units take part. Pure: no
//! I/O, no clock; time, ids, the directory, the units' loads and the opposing party's units come in with the
//! [`Context`].

mod actions;
mod address;
mod addressees;
mod application_times;
mod applications;
mod arbiter;
mod checks;
mod clocks;
mod commands;
mod custody;
mod effective_time;
mod evolve;
mod offers;
mod people;
mod routing;
mod search;
mod sides;
mod triggers;
mod visibility;

use onestop_directory::Directory;
use onestop_proto::{
    acting_person::ActingPerson,
    actor::Actor,
    ids::{CaseId, HandoffId, UnitId},
    late_entry::LateEntry,
    referral::{Event, Rejection},
    time::Timestamp,
};

pub use actions::{available, decide, possible};
pub use address::address;
pub use addressees::addressees;
pub use application_times::{ApplicationEnd, ApplicationTimes, EndedApplication, SetAside};
pub use clocks::{needs_correction, next_moment};
pub use custody::{
    CoUnit, Custody, Handover, Holding, Instruction, Lead, PastOffer, PendingDispute,
    PendingExtension, PendingOffer, ReferralSubject, Refusal,
};
pub use evolve::evolve;
pub use offers::{offer_closes_at, offer_to_closed_site};
pub use people::unknown_people;
pub use triggers::{Trigger, react};
pub use visibility::may_see;

/// The events that a command causes, or why it is refused.
pub type Decision = Result<Vec<Event>, Rejection>;

/// What a decision rests on besides custody.
pub struct Context<'a> {
    /// When it is recorded: lateness and the end of an offer are reckoned by it.
    pub now: Timestamp,
    pub dated: Dated<'a>,
    pub actor: &'a Actor,
    /// The id of the handoff, dispute or handover that this command begins, if it begins one.
    pub handoff: HandoffId,
    pub directory: &'a Directory,
    /// How many cases a unit has now.
    pub load: &'a dyn Fn(&UnitId) -> u32,
    /// The units that have, or had, a part in the opposing party's cases: the case that is named, and those that
    /// name this one.
    pub opposing: &'a dyn Fn(Option<CaseId>) -> Vec<(CaseId, UnitId)>,
    /// The people who act, or acted, in the same cases.
    pub acting: &'a dyn Fn(Option<CaseId>) -> Vec<(CaseId, ActingPerson)>,
}

/// When the act happened, and what stands behind that date.
#[derive(Debug, Clone, Copy)]
pub struct Dated<'a> {
    /// What custody, clocks and limits count from. It is earlier than the record where paper is entered afterwards (补录).
    pub happened_at: Timestamp,
    /// When the latest act of a person on custody happened; what is entered afterwards is not before it.
    pub latest_act: Option<Timestamp>,
    /// Why it is entered late, and who approved it.
    pub late_entry: Option<&'a LateEntry>,
}

impl Dated<'_> {
    /// Of something that is recorded as it happens.
    pub const fn at(now: Timestamp) -> Self {
        Self {
            happened_at: now,
            latest_act: None,
            late_entry: None,
        }
    }
}

impl Context<'_> {
    const fn happened_at(&self) -> Timestamp {
        self.dated.happened_at
    }
}

#[cfg(test)]
mod test_support;
#[cfg(test)]
mod tests;
