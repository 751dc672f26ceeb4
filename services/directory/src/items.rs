//! Service items, their topics, and the kinds of units that work them.

use std::collections::{BTreeMap, BTreeSet};

use onestop_proto::{
    division::Tier,
    ids::{ServiceItem, Topic, UnitKind},
    text::Words,
};
use serde::Deserialize;
use toml::Spanned;

use crate::{
    error::{LoadError, Reason},
    load::{BothLanguages, Source, check_pattern},
    sites::Rules,
};

/// The kind that every site has: its window.
pub const WINDOW: &str = "window";

/// A kind of unit, and where there is one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitType {
    /// The kind.
    pub kind: UnitKind,
    /// What people call it: 法律援助机构, legal aid agency.
    pub title: Words,
    /// The tiers at which every site houses one.
    pub at: Vec<Tier>,
    pattern: String,
}

impl UnitType {
    pub(crate) fn name_of(&self, division: &str, site: &str) -> String {
        self.pattern
            .replace("{division}", division)
            .replace("{site}", site)
    }
}

/// A service item (服务事项).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Its id.
    pub id: ServiceItem,
    /// Its name.
    pub name: Words,
    /// The tiers whose windows receive it.
    pub received_at: Vec<Tier>,
    /// Who works it.
    pub worked_by: Vec<Worker>,
    /// Which place is responsible, by law.
    pub jurisdiction: Words,
    /// The law that says so.
    pub basis: String,
    /// What within the item it can be about.
    pub topics: Vec<ItemTopic>,
}

/// A kind of unit that works an item, at some tiers.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Worker {
    /// The kind.
    pub kind: UnitKind,
    /// The tiers.
    pub at: Vec<Tier>,
}

/// What an item can be about (事项类别).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemTopic {
    /// Its id.
    pub id: Topic,
    /// Its name.
    pub name: Words,
    /// Which place is responsible, where that differs from the item's rule.
    pub jurisdiction: Option<Words>,
}

impl Item {
    /// The topic with this id.
    #[must_use]
    pub fn topic(&self, id: &Topic) -> Option<&ItemTopic> {
        self.topics.iter().find(|topic| topic.id == *id)
    }

    /// Which place is responsible for this topic: what a window asks the citizen for.
    #[must_use]
    pub fn jurisdiction_of(&self, topic: &Topic) -> &Words {
        let own = self
            .topic(topic)
            .and_then(|topic| topic.jurisdiction.as_ref());
        own.unwrap_or(&self.jurisdiction)
    }

    /// Whether a unit of this kind works the item at this tier.
    #[must_use]
    pub fn is_worked_by(&self, kind: &UnitKind, tier: Tier) -> bool {
        self.worked_by
            .iter()
            .any(|worker| worker.kind == *kind && worker.at.contains(&tier))
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    unit: Vec<Spanned<UnitEntry>>,
    item: Vec<Spanned<ItemEntry>>,
    #[serde(default)]
    material: Vec<MaterialEntry>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct MaterialEntry {
    id: Topic,
    name: BothLanguages,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct UnitEntry {
    kind: UnitKind,
    title: BothLanguages,
    name: String,
    at: Vec<Tier>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ItemEntry {
    id: ServiceItem,
    name: BothLanguages,
    received_at: Vec<Tier>,
    worked_by: Vec<Worker>,
    jurisdiction: BothLanguages,
    basis: String,
    #[serde(default)]
    topic: Vec<TopicEntry>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct TopicEntry {
    id: Topic,
    name: BothLanguages,
    #[serde(default)]
    jurisdiction: Option<BothLanguages>,
}

/// Everything in `items.toml`, checked; in the order of the file.
#[derive(Debug)]
pub(crate) struct Catalogue {
    pub(crate) types: Vec<UnitType>,
    pub(crate) items: Vec<Item>,
    materials: BTreeMap<Topic, Words>,
}

impl Catalogue {
    pub(crate) fn load(source: &Source, rules: &Rules) -> Result<Self, LoadError> {
        let file: File = source.toml()?;
        let mut catalogue = Self {
            types: Vec::new(),
            items: Vec::new(),
            materials: file
                .material
                .into_iter()
                .map(|material| (material.id, material.name.into()))
                .collect(),
        };
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
            let line = source.line_of(&entry);
            catalogue
                .add_item(entry.into_inner(), rules)
                .map_err(|reason| source.error(Some(line), reason))?;
        }
        Ok(catalogue)
    }

    fn add_type(&mut self, entry: UnitEntry, rules: &Rules) -> Result<(), Reason> {
        let kind = entry.kind;
        check_pattern(&entry.name, &["{division}", "{site}"], "{division}, {site}")?;
        if self.types.iter().any(|known| known.kind == kind) {
            return Err(Reason::DuplicateKind { kind });
        }
        if let Some(tier) = entry.at.iter().copied().find(|tier| !rules.has_site(*tier)) {
            return Err(Reason::NoSiteForUnit { kind, tier });
        }
        let title = entry.title.into();
        self.types.push(UnitType {
            kind,
            title,
            at: entry.at,
            pattern: entry.name,
        });
        Ok(())
    }

    /// Every site has a window, or a case taken there would be nobody's.
    fn check_windows(&self, rules: &Rules) -> Result<(), Reason> {
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

    fn add_item(&mut self, entry: ItemEntry, rules: &Rules) -> Result<(), Reason> {
        let item = entry.id;
        if self.items.iter().any(|known| known.id == item) {
            return Err(Reason::DuplicateItem { item });
        }
        if let Some(tier) = entry
            .received_at
            .iter()
            .copied()
            .find(|tier| !rules.has_site(*tier))
        {
            return Err(Reason::ReceivedNowhere { item, tier });
        }
        for worker in &entry.worked_by {
            self.check_worker(&item, worker)?;
        }
        if entry.topic.is_empty() {
            return Err(Reason::NoTopic { item });
        }
        let mut seen = BTreeSet::new();
        if let Some(twice) = entry.topic.iter().find(|topic| !seen.insert(&topic.id)) {
            return Err(Reason::DuplicateTopic {
                item,
                topic: twice.id.clone(),
            });
        }
        let topics = entry.topic.into_iter().map(|topic| ItemTopic {
            id: topic.id,
            name: topic.name.into(),
            jurisdiction: topic.jurisdiction.map(Words::from),
        });
        self.items.push(Item {
            id: item,
            name: entry.name.into(),
            received_at: entry.received_at,
            worked_by: entry.worked_by,
            jurisdiction: entry.jurisdiction.into(),
            basis: entry.basis,
            topics: topics.collect(),
        });
        Ok(())
    }

    fn check_worker(&self, item: &ServiceItem, worker: &Worker) -> Result<(), Reason> {
        let (item, kind) = (item.clone(), worker.kind.clone());
        let Some(known) = self.types.iter().find(|known| known.kind == kind) else {
            return Err(Reason::UnknownKind { item, kind });
        };
        match worker
            .at
            .iter()
            .copied()
            .find(|tier| !known.at.contains(tier))
        {
            Some(tier) => Err(Reason::NoUnitAtTier { item, kind, tier }),
            None => Ok(()),
        }
    }

    pub(crate) fn material(&self, id: &Topic) -> Option<&Words> {
        self.materials.get(id)
    }

    pub(crate) fn item(&self, id: &ServiceItem) -> Option<&Item> {
        self.items.iter().find(|item| item.id == *id)
    }
}
