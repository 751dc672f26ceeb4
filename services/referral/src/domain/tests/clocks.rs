//! Time limits: told of once each, also after downtime; extended before they are over.

use onestop_proto::referral::{
    GrantExtension, RefuseExtension, RequestExtension, accept_step, work_step,
};

use super::*;

fn ask() -> RequestExtension {
    RequestExtension {
        reason: "案情复杂".to_owned(),
    }
}

pub(super) fn names(events: &[Event]) -> Vec<&'static str> {
    use onestop_proto::envelope::{EventType, event_name};
    events
        .iter()
        .map(|event| event_name(event.event_type()))
        .collect()
}

impl World {
    /// A consultation, whose item has no service with clocks of its own, at the township's window.
    fn at_work(&self) -> Vec<Event> {
        let mut events = self.begun();
        let wants = Self::wants("consultation", "labour", "530821101");
        events.extend(self.given(&events).when(&wants).unwrap());
        let accept = Accept {
            handoff: handoff(1),
        };
        let window = self.unit("530821101", "window");
        events.extend(self.given(&events).by(&window).told(accept).unwrap());
        events
    }
}

#[test]
fn an_offer_is_told_of_before_it_ends_and_urged_when_it_does() {
    let world = world();
    let mut events = world.offered();
    // Offered on Monday the 2nd, to be answered within two working days: Wednesday the 4th.
    let soon: Timestamp = "2026-03-03 00:00:00".parse().unwrap();
    let told = world.given(&events).at(soon).when(&Prompt::TimeComes);
    let told = told.unwrap();
    assert_eq!(names(&told), ["clock-due-soon"]);
    events.extend(told);
    let again = world.given(&events).at(soon).when(&Prompt::TimeComes);
    assert_eq!(again.unwrap(), []);

    let given = world.given(&events).at(day(5)).offering(handoff(2));
    let over = given.when(&Prompt::TimeComes).unwrap();
    assert_eq!(
        names(&over),
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
fn what_came_while_nobody_was_there_is_told_in_order_and_once() {
    let world = world();
    let mut events = world.at_work();
    assert!(state(&events).clock(&work_step()).is_some());
    let told = world.given(&events).at(day(31)).when(&Prompt::TimeComes);
    let told = told.unwrap();
    assert_eq!(
        names(&told),
        ["clock-due-soon", "clock-overdue", "clock-supervised"]
    );
    let Some(Event::ClockSupervised(supervised)) = told.last() else {
        panic!("{told:?}")
    };
    assert_eq!(supervised.supervisor, world.bureau(COUNTY));
    events.extend(told);
    let again = world.given(&events).at(day(31)).when(&Prompt::TimeComes);
    assert_eq!(again.unwrap(), []);
}

#[test]
fn an_item_with_a_law_of_its_own_has_that_laws_clocks() {
    let world = world();
    assert_eq!(state(&world.accepted()).clocks, []);
}

#[test]
fn the_answer_is_put_off_by_the_unit_itself_and_once() {
    let world = world();
    let mut events = world.offered();
    let agency = world.agency(COUNTY);
    let extended = world.given(&events).by(&agency).told(ask()).unwrap();
    assert_eq!(names(&extended), ["clock-extended"]);
    events.extend(extended);
    let custody = state(&events);
    let due = &custody.clock(&accept_step()).unwrap().due;
    assert_eq!(due.day.to_string(), "2026-03-05");
    let super::super::Holding::Offered { until, .. } = custody.holding else {
        panic!("an offer")
    };
    assert_eq!(until, due.at);
    let again = world.given(&events).by(&agency).told(ask()).unwrap_err();
    assert!(matches!(again, Rejection::ExtendedBefore { times: 1, .. }));
}

#[test]
fn more_time_for_the_work_is_the_supervisors_to_give() {
    let world = world();
    let mut events = world.at_work();
    let window = world.unit("530821101", "window");
    let late = world.given(&events).by(&window).at(day(20)).told(ask());
    assert!(matches!(late, Err(Rejection::ExtensionLate { .. })));
    let nobody = world.given(&events).by(&world.agency(COUNTY)).told(ask());
    assert!(matches!(nobody, Err(Rejection::NotExtensible { .. })));
    let bureau = world.bureau(COUNTY);
    let early = world
        .given(&events)
        .supervisor(&bureau)
        .told(GrantExtension {});
    assert!(matches!(early, Err(Rejection::NothingAsked { .. })));

    let asked = world.given(&events).by(&window).told(ask()).unwrap();
    assert_eq!(names(&asked), ["extension-asked"]);
    events.extend(asked);
    let twice = world.given(&events).by(&window).told(ask()).unwrap_err();
    assert!(matches!(twice, Rejection::AskedBefore { .. }));
    let simao = world.bureau(SIMAO);
    let elsewhere = world
        .given(&events)
        .supervisor(&simao)
        .told(GrantExtension {});
    assert!(matches!(elsewhere, Err(Rejection::NotSupervisor { .. })));

    let refuse = RefuseExtension {
        why: "案情简单".to_owned(),
    };
    let mut refused = events.clone();
    refused.extend(
        world
            .given(&events)
            .supervisor(&bureau)
            .told(refuse)
            .unwrap(),
    );
    assert_eq!(state(&refused).extension, None);

    let granted = world
        .given(&events)
        .supervisor(&bureau)
        .told(GrantExtension {});
    events.extend(granted.unwrap());
    let custody = state(&events);
    assert_eq!(custody.extension, None);
    // Five working days from Monday the 2nd, and ten more.
    assert_eq!(
        custody.clock(&work_step()).unwrap().due.day.to_string(),
        "2026-03-23"
    );
}
