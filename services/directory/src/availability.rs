//! What a site offers on a day (当日可办事项), and why not.
//!
//! A site without offers of its own offers every item of its tier on working days; a site that lists offers
//! provides only those. What was recorded of its hours goes before both. On a weekend that was announced as working (调休) it offers what it offers from Monday to
//! Friday; on a holiday nothing; on an ordinary weekend what its offers name.

use jiff::civil::Date;
use onestop_proto::{division::DivisionCode, ids::ServiceItem, text::Words};

use crate::{
    Directory,
    items::Item,
    opening_hours::{Hours, Weekday},
    place_calendar::PlaceCalendar,
    site_overrides::Offer,
    sites::{Site, SiteStanding},
};

/// Whether a site offers an item on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Availability {
    Offered {
        /// The hours; empty if they are not known.
        hours: Vec<Hours>,
    },
    /// It is not offered.
    NotThatDay {
        /// The reason, for display.
        why: Words,
    },
}

impl Directory {
    /// Whether a site receives or works an item on a day, and its hours.
    pub fn availability(&self, site: &Site, item: &ServiceItem, on: Date) -> Availability {
        if let SiteStanding::Closed { why } = self.site_standing(site, on) {
            return Availability::NotThatDay { why };
        }
        self.offered_that_day(site, item, on)
    }

    /// The items that a site offers on a day, in the order of the catalogue.
    pub fn offered_at(&self, site: &Site, on: Date) -> Vec<(&Item, Vec<Hours>)> {
        let mut offered = Vec::new();
        for item in self.items() {
            match self.availability(site, &item.id, on) {
                Availability::Offered { hours } => offered.push((item, hours)),
                Availability::NotThatDay { .. } => {}
            }
        }
        offered
    }

    /// Like [`Directory::availability`], for a site that is open.
    pub(crate) fn offered_that_day(
        &self,
        site: &Site,
        item: &ServiceItem,
        on: Date,
    ) -> Availability {
        let tier = site.division.tier();
        let moved_in = self.has_moved_in(item, site.division, on);
        if !moved_in && !self.item(item).is_some_and(|item| item.is_at(tier)) {
            return not_offered("本级站点不办理该事项", "sites of this tier do not offer it");
        }
        let offers = self
            .sites
            .overrides_of(site)
            .map_or(&[][..], |site| &site.offers);
        let of_item = |offer: &&Offer| offer.items.contains(item) && offer.period.covers(on);
        if let Some(set) = self.recorded_hours(site, item, on) {
            // What was set for all that the site offers adds no item to it.
            let listed = moved_in || offers.is_empty() || offers.iter().any(|one| of_item(&one));
            if set.items.is_empty() && !listed {
                return not_offered("该站点不办理该事项", "this site does not offer it");
            }
            return if self.covers_day(&set.weekdays, on, site.division) {
                Availability::Offered {
                    hours: in_order(set.hours.clone()),
                }
            } else {
                on_other_days(&set.weekdays)
            };
        }
        if offers.is_empty() || (moved_in && !offers.iter().any(|one| of_item(&one))) {
            return if self.is_working_day_at(on, site.division) {
                Availability::Offered { hours: Vec::new() }
            } else {
                not_offered("当日休息", "a day off")
            };
        }
        let current: Vec<&Offer> = offers.iter().filter(of_item).collect();
        if current.is_empty() {
            return not_offered("该站点不办理该事项", "this site does not offer it");
        }
        let that_day: Vec<&&Offer> = current
            .iter()
            .filter(|offer| self.covers_day(&offer.weekdays, on, site.division))
            .collect();
        if that_day.is_empty() {
            let days = current.iter().flat_map(|offer| &offer.weekdays).copied();
            return on_other_days(&days.collect::<Vec<Weekday>>());
        }
        let hours = that_day.iter().flat_map(|offer| offer.hours.clone());
        let hours = in_order(hours.collect());
        Availability::Offered { hours }
    }

    pub(crate) fn covers_day(&self, weekdays: &[Weekday], on: Date, place: DivisionCode) -> bool {
        let today = Weekday::of(on);
        let ordinary = Weekday::ORDINARY.contains(&today);
        let days = PlaceCalendar::of(&self.calendar, Some(place));
        match (days.is_working_day(on), ordinary) {
            (true, true) => weekdays.contains(&today),
            (true, false) => {
                let whole_week = Weekday::ORDINARY.iter().all(|day| weekdays.contains(day));
                whole_week || weekdays.contains(&today)
            }
            (false, _) => !days.is_holiday(on) && weekdays.contains(&today),
        }
    }
}

fn not_offered(zh: &str, en: &str) -> Availability {
    Availability::NotThatDay {
        why: Words {
            zh: zh.to_owned(),
            en: en.to_owned(),
        },
    }
}

fn in_order(mut hours: Vec<Hours>) -> Vec<Hours> {
    hours.sort_by_key(|hours| hours.from);
    hours
}

fn on_other_days(weekdays: &[Weekday]) -> Availability {
    let zh: Vec<&str> = weekdays.iter().map(|day| day.text().zh).collect();
    let en: Vec<&str> = weekdays.iter().map(|day| day.text().en).collect();
    Availability::NotThatDay {
        why: Words {
            zh: format!("每{}办理", zh.join("、")),
            en: format!("offered on {}", en.join(", ")),
        },
    }
}
