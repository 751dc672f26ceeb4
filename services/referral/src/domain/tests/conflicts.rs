//! Conflicts of interest, what cannot wait, and units that are closed.

use onestop_proto::referral::{CustodyStage, Invite};

use super::*;

fn theirs() -> CaseId {
    "019ab0c4-8000-7000-8000-0000000000aa".parse().unwrap()
}

#[test]
fn a_unit_that_works_for_the_other_side_is_not_asked() {
    let world = world();
    let begun = world.begun();
    let given = world.given(&begun).against(theirs(), &world.agency(COUNTY));
    let events = given.when(&World::request()).unwrap();
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
fn it_cannot_accept_either_when_the_other_side_came_in_between() {
    let world = world();
    let agency = world.agency(COUNTY);
    let accept = Accept {
        handoff: handoff(1),
    };
    let given = world.given(&world.offered()).by(&agency);
    let refused = given.against(theirs(), &agency).told(accept).unwrap_err();
    let conflict = Rejection::ConflictOfInterest {
        unit: agency.clone(),
        case: theirs(),
    };
    assert_eq!(refused, conflict);
    // Nor be a co-unit.
    let notary = world.unit(COUNTY, "notarization");
    let invite = Invite {
        unit: notary.clone(),
        task: "协助".to_owned(),
    };
    let given = world.given(&world.accepted()).by(&agency);
    let refused = given.against(theirs(), &notary).told(invite).unwrap_err();
    assert!(matches!(refused, Rejection::ConflictOfInterest { .. }));
}

#[test]
fn who_declared_a_conflict_is_not_asked_again_for_anything() {
    let world = world();
    let mut events = world.offered();
    let agency = world.agency(COUNTY);
    let decline = Decline {
        handoff: handoff(1),
        reason: ReturnReason::ConflictOfInterest,
        belongs_to: None,
    };
    let given = world.given(&events).by(&agency).offering(handoff(2));
    events.extend(given.told(decline).unwrap());
    let verdict = events.iter().rev().find_map(|event| match event {
        Event::Routed(routed) => Some(routed.route.candidates[0].verdict),
        _ => None,
    });
    assert_eq!(verdict, Some(Verdict::ConflictOfInterest));
}

#[test]
fn what_cannot_wait_says_so_in_the_offer() {
    let world = world();
    let urgent = Prompt::ReferralRequested(Wanted {
        item: "legal-aid".parse().unwrap(),
        topic: "domestic-violence".parse().unwrap(),
        place: VILLAGE.parse().unwrap(),
        urgent: true,
        opposed_to: Some(theirs()),
    });
    let events = world.given(&world.begun()).when(&urgent).unwrap();
    let Event::Offered(offered) = &events[1] else {
        panic!("{events:?}")
    };
    assert!(offered.urgent);
    let mut all = world.begun();
    all.extend(events);
    assert_eq!(state(&all).errand.unwrap().opposed_to, Some(theirs()));
}

#[test]
fn an_offer_to_a_unit_that_closed_goes_to_the_next() {
    let directory = crate::files::with_a_closed_county();
    let world = World {
        window: unit_at(&directory, VILLAGE, WINDOW),
        directory,
    };
    let mut events = world.offered();
    let given = world.given(&events).at(day(3)).offering(handoff(2));
    events.extend(given.when(&Prompt::TimeComes).unwrap());
    let custody = state(&events);
    assert_eq!(custody.stage(), CustodyStage::Offered);
    let super::super::Holding::Offered { to, .. } = custody.holding else {
        panic!("an offer")
    };
    assert_eq!(to, world.agency(PREFECTURE));
}
