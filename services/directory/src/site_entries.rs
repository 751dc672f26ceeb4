//! The entries of `sites.toml` about single sites, before they are checked.

use onestop_proto::{
    division::DivisionCode,
    ids::{ServiceItem, StaffId, Topic, UnitKind},
};
use serde::Deserialize;
use toml::Spanned;

use crate::{
    load::{BothLanguages, Day},
    opening_hours::{Hours, Weekday},
    site_state::{HostBody, SiteState},
    stations::StationEntry,
    status::Status,
    units::NotificationChannel,
};

/// All entries about single sites.
#[derive(Debug, Default)]
pub(crate) struct SiteEntries {
    pub(crate) overrides: Vec<Spanned<OverrideEntry>>,
    pub(crate) sites: Vec<Spanned<SiteEntry>>,
    pub(crate) languages: Vec<LanguageEntry>,
    pub(crate) people: Vec<Spanned<PersonEntry>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OverrideEntry {
    pub(crate) division: DivisionCode,
    pub(crate) state: SiteState,
    pub(crate) from: Day,
    pub(crate) until: Option<Day>,
    pub(crate) reason: BothLanguages,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LanguageEntry {
    pub(crate) id: Topic,
    pub(crate) name: BothLanguages,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SiteEntry {
    pub(crate) division: DivisionCode,
    #[serde(default)]
    pub(crate) sample: bool,
    pub(crate) opened: Option<Day>,
    pub(crate) address: Option<String>,
    pub(crate) phone: Option<String>,
    #[serde(default)]
    pub(crate) languages: Vec<Topic>,
    #[serde(default)]
    pub(crate) host: Vec<Spanned<HostEntry>>,
    #[serde(default)]
    pub(crate) offer: Vec<Spanned<OfferEntry>>,
    #[serde(default)]
    pub(crate) unit: Vec<Spanned<UnitFacts>>,
    #[serde(default)]
    pub(crate) station: Vec<Spanned<StationEntry>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct HostEntry {
    pub(crate) body: HostBody,
    pub(crate) name: Option<String>,
    pub(crate) from: Day,
    pub(crate) until: Option<Day>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OfferEntry {
    pub(crate) items: Vec<ServiceItem>,
    pub(crate) weekdays: Vec<Weekday>,
    #[serde(default)]
    pub(crate) hours: Vec<Hours>,
    pub(crate) from: Option<Day>,
    pub(crate) until: Option<Day>,
}

/// Facts about one unit of a site.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct UnitFacts {
    pub(crate) kind: UnitKind,
    pub(crate) name: Option<String>,
    pub(crate) address: Option<String>,
    #[serde(rename = "told", default)]
    pub(crate) notification_channel: Option<NotificationChannel>,
    pub(crate) capacity: Option<u32>,
    pub(crate) phone: Option<String>,
    /// What says that it exists, where only some divisions have one.
    pub(crate) source: Option<String>,
    pub(crate) status: Option<Status>,
}

/// A person who may act for a unit.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PersonEntry {
    pub(crate) id: StaffId,
    pub(crate) division: DivisionCode,
    pub(crate) kind: UnitKind,
    /// The id of the special station, for one of its people.
    pub(crate) station: Option<Topic>,
    pub(crate) licence: Option<String>,
    #[serde(default)]
    pub(crate) languages: Vec<Topic>,
    pub(crate) valid_from: Day,
    pub(crate) valid_to: Option<Day>,
    #[expect(dead_code, reason = "for the reader of the file")]
    source: String,
    #[expect(dead_code, reason = "for the reader of the file")]
    status: Status,
}
