//! The days of a limit at a moment: used, allowed, left, late; each in the limit's own unit and on the days of its place.
//! Pages, lists, figures, files and the command line show what is counted here, and count nothing themselves.

use jiff::{Span, civil::Date};
use onestop_proto::{
    clock::{Clock, DayKind, Due, DueChange, Limit, RunState},
    division::DivisionCode,
    time::Timestamp,
};

use crate::Directory;

/// A limit that runs, or ran.
#[derive(Debug, Clone, Copy)]
pub struct Course<'a> {
    pub limit: &'a Limit,
    pub since: Timestamp,
    /// When it stood still, and ran again.
    pub pauses: &'a [(Timestamp, Timestamp)],
    pub paused_since: Option<Timestamp>,
    /// How often it was extended.
    pub extended: u32,
    /// When it ends.
    pub due: &'a Due,
}

/// The days of a limit at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DayCount {
    /// In which days it is counted: those of the limit; calendar days where it is in months.
    pub kind: DayKind,
    /// Days used; those on which it stood still are left out.
    pub used: u32,
    /// Days allowed, extensions included.
    pub allowed: u32,
    /// Days until the last day, that day with it; 0 on that day and after it.
    pub left: u32,
    /// Days past the last day; 0 while it is not over, or is paused.
    pub late: u32,
}

impl Directory {
    /// Counts the days of a limit at a moment.
    pub fn day_count(&self, course: &Course<'_>, at: Timestamp) -> DayCount {
        let limit = course.limit;
        let kind = counted_in(limit.kind);
        let days = |from: Date, to: Date| self.days_between(kind, limit.place, from, to);
        let began = course.since.china_date();
        let until = course.paused_since.map_or(at, |since| since.min(at));
        let pauses = course.pauses.iter();
        let still: u32 = pauses
            .map(|(from, to)| days(from.china_date(), to.china_date()))
            .sum();
        let more = limit.extension.as_ref().map_or(0, |by| by.days);
        let first = match limit.kind {
            DayKind::Month => {
                let months = i64::from(limit.days.min(1_200));
                days(began, began.saturating_add(Span::new().months(months)))
            }
            DayKind::Calendar | DayKind::Working => limit.days,
        };
        let (last, now) = (course.due.day, at.china_date());
        let runs = course.paused_since.is_none();
        let late = if runs && at >= course.due.at {
            self.days_late(limit.kind, limit.place, last, at)
        } else {
            0
        };
        DayCount {
            kind,
            used: days(began, until.china_date()).saturating_sub(still),
            allowed: first.saturating_add(more.saturating_mul(course.extended)),
            left: days(now, last),
            late,
        }
    }

    /// The days of a clock at a moment; nothing where an event from before its beginning was kept is part of it.
    pub fn days_of_clock(&self, clock: &Clock, at: Timestamp) -> Option<DayCount> {
        let history = clock.history.as_ref()?;
        let still = history.changes.iter().filter_map(|change| match change {
            DueChange::StoodStill { from, to } => Some((*from, *to)),
            DueChange::Extended => None,
        });
        let pauses: Vec<_> = still.collect();
        let course = Course {
            limit: &clock.limit,
            since: history.since,
            pauses: &pauses,
            paused_since: match clock.motion {
                RunState::Running => None,
                RunState::Paused { since } => Some(since),
            },
            extended: clock.extended,
            due: &clock.due,
        };
        Some(self.day_count(&course, at))
    }

    /// Days past a last day at a moment after its end, counted as the limit is: 1 at least.
    pub fn days_late(
        &self,
        kind: DayKind,
        place: Option<DivisionCode>,
        last: Date,
        at: Timestamp,
    ) -> u32 {
        let days = self.days_between(counted_in(kind), place, last, at.china_date());
        days.max(1)
    }

    /// The days after a day, up to and with another: calendar days, or working days of a place; months as calendar days.
    pub fn days_between(
        &self,
        kind: DayKind,
        place: Option<DivisionCode>,
        from: Date,
        to: Date,
    ) -> u32 {
        match kind {
            DayKind::Calendar | DayKind::Month => {
                let days = to.since(from).map_or(0, |span| span.get_days());
                u32::try_from(days).unwrap_or(0)
            }
            DayKind::Working => {
                let calendar = self.days_at(place);
                let (mut day, mut count) = (from, 0);
                while day < to {
                    day = day.tomorrow().unwrap_or(Date::MAX);
                    count += u32::from(calendar.is_working_day(day));
                }
                count
            }
        }
    }
}

const fn counted_in(kind: DayKind) -> DayKind {
    match kind {
        DayKind::Month => DayKind::Calendar,
        DayKind::Calendar | DayKind::Working => kind,
    }
}
