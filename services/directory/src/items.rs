//! Service items, their topics, and who works them.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use onestop_proto::{
    division::Tier,
    ids::{ServiceItem, Topic, UnitKind},
    legal_aid::AidKind,
    routing::{Jurisdiction, PlaceKind, Presence},
    text::Words,
};
use serde::Deserialize;
use toml::Spanned;

use crate::{
    aid_kinds::{self, AidRules},
    error::{LoadError, Reason},
    load::{BothLanguages, Day, Period, Source},
    means_lines::{GroupEntry, GroupRule, MeansLine, MeansLineEntry},
    row_places::KnownPlaces,
    site_rules::SiteRules,
    standards::Status,
    topics::{CourtConfirmation, ItemTopic, MeansTest, Worker},
    units::{Unit, UnitEntry, UnitType, WINDOW},
    visit::{Visit, VisitEntry},
};

/// A service item (服务事项).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    pub id: ServiceItem,
    pub name: Words,
    pub received_at: Vec<Tier>,
    /// The kinds of units that work it; a topic may name others ([`Item::workers`]).
    pub worked_by: Vec<Worker>,
    /// Which place is responsible, by law.
    pub jurisdiction: Jurisdiction,
    /// Which units may serve both sides of a dispute.
    pub sides: Sides,
    /// What a citizen brings and pays.
    pub visit: Visit,
    /// Whether it is asked who the person is.
    pub identity: Identity,
    pub topics: Vec<ItemTopic>,
}

/// Which units may serve both sides of a dispute (利益冲突).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sides {
    /// Any: the people who act are bound, not the unit (法律援助法 art. 38; 律师法 art. 39).
    #[default]
    AnyUnit,
    /// One unit has both: one mediation has one committee.
    OneUnit,
    /// Never the same unit.
    UnitsApart,
}

/// Whether an item is worked only for people who say who they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Identity {
    /// It is: applicants say who they are.
    #[default]
    Needed,
    /// It is not: advice is given to the unnamed as well (匿名咨询).
    NotNeeded,
}

impl Item {
    pub fn topic(&self, id: &Topic) -> Option<&ItemTopic> {
        self.topics.iter().find(|topic| topic.id == *id)
    }

    /// The topic with this id, if it is taken on a day.
    pub fn topic_on(&self, id: &Topic, on: Date) -> Option<&ItemTopic> {
        self.topic(id).filter(|topic| topic.is_in_force(on))
    }

    /// The topics that are taken on a day.
    pub fn topics_on(&self, on: Date) -> impl Iterator<Item = &ItemTopic> {
        self.topics
            .iter()
            .filter(move |topic| topic.is_in_force(on))
    }

    /// Which place is responsible for this topic: the window asks the citizen for it.
    pub fn jurisdiction_of(&self, topic: &Topic) -> &Jurisdiction {
        let own = self
            .topic(topic)
            .and_then(|topic| topic.jurisdiction.as_ref());
        own.unwrap_or(&self.jurisdiction)
    }

    /// The kinds of units that work this topic.
    pub fn workers(&self, topic: &Topic) -> &[Worker] {
        match self.topic(topic) {
            Some(own) if !own.worked_by.is_empty() => &own.worked_by,
            Some(_) | None => &self.worked_by,
        }
    }

    /// Whether a unit of this kind works the topic at this tier.
    pub fn is_worked_by(&self, topic: &Topic, kind: &UnitKind, tier: Tier) -> bool {
        self.workers(topic)
            .iter()
            .any(|worker| worker.kind == *kind && worker.at.contains(&tier))
    }

    /// Whether a unit works the topic: a special station what it is there for, any other unit what its kind works at its tier.
    pub fn is_work_of(&self, topic: &Topic, unit: &Unit) -> bool {
        match &unit.station {
            Some(station) => station.works(&self.id, topic),
            None => self.is_worked_by(topic, &unit.kind, unit.division.tier()),
        }
    }

    /// Whether a case of the topic comes to a unit from a place so many tiers below it, without being designated.
    pub fn reaches(&self, topic: &Topic, unit: &Unit, distance: u32) -> bool {
        let tier = unit.division.tier();
        let mut workers = self.workers(topic).iter();
        let own_place_only = unit.station.is_none()
            && workers
                .any(|worker| worker.kind == unit.kind && worker.own_place_at.contains(&tier));
        self.is_work_of(topic, unit) && (distance == 0 || !own_place_only)
    }

