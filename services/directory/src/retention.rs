//! Retention (保存期限): how long personal data of a case must be kept, from when, and by which law.

use jiff::{ToSpan, civil::Date};
use onestop_proto::{division::DivisionCode, ids::ServiceItem, personal::RetainedFrom};
use serde::Deserialize;
use toml::Spanned;

use crate::{
    divisions::Divisions,
    error::{LoadError, Reason},
    items::Catalogue,
    load::{Day, Period, Source},
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
    /// From when.
    pub from: RetainedFrom,
    /// By which law, or on whose word.
    pub basis: String,
    /// What stands behind it.
    pub status: Status,
    /// What a reader of the data should know.
    pub note: Option<String>,
    /// Where it holds, with everything in it; everywhere if none.
    pub place: Option<DivisionCode>,
    /// The first day on which the rule is in force.
    pub valid_from: Date,
    /// The last day, if it is known.
    pub valid_to: Option<Date>,
}

impl Retention {
    /// Its last day, if it began on `day`: the day of the event does not count (民法典 art. 201, 202).
    #[must_use]
    pub fn last_day(&self, day: Date) -> Date {
        // Beyond the calendar is for ever.
        day.checked_add(i64::from(self.years).years())
            .unwrap_or(Date::MAX)
    }

    pub(crate) fn concerns(&self, item: &ServiceItem, place: DivisionCode, on: Date) -> bool {
        let period = Period {
            from: self.valid_from,
            until: self.valid_to,
        };
        (self.items.is_empty() || self.items.contains(item))
            && self.place.is_none_or(|wider| wider.contains(place))
            && period.covers(on)
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    retention: Vec<Spanned<Entry>>,
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
    #[serde(default)]
    note: Option<String>,
    #[serde(default)]
    place: Option<DivisionCode>,
    valid_from: Day,
    #[serde(default)]
    valid_to: Option<Day>,
}

/// All retention periods, in the order of the file.
#[derive(Debug)]
pub(crate) struct Retentions(Vec<Retention>);

impl Retentions {
    pub(crate) fn load(
        source: &Source,
        (catalogue, divisions): (&Catalogue, &Divisions),
    ) -> Result<Self, LoadError> {
        let file: File = source.toml()?;
        let mut all = Vec::new();
        for entry in file.retention {
            let line = source.line_of(&entry);
            let retention = check(entry.into_inner(), catalogue, divisions)
                .map_err(|reason| source.error(Some(line), reason))?;
            all.push(retention);
        }
        Ok(Self(all))
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Retention> {
        self.0.iter()
    }
}

fn check(entry: Entry, catalogue: &Catalogue, divisions: &Divisions) -> Result<Retention, Reason> {
    if !(1..=MOST_YEARS).contains(&entry.years) {
        return Err(Reason::YearsOutOfRange { years: entry.years });
    }
    if entry.basis.trim().is_empty() {
        return Err(Reason::NoBasis);
    }
    let unknown = |item: &&ServiceItem| catalogue.item(item).is_none();
    if let Some(item) = entry.items.iter().find(unknown) {
        return Err(Reason::UnknownItem { item: item.clone() });
    }
    if let Some(code) = entry.place
        && divisions.get(code).is_none()
    {
        return Err(Reason::UnknownDivision { code });
    }
    let period = Period::new(entry.valid_from, entry.valid_to)?;
    Ok(Retention {
        items: entry.items,
        years: entry.years,
        from: entry.from,
        basis: entry.basis,
        status: entry.status,
        note: entry.note,
        place: entry.place,
        valid_from: period.from,
        valid_to: period.until,
    })
}
