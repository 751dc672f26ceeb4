//! Working days, and counting a time limit on them.
//!
//! The rules are those of the Civil Code (民法典): the day of the event does not count (art. 201);
//! months end on the day of the same number, or on the month's last (art. 202);
//! a last day that is a day off gives way to the next day that is none, and the last day ends at
//! 24:00 (art. 203). Days off are weekends and announced holidays, except weekends that were
//! announced as working days (调休).

use std::collections::{BTreeMap, BTreeSet};

use jiff::{
    Span,
    civil::{Date, Weekday},
};
use onestop_proto::{
    clock::{Certainty, DayKind, Due, DueChange, DueHistory, Limit},
    time::Timestamp,
};
use serde::Deserialize;
use toml::Spanned;

use crate::{
    error::{LoadError, Reason},
    load::{Day, Source},
    standards::MOST_DAYS,
};

/// Longer than any holiday ever announced.
const LONGEST_HOLIDAY: i32 = 15;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    fixed: Vec<Spanned<Fixed>>,
    #[serde(default)]
    year: Vec<Spanned<Year>>,
}

/// A day off in every year.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Fixed {
    #[expect(dead_code, reason = "for the reader of the file")]
    name: String,
    month: i8,
    day: i8,
}

/// One year's notice.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Year {
    year: i16,
    #[expect(dead_code, reason = "for the reader of the file")]
    notice: String,
    off: Vec<Spanned<Holiday>>,
    working: Vec<Spanned<Day>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Holiday {
    name: String,
    from: Day,
    to: Day,
}

/// Which days are worked.
#[derive(Debug, Default)]
pub(crate) struct Calendar {
    fixed: BTreeSet<(i8, i8)>,
    announced: BTreeSet<i16>,
    off: BTreeSet<Date>,
    /// Weekends that are worked (调休).
    working_weekends: BTreeSet<Date>,
}

impl Calendar {
    pub(crate) fn load(source: &Source) -> Result<Self, LoadError> {
        let file: File = source.toml()?;
        let mut calendar = Self::default();
        for entry in file.fixed {
            let Fixed { month, day, .. } = *entry.get_ref();
            // 2025 is no leap year, so 29 February is no day of every year.
            if Date::new(2025, month, day).is_err() {
                return Err(source.at(&entry, Reason::NoSuchDay { month, day }));
            }
            calendar.fixed.insert((month, day));
        }
        let mut lines_of_weekends: BTreeMap<Date, usize> = BTreeMap::new();
        for entry in &file.year {
            calendar.add_year(entry, source, &mut lines_of_weekends)?;
        }
        // Only now are all days off known: a notice may touch the December before it.
        for (day, line) in lines_of_weekends {
            if !is_weekend(day) || calendar.off.contains(&day) {
                return Err(source.error(Some(line), Reason::NotMovable { day }));
            }
            calendar.working_weekends.insert(day);
        }
        Ok(calendar)
    }

    fn add_year(
        &mut self,
        entry: &Spanned<Year>,
        source: &Source,
        lines_of_weekends: &mut BTreeMap<Date, usize>,
    ) -> Result<(), LoadError> {
        let notice = entry.get_ref();
        let year = notice.year;
        if !self.announced.insert(year) {
            return Err(source.at(entry, Reason::DuplicateYear { year }));
        }
        for holiday in &notice.off {
            self.add_holiday(holiday.get_ref(), year)
                .map_err(|reason| source.at(holiday, reason))?;
        }
        for moved in &notice.working {
            let day = moved.get_ref().0;
            if year_of_notice(day) != year && day.year() != year {
                return Err(source.at(moved, Reason::OtherYear { day, year }));
            }
            lines_of_weekends.insert(day, source.line_of(moved));
        }
        let fixed = self
            .fixed
            .iter()
            .filter_map(|(month, day)| Date::new(year, *month, *day).ok());
        let missing = fixed.into_iter().find(|day| !self.off.contains(day));
        missing.map_or(Ok(()), |day| {
            Err(source.at(entry, Reason::FixedDayMissing { day, year }))
        })
    }

