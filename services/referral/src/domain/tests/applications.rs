//! 法律援助法 art. 43: seven days from the receipt of the application, whatever the window does with it in between.

use onestop_proto::referral::{Recall, RecallReason, Resumption};

use crate::domain::{ApplicationEnd, test_support::*};

fn recalled(world: &World, events: &[Event], on: Timestamp, reason: RecallReason) -> Vec<Event> {
    let scenario = world.scenario(events).at(on);
    scenario.sends(Recall { reason }).unwrap()
}

fn requested(world: &World, events: &[Event], on: Timestamp, request: &Trigger) -> Vec<Event> {
    let scenario = world.scenario(events).at(on).with_handoff(handoff(7));
    scenario.reacts_to(request).unwrap()
}

fn resumed(why: Option<Resumption>) -> Trigger {
    Trigger::ReferralRequested(ReferralSubject {
        resumed: why,
        ..World::subject("legal-aid", "labour-pay", VILLAGE)
    })
}

/// When the application under way counts as received.
fn received(events: &[Event]) -> Option<Timestamp> {
    state(events).application.received_at
}

/// Offered to the agency on the 2nd, taken back, referred as something else, taken back again, and referred for legal aid anew:
/// the application of the 2nd is not decided on.
#[test]
fn another_item_in_between_begins_no_new_application() {
    let world = world();
    let mut events = world.offered();
    let slip = RecallReason::WindowError;
    events.extend(recalled(&world, &events, day(4), slip));
    let consultation = World::wants("consultation", "labour", "530821101");
    events.extend(requested(&world, &events, day(4), &consultation));
    assert_eq!(
        received(&events),
        Some(day(4)),
        "the other item has its own"
    );
    events.extend(recalled(&world, &events, day(5), slip));
    events.extend(requested(&world, &events, day(20), &World::request()));
    assert_eq!(received(&events), Some(day(2)));
    assert_eq!(state(&events).application.requested_at, Some(day(2)));
}

/// An application that a unit has decided on is over, and so are those for other items.
#[test]
fn what_was_decided_on_is_applied_for_anew() {
    let world = world();
    let mut events = world.accepted();
    let concluded = Trigger::WorkConcluded {
        outcome: Outcome::Refused,
    };
    let agency = world.agency(COUNTY);
    let scenario = world.scenario(&events).by(&agency).at(day(5));
    events.extend(scenario.reacts_to(&concluded).unwrap());
    let ended = state(&events).ended_applications;
    assert_eq!(
        (ended[0].how, ended[0].at),
        (ApplicationEnd::Decided, day(5))
    );
    for why in [None, Some(Resumption::ClosedByMistake)] {
        let again = requested(&world, &events, day(20), &resumed(why));
        let events = [events.clone(), again].concat();
        assert_eq!(received(&events), Some(day(20)), "{why:?}");
    }
}

/// A window that withdraws for the citizen and opens the case again gives no unit new days: only those on which the application
/// was withdrawn do not count.
#[test]
fn a_withdrawal_that_is_taken_back_gives_no_new_days() {
    let world = world();
    let mut events = world.offered();
    let withdrew = RecallReason::CitizenWithdrew;
    events.extend(recalled(&world, &events, day(6), withdrew));
    for (why, counts_from) in [
        // Four days had passed.
        (Some(Resumption::WithdrawalTakenBack), day(16)),
        (Some(Resumption::ClosedByMistake), day(2)),
        (None, day(20)),
    ] {
        let again = requested(&world, &events, day(20), &resumed(why));
        let events = [events.clone(), again].concat();
        assert_eq!(received(&events), Some(counts_from), "{why:?}");
    }
}

/// The application of the 2nd was set aside for another item when the citizen withdrew.
#[test]
fn an_application_that_was_set_aside_goes_on_too() {
    let world = world();
    let mut events = world.offered();
    events.extend(recalled(&world, &events, day(4), RecallReason::WindowError));
    let consultation = World::wants("consultation", "labour", "530821101");
    events.extend(requested(&world, &events, day(4), &consultation));
    let withdrew = RecallReason::CitizenWithdrew;
    events.extend(recalled(&world, &events, day(6), withdrew));
    let taken_back = resumed(Some(Resumption::WithdrawalTakenBack));
    events.extend(requested(&world, &events, day(20), &taken_back));
    assert_eq!(received(&events), Some(day(16)));
}

/// What goes on is the same application: of another item it is a new one.
#[test]
fn another_item_is_not_resumed() {
    let world = world();
    let mut events = world.offered();
    events.extend(recalled(
        &world,
        &events,
        day(6),
        RecallReason::CitizenWithdrew,
    ));
    let other = Trigger::ReferralRequested(ReferralSubject {
        resumed: Some(Resumption::WithdrawalTakenBack),
        ..World::subject("consultation", "labour", "530821101")
    });
    events.extend(requested(&world, &events, day(20), &other));
    assert_eq!(received(&events), Some(day(20)));
}
