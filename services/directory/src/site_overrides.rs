//! Facts about single sites that a bureau maintains: state, host, opening hours by item, languages, and the
//! capacity of units.

use std::collections::{BTreeMap, HashMap};

use jiff::civil::Date;
use onestop_proto::{
    division::{DivisionCode, Tier},
    ids::{ServiceItem, Topic},
    text::Words,
};
use toml::Spanned;

use crate::{
    error::{LoadError, Reason},
    former_divisions::FormerDivisions,
    items::Catalogue,
    languages,
    load::{Day, Period, Source},
    opening_hours::{Hours, Weekday},
    row_places::KnownPlaces,
    site_entries::{HostEntry, OfferEntry, OverrideEntry, SiteEntries, SiteEntry, UnitFacts},
    site_rules::SiteRules,
    site_state::{Host, SiteState},
    station_checks,
    stations::StationEntry,
    units::Affiliation,
};

/// Items offered on some days of the week.
#[derive(Debug)]
pub(crate) struct Offer {
    pub(crate) items: Vec<ServiceItem>,
    pub(crate) weekdays: Vec<Weekday>,
    pub(crate) hours: Vec<Hours>,
    pub(crate) period: Period,
}

#[derive(Debug)]
pub(crate) struct Override {
    pub(crate) state: SiteState,
    pub(crate) period: Period,
    pub(crate) reason: Words,
}

/// The facts about one site.
#[derive(Debug, Default)]
pub(crate) struct SiteOverrides {
    pub(crate) sample: bool,
    pub(crate) opened: Option<Date>,
    pub(crate) address: Option<String>,
    pub(crate) phone: Option<String>,
    pub(crate) overrides: Vec<Override>,
    pub(crate) hosts: Vec<Host>,
    pub(crate) languages: Vec<Topic>,
    pub(crate) offers: Vec<Offer>,
    pub(crate) units: Vec<UnitFacts>,
    pub(crate) stations: Vec<StationEntry>,
}

/// The facts about single sites by division, and the names of languages.
#[derive(Debug, Default)]
pub(crate) struct AllSiteOverrides {
    pub(crate) by_division: HashMap<DivisionCode, SiteOverrides>,
    pub(crate) languages: BTreeMap<Topic, Words>,
}

/// The data that entries are checked against.
pub(crate) struct Known<'a> {
    pub(crate) places: KnownPlaces<'a>,
    pub(crate) rules: &'a SiteRules,
    pub(crate) catalogue: &'a Catalogue,
    pub(crate) source: &'a Source,
}

impl AllSiteOverrides {
    pub(crate) fn check(entries: SiteEntries, known: &Known<'_>) -> Result<Self, LoadError> {
        let mut checked = Self {
            by_division: HashMap::new(),
            languages: languages::named(entries.languages),
        };
        let mut described: HashMap<DivisionCode, usize> = HashMap::new();
        for entry in entries.sites {
            let line = known.source.line_of(&entry);
            let code = entry.get_ref().division;
            if let Some(first) = described.insert(code, line) {
                let reason = Reason::DuplicateSite { code, first };
                return Err(known.source.error(Some(line), reason));
            }
            checked.add_site(entry, known)?;
        }
        for entry in entries.overrides {
            let line = known.source.line_of(&entry);
            checked
                .add_override(entry.into_inner(), known)
                .map_err(|reason| known.source.error(Some(line), reason))?;
        }
        Ok(checked)
    }

    /// What is said of a site by a code of before is said of the same site, unless something is said by its present code.
    pub(crate) fn pass_on(&mut self, former: &FormerDivisions) {
        for one in former.moved().into_iter().rev() {
            if self.by_division.contains_key(&one.successor) {
                continue;
            }
            if let Some(facts) = self.by_division.remove(&one.code) {
                self.by_division.insert(one.successor, facts);
            }
        }
    }

    fn add_override(&mut self, entry: OverrideEntry, known: &Known<'_>) -> Result<(), Reason> {
        let code = entry.division;
        known.site(code)?;
        let period = Period::new(entry.from, entry.until)?;
        let before = &mut self.by_division.entry(code).or_default().overrides;
        if let Some(day) = before.iter().find_map(|one| one.period.overlap(period)) {
            return Err(Reason::OverlappingOverrides { code, day });
        }
        before.push(Override {
            state: entry.state,
            period,
            reason: entry.reason.into(),
        });
        Ok(())
    }