    fn add_holiday(&mut self, holiday: &Holiday, year: i16) -> Result<(), Reason> {
        let (from, until) = (holiday.from.0, holiday.to.0);
        if until < from {
            return Err(Reason::EmptyPeriod { from, until });
        }
        let days = 1 + until
            .since(from)
            .map_or(i32::MAX - 1, |span| span.get_days());
        if days > LONGEST_HOLIDAY {
            return Err(Reason::LongHoliday {
                name: holiday.name.clone(),
                days,
            });
        }
        let covered = from
            .series(jiff::Span::new().days(1))
            .take_while(|day| *day <= until);
        for day in covered {
            if year_of_notice(day) != year && day.year() != year {
                return Err(Reason::OtherYear { day, year });
            }
            if !self.off.insert(day) {
                return Err(Reason::DuplicateDayOff { day });
            }
        }
        Ok(())
    }

    pub(crate) fn is_working_day(&self, day: Date) -> bool {
        self.working_weekends.contains(&day) || (!self.is_holiday(day) && !is_weekend(day))
    }

    /// Whether a day is a public holiday, or a day off that the notice adds to one: as announced, or as fixed by law in a
    /// year without notice.
    pub(crate) fn is_holiday(&self, day: Date) -> bool {
        let fixed =
            !self.announced.contains(&day.year()) && self.fixed.contains(&(day.month(), day.day()));
        fixed || self.off.contains(&day)
    }

    pub(crate) fn certainty(&self, day: Date) -> Certainty {
        let known = |year: i16| self.announced.contains(&year);
        if known(day.year()) && known(year_of_notice(day)) {
            Certainty::Firm
        } else {
            Certainty::Provisional
        }
    }

    pub(crate) fn due(&self, limit: &Limit, from: Timestamp) -> Due {
        let (start, length) = (from.china_date(), limit.days);
        match limit.kind {
            DayKind::Month => {
                self.roll_to_working_day(months_after(start, length), Certainty::Firm)
            }
            DayKind::Calendar | DayKind::Working => {
                self.count(start, length, limit.kind, Certainty::Firm)
            }
        }
    }

    /// Computes the last day from the whole history of a limit. A last day that is a day off moves to the next working
    /// day only at the end and before each extension: a pause is not added to days that a holiday has already added.
    pub(crate) fn due_after(&self, limit: &Limit, history: &DueHistory) -> Due {
        let extension = limit.extension.as_ref().map_or(0, |by| by.days);
        if limit.kind == DayKind::Working {
            let begun = self.due(limit, history.since);
            return history
                .changes
                .iter()
                .fold(begun, |due, moved| match moved {
                    DueChange::StoodStill { from, to } => self.resumed(limit, &due, *from, *to),
                    DueChange::Extended => self.extended(limit, &due, extension),
                });
        }
        let start = history.since.china_date();
        let mut last = match limit.kind {
            DayKind::Month => months_after(start, limit.days),
            DayKind::Calendar | DayKind::Working => days_after(start, limit.days),
        };
        for moved in &history.changes {
            last = match moved {
                DueChange::StoodStill { from, to } => {
                    let still = from.china_date().until(to.china_date());
                    let still = still.map_or(0, |span| span.get_days());
                    days_after(last, u32::try_from(still).unwrap_or(0))
                }
                DueChange::Extended => days_after(
                    self.roll_to_working_day(last, Certainty::Firm).day,
                    extension,
                ),
            };
        }
        self.roll_to_working_day(last, Certainty::Firm)
    }

