//! What custody remembers of a search for a unit: the units that sent the case away, those that let an offer lapse, and the
//! supervisor that designates one where none is left.

use onestop_proto::{
    ids::UnitId,
    referral::{Arbiter, ReturnReason},
    routing::{Candidate, Verdict},
};

use super::custody::{Custody, Holding, Refusal};

impl Custody {
    /// The supervisor that is to designate a unit: in a dispute, or where routing found none.
    pub fn arbiter(&self) -> Option<Arbiter> {
        match &self.holding {
            Holding::Disputed(dispute) => Some(Arbiter {
                dispute: dispute.id,
                supervisor: dispute.supervisor.clone(),
                supervisor_division: dispute.supervisor_division,
            }),
            Holding::Unroutable => self.search.clone(),
            Holding::Window | Holding::Offered(_) | Holding::Unit(_) => None,
        }
    }

    pub(super) fn note_sent_away(&mut self, unit: &UnitId, reason: Option<ReturnReason>) {
        if reason == Some(ReturnReason::ConflictOfInterest) {
            remember(&mut self.conflicted, unit);
        }
        self.refusals.retain(|refusal| refusal.unit != *unit);
        self.refusals.extend(reason.map(|reason| Refusal {
            unit: unit.clone(),
            reason,
        }));
        remember(&mut self.sent_away_by, unit);
    }

    /// A unit that a search has considered again begins anew: what it sent away or let lapse before is past.
    pub(super) fn forget_considered(&mut self, candidates: &[Candidate]) {
        let considered = |unit: &UnitId| {
            let mut found = candidates.iter().filter(|one| one.unit == *unit);
            found.any(|one| was_considered(one.verdict))
        };
        self.sent_away_by.retain(|unit| !considered(unit));
        self.refusals.retain(|refusal| !considered(&refusal.unit));
        self.lapsed.retain(|unit| !considered(unit));
    }
}

/// Whether the candidate could have been chosen.
fn was_considered(verdict: Verdict) -> bool {
    match verdict {
        Verdict::Chosen
        | Verdict::Farther
        | Verdict::Busier
        | Verdict::AtCapacity
        | Verdict::NotOfferedThatDay => true,
        Verdict::SentAway
        | Verdict::Lapsed
        | Verdict::ClosedThatDay
        | Verdict::ConflictOfInterest => false,
    }
}

pub(super) fn remember<T: Clone + PartialEq>(known: &mut Vec<T>, new: &T) {
    if !known.contains(new) {
        known.push(new.clone());
    }
}
