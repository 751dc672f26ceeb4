//! Working days and due dates around the holidays of 2023 to 2026.

use jiff::{ToSpan, civil::Date};
use onestop_directory::Directory;
use onestop_proto::{
    clock::{Certainty, DayKind, Due, Limit},
    time::Timestamp,
};
use proptest::prelude::*;

use crate::{built_in, day, folder::Folder, moment};

fn limit(days: u32, kind: DayKind) -> Limit {
    Limit::plain(days, kind, "test")
}

fn due(days: u32, kind: DayKind, from: &str) -> Due {
    built_in().due(&limit(days, kind), moment(from))
}

#[test]
fn due_days() {
    use DayKind::{Calendar, Working};
    // days, kind, from, due
    let table = [
        // An ordinary week: the day of the event does not count.
        (7, Calendar, "2026-03-04 09:00:00", "2026-03-11"),
        (3, Calendar, "2026-03-04 23:59:59", "2026-03-09"), // Saturday gives way to Monday
        (1, Calendar, "2026-03-06 00:00:00", "2026-03-09"),
        (2, Working, "2026-03-06 17:00:00", "2026-03-10"),
        // UTC 16:30 is already the next day in China.
        (2, Working, "2026-03-05T16:30:00Z", "2026-03-10"),
        // Spring Festival 2026: off 15 to 23 February, worked on Saturdays 14 and 28.
        (7, Calendar, "2026-02-13 15:20:00", "2026-02-24"),
        (1, Calendar, "2026-02-13 15:20:00", "2026-02-14"),
        (1, Working, "2026-02-13 15:20:00", "2026-02-14"),
        (2, Working, "2026-02-13 15:20:00", "2026-02-24"),
        (6, Working, "2026-02-13 15:20:00", "2026-02-28"),
        (7, Working, "2026-02-13 15:20:00", "2026-03-02"),
        (3, Calendar, "2026-02-25 10:00:00", "2026-02-28"), // a worked Saturday is no day off
        (15, Working, "2026-02-09 10:00:00", "2026-03-06"),
        // An event on a holiday.
        (2, Working, "2026-02-18 10:00:00", "2026-02-25"),
        // Mid-Autumn and National Day 2026: off 25 to 27 September and 1 to 7 October, worked on
        // Sunday 20 September and Saturday 10 October.
        (1, Working, "2026-09-19 10:00:00", "2026-09-20"),
        (5, Working, "2026-09-18 10:00:00", "2026-09-24"),
        (6, Working, "2026-09-18 10:00:00", "2026-09-28"),
        (7, Calendar, "2026-09-18 10:00:00", "2026-09-28"),
        (3, Calendar, "2026-09-30 10:00:00", "2026-10-08"),
        (3, Working, "2026-09-30 10:00:00", "2026-10-10"),
        (4, Working, "2026-09-30 10:00:00", "2026-10-12"),
        // New Year 2026: off 1 to 3 January, worked on Sunday 4.
        (2, Working, "2025-12-31 10:00:00", "2026-01-05"),
        (3, Calendar, "2025-12-31 10:00:00", "2026-01-04"),
        // National Day 2025: off 1 to 8 October.
        (7, Calendar, "2025-09-26 10:00:00", "2025-10-09"),
    ];
    for (days, kind, from, expected) in table {
        let due = due(days, kind, from);
        assert_eq!(due.day, day(expected), "{days} {kind:?} from {from}");
        assert_eq!(due.at, Timestamp::end_of_china_day(day(expected)));
        assert_eq!(
            due.certainty,
            Certainty::Firm,
            "{days} {kind:?} from {from}"
        );
    }
}