    pub(crate) fn resumed(
        &self,
        limit: &Limit,
        due: &Due,
        paused: Timestamp,
        resumed: Timestamp,
    ) -> Due {
        let (paused, resumed) = (paused.china_date(), resumed.china_date());
        let mut certainty = due.certainty;
        let mut still = 0;
        let mut day = paused;
        while day < resumed && still < MOST_DAYS {
            day = next(day);
            match limit.kind {
                DayKind::Calendar | DayKind::Month => still += 1,
                DayKind::Working => {
                    certainty = weaker(certainty, self.certainty(day));
                    still += u32::from(self.is_working_day(day));
                }
            }
        }
        if still == 0 {
            return due.clone();
        }
        let days = match limit.kind {
            DayKind::Month => DayKind::Calendar,
            DayKind::Calendar | DayKind::Working => limit.kind,
        };
        self.count(due.day, still, days, certainty)
    }

    pub(crate) fn extended(&self, limit: &Limit, due: &Due, days: u32) -> Due {
        let kind = match limit.kind {
            DayKind::Month => DayKind::Calendar,
            DayKind::Calendar | DayKind::Working => limit.kind,
        };
        self.count(due.day, days, kind, due.certainty)
    }

    /// The beginning of the day that is `count` working days before `day`.
    pub(crate) fn working_day_before(&self, day: Date, count: u32) -> Timestamp {
        let mut day = day;
        let mut left = count;
        while left > 0 && day > Date::MIN {
            day = day.yesterday().unwrap_or(Date::MIN);
            left -= u32::from(self.is_working_day(day));
        }
        let evening_before = day.yesterday().unwrap_or(Date::MIN);
        Timestamp::end_of_china_day(evening_before)
    }

    /// The end of the day that is `count` working days after `day`.
    pub(crate) fn working_day_after(&self, day: Date, count: u32) -> Timestamp {
        self.count(day, count, DayKind::Working, Certainty::Firm).at
    }

    /// The last day of `days` days after `start`, and never a day off.
    fn count(&self, start: Date, days: u32, kind: DayKind, known: Certainty) -> Due {
        let mut day = start;
        let mut certainty = known;
        // Limits beyond MOST_DAYS are refused on load; one from elsewhere must not count for ever.
        let mut left = days.min(MOST_DAYS);
        while left > 0 && day < Date::MAX {
            day = next(day);
            match kind {
                DayKind::Calendar | DayKind::Month => left -= 1,
                DayKind::Working => {
                    certainty = weaker(certainty, self.certainty(day));
                    left -= u32::from(self.is_working_day(day));
                }
            }
        }
        self.roll_to_working_day(day, certainty)
    }

    /// The last day if it is a working day, otherwise the next working day.
    fn roll_to_working_day(&self, last: Date, known: Certainty) -> Due {
        let mut day = last;
        let mut certainty = weaker(known, self.certainty(day));
        while !self.is_working_day(day) && day < Date::MAX {
            day = next(day);
            certainty = weaker(certainty, self.certainty(day));
        }
        Due {
            day,
            at: Timestamp::end_of_china_day(day),
            certainty,
        }
    }
}

/// The day of the same number, so many months later; the month's last where there is none (art. 202).
fn months_after(start: Date, months: u32) -> Date {
    let months = months.min(MOST_DAYS / 30);
    start.saturating_add(Span::new().months(i64::from(months)))
}

fn days_after(start: Date, days: u32) -> Date {
    start.saturating_add(Span::new().days(i64::from(days.min(MOST_DAYS))))
}

fn next(day: Date) -> Date {
    day.tomorrow().unwrap_or(Date::MAX)
}

fn is_weekend(day: Date) -> bool {
    matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday)
}

/// The latest year whose notice may still move this day: in 2018, 29 December became a working day
/// and 31 December a day off by the notice for 2019. So the last week of a year is certain only
/// when the next year is announced.
fn year_of_notice(day: Date) -> i16 {
    if day.month() == 12 && day.day() >= 25 {
        day.year().saturating_add(1)
    } else {
        day.year()
    }
}

fn weaker(one: Certainty, other: Certainty) -> Certainty {
    match (one, other) {
        (Certainty::Firm, Certainty::Firm) => Certainty::Firm,
        (Certainty::Provisional, Certainty::Firm | Certainty::Provisional)
        | (Certainty::Firm, Certainty::Provisional) => Certainty::Provisional,
    }
}
