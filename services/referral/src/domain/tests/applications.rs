//! 法律援助法 art. 43: seven days from the receipt of the application, whatever the window does with it in between.
#![allow(
    clippy::wildcard_enum_match_arm,
    reason = "a test looks for some events"
)]

use onestop_proto::referral::{FormerApplication, Recall, RecallReason, Resumption, Unroutable};

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
        // New facts are applied for anew, and the new application names the one that was decided on.
        let decided = FormerApplication {
            handoff: Some(handoff(1)),
            received_at: Some(day(2)),
            end: ApplicationEnd::Decided,
            ended_at: day(5),
        };
        assert_eq!(former(&again), Some(decided), "{why:?}");
        let events = [events.clone(), again].concat();
        assert_eq!(received(&events), Some(day(20)), "{why:?}");
        // Once: what is routed again is of the new one.
        let lapsed = world.scenario(&events).at(day(26)).with_handoff(handoff(8));
        let lapsed = lapsed.reacts_to(&Trigger::TimerFired).unwrap();
        assert_eq!(former(&lapsed), None, "{why:?}");
    }
}

/// The application that a new one names, in the decision where it goes.
fn former(events: &[Event]) -> Option<FormerApplication> {
    let mut named = events.iter().filter_map(|event| match event {
        Event::Routed(routed) => Some(&routed.former),
        Event::Unroutable(unroutable) => Some(&unroutable.former),
        _ => None,
    });
    named.next().cloned().flatten()
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
        let named = former(&again).map(|former| former.end);
        assert_eq!(named, why.is_none().then_some(ApplicationEnd::Left));
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
    let mut events = withdrawn(&world);
    events.extend(requested(&world, &events, day(20), &advice(TAKEN_BACK)));
    assert_eq!(received(&events), Some(day(20)));
}

const TAKEN_BACK: Option<Resumption> = Some(Resumption::WithdrawalTakenBack);

/// Offered to the agency on the 2nd, and withdrawn on the 6th.
fn withdrawn(world: &World) -> Vec<Event> {
    let events = world.offered();
    let withdrew = RecallReason::CitizenWithdrew;
    let recalled = recalled(world, &events, day(6), withdrew);
    [events, recalled].concat()
}

fn advice(resumed: Option<Resumption>) -> Trigger {
    let subject = World::subject("consultation", "labour", "530821101");
    Trigger::ReferralRequested(ReferralSubject { resumed, ..subject })
}

/// The window that opens a case again and refers it as something else first gives no new days either: what goes on is every
/// application that had ended then, but for the days until the case was referred again.
#[test]
fn another_item_that_is_referred_first_after_a_reopening_gives_no_new_days() {
    let world = world();
    for (why, counts_from) in [
        (TAKEN_BACK, day(6)),
        (Some(Resumption::ClosedByMistake), day(2)),
        (None, day(20)),
    ] {
        let mut events = withdrawn(&world);
        events.extend(requested(&world, &events, day(10), &advice(why)));
        assert_eq!(received(&events), Some(day(10)), "{why:?}");
        let slip = RecallReason::WindowError;
        events.extend(recalled(&world, &events, day(11), slip));
        events.extend(requested(&world, &events, day(20), &World::request()));
        assert_eq!(received(&events), Some(counts_from), "{why:?}");
    }
    // Twice over: what went on once and ended again goes on again.
    let mut events = withdrawn(&world);
    events.extend(requested(&world, &events, day(10), &advice(TAKEN_BACK)));
    let withdrew = RecallReason::CitizenWithdrew;
    events.extend(recalled(&world, &events, day(12), withdrew));
    events.extend(requested(&world, &events, day(15), &advice(TAKEN_BACK)));
    let slip = RecallReason::WindowError;
    events.extend(recalled(&world, &events, day(16), slip));
    events.extend(requested(&world, &events, day(20), &World::request()));
    assert_eq!(received(&events), Some(day(9)));
}

/// A request for which no unit was found is a request: a term that counts from it does so, and the days of a withdrawal that was
/// taken back do not count.
#[test]
fn a_request_without_a_unit_is_when_it_was_asked_for() {
    let world = world();
    let unroutable = |at: Timestamp, why: Option<Resumption>| {
        let Trigger::ReferralRequested(subject) = resumed(why) else {
            panic!("a referral is wanted")
        };
        Event::from(Unroutable {
            subject,
            requested_at: Some(at),
            former: None,
            candidates: Vec::new(),
            directory: String::new(),
            arbiter: None,
        })
    };
    let mut events = world.begun();
    events.push(unroutable(day(3), None));
    assert_eq!(state(&events).application.requested_at, Some(day(3)));
    events.extend(requested(&world, &events, day(20), &World::request()));
    assert_eq!(state(&events).application.requested_at, Some(day(3)));
    // Four days had passed at the withdrawal.
    let mut events = withdrawn(&world);
    events.push(unroutable(day(10), TAKEN_BACK));
    assert_eq!(received(&events), Some(day(6)));
    events.extend(requested(&world, &events, day(20), &World::request()));
    assert_eq!(received(&events), Some(day(6)));
}
