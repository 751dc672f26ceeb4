//! Reassigning a case (改派): its supervisor takes it from a unit that closes, whatever part the unit has in it.

use onestop_proto::referral::{Reassign, Rejection, ReturnReason};

use super::{
    co_units,
    complete::complete_after_last_co_unit,
    return_case::{ReturnCause, release},
};
use crate::domain::{
    Context, Decision,
    actions::{Action, Party},
    checks::{existing_unit, require_supervisor, required_text},
    custody::Custody,
    offers::decline_for_closed_unit,
};

impl Action for Reassign {
    fn party(custody: &Custody) -> Option<Party<'_>> {
        let offered = custody.offer().map(|offer| offer.to_division);
        let lead = custody.lead().map(|_| custody.holder_division());
        let co_units = custody.open_co_units().map(|co| co.division);
        let divisions: Vec<_> = offered.into_iter().chain(lead).chain(co_units).collect();
        (!divisions.is_empty()).then_some(Party::Supervisors(divisions))
    }

    fn decide(&self, custody: &Custody, context: &Context<'_>) -> Decision {
        let from = &self.from;
        let unit = existing_unit(from, "from", context)?;
        require_supervisor(unit.division, context)?;
        let why = required_text("why", &self.why)?;
        if let Some(lead) = custody.lead()
            && custody.holder() == from
        {
            let cause = ReturnCause {
                reason: ReturnReason::UnitClosed,
                belongs_to: None,
                note: Some(why),
                staff: None,
            };
            return Ok(release(custody, lead, cause, context));
        }
        if let Some(offer) = custody.offer()
            && offer.to == *from
        {
            let (handoff, to) = (offer.handoff, &offer.to);
            return Ok(decline_for_closed_unit(
                custody,
                handoff,
                to,
                Some(why),
                context,
            ));
        }
        let mut open = custody.open_co_units();
        let Some(co) = open.find(|co| co.unit == *from) else {
            return Err(Rejection::NotWith {
                unit: from.clone(),
                holder: custody.holder().clone(),
            });
        };
        let mut events = vec![co_units::released(co, &why, context)];
        events.extend(complete_after_last_co_unit(custody, from, context));
        Ok(events)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::wildcard_enum_match_arm, reason = "a test looks for one event")]
    use super::*;
    use crate::domain::test_support::*;

    #[test]
    fn a_unit_that_closes_gives_up_whatever_part_it_has() {
        let world = world();
        let joint = world.joint();
        let bureau = world.bureau(COUNTY);
        let reassign = |events: &[Event], from: &UnitId| {
            let reassign = Reassign {
                from: from.clone(),
                why: "机构撤并".to_owned(),
            };
            let scenario = world.scenario(events).by_supervisor(&bureau);
            scenario.with_handoff(handoff(9)).sends(reassign)
        };
        let unknown = reassign(&joint, &nowhere()).unwrap_err();
        assert_eq!(field(&unknown).as_deref(), Some("from"));
        let lead = world.agency(COUNTY);
        let from_lead = reassign(&joint, &lead).unwrap();
        let Event::Returned(returned) = &from_lead[0] else {
            panic!("{from_lead:?}")
        };
        assert_eq!(returned.reason, ReturnReason::UnitClosed);
        assert_eq!(returned.note.as_deref(), Some("机构撤并"));
        let next = from_lead.iter().find_map(|event| match event {
            Event::Offered(offered) => Some(offered.to.clone()),
            _ => None,
        });
        assert_eq!(next, Some(world.agency(PREFECTURE)));

        let from_co_unit = reassign(&joint, &world.notary()).unwrap();
        assert!(matches!(from_co_unit[..], [Event::CoReleased(_)]));
        let from_offer = reassign(&world.offered(), &lead).unwrap();
        assert!(matches!(from_offer[0], Event::Declined(_)));
        let uninvolved = reassign(&joint, &world.unit(COUNTY, "mediation"));
        assert!(matches!(uninvolved, Err(Rejection::NotWith { .. })));
        let above = reassign(&joint, &world.agency(PREFECTURE));
        assert!(matches!(above, Err(Rejection::NotSupervisor { .. })));
    }
}
