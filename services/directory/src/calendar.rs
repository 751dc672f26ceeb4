//! The holidays and moved working days (放假调休): as announced, and in a year without a notice as the rules compute
//! them, provisionally.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{ToSpan, civil::Date};
use onestop_proto::{division::DivisionCode, registry::DaysOffDeclared};
use serde::Deserialize;
use toml::Spanned;

use crate::{
    computed_days::{self, DayRule, FIRST_YEAR, LAST_YEAR},
    error::{LoadError, Reason},
    former_divisions::FormerDivisions,
    holidays::{Holiday, is_weekend},
    load::{Day, Source},
    local_days::{self, LocalDays, LocalDaysOrigin},
    row_places::KnownPlaces,
    standards::Status,
};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    fixed: Vec<Spanned<Fixed>>,
    #[serde(default)]
    year: Vec<Spanned<Year>>,
    #[serde(default)]
    movable: Vec<Spanned<Movable>>,
    #[serde(default)]
    local: Vec<Spanned<local_days::Entry>>,
}

/// A day off in every year.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Fixed {
    name: String,
    month: i8,
    day: i8,
    #[expect(dead_code, reason = "for the reader of the file")]
    basis: Option<String>,
    #[expect(dead_code, reason = "for the reader of the file")]
    status: Option<Status>,
}

/// Days off that follow the moon or the sun.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Movable {
    name: String,
    rule: DayRule,
    basis: String,
    #[expect(dead_code, reason = "for the reader of the file")]
    source: String,
    #[expect(dead_code, reason = "for the reader of the file")]
    status: Status,
}

/// One year's notice.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Year {
    year: i16,
    #[expect(dead_code, reason = "for the reader of the file")]
    notice: String,
    #[expect(dead_code, reason = "for the reader of the file")]
    source: Option<String>,
    #[expect(dead_code, reason = "for the reader of the file")]
    status: Option<Status>,
    off: Vec<Spanned<Holiday>>,
    working: Vec<Spanned<Day>>,
}

/// Which days are worked.
#[derive(Debug, Clone, Default)]
pub(crate) struct Calendar {
    fixed: BTreeMap<(i8, i8), String>,
    announced: BTreeSet<i16>,
    off: BTreeMap<Date, String>,
    /// Those of the years without a notice.
    computed: BTreeMap<Date, String>,
    /// Weekends that are worked (调休).
    working_weekends: BTreeSet<Date>,
    local: Vec<LocalDays>,
}

impl Calendar {
    pub(crate) fn load(source: &Source, places: KnownPlaces<'_>) -> Result<Self, LoadError> {
        let file: File = source.toml()?;
        let mut calendar = Self::default();
        let mut rules: Vec<(&str, DayRule)> = Vec::new();
        for entry in &file.fixed {
            let Fixed {
                name, month, day, ..
            } = entry.get_ref();
            let rule = DayRule::of_date(*month, *day);
            rule.check().map_err(|reason| source.at(entry, reason))?;
            calendar.fixed.insert((*month, *day), name.clone());
            rules.push((name, rule));
        }
        for entry in &file.movable {
            let movable = entry.get_ref();
            let checked = movable.rule.check();
            checked.map_err(|reason| source.at(entry, reason))?;
            if movable.basis.trim().is_empty() {
                return Err(source.at(entry, Reason::NoBasis));
            }
            rules.push((&movable.name, movable.rule.clone()));
        }
        let mut lines_of_weekends: BTreeMap<Date, usize> = BTreeMap::new();
        for entry in &file.year {
            calendar.add_year(entry, source, &mut lines_of_weekends)?;
        }
        // Only now are all days off known: a notice may touch the December before it.
        for (day, line) in lines_of_weekends {
            if !is_weekend(day) || calendar.off.contains_key(&day) {
                return Err(source.error(Some(line), Reason::NotMovable { day }));
            }
            calendar.working_weekends.insert(day);
        }
        for year in (FIRST_YEAR..=LAST_YEAR).filter(|year| !calendar.announced.contains(year)) {
            let named = rules.iter().map(|(name, rule)| (*name, rule));
            calendar
                .computed
                .append(&mut computed_days::days_off(named, year));
        }
        for entry in &file.local {
            let local = LocalDays::load(entry, source, places)?;
            calendar.local.push(local);
        }
        Ok(calendar.with_passed_on_days(places.former))
    }

