//! When a site is open, and which sites serve a matter: answers for those who want to go there.

use jiff::civil::Date;
use onestop_proto::{division::DivisionCode, ids::Topic, text::Words};

use crate::{
    Directory,
    items::Item,
    opening_hours::{Hours, Weekday},
    site_overrides::Offer,
    sites::Site,
    units::Unit,
};

/// Days ahead among which the next day of opening is sought: longer than any holiday.
const AHEAD: usize = 60;

/// Items that a site offers on the same days of the week, in the same hours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegularHours<'a> {
    pub items: Vec<&'a Item>,
    /// The days of the week.
    pub weekdays: &'a [Weekday],
    /// The hours; empty if they are not known.
    pub hours: &'a [Hours],
}

/// A site that receives or works a matter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Serving<'a> {
    pub site: &'a Site,
    /// Its units that work the matter, and other bodies of its division that do; none: it only receives it.
    pub workers: Vec<&'a Unit>,
}

impl Item {
    /// The kinds of material to bring for a topic: its own, or those of the item.
    pub fn bring(&self, topic: Option<&Topic>) -> &[Topic] {
        let own = topic.and_then(|topic| self.topic(topic));
        match own {
            Some(own) if !own.visit.bring.is_empty() => &own.visit.bring,
            Some(_) | None => &self.visit.bring,
        }
    }

    /// The kinds of material that often prove a topic: its own, or those of the item.
    pub fn proof(&self, topic: Option<&Topic>) -> &[Topic] {
        let own = topic.and_then(|topic| self.topic(topic));
        match own {
            Some(own) if !own.visit.proof.is_empty() => &own.visit.proof,
            Some(_) | None => &self.visit.proof,
        }
    }

    /// What a topic costs, or else the item.
    pub fn fees(&self, topic: Option<&Topic>) -> Option<&Words> {
        let own = topic.and_then(|topic| self.topic(topic));
        let own = own.and_then(|own| own.visit.fees.as_ref());
        own.or(self.visit.fees.as_ref())
    }
}