    /// Whether it is received or worked at this tier.
    pub fn is_at(&self, tier: Tier) -> bool {
        let worked = |workers: &[Worker]| workers.iter().any(|worker| worker.at.contains(&tier));
        self.received_at.contains(&tier) || worked(&self.worked_by)
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    unit: Vec<Spanned<UnitEntry>>,
    item: Vec<Spanned<ItemEntry>>,
    #[serde(default)]
    material: Vec<MaterialEntry>,
    group: Option<Spanned<GroupEntry>>,
    #[serde(default)]
    means_line: Vec<Spanned<MeansLineEntry>>,
    #[serde(default)]
    aid_kind: Vec<Spanned<AidRules>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct MaterialEntry {
    id: Topic,
    name: BothLanguages,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ItemEntry {
    id: ServiceItem,
    name: BothLanguages,
    received_at: Vec<Tier>,
    worked_by: Vec<Worker>,
    jurisdiction: JurisdictionEntry,
    #[serde(default)]
    sides: Sides,
    #[serde(default)]
    identity: Identity,
    #[expect(dead_code, reason = "for the reader of the file")]
    source: Option<String>,
    #[expect(dead_code, reason = "for the reader of the file")]
    status: Option<Status>,
    visit: Option<VisitEntry>,
    #[serde(default)]
    topic: Vec<Spanned<TopicEntry>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct TopicEntry {
    id: Topic,
    name: BothLanguages,
    #[serde(default)]
    worked_by: Vec<Worker>,
    jurisdiction: Option<JurisdictionEntry>,
    #[serde(default)]
    also: Vec<String>,
    #[serde(default)]
    sensitive: bool,
    #[serde(default)]
    means: MeansTest,
    visit: Option<VisitEntry>,
    #[serde(default)]
    exempts_migrant_workers: bool,
    #[serde(default = "representation")]
    aid: AidKind,
    #[serde(default)]
    court_confirms: CourtConfirmation,
    valid_from: Option<Day>,
    valid_to: Option<Day>,
}

const fn representation() -> AidKind {
    AidKind::Representation
}

/// Which place decides, and by which law.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct JurisdictionEntry {
    places: Vec<PlaceKind>,
    #[serde(default = "agent_allowed")]
    presence: Presence,
    rule: BothLanguages,
    basis: String,
}

const fn agent_allowed() -> Presence {
    Presence::AgentAllowed
}

impl JurisdictionEntry {
    /// Rejects a rule that names no place, or one twice: no route could be checked against it.
    fn checked(self) -> Result<Jurisdiction, Reason> {
        let mut seen = BTreeSet::new();
        if self.places.is_empty() || !self.places.iter().all(|place| seen.insert(*place)) {
            return Err(Reason::Places);
        }
        if self.basis.trim().is_empty() {
            return Err(Reason::NoBasis);
        }
        Ok(Jurisdiction {
            places: self.places,
            presence: self.presence,
            rule: self.rule.into(),
            basis: self.basis,
        })
    }
}

/// Everything in `items.toml`, checked; in the order of the file.
#[derive(Debug)]
pub(crate) struct Catalogue {
    pub(crate) types: Vec<UnitType>,
    pub(crate) items: Vec<Item>,
    materials: BTreeMap<Topic, Words>,
    pub(crate) group: Option<GroupRule>,
    pub(crate) means_lines: Vec<MeansLine>,
    pub(crate) aid_rules: Vec<AidRules>,
}

impl Catalogue {
    pub(crate) fn load(
        source: &Source,
        rules: &SiteRules,
        places: KnownPlaces<'_>,
    ) -> Result<Self, LoadError> {
        let file: File = source.toml()?;
        let mut catalogue = Self {
            types: Vec::new(),
            items: Vec::new(),
            materials: file
                .material
                .into_iter()
                .map(|material| (material.id, material.name.into()))
                .collect(),
            group: None,
            means_lines: Vec::new(),
            aid_rules: Vec::new(),
        };
        if let Some(entry) = file.group {
            let line = source.line_of(&entry);
            let rule = entry.into_inner().checked();
            catalogue.group = Some(rule.map_err(|reason| source.error(Some(line), reason))?);
        }
        for entry in file.means_line {
            let line = source.line_of(&entry);
            let known = entry.into_inner().checked(places);
            let known = known.map_err(|reason| source.error(Some(line), reason))?;
            catalogue.means_lines.push(known);
        }
        catalogue.add_aid_rules(file.aid_kind, source)?;
        for entry in file.unit {
            let line = source.line_of(&entry);
            catalogue
                .add_type(entry.into_inner(), rules)
                .map_err(|reason| source.error(Some(line), reason))?;
        }
        catalogue
            .check_windows(rules)
            .map_err(|reason| source.error(None, reason))?;
        for entry in file.item {
            catalogue.add_item(entry, rules, source)?;
        }
        Ok(catalogue)
    }

    fn add_aid_rules(
        &mut self,
        entries: Vec<Spanned<AidRules>>,
        source: &Source,
    ) -> Result<(), LoadError> {
        for entry in entries {
            let line = source.line_of(&entry);
            let rules = entry.into_inner().checked(&self.aid_rules);
            let rules = rules.map_err(|reason| source.error(Some(line), reason))?;
            self.aid_rules.push(rules);
        }
        let complete = aid_kinds::check_complete(&self.aid_rules);
        complete.map_err(|reason| source.error(None, reason))
    }

    fn add_type(&mut self, entry: UnitEntry, rules: &SiteRules) -> Result<(), Reason> {
        let added = entry.checked(rules)?;
        if self.types.iter().any(|known| known.kind == added.kind) {
            return Err(Reason::DuplicateKind { kind: added.kind });
        }
        self.types.push(added);
        Ok(())
    }

    /// Checks that every site has a window: a case taken there needs a unit.
    fn check_windows(&self, rules: &SiteRules) -> Result<(), Reason> {
        let window = self
            .types
            .iter()
            .find(|known| known.kind.as_str() == WINDOW);
        let has_window = |tier: &Tier| window.is_some_and(|window| window.at.contains(tier));
        match rules.tiers().find(|tier| !has_window(tier)) {
            Some(tier) => Err(Reason::NoWindow { tier }),
            None => Ok(()),
        }
    }

    fn add_item(
        &mut self,
        entry: Spanned<ItemEntry>,
        rules: &SiteRules,
        source: &Source,
    ) -> Result<(), LoadError> {
        let line = source.line_of(&entry);
        let here = |reason| source.error(Some(line), reason);
        let entry = entry.into_inner();
        self.check_item(&entry, rules).map_err(here)?;
        let mut topics: Vec<ItemTopic> = Vec::new();
        for topic in entry.topic {
            let line = source.line_of(&topic);
            let topic = self.topic(&entry.id, topic.into_inner(), &topics);
            topics.push(topic.map_err(|reason| source.error(Some(line), reason))?);
        }
        let visit = self.visit(&entry.id, entry.visit).map_err(here)?;
        self.items.push(Item {
            id: entry.id,
            name: entry.name.into(),
            received_at: entry.received_at,
            worked_by: entry.worked_by,
            jurisdiction: entry.jurisdiction.checked().map_err(here)?,
            sides: entry.sides,
            visit,
            identity: entry.identity,
            topics,
        });
        Ok(())
    }

    fn check_item(&self, entry: &ItemEntry, rules: &SiteRules) -> Result<(), Reason> {
        let item = entry.id.clone();
        if self.items.iter().any(|known| known.id == item) {
            return Err(Reason::DuplicateItem { item });
        }
        let mut received = entry.received_at.iter().copied();
        if let Some(tier) = received.find(|tier| !rules.has_site(*tier)) {
            return Err(Reason::ReceivedNowhere { item, tier });
        }
        if entry.topic.is_empty() {
            return Err(Reason::NoTopic { item });
        }
        self.check_workers(&item, &entry.worked_by)
    }

    fn topic(
        &self,
        item: &ServiceItem,
        entry: TopicEntry,
        before: &[ItemTopic],
    ) -> Result<ItemTopic, Reason> {
        if before.iter().any(|known| known.id == entry.id) {
            let (item, topic) = (item.clone(), entry.id);
            return Err(Reason::DuplicateTopic { item, topic });
        }
        if let (Some(from), until @ Some(_)) = (entry.valid_from, entry.valid_to) {
            Period::new(from, until)?;
        }
        self.check_workers(item, &entry.worked_by)?;
        let jurisdiction = entry.jurisdiction.map(JurisdictionEntry::checked);
        Ok(ItemTopic {
            id: entry.id,
            name: entry.name.into(),
            worked_by: entry.worked_by,
            jurisdiction: jurisdiction.transpose()?,
            also: entry.also,
            sensitive: entry.sensitive,
            means: entry.means,
            visit: self.visit(item, entry.visit)?,
            exempts_migrant_workers: entry.exempts_migrant_workers,
            court_confirms: entry.court_confirms,
            valid_from: entry.valid_from.map(|day| day.0),
            valid_to: entry.valid_to.map(|day| day.0),
            aid: entry.aid,
        })
    }

    fn visit(&self, item: &ServiceItem, entry: Option<VisitEntry>) -> Result<Visit, Reason> {
        let checked = entry.map(|entry| entry.checked(item, &self.materials));
        Ok(checked.transpose()?.unwrap_or_default())
    }

    fn check_workers(&self, item: &ServiceItem, workers: &[Worker]) -> Result<(), Reason> {
        for worker in workers {
            let (item, kind) = (item.clone(), worker.kind.clone());
            let Some(known) = self.types.iter().find(|known| known.kind == kind) else {
                return Err(Reason::UnknownKind { item, kind });
            };
            let mut tiers = worker.at.iter().copied();
            if let Some(tier) = tiers.find(|tier| !known.can_be_at(*tier)) {
                return Err(Reason::NoUnitAtTier { item, kind, tier });
            }
        }
        Ok(())
    }

    pub(crate) fn materials(&self) -> impl Iterator<Item = (&Topic, &Words)> {
        self.materials.iter()
    }

    pub(crate) fn material(&self, id: &Topic) -> Option<&Words> {
        self.materials.get(id)
    }

    pub(crate) fn item(&self, id: &ServiceItem) -> Option<&Item> {
        self.items.iter().find(|item| item.id == *id)
    }
}
