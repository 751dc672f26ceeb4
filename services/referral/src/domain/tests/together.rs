//! The lead and its co-units.

use onestop_proto::referral::{
    CoUnitStatus, Complete, CustodyStage, DeclineInvitation, Invite, Join, Reassign, Release,
    ReportPart,
};

use super::*;

fn invite(unit: &UnitId) -> Invite {
    Invite {
        unit: unit.clone(),
        task: "核实房屋权属".to_owned(),
    }
}

fn report() -> ReportPart {
    ReportPart {
        report: "权属已核实".to_owned(),
    }
}

impl World {
    fn notary(&self) -> UnitId {
        self.unit(COUNTY, "notarization")
    }

    /// Legal aid leads; the notary office has joined.
    fn joint(&self) -> Vec<Event> {
        let mut events = self.accepted();
        let lead = self.agency(COUNTY);
        let invited = self.given(&events).by(&lead).told(invite(&self.notary()));
        events.extend(invited.unwrap());
        events.extend(
            self.given(&events)
                .by(&self.notary())
                .told(Join {})
                .unwrap(),
        );
        events
    }
}

#[test]
fn custody_stays_with_the_lead() {
    let world = world();
    let events = world.joint();
    assert_eq!(holder(&events), world.agency(COUNTY));
    assert_eq!(state(&events).stage(), CustodyStage::Joint);
}

#[test]
fn the_lead_completes_when_its_co_units_are_done() {
    let world = world();
    let mut events = world.joint();
    let lead = world.agency(COUNTY);
    let complete = Complete {
        outcome: Outcome::Granted,
    };
    let refused = world.given(&events).by(&lead).told(complete.clone());
    assert_eq!(
        refused,
        Err(Rejection::CoUnitsAtWork {
            units: world.notary().to_string()
        })
    );
    let notary = world.notary();
    events.extend(world.given(&events).by(&notary).told(report()).unwrap());
    events.extend(world.given(&events).by(&lead).told(complete).unwrap());
    assert_eq!(holder(&events), world.window);
}

#[test]
fn a_lead_whose_law_is_done_waits_for_the_last_co_unit() {
    let world = world();
    let mut events = world.joint();
    let (lead, notary) = (world.agency(COUNTY), world.notary());
    let finished = Prompt::Finished {
        outcome: Outcome::Refused,
    };
    events.extend(world.given(&events).by(&lead).when(&finished).unwrap());
    assert_eq!(state(&events).stage(), CustodyStage::LeadFinished);
    assert_eq!(holder(&events), lead);
    let give_back = Return {
        reason: ReturnReason::WrongItem,
        belongs_to: None,
    };
    let refused = world.given(&events).by(&lead).told(give_back).unwrap_err();
    assert_eq!(refused, Rejection::LeadIsDone { lead: lead.clone() });

    let release = Release {
        unit: notary.clone(),
        why: "不再需要".to_owned(),
    };
    let released = world.given(&events).by(&lead).told(release).unwrap();
    let reported = world.given(&events).by(&notary).told(report()).unwrap();
    for last in [released, reported] {
        let Some(Event::Completed(completed)) = last.last() else {
            panic!("{last:?}")
        };
        assert_eq!(completed.outcome, Outcome::Refused);
    }
}

#[test]
fn what_a_co_unit_does_is_its_own() {
    let world = world();
    let mut events = world.accepted();
    let (lead, notary) = (world.agency(COUNTY), world.notary());
    let uninvited = world.given(&events).by(&notary).told(Join {}).unwrap_err();
    assert!(matches!(uninvited, Rejection::NotInvited { .. }));
    let itself = world.given(&events).by(&lead).told(invite(&lead));
    assert!(matches!(itself, Err(Rejection::LeadItself { .. })));
    let court = world.unit(COUNTY, "court");
    let invited = |unit: &UnitId| world.given(&events).by(&lead).told(invite(unit));
    let outside = invited(&court).unwrap_err();
    assert!(matches!(outside, Rejection::OutsideBody { .. }));
    assert_eq!(field(&outside).as_deref(), Some("unit"));
    let unknown = invited(&nowhere()).unwrap_err();
    assert_eq!(field(&unknown).as_deref(), Some("unit"));
    let not_lead = world.given(&events).by(&notary).told(invite(&lead));
    assert!(matches!(not_lead, Err(Rejection::NotHolder { .. })));

    events.extend(
        world
            .given(&events)
            .by(&lead)
            .told(invite(&notary))
            .unwrap(),
    );
    let twice = world.given(&events).by(&lead).told(invite(&notary));
    assert!(matches!(twice, Err(Rejection::InvitedBefore { .. })));
    let early = world.given(&events).by(&notary).told(report()).unwrap_err();
    assert!(matches!(early, Rejection::NotInvited { .. }));
    let decline = DeclineInvitation {
        reason: ReturnReason::NoCapacity,
    };
    events.extend(world.given(&events).by(&notary).told(decline).unwrap());
    assert_eq!(state(&events).co_units[0].standing, CoUnitStatus::Declined);
    assert_eq!(state(&events).stage(), CustodyStage::AtUnit);
}

#[test]
fn a_lead_that_gives_the_case_back_releases_its_co_units() {
    let world = world();
    let mut events = world.joint();
    let give_back = Return {
        reason: ReturnReason::WrongItem,
        belongs_to: None,
    };
    let given = world.given(&events).by(&world.agency(COUNTY));
    events.extend(given.offering(handoff(2)).told(give_back).unwrap());
    assert_eq!(state(&events).open_co_units().count(), 0);
    let late = world.given(&events).by(&world.notary()).told(report());
    assert!(matches!(late, Err(Rejection::NotInvited { .. })));
}

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
        let given = world.given(events).supervisor(&bureau);
        given.offering(handoff(9)).told(reassign)
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
