//! What intake makes of referral's events. Pure.

use onestop_proto::{
    division::DivisionCode,
    ids::{HandoffId, UnitId},
    referral::{self, Outcome, RecallReason},
};

/// Something heard from referral that concerns the window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    /// A unit accepted.
    Holder {
        /// The handoff.
        handoff: HandoffId,
        /// The unit.
        holder: UnitId,
        /// Where it is.
        division: DivisionCode,
    },
    /// The unit gave the case back; referral looks for another.
    BackAtWindow {
        /// The handoff.
        handoff: HandoffId,
    },
    /// Nobody could be found.
    NobodyFound,
    /// The offer was taken back.
    Recalled {
        /// Why.
        reason: RecallReason,
    },
    /// The unit's work is done.
    Result {
        /// The unit.
        unit: UnitId,
        /// What came of it.
        outcome: Outcome,
    },
}

/// What of referral's event concerns the window; nothing for the steps in between.
#[must_use]
pub fn hear(event: &referral::Event) -> Option<Heard> {
    match event {
        referral::Event::Accepted(accepted) => Some(Heard::Holder {
            handoff: accepted.handoff,
            holder: accepted.to.clone(),
            division: accepted.to_division,
        }),
        referral::Event::Returned(returned) => Some(Heard::BackAtWindow {
            handoff: returned.handoff,
        }),
        // The window keeps what a body outside has to do, and hands it over.
        referral::Event::Stranded(_) | referral::Event::ExternalBodyResponsible(_) => {
            Some(Heard::NobodyFound)
        }
        // A window that found nobody has asked its supervisor: the case is on its way again.
        referral::Event::Disputed(disputed) if disputed.by == disputed.holder => {
            Some(Heard::BackAtWindow {
                handoff: disputed.dispute,
            })
        }
        referral::Event::Disputed(_) => None,
        referral::Event::DisputeWithdrawn(dropped) => Some(Heard::Recalled {
            reason: dropped.reason,
        }),
        referral::Event::Recalled(recalled) => Some(Heard::Recalled {
            reason: recalled.reason,
        }),
        referral::Event::Completed(completed) => Some(Heard::Result {
            unit: completed.from.clone(),
            outcome: completed.outcome,
        }),
        referral::Event::CustodyTaken(_)
        | referral::Event::Routed(_)
        | referral::Event::Offered(_)
        | referral::Event::Declined(_)
        | referral::Event::Expired(_)
        | referral::Event::ClockStarted(_)
        | referral::Event::ClockExtended(_)
        | referral::Event::ClockCorrected(_)
        | referral::Event::ClockDueSoon(_)
        | referral::Event::ClockOverdue(_)
        | referral::Event::ClockSupervised(_)
        | referral::Event::Ended(_)
        | referral::Event::Designated(_)
        | referral::Event::ExtensionRequested(_)
        | referral::Event::ExtensionRefused(_)
        | referral::Event::SupervisionOrdered(_)
        | referral::Event::SupervisionAnswered(_)
        | referral::Event::CoInvited(_)
        | referral::Event::CoJoined(_)
        | referral::Event::CoDeclined(_)
        | referral::Event::CoReported(_)
        | referral::Event::CoReleased(_)
        | referral::Event::LeadFinished(_)
        | referral::Event::HandedOver(_)
        | referral::Event::ExternalBodyReplied(_)
        | referral::Event::ClockStopped(_) => None,
    }
}
