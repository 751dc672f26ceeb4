//! Retention (保存期限): how long personal data of a case must be kept, from when, and by which law.

use jiff::{ToSpan, civil::Date};
use onestop_proto::{division::DivisionCode, ids::ServiceItem, personal::RetainedFrom};
use serde::Deserialize;
use toml::Spanned;

use crate::{
    error::{LoadError, Reason},
    items::Catalogue,
    load::{Day, Period, Source},
    row_places::{AskedPlace, KnownPlaces, RowPlace},
    standards::Status,
};

/// Longer than any period that is not for ever.
const MOST_YEARS: u32 = 100;

/// A retention period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retention {
    /// The items whose cases it concerns; all of them if none is named.
    pub items: Vec<ServiceItem>,
    /// How many years.
    pub years: u32,
    pub from: RetainedFrom,
    /// By which law, or on whose word.
    pub basis: String,
    pub status: Status,
    /// What a reader of the data should know.
    pub note: Option<String>,
    /// Where it holds, with everything in it; everywhere if none.
    pub place: Option<DivisionCode>,
    /// The first day on which the rule is in force.
    pub valid_from: Date,
    /// The last day, if it is known.
    pub valid_to: Option<Date>,
    row_place: RowPlace,
}

impl Retention {
    /// Its last day, if it began on `day`: the day of the event does not count (民法典 art. 201, 202).
    pub fn last_day(&self, day: Date) -> Date {
        // Beyond the calendar is for ever.
        day.checked_add(i64::from(self.years).years())
            .unwrap_or(Date::MAX)
    }

    /// Whether an authority that may set it has confirmed it: an assumed period proves nothing about its end.
    pub fn is_confirmed(&self) -> bool {
        match self.status {
            Status::Statute | Status::LocalPromise => true,
            Status::Unconfirmed => false,
        }
    }

    /// Whether a confirmed rule takes the place of this one, which was taken as a start: it names the item, and counts
    /// from the same event.
    fn yields_to(&self, other: &Self, item: &ServiceItem) -> bool {
        !self.is_confirmed()
            && other.is_confirmed()
            && other.items.contains(item)
            && other.from == self.from
    }

    pub(crate) fn concerns(&self, item: &ServiceItem, place: AskedPlace, on: Date) -> bool {
        let period = Period {
            from: self.valid_from,
            until: self.valid_to,
        };
        (self.items.is_empty() || self.items.contains(item))
            && self.row_place.holds(place, on)
            && period.covers(on)
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct File {
    retention: Vec<Spanned<Entry>>,
    purpose: Vec<Spanned<PurposeEntry>>,
}

/// Items whose cases no law has kept: their data is needed only until its purpose is achieved.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PurposeEntry {
    items: Vec<ServiceItem>,
    basis: String,
    status: Status,
    #[expect(dead_code, reason = "for the reader of the file")]
    note: Option<String>,
    valid_from: Day,
    valid_to: Option<Day>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    #[serde(default)]
    items: Vec<ServiceItem>,
    years: u32,
    from: RetainedFrom,
    basis: String,
    status: Status,
    note: Option<String>,
    place: Option<DivisionCode>,
    valid_from: Day,
    valid_to: Option<Day>,
}

/// All retention periods, in the order of the file.
#[derive(Debug)]
pub(crate) struct Retentions {
    periods: Vec<Retention>,
    /// Items that are kept only until their purpose is achieved, and when that is so.
    by_purpose: Vec<(Vec<ServiceItem>, Period)>,
}

impl Retentions {
    pub(crate) fn load(
        source: &Source,
        (catalogue, places): (&Catalogue, KnownPlaces<'_>),
    ) -> Result<Self, LoadError> {
        let file: File = source.toml()?;
        let mut periods = Vec::new();
        for entry in file.retention {
            let line = source.line_of(&entry);
            let retention = check(entry.into_inner(), catalogue, places)
                .map_err(|reason| source.error(Some(line), reason))?;
            periods.push(retention);
        }
        let mut by_purpose = Vec::new();
        for entry in file.purpose {
            let line = source.line_of(&entry);
            let found = check_purpose(entry.into_inner(), catalogue)
                .map_err(|reason| source.error(Some(line), reason))?;
            by_purpose.extend(found);
        }
        Ok(Self {
            periods,
            by_purpose,
        })
    }

    /// The periods that concern cases of an item. One that was taken as a start gives way to one that is confirmed.
    pub(crate) fn concerning(
        &self,
        item: &ServiceItem,
        place: AskedPlace,
        on: Date,
    ) -> Vec<&Retention> {
        let concerning = |rule: &&Retention| rule.concerns(item, place, on);
        let found: Vec<&Retention> = self.periods.iter().filter(concerning).collect();
        let stands = |rule: &&&Retention| !found.iter().any(|other| rule.yields_to(other, item));
        found.iter().filter(stands).copied().collect()
    }

    /// Whether a rule names an item: that none does is no leave to erase.
    pub(crate) fn is_regulated(&self, item: &ServiceItem, place: AskedPlace, on: Date) -> bool {
        let periods = self.concerning(item, place, on);
        let mut by_purpose = self.by_purpose.iter();
        periods.iter().any(|rule| rule.items.contains(item))
            || by_purpose.any(|(items, period)| items.contains(item) && period.covers(on))
    }
}

fn check_purpose(
    entry: PurposeEntry,
    catalogue: &Catalogue,
) -> Result<Option<(Vec<ServiceItem>, Period)>, Reason> {
    if entry.basis.trim().is_empty() {
        return Err(Reason::NoBasis);
    }
    check_items(&entry.items, catalogue)?;
    let period = Period::new(entry.valid_from, entry.valid_to)?;
    let confirmed = match entry.status {
        Status::Statute | Status::LocalPromise => true,
        Status::Unconfirmed => false,
    };
    Ok(confirmed.then_some((entry.items, period)))
}

fn check_items(items: &[ServiceItem], catalogue: &Catalogue) -> Result<(), Reason> {
    let unknown = |item: &&ServiceItem| catalogue.item(item).is_none();
    match items.iter().find(unknown) {
        Some(item) => Err(Reason::UnknownItem { item: item.clone() }),
        None => Ok(()),
    }
}

fn check(
    entry: Entry,
    catalogue: &Catalogue,
    places: KnownPlaces<'_>,
) -> Result<Retention, Reason> {
    if !(1..=MOST_YEARS).contains(&entry.years) {
        return Err(Reason::YearsOutOfRange { years: entry.years });
    }
    if entry.basis.trim().is_empty() {
        return Err(Reason::NoBasis);
    }
    check_items(&entry.items, catalogue)?;
    let row_place = places.of_row(entry.place)?;
    let period = Period::new(entry.valid_from, entry.valid_to)?;
    Ok(Retention {
        items: entry.items,
        years: entry.years,
        from: entry.from,
        basis: entry.basis,
        status: entry.status,
        note: entry.note,
        place: row_place.present(),
        valid_from: period.from,
        valid_to: period.until,
        row_place,
    })
}
