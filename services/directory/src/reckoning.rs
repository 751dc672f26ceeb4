//! How a last day is reckoned: every limit that holds, the one that ends first, and each day that was skipped with its
//! reason.

use jiff::{ToSpan, civil::Date};
use onestop_proto::{
    clock::{DayKind, Due, DueChange, DueHistory, Limit},
    reckoning::{LimitEnd, SkippedDay},
    text::Words,
};
use serde::Serialize;

use crate::{DayOff, Directory, counting::Length, place_calendar::PlaceCalendar};

/// The last day of a limit, and how it came to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reckoning {
    /// The last day.
    pub due: Due,
    /// Each limit that holds, with its own end; the earliest decides.
    pub ends: Vec<LimitEnd>,
    /// The days that did not count for the one that decides, in order.
    pub skipped: Vec<SkippedDay>,
}

impl Directory {
    /// Reckons the last day of a limit, with the reasons.
    pub fn reckon(&self, limit: &Limit, history: &DueHistory) -> Reckoning {
        let days = self.days_at(limit.place);
        let bases = std::iter::once(&limit.basis).chain(limit.within.iter().map(|one| &one.basis));
        let lengths = Length::all(limit).zip(bases);
        let ends: Vec<(Length<'_>, LimitEnd)> = lengths
            .map(|(length, basis)| {
                let end = LimitEnd {
                    days: length.days,
                    kind: length.kind,
                    basis: basis.clone(),
                    due: days.end(length, history),
                };
                (length, end)
            })
            .collect();
        let first = ends.iter().min_by_key(|(_, end)| end.due.day);
        let skipped = first.map_or_else(Vec::new, |(length, end)| {
            skipped(&days.of_length(*length), *length, history, end.due.day)
        });
        Reckoning {
            due: days.due_after(limit, history),
            ends: ends.into_iter().map(|(_, end)| end).collect(),
            skipped,
        }
    }
}

/// The days that do not count between the event and the last day.
fn skipped(
    days: &PlaceCalendar<'_>,
    length: Length<'_>,
    history: &DueHistory,
    last: Date,
) -> Vec<SkippedDay> {
    let first = length.begins(history);
    // Calendar days count days off too: only a last day that is one gives way.
    let gives_way_from = match length.kind {
        DayKind::Working => first,
        DayKind::Calendar | DayKind::Month => days.nominal(length, history),
    };
    let mut found = vec![SkippedDay {
        day: first,
        why: words("起算当日不计入", "the day of the event does not count"),
    }];
    let later = first.series(1.day()).skip(1).take_while(|day| *day <= last);
    for day in later {
        let off = days.day_off(day).filter(|_| day >= gives_way_from);
        let why = match off {
            Some(off) => off.words(),
            None if stood_still(history, day) => words("期限不计入的期间", "the limit stood still"),
            None => continue,
        };
        found.push(SkippedDay { day, why });
    }
    found
}

/// Whether a day is one of those that are added after a pause: after the day of the pause, up to and with that of the
/// resumption.
fn stood_still(history: &DueHistory, day: Date) -> bool {
    history.changes.iter().any(|change| match change {
        DueChange::StoodStill { from, to } => from.china_date() < day && day <= to.china_date(),
        DueChange::Extended => false,
    })
}

impl DayOff<'_> {
    /// Why, for display.
    pub fn words(self) -> Words {
        match self {
            Self::Weekend => words("周末", "weekend"),
            Self::Holiday(name) => words(name, &format!("public holiday ({name})")),
            Self::Local(name) => Words {
                zh: format!("{name}（地方性假日）"),
                en: format!("local day off ({name})"),
            },
        }
    }
}

fn words(zh: &str, en: &str) -> Words {
    Words {
        zh: zh.to_owned(),
        en: en.to_owned(),
    }
}
