//! Which decisions of referral make intake act. Pure.

use onestop_proto::{
    narrowed,
    referral::{self, ExternalAnswer, HandoverPurpose},
};

use crate::domain::Trigger;

narrowed! {
    /// What referral decides, without the steps in between.
    enum Decision of referral {
        Accepted, Returned, Unroutable, ExternalBodyResponsible, Disputed, DisputeWithdrawn, Recalled, Completed,
        Designated, CorrectionOrdered, HandedOver, ExternalBodyReplied,
    }
}

/// The trigger in referral's event; none for the steps in between.
pub(crate) fn trigger(event: &referral::Event) -> Option<Trigger> {
    Some(match Decision::of(event)? {
        Decision::Accepted(accepted) => Trigger::Accepted {
            handoff: accepted.handoff,
            holder: accepted.to.clone(),
            division: accepted.to_division,
        },
        Decision::Returned(returned) => Trigger::Returned {
            handoff: returned.handoff,
        },
        Decision::Unroutable(_) => Trigger::NoUnitAvailable,
        // The window keeps a case that a body outside has to work on, and hands it over.
        Decision::ExternalBodyResponsible(responsible) => Trigger::ExternalBodyResponsible {
            to: responsible.to.clone(),
        },
        Decision::HandedOver(handed) => match handed.purpose {
            HandoverPurpose::Handle => Trigger::HandedOver {
                handover: handed.handover,
                by: handed.by.clone(),
                to: handed.to.clone(),
                at: handed.at,
            },
            // The window goes on with the case itself.
            HandoverPurpose::Verify | HandoverPurpose::Report => return None,
        },
        Decision::ExternalBodyReplied(reply) => match reply.answer {
            ExternalAnswer::NotTheirs | ExternalAnswer::Refused => Trigger::ExternalBodyRefused {
                handover: reply.handover,
            },
            ExternalAnswer::Taken | ExternalAnswer::Done | ExternalAnswer::Told => return None,
        },
        // A window without a unit has asked its supervisor: the case is referred again.
        Decision::Disputed(disputed) if disputed.by == disputed.holder => Trigger::Returned {
            handoff: disputed.dispute,
        },
        Decision::Disputed(_) => return None,
        Decision::Designated(designated) => Trigger::Designated {
            handoff: designated.dispute,
        },
        Decision::DisputeWithdrawn(dropped) => Trigger::Recalled {
            reason: dropped.reason,
        },
        Decision::Recalled(recalled) => Trigger::Recalled {
            reason: recalled.reason,
        },
        Decision::CorrectionOrdered(_) => Trigger::CorrectionOrdered,
        Decision::Completed(completed) => Trigger::Completed {
            unit: completed.from.clone(),
            outcome: completed.outcome,
        },
    })
}
