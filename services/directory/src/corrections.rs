//! Last days of clocks that run, counted anew after days off were announced: by the calendar's file, or by a bureau in the
//! registry.

use onestop_proto::{
    clock::{Certainty, Clock, ClockBook, ClockCorrected, Due, Limit, Step},
    division::DivisionCode,
};

use crate::Directory;

/// Where a step is worked on, and where its supervisor is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StepPlaces {
    /// Whose local days off count for it.
    pub worked_at: DivisionCode,
    /// The division whose supervisor sees to it when it is overdue, where there is one.
    pub supervised_at: Option<DivisionCode>,
}

impl StepPlaces {
    /// A step whose supervisor is that of the place where it is worked on.
    pub const fn of(place: DivisionCode) -> Self {
        Self {
            worked_at: place,
            supervised_at: Some(place),
        }
    }
}

impl Directory {
    /// The last day of a clock, counted from its beginning on the calendar as it is now; nothing if its
    /// course is not known.
    pub fn counted_anew(&self, clock: &Clock) -> Option<Due> {
        let course = clock.history.as_ref()?;
        Some(self.days_of(&clock.limit).due_after(&clock.limit, course))
    }

    /// The last day of a clock counted anew where its step is worked on, if the calendar moves it; nothing if it says the same.
    /// A firm last day is moved later alone, and a party keeps a last day that it was given, also if the announced days off
    /// end the limit earlier.
    pub fn corrected(&self, clock: &Clock, worked_at: DivisionCode) -> Option<ClockCorrected> {
        let course = clock.history.as_ref()?;
        let place = self.counting_place(&clock.limit, worked_at);
        let anew = self.days_at(place).due_after(&clock.limit, course);
        let due = moved(&clock.limit, &clock.due, anew);
        (due != clock.due).then(|| ClockCorrected {
            step: clock.step.clone(),
            was: clock.due.clone(),
            due,
            directory: self.version.clone(),
            place: place.filter(|place| clock.limit.place != Some(*place)),
        })
    }

    /// The last days that the calendar moves. `place_of` names where a step is worked on.
    pub fn clock_corrections(
        &self,
        book: &ClockBook,
        place_of: impl Fn(&Step) -> StepPlaces,
    ) -> Vec<ClockCorrected> {
        let corrected = |clock: &Clock| self.corrected(clock, place_of(&clock.step).worked_at);
        book.iter().filter_map(corrected).collect()
    }

    /// A limit as it is counted at a place: a bureau may have declared days off since the limit began to run.
    #[must_use]
    pub fn counted_at(&self, limit: &Limit, place: DivisionCode) -> Limit {
        Limit {
            place: self.counting_place(limit, place),
            ..limit.clone()
        }
    }

    /// Whose days off count for a limit: those of the narrowest place with days off of its own.
    fn counting_place(&self, limit: &Limit, at: DivisionCode) -> Option<DivisionCode> {
        let Some(own) = limit.place else {
            return self.local_place(at);
        };
        let present = self.present_division(own);
        let narrower = self
            .local_place(at)
            .filter(|local| *local != present && present.contains(*local));
        narrower.or(Some(own))
    }
}

/// The last day to tell, of one that was told and one that was counted anew.
fn moved(limit: &Limit, told: &Due, anew: Due) -> Due {
    match told.certainty {
        Certainty::Firm if anew.day <= told.day => told.clone(),
        Certainty::Provisional if limit.for_party && anew.day < told.day => Due {
            certainty: anew.certainty,
            ..told.clone()
        },
        Certainty::Firm | Certainty::Provisional => anew,
    }
}
