//! A promise in other days than the limit of a wider place: both hold, and what ends earlier counts.

use onestop_directory::Directory;
use onestop_proto::clock::{Clock, ClockPaused, ClockResumed, ClockStarted};

use crate::{code, day, folder::Folder, moment};

/// 法律援助法 art. 43 gives seven days, 公证法 art. 30 fifteen working days; what is promised here counts otherwise.
fn with(step: &str, days: u32, kind: &str) -> Directory {
    let promise = format!(
        "\n[[standard]]\nstep = \"{step}\"\ndays = {days}\nkind = \"{kind}\"\nbasis = \"宁洱县承诺\"\n\
         status = \"local-promise\"\nplace = \"530821\"\nvalid_from = 2026-01-01\npauses = [\"supplement\"]\n"
    );
    Folder::small()
        .append("standards.toml", &promise)
        .load()
        .unwrap()
}

fn started(directory: &Directory, step: &str, place: &str, from: &str) -> Clock {
    let at = moment(&format!("{from} 09:30:00"));
    let started: ClockStarted = directory.start_clock(step.parse().unwrap(), code(place), at);
    Clock::started(&started)
}

#[test]
fn what_ends_earlier_holds() {
    let directory = with("legal-aid.review", 5, "working");
    let table = [
        // An ordinary week: five working days and seven calendar days end together.
        ("2026-03-04", "2026-03-11"),
        // A worked Sunday: the promise ends earlier (24 September; the law 28 September).
        ("2026-09-18", "2026-09-24"),
        // Over Spring Festival the law ends on 24 February, the promise on 27 February.
        ("2026-02-13", "2026-02-24"),
        // Over National Day the law ends on 8 October, five working days on 12 October.
        ("2026-09-29", "2026-10-08"),
    ];
    for (from, expected) in table {
        let clock = started(&directory, "legal-aid.review", "530821101201", from);
        assert_eq!(clock.due.day, day(expected), "from {from}");
        // Never later than the law alone.
        let law = started(&directory, "legal-aid.review", "530822", from);
        assert!(clock.due.day <= law.due.day, "from {from}");
        assert_eq!(directory.counted_anew(&clock), Some(clock.due));
    }
}

/// Paused time is added to both.
#[test]
fn a_pause_is_added_to_both() {
    let directory = with("legal-aid.review", 5, "working");
    let clock = started(&directory, "legal-aid.review", "530821", "2026-02-10");
    let (from, to) = (moment("2026-02-12 09:30"), moment("2026-02-13 09:30"));
    let paused = clock.paused(&ClockPaused {
        step: "legal-aid.review".parse().unwrap(),
        basis: String::new(),
        at: from,
        until: None,
    });
    let due = directory.running_again(&paused, to);
    // The law's 17 February, and one day, give way to the 24th; the promise ends on the 25th.
    assert_eq!(due.day, day("2026-02-24"));
    let running = paused.resumed(&ClockResumed {
        step: "legal-aid.review".parse().unwrap(),
        due: due.clone(),
        at: Some(to),
    });
    assert_eq!(directory.counted_anew(&running), Some(due));
}

/// A month under thirty calendar days, and calendar days under a month, are compared too.
#[test]
fn months_and_calendar_days_are_compared() {
    let directory = with("notarization.review", 1, "month");
    let of = |from: &str| {
        started(&directory, "notarization.review", "530821", from)
            .due
            .day
    };
    assert_eq!(of("2026-03-03"), day("2026-04-02"));
    assert_eq!(of("2026-02-04"), day("2026-03-04"));
    let directory = with("mediation.accept", 2, "calendar");
    let clock = started(&directory, "mediation.accept", "530821", "2026-03-04");
    assert_eq!(clock.due.day, day("2026-03-06"));
    assert!(
        clock.limit.within.is_empty(),
        "calendar days never end later than working days"
    );
}
