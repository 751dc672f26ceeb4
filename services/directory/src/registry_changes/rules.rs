//! What was recorded of the rules of a site's place: limits, days off, items that have moved in, papers.

use jiff::civil::Date;
use onestop_proto::{
    clock::Step,
    division::{DivisionCode, Tier},
    ids::{ServiceItem, Topic},
    registry::{DaysOffDeclared, ItemMovedIn, ItemMovedOut, LimitSet, PapersSet},
};

use super::{SiteChanges, by_decider, decider_tier};

/// Whether a site receives an item from a day on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum ItemChange {
    In(ItemMovedIn),
    Out(ItemMovedOut),
}

impl ItemChange {
    const fn item(&self) -> &ServiceItem {
        match self {
            Self::In(event) => &event.item,
            Self::Out(event) => &event.item,
        }
    }

    const fn decided_by(&self) -> Option<DivisionCode> {
        match self {
            Self::In(event) => event.decided_by,
            Self::Out(event) => event.decided_by,
        }
    }

    pub(super) const fn from(&self) -> Date {
        match self {
            Self::In(event) => event.from,
            Self::Out(event) => event.from,
        }
    }
}

impl SiteChanges {
    /// The limits that were recorded for the site's place, by their first days; of those with the same, the one recorded
    /// last is last.
    pub(crate) fn limits(&self) -> &[LimitSet] {
        &self.limits
    }

    /// The limit of a step that was recorded last for the site's place and holds on a day.
    pub fn limit_set(&self, step: &Step, on: Date) -> Option<&LimitSet> {
        let mut latest = self.limits.iter().rev();
        latest.find(|set| {
            set.step == *step && set.from <= on && set.until.is_none_or(|until| on <= until)
        })
    }

    /// The days off that were recorded for the site's place.
    pub fn days_off(&self) -> &[DaysOffDeclared] {
        &self.days_off
    }

    /// Whether an item has moved in by a day, and not out again. What a wider tier has moved in, no narrower one moves out.
    pub fn has_moved_in(&self, item: &ServiceItem, on: Date) -> bool {
        self.moved_in(item, on).is_some()
    }

    /// By what an item has moved in.
    pub fn moved_in(&self, item: &ServiceItem, on: Date) -> Option<&ItemMovedIn> {
        let latest = self.items.iter().rev();
        let of_item = latest.filter(|change| change.item() == item && change.from() <= on);
        let layers = by_decider(of_item, ItemChange::decided_by);
        layers.into_iter().find_map(|change| match change {
            ItemChange::In(event) => Some(event),
            ItemChange::Out(_) => None,
        })
    }

    /// The first day of what was recorded last, by a day, of whether an item is received.
    pub(crate) fn item_since(&self, item: &ServiceItem, on: Date) -> Option<Date> {
        let mut latest = self.items.iter().rev();
        let current = latest.find(|change| change.item() == item && change.from() <= on)?;
        Some(current.from())
    }

    /// The papers that were recorded for an item, or for a topic of it, and hold on a day.
    pub fn papers(
        &self,
        item: &ServiceItem,
        topic: Option<&Topic>,
        on: Date,
    ) -> Option<&PapersSet> {
        self.papers_of_tier(item, topic, (Tier::Village, on))
    }

    /// Those that the bureaus of a tier or of wider ones have recorded.
    pub(crate) fn papers_of_tier(
        &self,
        item: &ServiceItem,
        topic: Option<&Topic>,
        (tier, on): (Tier, Date),
    ) -> Option<&PapersSet> {
        let mut latest = self.papers.iter().rev();
        latest.find(|set| {
            set.item == *item
                && set.topic.as_ref() == topic
                && set.from <= on
                && set.until.is_none_or(|until| on <= until)
                && decider_tier(set.decided_by) <= tier
        })
    }
}
