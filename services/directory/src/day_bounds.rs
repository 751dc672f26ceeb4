//! Between which days a day lies that is given in a case: not before the People's Republic, nor before what it rests on; and
//! one that is to come, no more than so many years ahead.

use jiff::{Span, civil::Date};
use onestop_proto::time::Timestamp;

use crate::{Directory, Figure};

/// The first day that can be given.
const EARLIEST: Date = jiff::civil::date(1949, 10, 1);

/// The first and the last day that can be given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DayBounds {
    pub earliest: Date,
    pub latest: Date,
}

impl DayBounds {
    fn until(latest: Date, rests_on: Option<Date>) -> Self {
        let earliest = rests_on.map_or(EARLIEST, |day| day.max(EARLIEST));
        Self { earliest, latest }
    }

    /// Of what has been: after what it rests on, and today at the latest.
    pub fn of_past(now: Timestamp, rests_on: Option<Date>) -> Self {
        Self::until(now.china_date(), rests_on)
    }

    /// Whether a day lies between them.
    pub fn contain(self, day: Date) -> bool {
        self.earliest <= day && day <= self.latest
    }
}

impl Directory {
    /// Of a day that may be to come.
    pub fn days_ahead(&self, now: Timestamp, rests_on: Option<Date>) -> DayBounds {
        let today = now.china_date();
        let years = self.figure(Figure::YearsAhead, today);
        let latest = today.saturating_add(Span::new().years(i64::from(years)));
        DayBounds::until(latest, rests_on)
    }
}
