use onestop_proto::{
    clock::DayKind,
    registry::{ApproveChange, ChangeProposed, SetLimit},
};

use super::*;

const ACCEPT: &str = "referral.accept";
const REVIEW: &str = "legal-aid.review";

fn limit(place: &str, step: &str, days: u32) -> SetLimit {
    SetLimit {
        site: site(place).id.clone(),
        step: step.parse().unwrap(),
        days,
        day_kind: None,
        basis: "服务承诺".to_owned(),
        from: Some(day("2026-12-01")),
        until: None,
    }
}

/// The days that hold for a step at a place.
fn held(directory: &Directory, place: &str, step: &str, on: &str) -> u32 {
    let limit = directory.limit(&step.parse().unwrap(), place.parse().unwrap(), day(on));
    limit.unwrap().days
}

#[test]
fn given_a_limit_when_a_county_tightens_it_then_it_holds_there_and_below_from_that_day() {
    let (mut recorded, county) = (Recorded::default(), actor("supervisor", COUNTY, "bureau"));
    recorded.send(&county, limit(COUNTY, REVIEW, 5)).unwrap();
    let directory = recorded.directory(&site(COUNTY).id);
    for place in [COUNTY, PLANNED] {
        assert_eq!(held(&directory, place, REVIEW, "2026-11-30"), 7);
        assert_eq!(held(&directory, place, REVIEW, "2026-12-01"), 5);
    }
    for place in ["5308", "530821"] {
        assert_eq!(held(&directory, place, REVIEW, "2026-12-01"), 7);
    }
    let (step, place) = (REVIEW.parse().unwrap(), COUNTY.parse().unwrap());
    let standard = directory.standard(&step, place, day("2026-12-01")).unwrap();
    assert_eq!(standard.limit.basis, "服务承诺");
    assert_eq!(standard.valid_from, day("2026-12-01"));
    assert_eq!(standard.place, Some(place));
    // What the law says of pauses and of the first day goes on.
    let law = DIRECTORY.standard(&step, place, day("2026-12-01")).unwrap();
    assert_eq!(standard.limit.pauses, law.limit.pauses);
    assert_eq!(standard.runs_from, law.runs_from);
    let again = recorded.send(&county, limit(COUNTY, REVIEW, 5));
    assert_eq!(again, Err(Rejection::NothingChanges {}));
}

#[test]
fn given_a_limit_of_a_wider_place_when_a_narrower_one_sets_a_longer_one_then_it_is_refused() {
    let county = actor("supervisor", COUNTY, "bureau");
    let refused = Recorded::default().send(&county, limit(COUNTY, REVIEW, 8));
    let Err(Rejection::LooserThanWider { days, day_kind, .. }) = refused else {
        panic!("{refused:?}")
    };
    assert_eq!((days, day_kind), (7, DayKind::Calendar));
    // More working days never end before fewer calendar days.
    let working = SetLimit {
        day_kind: Some(DayKind::Working),
        ..limit(COUNTY, REVIEW, 8)
    };
    let refused = Recorded::default().send(&county, working);
    assert!(matches!(refused, Err(Rejection::LooserThanWider { .. })));
    // What the prefecture has recorded binds the county as the files do.
    let mut wide = Recorded::default();
    let prefecture = actor("supervisor", "5308", "bureau");
    wide.send(&prefecture, limit("5308", REVIEW, 5)).unwrap();
    let directory = wide.directory(&site("5308").id);
    let decided = |days: u32| {
        let context = Context {
            today: day(TODAY),
            actor: &county,
            directory: &directory,
        };
        decide(None, &limit(COUNTY, REVIEW, days).into(), &context)
    };
    let refused = decided(6);
    assert!(matches!(
        refused,
        Err(Rejection::LooserThanWider { days: 5, .. })
    ));
    assert!(decided(4).is_ok());
}

