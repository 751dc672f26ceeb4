//! Two people decide which history of a source is followed.

use super::*;

fn moment(text: &str) -> Timestamp {
    text.parse().unwrap()
}

const NOW: &str = "2026-03-04 09:00:00";

fn source() -> Source {
    "/onestop/intake/main".parse().unwrap()
}

fn epoch(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

fn open_request() -> Decisions {
    let requested = Event::from(FollowRequested {
        source: source(),
        epoch: epoch(2),
        why: "按备份恢复".to_owned(),
        by: "he-jun".parse().unwrap(),
        until: moment("2026-03-07 09:00:00"),
        unit: "s4k2m9qxa.bureau".parse().unwrap(),
        division: "530821".parse().unwrap(),
    });
    evolve(None, &requested).unwrap()
}

fn follow(number: u128, alone: Option<&str>) -> FollowSource {
    FollowSource {
        source: source(),
        epoch: epoch(number),
        why: "按备份恢复".to_owned(),
        division: "530821".parse().unwrap(),
        alone: alone.map(str::to_owned),
    }
}

fn decided(
    decisions: Option<&Decisions>,
    follow: &FollowSource,
    staff: &str,
    hand: Hand,
    now: &str,
) -> Result<Option<StaffId>, Rejection> {
    let staff: StaffId = staff.parse().unwrap();
    let decider = Decider {
        staff: &staff,
        hand,
        now: moment(now),
        hours: 72,
    };
    requested_by(decisions, follow, decider)
}

#[test]
fn one_asks_and_another_decides_in_time_on_that_history() {
    let asked = open_request();
    let decide = |number, staff, now| {
        decided(
            Some(&asked),
            &follow(number, None),
            staff,
            Hand::Person,
            now,
        )
    };
    let by: StaffId = "he-jun".parse().unwrap();
    assert_eq!(decide(2, "he-ping", NOW), Ok(Some(by.clone())));
    let same = Err(Rejection::SamePerson { by });
    assert_eq!(decide(2, "he-jun", NOW), same);
    let source = source();
    let not_asked = Err(Rejection::FollowNotRequested { source });
    assert_eq!(decide(3, "he-ping", NOW), not_asked);
    assert_eq!(decide(2, "he-ping", "2026-03-07 09:00:00"), not_asked);
}

#[test]
fn the_operator_decides_alone_and_says_why() {
    let source = source();
    let not_asked = Err(Rejection::FollowNotRequested { source });
    let decide = |alone, hand| decided(None, &follow(2, alone), "he-jun", hand, NOW);
    assert_eq!(decide(Some("只有一人"), Hand::Operator), Ok(None));
    assert_eq!(decide(Some("只有一人"), Hand::Person), not_asked);
    assert_eq!(decide(Some(" "), Hand::Operator), not_asked);
    assert_eq!(decide(None, Hand::Operator), not_asked);
}

/// What was decided is decided: the same history is asked for again.
#[test]
fn a_decision_ends_the_request() {
    let followed = Event::from(SourceFollowed {
        source: source(),
        epoch: epoch(2),
        instead_of: epoch(1),
        heard: 7,
        why: "按备份恢复".to_owned(),
        unit: "s4k2m9qxa.bureau".parse().unwrap(),
        division: "530821".parse().unwrap(),
        requested_by: Some("he-jun".parse().unwrap()),
        alone: None,
    });
    let after = evolve(Some(open_request()), &followed);
    assert!(waiting(after.as_ref(), epoch(2), moment(NOW)).is_none());
}

/// A person with a key of their own is no operator of the machine, who could change its files anyway.
#[test]
fn who_oversees_a_part_of_the_divisions_follows_nothing() {
    use Overseen::{All, Part};

    let refused = Err(Rejection::WholeProvinceOnly {});
    assert_eq!(check_oversight(Part, Hand::Person), refused);
    assert_eq!(check_oversight(All, Hand::Person), Ok(()));
    assert_eq!(check_oversight(Part, Hand::Operator), Ok(()));
}

/// Who does not agree says why, and nothing waits any more.
#[test]
fn a_request_is_refused_with_a_reason() {
    let refuse = |number: u128, why: &str| RefuseFollow {
        source: source(),
        epoch: epoch(number),
        why: why.to_owned(),
        division: "530821".parse().unwrap(),
    };
    let asked = open_request();
    let said = |refuse: &RefuseFollow| refused_request(Some(&asked), refuse, moment(NOW));
    assert_eq!(said(&refuse(2, " ")), Err(Rejection::NoReason {}));
    let not_asked = Err(Rejection::NoRequestWaits {});
    assert_eq!(said(&refuse(3, "备份不完整")), not_asked);
    let by: StaffId = "he-jun".parse().unwrap();
    assert_eq!(said(&refuse(2, "备份不完整")), Ok(by.clone()));
    let refused = Event::from(FollowRefused {
        source: source(),
        epoch: epoch(2),
        why: "备份不完整".to_owned(),
        requested_by: by,
        unit: "s4k2m9qxa.bureau".parse().unwrap(),
        division: "53".parse().unwrap(),
    });
    let after = evolve(Some(open_request()), &refused);
    assert!(waiting(after.as_ref(), epoch(2), moment(NOW)).is_none());
}
