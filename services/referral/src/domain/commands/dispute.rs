//! Disputing which unit is responsible (争议): the bureau above all the units that dispute designates one.

use onestop_proto::{
    clock::Stop,
    ids::HandoffId,
    referral::{Dispute, Disputed, Event, Rejection, accept_step, designate_step},
    time::Timestamp,
};

use crate::domain::{
    Context, Decision,
    actions::{Action, Party},
    arbiter::arbiter,
    checks::{comma_separated, required_text},
    clocks::{self, Referred},
    custody::{Custody, Holding},
    offers::is_answerable,
};

impl Action for Dispute {
    /// The unit to which the case is offered, unless it was designated; or the window of a case for which routing
    /// found no unit.
    fn party(custody: &Custody) -> Option<Party<'_>> {
        match &custody.holding {
            Holding::Offered(offer) => {
                let free = offer.designated_by.is_none();
                free.then(|| Party::unit(&offer.to))
            }
            Holding::Unroutable => Some(Party::unit(&custody.window)),
            Holding::Window | Holding::Disputed(_) | Holding::Unit(_) => None,
        }
    }

    fn is_timely(custody: &Custody, now: Timestamp) -> bool {
        custody
            .offer()
            .is_none_or(|offer| is_answerable(offer, now))
    }

    fn decide(&self, custody: &Custody, context: &Context<'_>) -> Decision {
        let unit = &context.actor.unit;
        let handoff = disputed_offer(custody, context)?;
        let subject = custody.subject.as_ref();
        let subject = subject.ok_or_else(|| not_disputable(custody, context))?;
        let mut between = custody.sent_away_by.clone();
        if handoff.is_some() && !between.contains(unit) {
            between.push(unit.clone());
        }
        let supervisor = arbiter(&between, subject.place, context.directory);
        let supervisor = supervisor.ok_or_else(|| {
            let between = comma_separated(&between);
            Rejection::NoSupervisor { between }
        })?;
        let disputed = Disputed {
            dispute: context.handoff,
            by: unit.clone(),
            staff: Some(context.actor.staff.clone()),
            holder: custody.holder().clone(),
            handoff,
            reason: self.reason,
            why: required_text("why", &self.why)?,
            between,
            supervisor: supervisor.id.clone(),
            supervisor_division: supervisor.division,
            at: context.happened_at(),
        };
        let times = custody.application;
        let referred = Referred { subject, times };
        let clock = clocks::start_designation(referred, supervisor.division, context);
        // The search that is disputed is the dispute's from now on.
        let stopped = [accept_step(), designate_step()]
            .into_iter()
            .filter_map(|step| clocks::stop(custody, step, Stop::Left));
        Ok(std::iter::once(Event::from(disputed))
            .chain(stopped)
            .chain([Event::from(clock)])
            .collect())
    }
}

fn not_disputable(custody: &Custody, context: &Context<'_>) -> Rejection {
    Rejection::NotDisputable {
        holder: custody.holder().clone(),
        unit: context.actor.unit.clone(),
    }
}

/// The offer that ends with the dispute; `None` where the window disputes a case for which routing found no unit.
fn disputed_offer(
    custody: &Custody,
    context: &Context<'_>,
) -> Result<Option<HandoffId>, Rejection> {
    let unit = &context.actor.unit;
    match &custody.holding {
        Holding::Offered(offer) if offer.to == *unit => {
            if let Some(by) = &offer.designated_by {
                return Err(Rejection::DesignatedMayNotDecline { by: by.clone() });
            }
            if !is_answerable(offer, context.now) {
                return Err(Rejection::OfferOver {
                    until: offer.until,
                    holder: custody.holder().clone(),
                });
            }
            Ok(Some(offer.handoff))
        }
        Holding::Unroutable if custody.window == *unit => Ok(None),
        Holding::Disputed(dispute) => {
            let supervisor = dispute.supervisor.clone();
            Err(Rejection::InDispute { supervisor })
        }
        Holding::Window | Holding::Unroutable | Holding::Offered(_) | Holding::Unit(_) => {
            Err(not_disputable(custody, context))
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::domain::test_support::*;
    use onestop_proto::referral::{accept_step, designate_step};

    #[test]
    fn the_bureau_above_all_units_that_dispute_designates_and_the_window_keeps_the_case() {
        let world = world();
        let custody = state(&world.disputed());
        assert_eq!(custody.stage(), CustodyStage::Disputed);
        assert_eq!(custody.holder(), &world.window);
        let Some(Event::Disputed(disputed)) = world
            .disputed()
            .into_iter()
            .find(|event| matches!(event, Event::Disputed(_)))
        else {
            panic!("a dispute")
        };
        assert_eq!(disputed.supervisor, world.bureau(PREFECTURE));
        assert_eq!(
            disputed.between,
            [world.agency(COUNTY), world.agency(PREFECTURE)]
        );
        assert!(custody.clock(&designate_step()).is_some());
        assert!(custody.clock(&accept_step()).is_none());
    }

    #[test]
    fn one_unit_alone_is_its_own_countys_business() {
        let world = world();
        let scenario = world.scenario(&world.offered()).by(&world.agency(COUNTY));
        let events = scenario.sends(dispute()).unwrap();
        let Event::Disputed(disputed) = &events[0] else {
            panic!("{events:?}")
        };
        assert_eq!(disputed.supervisor, world.bureau(COUNTY));
    }

    #[test]
    fn a_window_disputes_an_unroutable_case_and_no_other() {
        let world = world();
        let refused = world
            .scenario(&world.offered())
            .sends(dispute())
            .unwrap_err();
        assert!(matches!(refused, Rejection::NotDisputable { .. }));

        let mut events = world.begun();
        let unroutable = World::wants("notarization", "will", PREFECTURE);
        events.extend(world.scenario(&events).reacts_to(&unroutable).unwrap());
        assert_eq!(state(&events).stage(), CustodyStage::Unroutable);
        let disputed = world.scenario(&events).sends(dispute()).unwrap();
        let Event::Disputed(disputed) = &disputed[0] else {
            panic!("{disputed:?}")
        };
        assert_eq!(disputed.supervisor, world.bureau(PREFECTURE));
    }
}
