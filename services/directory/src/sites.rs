//! Sites (公共法律服务中心、站) and the units that they house, derived from the divisions by rule
//! until a bureau supplies its own list.

use std::{
    collections::{HashMap, hash_map::Entry},
    ops::Range,
};

use jiff::civil::Date;
use onestop_proto::{
    date_words::day_words,
    division::DivisionCode,
    ids::{SiteId, UnitId},
    text::Words,
};
use serde::Deserialize;
use toml::Spanned;

use crate::{
    divisions::{Division, Divisions},
    error::{LoadError, Reason},
    former_divisions::{FormerChange, FormerDivision, FormerEntry},
    load::Source,
    office_rules::OfficeRuleEntry,
    outside_bodies::OutsideBodyEntry,
    outside_divisions::OutsideDivisionsEntry,
    record_rules::{ChangeApprovalEntry, CheckpointEntry, RecordEntries, RecordRuleEntry},
    row_places::KnownPlaces,
    site_entries::{LanguageEntry, OverrideEntry, PersonEntry, SiteEntries, SiteEntry, UnitFacts},
    site_overrides::{AllSiteOverrides, Known, SiteOverrides},
    site_rules::{Rule, Shorten, SiteForm, SiteRules},
    site_state::SiteState,
    stations::{StationEntry, station_code},
    units::{Unit, UnitType},
};

/// A public legal service site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    pub id: SiteId,
    pub division: DivisionCode,
    /// 宁洱镇公共法律服务中心
    pub name: String,
    /// Centre or station.
    pub form: SiteForm,
    /// The first day on which it existed.
    pub since: Date,
    /// Its street address, if known.
    pub address: Option<String>,
    /// The number that people call, if known.
    pub phone: Option<String>,
    units: Range<usize>,
}

/// Whether a site takes cases on a day. Weekends and nights do not close it: a case can be referred at any
/// hour, and waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SiteStanding {
    Open,
    /// It does not.
    Closed {
        /// Why, for people.
        why: Words,
    },
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    rule: Vec<Spanned<Rule>>,
    #[serde(default)]
    shorten: Vec<Shorten>,
    #[serde(default, rename = "override")]
    overrides: Vec<Spanned<OverrideEntry>>,
    #[serde(default)]
    language: Vec<LanguageEntry>,
    #[serde(default)]
    site: Vec<Spanned<SiteEntry>>,
    #[serde(default)]
    person: Vec<Spanned<PersonEntry>>,
    duty_titles: Vec<String>,
    #[serde(default)]
    record_rule: Vec<Spanned<RecordRuleEntry>>,
    #[serde(default)]
    change_approval: Vec<Spanned<ChangeApprovalEntry>>,
    #[serde(default)]
    office_decides: Vec<Spanned<OfficeRuleEntry>>,
    #[serde(default)]
    checkpoint: Vec<Spanned<CheckpointEntry>>,
    #[serde(default)]
    former_division: Vec<Spanned<FormerEntry>>,
    #[serde(default)]
    outside_body: Vec<Spanned<OutsideBodyEntry>>,
    outside_divisions: Option<OutsideDivisionsEntry>,
}

/// What `sites.toml` holds: its rules, checked, and its entries about single sites and about recording, which are
/// checked when the items and divisions are known.
pub(crate) struct Read {
    pub(crate) rules: SiteRules,
    pub(crate) entries: SiteEntries,
    pub(crate) recording: RecordEntries,
    pub(crate) offices: Vec<Spanned<OfficeRuleEntry>>,
    pub(crate) former: Vec<Spanned<FormerEntry>>,
    pub(crate) outside: Vec<Spanned<OutsideBodyEntry>>,
    pub(crate) outside_divisions: Option<OutsideDivisionsEntry>,
}

/// Reads `sites.toml`.
pub(crate) fn read(source: &Source) -> Result<Read, LoadError> {
    let file: File = source.toml()?;
    let entries = SiteEntries {
        overrides: file.overrides,
        sites: file.site,
        languages: file.language,
        people: file.person,
    };
    let recording = RecordEntries {
        duty_titles: file.duty_titles,
        record_rule: file.record_rule,
        change_approval: file.change_approval,
        checkpoint: file.checkpoint,
    };
    let rules = SiteRules::check(file.rule, file.shorten, source)?;
    Ok(Read {
        rules,
        entries,
        recording,
        offices: file.office_decides,
        former: file.former_division,
        outside: file.outside_body,
        outside_divisions: file.outside_divisions,
    })
}

/// All sites and their units, in the order of their divisions.
#[derive(Debug)]
pub(crate) struct Sites {
    list: Vec<Site>,
    by_id: HashMap<SiteId, usize>,
    units: Vec<Unit>,
    unit_by_id: HashMap<UnitId, usize>,
    pub(crate) overrides: AllSiteOverrides,
}

