//! A case turns out to be urgent after it was referred, or can wait again: routing and the lists of units go by that.

use onestop_proto::routing::Urgency;

use crate::domain::{Trigger, test_support::*};

const URGENT: Trigger = Trigger::UrgencyChanged(Urgency::Urgent);
const ORDINARY: Trigger = Trigger::UrgencyChanged(Urgency::Ordinary);

#[test]
fn a_case_on_its_way_becomes_urgent_and_can_wait_again() {
    let world = world();
    let mut events = world.offered();
    let is_urgent = |events: &[Event]| state(events).subject.unwrap().urgent;
    assert!(!is_urgent(&events));
    let changed = world.scenario(&events).reacts_to(&URGENT).unwrap();
    assert_eq!(event_names(&changed), ["urgency-changed"]);
    events.extend(changed);
    assert!(is_urgent(&events));
    // What is said twice changes nothing.
    let again = world.scenario(&events).reacts_to(&URGENT).unwrap();
    assert_eq!(again, []);
    events.extend(world.scenario(&events).reacts_to(&ORDINARY).unwrap());
    assert!(!is_urgent(&events));
}

/// The next offer says it, and a unit that is full is asked all the same.
#[test]
fn the_next_offer_is_urgent() {
    let world = world();
    let mut events = world.offered();
    events.extend(world.scenario(&events).reacts_to(&URGENT).unwrap());
    let decline = Decline {
        handoff: handoff(1),
        reason: ReturnReason::NoCapacity,
        belongs_to: None,
    };
    let county = world.scenario(&events).by(&world.agency(COUNTY));
    let declined = county.with_handoff(handoff(2)).sends(decline).unwrap();
    let is_urgent_offer = |event: &Event| matches!(event, Event::Offered(offer) if offer.urgent);
    assert!(declined.iter().any(is_urgent_offer), "{declined:?}");
}

#[test]
fn at_the_window_the_next_referral_says_it_itself() {
    let world = world();
    let begun = world.begun();
    assert_eq!(world.scenario(&begun).reacts_to(&URGENT).unwrap(), []);
}
