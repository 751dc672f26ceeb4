//! Critical dates (关键期限): limitations and the last days of appeals.

mod ends;
mod sequences;
mod warnings;

use onestop_proto::{
    legal_aid::{CloseCriticalDate, CorrectCriticalDate, SetCriticalDate},
    matter::{CriticalDateBasis, CriticalDateCorrection, CriticalDateKind, CriticalDateOutcome},
};

use super::*;

const NOW: &str = "2026-03-04 10:00:00";

/// Kept by its last day.
pub(super) fn until(kind: CriticalDateKind, day: &str) -> SetCriticalDate {
    SetCriticalDate {
        kind,
        basis: CriticalDateBasis::DocumentServed,
        runs_from: None,
        day: Some(day.parse().unwrap()),
    }
}

/// Reckoned by the term of the law.
fn from(kind: CriticalDateKind, day: &str) -> SetCriticalDate {
    SetCriticalDate {
        runs_from: Some(day.parse().unwrap()),
        day: None,
        ..until(kind, day)
    }
}

pub(super) fn moved(kind: CriticalDateKind, day: &str) -> CorrectCriticalDate {
    CorrectCriticalDate {
        kind,
        reason: CriticalDateCorrection::Mistake,
        runs_from: None,
        day: Some(day.parse().unwrap()),
        was: None,
    }
}

pub(super) fn closed(kind: CriticalDateKind, on: &str) -> CloseCriticalDate {
    CloseCriticalDate {
        kind,
        outcome: CriticalDateOutcome::Filed,
        on: on.parse().unwrap(),
        day: None,
    }
}

fn working() -> [Command; 4] {
    let agreement = "2026-7".to_owned();
    [
        exempt(),
        Grant {}.into(),
        lawyer().into(),
        Contract { agreement }.into(),
    ]
}

fn open_days(history: &[Event]) -> Vec<(CriticalDateKind, String)> {
    let matter = state(history).unwrap();
    let open = matter.critical_dates.open();
    let days = open.iter().map(|date| (date.kind, date.day.to_string()));
    days.collect()
}

/// The kind, the day from which it runs, and the last day.
const TERMS: [(CriticalDateKind, &str, &str); 12] = [
    // 民法典 art. 188: three years.
    (CriticalDateKind::Limitation, "2023-06-10", "2026-06-10"),
    // 劳动争议调解仲裁法 art. 27: one year. 2026-05-02 is in the holiday of Labour Day, until the 5th.
    (
        CriticalDateKind::LabourArbitration,
        "2025-05-02",
        "2026-05-06",
    ),
    // Art. 50: fifteen days.
    (CriticalDateKind::LabourSuit, "2026-03-03", "2026-03-18"),
    // 民事诉讼法 art. 171: fifteen days from a judgment, ten from a ruling.
    (CriticalDateKind::CivilAppeal, "2026-03-03", "2026-03-18"),
    (
        CriticalDateKind::CivilRulingAppeal,
        "2026-03-03",
        "2026-03-13",
    ),
    // 刑事诉讼法 art. 230: ten days from a judgment, five from a ruling; 2026-03-07 is a Saturday.
    (CriticalDateKind::CriminalAppeal, "2026-03-03", "2026-03-13"),
    (
        CriticalDateKind::CriminalRulingAppeal,
        "2026-03-02",
        "2026-03-09",
    ),
    // 行政复议法 art. 20: sixty days. 2026-05-02 again.
    (
        CriticalDateKind::AdministrativeReview,
        "2026-03-03",
        "2026-05-06",
    ),
    // 行政诉讼法 art. 46: six months. Art. 85: fifteen and ten days.
    (
        CriticalDateKind::AdministrativeSuit,
        "2025-12-10",
        "2026-06-10",
    ),
    (
        CriticalDateKind::AdministrativeAppeal,
        "2026-03-03",
        "2026-03-18",
    ),
    (
        CriticalDateKind::AdministrativeRulingAppeal,
        "2026-03-03",
        "2026-03-13",
    ),
    // 民事诉讼法 art. 250: two years.
    (CriticalDateKind::Enforcement, "2024-06-10", "2026-06-10"),
];

/// By the law's own words, counted by hand on the calendar of 2026: the day itself is not counted, months end on the day of
/// the same number, and a last day off gives way to the next working day (民法典 art. 201-203; 民事诉讼法 art. 85; 刑事诉讼法
/// art. 105).
#[test]
fn the_last_day_is_reckoned_by_the_term_of_the_law() {
    let world = world();
    for (kind, from_day, last_day) in TERMS {
        let events = world.when(&world.received(), NOW, from(kind, from_day));
        let Ok([Event::CriticalDateSet(set)]) = events.as_deref() else {
            panic!("{kind}: {events:?}")
        };
        assert_eq!(set.due.day.to_string(), last_day, "{kind}");
        let reckoned = set.reckoned.as_ref().unwrap();
        assert_eq!(reckoned.day.to_string(), from_day);
    }
}

