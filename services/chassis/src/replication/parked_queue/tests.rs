//! The queue of parked events: order, reasons, its bound.

use onestop_proto::{
    ids::{CommandId, StaffId},
    issuer::Hand,
    parking::{Reason, Released, Taken},
};

use super::*;

fn command(number: u8) -> CommandId {
    format!("019ab0c4-8000-7000-8000-0000000000{number:02x}")
        .parse()
        .unwrap()
}

fn case() -> CaseId {
    command(1).case()
}

fn event(number: u8) -> EventId {
    command(number).event(0)
}

fn parked(number: u8, reason: Reason) -> Event {
    Event::from(parked_of(number, "cn.onestop.case.opened.v1", reason))
}

fn parked_of(number: u8, event_type: &str, reason: Reason) -> Parked {
    Parked {
        event: event(number),
        event_type: event_type.to_owned(),
        at: onestop_proto::envelope::LogPosition {
            source: "/onestop/intake/main".parse().unwrap(),
            epoch: uuid::Uuid::nil(),
            position: u64::from(number),
        },
        hash: "0".repeat(64),
        reason,
        unit: "s4k2m9qxa.window".parse().unwrap(),
        division: "530821".parse().unwrap(),
    }
}

fn queue_after(history: &[Event]) -> Option<ParkedQueue> {
    history.iter().fold(None, evolve)
}

fn when_skipped(history: &[Event], number: u8, why: &str) -> Result<Vec<Event>, Rejection> {
    let skipping = Skip {
        event: event(number),
        why: why.to_owned(),
        alone: Some("只有一人".to_owned()),
    };
    skip_by(history, &skipping, "he-jun", Hand::Operator, NOW)
}

const NOW: &str = "2026-03-04 09:00:00";

fn decider<'a>(staff: &'a StaffId, hand: Hand, now: &str) -> Decider<'a> {
    Decider {
        staff,
        hand,
        now: now.parse().unwrap(),
        hours: 72,
    }
}

fn skip_by(
    history: &[Event],
    skipping: &Skip,
    staff: &str,
    hand: Hand,
    now: &str,
) -> Result<Vec<Event>, Rejection> {
    let nothing = Rejection::NothingParked { case: case() };
    let staff: StaffId = staff.parse().unwrap();
    let decider = decider(&staff, hand, now);
    let queue = queue_after(history).ok_or_else(|| nothing.clone())?;
    skip(&queue, skipping, decider, nothing)
}

fn asked_by(history: &[Event], staff: &str, now: &str) -> Result<Vec<Event>, Rejection> {
    let request = RequestSkip {
        event: event(1),
        why: "重复上报".to_owned(),
    };
    let nothing = Rejection::NothingParked { case: case() };
    let staff: StaffId = staff.parse().unwrap();
    let decider = decider(&staff, Hand::Person, now);
    let queue = queue_after(history).ok_or_else(|| nothing.clone())?;
    request_skip(&queue, &request, decider, nothing)
}

#[test]
fn one_asks_and_another_skips_in_time() {
    let mut history = two_wait().to_vec();
    let skipping = |alone: Option<&str>| Skip {
        event: event(1),
        why: "重复上报".to_owned(),
        alone: alone.map(str::to_owned),
    };
    let (plain, alone) = (skipping(None), skipping(Some("只有一人")));
    let not_asked = Err(Rejection::SkipNotRequested { event: event(1) });
    for (skipping, hand) in [(&plain, Hand::Operator), (&alone, Hand::Person)] {
        let refused = skip_by(&history, skipping, "he-jun", hand, NOW);
        assert_eq!(refused, not_asked, "{hand:?}");
    }
    history.extend(asked_by(&history, "he-jun", NOW).unwrap());
    let until = "2026-03-07 09:00:00".parse().unwrap();
    let by: StaffId = "he-jun".parse().unwrap();
    let twice = asked_by(&history, "he-ping", NOW);
    let waits = Rejection::SkipRequested {
        by: by.clone(),
        until,
    };
    assert_eq!(twice, Err(waits));
    let same = skip_by(&history, &plain, "he-jun", Hand::Person, NOW);
    assert_eq!(same, Err(Rejection::SamePerson { by: by.clone() }));
    let late = skip_by(
        &history,
        &plain,
        "he-ping",
        Hand::Person,
        "2026-03-07 09:00:00",
    );
    assert_eq!(late, not_asked);
    let done = skip_by(&history, &plain, "he-ping", Hand::Person, NOW).unwrap();
    let [Event::Skipped(skipped)] = &done[..] else {
        panic!("{done:?}")
    };
    assert_eq!(skipped.requested_by, Some(by));
    history.extend(done);
    assert_eq!(queue_after(&history).unwrap().waiting.len(), 1);
    // What was asked for was that event: the next one is asked for again.
    assert!(matches!(
        when_skipped(&history, 1, "重复上报"),
        Err(Rejection::NotFirst { .. })
    ));
}

