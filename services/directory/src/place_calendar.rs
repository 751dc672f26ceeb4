//! The days of one place: days off are weekends, holidays, and the place's own days off, except weekends that were
//! announced as working days (调休).

use jiff::civil::Date;
use onestop_proto::{clock::Certainty, division::DivisionCode};

use crate::{calendar::Calendar, holidays::is_weekend, local_days::LocalDays};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DayOff<'a> {
    /// A Saturday or Sunday.
    Weekend,
    /// A public holiday, or a day that the notice adds to one.
    Holiday(&'a str),
    Local(&'a str),
}

/// The days of one place.
#[derive(Debug, Clone)]
pub(crate) struct PlaceCalendar<'a> {
    calendar: &'a Calendar,
    local: Vec<&'a LocalDays>,
}

impl<'a> PlaceCalendar<'a> {
    /// The days of a place; without one, those that are off everywhere.
    pub(crate) fn of(calendar: &'a Calendar, place: Option<DivisionCode>) -> Self {
        let local = place
            .into_iter()
            .flat_map(|place| calendar.local_days(place));
        Self {
            calendar,
            local: local.collect(),
        }
    }

    /// The same days, with further local days off.
    pub(crate) fn with_local(mut self, more: impl Iterator<Item = &'a LocalDays>) -> Self {
        self.local.extend(more);
        self
    }

    /// The days of another place.
    pub(crate) fn elsewhere(&self, place: DivisionCode) -> Self {
        Self::of(self.calendar, Some(place))
    }

    /// Why a day is off; nothing if it is worked.
    pub(crate) fn day_off(&self, day: Date) -> Option<DayOff<'a>> {
        if self.local.iter().any(|local| local.is_worked(day)) {
            return None;
        }
        if let Some(local) = self.local.iter().copied().find(|local| local.is_off(day)) {
            return Some(DayOff::Local(&local.name));
        }
        if self.calendar.is_worked_weekend(day) {
            return None;
        }
        let holiday = self.calendar.holiday(day).map(DayOff::Holiday);
        holiday.or_else(|| is_weekend(day).then_some(DayOff::Weekend))
    }

    pub(crate) fn is_working_day(&self, day: Date) -> bool {
        self.day_off(day).is_none()
    }

    /// Whether a day is a holiday, and no mere weekend.
    pub(crate) fn is_holiday(&self, day: Date) -> bool {
        match self.day_off(day) {
            Some(DayOff::Holiday(_) | DayOff::Local(_)) => true,
            Some(DayOff::Weekend) | None => false,
        }
    }

    pub(crate) fn certainty(&self, day: Date) -> Certainty {
        let open = self.local.iter().any(|local| local.is_open(day));
        if self.calendar.is_announced(day) && !open {
            Certainty::Firm
        } else {
            Certainty::Provisional
        }
    }
}
