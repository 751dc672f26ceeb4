//! Declining an offer (拒收): custody stays with the window, and the case is offered to the next unit.

use onestop_proto::{
    referral::{Decline, Declined, Rejection},
    time::Timestamp,
};

use crate::domain::{
    Context, Decision,
    actions::{Action, Party},
    checks::existing_place,
    custody::Custody,
    offers::{answerable_offer, is_answerable, reroute_after},
};

impl Action for Decline {
    /// A designated unit may not decline.
    fn party(custody: &Custody) -> Option<Party<'_>> {
        let offer = custody.offer()?;
        let free = offer.designated_by.is_none();
        free.then(|| Party::unit(&offer.to))
    }

    fn is_timely(custody: &Custody, now: Timestamp) -> bool {
        custody
            .offer()
            .is_some_and(|offer| is_answerable(offer, now))
    }

    fn decide(&self, custody: &Custody, context: &Context<'_>) -> Decision {
        let offer = answerable_offer(custody, self.handoff, context)?;
        if let Some(by) = &offer.designated_by {
            return Err(Rejection::DesignatedMayNotDecline { by: by.clone() });
        }
        existing_place(self.belongs_to, context)?;
        let declined = Declined {
            handoff: offer.handoff,
            by: offer.to.clone(),
            staff: Some(context.actor.staff.clone()),
            holder: custody.holder().clone(),
            reason: self.reason,
            belongs_to: self.belongs_to,
            note: None,
            at: context.happened_at(),
        };
        let place = self.belongs_to;
        Ok(reroute_after(custody, declined.into(), place, context))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::wildcard_enum_match_arm, reason = "a test looks for one event")]
    use onestop_proto::{referral::designate_step, routing::Verdict};

    use crate::domain::test_support::*;

    #[test]
    fn a_declined_case_goes_to_the_next_and_comes_back_to_the_right_one() {
        let world = world();
        let mut events = world.offered();
        let decline = Decline {
            handoff: handoff(1),
            reason: ReturnReason::NotInJurisdiction,
            belongs_to: None,
        };
        let county = world.agency(COUNTY);
        let declined = world
            .scenario(&events)
            .by(&county)
            .with_handoff(handoff(2))
            .sends(decline)
            .unwrap();
        events.extend(declined);
        assert_eq!(holder(&events), world.window);

        let prefecture = world.agency(PREFECTURE);
        let accept = Accept {
            handoff: handoff(2),
        };
        events.extend(
            world
                .scenario(&events)
                .by(&prefecture)
                .sends(accept)
                .unwrap(),
        );
        assert_eq!(holder(&events), prefecture);

        let give_back = Return {
            reason: ReturnReason::NotInJurisdiction,
            belongs_to: Some(SIMAO.parse().unwrap()),
        };
        let returned = world
            .scenario(&events)
            .by(&prefecture)
            .with_handoff(handoff(3))
            .sends(give_back)
            .unwrap();
        let offered = returned.iter().find_map(|event| match event {
            Event::Offered(offered) => Some(offered.to.clone()),
            _ => None,
        });
        assert_eq!(offered, Some(world.agency(SIMAO)));
        events.extend(returned);
        assert_eq!(holder(&events), world.window);
    }

    #[test]
    fn when_no_unit_is_left_the_case_stays_with_its_window() {
        let world = world();
        let mut events = world.offered();
        for (number, code) in [(1, COUNTY), (2, PREFECTURE)] {
            let decline = Decline {
                handoff: handoff(number),
                reason: ReturnReason::NoCapacity,
                belongs_to: None,
            };
            let unit = world.agency(code);
            let declined = world
                .scenario(&events)
                .by(&unit)
                .with_handoff(handoff(number + 1))
                .sends(decline)
                .unwrap();
            events.extend(declined);
        }
        let [
            ..,
            Event::Unroutable(unroutable),
            Event::ClockStarted(clock),
        ] = &events[..]
        else {
            panic!("{events:?}")
        };
        assert_eq!(holder(&events), world.window);
        // Each has its reason, and the bureau above both is to designate one.
        let reasons: Vec<_> = unroutable
            .candidates
            .iter()
            .map(|one| (one.verdict, one.why.as_ref().map(|why| why.zh.as_str())))
            .collect();
        let full = (Verdict::SentAway, Some("无力承接"));
        assert_eq!(reasons, [full, full]);
        let arbiter = unroutable.arbiter.as_ref().unwrap();
        assert_eq!(arbiter.supervisor, world.bureau(PREFECTURE));
        assert_eq!(clock.step, designate_step());
    }
}
