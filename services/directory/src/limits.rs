//! Time limits: which standard holds, and when a clock ends.

use jiff::civil::Date;
use onestop_proto::{
    clock::{Certainty, Clock, ClockCorrected, Due, DueChange, Limit, RunState, Step},
    division::DivisionCode,
    ids::ServiceItem,
    time::Timestamp,
};

use crate::{
    Directory,
    retention::Retention,
    standards::{Holding, Standard},
};

impl Directory {
    /// The standard for a step: that of the nearest place up the tree which has one on that day.
    #[must_use]
    pub fn standard(&self, step: &Step, place: DivisionCode, on: Date) -> Option<&Standard> {
        self.standards.nearest(step, place, on)
    }

    /// Which standard of a step holds at a place on a day, and the others that concern the place.
    #[must_use]
    pub fn holding(&self, step: &Step, place: DivisionCode, on: Date) -> Holding<'_> {
        self.standards.holding(step, place, on)
    }

    /// The steps that have a standard.
    pub fn steps(&self) -> impl Iterator<Item = &Step> {
        self.standards.steps()
    }

    /// All standards, by step.
    pub fn standards(&self) -> impl Iterator<Item = &Standard> {
        self.standards.iter()
    }

    /// The limit to start a clock with: [`Directory::standard`], and of it what a case keeps.
    #[must_use]
    pub fn limit(&self, step: &Step, place: DivisionCode, on: Date) -> Option<Limit> {
        self.standard(step, place, on)
            .map(|standard| standard.limit.clone())
    }

    /// Every retention period that concerns cases of an item and a place, by the rules of a day. All of
    /// them hold, so the longest decides.
    #[must_use]
    pub fn retentions(&self, item: &ServiceItem, place: DivisionCode, on: Date) -> Vec<&Retention> {
        let rules = self.retention.iter();
        rules
            .filter(|rule| rule.concerns(item, place, on))
            .collect()
    }

    /// When something is due that began at `from`: the day of the event does not count, a last day
    /// that is a day off gives way to the next working day, and it ends at 24:00 in China
    /// (民法典 art. 201, 203).
    #[must_use]
    pub fn due(&self, limit: &Limit, from: Timestamp) -> Due {
        self.calendar.due(limit, from)
    }

    /// The new due day of a clock that stood still, where its course is not known
    /// ([`Directory::running_again`]). Added to the old one are the days after the day
    /// of the pause, up to and with the day of the resumption, counted in the limit's kind of days;
    /// so a pause within one day adds nothing.
    #[must_use]
    pub fn resumed(&self, limit: &Limit, due: &Due, paused: Timestamp, resumed: Timestamp) -> Due {
        self.calendar.resumed(limit, due, paused, resumed)
    }

    /// The new due day of a clock that is extended, counted on from the old one; nothing if its limit
    /// cannot be extended.
    #[must_use]
    pub fn extended(&self, limit: &Limit, due: &Due) -> Option<Due> {
        let by = limit.extension.as_ref()?;
        Some(self.calendar.extended(limit, due, by.days))
    }

    /// The last day of a clock, counted from its beginning on the calendar as it is now; nothing if its
    /// course is not known.
    #[must_use]
    pub fn counted_anew(&self, clock: &Clock) -> Option<Due> {
        let course = clock.history.as_ref()?;
        Some(self.calendar.due_after(&clock.limit, course))
    }

    /// A provisional last day counted anew, if the calendar says more by now; nothing if it says the same.
    #[must_use]
    pub fn corrected(&self, clock: &Clock) -> Option<ClockCorrected> {
        if clock.due.certainty == Certainty::Firm {
            return None;
        }
        let corrected = ClockCorrected {
            step: clock.step.clone(),
            was: clock.due.clone(),
            due: self.counted_anew(clock)?,
            directory: self.version.clone(),
        };
        (corrected.due != corrected.was).then_some(corrected)
    }

    /// The last day of a clock that stands still and runs again at `now`. The days after that of the pause,
    /// up to and with that of the resumption, are added to those of the limit.
    #[must_use]
    pub fn running_again(&self, clock: &Clock, now: Timestamp) -> Due {
        let RunState::Paused { since: from } = clock.motion else {
            return clock.due.clone();
        };
        let Some(course) = &clock.history else {
            return self.resumed(&clock.limit, &clock.due, from, now);
        };
        let mut course = course.clone();
        course.changes.push(DueChange::StoodStill { from, to: now });
        self.calendar.due_after(&clock.limit, &course)
    }

    /// The moment at which it is told that a last day is near (临期).
    #[must_use]
    pub fn due_soon_at(&self, due: &Due) -> Timestamp {
        let before = self.standards.reminder().before;
        self.calendar.working_day_before(due.day, before)
    }

    /// The moment at which the supervisor is told that it has passed (督办).
    #[must_use]
    pub fn supervised_at(&self, due: &Due) -> Timestamp {
        let after = self.standards.reminder().supervision_after;
        self.calendar.working_day_after(due.day, after)
    }

    /// Whether a day is worked.
    #[must_use]
    pub fn is_working_day(&self, day: Date) -> bool {
        self.calendar.is_working_day(day)
    }

    /// Whether that answer is announced. It is provisional in a year without a notice, and in the
    /// last week before such a year, which its notice may still change.
    #[must_use]
    pub fn certainty(&self, day: Date) -> Certainty {
        self.calendar.certainty(day)
    }
}
