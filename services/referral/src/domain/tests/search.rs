//! A search for a unit: a lapsed offer is no refusal, a new request looks at all units again, and where none is left the
//! case goes to the supervisor by itself.
#![allow(clippy::wildcard_enum_match_arm, reason = "a test looks for one event")]

use onestop_proto::{
    referral::{Unroutable, designate_step},
    routing::Verdict,
};

use crate::domain::{address, available, test_support::*};

impl World {
    /// One after the other, neither agency answers in time.
    fn lapsed(&self) -> Vec<Event> {
        let mut events = self.offered();
        for (number, day_of_month) in [(2, 9), (3, 20)] {
            let scenario = self
                .scenario(&events)
                .at(day(day_of_month))
                .with_handoff(handoff(number));
            events.extend(scenario.reacts_to(&Trigger::TimerFired).unwrap());
        }
        events
    }

    /// Both agencies decline, for one reason.
    fn refused(&self, reason: ReturnReason) -> Vec<Event> {
        let mut events = self.offered();
        for (number, code) in [(1, COUNTY), (2, PREFECTURE)] {
            let decline = Decline {
                handoff: handoff(number),
                reason,
                belongs_to: None,
            };
            let scenario = self.scenario(&events).by(&self.agency(code));
            let scenario = scenario.with_handoff(handoff(number + 1));
            events.extend(scenario.sends(decline).unwrap());
        }
        events
    }
}

fn last_search(events: &[Event]) -> &Unroutable {
    let found = events.iter().rev().find_map(|event| match event {
        Event::Unroutable(unroutable) => Some(unroutable),
        _ => None,
    });
    found.unwrap()
}

fn verdicts(unroutable: &Unroutable) -> Vec<Verdict> {
    let candidates = unroutable.candidates.iter();
    candidates.map(|one| one.verdict).collect()
}

#[test]
fn a_lapsed_offer_is_shown_as_such_and_refuses_nothing() {
    let world = world();
    let events = world.lapsed();
    let custody = state(&events);
    assert_eq!(custody.stage(), CustodyStage::Unroutable);
    assert_eq!(
        verdicts(last_search(&events)),
        [Verdict::Lapsed, Verdict::Lapsed]
    );
    assert_eq!(custody.sent_away_by, []);
    // The clerk asks again: the county's only agency is asked first.
    let again = world.scenario(&events).at(day(20)).with_handoff(handoff(4));
    let again = again.reacts_to(&World::request()).unwrap();
    let [
        Event::ClockStopped(stopped),
        Event::Routed(routed),
        Event::Offered(offered),
        Event::ClockStarted(_),
    ] = &again[..]
    else {
        panic!("{again:?}")
    };
    assert_eq!(stopped.step, designate_step());
    assert_eq!(offered.to, world.agency(COUNTY));
    assert_eq!(routed.route.candidates[0].verdict, Verdict::Chosen);
    let events = [events, again].concat();
    assert_eq!(state(&events).lapsed, []);
}

/// The next in the same search is another one.
#[test]
fn who_did_not_answer_is_not_asked_twice_in_one_search() {
    let world = world();
    let mut events = world.offered();
    let scenario = world.scenario(&events).at(day(9)).with_handoff(handoff(2));
    events.extend(scenario.reacts_to(&Trigger::TimerFired).unwrap());
    assert_eq!(state(&events).lapsed, [world.agency(COUNTY)]);
    let decline = Decline {
        handoff: handoff(2),
        reason: ReturnReason::NoCapacity,
        belongs_to: None,
    };
    let prefecture = world
        .scenario(&events)
        .by(&world.agency(PREFECTURE))
        .at(day(9));
    events.extend(prefecture.with_handoff(handoff(3)).sends(decline).unwrap());
    assert_eq!(
        verdicts(last_search(&events)),
        [Verdict::Lapsed, Verdict::SentAway]
    );
}

