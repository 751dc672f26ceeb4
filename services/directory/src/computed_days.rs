//! Days off that can be computed years ahead: those that the law fixes by date, by the lunar calendar or by a solar
//! term (全国年节及纪念日放假办法 art. 2), and the working days on which a weekend among them is made up (art. 6).
//! They are used until the notice comes.

use std::collections::BTreeMap;

use icu_calendar::{Date as LunarDate, Iso, types::Month};
use jiff::{ToSpan, civil::Date};
use serde::Deserialize;

use crate::{error::Reason, holidays::is_weekend};

/// 清明 is computed for these years; so are the days of every year in the tables.
pub(crate) const FIRST_YEAR: i16 = 2000;
pub(crate) const LAST_YEAR: i16 = 2099;
/// As many days as a rule may name.
const MOST_DAYS: i8 = 15;

/// A rule by which days off are found in any year.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DayRule {
    by: Reckoning,
    /// The month and the day; of a solar term neither.
    #[serde(default)]
    month: i8,
    #[serde(default)]
    day: i8,
    /// So many days later it begins; before it, if negative.
    #[serde(default)]
    offset: i8,
    #[serde(default = "one")]
    days: i8,
}

const fn one() -> i8 {
    1
}

/// What a rule counts by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Reckoning {
    Date,
    /// A date of the lunar calendar (农历).
    Lunar,
    /// The day of 清明.
    Qingming,
}

impl DayRule {
    /// One day of every year.
    pub(crate) const fn of_date(month: i8, day: i8) -> Self {
        Self {
            by: Reckoning::Date,
            month,
            day,
            offset: 0,
            days: 1,
        }
    }

    /// Refuses a rule that names no day of every year.
    pub(crate) fn check(&self) -> Result<(), Reason> {
        let (month, day) = (self.month, self.day);
        let possible = match self.by {
            // 2025 is no leap year, so 29 February is no day of every year.
            Reckoning::Date => Date::new(2025, month, day).is_ok(),
            // A lunar month has 29 days or 30.
            Reckoning::Lunar => (1..=12).contains(&month) && (1..=29).contains(&day),
            Reckoning::Qingming => (month, day) == (0, 0),
        };
        let sane = (1..=MOST_DAYS).contains(&self.days) && self.offset.abs() <= MOST_DAYS;
        if possible && sane {
            return Ok(());
        }
        Err(Reason::NoSuchDay { month, day })
    }

    /// The days that it finds in a year; none where they cannot be computed.
    pub(crate) fn days_in(&self, year: i16) -> Vec<Date> {
        let begin = match self.by {
            Reckoning::Date => Date::new(year, self.month, self.day).ok(),
            Reckoning::Lunar => lunar(year, self.month, self.day),
            Reckoning::Qingming => qingming(year),
        };
        let first = begin.and_then(|day| day.checked_add(i64::from(self.offset).days()).ok());
        let count = usize::try_from(self.days).unwrap_or(0);
        first.map_or_else(Vec::new, |first| {
            first.series(1.day()).take(count).collect()
        })
    }
}

/// A day of the lunar calendar, in the lunar year that begins in `year`.
fn lunar(year: i16, month: i8, day: i8) -> Option<Date> {
    let (month, day) = (u8::try_from(month).ok()?, u8::try_from(day).ok()?);
    let found = LunarDate::try_new_chinese_traditional(year.into(), Month::new(month), day).ok()?;
    let found = found.to_calendar(Iso);
    let year = i16::try_from(found.year().extended_year()).ok()?;
    let (month, day) = (found.month().ordinal, found.day_of_month().0);
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

/// 清明, when the sun's longitude is 15°: the mean of the century, which meets every year from 2000 to 2099.
fn qingming(year: i16) -> Option<Date> {
    if !(FIRST_YEAR..=LAST_YEAR).contains(&year) {
        return None;
    }
    let of_century = i32::from(year - FIRST_YEAR);
    let day = (of_century * 2_422 + 48_100) / 10_000 - of_century / 4;
    Date::new(year, 4, i8::try_from(day).ok()?).ok()
}

/// The days off of a year by its rules, each with the name of its holiday. A day on a weekend, or on another day off,
/// is made up on the next working day.
pub(crate) fn days_off<'a>(
    rules: impl Iterator<Item = (&'a str, &'a DayRule)>,
    year: i16,
) -> BTreeMap<Date, String> {
    let mut off = BTreeMap::new();
    let mut to_make_up = Vec::new();
    for (name, rule) in rules {
        for day in rule.days_in(year) {
            if is_weekend(day) || off.contains_key(&day) {
                to_make_up.push((day, name));
            }
            off.entry(day).or_insert_with(|| name.to_owned());
        }
    }
    to_make_up.sort_unstable();
    for (day, name) in to_make_up {
        let mut later = day.series(1.day()).skip(1);
        if let Some(free) = later.find(|day| !is_weekend(*day) && !off.contains_key(day)) {
            off.insert(free, format!("{name}（补假）"));
        }
    }
    off
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    /// As the notices of those years name them.
    #[test]
    fn days_of_the_moon_and_of_the_sun() {
        let table = [
            (2023, "2023-01-22", "2023-04-05", "2023-06-22", "2023-09-29"),
            (2024, "2024-02-10", "2024-04-04", "2024-06-10", "2024-09-17"),
            (2025, "2025-01-29", "2025-04-04", "2025-05-31", "2025-10-06"),
            (2026, "2026-02-17", "2026-04-05", "2026-06-19", "2026-09-25"),
        ];
        for (year, new_year, qing, dragon_boat, mid_autumn) in table {
            assert_eq!(lunar(year, 1, 1), Some(day(new_year)));
            assert_eq!(qingming(year), Some(day(qing)));
            assert_eq!(lunar(year, 5, 5), Some(day(dragon_boat)));
            assert_eq!(lunar(year, 8, 15), Some(day(mid_autumn)));
        }
    }

    /// 三月街 of 2025 began on the fifteenth of the third lunar month.
    #[test]
    fn a_local_day_follows_the_moon() {
        assert_eq!(lunar(2025, 3, 15), Some(day("2025-04-12")));
        assert_eq!(lunar(2027, 1, 1), Some(day("2027-02-06")));
    }
}
