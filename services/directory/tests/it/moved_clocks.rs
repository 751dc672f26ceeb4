//! Days off that a bureau declares move the clocks that run: later alone, on the days of the place where the step is worked on.

use onestop_directory::{Directory, RegistryChanges};
use onestop_proto::{
    clock::{Certainty, Clock, ClockCorrected},
    ids::SiteId,
    registry::DaysOffDeclared,
};

use crate::{built_in, code, day, moment};

const COUNTY: &str = "530821";
const TOWN: &str = "530821101";

/// The shipped directory, with days off of a place.
fn with_days_off(place: &str, from: &str, until: &str) -> Directory {
    let site = SiteId::derived(code(place));
    let declared = DaysOffDeclared {
        unit: format!("{site}.window").parse().unwrap(),
        site,
        division: code(place),
        holiday: "县庆".to_owned(),
        from: day(from),
        until: day(until),
        basis: "县政府通知".to_owned(),
    };
    let mut changes = RegistryChanges::default();
    changes.take_in(&declared.into());
    built_in().with_changes(changes)
}

/// Five working days at a township, from Monday 2 March 2026: until the 9th, and firm.
fn at_work() -> Clock {
    let step = "referral.work".parse().unwrap();
    let started = built_in().start_clock(step, code(TOWN), moment("2026-03-02 10:00:00"));
    let clock = Clock::started(&started);
    let told = (clock.due.day, clock.due.certainty, clock.limit.place);
    assert_eq!(told, (day("2026-03-09"), Certainty::Firm, None));
    clock
}

#[test]
fn a_firm_last_day_is_later_by_days_off_that_were_declared_since() {
    let clock = at_work();
    assert_eq!(built_in().corrected(&clock, code(TOWN)), None);
    let declared = with_days_off(COUNTY, "2026-03-05", "2026-03-06");
    let corrected = declared.corrected(&clock, code(TOWN)).unwrap();
    let ClockCorrected {
        was, due, place, ..
    } = &corrected;
    assert_eq!((was.day, due.day), (day("2026-03-09"), day("2026-03-11")));
    assert_eq!(
        (due.certainty, *place),
        (Certainty::Firm, Some(code(COUNTY)))
    );
    // It says what a clock says that begins now, and once.
    let anew = declared.start_clock(
        clock.step.clone(),
        code(TOWN),
        moment("2026-03-02 10:00:00"),
    );
    assert_eq!(anew.due, *due);
    let clock = clock.corrected(&corrected);
    assert_eq!(clock.limit, anew.limit);
    assert_eq!(declared.corrected(&clock, code(TOWN)), None);
    assert_eq!(declared.counted_anew(&clock), Some(clock.due.clone()));
}

#[test]
fn days_off_elsewhere_and_after_the_last_day_move_nothing() {
    let clock = at_work();
    for (place, from, until) in [
        ("530802", "2026-03-05", "2026-03-06"),
        (COUNTY, "2026-03-10", "2026-03-12"),
        (COUNTY, "2026-03-07", "2026-03-08"),
    ] {
        let declared = with_days_off(place, from, until);
        assert_eq!(
            declared.corrected(&clock, code(TOWN)),
            None,
            "{place} {from}"
        );
    }
}

/// A prefecture's own days are kept where a county in it declares more.
#[test]
fn days_off_of_a_narrower_place_are_added_to_those_of_a_wider_one() {
    let step = "referral.work".parse().unwrap();
    let began = moment("2025-03-31 09:00:00");
    let started = built_in().start_clock(step, code("532822"), began);
    let wider = started.limit.place;
    assert_eq!(
        wider,
        Some(code("5328")),
        "西双版纳 has days off of its own"
    );
    let clock = Clock::started(&started);
    let last = started.due.day;
    let declared = with_days_off("532822", &last.to_string(), &last.to_string());
    let corrected = declared.corrected(&clock, code("532822")).unwrap();
    assert!(corrected.due.day > last);
    assert_eq!(corrected.place, Some(code("532822")));
    // For who works elsewhere in the prefecture nothing moves.
    assert_eq!(declared.corrected(&clock, code("532801")), None);
}

/// What a citizen was told is not taken back: a day off that is declared no more, or worked after all.
#[test]
fn a_firm_last_day_is_never_moved_earlier() {
    let declared = with_days_off(COUNTY, "2026-03-05", "2026-03-06");
    let clock = at_work();
    let clock = clock
        .clone()
        .corrected(&declared.corrected(&clock, code(TOWN)).unwrap());
    assert!(built_in().counted_anew(&clock).unwrap().day < clock.due.day);
    assert_eq!(built_in().corrected(&clock, code(TOWN)), None);
}