/// Civil Code art. 202: the day of the same number, the month's last where there is none, and then the
/// next working day.
#[test]
fn months_end_on_the_day_of_the_same_number() {
    let table = [
        ("2026-03-03", 1, "2026-04-03"),
        ("2024-01-31", 1, "2024-02-29"),
        // A Saturday that is worked.
        ("2026-01-31", 1, "2026-02-28"),
        ("2025-12-31", 2, "2026-02-28"),
        ("2026-08-31", 1, "2026-09-30"),
        // National Day, off until the 7th.
        ("2026-09-01", 1, "2026-10-08"),
        // A Saturday.
        ("2026-04-11", 1, "2026-05-11"),
        ("2026-05-13", 1, "2026-06-15"),
        // Spring Festival, off from the 15th to the 23rd.
        ("2026-01-16", 1, "2026-02-24"),
        ("2025-08-31", 6, "2026-02-28"),
    ];
    for (from, months, expected) in table {
        let due = due(months, DayKind::Month, &format!("{from} 09:30:00"));
        assert_eq!(due.day, day(expected), "{months} months from {from}");
    }
}

#[test]
fn moved_days() {
    let directory = built_in();
    for worked in [
        "2025-01-26",
        "2025-02-08",
        "2025-04-27",
        "2025-09-28",
        "2025-10-11",
        "2026-01-04",
        "2026-02-14",
        "2026-02-28",
        "2026-05-09",
        "2026-09-20",
        "2026-10-10",
    ] {
        assert!(directory.is_working_day(day(worked)), "{worked}");
    }
    for off in [
        "2025-01-28",
        "2025-04-04",
        "2025-06-02",
        "2025-10-08",
        "2026-01-02",
        "2026-02-16",
        "2026-04-06",
        "2026-05-05",
        "2026-06-19",
        "2026-09-25",
        "2026-10-07",
        "2026-03-07",
    ] {
        assert!(!directory.is_working_day(day(off)), "{off}");
    }
    let worked = |year: i16| {
        let days = Date::constant(year, 1, 1).series(1.day());
        days.take_while(|day| day.year() == year)
            .filter(|day| directory.is_working_day(*day))
            .count()
    };
    // As counted by the PyPI package chinesecalendar 1.11.0.
    assert_eq!([2023, 2024, 2025, 2026].map(worked), [249, 251, 248, 248]);
}

#[test]
fn a_year_without_a_notice_is_provisional() {
    let directory = built_in();
    for off in ["2027-01-01", "2027-05-01", "2027-10-01", "2027-05-02"] {
        assert!(!directory.is_working_day(day(off)), "{off}");
    }
    // Spring Festival 2027 is not announced: 8 February, its third day, is computed, provisionally.
    assert!(!directory.is_working_day(day("2027-02-08")));
    assert_eq!(
        directory.certainty(day("2027-02-08")),
        Certainty::Provisional
    );
    assert_eq!(
        due(3, DayKind::Working, "2027-03-01 10:00:00").certainty,
        Certainty::Provisional
    );
    // Reaching into it is enough.
    let due = due(15, DayKind::Working, "2026-12-21 10:00:00");
    assert_eq!(
        (due.day, due.certainty),
        (day("2027-01-12"), Certainty::Provisional)
    );
}

#[test]
fn the_last_week_of_a_year_waits_for_the_next_notice() {
    let directory = built_in();
    assert_eq!(directory.certainty(day("2025-12-31")), Certainty::Firm);
    assert_eq!(directory.certainty(day("2026-12-24")), Certainty::Firm);
    assert_eq!(
        directory.certainty(day("2026-12-25")),
        Certainty::Provisional
    );
    let next = "\n[[year]]\nyear = 2027\nnotice = \"test\"\nworking = [2026-12-27]\noff = [\n\
                { name = \"a\", from = 2026-12-31, to = 2027-01-02 },\n\
                { name = \"b\", from = 2027-05-01, to = 2027-05-02 },\n\
                { name = \"c\", from = 2027-10-01, to = 2027-10-03 },\n]\n";
    let announced = Folder::small()
        .append("calendar.toml", next)
        .load()
        .unwrap();
    assert!(announced.is_working_day(day("2026-12-27")));
    assert!(!announced.is_working_day(day("2026-12-31")));
    assert_eq!(announced.certainty(day("2026-12-31")), Certainty::Firm);
}

/// Days, kind, from, paused, resumed, due before, due after.
type Pause = (
    u32,
    DayKind,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
);

