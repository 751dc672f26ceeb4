//! Local days off (地方性假日): autonomous prefectures and counties fix days of their own (全国年节及纪念日放假办法
//! art. 4). As announced for a year; in a year without a local notice, provisionally on the days on which they
//! usually are.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use onestop_proto::division::DivisionCode;
use serde::Deserialize;
use toml::Spanned;

use crate::{
    computed_days::{DayRule, FIRST_YEAR, LAST_YEAR},
    error::{LoadError, Reason},
    former_divisions::FormerDivision,
    holidays::{Holiday, LONGEST_HOLIDAY, is_weekend},
    load::{Day, Source},
    row_places::KnownPlaces,
    standards::Status,
};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Entry {
    place: DivisionCode,
    name: String,
    /// Where the days are without a notice.
    #[serde(default)]
    usual: Option<DayRule>,
    basis: String,
    #[expect(dead_code, reason = "for the reader of the file")]
    source: String,
    #[expect(dead_code, reason = "for the reader of the file")]
    status: Status,
    #[expect(dead_code, reason = "for the reader of the file")]
    note: Option<String>,
    #[serde(default)]
    off: Vec<Spanned<Holiday>>,
    #[serde(default)]
    working: Vec<Spanned<Day>>,
}

/// A local holiday of one place.
#[derive(Debug, Clone)]
pub(crate) struct LocalDays {
    /// Where it holds, with everything in it.
    pub(crate) place: DivisionCode,
    pub(crate) name: String,
    announced: BTreeSet<i16>,
    off: BTreeSet<Date>,
    working_weekends: BTreeSet<Date>,
    /// In years without a notice.
    usual: BTreeMap<i16, Vec<Date>>,
    pub(crate) origin: LocalDaysOrigin,
}

/// Whose days off of a place are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LocalDaysOrigin {
    /// Those of the place itself.
    Own,
    /// Of a division of before (原区划) whose place it took.
    PassedOn,
}

impl LocalDays {
    pub(crate) fn load(
        entry: &Spanned<Entry>,
        source: &Source,
        places: KnownPlaces<'_>,
    ) -> Result<Self, LoadError> {
        let said = entry.get_ref();
        let at = |reason| source.at(entry, reason);
        if !places.is_known(said.place) {
            return Err(at(Reason::UnknownDivision { code: said.place }));
        }
        if said.basis.trim().is_empty() {
            return Err(at(Reason::NoBasis));
        }
        let mut local = Self {
            place: said.place,
            name: said.name.clone(),
            announced: BTreeSet::new(),
            off: BTreeSet::new(),
            working_weekends: BTreeSet::new(),
            usual: BTreeMap::new(),
            origin: LocalDaysOrigin::Own,
        };
        for holiday in &said.off {
            let days = holiday.get_ref().days();
            for day in days.map_err(|reason| source.at(holiday, reason))? {
                if !local.off.insert(day) {
                    return Err(source.at(holiday, Reason::DuplicateDayOff { day }));
                }
                local.announced.insert(day.year());
            }
        }
        for moved in &said.working {
            let day = moved.get_ref().0;
            if !is_weekend(day) || local.off.contains(&day) {
                return Err(source.at(moved, Reason::NotMovable { day }));
            }
            local.working_weekends.insert(day);
        }
        if let Some(rule) = &said.usual {
            rule.check().map_err(at)?;
            let years = FIRST_YEAR..=LAST_YEAR;
            let unannounced = years.filter(|year| !local.announced.contains(year));
            local.usual = unannounced.map(|year| (year, rule.days_in(year))).collect();
        }
        Ok(local)
    }

    /// A holiday of a place of which only announced days are known.
    pub(crate) fn announced(place: DivisionCode, name: &str) -> Self {
        Self {
            place,
            name: name.to_owned(),
            announced: BTreeSet::new(),
            off: BTreeSet::new(),
            working_weekends: BTreeSet::new(),
            usual: BTreeMap::new(),
            origin: LocalDaysOrigin::Own,
        }
    }

    /// Makes a day a day off by a notice, which replaces the usual days of its year.
    pub(crate) fn announce(&mut self, day: Date) {
        self.off.insert(day);
        self.announced.insert(day.year());
        self.usual.remove(&day.year());
    }

    /// Whether it has days off in a year.
    fn has_days_in(&self, year: i16) -> bool {
        self.usual.contains_key(&year) || self.off.iter().any(|day| day.year() == year)
    }

    /// What of the days off of a division of before is off at the one that took its place: the days after its last, in years
    /// in which that has none of its own for the same holiday.
    pub(crate) fn passed_on(&self, former: &FormerDivision, own: &[&Self]) -> Option<Self> {
        let has_own = |year: i16| own.iter().any(|days| days.has_days_in(year));
        let passes = |day: &Date| *day > former.until && !has_own(day.year());
        let those = |days: &BTreeSet<Date>| days.iter().copied().filter(passes).collect();
        let usual = self.usual.iter().filter_map(|(year, days)| {
            let days: Vec<Date> = days.iter().copied().filter(passes).collect();
            (!days.is_empty()).then_some((*year, days))
        });
        let passed = Self {
            place: former.successor,
            name: self.name.clone(),
            announced: self.announced.clone(),
            off: those(&self.off),
            working_weekends: those(&self.working_weekends),
            usual: usual.collect(),
            origin: LocalDaysOrigin::PassedOn,
        };
        let is_empty = passed.off.is_empty() && passed.usual.is_empty();
        (!is_empty).then_some(passed)
    }

    /// Whether it makes a day a day off.
    pub(crate) fn is_off(&self, day: Date) -> bool {
        let usual = self.usual.get(&day.year());
        self.off.contains(&day) || usual.is_some_and(|days| days.contains(&day))
    }

    /// Whether it makes a weekend a working day (调休).
    pub(crate) fn is_worked(&self, day: Date) -> bool {
        self.working_weekends.contains(&day)
    }

    /// Whether a notice of its place could still change a day.
    pub(crate) fn is_open(&self, day: Date) -> bool {
        let near = |usual: &Date| {
            let apart = usual.since(day).map_or(i32::MAX, |span| span.get_days());
            apart.abs() <= LONGEST_HOLIDAY
        };
        let usual = self.usual.get(&day.year());
        usual.is_some_and(|days| days.iter().any(near))
    }
}
