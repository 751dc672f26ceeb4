//! Counting time limits on the days of a place.
//!
//! The rules are those of the Civil Code (民法典): the day of the event does not count (art. 201);
//! months end on the day of the same number, or on the month's last (art. 202);
//! a last day that is a day off gives way to the next day that is none, and the last day ends at
//! 24:00 (art. 203). Of a limit that lies within others, in other kinds of days, what ends earliest holds.

use jiff::{Span, civil::Date};
use onestop_proto::{
    clock::{Certainty, DayKind, Due, DueChange, DueHistory, Extension, Limit},
    division::DivisionCode,
    time::Timestamp,
};

use crate::{place_calendar::PlaceCalendar, standards::MOST_DAYS};

/// A century: the longest time in which a party may act is twenty years.
const MOST_MONTHS: u32 = 1_200;

/// What is counted, of a limit or of one that it lies within.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Length<'a> {
    pub(crate) days: u32,
    pub(crate) kind: DayKind,
    extension: Option<&'a Extension>,
    /// From when it counts, where that is not when the clock began.
    since: Option<Timestamp>,
    /// On whose days it is counted, where those are not the clock's own.
    place: Option<DivisionCode>,
}

impl<'a> Length<'a> {
    /// A limit's own length, and those that it lies within.
    pub(crate) fn all(limit: &'a Limit) -> impl Iterator<Item = Self> {
        let own = Self {
            days: limit.days,
            kind: limit.kind,
            extension: limit.extension.as_ref(),
            since: None,
            place: None,
        };
        let within = limit.within.iter().map(|wider| Self {
            days: wider.days,
            kind: wider.kind,
            extension: wider.extension.as_ref(),
            since: wider.since,
            place: wider.place,
        });
        std::iter::once(own).chain(within)
    }

    /// What moves its end. One that ran before the clock did is neither paused nor extended with it.
    fn changes<'h>(&self, history: &'h DueHistory) -> &'h [DueChange] {
        match self.since {
            Some(_) => &[],
            None => history.changes.as_slice(),
        }
    }

    /// The day of the event from which it counts.
    pub(crate) fn begins(&self, history: &DueHistory) -> Date {
        self.since.unwrap_or(history.since).china_date()
    }
}

