//! Which items are offered for which place: a window receives them, and a unit works on them.

use jiff::civil::Date;
use onestop_proto::{case::Rejection, division::DivisionCode, ids::ServiceItem, text::Words};

use crate::{Directory, Item, Unit};

impl Directory {
    /// The item, if a window receives it and a unit works on it for the place on that day.
    ///
    /// # Errors
    /// If not, with the items that are offered there.
    pub fn offered_item(
        &self,
        item: &ServiceItem,
        place: DivisionCode,
        on: Date,
    ) -> Result<&Item, Rejection> {
        let offered = self
            .item(item)
            .filter(|item| self.offers_on(item, place, on));
        offered.ok_or_else(|| self.not_offered(item, place, on))
    }

    /// The item, if a unit works on it for the place. A window need not receive it any more (事项撤出).
    ///
    /// # Errors
    /// If not, with the items that are offered there.
    pub fn worked_item(
        &self,
        item: &ServiceItem,
        place: DivisionCode,
        on: Date,
    ) -> Result<&Item, Rejection> {
        let worked = self
            .item(item)
            .filter(|item| self.is_worked_for(item, place));
        worked.ok_or_else(|| self.not_offered(item, place, on))
    }

    fn offers_on(&self, item: &Item, place: DivisionCode, on: Date) -> bool {
        self.is_worked_for(item, place) && self.receives(&item.id, place, on)
    }

    /// Whether a place, or one around it, has a unit that works on an item: at some tiers only some divisions have one.
    fn is_worked_for(&self, item: &Item, place: DivisionCode) -> bool {
        let works = |unit: &Unit| match &unit.station {
            Some(station) => station.item == item.id,
            None => {
                let tier = unit.division.tier();
                let mut workers = item.worked_by.iter();
                workers.any(|worker| worker.kind == unit.kind && worker.at.contains(&tier))
            }
        };
        let present = self.present_division(place);
        let mut sites = present.chain().filter_map(|code| self.site_at(code));
        sites.any(|site| self.units_of(site).iter().any(works))
    }

    fn not_offered(&self, item: &ServiceItem, place: DivisionCode, on: Date) -> Rejection {
        let all = self.items();
        let items: Vec<&Item> = all.filter(|item| self.offers_on(item, place, on)).collect();
        let ids: Vec<&str> = items.iter().map(|item| item.id.as_str()).collect();
        let names = Words::list(items.iter().map(|item| item.name.clone()));
        Rejection::ItemNotOffered {
            item: item.clone(),
            place,
            offered: ids.join(", "),
            names: Some(Box::new(names)),
            item_name: self.item_label(item),
            place_name: Some(self.full_name(place)),
        }
    }
}