    fn add_site(&mut self, entry: Spanned<SiteEntry>, known: &Known<'_>) -> Result<(), LoadError> {
        let line = known.source.line_of(&entry);
        let entry = entry.into_inner();
        let code = entry.division;
        let here = |reason| known.source.error(Some(line), reason);
        known.site(code).map_err(here)?;
        let spoken = entry.languages.into_iter().map(languages::current);
        let spoken: Vec<Topic> = spoken.collect();
        let unknown = |language: &&Topic| !self.languages.contains_key(*language);
        if let Some(language) = spoken.iter().find(unknown) {
            let language = language.clone();
            return Err(here(Reason::UnknownLanguage { language }));
        }
        check_address(entry.address.as_deref()).map_err(here)?;
        if let Some(phone) = entry.phone.as_ref().filter(|phone| !is_phone(phone)) {
            let phone = phone.clone();
            return Err(here(Reason::NoSitePhone { code, phone }));
        }
        let mut site = SiteOverrides {
            sample: entry.sample,
            opened: entry.opened.map(|day| day.0),
            address: entry.address,
            phone: entry.phone,
            languages: spoken,
            ..SiteOverrides::default()
        };
        for host in entry.host {
            let line = known.source.line_of(&host);
            let added = add_host(&mut site, code, host.into_inner());
            added.map_err(|reason| known.source.error(Some(line), reason))?;
        }
        for offer in entry.offer {
            let line = known.source.line_of(&offer);
            let offer = known.offer(offer.into_inner(), code.tier());
            let offer = offer.map_err(|reason| known.source.error(Some(line), reason))?;
            site.offers.push(offer);
        }
        for unit in entry.unit {
            let line = known.source.line_of(&unit);
            let unit = known.unit(unit.into_inner(), code.tier(), &site);
            let unit = unit.map_err(|reason| known.source.error(Some(line), reason))?;
            site.units.push(unit);
        }
        for station in entry.station {
            let line = known.source.line_of(&station);
            let station = station.into_inner();
            station_checks::check(&station, &site.stations, known.catalogue)
                .and_then(|()| check_contact(&station))
                .map_err(|reason| known.source.error(Some(line), reason))?;
            site.stations.push(station);
        }
        self.by_division.insert(code, site);
        Ok(())
    }
}

fn add_host(site: &mut SiteOverrides, code: DivisionCode, entry: HostEntry) -> Result<(), Reason> {
    let period = Period::new(entry.from, entry.until)?;
    let both = |host: &Host| host.period().overlap(period);
    if let Some(day) = site.hosts.iter().find_map(both) {
        return Err(Reason::OverlappingHosts { code, day });
    }
    site.hosts.push(Host {
        body: entry.body,
        name: entry.name,
        from: period.from,
        until: period.until,
    });
    Ok(())
}

impl Known<'_> {
    /// Rejects a division that is not listed or has no site.
    fn site(&self, code: DivisionCode) -> Result<(), Reason> {
        if !self.places.is_known(code) {
            return Err(Reason::UnknownDivision { code });
        }
        if !self.rules.has_site(code.tier()) {
            return Err(Reason::NoSite { code });
        }
        Ok(())
    }

    fn offer(&self, entry: OfferEntry, tier: Tier) -> Result<Offer, Reason> {
        for item in &entry.items {
            let known = self.catalogue.item(item);
            let item = item.clone();
            match known {
                None => return Err(Reason::UnknownItem { item }),
                Some(known) if !known.is_at(tier) => {
                    return Err(Reason::NotAtTier { item, tier });
                }
                Some(_) => {}
            }
        }
        if entry.items.is_empty() || entry.weekdays.is_empty() {
            return Err(Reason::EmptyOffer);
        }
        let from = entry.from.unwrap_or(Day(Date::MIN));
        Ok(Offer {
            items: entry.items,
            weekdays: entry.weekdays,
            hours: entry.hours,
            period: Period::new(from, entry.until)?,
        })
    }

    fn unit(
        &self,
        entry: UnitFacts,
        tier: Tier,
        site: &SiteOverrides,
    ) -> Result<UnitFacts, Reason> {
        let kind = entry.kind.clone();
        let Some(known) = self.catalogue.types.iter().find(|one| one.kind == kind) else {
            return Err(Reason::NoSuchKind { kind });
        };
        if !known.can_be_at(tier) {
            return Err(Reason::NoUnitHere { kind, tier });
        }
        if !known.at.contains(&tier) && (entry.source.is_none() || entry.status.is_none()) {
            return Err(Reason::UnsourcedUnit { kind });
        }
        if site.units.iter().any(|one| one.kind == kind) {
            return Err(Reason::DuplicateKind { kind });
        }
        if entry.capacity == Some(0) {
            return Err(Reason::NoCapacity { kind });
        }
        check_address(entry.address.as_deref())?;
        if let Some(phone) = entry.phone.as_ref().filter(|phone| !is_phone(phone)) {
            let phone = phone.clone();
            return Err(Reason::NoPhone { kind, phone });
        }
        if known.affiliation == Affiliation::Bureau && entry.notification_channel.is_some() {
            return Err(Reason::ToldElsewhere { kind });
        }
        Ok(entry)
    }
}

/// Refuses a station that people could not find or call.
fn check_contact(station: &StationEntry) -> Result<(), Reason> {
    check_address(station.address.as_deref())?;
    match station.phone.as_ref().filter(|phone| !is_phone(phone)) {
        Some(phone) => Err(Reason::NoPhone {
            kind: station.kind.clone(),
            phone: phone.clone(),
        }),
        None => Ok(()),
    }
}

/// Refuses an address that says nothing.
fn check_address(address: Option<&str>) -> Result<(), Reason> {
    match address {
        Some(address) if address.trim().is_empty() => Err(Reason::Blank { field: "address" }),
        Some(_) | None => Ok(()),
    }
}

/// Whether a text is a telephone number: digits, and hyphens between them, as in 12348 or 0879-3231234.
pub fn is_phone(text: &str) -> bool {
    let groups = text.split('-');
    let digits = |group: &str| !group.is_empty() && group.bytes().all(|byte| byte.is_ascii_digit());
    text.len() >= 3 && groups.into_iter().all(digits)
}
