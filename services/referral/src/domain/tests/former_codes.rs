//! A new list of division codes: whose referrals and acts are published on which subjects, and who supervises them.

use onestop_proto::{
    envelope::{EventType, Source},
    referral::{self, CustodyTaken, Supervise},
    subject,
};

use crate::domain::{address, test_support::*};

/// A county that has become part of 宁洱县, and a village of it.
const FORMER: &str = "
[[former_division]]
code = \"530899000000\"
name = \"旧县\"
until = 2026-02-28
successor = \"530821000000\"

[[former_division]]
code = \"530899101201\"
name = \"旧村民委员会\"
until = 2026-02-28
successor = \"530821101201\"
";
const OLD_VILLAGE: &str = "530899101201";

fn world_of_new_codes() -> World {
    let directory = Directory::built_in_with("sites.toml", FORMER).unwrap();
    let window = unit_at(&directory, VILLAGE, WINDOW);
    World { directory, window }
}

fn published_on(events: &[Event], event: &Event) -> String {
    let address = address(&state(events), event);
    let source = Source::main(referral::service());
    subject::event(&source, event.event_type(), "legal-aid", address.division)
}

/// What a unit's program subscribes to by the code of its division, without the wildcard at its end.
fn subscription(happened: &str, within: &str) -> String {
    let (item, within) = ("legal-aid".parse().unwrap(), within.parse().unwrap());
    let subject = subject::watch("referral", happened, &item, within);
    subject.trim_end_matches('>').to_owned()
}

/// A case that was opened at the old village, whose window is recorded with the code of then.
fn opened_before(world: &World) -> Vec<Event> {
    let taken = CustodyTaken {
        text_key: None,
        by: world.window.clone(),
        division: OLD_VILLAGE.parse().unwrap(),
        number: format!("{}-260302-001", world.window.site())
            .parse()
            .unwrap(),
        at: day(2),
    };
    vec![Event::from(taken)]
}

#[test]
fn a_case_of_a_code_of_before_is_offered_on_the_subjects_of_its_successor() {
    let world = world_of_new_codes();
    let mut events = opened_before(&world);
    let request = World::wants("legal-aid", "labour-pay", OLD_VILLAGE);
    events.extend(world.scenario(&events).reacts_to(&request).unwrap());
    let offered = events.iter().find(|it| matches!(it, Event::Offered(_)));
    let subject = published_on(&events, offered.unwrap());
    let subscribed = subscription("offered", COUNTY);
    assert!(subject.starts_with(&subscribed), "{subject}");
    assert_eq!(
        state(&events).offer().unwrap().to,
        world.agency(COUNTY),
        "the agency of now"
    );
}

/// What goes back to a window of before is published by the code that its case was opened with: who is to see it there
/// subscribes to both codes.
#[test]
fn what_comes_back_to_a_window_of_before_is_published_by_the_code_of_then() {
    let world = world_of_new_codes();
    let mut events = opened_before(&world);
    let request = World::wants("legal-aid", "labour-pay", OLD_VILLAGE);
    events.extend(world.scenario(&events).reacts_to(&request).unwrap());
    let accept = Accept {
        handoff: handoff(1),
    };
    let agency = world.agency(COUNTY);
    events.extend(world.scenario(&events).by(&agency).sends(accept).unwrap());
    let concluded = Trigger::WorkConcluded {
        outcome: Outcome::Granted,
    };
    let completed = world.scenario(&events).by(&agency).reacts_to(&concluded);
    events.extend(completed.unwrap());
    let completed = events.iter().find(|it| matches!(it, Event::Completed(_)));
    let subject = published_on(&events, completed.unwrap());
    let of_then = subscription("completed", "530899");
    assert!(subject.starts_with(&of_then), "{subject}");
}

/// A supervisor of the successor sees to what was recorded at the code of then.
#[test]
fn the_bureau_of_the_successor_supervises_a_case_of_a_code_of_before() {
    let world = world_of_new_codes();
    let events = opened_before(&world);
    let bureau = |code: &str| unit_at(&world.directory, code, "bureau");
    let order = || Supervise {
        instruction: "请尽快答复".to_owned(),
    };
    let ordered = world.scenario(&events).by_supervisor(&bureau(COUNTY));
    assert!(ordered.sends(order()).is_ok());
    let other = world.scenario(&events).by_supervisor(&bureau("530822"));
    assert!(matches!(
        other.sends(order()),
        Err(Rejection::NotSupervisor { .. })
    ));
}
