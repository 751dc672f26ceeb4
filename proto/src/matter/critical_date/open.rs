//! The critical dates that are open: one fold of their events for the service that keeps them and for every reader.

use jiff::{Unit, civil::Date};
use serde::{Deserialize, Serialize};

use super::{CriticalDateBasis, CriticalDateEvent, CriticalDateKind, ReckonedFrom, events};
use crate::{clock::Due, division::DivisionCode, summary::Summary, text::Words};

/// A critical date that is open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CriticalDate {
    /// What has to be done by then.
    pub kind: CriticalDateKind,
    /// The last day.
    pub due: Due,
    /// What it rests on.
    pub basis: CriticalDateBasis,
    /// How the last day was reckoned; nothing where it was named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reckoned: Option<ReckonedFrom>,
    /// The unit was last warned so many days before; nothing if it was not yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub warned: Option<u32>,
    /// Whether a supervisor was notified on its last day.
    #[serde(default)]
    pub supervised: bool,
    /// The division whose supervisor was notified last (逐级督办); nothing in what was kept before it was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub told: Option<DivisionCode>,
}

/// A critical date that was open when a unit's work ended: the unit tells the client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct OpenDate {
    /// What has to be done by then.
    pub kind: CriticalDateKind,
    /// The last day.
    #[schemars(with = "String", extend("format" = "date"))]
    pub day: Date,
}

impl OpenDate {
    /// What has to be done, and by when.
    pub fn words(&self) -> Words {
        events::last_day(self.kind, self.day)
    }
}

/// A critical date as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct CriticalDateStanding {
    /// What has to be done by then.
    pub kind: CriticalDateKind,
    /// The last day.
    pub due: Due,
    /// What it rests on.
    pub basis: CriticalDateBasis,
    /// How the last day was reckoned; nothing where it was named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reckoned: Option<ReckonedFrom>,
    /// Calendar days until the last day; 0 on that day and after it.
    pub left: u32,
    /// Calendar days past the last day; 0 while it is not over.
    pub over: u32,
    /// Whether the unit was warned of it.
    pub warned: bool,
}

impl CriticalDate {
    /// Its state on a day.
    pub fn standing(&self, today: Date) -> CriticalDateStanding {
        let days = |from: Date, to: Date| {
            let span = from.until((Unit::Day, to));
            span.map_or(0, |span| u32::try_from(span.get_days()).unwrap_or(0))
        };
        CriticalDateStanding {
            kind: self.kind,
            due: self.due.clone(),
            basis: self.basis,
            reckoned: self.reckoned.clone(),
            left: days(today, self.due.day),
            over: days(self.due.day, today),
            warned: self.warned.is_some(),
        }
    }

    const fn open(&self) -> OpenDate {
        OpenDate {
            kind: self.kind,
            day: self.due.day,
        }
    }
}

/// The open critical dates of a case, the nearest first. Two of one kind on one day are one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CriticalDates {
    dates: Vec<CriticalDate>,
}

impl CriticalDates {
    /// Applies one more event. An event about a date that is not open changes nothing.
    pub fn apply(&mut self, event: &CriticalDateEvent) {
        match event {
            CriticalDateEvent::Set(set) => self.insert(CriticalDate {
                kind: set.kind,
                due: set.due.clone(),
                basis: set.basis,
                reckoned: set.reckoned.clone(),
                warned: None,
                supervised: false,
                told: None,
            }),
            CriticalDateEvent::Corrected(corrected) => {
                if let Some(was) = self.remove(corrected.kind, corrected.was) {
                    let moved = was.due.day != corrected.due.day;
                    self.insert(CriticalDate {
                        due: corrected.due.clone(),
                        reckoned: corrected.reckoned.clone(),
                        warned: was.warned.filter(|_| !moved),
                        supervised: was.supervised && !moved,
                        told: was.told.filter(|_| !moved),
                        ..was
                    });
                }
            }
            CriticalDateEvent::Closed(closed) => {
                self.remove(closed.kind, closed.day);
            }
            CriticalDateEvent::Near(near) => {
                if let Some(date) = self.get_mut(near.kind, near.day) {
                    date.warned = Some(near.before);
                }
            }
            CriticalDateEvent::Supervised(told) => {
                if let Some(date) = self.get_mut(told.kind, told.day) {
                    date.supervised = true;
                    date.told = Some(told.division);
                }
            }
        }
    }

    /// The dates as a unit that takes the case finds them: it was warned of none.
    #[must_use]
    pub fn taken_over(mut self) -> Self {
        for date in &mut self.dates {
            date.warned = None;
            date.supervised = false;
            date.told = None;
        }
        self
    }

    /// The nearest.
    pub fn first(&self) -> Option<&CriticalDate> {
        self.dates.first()
    }

    /// Every one, the nearest first.
    pub fn iter(&self) -> std::slice::Iter<'_, CriticalDate> {
        self.dates.iter()
    }

    /// Every critical date, in the form for the client.
    pub fn open(&self) -> Vec<OpenDate> {
        self.dates.iter().map(CriticalDate::open).collect()
    }

    fn insert(&mut self, date: CriticalDate) {
        self.remove(date.kind, date.due.day);
        self.dates.push(date);
        self.dates.sort_by_key(|date| (date.due.day, date.kind));
    }

    fn remove(&mut self, kind: CriticalDateKind, day: Date) -> Option<CriticalDate> {
        let place = self.place(kind, day)?;
        Some(self.dates.remove(place))
    }

    fn get_mut(&mut self, kind: CriticalDateKind, day: Date) -> Option<&mut CriticalDate> {
        let place = self.place(kind, day)?;
        self.dates.get_mut(place)
    }

    fn place(&self, kind: CriticalDateKind, day: Date) -> Option<usize> {
        let mut dates = self.dates.iter();
        dates.position(|date| date.kind == kind && date.due.day == day)
    }
}

impl<'a> IntoIterator for &'a CriticalDates {
    type Item = &'a CriticalDate;
    type IntoIter = std::slice::Iter<'a, CriticalDate>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// A reason, and the critical dates that the end of the work leaves open.
pub fn with_open_dates(reason: Option<Words>, open_dates: &[OpenDate]) -> Summary {
    let dates = open_dates.iter().map(|date| {
        let last_day = date.words();
        Words {
            zh: format!("未了结的{}", last_day.zh),
            en: format!("open: {}", last_day.en),
        }
    });
    let (zh, en): (Vec<_>, Vec<_>) = reason
        .into_iter()
        .chain(dates)
        .map(|words| (words.zh, words.en))
        .unzip();
    if zh.is_empty() {
        return Summary::title();
    }
    Summary::words(Words {
        zh: zh.join("；"),
        en: en.join("; "),
    })
}