impl Sites {
    /// Derives the sites by the rules and the entries about single sites, and keeps the units of divisions of before.
    pub(crate) fn load(entries: SiteEntries, known: &Known<'_>) -> Result<Self, LoadError> {
        let Known {
            places: KnownPlaces { divisions, former },
            rules,
            catalogue,
            source,
        } = *known;
        let types = &catalogue.types;
        let mut overrides = AllSiteOverrides::check(entries, known)?;
        overrides.pass_on(former);
        let mut sites = Self::derive(rules, overrides, types, divisions, source)?;
        for one in former.iter() {
            sites.add_former(one, rules, types);
        }
        Ok(sites)
    }

    fn derive(
        rules: &SiteRules,
        overrides: AllSiteOverrides,
        types: &[UnitType],
        divisions: &Divisions,
        source: &Source,
    ) -> Result<Self, LoadError> {
        let mut sites = Self {
            list: Vec::new(),
            by_id: HashMap::new(),
            units: Vec::new(),
            unit_by_id: HashMap::new(),
            overrides,
        };
        for division in divisions.iter() {
            if let Some(rule) = rules.of(division.tier()) {
                let spoken = rules.spoken_name(&division.name);
                sites
                    .add(division, &spoken, rule, types)
                    .map_err(|reason| source.error(None, reason))?;
            }
        }
        Ok(sites)
    }

    fn add(
        &mut self,
        division: &Division,
        spoken: &str,
        rule: &Rule,
        types: &[UnitType],
    ) -> Result<(), Reason> {
        let id = self.claim_id(division.code)?;
        let name = rule.name.replace("{division}", spoken);
        let first_unit = self.units.len();
        let overrides = self.overrides.by_division.get(&division.code);
        let tier = division.tier();
        for unit_type in types.iter().filter(|known| known.can_be_at(tier)) {
            let facts = overrides.and_then(|site| {
                let mut units = site.units.iter();
                units.find(|facts| facts.kind == unit_type.kind)
            });
            if facts.is_none() && !unit_type.at.contains(&tier) {
                continue;
            }
            let derived = unit_type.name_of(tier, spoken, &name);
            let unit = own_unit(unit_type, facts, (&id, division.code), derived);
            self.unit_by_id.insert(unit.id.clone(), self.units.len());
            self.units.push(unit);
        }
        for unit in station_units(overrides, &id, division.code, types) {
            self.unit_by_id.insert(unit.id.clone(), self.units.len());
            self.units.push(unit);
        }
        let opened = overrides.and_then(|site| site.opened);
        self.list.push(Site {
            id,
            division: division.code,
            name,
            form: rule.form,
            since: opened.unwrap_or(rule.valid_from.0),
            address: overrides.and_then(|site| site.address.clone()),
            phone: overrides.and_then(|site| site.phone.clone()),
            units: first_unit..self.units.len(),
        });
        Ok(())
    }

    /// Keeps the units of a division of before by their ids and the names of then, at the place that took its place: their
    /// staff finish the cases that they have. Nothing is routed to them, and their site is that of the successor. What the file
    /// says of their site, such as a telephone, stays theirs.
    fn add_former(&mut self, former: &FormerDivision, rules: &SiteRules, types: &[UnitType]) {
        let (tier, id) = (former.code.tier(), SiteId::derived(former.code));
        let place = former.successor;
        let at = self.list.binary_search_by_key(&place, |site| site.division);
        let (Some(rule), Ok(successor)) = (rules.of(tier), at) else {
            return;
        };
        let spoken = rules.spoken_name(&former.name);
        let site = rule.name.replace("{division}", &spoken);
        self.by_id.entry(id.clone()).or_insert(successor);
        let all = &self.overrides.by_division;
        let of_now = || match former.change {
            FormerChange::Moved => all.get(&former.successor),
            FormerChange::Merged => None,
        };
        let overrides = all.get(&former.code).or_else(of_now);
        let mut units = station_units(overrides, &id, place, types);
        for unit_type in types.iter().filter(|known| known.can_be_at(tier)) {
            let facts = overrides.and_then(|site| {
                let mut units = site.units.iter();
                units.find(|facts| facts.kind == unit_type.kind)
            });
            let derived = unit_type.name_of(tier, &spoken, &site);
            units.push(own_unit(unit_type, facts, (&id, place), derived));
        }
        for unit in units {
            if let Entry::Vacant(free) = self.unit_by_id.entry(unit.id.clone()) {
                free.insert(self.units.len());
                self.units.push(unit);
            }
        }
    }

    /// The id of the site that is added next, if no other site has it.
    fn claim_id(&mut self, code: DivisionCode) -> Result<SiteId, Reason> {
        let id = SiteId::derived(code);
        match self.by_id.entry(id.clone()) {
            Entry::Occupied(other) => {
                let first = self
                    .list
                    .get(*other.get())
                    .map_or(code, |site| site.division);
                Err(Reason::SiteCollision {
                    site: id,
                    first,
                    second: code,
                })
            }
            Entry::Vacant(free) => {
                free.insert(self.list.len());
                Ok(id)
            }
        }
    }

