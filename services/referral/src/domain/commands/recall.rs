//! Recalling an offer (撤回), or a dispute: the window ends what it has begun.

use onestop_proto::{
    clock::Stop,
    referral::{
        DisputeWithdrawn, Event, Recall, RecallReason, Recalled, Rejection, designate_step,
    },
};

use crate::domain::{
    Context, Decision,
    actions::{Action, Party},
    checks::require_holder,
    clocks,
    custody::{Custody, Holding, PendingDispute, PendingOffer},
    offers::{open_offer, stop_answer_clock},
};

impl Action for Recall {
    fn party(custody: &Custody) -> Option<Party<'_>> {
        let begun = custody.offer().is_some() || custody.dispute().is_some();
        begun.then(|| Party::unit(&custody.window))
    }

    fn decide(&self, custody: &Custody, context: &Context<'_>) -> Decision {
        if let Some(lead) = custody.lead() {
            // The unit was first: the rejection says which unit, and when.
            open_offer(custody, lead.handoff)?;
        }
        let events = withdraw(custody, self.reason, context);
        let events = events.ok_or_else(|| Rejection::NothingOffered {
            holder: custody.holder().clone(),
        })?;
        require_holder(custody, context)?;
        Ok(events)
    }
}

/// Ends the window's open offer or dispute; `None` where there is neither.
pub(in crate::domain) fn withdraw(
    custody: &Custody,
    reason: RecallReason,
    context: &Context<'_>,
) -> Option<Vec<Event>> {
    match &custody.holding {
        Holding::Offered(offer) => Some(recall_offer(custody, offer, reason, context)),
        Holding::Disputed(dispute) => Some(withdraw_dispute(custody, dispute, reason, context)),
        Holding::Window | Holding::Unroutable | Holding::Unit(_) => None,
    }
}

fn recall_offer(
    custody: &Custody,
    offer: &PendingOffer,
    reason: RecallReason,
    context: &Context<'_>,
) -> Vec<Event> {
    let recalled = Recalled {
        handoff: offer.handoff,
        to: offer.to.clone(),
        to_division: offer.to_division,
        holder: custody.holder().clone(),
        reason,
        at: context.happened_at(),
    };
    let stopped = stop_answer_clock(custody);
    std::iter::once(recalled.into()).chain(stopped).collect()
}

fn withdraw_dispute(
    custody: &Custody,
    dispute: &PendingDispute,
    reason: RecallReason,
    context: &Context<'_>,
) -> Vec<Event> {
    let withdrawn = DisputeWithdrawn {
        dispute: dispute.id,
        holder: custody.holder().clone(),
        reason,
        supervisor: dispute.supervisor.clone(),
        supervisor_division: dispute.supervisor_division,
        at: context.happened_at(),
    };
    let stopped = clocks::stop(custody, designate_step(), Stop::Left);
    std::iter::once(withdrawn.into()).chain(stopped).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::test_support::*;
    use onestop_proto::referral::OfferEnd;

    #[test]
    fn a_recall_after_the_acceptance_says_which_unit_was_first() {
        let world = world();
        let recall = Recall {
            reason: RecallReason::CitizenWithdrew,
        };
        let refused = world.scenario(&world.accepted()).sends(recall).unwrap_err();
        assert!(matches!(
            refused,
            Rejection::OfferAnswered {
                end: OfferEnd::Accepted,
                ..
            }
        ));
    }

    #[test]
    fn an_acceptance_after_the_recall_says_which_unit_was_first() {
        let world = world();
        let mut events = world.offered();
        let recall = Recall {
            reason: RecallReason::CitizenWithdrew,
        };
        events.extend(world.scenario(&events).sends(recall).unwrap());
        let agency = world.agency(COUNTY);
        let refused = world
            .scenario(&events)
            .by(&agency)
            .sends(Accept {
                handoff: handoff(1),
            })
            .unwrap_err();
        let Rejection::OfferAnswered {
            end: OfferEnd::Recalled,
            by,
            ..
        } = refused
        else {
            panic!("{refused:?}")
        };
        assert_eq!(by, world.window);
    }

    #[test]
    fn a_citizen_who_withdraws_ends_the_dispute() {
        let world = world();
        let events = world.disputed();
        let recall = Recall {
            reason: RecallReason::CitizenWithdrew,
        };
        let dropped = world.scenario(&events).sends(recall).unwrap();
        assert!(matches!(dropped[0], Event::DisputeWithdrawn(_)));
        let ended = world
            .scenario(&events)
            .reacts_to(&Trigger::CaseEnded)
            .unwrap();
        assert!(matches!(ended[0], Event::DisputeWithdrawn(_)));
        let nothing = Complete {
            outcome: Outcome::Granted,
        };
        let refused = world.scenario(&events).sends(nothing).unwrap_err();
        assert!(matches!(refused, Rejection::AtWindow { .. }));
    }
}
