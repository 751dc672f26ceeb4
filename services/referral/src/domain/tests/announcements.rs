//! Clocks announce each thing once, also after downtime.

use onestop_proto::referral::work_step;

use crate::domain::test_support::*;

#[test]
fn an_offer_announces_its_end_and_expires() {
    let world = world();
    let mut events = world.offered();
    // Offered on Monday the 2nd, to be answered within two working days: Wednesday the 4th.
    let soon: Timestamp = "2026-03-03 00:00:00".parse().unwrap();
    let told = world
        .scenario(&events)
        .at(soon)
        .reacts_to(&Trigger::TimerFired);
    let told = told.unwrap();
    assert_eq!(event_names(&told), ["clock-due-soon"]);
    events.extend(told);
    let again = world
        .scenario(&events)
        .at(soon)
        .reacts_to(&Trigger::TimerFired);
    assert_eq!(again.unwrap(), []);

    let scenario = world.scenario(&events).at(day(5)).with_handoff(handoff(2));
    let over = scenario.reacts_to(&Trigger::TimerFired).unwrap();
    assert_eq!(
        event_names(&over),
        [
            "clock-overdue",
            "expired",
            "clock-stopped",
            "routed",
            "offered",
            "clock-started"
        ]
    );
}

#[test]
fn missed_announcements_are_made_in_order_and_once() {
    let world = world();
    let mut events = world.at_work();
    assert!(state(&events).clock(&work_step()).is_some());
    let told = world
        .scenario(&events)
        .at(day(31))
        .reacts_to(&Trigger::TimerFired);
    let told = told.unwrap();
    // The county's bureau, and the prefecture's five working days later.
    assert_eq!(
        event_names(&told),
        [
            "clock-due-soon",
            "clock-overdue",
            "clock-supervised",
            "clock-supervised"
        ]
    );
    let [
        ..,
        Event::ClockSupervised(county),
        Event::ClockSupervised(prefecture),
    ] = &told[..]
    else {
        panic!("{told:?}")
    };
    assert_eq!(county.supervisor, world.bureau(COUNTY));
    assert_eq!(prefecture.supervisor, world.bureau(PREFECTURE));
    events.extend(told);
    let again = world
        .scenario(&events)
        .at(day(31))
        .reacts_to(&Trigger::TimerFired);
    assert_eq!(again.unwrap(), []);
}

#[test]
fn an_item_with_a_law_of_its_own_has_that_laws_clocks() {
    let world = world();
    assert_eq!(state(&world.accepted()).clocks.iter().count(), 0);
}
