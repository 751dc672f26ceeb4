//! The two sides of a dispute. 法律援助法 art. 38: the place decides which agency has a case, and not who came first; 律师法
//! art. 39 binds the lawyers. One mediation has one committee. Where units are bound, they stay apart.
#![allow(clippy::wildcard_enum_match_arm, reason = "a test looks for one event")]

use onestop_proto::routing::Verdict;

use crate::domain::test_support::*;

fn theirs() -> CaseId {
    "019ab0c4-8000-7000-8000-0000000000aa".parse().unwrap()
}

fn representation() -> Trigger {
    World::wants("representation", "lawsuit", VILLAGE)
}

fn neighbours() -> Trigger {
    World::wants("mediation", "neighbours", VILLAGE)
}

fn accept() -> Accept {
    Accept {
        handoff: handoff(1),
    }
}

#[test]
fn both_sides_have_the_agency_of_their_place() {
    let world = world();
    let agency = world.agency(COUNTY);
    let begun = world.begun();
    let scenario = world.scenario(&begun).against(theirs(), &agency);
    let events = scenario.reacts_to(&World::request()).unwrap();
    let Event::Routed(routed) = &events[0] else {
        panic!("{events:?}")
    };
    assert_eq!(routed.route.chosen, agency);
    let offered = [begun, events].concat();
    let scenario = world.scenario(&offered).by(&agency);
    let accepted = scenario.against(theirs(), &agency).sends(accept()).unwrap();
    // It learns of the other side's case, so that no lawyer acts for both.
    let Event::Accepted(accepted) = &accepted[0] else {
        panic!("{accepted:?}")
    };
    assert_eq!(accepted.opposing, [theirs()]);
}

#[test]
fn a_unit_that_is_bound_is_not_offered_the_case_of_the_other_side() {
    let world = world_of_units_apart();
    let begun = world.begun();
    let scenario = world
        .scenario(&begun)
        .against(theirs(), &world.agency(COUNTY));
    let events = scenario.reacts_to(&representation()).unwrap();
    let Event::Routed(routed) = &events[0] else {
        panic!("{events:?}")
    };
    assert_eq!(routed.route.chosen, world.agency(PREFECTURE));
    assert_eq!(
        routed.route.candidates[0].verdict,
        Verdict::ConflictOfInterest
    );
}

#[test]
fn it_cannot_accept_either_when_the_opposing_party_came_in_between() {
    let world = world_of_units_apart();
    let agency = world.agency(COUNTY);
    let mut events = world.begun();
    events.extend(
        world
            .scenario(&events)
            .reacts_to(&representation())
            .unwrap(),
    );
    let scenario = world.scenario(&events).by(&agency);
    let refused = scenario
        .against(theirs(), &agency)
        .sends(accept())
        .unwrap_err();
    let unit = agency.clone();
    // Whose case the other is, the refusal does not say.
    assert_eq!(refused, Rejection::ConflictOfInterest { unit });
    // Nor be a co-unit.
    events.extend(world.scenario(&events).by(&agency).sends(accept()).unwrap());
    let notary = world.unit(COUNTY, "notarization");
    let invite = Invite {
        unit: notary.clone(),
        task: "协助".to_owned(),
    };
    let scenario = world.scenario(&events).by(&agency);
    let refused = scenario
        .against(theirs(), &notary)
        .sends(invite)
        .unwrap_err();
    assert!(matches!(refused, Rejection::ConflictOfInterest { .. }));
}

#[test]
fn one_mediation_has_one_committee() {
    let world = world();
    let township = world.unit("530821101", "mediation");
    let county = world.unit(COUNTY, "mediation");
    let begun = world.begun();
    // The other side's case is with the county's committee, farther than the township's.
    let scenario = world.scenario(&begun).against(theirs(), &county);
    let events = scenario.reacts_to(&neighbours()).unwrap();
    let Event::Routed(routed) = &events[0] else {
        panic!("{events:?}")
    };
    assert_eq!(routed.route.chosen, county);
    let chosen = routed.route.candidates.iter();
    let chosen: Vec<_> = chosen
        .filter(|one| one.verdict == Verdict::Chosen)
        .map(|one| &one.unit)
        .collect();
    assert_eq!(chosen, [&county]);
    let offered = [begun.clone(), events].concat();
    let scenario = world.scenario(&offered).by(&county);
    assert!(scenario.against(theirs(), &county).sends(accept()).is_ok());

    // The township was offered the case before the county accepted the other side's.
    let mut offered = begun;
    offered.extend(world.scenario(&offered).reacts_to(&neighbours()).unwrap());
    let scenario = world.scenario(&offered).by(&township);
    let refused = scenario
        .against(theirs(), &county)
        .sends(accept())
        .unwrap_err();
    let unit = county.clone();
    assert_eq!(refused, Rejection::OneUnitForBoth { unit });
    // It declines, and the case goes there.
    let decline = Decline {
        handoff: handoff(1),
        reason: ReturnReason::NotInJurisdiction,
        belongs_to: None,
    };
    let scenario = world.scenario(&offered).by(&township);
    let scenario = scenario.with_handoff(handoff(2)).against(theirs(), &county);
    let declined = scenario.sends(decline).unwrap();
    let to = declined.iter().find_map(|event| match event {
        Event::Offered(offered) => Some(&offered.to),
        _ => None,
    });
    assert_eq!(to, Some(&county));
}

#[test]
fn a_committee_that_declined_is_no_longer_waited_for() {
    let world = world();
    let county = world.unit(COUNTY, "mediation");
    let begun = world.begun();
    let scenario = world.scenario(&begun).against(theirs(), &county);
    let events = scenario.reacts_to(&neighbours()).unwrap();
    let mut events = [begun, events].concat();
    let decline = Decline {
        handoff: handoff(1),
        reason: ReturnReason::ConflictOfInterest,
        belongs_to: None,
    };
    let scenario = world.scenario(&events).by(&county);
    let scenario = scenario.with_handoff(handoff(2)).against(theirs(), &county);
    events.extend(scenario.sends(decline).unwrap());
    let township = world.unit("530821101", "mediation");
    assert_eq!(state(&events).offer().unwrap().to, township);
    let accept = Accept {
        handoff: handoff(2),
    };
    let scenario = world.scenario(&events).by(&township);
    assert!(scenario.against(theirs(), &county).sends(accept).is_ok());
}
