//! A unit says that a matter belongs to another province (法律援助法 art. 38; 公证法 art. 25).

use crate::domain::test_support::*;

/// 成都市锦江区
const CHENGDU: &str = "510104";

fn decline(belongs_to: &str) -> Decline {
    Decline {
        handoff: handoff(1),
        reason: ReturnReason::NotInJurisdiction,
        belongs_to: Some(belongs_to.parse().unwrap()),
    }
}

/// The unit that the case is offered to, and the place that it is offered for.
fn offered(events: &[Event]) -> Option<(UnitId, String)> {
    events.iter().find_map(|event| {
        let Event::Offered(offered) = event else {
            return None;
        };
        Some((offered.to.clone(), offered.place.to_string()))
    })
}

/// The place is kept, and the next unit up the tree of the case's own place says whether it is so: a unit's word ends no search.
#[test]
fn another_province_is_taken_and_kept() {
    let world = world();
    let events = world.offered();
    let county = world.agency(COUNTY);
    for place in ["51", CHENGDU] {
        let scenario = world.scenario(&events).by(&county).with_handoff(handoff(2));
        let declined = scenario.sends(decline(place)).unwrap();
        let Some(Event::Declined(kept)) = declined.first() else {
            panic!("{declined:?}")
        };
        assert_eq!(kept.belongs_to, Some(place.parse().unwrap()));
        let own = format!("{VILLAGE:0<12}");
        assert_eq!(offered(&declined), Some((world.agency(PREFECTURE), own)));
    }
}

#[test]
fn a_case_that_is_given_back_for_another_province_is_told_the_same() {
    let world = world();
    let events = world.accepted();
    let give_back = Return {
        reason: ReturnReason::NotInJurisdiction,
        belongs_to: Some(CHENGDU.parse().unwrap()),
    };
    let scenario = world.scenario(&events).by(&world.agency(COUNTY));
    let returned = scenario.with_handoff(handoff(2)).sends(give_back).unwrap();
    let Some(Event::Returned(kept)) = returned.first() else {
        panic!("{returned:?}")
    };
    assert_eq!(kept.belongs_to, Some(CHENGDU.parse().unwrap()));
    let next = offered(&returned).map(|(unit, _)| unit);
    assert_eq!(next, Some(world.agency(PREFECTURE)));
}

/// A code of no province is a slip, and so is one of Yunnan that no division has.
#[test]
fn a_code_of_no_place_is_refused_beside_its_field() {
    let world = world();
    let events = world.offered();
    for place in ["99", "530899"] {
        let scenario = world.scenario(&events).by(&world.agency(COUNTY));
        let refused = scenario.sends(decline(place)).unwrap_err();
        assert!(
            matches!(refused, Rejection::UnknownDivision { .. }),
            "{refused:?}"
        );
        assert_eq!(field(&refused).as_deref(), Some("belongs_to"));
    }
}