#[rustfmt::skip]
const PAUSES: [Pause; 6] = [
    (
        7,
        DayKind::Calendar,
        "2026-03-04 09:00",
        "2026-03-05 10:00",
        "2026-03-08 10:00",
        "2026-03-11",
        "2026-03-16",
    ),
    (
        7,
        DayKind::Calendar,
        "2026-03-04 09:00",
        "2026-03-05 08:00",
        "2026-03-05 18:00",
        "2026-03-11",
        "2026-03-11",
    ),
    (
        3,
        DayKind::Working,
        "2026-03-04 09:00",
        "2026-03-05 10:00",
        "2026-03-10 10:00",
        "2026-03-09",
        "2026-03-12",
    ),
    (
        3,
        DayKind::Working,
        "2026-03-04 09:00",
        "2026-03-06 10:00",
        "2026-03-08 10:00",
        "2026-03-09",
        "2026-03-09",
    ),
    // Over Spring Festival: 14, 24 and 25 February are worked.
    (
        15,
        DayKind::Working,
        "2026-02-09 10:00",
        "2026-02-13 10:00",
        "2026-02-25 10:00",
        "2026-03-06",
        "2026-03-11",
    ),
    // A resumption that is reported before its pause adds nothing.
    (
        3,
        DayKind::Working,
        "2026-03-04 09:00",
        "2026-03-06 10:00",
        "2026-03-05 10:00",
        "2026-03-09",
        "2026-03-09",
    ),
];

#[test]
fn the_days_that_a_clock_stood_still_are_added() {
    for (days, kind, from, paused, resumed, before, after) in PAUSES {
        let limit = limit(days, kind);
        let due = built_in().due(&limit, moment(from));
        assert_eq!(due.day, day(before), "{from}");
        let later = built_in().resumed(&limit, &due, moment(paused), moment(resumed));
        assert_eq!(later.day, day(after), "paused {paused}, resumed {resumed}");
        assert_eq!(later.at, Timestamp::end_of_china_day(later.day));
        assert_eq!(later.certainty, Certainty::Firm);
    }
}

#[test]
fn a_limit_from_elsewhere_cannot_count_for_ever() {
    let endless = limit(u32::MAX, DayKind::Working);
    let due = built_in().due(&endless, moment("2026-03-04 09:00"));
    assert_eq!(due.certainty, Certainty::Provisional);
    let last = built_in().due(&endless, Timestamp::from_micros(i64::MAX));
    assert!(last.day <= Date::MAX);
}

fn any_kind() -> impl Strategy<Value = DayKind> {
    prop::sample::select(DayKind::ALL)
}

/// Any second from 2024 to 2028.
fn any_moment() -> impl Strategy<Value = Timestamp> {
    (0_i64..5 * 365 * 86_400)
        .prop_map(|seconds| moment("2024-01-01 00:00:00").plus_seconds(seconds))
}

fn working_days_after(directory: &Directory, start: Date, end: Date) -> usize {
    let days = start.series(1.day()).skip(1).take_while(|day| *day <= end);
    days.filter(|day| directory.is_working_day(*day)).count()
}

proptest! {
    #[test]
    fn a_due_day_is_never_a_day_off_nor_too_early(
        days in 1_u32..60, kind in any_kind(), from in any_moment(),
    ) {
        let directory = built_in();
        let due = directory.due(&limit(days, kind), from);
        prop_assert!(directory.is_working_day(due.day));
        prop_assert!(due.day >= from.china_date() + i64::from(days).days());
        prop_assert!(due.at > from);
        let worked = working_days_after(directory, from.china_date(), due.day);
        match kind {
            DayKind::Working => prop_assert_eq!(worked, days as usize),
            // What "never looser" rests on: calendar days end no later than as many working days.
            DayKind::Calendar => prop_assert!(worked <= days as usize),
            DayKind::Month => prop_assert!(due.day >= from.china_date() + i64::from(28 * days).days()),
        }
    }

    #[test]
    fn a_pause_never_shortens(
        days in 1_u32..60, kind in any_kind(), from in any_moment(), wait in 0_i64..9_000_000,
    ) {
        let (directory, limit) = (built_in(), limit(days, kind));
        let due = directory.due(&limit, from);
        let later = directory.resumed(&limit, &due, from, from.plus_seconds(wait));
        prop_assert!(later.day >= due.day);
        prop_assert!(directory.is_working_day(later.day));
    }
}