impl Directory {
    /// The names of the material to bring for an item, or for one topic of it, at a place on a day.
    pub fn materials_for<'a>(
        &'a self,
        (item, topic): (&'a Item, Option<&Topic>),
        place: DivisionCode,
        on: Date,
    ) -> Vec<&'a Words> {
        let brought = self.papers(item, topic, place, on).into_iter();
        brought
            .filter_map(|material| self.material_name(material))
            .collect()
    }

    /// The hours in which a site is open on a day, whatever it offers then; empty if they are not known, none if it
    /// offers nothing that day.
    pub fn opening(&self, site: &Site, on: Date) -> Option<Vec<Hours>> {
        let offered = self.offered_at(site, on);
        if offered.is_empty() {
            return None;
        }
        let hours = offered.into_iter().flat_map(|(_, hours)| hours);
        Some(joined(hours.collect()))
    }

    /// The next day after one on which a site is open, by the calendar of its place; none if that is not within
    /// two months.
    pub fn next_opening(&self, site: &Site, after: Date) -> Option<Date> {
        let mut day = after;
        for _ in 0..AHEAD {
            day = day.tomorrow().ok()?;
            if self.opening(site, day).is_some() {
                return Some(day);
            }
        }
        None
    }

    /// What a site offers week by week, as of a day: as was recorded, for the other items as its files say. Without any
    /// of its own it offers every item of its tier on working days.
    pub fn regular_hours(&self, site: &Site, on: Date) -> Vec<RegularHours<'_>> {
        let known = self.sites.overrides_of(site);
        let offers = known.map_or(&[][..], |site| &site.offers).iter();
        let current: Vec<&Offer> = offers.filter(|offer| offer.period.covers(on)).collect();
        let recorded = self.recorded_regular_hours(site, &current, on);
        let set = |item: &&Item| self.recorded_hours(site, &item.id, on).is_some();
        let mut regular: Vec<RegularHours<'_>> = current
            .into_iter()
            .map(|offer| RegularHours {
                items: offer
                    .items
                    .iter()
                    .filter_map(|item| self.item(item))
                    .filter(|item| !set(item))
                    .collect(),
                weekdays: &offer.weekdays,
                hours: &offer.hours,
            })
            .filter(|regular| !regular.items.is_empty())
            .collect();
        if regular.is_empty() && !recorded.is_empty() && !self.lists_offers(site) {
            let tier = site.division.tier();
            let others = self.items().filter(|item| item.is_at(tier) && !set(item));
            let items: Vec<&Item> = others.collect();
            if !items.is_empty() {
                regular.push(RegularHours {
                    items,
                    weekdays: &Weekday::ORDINARY,
                    hours: &[],
                });
            }
        }
        recorded.into_iter().chain(regular).collect()
    }

    /// What was recorded of a site's hours, each with the items for which it counts.
    fn recorded_regular_hours(
        &self,
        site: &Site,
        current: &[&Offer],
        on: Date,
    ) -> Vec<RegularHours<'_>> {
        let Some(changes) = self.changes.site(&site.id) else {
            return Vec::new();
        };
        let listed = self.lists_offers(site);
        let tier = site.division.tier();
        let sets = changes.all_hours(on).map(|set| {
            let counts = |item: &&Item| {
                let offered = !listed
                    || set.items.contains(&item.id)
                    || current.iter().any(|offer| offer.items.contains(&item.id));
                let received = item.is_at(tier) || self.has_moved_in(&item.id, site.division, on);
                received
                    && offered
                    && changes
                        .hours(&item.id, on)
                        .is_some_and(|one| std::ptr::eq(one, set))
            };
            RegularHours {
                items: self.items().filter(counts).collect(),
                weekdays: &set.weekdays,
                hours: &set.hours,
            }
        });
        sets.filter(|regular| !regular.items.is_empty()).collect()
    }

    /// Whether the files list what a site offers: then it offers nothing else, unless that was recorded.
    fn lists_offers(&self, site: &Site) -> bool {
        let known = self.sites.overrides_of(site);
        known.is_some_and(|site| !site.offers.is_empty())
    }

    /// The sites that receive or work a matter for people of a place: its own site and those of wider divisions, the
    /// nearest first. A site that lists offers without the item does not serve it.
    pub fn serving(
        &self,
        item: &Item,
        topic: Option<&Topic>,
        place: DivisionCode,
        on: Date,
    ) -> Vec<Serving<'_>> {
        let present = self.present_division(place);
        let sites = present.chain().filter_map(|code| self.site_at(code));
        let serving = sites.filter_map(|site| {
            let tier = site.division.tier();
            let listed = self.regular_hours(site, on);
            let offers = |offer: &RegularHours<'_>| offer.items.iter().any(|one| one.id == item.id);
            let offered = listed.is_empty() || listed.iter().any(offers);
            let workers = match topic {
                Some(topic) => item.workers(topic),
                None => &item.worked_by,
            };
            // Who asks goes to the division's own unit; a special station has its cases by its competence.
            let is_own_place = site.division == present;
            let works = |unit: &&Unit| {
                let mut workers = workers.iter();
                let serves = workers.any(|worker| {
                    let only_own = worker.own_place_at.contains(&tier);
                    let kind = worker.kind == unit.kind && worker.at.contains(&tier);
                    kind && (is_own_place || !only_own)
                });
                serves && unit.station.is_none()
            };
            let workers: Vec<&Unit> = self.units_of(site).iter().filter(works).collect();
            let outside = workers.iter().any(|unit| unit.is_independent_of_site());
            let moved_in = self.has_moved_in(&item.id, site.division, on);
            let receives = item.received_at.contains(&tier) || !workers.is_empty();
            (moved_in || (receives && (offered || outside))).then_some(Serving { site, workers })
        });
        serving.collect()
    }
}

/// Hours in order; those that meet or overlap are one.
fn joined(mut hours: Vec<Hours>) -> Vec<Hours> {
    hours.sort_by_key(|hours| (hours.from, hours.to));
    let mut all: Vec<Hours> = Vec::new();
    for next in hours {
        match all.last_mut() {
            Some(last) if next.from <= last.to => last.to = last.to.max(next.to),
            Some(_) | None => all.push(next),
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_that_meet_are_one() {
        let hours = |all: &[&str]| -> Vec<Hours> {
            let parsed = all.iter().map(|text| Hours::try_from((*text).to_owned()));
            parsed.map(Result::unwrap).collect()
        };
        let given = hours(&[
            "14:00-17:30",
            "09:00-12:00",
            "09:00-11:00",
            "12:00-12:30",
            "16:00-18:00",
        ]);
        assert_eq!(joined(given), hours(&["09:00-12:30", "14:00-18:00"]));
        assert_eq!(joined(Vec::new()), []);
    }
}
