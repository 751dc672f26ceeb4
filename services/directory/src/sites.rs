//! Sites (公共法律服务中心、站) and the units that they house, derived from the divisions by rule
//! until a bureau supplies its own list.

use std::{
    collections::{BTreeMap, HashMap, hash_map::Entry},
    ops::Range,
};

use jiff::civil::Date;
use onestop_proto::{
    division::{DivisionCode, Tier},
    ids::{SiteId, UnitId, UnitKind},
    text::{Text, Words},
};
use serde::Deserialize;
use toml::Spanned;

use crate::{
    divisions::{Division, Divisions},
    error::{LoadError, Reason},
    items::UnitType,
    load::{BothLanguages, Day, Period, Source, check_pattern},
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

/// A body at a site that can have custody of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    /// Its id.
    pub id: UnitId,
    /// The site that houses it.
    pub site: SiteId,
    /// Where it is.
    pub division: DivisionCode,
    /// What it is.
    pub kind: UnitKind,
    /// 宁洱哈尼族彝族自治县法律援助中心
    pub name: String,
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

/// What is known of one site for some time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum State {
    /// Not open yet.
    Planned,
    /// On trial; open.
    Pilot,
    /// Open.
    Operating,
    /// Closed for a while.
    Suspended,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    rule: Vec<Spanned<Rule>>,
    #[serde(default)]
    shorten: Vec<Shorten>,
    #[serde(default, rename = "override")]
    overrides: Vec<Spanned<OverrideEntry>>,
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

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct OverrideEntry {
    division: DivisionCode,
    state: State,
    from: Day,
    #[serde(default)]
    until: Option<Day>,
    reason: BothLanguages,
}

#[derive(Debug)]
struct Override {
    state: State,
    period: Period,
    reason: Words,
}

/// The rules of `sites.toml`, checked.
pub(crate) struct Rules {
    by_tier: BTreeMap<Tier, Rule>,
    shorten: Vec<Shorten>,
    overrides: HashMap<DivisionCode, Vec<Override>>,
}

impl Rules {
    pub(crate) fn load(source: &Source, divisions: &Divisions) -> Result<Self, LoadError> {
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
        let mut rules = Self {
            by_tier,
            shorten: file.shorten,
            overrides: HashMap::new(),
        };
        for entry in file.overrides {
            let line = source.line_of(&entry);
            rules
                .add_override(entry.into_inner(), divisions)
                .map_err(|reason| source.error(Some(line), reason))?;
        }
        Ok(rules)
    }

    fn add_override(&mut self, entry: OverrideEntry, divisions: &Divisions) -> Result<(), Reason> {
        let code = entry.division;
        if divisions.get(code).is_none() {
            return Err(Reason::UnknownDivision { code });
        }
        if !self.has_site(code.tier()) {
            return Err(Reason::NoSite { code });
        }
        let period = Period::new(entry.from, entry.until)?;
        let known = self.overrides.entry(code).or_default();
        if let Some(day) = known.iter().find_map(|other| other.period.overlap(period)) {
            return Err(Reason::OverlappingOverrides { code, day });
        }
        known.push(Override {
            state: entry.state,
            period,
            reason: entry.reason.into(),
        });
        Ok(())
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
    overrides: HashMap<DivisionCode, Vec<Override>>,
}

impl Sites {
    pub(crate) fn derive(
        rules: Rules,
        types: &[UnitType],
        divisions: &Divisions,
        source: &Source,
    ) -> Result<Self, LoadError> {
        let mut sites = Self {
            list: Vec::new(),
            by_id: HashMap::new(),
            units: Vec::new(),
            unit_by_id: HashMap::new(),
            overrides: HashMap::new(),
        };
        for division in divisions.iter() {
            if let Some(rule) = rules.by_tier.get(&division.tier()) {
                let spoken = rules.spoken_name(&division.name);
                sites
                    .add(division, &spoken, rule, types)
                    .map_err(|reason| source.error(None, reason))?;
            }
        }
        sites.overrides = rules.overrides;
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
        for unit_type in types
            .iter()
            .filter(|unit_type| unit_type.at.contains(&division.tier()))
        {
            let unit = Unit {
                id: UnitId::at(&id, &unit_type.kind),
                site: id.clone(),
                division: division.code,
                kind: unit_type.kind.clone(),
                name: unit_type.name_of(spoken, &name),
            };
            self.unit_by_id.insert(unit.id.clone(), self.units.len());
            self.units.push(unit);
        }
        self.list.push(Site {
            id,
            division: division.code,
            name,
            form: rule.form,
            since: rule.valid_from.0,
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

    pub(crate) fn standing(&self, site: &Site, on: Date) -> SiteStanding {
        if on < site.since {
            let zh = format!("{}起设立", site.since);
            let en = format!("exists since {}", site.since);
            return SiteStanding::Closed {
                why: Words { zh, en },
            };
        }
        let known = self
            .overrides
            .get(&site.division)
            .map_or(&[][..], Vec::as_slice);
        let Some(current) = known.iter().find(|entry| entry.period.covers(on)) else {
            return SiteStanding::Open;
        };
        let label = match current.state {
            State::Pilot | State::Operating => return SiteStanding::Open,
            State::Planned => Text {
                zh: "筹建中",
                en: "planned",
            },
            State::Suspended => Text {
                zh: "暂停服务",
                en: "suspended",
            },
        };
        let zh = format!("{}：{}", label.zh, current.reason.zh);
        let en = format!("{}: {}", label.en, current.reason.en);
        SiteStanding::Closed {
            why: Words { zh, en },
        }
    }
}
