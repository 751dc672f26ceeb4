//! What becomes of ordinary cases of a unit that is marked as full: another unit up the tree has them where the law has one
//! work the item, and else it keeps them.

use jiff::civil::Date;
use onestop_proto::routing::Urgency;

use crate::{Directory, routing::RouteQuery, units::Unit};

/// A unit that takes no further ordinary cases until a day, as far as others can have them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FullUnit {
    /// The last day.
    pub until: Date,
    pub cases: WhileFull,
}

/// Who has the ordinary cases of a full unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhileFull {
    /// Another unit has every one of them.
    Elsewhere,
    /// No other unit works some of them: these wait there.
    SomeStay,
}

impl Directory {
    /// What a mark of being full means for who asks a unit on a day, by the rule of routing; nothing if it has none.
    pub fn while_full(&self, unit: &Unit, on: Date) -> Option<FullUnit> {
        let until = self.full_until(&unit.id, on)?;
        let stays = self.items().any(|item| {
            let mut topics = item.topics_on(on);
            topics.any(|topic| {
                let routed = self.route(&RouteQuery {
                    item: &item.id,
                    topic: &topic.id,
                    place: unit.division,
                    place_kind: None,
                    on,
                    sent_away: &[],
                    excluded: &[],
                    urgency: Urgency::Ordinary,
                    organ: None,
                    load: &|_| 0,
                });
                item.reaches(&topic.id, unit, 0)
                    && routed.is_ok_and(|route| route.chosen == unit.id)
            })
        });
        let cases = if stays {
            WhileFull::SomeStay
        } else {
            WhileFull::Elsewhere
        };
        Some(FullUnit { until, cases })
    }
}
