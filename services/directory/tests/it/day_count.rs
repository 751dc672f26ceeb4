//! One count for every page: the last day, the days used, left and late, in the limit's own unit and on the days of its
//! place.

use onestop_directory::{Course, DayCount, Directory};
use onestop_proto::{clock::DayKind, time::Timestamp};

use crate::{built_in, code, day, moment};

struct Case<'a> {
    step: &'a str,
    place: &'a str,
    since: &'a str,
    pauses: &'a [(Timestamp, Timestamp)],
}

impl Case<'_> {
    fn of<'a>(step: &'a str, place: &'a str, since: &'a str) -> Case<'a> {
        Case {
            step,
            place,
            since,
            pauses: &[],
        }
    }

    fn count(&self, directory: &Directory, at: &str) -> (String, DayCount) {
        let since = moment(self.since);
        let step = self.step.parse().unwrap();
        let limit = directory
            .limit(&step, code(self.place), since.china_date())
            .unwrap();
        let due = directory.due(&limit, since);
        let course = Course {
            limit: &limit,
            since,
            pauses: self.pauses,
            paused_since: None,
            extended: 0,
            due: &due,
        };
        (
            due.day.to_string(),
            directory.day_count(&course, moment(at)),
        )
    }
}

/// 法律援助法 art. 43, 民法典 art. 203: seven days from Monday 2 March end on the 9th; the 10th is the first day late, and the
/// 14th and 15th, a weekend, count as the limit counts: in calendar days.
#[test]
fn calendar_days_are_late_in_calendar_days() {
    let case = Case::of("legal-aid.review", "530821", "2026-03-02 10:00:00");
    let at = |now: &str| {
        let (last, count) = case.count(built_in(), now);
        assert_eq!(
            (last.as_str(), count.kind),
            ("2026-03-09", DayKind::Calendar)
        );
        (count.used, count.left, count.late)
    };
    assert_eq!(at("2026-03-02 12:00:00"), (0, 7, 0));
    assert_eq!(at("2026-03-09 23:59:59"), (7, 0, 0));
    assert_eq!(at("2026-03-10 00:00:00"), (8, 0, 1));
    assert_eq!(at("2026-03-15 09:00:00"), (13, 0, 6));
}

/// A last day that gave way to a working day is not over before that: of seven days from Sunday 1 March the eighth is a Sunday.
#[test]
fn what_is_left_counts_to_the_last_day() {
    let case = Case::of("legal-aid.review", "530821", "2026-03-01 10:00:00");
    let (last, count) = case.count(built_in(), "2026-03-08 12:00:00");
    assert_eq!(last, "2026-03-09");
    assert_eq!(
        (count.used, count.allowed, count.left, count.late),
        (7, 7, 1, 0)
    );
}

/// 公证法 art. 30: fifteen working days are used, and late, in working days.
#[test]
fn working_days_are_late_in_working_days() {
    let case = Case::of("notarization.issue", "530821", "2026-03-02 10:00:00");
    let (last, count) = case.count(built_in(), "2026-03-31 12:00:00");
    assert_eq!(
        (last.as_str(), count.kind),
        ("2026-03-23", DayKind::Working)
    );
    assert_eq!((count.used, count.allowed, count.late), (21, 15, 6));
}

/// 全国年节及纪念日放假办法 art. 4: 泼水节, 14 to 16 April 2025, is worked in 普洱 and not in 西双版纳.
#[test]
fn local_days_off_are_neither_used_nor_late() {
    let at = |place: &str| {
        let case = Case::of("referral.accept", place, "2025-04-10 10:00:00");
        let (last, count) = case.count(built_in(), "2025-04-18 12:00:00");
        (last, count.used, count.late)
    };
    assert_eq!(at("530821"), ("2025-04-14".to_owned(), 6, 4));
    assert_eq!(at("532801"), ("2025-04-17".to_owned(), 3, 1));
}

/// 法律援助法 art. 43: the time for papers is not counted.
#[test]
fn what_stood_still_is_not_used() {
    let pauses = [(moment("2026-03-03 10:00:00"), moment("2026-03-06 10:00:00"))];
    let case = Case {
        pauses: &pauses,
        ..Case::of("legal-aid.review", "530821", "2026-03-02 10:00:00")
    };
    let (_, count) = case.count(built_in(), "2026-03-08 12:00:00");
    assert_eq!(count.used, 3);
}

/// A unit past the last day is late by one day at least, also on a weekend of working days.
#[test]
fn late_is_one_day_at_least() {
    let directory = built_in();
    let friday = day("2026-03-06");
    let saturday = moment("2026-03-07 09:00:00");
    assert_eq!(
        directory.days_late(DayKind::Working, None, friday, saturday),
        1
    );
}
