//! What bureaus have recorded of the rules of their places, besides limits: items that have moved in, papers, days off.

use std::ptr;

use jiff::civil::Date;
use onestop_proto::{
    division::{DivisionCode, Tier},
    ids::{ServiceItem, Topic},
    registry::{DaysOffDeclared, PapersSet},
};

use crate::{
    Directory,
    holidays::LONGEST_HOLIDAY,
    items::Item,
    registry_changes::{RegistryChanges, SiteChanges},
    sites::Site,
};

/// All days off that were recorded.
pub(crate) fn days_off(changes: &RegistryChanges) -> Vec<&DaysOffDeclared> {
    let sites = changes.sites().map(|(_, site)| site);
    sites.flat_map(SiteChanges::days_off).collect()
}

impl Directory {
    /// The most days that a holiday has.
    pub const MOST_HOLIDAY_DAYS: u32 = LONGEST_HOLIDAY.unsigned_abs();

    /// Whether the window at a place receives an item on a day: as all of its tier do, or because it has moved in there.
    pub fn receives(&self, item: &ServiceItem, place: DivisionCode, on: Date) -> bool {
        self.offers(item, place) || self.has_moved_in(item, place, on)
    }

    /// Whether an item has moved in at the site of a place (事项进驻), or at that of a division whose place it took, and the
    /// place has recorded nothing else of it since.
    pub fn has_moved_in(&self, item: &ServiceItem, place: DivisionCode, on: Date) -> bool {
        let records = self.holding_records(self.present_division(place), place, on);
        let own = records.own;
        let since = own.and_then(|changes| changes.item_since(item, on));
        let inherited = records.inherited.iter().any(|(former, changes)| {
            let replaced = since.is_some_and(|since| since > former.until);
            !replaced && changes.has_moved_in(item, on)
        });
        let moved_in = inherited || own.is_some_and(|changes| changes.has_moved_in(item, on));
        moved_in && self.item(item).is_some()
    }

    /// Whether a site offers an item by the files on a day: as sites of its tier do, or by a list of its own.
    pub fn lists_item(&self, site: &Site, item: &Item, on: Date) -> bool {
        let own = self.sites.overrides_of(site);
        let offers = own.map_or(&[][..], |own| &own.offers);
        let mut named = offers
            .iter()
            .filter(|offer| offer.items.contains(&item.id) && offer.period.covers(on));
        item.is_at(site.division.tier()) && (offers.is_empty() || named.next().is_some())
    }

    /// The papers to bring for an item, or for one topic of it, at a place on a day. The province replaces the list of the
    /// files; a narrower place asks for less of what wider ones ask for, never for more, be it for the item or a topic.
    pub fn papers<'a>(
        &'a self,
        item: &'a Item,
        topic: Option<&Topic>,
        place: DivisionCode,
        on: Date,
    ) -> Vec<&'a Topic> {
        let mut papers: Vec<&Topic> = item.bring(topic).iter().collect();
        for set in self
            .papers_rules((item, topic), place, on)
            .into_iter()
            .rev()
        {
            if set.division.tier() == Tier::Province {
                papers = set.papers.iter().collect();
            } else {
                papers.retain(|paper| set.papers.contains(paper));
            }
        }
        papers
    }

    /// What sets the papers at a place on a day: the rule of the nearest place that has recorded one; nothing where the
    /// files alone do.
    pub fn papers_rule(
        &self,
        matter: (&Item, Option<&Topic>),
        place: DivisionCode,
        on: Date,
    ) -> Option<&PapersSet> {
        let rules = self.papers_rules(matter, place, on);
        rules.first().copied()
    }

    /// The recorded rules about papers that count at a place, those of the place itself first.
    #[must_use]
    pub fn papers_rules_at(
        &self,
        matter: (&Item, Option<&Topic>),
        place: DivisionCode,
        on: Date,
    ) -> Vec<&PapersSet> {
        self.papers_rules(matter, place, on)
    }

    /// The recorded rules about papers that count at a place, the nearest first. Of one place its rule for the topic comes
    /// before that for the item; where the topic has a list of its own, rules for the item say nothing about it. The rules
    /// of divisions whose place it took hold beside its own, until it records one.
    fn papers_rules(
        &self,
        (item, topic): (&Item, Option<&Topic>),
        requested: DivisionCode,
        on: Date,
    ) -> Vec<&PapersSet> {
        let place = self.present_division(requested);
        let has_own = topic.is_some_and(|topic| self.has_own_list(item, topic, (place, on)));
        let list = if has_own {
            TopicList::Own
        } else {
            TopicList::OfItem
        };
        let mut rules = Vec::new();
        for at in place.chain() {
            let records = self.holding_records(at, requested, on);
            let rules_of = |changes| rules_of(changes, (item, topic), list, on);
            let own = records.own.map_or_else(Vec::new, rules_of);
            let since = own.first().map(|own| own.from);
            rules.extend(own);
            for (former, changes) in records.inherited {
                if since.is_none_or(|since| since <= former.until) {
                    rules.extend(rules_of(changes));
                }
            }
        }
        rules
    }

    /// Whether a topic has a list of its own: in the files, or recorded by the province. What a narrower place records for a
    /// topic only shortens a list.
    fn has_own_list(&self, item: &Item, topic: &Topic, (place, on): (DivisionCode, Date)) -> bool {
        let of_files = item.topic(topic).map(|known| &known.visit.bring);
        let of_province = |at: DivisionCode| {
            let changes = self.changes_at(at).filter(|_| at.tier() == Tier::Province);
            changes.is_some_and(|changes| changes.papers(&item.id, Some(topic), on).is_some())
        };
        of_files.is_some_and(|bring| !bring.is_empty()) || place.chain().any(of_province)
    }

    /// The days off that a site's place has declared.
    pub fn declared_days_off(&self, site: &Site) -> &[DaysOffDeclared] {
        let changes = self.changes.site(&site.id);
        changes.map_or(&[], SiteChanges::days_off)
    }

    fn changes_at(&self, place: DivisionCode) -> Option<&SiteChanges> {
        self.changes.site(&self.site_at(place)?.id)
    }
}

/// From which list a topic's papers are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum TopicList {
    Own,
    OfItem,
}

/// The rules about papers that count among what one division has recorded: the latest first, then those of wider bureaus, which
/// hold beside it.
fn rules_of<'a>(
    changes: &'a SiteChanges,
    (item, topic): (&Item, Option<&Topic>),
    list: TopicList,
    on: Date,
) -> Vec<&'a PapersSet> {
    let of_tier = |tier| {
        let of_topic =
            topic.and_then(|topic| changes.papers_of_tier(&item.id, Some(topic), (tier, on)));
        let of_item = || {
            let of_item = changes.papers_of_tier(&item.id, None, (tier, on));
            of_item.filter(|_| list == TopicList::OfItem)
        };
        of_topic.or_else(of_item)
    };
    let mut rules: Vec<&PapersSet> = Vec::new();
    for set in Tier::ALL.into_iter().rev().filter_map(of_tier) {
        if !rules.last().is_some_and(|known| ptr::eq(*known, set)) {
            rules.push(set);
        }
    }
    rules
}
