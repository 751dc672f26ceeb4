use onestop_proto::referral::Complete;

use super::*;
use crate::domain::test_support::*;

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
    let (lead, notary) = (world.unit("530821101", "window"), world.notary());
    let mut events = world.at_work();
    let invited = world.scenario(&events).by(&lead).sends(invite(&notary));
    events.extend(invited.unwrap());
    let joined = world.scenario(&events).by(&notary).sends(Join {});
    events.extend(joined.unwrap());
    let complete = Complete {
        outcome: Outcome::Granted,
    };
    let refused = world.scenario(&events).by(&lead).sends(complete.clone());
    assert_eq!(
        refused,
        Err(Rejection::CoUnitsAtWork {
            units: notary.to_string()
        })
    );
    events.extend(world.scenario(&events).by(&notary).sends(report()).unwrap());
    events.extend(world.scenario(&events).by(&lead).sends(complete).unwrap());
    assert_eq!(holder(&events), world.window);
}

#[test]
fn a_lead_whose_law_is_done_waits_for_the_last_co_unit() {
    let world = world();
    let mut events = world.joint();
    let (lead, notary) = (world.agency(COUNTY), world.notary());
    let finished = Trigger::WorkConcluded {
        outcome: Outcome::Refused,
    };
    events.extend(
        world
            .scenario(&events)
            .by(&lead)
            .reacts_to(&finished)
            .unwrap(),
    );
    assert_eq!(state(&events).stage(), CustodyStage::LeadFinished);
    assert_eq!(holder(&events), lead);
    let give_back = Return {
        reason: ReturnReason::WrongItem,
        belongs_to: None,
    };
    let refused = world
        .scenario(&events)
        .by(&lead)
        .sends(give_back)
        .unwrap_err();
    assert_eq!(refused, Rejection::LeadIsDone { lead: lead.clone() });

    let release = Release {
        unit: notary.clone(),
        why: "不再需要".to_owned(),
    };
    let released = world.scenario(&events).by(&lead).sends(release).unwrap();
    let reported = world.scenario(&events).by(&notary).sends(report()).unwrap();
    for last in [released, reported] {
        let Some(Event::Completed(completed)) = last.last() else {
            panic!("{last:?}")
        };
        assert_eq!(completed.outcome, Outcome::Refused);
    }
}

#[test]
fn a_co_unit_acts_for_itself_alone() {
    let world = world();
    let mut events = world.accepted();
    let (lead, notary) = (world.agency(COUNTY), world.notary());
    let uninvited = world
        .scenario(&events)
        .by(&notary)
        .sends(Join {})
        .unwrap_err();
    assert!(matches!(uninvited, Rejection::NotInvited { .. }));
    let itself = world.scenario(&events).by(&lead).sends(invite(&lead));
    assert!(matches!(itself, Err(Rejection::LeadItself { .. })));
    let court = world.unit(COUNTY, "court");
    let invited = |unit: &UnitId| world.scenario(&events).by(&lead).sends(invite(unit));
    let outside = invited(&court).unwrap_err();
    assert!(matches!(outside, Rejection::OutsideBody { .. }));
    assert_eq!(field(&outside).as_deref(), Some("unit"));
    let unknown = invited(&nowhere()).unwrap_err();
    assert_eq!(field(&unknown).as_deref(), Some("unit"));
    let not_lead = world.scenario(&events).by(&notary).sends(invite(&lead));
    assert!(matches!(not_lead, Err(Rejection::NotHolder { .. })));

    events.extend(
        world
            .scenario(&events)
            .by(&lead)
            .sends(invite(&notary))
            .unwrap(),
    );
    let twice = world.scenario(&events).by(&lead).sends(invite(&notary));
    assert!(matches!(twice, Err(Rejection::InvitedBefore { .. })));
    let early = world
        .scenario(&events)
        .by(&notary)
        .sends(report())
        .unwrap_err();
    assert!(matches!(early, Rejection::NotInvited { .. }));
    let decline = DeclineInvitation {
        reason: ReturnReason::NoCapacity,
    };
    events.extend(world.scenario(&events).by(&notary).sends(decline).unwrap());
    assert_eq!(state(&events).co_units[0].status, CoUnitStatus::Declined);
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
    let scenario = world.scenario(&events).by(&world.agency(COUNTY));
    events.extend(scenario.with_handoff(handoff(2)).sends(give_back).unwrap());
    assert_eq!(state(&events).open_co_units().count(), 0);
    let late = world.scenario(&events).by(&world.notary()).sends(report());
    assert!(matches!(late, Err(Rejection::NotInvited { .. })));
}
