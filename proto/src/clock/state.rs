//! A clock as its events leave it.

use jiff::{Span, civil::Date};

use super::{
    ClockCorrected, ClockExtended, ClockPaused, ClockResumed, ClockStarted, Due, Extension, Limit,
    Step,
};
use crate::{division::DivisionCode, ids::UnitId, time::Timestamp};

/// A century: longer than any pause.
const MOST_MONTHS: u32 = 1_200;

/// A clock as its events leave it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clock {
    /// Which step it measures.
    pub step: Step,
    /// The rule it was started under.
    pub limit: Limit,
    /// When the step must be done; while the clock is paused, as it was then.
    pub due: Due,
    /// Whether it runs.
    pub motion: RunState,
    /// The rule by which it is paused; none while it runs.
    pub pause_basis: Option<String>,
    /// Until when the pause lasts at most by what was asked; none while it runs, or where only the limit bounds it.
    pub pause_until: Option<Timestamp>,
    /// How often it was extended.
    pub extended: u32,
    /// What was announced of its end.
    pub alarm: Alarm,
    /// How it came to that end; nothing where an event from before that was kept is part of it. Such a
    /// clock cannot be counted anew.
    pub history: Option<DueHistory>,
}

/// Everything that a last day was counted from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueHistory {
    /// When the clock began to run.
    pub since: Timestamp,
    /// What moved its end, in order.
    pub changes: Vec<DueChange>,
}

/// What moved the end of a clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DueChange {
    /// It stood still.
    StoodStill {
        /// Since when.
        from: Timestamp,
        /// Until when.
        to: Timestamp,
    },
    /// It was extended.
    Extended,
}

impl DueChange {
    /// The days on which it stood still: those after the day of the pause, up to and with that of the resumption.
    fn days(&self) -> i64 {
        match self {
            Self::StoodStill { from, to } => {
                let still = from.china_date().until(to.china_date());
                still.map_or(0, |span| i64::from(span.get_days()))
            }
            Self::Extended => 0,
        }
    }
}

impl Limit {
    /// The moment until which a pause that began at `since` lasts at most, after what moved the end before: all pauses together
    /// last so many months, and then the limit runs again. Nothing where no rule says so.
    pub fn pause_ends(&self, since: Timestamp, before: &[DueChange]) -> Option<Timestamp> {
        let months = self.pause_months?.min(MOST_MONTHS);
        let stood: i64 = before.iter().map(DueChange::days).sum();
        let last = since
            .china_date()
            .saturating_add(Span::new().months(i64::from(months)))
            .saturating_sub(Span::new().days(stood));
        Some(Timestamp::start_of_china_day(last).max(since))
    }
}

impl DueHistory {
    /// The history with one more change.
    #[must_use]
    pub fn with(mut self, moved: DueChange) -> Self {
        self.changes.push(moved);
        self
    }
}

/// What was announced of a clock's end.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Alarm {
    /// Nothing.
    Quiet,
    /// That it is near.
    DueSoon,
    /// That it is past.
    Overdue,
    /// That it is past, to the supervisor too.
    Supervised {
        /// The supervisor.
        by: UnitId,
        /// Where that is.
        division: DivisionCode,
    },
}

/// Whether a clock runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunState {
    /// It runs.
    Running,
    /// It is paused.
    Paused {
        /// Since when.
        since: Timestamp,
    },
}

/// Why a clock cannot be extended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExtensionDenied {
    /// Its limit allows no extension.
    NotExtensible,
    /// It was extended as often as its limit allows.
    Exhausted {
        /// How often that is.
        times: u32,
    },
    /// The step is overdue.
    Overdue {
        /// The last day.
        day: Date,
    },
}

impl Clock {
    /// The extension that the limit still allows at `now`.
    ///
    /// # Errors
    /// Why it allows none.
    pub fn extension(&self, now: Timestamp) -> Result<&Extension, ExtensionDenied> {
        let allowed = self.limit.extension.as_ref();
        let allowed = allowed.ok_or(ExtensionDenied::NotExtensible)?;
        let (times, day) = (allowed.times, self.due.day);
        if self.extended >= times {
            return Err(ExtensionDenied::Exhausted { times });
        }
        if now >= self.due.at {
            return Err(ExtensionDenied::Overdue { day });
        }
        Ok(allowed)
    }

    /// The moment until which a paused clock may be paused at most, where its limit or what was asked has one.
    pub fn pause_ends(&self) -> Option<Timestamp> {
        let RunState::Paused { since } = self.motion else {
            return None;
        };
        let history = self.history.as_ref();
        let before = history.map_or(&[][..], |history| history.changes.as_slice());
        let by_limit = self.limit.pause_ends(since, before);
        let asked = self.pause_until.map(|until| until.max(since));
        by_limit.into_iter().chain(asked).min()
    }

    /// A clock that began to run.
    pub fn started(event: &ClockStarted) -> Self {
        let ClockStarted {
            step,
            limit,
            due,
            at,
        } = event.clone();
        let history = |since| DueHistory {
            since,
            changes: Vec::new(),
        };
        Self {
            step,
            limit,
            due,
            motion: RunState::Running,
            pause_basis: None,
            pause_until: None,
            extended: 0,
            alarm: Alarm::Quiet,
            history: at.map(history),
        }
    }

    /// The clock standing still.
    #[must_use]
    pub fn paused(self, event: &ClockPaused) -> Self {
        Self {
            motion: RunState::Paused { since: event.at },
            pause_basis: Some(event.basis.clone()),
            pause_until: event.until,
            ..self
        }
    }

    /// The clock running again.
    #[must_use]
    pub fn resumed(self, event: &ClockResumed) -> Self {
        let history = match (self.history.clone(), self.motion, event.at) {
            // Within one day nothing is added.
            (Some(history), RunState::Paused { since: from }, Some(to))
                if from.china_date() == to.china_date() =>
            {
                Some(history)
            }
            (Some(history), RunState::Paused { since: from }, Some(to)) => {
                Some(history.with(DueChange::StoodStill { from, to }))
            }
            (history, RunState::Running, _) => history,
            (Some(_) | None, RunState::Paused { .. }, _) => None,
        };
        Self {
            motion: RunState::Running,
            pause_basis: None,
            pause_until: None,
            history,
            ..self.until(&event.due)
        }
    }

    /// The clock with more time.
    #[must_use]
    pub fn extended(self, event: &ClockExtended) -> Self {
        let extended = self.extended + 1;
        let history = self.history.clone();
        Self {
            extended,
            history: history.map(|history| history.with(DueChange::Extended)),
            ..self.until(&event.due)
        }
    }

    /// The clock counted anew.
    #[must_use]
    pub fn corrected(self, event: &ClockCorrected) -> Self {
        let place = event.place.or(self.limit.place);
        let corrected = self.until(&event.due);
        Self {
            limit: Limit {
                place,
                ..corrected.limit
            },
            ..corrected
        }
    }

    /// The clock after an announcement of its end.
    #[must_use]
    pub fn alarmed(self, alarm: Alarm) -> Self {
        Self { alarm, ..self }
    }

    /// A new last day is announced anew.
    fn until(self, due: &Due) -> Self {
        let alarm = if due.day == self.due.day {
            self.alarm
        } else {
            Alarm::Quiet
        };
        Self {
            due: due.clone(),
            alarm,
            ..self
        }
    }
}