fn two_wait() -> [Event; 2] {
    let problem = "it does not fit".to_owned();
    [
        parked(1, Reason::Failed { problem }),
        parked(2, Reason::Behind {}),
    ]
}

#[test]
fn only_the_first_can_be_skipped() {
    let refused = when_skipped(&two_wait(), 2, "typing error").unwrap_err();
    let (first, event) = (event(1), event(2));
    assert_eq!(refused, Rejection::NotFirst { first, event });
    assert!(when_skipped(&two_wait(), 1, "typing error").is_ok());
}

#[test]
fn skipping_needs_a_reason() {
    let refused = when_skipped(&two_wait(), 1, "  ").unwrap_err();
    assert_eq!(refused, Rejection::WhyIsMissing {});
}

#[test]
fn a_processed_event_leaves_the_queue() {
    let mut history = two_wait().to_vec();
    for number in [1, 2] {
        let event = event(number);
        history.push(Event::from(Taken { event }));
    }
    assert_eq!(queue_after(&history).unwrap().first(), None);
    let refused = when_skipped(&history, 1, "typing error").unwrap_err();
    assert_eq!(refused, Rejection::NothingParked { case: case() });
}

#[test]
fn what_an_earlier_version_set_aside_about_transport_waits_only_as_a_copy() {
    let word = || parked_of(2, "cn.onestop.parking.event-parked.v2", Reason::Behind {});
    let problem = "it does not fit".to_owned();
    let history = [parked(1, Reason::Failed { problem }), Event::from(word())];
    let waiting = |rules: &Rules<ParkedQueue, Event>| {
        let queue = history.iter().fold(None, rules.evolve).unwrap();
        queue.waiting.len()
    };
    assert_eq!(waiting(rules(Delivery::Decided)), 1);
    assert_eq!(waiting(rules(Delivery::Copied)), 2);
    let alone = evolve(None, &Event::from(word())).unwrap();
    assert!(!alone.holds_up());
}

#[test]
fn a_queue_is_bounded_and_what_comes_after_is_read_again_from_one_place() {
    let mut queue = None;
    for number in 0..u8::MAX {
        let next = parked_of(number, "cn.onestop.case.opened.v1", Reason::Behind {});
        if let Some(written) = set_aside(queue.as_ref(), next) {
            queue = evolve(queue, &written);
        }
    }
    let queue = queue.unwrap();
    assert_eq!(queue.waiting.len(), MOST_PARKED);
    let held: Vec<LogPosition> = queue.held_back().collect();
    let [from] = &held[..] else {
        panic!("{held:?}")
    };
    assert_eq!(usize::try_from(from.position), Ok(MOST_PARKED));

    let released = Released {
        source: from.source.clone(),
        epoch: from.epoch,
    };
    let queue = evolve(Some(queue), &released.into()).unwrap();
    assert_eq!(queue.held_back().count(), 0);
}

/// Who does not agree says why, and the event waits on as if it had not been asked; who asked takes it back in the same way.
#[test]
fn a_request_is_refused_with_a_reason() {
    let refuse = |history: &[Event], why: &str| {
        let refuse = RefuseSkip {
            event: event(1),
            why: why.to_owned(),
        };
        let nothing = Rejection::NothingParked { case: case() };
        let now = NOW.parse().unwrap();
        let queue = queue_after(history).ok_or_else(|| nothing.clone())?;
        refuse_skip(&queue, &refuse, now, nothing)
    };
    let mut history = two_wait().to_vec();
    let not_asked = Err(Rejection::NoRequestWaits {});
    assert_eq!(refuse(&history, "应先修复"), not_asked);
    history.extend(asked_by(&history, "he-jun", NOW).unwrap());
    assert_eq!(refuse(&history, " "), Err(Rejection::WhyIsMissing {}));
    let refused = refuse(&history, "应先修复").unwrap();
    let [Event::SkipRefused(said)] = &refused[..] else {
        panic!("{refused:?}")
    };
    assert_eq!(said.requested_by.as_str(), "he-jun");
    history.extend(refused);
    assert_eq!(refuse(&history, "应先修复"), not_asked);
    let skipping = Skip {
        event: event(1),
        why: "重复上报".to_owned(),
        alone: None,
    };
    let skipped = skip_by(&history, &skipping, "he-ping", Hand::Person, NOW);
    let not_requested = Rejection::SkipNotRequested { event: event(1) };
    assert_eq!(skipped, Err(not_requested));
    assert_eq!(queue_after(&history).unwrap().waiting.len(), 2);
    assert!(asked_by(&history, "he-jun", NOW).is_ok());
}
