//! The last day of a time for which the review is paused: after the day on which it was set, and no later than the directory
//! allows (法律援助法 art. 43; 民法典 art. 201).

use jiff::{Span, civil::Date};
use onestop_directory::Figure;
use onestop_matter::domain::{Context, Matter, last_of_wait};
use onestop_proto::legal_aid::Rejection;

use super::LegalAidRules;

pub(super) fn latest(most: Figure, context: &Context<'_>) -> Date {
    let set_on = context.happened_at.china_date();
    let days = context.directory.figure(most, set_on);
    set_on.saturating_add(Span::new().days(i64::from(days)))
}

/// The day until which it lasts: one that is a day off gives way to the next that is none (民法典 art. 203), and the applicant gets that day.
pub(super) fn moved(day: Date, matter: &Matter<LegalAidRules>, context: &Context<'_>) -> Date {
    last_of_wait(day, matter, context.directory).day
}

/// The day as it was set.
///
/// # Errors
/// If it is not after the day on which it was set, which is not counted, or later than the figure allows.
pub(super) fn within(
    last_day: Date,
    most: Figure,
    context: &Context<'_>,
) -> Result<Date, Rejection> {
    let (set_on, latest) = (context.happened_at.china_date(), latest(most, context));
    if last_day <= set_on {
        let (last_day, notice) = (last_day.to_string(), set_on.to_string());
        return Err(Rejection::LastDayTooEarly { last_day, notice });
    }
    if last_day > latest {
        let (last_day, latest) = (last_day.to_string(), latest.to_string());
        return Err(Rejection::LastDayTooLate { last_day, latest });
    }
    Ok(last_day)
}
