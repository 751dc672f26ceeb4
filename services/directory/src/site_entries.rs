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
    #[serde(default)]
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
    #[serde(default)]
    pub(crate) opened: Option<Day>,
    #[serde(default)]
    pub(crate) address: Option<String>,
    #[serde(default)]
    pub(crate) phone: Option<String>,
    #[serde(default)]
    pub(crate) languages: Vec<Topic>,
    #[serde(default)]
    pub(crate) host: Vec<Spanned<HostEntry>>,
    #[serde(default)]
    pub(crate) offer: Vec<Spanned<OfferEntry>>,
    #[serde(default)]
    pub(crate) unit: Vec<Spanned<UnitFacts>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct HostEntry {
    pub(crate) body: HostBody,
    #[serde(default)]
    pub(crate) name: Option<String>,
    pub(crate) from: Day,
    #[serde(default)]
    pub(crate) until: Option<Day>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OfferEntry {
    pub(crate) items: Vec<ServiceItem>,
    pub(crate) weekdays: Vec<Weekday>,
    #[serde(default)]
    pub(crate) hours: Vec<Hours>,
    #[serde(default)]
    pub(crate) from: Option<Day>,
    #[serde(default)]
    pub(crate) until: Option<Day>,
}

/// Facts about one unit of a site.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct UnitFacts {
    pub(crate) kind: UnitKind,
    #[serde(default)]
    pub(crate) name: Option<String>,
    #[serde(default)]
    pub(crate) address: Option<String>,
    #[serde(rename = "told", default)]
    pub(crate) notification_channel: Option<NotificationChannel>,
    #[serde(default)]
    pub(crate) capacity: Option<u32>,
    #[serde(default)]
    pub(crate) phone: Option<String>,
    /// What says that it exists, where only some divisions have one.
    #[serde(default)]
    pub(crate) source: Option<String>,
    #[serde(default)]
    pub(crate) status: Option<Status>,
}

/// A person who may act for a unit.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PersonEntry {
    pub(crate) id: StaffId,
    pub(crate) division: DivisionCode,
    pub(crate) kind: UnitKind,
    #[serde(default)]
    pub(crate) licence: Option<String>,
    #[serde(default)]
    pub(crate) languages: Vec<Topic>,
    pub(crate) valid_from: Day,
    #[serde(default)]
    pub(crate) valid_to: Option<Day>,
    #[expect(dead_code, reason = "for the reader of the file")]
    source: String,
    #[expect(dead_code, reason = "for the reader of the file")]
    status: Status,
}
