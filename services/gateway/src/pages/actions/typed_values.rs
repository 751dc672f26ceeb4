//! Days, moments and sums as people type them into the form of a command, as programs read them. Pure.

use jiff::civil::Date;
use onestop_proto::{time::Timestamp, yuan::Yuan};

use super::form_spec::Kind;
use crate::core::typed_dates;

/// What a text means to programs, or the message that says what is wrong with it; nothing of a kind that is taken as it is, or
/// looked up elsewhere.
pub(super) fn read(kind: &Kind, text: &str, today: Date) -> Option<Result<String, &'static str>> {
    let plain = || typed_dates::plain(text, today);
    let read = match kind {
        Kind::Day => plain()
            .parse::<Date>()
            .map(|day| day.to_string())
            .map_err(|_| "problem-day"),
        Kind::Moment => plain()
            .parse::<Timestamp>()
            .map(|moment| moment.to_string())
            .map_err(|_| "new-problem-occurred"),
        Kind::Money => text
            .parse::<Yuan>()
            .map(|sum| sum.to_string())
            .map_err(|_| "problem-money"),
        Kind::Choice(_)
        | Kind::Choices(_)
        | Kind::Line
        | Kind::Text
        | Kind::Number
        | Kind::Fen
        | Kind::Flag
        | Kind::Place
        | Kind::Unit
        | Kind::Case
        | Kind::Papers
        | Kind::Copies
        | Kind::Remarks
        | Kind::Staff
        | Kind::Colleague
        | Kind::Subject
        | Kind::Party
        | Kind::Ground(_) => return None,
    };
    Some(read)
}

#[cfg(test)]
mod tests;