impl PlaceCalendar<'_> {
    pub(crate) fn due(&self, limit: &Limit, from: Timestamp) -> Due {
        let history = DueHistory {
            since: from,
            changes: Vec::new(),
        };
        self.due_after(limit, &history)
    }

    /// Computes the last day from the whole history of a limit. A last day that is a day off moves to the next working
    /// day only at the end and before each extension: a pause is not added to days that a holiday has already added.
    pub(crate) fn due_after(&self, limit: &Limit, history: &DueHistory) -> Due {
        let ends = Length::all(limit).map(|length| (length, self.end(length, history)));
        let ends: Vec<(Length<'_>, Due)> = ends.collect();
        let Some(first) = ends.iter().map(|(_, due)| due).min_by_key(|due| due.day) else {
            return self.roll_to_working_day(history.since.china_date(), Certainty::Firm);
        };
        let open = ends
            .iter()
            .filter(|(length, _)| self.can_precede(*length, history, first.day));
        let certainty = open.fold(first.certainty, |known, (_, due)| {
            weaker(known, due.certainty)
        });
        Due {
            certainty,
            ..first.clone()
        }
    }

    /// Whether a length may turn out to end before a day, once the days off are announced. One that ran before the clock
    /// did never ends before its days are counted, whatever is off.
    fn can_precede(&self, length: Length<'_>, history: &DueHistory, day: Date) -> bool {
        length.since.is_none() || self.nominal(length, history) < day
    }

    /// The days on which a length is counted: those of its own place, or else these.
    pub(crate) fn of_length(&self, length: Length<'_>) -> Self {
        let own = length.place.map(|place| self.elsewhere(place));
        own.unwrap_or_else(|| self.clone())
    }

    /// The last day of one length, on its own days.
    pub(crate) fn end(&self, length: Length<'_>, history: &DueHistory) -> Due {
        self.of_length(length).end_here(length, history)
    }

    /// The last day of one length, on these days.
    fn end_here(&self, length: Length<'_>, history: &DueHistory) -> Due {
        if length.kind == DayKind::Working {
            let begun = self.count(
                length.begins(history),
                length.days,
                length.kind,
                Certainty::Firm,
            );
            let mut extended = 0;
            return length
                .changes(history)
                .iter()
                .fold(begun, |due, moved| match moved {
                    DueChange::StoodStill { from, to } => self.later(length.kind, &due, *from, *to),
                    DueChange::Extended => {
                        let more = allowed(length, &mut extended);
                        self.count(due.day, more, length.kind, due.certainty)
                    }
                });
        }
        self.roll_to_working_day(self.nominal(length, history), Certainty::Firm)
    }

    /// The last day of calendar days or months, before it gives way to a working day.
    pub(crate) fn nominal(&self, length: Length<'_>, history: &DueHistory) -> Date {
        let start = length.begins(history);
        let mut last = match length.kind {
            DayKind::Month => months_after(start, length.days),
            DayKind::Calendar | DayKind::Working => days_after(start, length.days),
        };
        let mut extended = 0;
        for moved in length.changes(history) {
            last = match moved {
                DueChange::StoodStill { from, to } => {
                    let still = from.china_date().until(to.china_date());
                    let still = still.map_or(0, |span| span.get_days());
                    days_after(last, u32::try_from(still).unwrap_or(0))
                }
                DueChange::Extended => days_after(
                    self.roll_to_working_day(last, Certainty::Firm).day,
                    allowed(length, &mut extended),
                ),
            };
        }
        last
    }

    pub(crate) fn resumed(
        &self,
        limit: &Limit,
        due: &Due,
        paused: Timestamp,
        resumed: Timestamp,
    ) -> Due {
        self.later(limit.kind, due, paused, resumed)
    }

    /// The last day, later by the days that a limit stood still.
    fn later(&self, kind: DayKind, due: &Due, paused: Timestamp, resumed: Timestamp) -> Due {
        let (paused, resumed) = (paused.china_date(), resumed.china_date());
        let mut certainty = due.certainty;
        let mut still = 0;
        let mut day = paused;
        while day < resumed && still < MOST_DAYS {
            day = next(day);
            match kind {
                DayKind::Calendar | DayKind::Month => still += 1,
                DayKind::Working => {
                    certainty = weaker(certainty, self.certainty(day));
                    still += u32::from(self.is_working_day(day));
                }
            }
        }
        if still == 0 {
            return due.clone();
        }
        self.count(due.day, still, by_days(kind), certainty)
    }

    pub(crate) fn extended(&self, limit: &Limit, due: &Due, days: u32) -> Due {
        self.count(due.day, days, by_days(limit.kind), due.certainty)
    }

    /// The beginning of the day that is `count` working days before `day`.
    pub(crate) fn working_day_before(&self, day: Date, count: u32) -> Timestamp {
        let mut day = day;
        let mut left = count;
        while left > 0 && day > Date::MIN {
            day = day.yesterday().unwrap_or(Date::MIN);
            left -= u32::from(self.is_working_day(day));
        }
        let evening_before = day.yesterday().unwrap_or(Date::MIN);
        Timestamp::end_of_china_day(evening_before)
    }

    /// The end of the day that is `count` working days after `day`.
    pub(crate) fn working_day_after(&self, day: Date, count: u32) -> Timestamp {
        self.count(day, count, DayKind::Working, Certainty::Firm).at
    }

    /// The last day of `days` days after `start`, and never a day off.
    fn count(&self, start: Date, days: u32, kind: DayKind, known: Certainty) -> Due {
        let mut day = start;
        let mut certainty = known;
        // Limits beyond MOST_DAYS are refused on load; one from elsewhere must not count for ever.
        let mut left = days.min(MOST_DAYS);
        while left > 0 && day < Date::MAX {
            day = next(day);
            match kind {
                DayKind::Calendar | DayKind::Month => left -= 1,
                DayKind::Working => {
                    certainty = weaker(certainty, self.certainty(day));
                    left -= u32::from(self.is_working_day(day));
                }
            }
        }
        self.roll_to_working_day(day, certainty)
    }

    /// The last day if it is a working day, otherwise the next working day.
    fn roll_to_working_day(&self, last: Date, known: Certainty) -> Due {
        let mut day = last;
        let mut certainty = weaker(known, self.certainty(day));
        while !self.is_working_day(day) && day < Date::MAX {
            day = next(day);
            certainty = weaker(certainty, self.certainty(day));
        }
        Due {
            day,
            at: Timestamp::end_of_china_day(day),
            certainty,
        }
    }
}

/// The day of the same number, so many months later; the month's last where there is none (art. 202).
fn months_after(start: Date, months: u32) -> Date {
    let months = months.min(MOST_MONTHS);
    start.saturating_add(Span::new().months(i64::from(months)))
}

fn days_after(start: Date, days: u32) -> Date {
    start.saturating_add(Span::new().days(i64::from(days.min(MOST_DAYS))))
}

/// How pauses and extensions of a limit are counted: months in calendar days.
const fn by_days(kind: DayKind) -> DayKind {
    match kind {
        DayKind::Month => DayKind::Calendar,
        DayKind::Calendar | DayKind::Working => kind,
    }
}

/// The days of one more extension, if the length allows one.
fn allowed(length: Length<'_>, extended: &mut u32) -> u32 {
    let Some(more) = length.extension.filter(|more| *extended < more.times) else {
        return 0;
    };
    *extended += 1;
    more.days
}

fn next(day: Date) -> Date {
    day.tomorrow().unwrap_or(Date::MAX)
}

fn weaker(one: Certainty, other: Certainty) -> Certainty {
    match (one, other) {
        (Certainty::Firm, Certainty::Firm) => Certainty::Firm,
        (Certainty::Provisional, Certainty::Firm | Certainty::Provisional)
        | (Certainty::Firm, Certainty::Provisional) => Certainty::Provisional,
    }
}
