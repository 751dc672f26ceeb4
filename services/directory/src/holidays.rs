//! Holidays as the files name them, and weekends.

use jiff::{
    ToSpan,
    civil::{Date, Weekday},
};
use serde::Deserialize;

use crate::{error::Reason, load::Day};

/// Longer than any holiday ever announced.
pub(crate) const LONGEST_HOLIDAY: i32 = 15;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Holiday {
    /// A local holiday has the name of its entry.
    #[serde(default)]
    pub(crate) name: String,
    from: Day,
    to: Day,
}

impl Holiday {
    pub(crate) fn days(&self) -> Result<Vec<Date>, Reason> {
        let (from, until) = (self.from.0, self.to.0);
        if until < from {
            return Err(Reason::EmptyPeriod { from, until });
        }
        let days = 1 + until
            .since(from)
            .map_or(i32::MAX - 1, |span| span.get_days());
        if days > LONGEST_HOLIDAY {
            let name = self.name.clone();
            return Err(Reason::LongHoliday { name, days });
        }
        let series = from.series(1.day());
        Ok(series.take_while(|day| *day <= until).collect())
    }
}

pub(crate) fn is_weekend(day: Date) -> bool {
    matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday)
}
