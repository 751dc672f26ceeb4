//! The field of opening hours: typed as people type them, sent as the command has them. Pure.

use std::collections::BTreeSet;

use onestop_proto::{registry::Hours, typed_hours};

use crate::core::form_data::FormData;

const HOURS: &str = "hours";
const WEEKDAYS: &str = "weekdays";

/// Sets the hours as programs read them, and the days of the week that were typed with them. What cannot be read, or names
/// other days than are ticked, stays as it was typed.
pub(super) fn set_plain_hours(plain: &mut FormData, text: &str) {
    let Some(typed) = typed_hours::read(text) else {
        return;
    };
    let days: Vec<&str> = typed.weekdays.iter().map(|day| day.as_str()).collect();
    let ticked: BTreeSet<&str> = plain.all(WEEKDAYS).collect();
    let is_other = !ticked.is_empty() && ticked != days.iter().copied().collect();
    if is_other && !days.is_empty() {
        return;
    }
    let hours: Vec<String> = typed.hours.iter().map(program_text).collect();
    if ticked.is_empty() {
        plain.set_all(WEEKDAYS, &days);
    }
    plain.set(HOURS, hours.join(" "));
}

/// As the command has them: 09:00-12:00.
fn program_text(hours: &Hours) -> String {
    let (from, to) = (hours.from.strftime("%H:%M"), hours.to.strftime("%H:%M"));
    format!("{from}-{to}")
}

/// What is wrong with hours, if they are not as [`set_plain_hours`] leaves those that it reads.
pub(super) fn hours_problem(text: &str) -> Option<&'static str> {
    match typed_hours::read(text) {
        Some(typed) if typed.weekdays.is_empty() => None,
        Some(_) => Some("problem-hours-days"),
        None => Some("problem-hours"),
    }
}
