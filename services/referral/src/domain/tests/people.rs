//! 律师法 art. 39: no person acts for both sides of a dispute, whichever services have the two cases; 法律援助法 art. 38.
#![allow(clippy::wildcard_enum_match_arm, reason = "a test looks for one event")]

use onestop_proto::{
    legal_aid, mediation,
    referral::{self, ApplicantsCorrected},
};

use crate::domain::{available, test_support::*};

const LICENCE: &str = "15308202610000001";

fn theirs() -> CaseId {
    "019ab0c4-8000-7000-8000-0000000000aa".parse().unwrap()
}

fn lawyer() -> ActingPerson {
    ActingPerson::licensed(legal_aid::service(), LICENCE)
}

fn mediator(staff: &str, licence: Option<&str>) -> ActingPerson {
    let staff = staff.parse().unwrap();
    ActingPerson {
        licence: licence.map(str::to_owned),
        ..ActingPerson::known(mediation::service(), ActingRole::Impartial, staff)
    }
}

fn engaged(unit: &UnitId, person: &ActingPerson) -> Trigger {
    Trigger::PeopleEngaged {
        unit: unit.clone(),
        people: vec![person.clone()],
    }
}

#[test]
fn who_acts_is_noted_once() {
    let world = world();
    let agency = world.agency(COUNTY);
    let mut events = world.accepted();
    let noted = world
        .scenario(&events)
        .reacts_to(&engaged(&agency, &lawyer()))
        .unwrap();
    assert_eq!(event_names(&noted), ["engaged"]);
    events.extend(noted);
    assert_eq!(state(&events).acting, [lawyer()]);
    let again = world
        .scenario(&events)
        .reacts_to(&engaged(&agency, &lawyer()));
    assert_eq!(again.unwrap(), []);
}

/// Two services decided at the same time: the one that is heard later finds it, and the bureau above both units hears of it.
#[test]
fn one_person_on_both_sides_is_put_to_the_bureau_above() {
    let world = world();
    let agency = world.agency(COUNTY);
    let events = world.accepted();
    for (opposite, conflict) in [
        (mediator("yang-mei", Some(LICENCE)), true),
        (mediator("yang-mei", Some("15308202610000002")), false),
        (lawyer(), true),
    ] {
        let committee = world.unit(SIMAO, "legal-aid");
        let scenario = world.scenario(&events).opposite(theirs(), &opposite);
        let scenario = scenario.against(theirs(), &committee);
        let found = scenario.reacts_to(&engaged(&agency, &lawyer())).unwrap();
        let found = found.iter().find_map(|event| match event {
            Event::ConflictFound(found) => Some(found),
            _ => None,
        });
        assert_eq!(found.is_some(), conflict, "{opposite:?}");
        let Some(found) = found else { continue };
        assert_eq!((found.case, &found.person), (theirs(), &lawyer()));
        assert_eq!(found.supervisor, world.bureau(PREFECTURE));
        let event = Event::from(found.clone());
        let address = crate::domain::address(&state(&events), &event);
        assert_eq!(address.unit, found.supervisor);
    }
}

/// Who acted for the other side before goes with the case to the unit that accepts it.
#[test]
fn a_unit_learns_who_acts_for_the_other_side() {
    let world = world();
    let agency = world.agency(COUNTY);
    let offered = world.offered();
    let scenario = world.scenario(&offered).by(&agency);
    let scenario = scenario.opposite(theirs(), &mediator("yang-mei", None));
    let accept = Accept {
        handoff: handoff(1),
    };
    let events = scenario.sends(accept).unwrap();
    let Some(Event::Accepted(accepted)) = events.first() else {
        panic!("{events:?}")
    };
    assert_eq!(accepted.other_side, [mediator("yang-mei", None)]);
}

/// A person of the roster who advises one side is a lawyer of that side.
#[test]
fn a_lawyer_of_the_other_side_does_not_advise() {
    let person = "\n[[person]]\nid = \"wang\"\ndivision = \"530821101\"\nkind = \"window\"\nlicence = \"15308202610000001\"\n\
                  valid_from = 2026-01-01\nsource = \"名册\"\nstatus = \"unconfirmed\"\n";
    let world = World {
        directory: Directory::built_in_with("sites.toml", person).unwrap(),
        ..world()
    };
    let events = world.at_work();
    let window = world.unit("530821101", "window");
    let complete = || Complete {
        outcome: Outcome::Granted,
    };
    let adviser = || world.scenario(&events).by(&window);
    let refused = adviser().opposite(theirs(), &lawyer()).sends(complete());
    let staff = "wang".parse().unwrap();
    assert_eq!(refused, Err(Rejection::ActsForOtherSide { staff }));
    let offers = |scenario: Scenario<'_>| {
        let listed = scenario.deciding(|context| available(&state(&events), context));
        listed.contains(&"complete")
    };
    assert!(!offers(adviser().opposite(theirs(), &lawyer())) && offers(adviser()));
    let advised = adviser().sends(complete()).unwrap();
    let Some(Event::Engaged(engaged)) = advised.first() else {
        panic!("{advised:?}")
    };
    assert_eq!(engaged.person.licence.as_deref(), Some(LICENCE));
    assert_eq!(engaged.person.service, referral::service());
    // Who has no licence is no adviser in law.
    let plain = crate::domain::test_support::world();
    let events = plain.at_work();
    let completed = plain.scenario(&events).by(&window).sends(complete());
    let names = event_names(&completed.unwrap());
    assert!(!names.contains(&"engaged"), "{names:?}");
}

/// 公证程序规则 art. 11, 人民调解法 art. 17: a correction of who applies goes with the case, on its way to a unit and at work there.
#[test]
fn a_correction_of_the_applicants_goes_with_the_case() {
    let world = world();
    let corrected = |people, respondents| {
        Trigger::ApplicantsCorrected(ApplicantsCorrected {
            people: Some(people),
            respondents,
        })
    };
    let mut events = world.offered();
    let scenario = world.scenario(&events);
    let noted = scenario.reacts_to(&corrected(3, Some(2))).unwrap();
    assert_eq!(event_names(&noted), ["applicants-corrected"]);
    events.extend(noted);
    let same = world.scenario(&events).reacts_to(&corrected(3, Some(2)));
    assert_eq!(same.unwrap(), []);
    let accept = Accept {
        handoff: handoff(1),
    };
    let agency = world.agency(COUNTY);
    let accepted = world.scenario(&events).by(&agency).sends(accept).unwrap();
    let Some(Event::Accepted(told)) = accepted.first() else {
        panic!("{accepted:?}")
    };
    assert_eq!((told.people, told.respondents), (Some(3), Some(2)));
    events.extend(accepted);
    let later = world.scenario(&events).reacts_to(&corrected(4, None));
    assert_eq!(event_names(&later.unwrap()), ["applicants-corrected"]);
    // At the window no unit works on it: what is referred next says so itself.
    let begun = world.begun();
    let nobody = world.scenario(&begun).reacts_to(&corrected(2, None));
    assert_eq!(nobody.unwrap(), []);
}
