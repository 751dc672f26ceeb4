//! What bureaus have recorded of the rules of their places, besides limits: items that have moved in, papers, days off.

use jiff::civil::Date;
use onestop_proto::{
    division::DivisionCode,
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
    #[must_use]
    pub fn receives(&self, item: &ServiceItem, place: DivisionCode, on: Date) -> bool {
        self.offers(item, place) || self.has_moved_in(item, place, on)
    }

    /// Whether an item has moved in at the site of a place (事项进驻).
    #[must_use]
    pub fn has_moved_in(&self, item: &ServiceItem, place: DivisionCode, on: Date) -> bool {
        let changes = self.changes_at(place);
        changes.is_some_and(|changes| changes.has_moved_in(item, on)) && self.item(item).is_some()
    }

    /// Whether a site offers an item by the files on a day: as sites of its tier do, or by a list of its own.
    #[must_use]
    pub fn lists_item(&self, site: &Site, item: &Item, on: Date) -> bool {
        let own = self.sites.overrides_of(site);
        let offers = own.map_or(&[][..], |own| &own.offers);
        let mut named = offers
            .iter()
            .filter(|offer| offer.items.contains(&item.id) && offer.period.covers(on));
        item.is_at(site.division.tier()) && (offers.is_empty() || named.next().is_some())
    }

    /// The papers to bring for an item, or for one topic of it, at a place on a day. The province replaces the list of the
    /// files; a narrower place asks for less of what wider ones ask for, never for more.
    #[must_use]
    pub fn papers<'a>(
        &'a self,
        item: &'a Item,
        topic: Option<&Topic>,
        place: DivisionCode,
        on: Date,
    ) -> Vec<&'a Topic> {
        let own = topic.filter(|topic| self.has_own_papers(item, topic, (place, on)));
        let mut papers: Vec<&Topic> = item.bring(topic).iter().collect();
        let mut places: Vec<DivisionCode> = place.chain().collect();
        places.reverse();
        for (tier, at) in places.into_iter().enumerate() {
            let changes = self.changes_at(at);
            let Some(set) = changes.and_then(|changes| changes.papers(&item.id, own, on)) else {
                continue;
            };
            if tier == 0 {
                papers = set.papers.iter().collect();
            } else {
                papers.retain(|paper| set.papers.contains(paper));
            }
        }
        papers
    }

    /// What sets the papers at a place on a day: the rule of the nearest place that has recorded one; nothing where the
    /// files alone do.
    #[must_use]
    pub fn papers_rule(
        &self,
        (item, topic): (&Item, Option<&Topic>),
        place: DivisionCode,
        on: Date,
    ) -> Option<&PapersSet> {
        let own = topic.filter(|topic| self.has_own_papers(item, topic, (place, on)));
        let mut places = place.chain();
        places.find_map(|at| self.changes_at(at)?.papers(&item.id, own, on))
    }

    /// Whether a topic has a list of its own: in the files, or recorded by a bureau of the place or of a wider one.
    fn has_own_papers(
        &self,
        item: &Item,
        topic: &Topic,
        (place, on): (DivisionCode, Date),
    ) -> bool {
        let of_files = item.topic(topic).map(|known| &known.visit.bring);
        let mut changes = place.chain().filter_map(|at| self.changes_at(at));
        of_files.is_some_and(|bring| !bring.is_empty())
            || changes.any(|changes| changes.papers(&item.id, Some(topic), on).is_some())
    }

    fn changes_at(&self, place: DivisionCode) -> Option<&SiteChanges> {
        self.changes.site(&self.site_at(place)?.id)
    }
}
