//! Time limits: which standard holds, and when a clock ends.

use jiff::civil::Date;
use onestop_proto::{
    clock::{Ceiling, Certainty, Clock, DayKind, Due, DueChange, Limit, RunState, Step},
    division::DivisionCode,
    ids::ServiceItem,
    time::Timestamp,
};

use crate::{
    DayOff, Directory,
    place_calendar::PlaceCalendar,
    retention::Retention,
    standards::{Holding, Relation, RunsFrom, Standard},
};

impl Directory {
    /// The standard for a step: that of the nearest place up the tree which has one on that day, as its bureau has
    /// recorded it, or as the files have it.
    pub fn standard(&self, step: &Step, place: DivisionCode, on: Date) -> Option<&Standard> {
        match self.holding_recorded(step, place, on) {
            Some(holding) => holding.standard,
            None => self
                .standards
                .nearest(step, self.present_division(place), on),
        }
    }

    /// Which standard of a step holds at a place on a day, and the others that concern the place.
    pub fn holding(&self, step: &Step, place: DivisionCode, on: Date) -> Holding<'_> {
        let recorded = self.holding_recorded(step, place, on);
        let of_files = || {
            let place = self.present_division(place);
            self.standards.holding(step, place, on)
        };
        recorded.unwrap_or_else(of_files)
    }

    pub fn steps(&self) -> impl Iterator<Item = &Step> {
        self.standards.steps()
    }

    /// All standards, by step.
    pub fn standards(&self) -> impl Iterator<Item = &Standard> {
        self.standards.iter()
    }

    /// The limit to start a clock with: [`Directory::standard`], and of it what a case keeps; with it the limits of
    /// wider places in other kinds of days, and the place if that has days off of its own.
    pub fn limit(&self, step: &Step, place: DivisionCode, on: Date) -> Option<Limit> {
        let Holding { standard, others } = self.holding(step, place, on);
        let mut limit = standard?.limit.clone();
        let wider: Vec<&Limit> = others
            .into_iter()
            .filter_map(|(other, relation)| match relation {
                Relation::Wider => Some(&other.limit),
                Relation::Replaced | Relation::Former | Relation::Coming => None,
            })
            .collect();
        limit.within = wider
            .iter()
            .filter_map(|wide| ceiling(&limit, wide))
            .collect();
        // What a narrower place says nothing of holds as the wider one has it.
        let months = wider.iter().filter_map(|wide| wide.pause_months);
        limit.pause_months = months.chain(limit.pause_months).min();
        limit.place = self.local_place(place);
        Some(limit)
    }

    /// The limit that ends what a person may still ask for. Before the first day of a step's first standard that one holds,
    /// and without a standard the day itself is the last: that none is in force never means that there is no end.
    pub fn bounding_limit(&self, step: &Step, place: DivisionCode, on: Date) -> Limit {
        let first = || {
            let Holding { others, .. } = self.holding(step, place, on);
            let of_it = others.into_iter().map(|(standard, _)| standard.valid_from);
            self.limit(step, place, of_it.min()?)
        };
        let limit = self.limit(step, place, on).or_else(first);
        limit.unwrap_or_else(|| self.no_standard(place))
    }

    /// What holds of a step without a standard: it is due today.
    pub(crate) fn no_standard(&self, place: DivisionCode) -> Limit {
        let basis = "目录未规定期限 / no standard in the directory";
        Limit {
            place: self.local_place(place),
            ..Limit::plain(0, DayKind::Calendar, basis)
        }
    }

    /// From what the limit of a step counts at a place. A lower tier may have it count from earlier, never from later.
    pub fn runs_from(&self, step: &Step, place: DivisionCode, on: Date) -> RunsFrom {
        let Holding { standard, others } = self.holding(step, place, on);
        let wider = others
            .into_iter()
            .filter_map(|(other, relation)| match relation {
                Relation::Wider => Some(other.runs_from),
                Relation::Replaced | Relation::Former | Relation::Coming => None,
            });
        let own = standard.map(|standard| standard.runs_from);
        own.into_iter().chain(wider).max().unwrap_or_default()
    }

    /// The narrowest place with days off of its own that a place lies in.
    pub(crate) fn local_place(&self, place: DivisionCode) -> Option<DivisionCode> {
        self.calendar.local_place(self.present_division(place))
    }

    /// The days on which a limit is counted.
    pub(crate) fn days_of(&self, limit: &Limit) -> PlaceCalendar<'_> {
        self.days_at(limit.place)
    }

    /// The days of a place; of one of before those of its successor, and those off that it had declared itself; without a
    /// place, those that are worked everywhere.
    pub(crate) fn days_at(&self, place: Option<DivisionCode>) -> PlaceCalendar<'_> {
        let present = place.map(|place| self.present_division(place));
        let of_then = place.filter(|place| present != Some(*place)).into_iter();
        let of_then = of_then.flat_map(|place| self.calendar.local_days(place));
        let of_then = of_then.filter(|local| self.former_division(local.place).is_some());
        PlaceCalendar::of(&self.calendar, present).with_local(of_then)
    }

    /// Every retention period that concerns cases of an item and a place, by the rules of a day. All of
    /// them hold, so the longest decides; one that was taken as a start gives way to one that is confirmed.
    pub fn retentions(&self, item: &ServiceItem, place: DivisionCode, on: Date) -> Vec<&Retention> {
        let place = self.asked_place(place);
        self.retention.concerning(item, place, on)
    }

    /// Whether a rule names cases of an item: a period, or that they are kept only until their purpose is achieved.
    pub fn has_retention_rule(&self, item: &ServiceItem, place: DivisionCode, on: Date) -> bool {
        let place = self.asked_place(place);
        self.retention.is_regulated(item, place, on)
    }

    /// When something is due that began at `from`: the day of the event does not count, a last day
    /// that is a day off gives way to the next working day, and it ends at 24:00 in China
    /// (民法典 art. 201, 203).
    pub fn due(&self, limit: &Limit, from: Timestamp) -> Due {
        self.days_of(limit).due(limit, from)
    }

    /// The new due day of a clock that stood still, where its course is not known
    /// ([`Directory::running_again`]). Added to the old one are the days after the day
    /// of the pause, up to and with the day of the resumption, counted in the limit's kind of days;
    /// so a pause within one day adds nothing.
    pub fn resumed(&self, limit: &Limit, due: &Due, paused: Timestamp, resumed: Timestamp) -> Due {
        self.days_of(limit).resumed(limit, due, paused, resumed)
    }

    /// The new due day of a clock that is extended, counted on from the old one; nothing if its limit
    /// cannot be extended.
    pub fn extended(&self, limit: &Limit, due: &Due) -> Option<Due> {
        let by = limit.extension.as_ref()?;
        Some(self.days_of(limit).extended(limit, due, by.days))
    }

    /// The new due day of a clock that is extended. Where it ends with the earliest of several limits, each is extended
    /// by its own rule.
    pub(crate) fn extended_once_more(&self, clock: &Clock) -> Option<Due> {
        match &clock.history {
            Some(history) if !clock.limit.within.is_empty() => {
                clock.limit.extension.as_ref()?;
                let history = history.clone().with(DueChange::Extended);
                Some(self.days_of(&clock.limit).due_after(&clock.limit, &history))
            }
            Some(_) | None => self.extended(&clock.limit, &clock.due),
        }
    }

    /// The last day of a clock that is paused and runs again at `now`. The days after that of the pause,
    /// up to and with that of the resumption, are added to those of the limit.
    pub fn running_again(&self, clock: &Clock, now: Timestamp) -> Due {
        let RunState::Paused { since: from } = clock.motion else {
            return clock.due.clone();
        };
        let now = clock.pause_ends().map_or(now, |ends| ends.min(now));
        let Some(course) = &clock.history else {
            return self.resumed(&clock.limit, &clock.due, from, now);
        };
        let mut course = course.clone();
        course.changes.push(DueChange::StoodStill { from, to: now });
        self.days_of(&clock.limit).due_after(&clock.limit, &course)
    }

    /// The moment at which a last day is announced as near (临期), on the days that are worked everywhere.
    pub fn due_soon_at(&self, due: &Due) -> Timestamp {
        self.due_soon_on(due, None)
    }

    /// The moment at which a clock's last day is announced as near.
    pub(crate) fn due_soon_of(&self, clock: &Clock) -> Timestamp {
        self.due_soon_on(&clock.due, clock.limit.place)
    }

    fn due_soon_on(&self, due: &Due, place: Option<DivisionCode>) -> Timestamp {
        let before = self.standards.reminder().before;
        self.days_at(place).working_day_before(due.day, before)
    }

    /// The moment at which a clock's passed last day is announced to the supervisor (督办).
    pub(crate) fn supervised_of(&self, clock: &Clock) -> Timestamp {
        let after = self.standards.reminder().supervision_after;
        self.told_of(clock, after)
    }

    /// The moment so many working days after a clock's last day.
    pub(crate) fn told_of(&self, clock: &Clock, after: u32) -> Timestamp {
        self.days_of(&clock.limit)
            .working_day_after(clock.due.day, after)
    }

    /// Whether a day is worked everywhere.
    pub fn is_working_day(&self, day: Date) -> bool {
        self.day_off(day, None).is_none()
    }

    /// Whether a day is worked at a place, which may have days off of its own.
    pub fn is_working_day_at(&self, day: Date, place: DivisionCode) -> bool {
        self.day_off(day, Some(place)).is_none()
    }

    /// Why a day is off: at a place, or everywhere if none is named.
    pub fn day_off(&self, day: Date, place: Option<DivisionCode>) -> Option<DayOff<'_>> {
        self.days_at(place).day_off(day)
    }

    /// Whether that answer is announced. It is provisional in a year without a notice, and in the
    /// last week before such a year, which its notice may still change.
    pub fn certainty(&self, day: Date) -> Certainty {
        self.days_at(None).certainty(day)
    }

    /// The same at a place, whose own days off may not be announced either.
    pub fn certainty_at(&self, day: Date, place: DivisionCode) -> Certainty {
        self.days_at(Some(place)).certainty(day)
    }
}

/// What a wider limit adds to a narrower one: its length, where it counts other days. Calendar days never end later than
/// as many working days, and fewer days of a kind never later than more.
pub(crate) fn ceiling(narrow: &Limit, wide: &Limit) -> Option<Ceiling> {
    let never_later = match (narrow.kind, wide.kind) {
        (DayKind::Calendar, DayKind::Calendar | DayKind::Working)
        | (DayKind::Working, DayKind::Working)
        | (DayKind::Month, DayKind::Month | DayKind::Working) => true,
        (DayKind::Calendar, DayKind::Month)
        | (DayKind::Working, DayKind::Calendar | DayKind::Month)
        | (DayKind::Month, DayKind::Calendar) => false,
    };
    (!never_later).then(|| Ceiling {
        days: wide.days,
        kind: wide.kind,
        basis: wide.basis.clone(),
        extension: wide.extension.clone(),
        since: None,
        place: None,
    })
}
