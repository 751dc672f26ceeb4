//! Whether a day that a command gives can be one of the case: see [`DayBounds`].

use jiff::civil::Date;
use onestop_directory::DayBounds;
use onestop_proto::matter::Rejection;

use super::Context;

/// Requires that a day has been, and not before what it rests on.
///
/// # Errors
/// That it has not come, or the days between which it lies.
pub fn require_past_day(
    day: Date,
    rests_on: Option<Date>,
    context: &Context<'_>,
) -> Result<(), Rejection> {
    if day > context.now.china_date() {
        let day = day.to_string();
        return Err(Rejection::DayToCome { day });
    }
    require_within(day, DayBounds::of_past(context.now, rests_on))
}

/// Requires that a day, which may be to come, is not before what it rests on, nor too far ahead.
///
/// # Errors
/// The days between which it lies.
pub fn require_day(
    day: Date,
    rests_on: Option<Date>,
    context: &Context<'_>,
) -> Result<(), Rejection> {
    require_within(day, context.directory.days_ahead(context.now, rests_on))
}

fn require_within(day: Date, bounds: DayBounds) -> Result<(), Rejection> {
    if bounds.contain(day) {
        return Ok(());
    }
    Err(Rejection::DayOutside {
        day: day.to_string(),
        earliest: bounds.earliest.to_string(),
        latest: bounds.latest.to_string(),
    })
}