#[test]
fn given_a_limit_of_ones_own_when_it_is_loosened_then_the_tier_above_decides() {
    let mut recorded = Recorded::default();
    let county = actor("supervisor", COUNTY, "bureau");
    let prefecture = actor("supervisor", "5308", "bureau");
    recorded.send(&county, limit(COUNTY, REVIEW, 4)).unwrap();
    recorded.send(&county, limit(COUNTY, REVIEW, 6)).unwrap();
    let days = |recorded: &Recorded| {
        let directory = recorded.directory(&site(COUNTY).id);
        held(&directory, COUNTY, REVIEW, "2026-12-01")
    };
    assert_eq!(days(&recorded), 4);
    let approve = ApproveChange {
        site: site(COUNTY).id.clone(),
        proposal: 1,
    };
    let refused = recorded.send(&county, approve.clone());
    assert!(matches!(refused, Err(Rejection::WiderTierDecides { .. })));
    recorded.send(&prefecture, approve).unwrap();
    assert_eq!(days(&recorded), 6);
}

/// Three working days over a holiday end later than four calendar days.
#[test]
fn given_a_limit_of_ones_own_when_its_kind_of_days_changes_then_the_tier_above_decides() {
    let mut recorded = Recorded::default();
    let county = actor("supervisor", COUNTY, "bureau");
    recorded.send(&county, limit(COUNTY, REVIEW, 4)).unwrap();
    let working = SetLimit {
        day_kind: Some(DayKind::Working),
        ..limit(COUNTY, REVIEW, 3)
    };
    recorded.send(&county, working).unwrap();
    let waiting = recorded.0.as_ref().unwrap().waiting();
    assert_eq!(waiting.count(), 1);
}

/// The prefecture is stricter for a month. Two working days are no looser than its two days, and will be looser than the
/// county's own four days at some time of the year, once those hold again.
#[test]
fn given_a_limit_that_gives_way_when_another_kind_of_days_is_set_then_the_tier_above_decides() {
    let county = actor("supervisor", COUNTY, "bureau");
    let mut own = Recorded::default();
    own.send(&county, limit(COUNTY, REVIEW, 4)).unwrap();
    let mut wide = Recorded::default();
    let month = SetLimit {
        until: Some(day("2026-12-31")),
        ..limit("5308", REVIEW, 2)
    };
    let prefecture = actor("supervisor", "5308", "bureau");
    wide.send(&prefecture, month).unwrap();
    let directory = wide.directory(&site("5308").id);
    let context = Context {
        today: day(TODAY),
        actor: &county,
        directory: &directory,
    };
    let working = SetLimit {
        day_kind: Some(DayKind::Working),
        ..limit(COUNTY, REVIEW, 2)
    };
    let events = decide(own.0.as_ref(), &working.into(), &context).unwrap();
    assert!(matches!(events.as_slice(), [Event::ChangeProposed(_)]));
}

#[test]
fn given_a_window_when_it_tightens_a_limit_then_its_own_bureau_decides() {
    let window = actor("unit-administrator", COUNTY, WINDOW);
    let context = Context {
        today: day(TODAY),
        actor: &window,
        directory: &DIRECTORY,
    };
    let events = decide(None, &limit(COUNTY, ACCEPT, 1).into(), &context).unwrap();
    let [Event::ChangeProposed(ChangeProposed { approver, .. })] = events.as_slice() else {
        panic!("{events:?}")
    };
    assert_eq!(*approver, unit(COUNTY, "bureau"));
}

