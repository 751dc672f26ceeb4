//! Whole courses of clocks: which limit holds, when it began, what stood still, what was extended, and the day
//! on which it is due. Together with the other dated tables there are more than sixty, and it is counted.

use onestop_directory::Directory;
use onestop_proto::{
    clock::{Clock, ClockExtended, ClockPaused, ClockResumed, ClockStarted, Due},
    ids::StaffId,
};

use crate::{code, folder::Folder, moment};

/// What a case of the table is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum About {
    SpringFestival,
    NationalDay,
    MonthEnd,
    PauseOverHoliday,
    Extension,
    StrictestLayer,
    LawThatChanges,
}
use About::{
    Extension, LawThatChanges, MonthEnd, NationalDay, PauseOverHoliday, SpringFestival,
    StrictestLayer,
};

/// What happens to a clock after it began.
#[derive(Debug, Clone, Copy)]
enum Then {
    /// It stands still from one day to another.
    Still(&'static str, &'static str),
    More,
}
use Then::{More, Still};

type Case = (
    About,
    // Step, place, the day on which it began.
    (&'static str, &'static str, &'static str),
    &'static [Then],
    // The day on which it is due.
    &'static str,
);

/// Stricter below, and a law that changes: the prefecture's five days from 2026, the county's four in the
/// first half of it; three working days for issuing a certificate from July; mediation in 20 days below.
const LAYERS: &str = r#"
[[standard]]
step = "legal-aid.review"
days = 5
kind = "calendar"
basis = "普洱市承诺"
status = "local-promise"
place = "5308"
valid_from = 2026-01-01
pauses = ["supplement"]

[[standard]]
step = "legal-aid.review"
days = 4
kind = "calendar"
basis = "宁洱县承诺"
status = "local-promise"
place = "530821"
valid_from = 2026-01-01
valid_to = 2026-06-30
pauses = ["supplement"]

[[standard]]
step = "notarization.issue"
days = 10
kind = "working"
basis = "宁洱县承诺"
status = "local-promise"
place = "530821"
valid_from = 2026-07-01
pauses = ["supplement", "verification"]
"#;

const VILLAGE: &str = "530821101201";
const OTHER_COUNTY: &str = "530822";
const PROVINCE: &str = "53";

#[rustfmt::skip]
const TABLE: &[Case] = &[
    // Spring Festival 2026: off 15 to 23 February, worked on Saturdays 14 and 28.
    (SpringFestival, ("legal-aid.review", PROVINCE, "2026-02-07"), &[], "2026-02-14"),
    (SpringFestival, ("legal-aid.review", PROVINCE, "2026-02-08"), &[], "2026-02-24"),
    (SpringFestival, ("legal-aid.review", PROVINCE, "2026-02-16"), &[], "2026-02-24"),
    (SpringFestival, ("legal-aid.review", PROVINCE, "2026-02-21"), &[], "2026-02-28"),
    (SpringFestival, ("referral.accept", VILLAGE, "2026-02-13"), &[], "2026-02-24"),
    (SpringFestival, ("referral.accept", VILLAGE, "2026-02-26"), &[], "2026-02-28"),
    (SpringFestival, ("notarization.issue", VILLAGE, "2026-02-10"), &[], "2026-03-09"),
    (SpringFestival, ("notarization.examine", VILLAGE, "2025-01-24"), &[], "2025-02-05"),
    // National Day 2026: off 1 to 7 October, worked on Sunday 20 September and Saturday 10 October.
    (NationalDay, ("legal-aid.review", PROVINCE, "2026-09-24"), &[], "2026-10-08"),
    (NationalDay, ("legal-aid.assign", VILLAGE, "2026-09-28"), &[], "2026-10-08"),
    (NationalDay, ("referral.accept", VILLAGE, "2026-09-30"), &[], "2026-10-09"),
    (NationalDay, ("referral.accept", VILLAGE, "2026-09-19"), &[], "2026-09-21"),
    (NationalDay, ("notarization.examine", VILLAGE, "2026-09-30"), &[], "2026-10-10"),
    (NationalDay, ("legal-aid.contract", VILLAGE, "2026-10-05"), &[], "2026-10-10"),
    (NationalDay, ("mediation.accept", VILLAGE, "2025-09-30"), &[], "2025-10-11"),
    // To the day of the same number, or the month's last.
    (MonthEnd, ("mediation.conclude", VILLAGE, "2026-01-31"), &[], "2026-02-28"),
    (MonthEnd, ("mediation.conclude", VILLAGE, "2024-01-31"), &[], "2024-02-29"),
    (MonthEnd, ("mediation.conclude", VILLAGE, "2026-03-31"), &[], "2026-04-30"),
    (MonthEnd, ("mediation.conclude", VILLAGE, "2026-08-31"), &[], "2026-09-30"),
    (MonthEnd, ("mediation.conclude", VILLAGE, "2026-09-01"), &[], "2026-10-08"),
    (MonthEnd, ("notarization.ask-review", VILLAGE, "2024-02-29"), &[], "2025-02-28"),
    // Standing still over a holiday adds its calendar days, or the working days in it.
    (PauseOverHoliday, ("legal-aid.review", PROVINCE, "2026-02-12"), &[Still("2026-02-13", "2026-02-24")], "2026-03-02"),
    (PauseOverHoliday, ("notarization.issue", VILLAGE, "2026-02-09"), &[Still("2026-02-13", "2026-02-25")], "2026-03-11"),
    (PauseOverHoliday, ("legal-aid.review", PROVINCE, "2026-09-28"), &[Still("2026-09-30", "2026-10-08")], "2026-10-13"),
    (PauseOverHoliday, ("notarization.examine", VILLAGE, "2026-09-30"), &[Still("2026-09-30", "2026-10-07")], "2026-10-10"),
    (
        PauseOverHoliday,
        ("mediation.accept", VILLAGE, "2026-04-30"),
        &[
            Still("2026-04-30", "2026-05-06"),
            Still("2026-05-07", "2026-05-08"),
        ],
        "2026-05-11",
    ),
    // Counted on from the last day as it was.
    (Extension, ("mediation.conclude", VILLAGE, "2026-03-03"), &[More], "2026-05-06"),
    (Extension, ("mediation.conclude", VILLAGE, "2026-04-11"), &[More], "2026-06-10"),
    (Extension, ("mediation.conclude", VILLAGE, "2026-08-31"), &[More], "2026-10-30"),
    (Extension, ("mediation.conclude", VILLAGE, "2026-01-16"), &[More], "2026-03-26"),
    // The nearest layer, which is never looser.
    (StrictestLayer, ("legal-aid.review", VILLAGE, "2026-03-02"), &[], "2026-03-06"),
    (StrictestLayer, ("legal-aid.review", OTHER_COUNTY, "2026-03-02"), &[], "2026-03-09"),
    (StrictestLayer, ("legal-aid.review", PROVINCE, "2026-03-02"), &[], "2026-03-09"),
    (StrictestLayer, ("legal-aid.review", VILLAGE, "2025-12-29"), &[], "2026-01-05"),
    (StrictestLayer, ("legal-aid.review", VILLAGE, "2026-07-01"), &[], "2026-07-06"),
    (StrictestLayer, ("notarization.issue", OTHER_COUNTY, "2026-07-01"), &[], "2026-07-22"),
    (StrictestLayer, ("notarization.issue", VILLAGE, "2026-07-01"), &[], "2026-07-15"),
    // A case keeps the limit that it began under, whatever happens to it later.
    (LawThatChanges, ("legal-aid.review", VILLAGE, "2026-06-29"), &[Still("2026-06-30", "2026-07-06")], "2026-07-09"),
    (LawThatChanges, ("notarization.issue", VILLAGE, "2026-06-30"), &[Still("2026-07-01", "2026-07-03")], "2026-07-23"),
    (LawThatChanges, ("notarization.issue", VILLAGE, "2026-07-01"), &[Still("2026-07-01", "2026-07-03")], "2026-07-17"),
    (LawThatChanges, ("legal-aid.review", VILLAGE, "2026-06-30"), &[], "2026-07-06"),
    (LawThatChanges, ("legal-aid.review", VILLAGE, "2025-12-31"), &[], "2026-01-07"),
];

/// The clock after everything that happened to it.
fn run(directory: &Directory, (step, place, from): (&str, &str, &str), then: &[Then]) -> Clock {
    let at = |day: &str| moment(&format!("{day} 09:30:00"));
    let started = at(from);
    let limit = directory.limit(&step.parse().unwrap(), code(place), started.china_date());
    let limit = limit.unwrap();
    let mut clock = Clock::started(&ClockStarted {
        step: step.parse().unwrap(),
        due: directory.due(&limit, started),
        limit,
        at: Some(started),
    });
    for happens in then {
        let step = clock.step.clone();
        clock = match happens {
            Still(from, to) => {
                let (from, to) = (at(from), at(to));
                let (basis, at) = (String::new(), Some(to));
                let paused = ClockPaused {
                    step: step.clone(),
                    basis,
                    at: from,
                    until: None,
                };
                let still = clock.paused(&paused);
                let due = directory.running_again(&still, to);
                still.resumed(&ClockResumed { step, due, at })
            }
            More => {
                let due: Due = directory.extended(&clock.limit, &clock.due).unwrap();
                let approved_by: StaffId = "wang-min".parse().unwrap();
                clock.extended(&ClockExtended {
                    step,
                    due,
                    approved_by,
                    reason: String::new(),
                })
            }
        };
    }
    clock
}

#[test]
fn dated_courses_of_clocks() {
    let directory = Folder::small()
        .append("standards.toml", LAYERS)
        .load()
        .unwrap();
    let mut wrong = Vec::new();
    for (about, began, then, expected) in TABLE {
        let clock = run(&directory, *began, then);
        let found = clock.due.day.to_string();
        if found != *expected {
            wrong.push(format!(
                "{about:?} {began:?} {then:?}: {found}, not {expected}"
            ));
        }
        // Counted anew on the same calendar it is the same.
        let anew = directory.counted_anew(&clock);
        assert_eq!(anew.as_ref(), Some(&clock.due), "{began:?}");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let count = |wanted: About| TABLE.iter().filter(|(about, ..)| *about == wanted).count();
    let counts = [
        SpringFestival,
        NationalDay,
        MonthEnd,
        PauseOverHoliday,
        Extension,
        StrictestLayer,
        LawThatChanges,
    ]
    .map(count);
    assert_eq!(counts, [8, 7, 6, 5, 4, 7, 5]);
    // With those of due_days.csv, which another program counted.
    let counted_elsewhere = include_str!("due_days.csv").lines().count() - 1;
    assert!(
        TABLE.len() + counted_elsewhere >= 60 + 60,
        "{counted_elsewhere}"
    );
}