#[test]
fn a_new_request_asks_again_who_was_full_and_not_whom_it_does_not_concern() {
    let world = world();
    for (reason, stage) in [
        (ReturnReason::NoCapacity, CustodyStage::Offered),
        (ReturnReason::UnitClosed, CustodyStage::Offered),
        (ReturnReason::NotInJurisdiction, CustodyStage::Unroutable),
        (ReturnReason::WrongItem, CustodyStage::Unroutable),
        (ReturnReason::ConflictOfInterest, CustodyStage::Unroutable),
    ] {
        let mut events = world.refused(reason);
        assert_eq!(state(&events).stage(), CustodyStage::Unroutable);
        let again = world.scenario(&events).with_handoff(handoff(4));
        events.extend(again.reacts_to(&World::request()).unwrap());
        assert_eq!(state(&events).stage(), stage, "{reason}");
    }
    // Asked for another place, it is another question.
    let mut events = world.refused(ReturnReason::NotInJurisdiction);
    let elsewhere = World::wants("legal-aid", "labour-pay", COUNTY);
    let again = world.scenario(&events).with_handoff(handoff(4));
    events.extend(again.reacts_to(&elsewhere).unwrap());
    assert_eq!(state(&events).stage(), CustodyStage::Offered);
}

#[test]
fn where_none_is_left_the_supervisor_designates_without_being_asked() {
    let world = world();
    let mut events = world.lapsed();
    let custody = state(&events);
    let (county, prefecture) = (world.bureau(COUNTY), world.bureau(PREFECTURE));
    let arbiter = custody.arbiter().unwrap();
    assert_eq!(arbiter.supervisor, prefecture);
    // The window has it, and the bureau its own clock.
    assert_eq!(custody.holder(), &world.window);
    assert!(custody.clock(&designate_step()).is_some());
    let [.., unroutable, clock] = &events[..] else {
        panic!("{events:?}")
    };
    assert_eq!(address(&custody, unroutable).unit, world.window);
    assert_eq!(address(&custody, clock).unit, prefecture);
    let listed = |unit: &UnitId| {
        let supervisor = as_role("supervisor", unit);
        let scenario = world.scenario(&events).by_actor(supervisor);
        scenario.deciding(|context| available(&custody, context))
    };
    assert!(listed(&prefecture).contains(&"designate"));
    assert!(!listed(&county).contains(&"designate"));

    let to = designate(&world.agency(COUNTY));
    let below = world.scenario(&events).by_supervisor(&county);
    let below = below.at(day(20)).sends(to.clone());
    assert!(matches!(below, Err(Rejection::NotSupervisor { .. })));
    let bureau = world.scenario(&events).by_supervisor(&prefecture);
    let bureau = bureau.at(day(20)).with_handoff(handoff(4));
    events.extend(bureau.sends(to).unwrap());
    let custody = state(&events);
    assert_eq!(custody.stage(), CustodyStage::Designated);
    assert!(custody.clock(&designate_step()).is_none());
}

/// A supervisor that does not designate is overseen by the next one up.
#[test]
fn an_idle_supervisor_is_told_above() {
    let world = world();
    let events = world.lapsed();
    let told = world
        .scenario(&events)
        .at("2026-04-30 10:00:00".parse().unwrap());
    let told = told.reacts_to(&Trigger::TimerFired).unwrap();
    let supervised = told.iter().filter_map(|event| match event {
        Event::ClockSupervised(supervised) => Some(supervised.supervisor.clone()),
        _ => None,
    });
    let supervised: Vec<_> = supervised.collect();
    assert_eq!(supervised, [world.bureau("53")]);
}

#[test]
fn a_case_that_its_window_ends_is_nobodys_to_designate() {
    let world = world();
    let mut events = world.lapsed();
    let ended = world.scenario(&events).at(day(20));
    events.extend(ended.reacts_to(&Trigger::CaseEnded).unwrap());
    let custody = state(&events);
    assert_eq!(
        (custody.stage(), custody.arbiter()),
        (CustodyStage::AtWindow, None)
    );
    assert!(custody.clock(&designate_step()).is_none());
}

/// A search of before the supervisor was kept is disputed by its window, as it was then.
#[test]
fn an_old_search_has_no_arbiter() {
    let world = world();
    let mut events = world.lapsed();
    events.pop();
    let Some(Event::Unroutable(unroutable)) = events.pop() else {
        panic!("{events:?}")
    };
    let mut old = serde_json::to_value(&unroutable).unwrap();
    old.as_object_mut().unwrap().remove("arbiter");
    let old: Unroutable = serde_json::from_value(old).unwrap();
    events.push(old.into());
    let custody = state(&events);
    assert_eq!(
        (custody.stage(), custody.arbiter()),
        (CustodyStage::Unroutable, None)
    );
    assert!(world.scenario(&events).sends(dispute()).is_ok());
}
