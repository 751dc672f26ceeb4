//! Designating the responsible unit (指定), in a dispute or where routing found none: a designated unit may not send the
//! case away again.

use onestop_directory::Unit;
use onestop_proto::{
    clock::Stop,
    division::{DivisionCode, Tier},
    field_problems::both,
    ids::UnitId,
    referral::{Designate, Designated, Event, Offered, Rejection, designate_step},
};

use crate::domain::{
    Context, Decision,
    actions::{Action, Party},
    checks::{existing_unit, no_external_body, require_supervisor, required_text},
    clocks::{self, Referred},
    custody::{Custody, ReferralSubject},
    sides::no_conflict_of_interest,
};

impl Action for Designate {
    fn party(custody: &Custody) -> Option<Party<'_>> {
        let arbiter = custody.arbiter()?;
        Some(Party::Supervisors(vec![arbiter.supervisor_division]))
    }

    /// 指定: one person may contest the case for a unit in one post and supervise in another.
    fn check_sender(custody: &Custody, context: &Context<'_>) -> Result<(), Rejection> {
        if custody.contested_by.contains(&context.actor.staff) {
            let staff = context.actor.staff.clone();
            return Err(Rejection::OwnDispute { staff });
        }
        Ok(())
    }

    fn decide(&self, custody: &Custody, context: &Context<'_>) -> Decision {
        let (Some(arbiter), Some(subject)) = (custody.arbiter(), &custody.subject) else {
            return Err(Rejection::NothingDisputed {
                holder: custody.holder().clone(),
            });
        };
        let bureau = require_supervisor(arbiter.supervisor_division, context)?;
        Self::check_sender(custody, context)?;
        let unit = designable_unit(&self.to, custody, subject, bureau, context);
        let (unit, why) = both(unit, required_text("why", &self.why))?;
        let designated = Designated {
            dispute: arbiter.dispute,
            by: bureau.id.clone(),
            to: unit.id.clone(),
            to_division: unit.division,
            why,
            at: context.happened_at(),
        };
        let times = custody.application;
        let referred = Referred { subject, times };
        let clock = clocks::start_answer(referred, unit.division, context);
        let offered = Offered {
            handoff: context.handoff,
            from: custody.window.clone(),
            to: unit.id.clone(),
            to_division: unit.division,
            item: subject.item.clone(),
            topic: subject.topic.clone(),
            place: subject.place,
            number: custody.number.clone(),
            until: clock.due.at,
            urgent: subject.urgent,
            designated_by: Some(bureau.id.clone()),
        };
        let stopped = clocks::stop(custody, designate_step(), Stop::Done);
        Ok(std::iter::once(Event::from(designated))
            .chain(stopped)
            .chain([Event::from(offered), Event::from(clock)])
            .collect())
    }
}

/// The unit, if the bureau can designate it for the subject.
fn designable_unit<'a>(
    unit: &UnitId,
    custody: &Custody,
    subject: &ReferralSubject,
    bureau: &Unit,
    context: &Context<'a>,
) -> Result<&'a Unit, Rejection> {
    let found = existing_unit(unit, "to", context)?;
    if !bureau.division.contains(found.division) {
        return Err(Rejection::OutsideDivision {
            unit: unit.clone(),
            division: bureau.division,
        });
    }
    no_external_body(found, "to")?;
    let known = context.directory.item(&subject.item);
    let works_it = known.is_some_and(|item| item.is_work_of(&subject.topic, found));
    let worked_by_counties = known.is_some_and(|item| {
        let mut workers = item.workers(&subject.topic).iter();
        workers.any(|worker| worker.at.contains(&Tier::County))
    });
    // 潍坊市12345条例: a county may not push a department's work down to a township. A township that the
    // directory makes responsible for that very place works what is its own.
    let place = context.directory.present_division(subject.place);
    let its_own = works_it && found.division.contains(place);
    let (unit, item) = (unit.clone(), subject.item.clone());
    let item_name = context.directory.item_label(&item);
    if worked_by_counties && is_below_county(found.division) && !its_own {
        return Err(Rejection::PushedDown {
            unit,
            item,
            item_name,
        });
    }
    if !works_it {
        return Err(Rejection::DoesNotWorkIt {
            unit,
            item,
            item_name,
        });
    }
    no_conflict_of_interest(custody, &unit, context)?;
    Ok(found)
}

fn is_below_county(division: DivisionCode) -> bool {
    match division.tier() {
        Tier::Province | Tier::Prefecture | Tier::County => false,
        Tier::Township | Tier::Village => true,
    }
}

#[cfg(test)]
mod tests {
    use crate::domain::test_support::*;
    use onestop_proto::referral::Reassign;

