//! The rules of custody: which unit has a case, to which it is offered, and which other units take part. Pure: no
//! I/O, no clock; time, ids, the directory, the units' loads and the opposing party's units come in with the
//! [`Context`].

mod actions;
mod address;
mod arbiter;
mod checks;
mod clocks;
mod commands;
mod custody;
mod evolve;
mod offers;
mod routing;
mod search;
mod sides;
mod triggers;
mod visibility;

use onestop_directory::Directory;
use onestop_proto::{
    actor::Actor,
    ids::{CaseId, HandoffId, UnitId},
    referral::{Event, Rejection},
    time::Timestamp,
};

pub use actions::{available, decide, possible};
pub use address::address;
pub use clocks::{needs_correction, next_moment};
pub use custody::{
    CoUnit, Custody, Handover, Holding, Instruction, Lead, PastOffer, PendingDispute,
    PendingExtension, PendingOffer, ReferralSubject, Refusal,
};
pub use evolve::evolve;
pub use offers::{offer_closes_at, offer_to_closed_site};
pub use triggers::{Trigger, react};
pub use visibility::may_see;

/// What a decision rests on besides custody.
pub struct Context<'a> {
    pub now: Timestamp,
    pub actor: &'a Actor,
    /// The id of the handoff, dispute or handover that this command begins, if it begins one.
    pub handoff: HandoffId,
    pub directory: &'a Directory,
    /// How many cases a unit has now.
    pub load: &'a dyn Fn(&UnitId) -> u32,
    /// The units that have, or had, a part in the opposing party's cases: the case that is named, and those that
    /// name this one.
    pub opposing: &'a dyn Fn(Option<CaseId>) -> Vec<(CaseId, UnitId)>,
}

type Decision = Result<Vec<Event>, Rejection>;

#[cfg(test)]
mod test_support;
#[cfg(test)]
mod tests;