/// 民事诉讼法 art. 68: the court sets the time to bring evidence, so its last day is named.
#[test]
fn what_no_law_sets_is_named() {
    let world = world();
    let history = world.received();
    for kind in [CriticalDateKind::Evidence, CriticalDateKind::Other] {
        let refused = world.when(&history, NOW, from(kind, "2026-03-03"));
        let no_term = matter::Rejection::NoStatutoryTerm { kind };
        assert_eq!(refused, Err(no_term.into()));
        let events = world.when(&history, NOW, until(kind, "2026-04-20"));
        let Ok([Event::CriticalDateSet(set)]) = events.as_deref() else {
            panic!("{events:?}")
        };
        assert_eq!(set.due.day.to_string(), "2026-04-20");
        assert_eq!(set.reckoned, None);
    }
}

#[test]
fn a_date_that_does_not_fit_is_refused() {
    let world = world();
    let kind = CriticalDateKind::CivilAppeal;
    let history = world.after(&[until(kind, "2026-03-18").into()]);
    let day = || "2026-03-18".to_owned();
    let both = SetCriticalDate {
        runs_from: Some("2026-03-03".parse().unwrap()),
        ..until(kind, "2026-03-20")
    };
    let neither = SetCriticalDate {
        runs_from: None,
        ..from(kind, "2026-03-03")
    };
    for wrong in [both, neither] {
        let refused = world.when(&history, NOW, wrong);
        assert_eq!(refused, Err(matter::Rejection::DayOrStart {}.into()));
    }
    let refused = world.when(&history, NOW, from(kind, "2026-03-05"));
    let to_come = matter::Rejection::DayToCome {
        day: "2026-03-05".to_owned(),
    };
    assert_eq!(refused, Err(to_come.into()));
    // Kept already, named or reckoned.
    for again in [until(kind, "2026-03-18"), from(kind, "2026-03-03")] {
        let refused = world.when(&history, NOW, again);
        let kept = matter::Rejection::CriticalDateKept { kind, day: day() };
        assert_eq!(refused, Err(kept.into()));
    }
    let other = CriticalDateKind::Enforcement;
    let refused = world.when(&history, NOW, closed(other, "2026-03-04"));
    let none = matter::Rejection::NoCriticalDate { kind: other };
    assert_eq!(refused, Err(none.into()));
}

/// Where several of a kind are open, the day says which one is meant.
#[test]
fn two_of_a_kind_are_told_apart_by_their_days() {
    let world = world();
    let kind = CriticalDateKind::Limitation;
    let history = world.after(&[
        until(kind, "2026-05-20").into(),
        until(kind, "2026-04-20").into(),
    ]);
    let refused = world.when(&history, NOW, closed(kind, "2026-03-04"));
    let days = "2026-04-20, 2026-05-20".to_owned();
    let which = matter::Rejection::WhichCriticalDate { kind, days };
    assert_eq!(refused, Err(which.into()));
    let one = CloseCriticalDate {
        day: Some("2026-04-20".parse().unwrap()),
        ..closed(kind, "2026-03-04")
    };
    let events = world.when(&history, NOW, one).unwrap();
    let history = [history, events].concat();
    assert_eq!(open_days(&history), [(kind, "2026-05-20".to_owned())]);
}

/// 民法典 art. 195: a limitation that is interrupted begins again. The former day stays on record.
#[test]
fn a_correction_names_its_reason_and_the_former_day() {
    let world = world();
    let kind = CriticalDateKind::Limitation;
    let history = world.after(&[from(kind, "2023-06-10").into()]);
    let interrupted = CorrectCriticalDate {
        reason: CriticalDateCorrection::Interrupted,
        runs_from: Some("2026-03-02".parse().unwrap()),
        day: None,
        ..moved(kind, "2026-03-02")
    };
    let events = world.when(&history, NOW, interrupted);
    let Ok([Event::CriticalDateCorrected(corrected)]) = events.as_deref() else {
        panic!("{events:?}")
    };
    assert_eq!(corrected.was.to_string(), "2026-06-10");
    assert_eq!(corrected.due.day.to_string(), "2029-03-02");
    assert_eq!(corrected.reason, CriticalDateCorrection::Interrupted);
}

