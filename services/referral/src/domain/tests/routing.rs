//! Routing: the candidates, conflicts of interest, urgent cases, closed units, offers that expire.
#![allow(clippy::wildcard_enum_match_arm, reason = "a test looks for one event")]

use onestop_proto::{
    legal_aid::{Gravity, Organ, OrganNotice},
    routing::Verdict,
};

use crate::domain::test_support::*;

/// The shipped directory, with a county whose site is closed.
fn with_a_closed_county() -> Directory {
    let with = Directory::built_in_with(
        "sites.toml",
        "\n[[override]]\ndivision = \"530821\"\nstate = \"suspended\"\n\
         from = 2026-03-03\nreason = { zh = \"撤并\", en = \"merged\" }\n",
    );
    with.unwrap()
}

fn theirs() -> CaseId {
    "019ab0c4-8000-7000-8000-0000000000aa".parse().unwrap()
}

#[test]
fn a_request_is_routed_to_the_countys_agency_and_the_reason_is_kept() {
    let world = world();
    let events = world
        .scenario(&world.begun())
        .reacts_to(&World::request())
        .unwrap();
    let [
        Event::Routed(routed),
        Event::Offered(offered),
        Event::ClockStarted(clock),
    ] = &events[..]
    else {
        panic!("{events:?}")
    };
    assert_eq!(routed.route.chosen, world.agency(COUNTY));
    assert_eq!(routed.route.directory, world.directory.version());
    let verdicts: Vec<_> = routed
        .route
        .candidates
        .iter()
        .map(|candidate| (candidate.unit.clone(), candidate.verdict))
        .collect();
    assert_eq!(
        verdicts,
        [
            (world.agency(COUNTY), Verdict::Chosen),
            (world.agency(PREFECTURE), Verdict::Farther)
        ],
    );
    assert_eq!(offered.to, world.agency(COUNTY));
    assert_eq!(offered.until, clock.due.at);
}

#[test]
fn an_unanswered_offer_expires_and_the_next_unit_is_offered_the_case() {
    let world = world();
    let ends = Trigger::TimerFired;
    let early = world.scenario(&world.offered()).reacts_to(&ends).unwrap();
    assert_eq!(early, []);
    let events = world
        .scenario(&world.offered())
        .at(day(20))
        .with_handoff(handoff(2))
        .reacts_to(&ends)
        .unwrap();
    let Some(Event::Offered(offered)) = events
        .iter()
        .find(|event| matches!(event, Event::Offered(_)))
    else {
        panic!("{events:?}")
    };
    assert_eq!(offered.to, world.agency(PREFECTURE));
}

#[test]
fn a_unit_that_declared_a_conflict_is_not_offered_the_case_again() {
    let world = world();
    let mut events = world.offered();
    let agency = world.agency(COUNTY);
    let decline = Decline {
        handoff: handoff(1),
        reason: ReturnReason::ConflictOfInterest,
        belongs_to: None,
    };
    let scenario = world.scenario(&events).by(&agency).with_handoff(handoff(2));
    events.extend(scenario.sends(decline).unwrap());
    let verdict = events.iter().rev().find_map(|event| match event {
        Event::Routed(routed) => Some(routed.route.candidates[0].verdict),
        _ => None,
    });
    assert_eq!(verdict, Some(Verdict::ConflictOfInterest));
}

#[test]
fn an_urgent_case_says_so_in_the_offer() {
    let world = world();
    let urgent = Trigger::ReferralRequested(ReferralSubject {
        urgent: true,
        opposed_to: Some(theirs()),
        ..World::subject("legal-aid", "domestic-violence", VILLAGE)
    });
    let events = world.scenario(&world.begun()).reacts_to(&urgent).unwrap();
    let Event::Offered(offered) = &events[1] else {
        panic!("{events:?}")
    };
    assert!(offered.urgent);
    let mut all = world.begun();
    all.extend(events);
    assert_eq!(state(&all).subject.unwrap().opposed_to, Some(theirs()));
}

#[test]
fn a_party_that_was_named_once_stays_known() {
    let world = world();
    let routed = |opposed_to| {
        let subject = ReferralSubject {
            opposed_to,
            ..World::subject("legal-aid", "labour-pay", VILLAGE)
        };
        let trigger = Trigger::ReferralRequested(subject);
        world.scenario(&world.begun()).reacts_to(&trigger).unwrap()
    };
    let mut all = world.begun();
    all.extend(routed(Some(theirs())));
    all.extend(routed(None));
    let custody = state(&all);
    assert_eq!(custody.subject.unwrap().opposed_to, None);
    assert_eq!(custody.opposed, [theirs()]);
}

#[test]
fn an_offer_to_a_unit_that_closed_goes_to_the_next() {
    let directory = with_a_closed_county();
    let world = World {
        window: unit_at(&directory, VILLAGE, WINDOW),
        directory,
    };
    let mut events = world.offered();
    let scenario = world.scenario(&events).at(day(3)).with_handoff(handoff(2));
    events.extend(scenario.reacts_to(&Trigger::TimerFired).unwrap());
    let custody = state(&events);
    assert_eq!(custody.stage(), CustodyStage::Offered);
    assert_eq!(custody.offer().unwrap().to, world.agency(PREFECTURE));
}

/// 法律援助法 art. 30: what a place of custody asks for is offered to the post that is there; what the court asks for is not.
#[test]
fn a_letter_from_custody_is_offered_to_the_post_in_the_detention_centre() {
    let world = world();
    let offered_to = |organ: Organ| {
        let notice = OrganNotice {
            organ,
            letter: "澜看帮〔2026〕2号".to_owned(),
            received_on: "2026-03-02".parse().unwrap(),
            gravity: Gravity::Ordinary,
            body: None,
        };
        let subject = ReferralSubject {
            notice: Some(notice),
            ..World::subject("legal-aid", "duty-lawyer-help", "530828")
        };
        let mut events = world.begun();
        let request = Trigger::ReferralRequested(subject);
        events.extend(world.scenario(&events).reacts_to(&request).unwrap());
        state(&events).offer().unwrap().to.clone()
    };
    let named = |name: &str| {
        let unit = world
            .directory
            .unit_named("530828".parse().unwrap(), &name.parse().unwrap());
        unit.unwrap().id.clone()
    };
    assert_eq!(offered_to(Organ::Custody), named("legal-aid-detention"));
    assert_eq!(offered_to(Organ::Court), named("legal-aid"));
}
