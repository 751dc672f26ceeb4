//! The twelve periods of the line: days, weeks or months up to today. Pure.

use jiff::{ToSpan, civil::Date};

use crate::pages::shell::Page;

/// Periods on the page, the present one included.
const PERIODS: i32 = 12;

/// How long each period is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::pages::timeliness) enum Span {
    Day,
    /// From Monday to Sunday.
    Week,
    Month,
}

/// The first and the last day of a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Period {
    pub(super) from: Date,
    pub(super) to: Date,
}

impl Span {
    pub(super) const ALL: [Self; 3] = [Self::Day, Self::Week, Self::Month];

    pub(in crate::pages::timeliness) const fn as_str(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
        }
    }

    /// The id of the message that names it.
    pub(in crate::pages::timeliness) const fn message(self) -> &'static str {
        match self {
            Self::Day => "year-by-day",
            Self::Week => "year-by-week",
            Self::Month => "year-by-month",
        }
    }

    /// The id of the message over its curves.
    pub(in crate::pages::timeliness) const fn curves(self) -> &'static str {
        match self {
            Self::Day => "year-curves-day",
            Self::Week => "year-curves-week",
            Self::Month => "year-curves",
        }
    }

    /// The id of the page's title.
    pub(super) const fn title(self) -> &'static str {
        match self {
            Self::Day => "year-title-day",
            Self::Week => "year-title-week",
            Self::Month => "year",
        }
    }

    /// The id of the message over the shares of steps in time.
    pub(super) const fn heat(self) -> &'static str {
        match self {
            Self::Day => "year-heat-day",
            Self::Week => "year-heat-week",
            Self::Month => "year-heat",
        }
    }

    /// The id of the link to the figures of the present period.
    pub(super) const fn figures(self) -> &'static str {
        match self {
            Self::Day => "year-figures-day",
            Self::Week => "year-figures-week",
            Self::Month => "year-figures",
        }
    }

    /// The periods up to today, the earliest first.
    pub(super) fn periods(self, today: Date) -> Vec<Period> {
        let period = |back: i32| {
            let from = self.begin(today, back)?;
            let to = match self {
                Self::Day => from,
                Self::Week => from.checked_add(6.days()).ok()?,
                Self::Month => from.last_of_month(),
            };
            let to = to.min(today);
            Some(Period { from, to })
        };
        (0..PERIODS).rev().filter_map(period).collect()
    }

    /// The first day of the period so many before the present one.
    fn begin(self, today: Date, back: i32) -> Option<Date> {
        let begun = match self {
            Self::Day => today.checked_sub(back.days()),
            Self::Week => {
                let since_monday = i32::from(today.weekday().to_monday_zero_offset());
                today.checked_sub((since_monday + 7 * back).days())
            }
            Self::Month => today.first_of_month().checked_sub(back.months()),
        };
        begun.ok()
    }

    /// What a period is called.
    pub(in crate::pages::timeliness) fn name(self, from: &Date, page: &Page<'_>) -> String {
        match self {
            Self::Day => page.day(from),
            Self::Week => page.i18n.t1("year-week", "day", page.day(from)),
            Self::Month => page.month(from),
        }
    }

    /// The same below a curve, with the year below the first.
    pub(super) fn short_name(self, from: Date, page: &Page<'_>) -> String {
        let month = from.month().to_string();
        match self {
            Self::Day | Self::Week => {
                let day = from.day().to_string();
                page.i18n.t2("day-short", "month", month, "day", day)
            }
            Self::Month => page.i18n.t1("month-short", "month", month),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ends(span: Span, today: &str) -> [Period; 2] {
        let periods = span.periods(today.parse().unwrap());
        assert_eq!(periods.len(), 12);
        [periods[10], periods[11]]
    }

    fn period(from: &str, to: &str) -> Period {
        Period {
            from: from.parse().unwrap(),
            to: to.parse().unwrap(),
        }
    }

    /// Days and weeks are not called months.
    #[test]
    fn each_span_has_headings_of_its_own() {
        for heading in [Span::title, Span::heat, Span::figures, Span::curves] {
            let mut named: Vec<_> = Span::ALL.map(heading).into();
            named.sort_unstable();
            named.dedup();
            assert_eq!(named.len(), Span::ALL.len());
        }
    }

    #[test]
    fn periods_end_with_today_and_leave_no_day_out() {
        // A Wednesday.
        let today = "2026-03-18";
        let days = ends(Span::Day, today);
        assert_eq!(
            days,
            [period("2026-03-17", "2026-03-17"), period(today, today)]
        );
        let weeks = ends(Span::Week, today);
        assert_eq!(
            weeks,
            [
                period("2026-03-09", "2026-03-15"),
                period("2026-03-16", today)
            ]
        );
        let months = ends(Span::Month, today);
        assert_eq!(
            months,
            [
                period("2026-02-01", "2026-02-28"),
                period("2026-03-01", today)
            ]
        );
        for span in Span::ALL {
            let periods = span.periods(today.parse().unwrap());
            for pair in periods.windows(2) {
                assert_eq!(pair[0].to.tomorrow().unwrap(), pair[1].from, "{span:?}");
            }
        }
    }
}
