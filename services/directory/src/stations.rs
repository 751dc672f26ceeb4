//! Special stations (专门站点、工作站、值班岗): further units of a kind in a division, beside the one that it has anyway, such as a
//! duty-lawyer post in a detention centre. Each has an id, a name, an address and a competence of its own.

use onestop_proto::{
    ids::{ServiceItem, Topic, UnitKind},
    legal_aid::Organ,
};
use serde::Deserialize;

use crate::status::Status;

/// What a special station works, and for whom. Nothing else reaches it: the division's own unit keeps the rest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Station {
    pub item: ServiceItem,
    pub topics: Vec<Topic>,
    /// The organs whose letters open its cases; empty if it serves every applicant.
    pub organs: Vec<Organ>,
}

impl Station {
    pub fn works(&self, item: &ServiceItem, topic: &Topic) -> bool {
        self.item == *item && self.topics.contains(topic)
    }

    /// Whether it serves a case that an organ's letter opened, or that a citizen asked for.
    pub fn serves(&self, organ: Option<Organ>) -> bool {
        self.organs.is_empty() || organ.is_some_and(|organ| self.organs.contains(&organ))
    }
}

/// A `[[site.station]]` of `sites.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StationEntry {
    pub(crate) kind: UnitKind,
    pub(crate) id: Topic,
    pub(crate) name: String,
    pub(crate) address: Option<String>,
    pub(crate) phone: Option<String>,
    pub(crate) capacity: Option<u32>,
    pub(crate) item: ServiceItem,
    pub(crate) topics: Vec<Topic>,
    #[serde(default)]
    pub(crate) organs: Vec<Organ>,
    #[expect(dead_code, reason = "for the reader of the file")]
    source: String,
    #[expect(dead_code, reason = "for the reader of the file")]
    status: Status,
}

impl StationEntry {
    pub(crate) fn station(&self) -> Station {
        Station {
            item: self.item.clone(),
            topics: self.topics.clone(),
            organs: self.organs.clone(),
        }
    }
}

/// The part behind the dot of a station's unit id: its kind and its own id, `legal-aid-detention`. Nothing if that is too
/// long.
pub(crate) fn station_code(kind: &UnitKind, id: &Topic) -> Option<UnitKind> {
    format!("{kind}-{id}").parse().ok()
}