    fn add_year(
        &mut self,
        entry: &Spanned<Year>,
        source: &Source,
        lines_of_weekends: &mut BTreeMap<Date, usize>,
    ) -> Result<(), LoadError> {
        let notice = entry.get_ref();
        let year = notice.year;
        if !self.announced.insert(year) {
            return Err(source.at(entry, Reason::DuplicateYear { year }));
        }
        for holiday in &notice.off {
            self.add_holiday(holiday.get_ref(), year)
                .map_err(|reason| source.at(holiday, reason))?;
        }
        for moved in &notice.working {
            let day = moved.get_ref().0;
            if year_of_notice(day) != year && day.year() != year {
                return Err(source.at(moved, Reason::OtherYear { day, year }));
            }
            lines_of_weekends.insert(day, source.line_of(moved));
        }
        let fixed = self
            .fixed
            .keys()
            .filter_map(|(month, day)| Date::new(year, *month, *day).ok());
        let missing = fixed.into_iter().find(|day| !self.off.contains_key(day));
        missing.map_or(Ok(()), |day| {
            Err(source.at(entry, Reason::FixedDayMissing { day, year }))
        })
    }

    fn add_holiday(&mut self, holiday: &Holiday, year: i16) -> Result<(), Reason> {
        for day in holiday.days()? {
            if year_of_notice(day) != year && day.year() != year {
                return Err(Reason::OtherYear { day, year });
            }
            if self.off.insert(day, holiday.name.clone()).is_some() {
                return Err(Reason::DuplicateDayOff { day });
            }
        }
        Ok(())
    }

    /// The name of the public holiday that a day is or belongs to: as announced, or as computed in a year without
    /// notice.
    pub(crate) fn holiday(&self, day: Date) -> Option<&str> {
        if let Some(name) = self.off.get(&day) {
            return Some(name);
        }
        let year = day.year();
        if self.announced.contains(&year) {
            return None;
        }
        let computed = self.computed.get(&day);
        let fixed = || self.fixed.get(&(day.month(), day.day()));
        computed.or_else(fixed).map(String::as_str)
    }

    /// Whether a weekend is worked everywhere.
    pub(crate) fn is_worked_weekend(&self, day: Date) -> bool {
        self.working_weekends.contains(&day)
    }

    /// Whether every notice is known that could change a day everywhere.
    pub(crate) fn is_announced(&self, day: Date) -> bool {
        let known = |year: i16| self.announced.contains(&year);
        known(day.year()) && known(year_of_notice(day))
    }

    /// The same calendar with local days off that were recorded. They are what their place has announced for their years.
    pub(crate) fn with_days_off(
        &self,
        declared: &[&DaysOffDeclared],
        former: &FormerDivisions,
    ) -> Self {
        let mut calendar = self.clone();
        let all = &mut calendar.local;
        all.retain(|local| local.origin == LocalDaysOrigin::Own);
        for days in declared {
            let (place, name) = (days.division, days.holiday.as_str());
            let known = all
                .iter()
                .position(|one| one.place == place && one.name == name);
            let at = known.unwrap_or(all.len());
            if at == all.len() {
                all.push(LocalDays::announced(place, name));
            }
            if let Some(local) = all.get_mut(at) {
                let series = days.from.series(1.day());
                series
                    .take_while(|day| *day <= days.until)
                    .for_each(|day| local.announce(day));
            }
        }
        calendar.with_passed_on_days(former)
    }

    /// The same calendar with the days off that divisions of before pass on to those that took their places.
    fn with_passed_on_days(mut self, former: &FormerDivisions) -> Self {
        let passed_on = self.local.iter().filter_map(|local| {
            let former = former.get(local.place)?;
            let is_own = |own: &&LocalDays| own.place == former.successor && own.name == local.name;
            let own: Vec<&LocalDays> = self.local.iter().filter(is_own).collect();
            local.passed_on(former, &own)
        });
        let mut passed_on: Vec<LocalDays> = passed_on.collect();
        self.local.append(&mut passed_on);
        self
    }

    /// The local days off that hold at a place.
    pub(crate) fn local_days(&self, place: DivisionCode) -> impl Iterator<Item = &LocalDays> {
        let all = self.local.iter();
        all.filter(move |local| local.place.contains(place))
    }

    /// The narrowest place with days off of its own that a place lies in.
    pub(crate) fn local_place(&self, place: DivisionCode) -> Option<DivisionCode> {
        let known = |code: &DivisionCode| self.local.iter().any(|local| local.place == *code);
        place.chain().find(known)
    }
}

/// The latest year whose notice may still move this day: in 2018, 29 December became a working day
/// and 31 December a day off by the notice for 2019. So the last week of a year is certain only
/// when the next year is announced.
fn year_of_notice(day: Date) -> i16 {
    if day.month() == 12 && day.day() >= 25 {
        day.year().saturating_add(1)
    } else {
        day.year()
    }
}
