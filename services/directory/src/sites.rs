//! Sites (公共法律服务中心、站) and the units that they house, derived from the divisions by rule
//! until a bureau supplies its own list.

use std::{
    collections::{BTreeMap, HashMap, hash_map::Entry},
    ops::Range,
};

use jiff::civil::Date;
use onestop_proto::{
    division::{DivisionCode, Tier},
    ids::{SiteId, UnitId},
    text::Words,
};
use serde::Deserialize;
use toml::Spanned;

use crate::{
    divisions::{Division, Divisions},
    error::{LoadError, Reason},
    items::Catalogue,
    load::{Day, Source, check_pattern},
    site_overrides::{
        AllSiteOverrides, Known, LanguageEntry, OverrideEntry, SiteEntry, SiteOverrides, SiteState,
    },
    units::{Unit, UnitType},
};

/// What a site is called by its tier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SiteForm {
    /// 中心: prefecture, county, township.
    Centre,
    /// 站: village.
    Station,
}

/// A public legal service site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    /// Its own id.
    pub id: SiteId,
    /// Where it is.
    pub division: DivisionCode,
    /// 宁洱镇公共法律服务中心
    pub name: String,
    /// Centre or station.
    pub form: SiteForm,
    /// The first day on which it existed.
    pub since: Date,
    units: Range<usize>,
}

/// Whether a site takes cases on a day. Weekends and nights do not count: a case can be referred at
/// any hour, and waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SiteStanding {
    /// It does.
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
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rule {
    tier: Tier,
    form: SiteForm,
    name: String,
    valid_from: Day,
}

/// An ending of a division's statistical name, and what a site's name has instead.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Shorten {
    ending: String,
    to: String,
}

/// The rules of `sites.toml`, checked; and what is said of single sites, which is checked when the items
/// are known ([`Rules::locals`]).
pub(crate) struct Rules {
    by_tier: BTreeMap<Tier, Rule>,
    shorten: Vec<Shorten>,
    said: Said,
}

type Said = (
    Vec<Spanned<OverrideEntry>>,
    Vec<Spanned<SiteEntry>>,
    Vec<LanguageEntry>,
);

impl Rules {
    pub(crate) fn load(source: &Source) -> Result<Self, LoadError> {
        let file: File = source.toml()?;
        let mut by_tier = BTreeMap::new();
        for entry in file.rule {
            let rule = entry.get_ref();
            check_pattern(&rule.name, &["{division}"], "{division}")
                .map_err(|reason| source.at(&entry, reason))?;
            let tier = rule.tier;
            if by_tier.contains_key(&tier) {
                return Err(source.at(&entry, Reason::DuplicateRule { tier }));
            }
            by_tier.insert(tier, entry.into_inner());
        }
        Ok(Self {
            by_tier,
            shorten: file.shorten,
            said: (file.overrides, file.site, file.language),
        })
    }

    /// What is said of single sites; once.
    pub(crate) fn locals(
        &mut self,
        divisions: &Divisions,
        catalogue: &Catalogue,
        source: &Source,
    ) -> Result<AllSiteOverrides, LoadError> {
        let said = std::mem::take(&mut self.said);
        let known = Known {
            divisions,
            rules: self,
            catalogue,
            source,
        };
        AllSiteOverrides::check(said, &known)
    }

    /// Whether divisions of this tier have a site.
    pub(crate) fn has_site(&self, tier: Tier) -> bool {
        self.by_tier.contains_key(&tier)
    }

    /// The tiers whose divisions have a site.
    pub(crate) fn tiers(&self) -> impl Iterator<Item = Tier> {
        self.by_tier.keys().copied()
    }

    fn spoken_name(&self, name: &str) -> String {
        let shorter =
            |rule: &Shorten| Some(format!("{}{}", name.strip_suffix(&rule.ending)?, rule.to));
        self.shorten
            .iter()
            .find_map(shorter)
            .unwrap_or_else(|| name.to_owned())
    }
}

/// All sites and their units, in the order of their divisions.
#[derive(Debug)]
pub(crate) struct Sites {
    list: Vec<Site>,
    by_id: HashMap<SiteId, usize>,
    units: Vec<Unit>,
    unit_by_id: HashMap<UnitId, usize>,
    pub(crate) locals: AllSiteOverrides,
}

impl Sites {
    pub(crate) fn derive(
        rules: &Rules,
        locals: AllSiteOverrides,
        types: &[UnitType],
        divisions: &Divisions,
        source: &Source,
    ) -> Result<Self, LoadError> {
        let mut sites = Self {
            list: Vec::new(),
            by_id: HashMap::new(),
            units: Vec::new(),
            unit_by_id: HashMap::new(),
            locals,
        };
        for division in divisions.iter() {
            if let Some(rule) = rules.by_tier.get(&division.tier()) {
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
        let id = SiteId::derived(division.code);
        match self.by_id.entry(id.clone()) {
            Entry::Occupied(other) => {
                let first = self
                    .list
                    .get(*other.get())
                    .map_or(division.code, |site| site.division);
                return Err(Reason::SiteCollision {
                    site: id,
                    first,
                    second: division.code,
                });
            }
            Entry::Vacant(free) => free.insert(self.list.len()),
        };
        let name = rule.name.replace("{division}", spoken);
        let first_unit = self.units.len();
        let local = self.locals.by_division.get(&division.code);
        let tier = division.tier();
        for unit_type in types.iter().filter(|known| known.at.contains(&tier)) {
            let said = local.and_then(|local| {
                let mut units = local.units.iter();
                units.find(|said| said.kind == unit_type.kind)
            });
            let derived = || unit_type.name_of(tier, spoken, &name);
            let unit = Unit {
                id: UnitId::at(&id, &unit_type.kind),
                site: id.clone(),
                division: division.code,
                kind: unit_type.kind.clone(),
                name: said
                    .and_then(|said| said.name.clone())
                    .unwrap_or_else(derived),
                affiliation: unit_type.affiliation,
                notification_channel: said
                    .and_then(|said| said.notification_channel)
                    .unwrap_or(unit_type.notification_channel),
                address: said.and_then(|said| said.address.clone()),
                capacity: said.and_then(|said| said.capacity),
                phone: said.and_then(|said| said.phone.clone()),
            };
            self.unit_by_id.insert(unit.id.clone(), self.units.len());
            self.units.push(unit);
        }
        let opened = local.and_then(|local| local.opened);
        self.list.push(Site {
            id,
            division: division.code,
            name,
            form: rule.form,
            since: opened.unwrap_or(rule.valid_from.0),
            units: first_unit..self.units.len(),
        });
        Ok(())
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

    pub(crate) fn local(&self, site: &Site) -> Option<&SiteOverrides> {
        self.locals.by_division.get(&site.division)
    }

    /// The state of a site on a day, and what was said of it.
    pub(crate) fn state(&self, site: &Site, on: Date) -> (SiteState, Option<&Words>) {
        if on < site.since {
            return (SiteState::Planned, None);
        }
        let said = self.local(site).and_then(|local| {
            let mut overrides = local.overrides.iter();
            overrides.find(|entry| entry.period.covers(on))
        });
        said.map_or((SiteState::Operating, None), |said| {
            (said.state, Some(&said.reason))
        })
    }

    pub(crate) fn standing(&self, site: &Site, on: Date) -> SiteStanding {
        if on < site.since {
            let zh = format!("{}起设立", site.since);
            let en = format!("exists since {}", site.since);
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