/// A proposal waits, and meanwhile the prefecture has tightened its own limit.
#[test]
fn given_a_proposed_limit_when_a_wider_place_is_stricter_by_then_then_it_is_not_approved() {
    let window = actor("unit-administrator", COUNTY, WINDOW);
    let county = another(actor("supervisor", COUNTY, "bureau"));
    let mut recorded = Recorded::default();
    recorded.send(&window, limit(COUNTY, REVIEW, 6)).unwrap();
    let mut wide = Recorded::default();
    let prefecture = actor("supervisor", "5308", "bureau");
    wide.send(&prefecture, limit("5308", REVIEW, 5)).unwrap();
    let directory = wide.directory(&site("5308").id);
    let context = Context {
        today: day(TODAY),
        actor: &county,
        directory: &directory,
    };
    let approve = Command::from(ApproveChange {
        site: site(COUNTY).id.clone(),
        proposal: 1,
    });
    let refused = decide(recorded.0.as_ref(), &approve, &context);
    assert!(matches!(
        refused,
        Err(Rejection::LooserThanWider { days: 5, .. })
    ));
}

/// A proposal of five days waits, and meanwhile the county's bureau has set four: five would be more time again.
#[test]
fn given_a_proposed_limit_when_its_place_is_stricter_by_then_then_the_tier_above_decides() {
    let window = actor("unit-administrator", COUNTY, WINDOW);
    let county = another(actor("supervisor", COUNTY, "bureau"));
    let mut recorded = Recorded::default();
    recorded.send(&window, limit(COUNTY, REVIEW, 5)).unwrap();
    recorded.send(&county, limit(COUNTY, REVIEW, 4)).unwrap();
    let approve = ApproveChange {
        site: site(COUNTY).id.clone(),
        proposal: 1,
    };
    let refused = recorded.send(&county, approve.clone());
    assert!(matches!(refused, Err(Rejection::WiderTierDecides { .. })));
    let days = |recorded: &Recorded| {
        let directory = recorded.directory(&site(COUNTY).id);
        held(&directory, COUNTY, REVIEW, "2026-12-01")
    };
    assert_eq!(days(&recorded), 4);
    let prefecture = actor("supervisor", "5308", "bureau");
    recorded.send(&prefecture, approve).unwrap();
    assert_eq!(days(&recorded), 5);
}

#[test]
fn given_a_limit_without_sense_when_it_is_set_then_it_is_refused() {
    let county = actor("supervisor", COUNTY, "bureau");
    let send = |command: SetLimit| Recorded::default().send(&county, command).unwrap_err();
    let most_days = Directory::MOST_LIMIT_DAYS;
    let none = send(limit(COUNTY, REVIEW, 0));
    assert_eq!(none, Rejection::LimitOutOfRange { most_days });
    let blank = SetLimit {
        basis: " ".to_owned(),
        ..limit(COUNTY, REVIEW, 5)
    };
    assert_eq!(send(blank), Rejection::BasisMissing {});
    let unknown = send(limit(COUNTY, "legal-aid.dance", 5));
    assert!(matches!(unknown, Rejection::UnknownStep { .. }));
    // A party has no less time for it, at no place.
    for step in ["notarization.ask-review", "critical-date.civil-appeal"] {
        let of_party = send(limit(COUNTY, step, 5));
        assert!(matches!(of_party, Rejection::LimitOfParty { .. }), "{step}");
    }
    // The rule of another county, and that of the tier above.
    for (by, place) in [("530821", COUNTY), (COUNTY, "5308")] {
        let other = actor("supervisor", by, "bureau");
        let refused = Recorded::default().send(&other, limit(place, REVIEW, 5));
        assert!(matches!(refused, Err(Rejection::NotYourSite { .. })));
    }
}

#[test]
fn given_a_limit_until_a_day_when_that_is_over_then_the_one_before_holds_again() {
    let (mut recorded, county) = (Recorded::default(), actor("supervisor", COUNTY, "bureau"));
    let promised = SetLimit {
        until: Some(day("2026-12-31")),
        ..limit(COUNTY, REVIEW, 5)
    };
    recorded.send(&county, promised).unwrap();
    let directory = recorded.directory(&site(COUNTY).id);
    assert_eq!(held(&directory, COUNTY, REVIEW, "2026-12-31"), 5);
    assert_eq!(held(&directory, COUNTY, REVIEW, "2027-01-01"), 7);
}