    #[test]
    fn only_a_supervisor_of_that_division_designates() {
        let world = world();
        let events = world.disputed();
        let to = designate(&world.agency(COUNTY));
        let (county, prefecture) = (world.bureau(COUNTY), world.bureau(PREFECTURE));
        let below = world
            .scenario(&events)
            .by_supervisor(&county)
            .sends(to.clone());
        assert!(matches!(below, Err(Rejection::NotSupervisor { .. })));
        let other_role = world.scenario(&events).by(&prefecture).sends(to.clone());
        assert!(matches!(other_role, Err(Rejection::NotSupervisor { .. })));
        assert!(
            world
                .scenario(&events)
                .by_supervisor(&prefecture)
                .sends(to)
                .is_ok()
        );
    }

    #[test]
    fn a_designated_unit_may_neither_decline_nor_dispute_nor_return() {
        let world = world();
        let (county, bureau) = (world.agency(COUNTY), world.bureau(PREFECTURE));
        let mut events = world.designated();
        assert_eq!(state(&events).stage(), CustodyStage::Designated);
        let decline = Decline {
            handoff: handoff(4),
            reason: ReturnReason::NotInJurisdiction,
            belongs_to: None,
        };
        let by = bureau.clone();
        let refused = world
            .scenario(&events)
            .by(&county)
            .sends(decline)
            .unwrap_err();
        assert_eq!(
            refused,
            Rejection::DesignatedMayNotDecline { by: by.clone() }
        );
        let refused = world
            .scenario(&events)
            .by(&county)
            .sends(dispute())
            .unwrap_err();
        assert_eq!(
            refused,
            Rejection::DesignatedMayNotDecline { by: by.clone() }
        );

        let accept = Accept {
            handoff: handoff(4),
        };
        events.extend(world.scenario(&events).by(&county).sends(accept).unwrap());
        assert_eq!(holder(&events), county);
        let give_back = Return {
            reason: ReturnReason::NotInJurisdiction,
            belongs_to: None,
        };
        let refused = world
            .scenario(&events)
            .by(&county)
            .sends(give_back)
            .unwrap_err();
        assert_eq!(refused, Rejection::DesignatedMayNotReturn { by });

        // The way out is the supervisor's.
        let reassign = Reassign {
            from: county.clone(),
            why: "机构合并".to_owned(),
        };
        let scenario = world.scenario(&events).by_supervisor(&bureau);
        events.extend(scenario.with_handoff(handoff(5)).sends(reassign).unwrap());
        assert_eq!(holder(&events), world.window);
    }

    #[test]
    fn silence_does_not_free_a_designated_unit() {
        let world = world();
        let mut events = world.designated();
        let told = world
            .scenario(&events)
            .at(day(20))
            .reacts_to(&Trigger::TimerFired);
        events.extend(told.unwrap());
        let last = events.last().unwrap();
        assert!(matches!(last, Event::ClockSupervised(_)), "{last:?}");
        assert_eq!(state(&events).stage(), CustodyStage::Designated);
        let accept = Accept {
            handoff: handoff(4),
        };
        let late = world
            .scenario(&events)
            .by(&world.agency(COUNTY))
            .at(day(20));
        assert!(late.sends(accept).is_ok());
    }

    #[test]
    fn a_county_does_not_push_its_work_down() {
        let world = world();
        // 宁洱镇's neighbour 磨黑镇: mediation is the work of the township where the dispute lies.
        let mut events = world.begun();
        let wants = World::wants("mediation", "neighbours", VILLAGE);
        events.extend(world.scenario(&events).reacts_to(&wants).unwrap());
        let township = world.unit("530821101", "mediation");
        let scenario = world.scenario(&events).by(&township);
        events.extend(scenario.with_handoff(handoff(2)).sends(dispute()).unwrap());
        // The dispute of a township is for the county.
        let bureau = world.bureau(COUNTY);
        let to = |unit: &UnitId| {
            let scenario = world.scenario(&events).by_supervisor(&bureau);
            scenario.with_handoff(handoff(3)).sends(designate(unit))
        };
        let elsewhere = world.unit("530821102", "mediation");
        assert!(matches!(to(&elsewhere), Err(Rejection::PushedDown { .. })));
        let window = world.unit("530821101", "window");
        assert!(matches!(to(&window), Err(Rejection::PushedDown { .. })));
        assert!(to(&township).is_ok());
        assert!(to(&world.unit(COUNTY, "mediation")).is_ok());
        let beyond = world.unit("530802", "mediation");
        assert!(matches!(
            to(&beyond),
            Err(Rejection::OutsideDivision { .. })
        ));
        let notary = world.unit(COUNTY, "notarization");
        assert!(matches!(to(&notary), Err(Rejection::DoesNotWorkIt { .. })));
        let court = to(&world.unit(COUNTY, "court")).unwrap_err();
        assert!(matches!(court, Rejection::OutsideBody { .. }));
        assert_eq!(field(&court).as_deref(), Some("to"));
        assert_eq!(field(&to(&nowhere()).unwrap_err()).as_deref(), Some("to"));
    }
}