/// 法律援助法 art. 46: the aid is not at its end while a right of the client can still be lost.
#[test]
fn the_aid_is_not_concluded_while_a_date_is_open() {
    let world = world();
    let kind = CriticalDateKind::CivilAppeal;
    let mut history = world.after(&working());
    history.extend(
        world
            .when(&history, NOW, until(kind, "2026-03-18"))
            .unwrap(),
    );
    let refused = world.when(&history, NOW, Conclude {}).unwrap_err();
    let open = matter::Rejection::CriticalDateOpen {
        kind,
        day: "2026-03-18".to_owned(),
    };
    assert_eq!(refused, open.into());
    let offered = |history: &[Event], now: &str| {
        let matter = state(history).unwrap();
        let offered = onestop_matter::domain::possible(&matter, &world.context(at(now)));
        offered.contains(&"conclude")
    };
    assert!(!offered(&history, NOW));
    let appealed = closed(kind, "2026-03-10");
    let later = "2026-03-10 16:00:00";
    history.extend(world.when(&history, later, appealed).unwrap());
    assert!(offered(&history, later));
    assert!(world.when(&history, later, Conclude {}).is_ok());
}

/// A party that acts after the last day has missed it, and the refusal says so.
#[test]
fn what_came_after_the_last_day_is_closed_as_missed_and_not_before() {
    let world = world();
    let kind = CriticalDateKind::CivilAppeal;
    let history = world.after(&[until(kind, "2026-03-18").into()]);
    let missed = |on: &str| CloseCriticalDate {
        outcome: CriticalDateOutcome::Missed,
        ..closed(kind, on)
    };
    let day = || "2026-03-18".to_owned();
    let too_early = world.when(&history, "2026-03-18 23:00:00", missed("2026-03-18"));
    let runs = matter::Rejection::CriticalDateRuns { kind, day: day() };
    assert_eq!(too_early, Err(runs.into()));
    let now = "2026-03-19 09:00:00";
    for outcome in [
        CriticalDateOutcome::Filed,
        CriticalDateOutcome::NotPursued,
        CriticalDateOutcome::ClientInformed,
        CriticalDateOutcome::Ceased,
    ] {
        let close = CloseCriticalDate {
            outcome,
            ..closed(kind, "2026-03-19")
        };
        let late = matter::Rejection::CriticalDateMissed {
            kind,
            day: day(),
            on: "2026-03-19".to_owned(),
        };
        assert_eq!(world.when(&history, now, close), Err(late.into()));
    }
    assert!(
        world
            .when(&history, now, closed(kind, "2026-03-18"))
            .is_ok()
    );
    assert!(world.when(&history, now, missed("2026-03-19")).is_ok());
    let tomorrow = world.when(&history, now, missed("2026-03-20"));
    let to_come = matter::Rejection::DayToCome {
        day: "2026-03-20".to_owned(),
    };
    assert_eq!(tomorrow, Err(to_come.into()));
}

/// A day of a case lies within bounds, whatever was typed: 民法典 art. 188 knows no term of more than twenty years.
#[test]
fn a_critical_date_is_no_day_that_cannot_be() {
    let world = world();
    let kind = CriticalDateKind::CivilAppeal;
    let outside = |day: &str, latest: &str| {
        Rejection::from(matter::Rejection::DayOutside {
            day: day.to_owned(),
            earliest: "1949-10-01".to_owned(),
            latest: latest.to_owned(),
        })
    };
    for day in ["-009999-01-01", "1850-01-01", "9999-12-31"] {
        let refused = world.when(&world.received(), NOW, until(kind, day));
        assert_eq!(refused.unwrap_err(), outside(day, "2056-03-04"));
    }
    let refused = world.when(&world.received(), NOW, from(kind, "1850-01-01"));
    assert_eq!(refused.unwrap_err(), outside("1850-01-01", "2026-03-04"));
}

/// Nothing is done by a date before the day from which it runs, nor does an interruption (民法典 art. 195) lie before it.
#[test]
fn what_is_done_by_a_date_comes_after_its_beginning() {
    let world = world();
    let kind = CriticalDateKind::CivilAppeal;
    let history = world.after(&[from(kind, "2026-03-02").into()]);
    let interrupted = CorrectCriticalDate {
        reason: CriticalDateCorrection::Interrupted,
        runs_from: Some("2026-03-01".parse().unwrap()),
        day: None,
        ..moved(kind, "2026-03-01")
    };
    let outside = matter::Rejection::DayOutside {
        day: "2026-03-01".to_owned(),
        earliest: "2026-03-02".to_owned(),
        latest: "2026-03-04".to_owned(),
    };
    let refused = world.when(&history, NOW, closed(kind, "2026-03-01"));
    assert_eq!(refused.unwrap_err(), outside.clone().into());
    let refused = world.when(&history, NOW, interrupted);
    assert_eq!(refused.unwrap_err(), outside.into());
    assert!(
        world
            .when(&history, NOW, closed(kind, "2026-03-03"))
            .is_ok()
    );
}
