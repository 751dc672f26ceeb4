//! Working days, counted one by one and without the directory's own rules.

use jiff::{ToSpan, civil::Date};

/// The last of so many working days after a day.
pub fn working_days_after(is_worked: impl Fn(Date) -> bool, day: Date, count: u32) -> Date {
    let later = day.series(1.day()).skip(1);
    let mut worked = later.filter(|day| is_worked(*day));
    (0..count).fold(day, |last, _| worked.next().unwrap_or(last))
}

/// How many working days come after a day, up to and with another.
///
/// # Panics
/// If there are more than a number of 32 bits says.
pub fn working_days(is_worked: impl Fn(Date) -> bool, from: Date, to: Date) -> u32 {
    let days = from.series(1.day()).skip(1).take_while(|day| *day <= to);
    let worked = days.filter(|day| is_worked(*day)).count();
    u32::try_from(worked).expect("they are days of a case")
}
