//! The kinds of units: names, tiers, affiliation and notification channel.

use std::collections::BTreeMap;

use onestop_proto::{
    division::{DivisionCode, Tier},
    ids::{SiteId, UnitId, UnitKind},
    legal_aid::Organ,
    text::{Text, Words},
};
use serde::{Deserialize, Serialize};

use crate::{
    error::Reason,
    load::{BothLanguages, check_pattern},
    site_rules::SiteRules,
    stations::Station,
    status::Status,
};

/// The kind that every site has: its window.
pub const WINDOW: &str = "window";

/// A kind of unit, and the tiers that have one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitType {
    pub kind: UnitKind,
    /// Its title: 法律援助机构, legal aid agency.
    pub title: Words,
    /// The tiers at which there is one in every division.
    pub at: Vec<Tier>,
    /// The tiers at which only some divisions have one: those of which `sites.toml` says so.
    pub at_named: Vec<Tier>,
    /// Whether it belongs to the bureau.
    pub affiliation: Affiliation,
    /// How it is notified of a case.
    pub notification_channel: NotificationChannel,
    pattern: String,
    tier_patterns: BTreeMap<Tier, String>,
}

/// Whether a unit belongs to the justice bureau (是否本系统).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Affiliation {
    /// The justice bureau's own (司法行政系统).
    Bureau,
    /// Another body: personal data given to it are recorded, and the record is kept for at least three years
    /// (网络数据安全管理条例 art. 12).
    Outside,
}

/// How a unit is notified of a case (告知方式).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NotificationChannel {
    /// It reads its worklist here.
    Here,
    /// By an official letter (公函).
    Letter,
    /// By a work order in its own system (工单).
    WorkOrder,
    /// By telephone, taken down (电话).
    Telephone,
    /// The citizen is taken there, with a slip (转办单).
    Slip,
}

impl NotificationChannel {
    pub const fn text(self) -> Text {
        let (zh, en) = match self {
            Self::Here => ("在本系统签收", "reads its worklist here"),
            Self::Letter => ("公函", "by official letter"),
            Self::WorkOrder => ("工单系统", "by work order in its own system"),
            Self::Telephone => ("电话告知并登记", "by telephone, taken down"),
            Self::Slip => ("群众持转办单前往", "the citizen goes there with a slip"),
        };
        Text { zh, en }
    }
}

/// A body that can have custody of a case, at a site or, if it is another body, in its division.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    pub id: UnitId,
    /// The site that houses it; of another body, that of its division.
    pub site: SiteId,
    pub division: DivisionCode,
    pub kind: UnitKind,
    /// 宁洱哈尼族彝族自治县法律援助中心
    pub name: String,
    /// Whether it belongs to the bureau.
    pub affiliation: Affiliation,
    /// How it is notified of a case.
    pub notification_channel: NotificationChannel,
    /// Its street address, if known.
    pub address: Option<String>,
    /// The number of open cases at which it counts as full, if that is limited.
    pub capacity: Option<u32>,
    /// Its phone number, if known.
    pub phone: Option<String>,
    /// What it works, where it is a special station; nothing for the division's own unit of its kind.
    pub station: Option<Station>,
}

impl Unit {
    /// Whether it serves a case that an organ's letter opened, or that a citizen asked for.
    pub fn serves(&self, organ: Option<Organ>) -> bool {
        let station = self.station.as_ref();
        station.is_none_or(|station| station.serves(organ))
    }

    /// Whether it is a body outside the bureau: personal data given to it are recorded.
    pub const fn is_outside(&self) -> bool {
        matches!(self.affiliation, Affiliation::Outside)
    }

    /// Whether its staff work in this system: they read their worklist here.
    pub const fn works_here(&self) -> bool {
        matches!(self.notification_channel, NotificationChannel::Here)
    }

    /// Whether it is independent of the site's opening days and closures: a body that is notified outside
    /// this system has premises of its own, and so has a special station.
    pub(crate) const fn is_independent_of_site(&self) -> bool {
        self.station.is_some() || !self.works_here()
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct UnitEntry {
    kind: UnitKind,
    title: BothLanguages,
    name: String,
    /// Other patterns for some tiers.
    #[serde(default)]
    name_at: BTreeMap<Tier, String>,
    at: Vec<Tier>,
    #[serde(default)]
    at_named: Vec<Tier>,
    #[serde(rename = "belongs", default = "bureau")]
    affiliation: Affiliation,
    #[serde(rename = "told", default = "here")]
    notification_channel: NotificationChannel,
    #[expect(dead_code, reason = "for the reader of the file")]
    source: Option<String>,
    #[expect(dead_code, reason = "for the reader of the file")]
    status: Option<Status>,
}

const fn bureau() -> Affiliation {
    Affiliation::Bureau
}

const fn here() -> NotificationChannel {
    NotificationChannel::Here
}

impl UnitEntry {
    pub(crate) fn checked(self, rules: &SiteRules) -> Result<UnitType, Reason> {
        let kind = self.kind;
        for pattern in std::iter::once(&self.name).chain(self.name_at.values()) {
            check_pattern(pattern, &["{division}", "{site}"], "{division}, {site}")?;
        }
        let mut tiers = self.at.iter().chain(&self.at_named).copied();
        if let Some(tier) = tiers.find(|tier| !rules.has_site(*tier)) {
            return Err(Reason::NoSiteForUnit { kind, tier });
        }
        if self.affiliation == Affiliation::Bureau
            && self.notification_channel != NotificationChannel::Here
        {
            return Err(Reason::ToldElsewhere { kind });
        }
        Ok(UnitType {
            kind,
            title: self.title.into(),
            at: self.at,
            at_named: self.at_named,
            affiliation: self.affiliation,
            notification_channel: self.notification_channel,
            pattern: self.name,
            tier_patterns: self.name_at,
        })
    }
}

impl UnitType {
    /// Whether a division of a tier can have one.
    pub fn can_be_at(&self, tier: Tier) -> bool {
        self.at.contains(&tier) || self.at_named.contains(&tier)
    }

    pub(crate) fn name_of(&self, tier: Tier, division: &str, site: &str) -> String {
        self.tier_patterns
            .get(&tier)
            .unwrap_or(&self.pattern)
            .replace("{division}", division)
            .replace("{site}", site)
    }
}