    pub(crate) fn get(&self, id: &SiteId) -> Option<&Site> {
        self.by_id.get(id).and_then(|index| self.list.get(*index))
    }

    pub(crate) fn at(&self, code: DivisionCode) -> Option<&Site> {
        let index = self
            .list
            .binary_search_by_key(&code, |site| site.division)
            .ok()?;
        self.list.get(index)
    }

    pub(crate) fn iter(&self) -> std::slice::Iter<'_, Site> {
        self.list.iter()
    }

    pub(crate) fn unit(&self, id: &UnitId) -> Option<&Unit> {
        self.unit_by_id
            .get(id)
            .and_then(|index| self.units.get(*index))
    }

    pub(crate) fn units_of(&self, site: &Site) -> &[Unit] {
        self.units.get(site.units.clone()).unwrap_or_default()
    }

    /// The units of divisions of before. They come behind those of the sites.
    pub(crate) fn former_units(&self) -> &[Unit] {
        let first = self.list.last().map_or(0, |site| site.units.end);
        self.units.get(first..).unwrap_or_default()
    }

    pub(crate) fn overrides_of(&self, site: &Site) -> Option<&SiteOverrides> {
        self.overrides.by_division.get(&site.division)
    }

    /// The state of a site on a day, and the reason given.
    pub(crate) fn state(&self, site: &Site, on: Date) -> (SiteState, Option<&Words>) {
        if on < site.since {
            return (SiteState::Planned, None);
        }
        let found = self.overrides_of(site).and_then(|site| {
            let mut overrides = site.overrides.iter();
            overrides.find(|entry| entry.period.covers(on))
        });
        found.map_or((SiteState::Operating, None), |found| {
            (found.state, Some(&found.reason))
        })
    }

    /// The day on which a site opens by the files, if they plan it on a day and say until when.
    pub(crate) fn planned_opening(&self, site: &Site, on: Date) -> Option<Date> {
        if on < site.since {
            return Some(site.since);
        }
        let mut overrides = self.overrides_of(site)?.overrides.iter();
        let planned =
            overrides.find(|entry| entry.state == SiteState::Planned && entry.period.covers(on))?;
        planned.period.until?.tomorrow().ok()
    }

    pub(crate) fn standing(&self, site: &Site, on: Date) -> SiteStanding {
        if on < site.since {
            let since = day_words(site.since);
            let zh = format!("{}起设立", since.zh);
            let en = format!("exists since {}", since.en);
            return SiteStanding::Closed {
                why: Words { zh, en },
            };
        }
        let (state, reason) = self.state(site, on);
        if state.is_open() {
            return SiteStanding::Open;
        }
        let label = Words::from(state.text());
        let why = reason.map_or(label.clone(), |reason| Words {
            zh: format!("{}：{}", label.zh, reason.zh),
            en: format!("{}: {}", label.en, reason.en),
        });
        SiteStanding::Closed { why }
    }
}

/// The unit of a kind that a site has, as the rules of its tier name it and the file describes it.
fn own_unit(
    unit_type: &UnitType,
    facts: Option<&UnitFacts>,
    (site, division): (&SiteId, DivisionCode),
    derived_name: String,
) -> Unit {
    Unit {
        id: UnitId::at(site, &unit_type.kind),
        site: site.clone(),
        division,
        kind: unit_type.kind.clone(),
        name: facts
            .and_then(|facts| facts.name.clone())
            .unwrap_or(derived_name),
        affiliation: unit_type.affiliation,
        notification_channel: facts
            .and_then(|facts| facts.notification_channel)
            .unwrap_or(unit_type.notification_channel),
        address: facts.and_then(|facts| facts.address.clone()),
        capacity: facts.and_then(|facts| facts.capacity),
        phone: facts.and_then(|facts| facts.phone.clone()),
        station: None,
    }
}

/// The special stations of a site, in the order of the file.
fn station_units(
    facts: Option<&SiteOverrides>,
    site: &SiteId,
    division: DivisionCode,
    types: &[UnitType],
) -> Vec<Unit> {
    let stations = facts.into_iter().flat_map(|facts| &facts.stations);
    stations
        .filter_map(|entry| station_unit(entry, site, division, types))
        .collect()
}

/// The further unit that a special station is: of its kind, at the site of its division.
fn station_unit(
    entry: &StationEntry,
    site: &SiteId,
    division: DivisionCode,
    types: &[UnitType],
) -> Option<Unit> {
    let unit_type = types.iter().find(|known| known.kind == entry.kind)?;
    Some(Unit {
        id: UnitId::at(site, &station_code(&entry.kind, &entry.id)?),
        site: site.clone(),
        division,
        kind: entry.kind.clone(),
        name: entry.name.clone(),
        affiliation: unit_type.affiliation,
        notification_channel: unit_type.notification_channel,
        address: entry.address.clone(),
        capacity: entry.capacity,
        phone: entry.phone.clone(),
        station: Some(entry.station()),
    })
}
