//! The roster (名册): people who may act for a unit, from when until when, whether or not they have an account. It has no
//! names, only the ids that commands use.

use std::collections::HashMap;

use jiff::civil::Date;
use onestop_proto::{
    acting_person::ActingPerson,
    ids::{SiteId, StaffId, Topic, UnitId, UnitKind},
    numbers::LicenceNumber,
};
use toml::Spanned;

use crate::{
    Directory,
    error::{LoadError, Reason},
    languages,
    load::{Period, Source},
    site_entries::PersonEntry,
    sites::Sites,
    stations::station_code,
};

/// A person of a unit's roster, for some time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RosterEntry {
    /// The id that commands use.
    pub person: StaffId,
    /// The number of the licence, where the work needs one.
    pub licence: Option<String>,
    /// The languages that the person speaks besides Mandarin.
    pub languages: Vec<Topic>,
    pub valid_from: Date,
    /// The last day, if it is known.
    pub valid_to: Option<Date>,
}

impl RosterEntry {
    /// Whether the person may act for the unit on a day.
    #[must_use]
    pub fn is_valid_on(&self, day: Date) -> bool {
        self.period().covers(day)
    }

    const fn period(&self) -> Period {
        Period {
            from: self.valid_from,
            until: self.valid_to,
        }
    }
}

/// What a unit's roster says of a person on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RosterStanding {
    /// The unit has no roster here, and no other unit has the person on its own.
    NotKept,
    /// May act for the unit.
    Valid,
    /// Is on the roster, and not on that day.
    OtherDay,
    /// Is not on the roster, or on that of another unit alone.
    Unknown,
}

#[derive(Debug, Default)]
pub(crate) struct Rosters {
    by_unit: HashMap<UnitId, Vec<RosterEntry>>,
}

impl Rosters {
    pub(crate) fn load(
        entries: Vec<Spanned<PersonEntry>>,
        sites: &Sites,
        source: &Source,
    ) -> Result<Self, LoadError> {
        let mut rosters = Self::default();
        for entry in entries {
            let line = source.line_of(&entry);
            rosters
                .add(entry.into_inner(), sites)
                .map_err(|reason| source.error(Some(line), reason))?;
        }
        Ok(rosters)
    }

    fn add(&mut self, entry: PersonEntry, sites: &Sites) -> Result<(), Reason> {
        let kind = match &entry.station {
            Some(id) => station_code(&entry.kind, id).unwrap_or_else(|| entry.kind.clone()),
            None => entry.kind.clone(),
        };
        let unit = UnitId::at(&SiteId::derived(entry.division), &kind);
        if sites.unit(&unit).is_none() {
            let code = entry.division;
            return Err(Reason::PersonOfNoUnit { code, kind });
        }
        let period = Period::new(entry.valid_from, entry.valid_to)?;
        let licence = entry.licence.map(|typed| licence(&kind, &typed));
        let licence = licence.transpose()?;
        let people = self.by_unit.entry(unit).or_default();
        let mut same = people.iter().filter(|known| known.person == entry.id);
        if same.any(|known| known.period().overlap(period).is_some()) {
            let person = entry.id;
            return Err(Reason::PersonTwice { person });
        }
        people.push(RosterEntry {
            person: entry.id,
            licence,
            languages: entry
                .languages
                .into_iter()
                .map(languages::current)
                .collect(),
            valid_from: period.from,
            valid_to: period.until,
        });
        Ok(())
    }
}

/// The number as it is kept: of the people of a legal aid agency that of a lawyer or a legal worker.
fn licence(kind: &UnitKind, typed: &str) -> Result<String, Reason> {
    if kind.as_str() != LEGAL_AID {
        return Ok(typed.trim().to_owned());
    }
    let read = typed.parse::<LicenceNumber>();
    read.map(String::from).map_err(|error| Reason::Malformed {
        what: error.to_string(),
    })
}

/// The units whose people are lawyers and legal workers.
const LEGAL_AID: &str = "legal-aid";

impl Directory {
    /// The people of a unit, in the order of the file; empty where no roster is kept.
    pub fn roster(&self, unit: &UnitId) -> &[RosterEntry] {
        self.rosters.by_unit.get(unit).map_or(&[], Vec::as_slice)
    }

    /// A person who acts for a unit, with what its roster has besides: the licence of a person who is known by the id, the id
    /// of one who is known by the licence.
    #[must_use]
    pub fn identified(&self, unit: &UnitId, person: ActingPerson) -> ActingPerson {
        let licence_of = |entry: &RosterEntry| entry.licence.as_deref().map(LicenceNumber::key);
        let is_person = |entry: &&RosterEntry| match &person.staff {
            Some(staff) => entry.person == *staff && entry.licence.is_some(),
            None => person.licence.is_some() && licence_of(entry) == person.licence,
        };
        let Some(entry) = self.roster(unit).iter().find(is_person) else {
            return person;
        };
        let (staff, licence) = (entry.person.clone(), licence_of(entry));
        ActingPerson {
            staff: person.staff.or(Some(staff)),
            licence: person.licence.or(licence),
            ..person
        }
    }

    /// What a unit's roster says of a person on a day.
    pub fn roster_standing(&self, unit: &UnitId, person: &StaffId, on: Date) -> RosterStanding {
        let roster = self.roster(unit);
        if roster.is_empty() {
            return if self.is_on_another_roster(unit, person, on) {
                RosterStanding::Unknown
            } else {
                RosterStanding::NotKept
            };
        }
        let mut found = RosterStanding::Unknown;
        for entry in roster.iter().filter(|entry| entry.person == *person) {
            if entry.is_valid_on(on) {
                return RosterStanding::Valid;
            }
            found = RosterStanding::OtherDay;
        }
        found
    }

    /// A person of the roster of another place acts there, also where this unit keeps none; the stations of one office share its
    /// people.
    fn is_on_another_roster(&self, unit: &UnitId, person: &StaffId, on: Date) -> bool {
        let place = |unit: &UnitId| self.unit(unit).map(|unit| unit.division);
        let here = place(unit);
        let mut others = self
            .rosters
            .by_unit
            .iter()
            .filter(|(of, _)| place(of) != here);
        others.any(|(_, roster)| {
            let mut entries = roster.iter();
            entries.any(|entry| entry.person == *person && entry.is_valid_on(on))
        })
    }
}
