//! What a bureau says of single sites: in which state they are, who houses them, what they offer on which
//! day, which languages are spoken, and how much their units can hold.

use std::collections::{BTreeMap, HashMap};

use jiff::civil::{Date, Time};
use onestop_proto::{
    division::{DivisionCode, Tier},
    ids::{ServiceItem, Topic, UnitKind},
    text::{Text, Words},
};
use serde::{Deserialize, Serialize};
use toml::Spanned;

use crate::{
    divisions::Divisions,
    error::{LoadError, Reason},
    items::Catalogue,
    load::{BothLanguages, Day, Period, Source},
    sites::Rules,
    units::NotificationChannel,
};

/// In which state a site is (站点状态). The 2016 opinion builds in stages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SiteState {
    /// Not open yet (拟建).
    Planned,
    /// On trial; open (试点).
    Pilot,
    /// Open.
    Operating,
    /// Closed for a while.
    Suspended,
}

impl SiteState {
    /// As read by people.
    #[must_use]
    pub const fn text(self) -> Text {
        let (zh, en) = match self {
            Self::Planned => ("拟建", "planned"),
            Self::Pilot => ("试点", "pilot"),
            Self::Operating => ("正式运行", "operating"),
            Self::Suspended => ("暂停服务", "suspended"),
        };
        Text { zh, en }
    }

    /// Whether it takes cases.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Pilot | Self::Operating)
    }
}

/// What kind of body houses a site (依托单位).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum HostBody {
    /// 司法局
    JusticeBureau,
    /// 司法所
    JusticeOffice,
    /// 政务服务中心
    ServiceCentre,
    /// 综治中心
    PeaceCentre,
    /// 村（居）民委员会
    VillageCommittee,
    /// A house of its own.
    Own,
}

impl HostBody {
    /// As read by people.
    #[must_use]
    pub const fn text(self) -> Text {
        let (zh, en) = match self {
            Self::JusticeBureau => ("司法局", "justice bureau"),
            Self::JusticeOffice => ("司法所", "justice office"),
            Self::ServiceCentre => ("政务服务中心", "government service centre"),
            Self::PeaceCentre => ("综治中心", "public security governance centre"),
            Self::VillageCommittee => ("村（居）民委员会", "village or residents' committee"),
            Self::Own => ("独立场所", "a house of its own"),
        };
        Text { zh, en }
    }
}

/// Who houses a site for some time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Host {
    /// What kind of body.
    pub body: HostBody,
    /// Its name, where it has one of its own.
    pub name: Option<String>,
    /// Since when.
    pub from: Date,
    /// Its last day, if that is known.
    pub until: Option<Date>,
}

/// Hours of a day, from one minute to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Hours {
    /// From.
    pub from: Time,
    /// To.
    pub to: Time,
}

impl TryFrom<String> for Hours {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let parsed = text.split_once('-').and_then(|(from, to)| {
            let minute = |text: &str| Time::strptime("%H:%M", text.trim()).ok();
            Some((minute(from)?, minute(to)?))
        });
        match parsed {
            Some((from, to)) if from < to => Ok(Self { from, to }),
            Some(_) | None => Err(format!("'{text}' are no hours: write 09:00-12:00")),
        }
    }
}

impl std::fmt::Display for Hours {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (from, to) = (self.from.strftime("%H:%M"), self.to.strftime("%H:%M"));
        write!(f, "{from}–{to}")
    }
}

/// A day of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Weekday {
    Mon,
    Tue,
    Wed,
    Thu,
    Fri,
    Sat,
    Sun,
}

impl Weekday {
    pub(crate) const ORDINARY: [Self; 5] = [Self::Mon, Self::Tue, Self::Wed, Self::Thu, Self::Fri];

    pub(crate) fn of(day: Date) -> Self {
        use jiff::civil::Weekday;
        match day.weekday() {
            Weekday::Monday => Self::Mon,
            Weekday::Tuesday => Self::Tue,
            Weekday::Wednesday => Self::Wed,
            Weekday::Thursday => Self::Thu,
            Weekday::Friday => Self::Fri,
            Weekday::Saturday => Self::Sat,
            Weekday::Sunday => Self::Sun,
        }
    }

    pub(crate) const fn text(self) -> Text {
        let (zh, en) = match self {
            Self::Mon => ("周一", "Mon"),
            Self::Tue => ("周二", "Tue"),
            Self::Wed => ("周三", "Wed"),
            Self::Thu => ("周四", "Thu"),
            Self::Fri => ("周五", "Fri"),
            Self::Sat => ("周六", "Sat"),
            Self::Sun => ("周日", "Sun"),
        };
        Text { zh, en }
    }
}

/// Some items, on some days of the week.
#[derive(Debug)]
pub(crate) struct Offer {
    pub(crate) items: Vec<ServiceItem>,
    pub(crate) weekdays: Vec<Weekday>,
    pub(crate) hours: Vec<Hours>,
    pub(crate) period: Period,
}

/// What is said of one unit of a site.
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
}

#[derive(Debug)]
pub(crate) struct Override {
    pub(crate) state: SiteState,
    pub(crate) period: Period,
    pub(crate) reason: Words,
}

/// Everything that is said of one site.
#[derive(Debug, Default)]
pub(crate) struct SiteOverrides {
    pub(crate) sample: bool,
    pub(crate) opened: Option<Date>,
    pub(crate) overrides: Vec<Override>,
    pub(crate) hosts: Vec<Host>,
    pub(crate) languages: Vec<Topic>,
    pub(crate) offers: Vec<Offer>,
    pub(crate) units: Vec<UnitFacts>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OverrideEntry {
    division: DivisionCode,
    state: SiteState,
    from: Day,
    #[serde(default)]
    until: Option<Day>,
    reason: BothLanguages,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LanguageEntry {
    id: Topic,
    name: BothLanguages,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SiteEntry {
    division: DivisionCode,
    #[serde(default)]
    sample: bool,
    #[serde(default)]
    opened: Option<Day>,
    #[serde(default)]
    languages: Vec<Topic>,
    #[serde(default)]
    host: Vec<Spanned<HostEntry>>,
    #[serde(default)]
    offer: Vec<Spanned<OfferEntry>>,
    #[serde(default)]
    unit: Vec<Spanned<UnitFacts>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct HostEntry {
    body: HostBody,
    #[serde(default)]
    name: Option<String>,
    from: Day,
    #[serde(default)]
    until: Option<Day>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct OfferEntry {
    items: Vec<ServiceItem>,
    weekdays: Vec<Weekday>,
    #[serde(default)]
    hours: Vec<Hours>,
    #[serde(default)]
    from: Option<Day>,
    #[serde(default)]
    until: Option<Day>,
}

/// What is said of single sites, by division; and what languages are called.
#[derive(Debug, Default)]
pub(crate) struct AllSiteOverrides {
    pub(crate) by_division: HashMap<DivisionCode, SiteOverrides>,
    pub(crate) languages: BTreeMap<Topic, Words>,
}

/// What [`AllSiteOverrides`] are checked against.
pub(crate) struct Known<'a> {
    pub(crate) divisions: &'a Divisions,
    pub(crate) rules: &'a Rules,
    pub(crate) catalogue: &'a Catalogue,
    pub(crate) source: &'a Source,
}

impl AllSiteOverrides {
    pub(crate) fn check(
        (overrides, sites, languages): (
            Vec<Spanned<OverrideEntry>>,
            Vec<Spanned<SiteEntry>>,
            Vec<LanguageEntry>,
        ),
        known: &Known<'_>,
    ) -> Result<Self, LoadError> {
        let languages = languages.into_iter();
        let mut locals = Self {
            by_division: HashMap::new(),
            languages: languages
                .map(|known| (known.id, known.name.into()))
                .collect(),
        };
        let mut described: HashMap<DivisionCode, usize> = HashMap::new();
        for entry in sites {
            let line = known.source.line_of(&entry);
            let code = entry.get_ref().division;
            if let Some(first) = described.insert(code, line) {
                let reason = Reason::DuplicateSite { code, first };
                return Err(known.source.error(Some(line), reason));
            }
            locals.add_site(entry, known)?;
        }
        for entry in overrides {
            let line = known.source.line_of(&entry);
            locals
                .add_override(entry.into_inner(), known)
                .map_err(|reason| known.source.error(Some(line), reason))?;
        }
        Ok(locals)
    }

    fn add_override(&mut self, entry: OverrideEntry, known: &Known<'_>) -> Result<(), Reason> {
        let code = entry.division;
        known.site(code)?;
        let period = Period::new(entry.from, entry.until)?;
        let before = &mut self.by_division.entry(code).or_default().overrides;
        if let Some(day) = before.iter().find_map(|one| one.period.overlap(period)) {
            return Err(Reason::OverlappingOverrides { code, day });
        }
        before.push(Override {
            state: entry.state,
            period,
            reason: entry.reason.into(),
        });
        Ok(())
    }

    fn add_site(&mut self, entry: Spanned<SiteEntry>, known: &Known<'_>) -> Result<(), LoadError> {
        let line = known.source.line_of(&entry);
        let entry = entry.into_inner();
        let code = entry.division;
        let here = |reason| known.source.error(Some(line), reason);
        known.site(code).map_err(here)?;
        if let Some(language) = entry
            .languages
            .iter()
            .find(|language| !self.languages.contains_key(language))
        {
            let language = language.clone();
            return Err(here(Reason::UnknownLanguage { language }));
        }
        let mut local = SiteOverrides {
            sample: entry.sample,
            opened: entry.opened.map(|day| day.0),
            languages: entry.languages,
            ..SiteOverrides::default()
        };
        for host in entry.host {
            let line = known.source.line_of(&host);
            let added = add_host(&mut local, code, host.into_inner());
            added.map_err(|reason| known.source.error(Some(line), reason))?;
        }
        for offer in entry.offer {
            let line = known.source.line_of(&offer);
            let offer = known.offer(offer.into_inner(), code.tier());
            let offer = offer.map_err(|reason| known.source.error(Some(line), reason))?;
            local.offers.push(offer);
        }
        for unit in entry.unit {
            let line = known.source.line_of(&unit);
            let unit = known.unit(unit.into_inner(), code.tier(), &local);
            let unit = unit.map_err(|reason| known.source.error(Some(line), reason))?;
            local.units.push(unit);
        }
        self.by_division.insert(code, local);
        Ok(())
    }
}

fn add_host(local: &mut SiteOverrides, code: DivisionCode, entry: HostEntry) -> Result<(), Reason> {
    let period = Period::new(entry.from, entry.until)?;
    let both = |host: &Host| host.period().overlap(period);
    if let Some(day) = local.hosts.iter().find_map(both) {
        return Err(Reason::OverlappingHosts { code, day });
    }
    local.hosts.push(Host {
        body: entry.body,
        name: entry.name,
        from: period.from,
        until: period.until,
    });
    Ok(())
}

impl Host {
    pub(crate) const fn period(&self) -> Period {
        Period {
            from: self.from,
            until: self.until,
        }
    }
}

impl Known<'_> {
    /// Refuses a division that is not listed, or has no site.
    fn site(&self, code: DivisionCode) -> Result<(), Reason> {
        if self.divisions.get(code).is_none() {
            return Err(Reason::UnknownDivision { code });
        }
        if !self.rules.has_site(code.tier()) {
            return Err(Reason::NoSite { code });
        }
        Ok(())
    }

    fn offer(&self, entry: OfferEntry, tier: Tier) -> Result<Offer, Reason> {
        for item in &entry.items {
            let known = self.catalogue.item(item);
            let item = item.clone();
            match known {
                None => return Err(Reason::UnknownItem { item }),
                Some(known) if !known.is_at(tier) => {
                    return Err(Reason::NotAtTier { item, tier });
                }
                Some(_) => {}
            }
        }
        if entry.items.is_empty() || entry.weekdays.is_empty() {
            return Err(Reason::EmptyOffer);
        }
        let from = entry.from.unwrap_or(Day(Date::MIN));
        Ok(Offer {
            items: entry.items,
            weekdays: entry.weekdays,
            hours: entry.hours,
            period: Period::new(from, entry.until)?,
        })
    }

    fn unit(
        &self,
        entry: UnitFacts,
        tier: Tier,
        local: &SiteOverrides,
    ) -> Result<UnitFacts, Reason> {
        let kind = entry.kind.clone();
        let Some(known) = self.catalogue.types.iter().find(|one| one.kind == kind) else {
            return Err(Reason::NoSuchKind { kind });
        };
        if !known.at.contains(&tier) {
            return Err(Reason::NoUnitHere { kind, tier });
        }
        if local.units.iter().any(|one| one.kind == kind) {
            return Err(Reason::DuplicateKind { kind });
        }
        if entry.capacity == Some(0) {
            return Err(Reason::NoCapacity { kind });
        }
        if let Some(phone) = entry.phone.as_ref().filter(|phone| !is_phone(phone)) {
            let phone = phone.clone();
            return Err(Reason::NoPhone { kind, phone });
        }
        if known.affiliation == crate::units::Affiliation::Bureau
            && entry.notification_channel.is_some()
        {
            return Err(Reason::ToldElsewhere { kind });
        }
        Ok(entry)
    }
}

/// Digits, and hyphens between them: 12348, 0879-3231234.
fn is_phone(text: &str) -> bool {
    let groups = text.split('-');
    let digits = |group: &str| !group.is_empty() && group.bytes().all(|byte| byte.is_ascii_digit());
    text.len() >= 3 && groups.into_iter().all(digits)
}
