//! The directory: reference data that tells who does what for which place on which day.
//!
//! It holds divisions, sites, units, service items, time limits and the working-day calendar, from
//! the files of `deploy/directory/`, which are built in and can be replaced by a folder on disk. All
//! of it is checked on load. Afterwards it is plain data behind `&self`: no clock, no I/O, no async;
//! callers share it in an `Arc` and say which day they ask for.
//!
//! It is not the place for people, cases or permissions, and it decides nothing about a case: it
//! answers, and the service that asked records the answer with [`Directory::version`].
//!
//! ```
//! use onestop_directory::{Directory, RouteQuery};
//! use onestop_proto::{ids::ServiceItem, routing::Urgency};
//!
//! let directory = Directory::built_in()?;
//! let village = directory.find("宁洱县 新塘", 1)[0];
//! assert_eq!(directory.full_name(village.code), "普洱市宁洱哈尼族彝族自治县宁洱镇新塘村民委员会");
//!
//! let today = "2026-02-13".parse()?;
//! let route = directory.route(&RouteQuery {
//!     item: &ServiceItem::legal_aid(),
//!     topic: &"labour-pay".parse()?,
//!     place: village.code,
//!     place_kind: None,
//!     on: today,
//!     sent_away: &[],
//!     excluded: &[],
//!     urgency: Urgency::Ordinary,
//!     load: &|_| 0,
//! })?;
//! let agency = directory.unit(&route.chosen).ok_or("a chosen unit is in the directory")?;
//! assert_eq!(agency.name, "宁洱哈尼族彝族自治县法律援助中心");
//!
//! // Seven days from the Friday before Spring Festival end in the holiday, so the day after counts.
//! let limit = directory
//!     .limit(&"legal-aid.review".parse()?, agency.division, today)
//!     .ok_or("legal aid has a limit for its review")?;
//! let due = directory.due(&limit, "2026-02-13 15:20:00".parse()?);
//! assert_eq!(due.day.to_string(), "2026-02-24");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod calendar;
mod clocks;
mod divisions;
mod error;
mod error_zh;
mod find;
mod items;
mod load;
mod offers;
mod retention;
mod routing;
mod site_overrides;
mod sites;
mod standards;
mod strictness;
mod units;
mod visibility;

use jiff::civil::Date;
use onestop_proto::{
    clock::{Certainty, Clock, ClockCorrected, Due, DueChange, Limit, RunState, Step},
    division::DivisionCode,
    ids::{ServiceItem, SiteId, Topic, UnitId, UnitKind},
    text::Words,
    time::Timestamp,
};

pub use clocks::ClockAnnouncement;
pub use divisions::Division;
pub use error::{LoadError, Reason};
pub use items::{Item, ItemTopic, Worker};
pub use load::Origin;
pub use offers::Availability;
pub use retention::Retention;
pub use routing::{NoRoute, RouteQuery, Unroutable};
pub use site_overrides::{Host, HostBody, Hours, SiteState};
pub use sites::{Site, SiteForm, SiteStanding};
pub use standards::{Holding, Relation, Standard, Status};
pub use strictness::Looseness;
pub use units::{Affiliation, NotificationChannel, Unit, UnitType, WINDOW};

/// All reference data of one version.
#[derive(Debug)]
pub struct Directory {
    version: String,
    divisions: divisions::Divisions,
    sites: sites::Sites,
    catalogue: items::Catalogue,
    standards: standards::Standards,
    calendar: calendar::Calendar,
    retention: retention::Retentions,
}

impl Directory {
    /// Reads and checks all files.
    ///
    /// # Errors
    ///
    /// [`LoadError`] names the first file and line that is wrong, and the mend.
    pub fn load(origin: &Origin) -> Result<Self, LoadError> {
        let sources = load::Sources::read(origin)?;
        let divisions = divisions::Divisions::load(&sources.divisions)?;
        let mut rules = sites::Rules::load(&sources.sites)?;
        let catalogue = items::Catalogue::load(&sources.items, &rules)?;
        let locals = rules.locals(&divisions, &catalogue, &sources.sites)?;
        let types = &catalogue.types;
        let sites = sites::Sites::derive(&rules, locals, types, &divisions, &sources.sites)?;
        let standards = standards::Standards::load(&sources.standards, &divisions)?;
        let calendar = calendar::Calendar::load(&sources.calendar)?;
        let known = (&catalogue, &divisions);
        let retention = retention::Retentions::load(&sources.retention, known)?;
        let version = sources.version();
        Ok(Self {
            version,
            divisions,
            sites,
            catalogue,
            standards,
            calendar,
            retention,
        })
    }

    /// What was built into the program.
    ///
    /// # Errors
    ///
    /// As [`Directory::load`]; a test keeps the built-in data free of them.
    pub fn built_in() -> Result<Self, LoadError> {
        Self::load(&Origin::BuiltIn)
    }

    /// What was built in, with more at the end of one of its files, such as `calendar.toml`.
    ///
    /// # Errors
    /// If the further text is not allowed.
    pub fn built_in_with(file: &'static str, more: &str) -> Result<Self, LoadError> {
        let more = more.to_owned();
        Self::load(&Origin::BuiltInWith { file, more })
    }

    /// The first 8 bytes, in hex, of a SHA-256 over the contents of all files.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The division with this code.
    #[must_use]
    pub fn division(&self, code: DivisionCode) -> Option<&Division> {
        self.divisions.get(code)
    }

    /// All divisions in the order of their codes: one stands before those in it.
    pub fn divisions(&self) -> impl Iterator<Item = &Division> {
        self.divisions.iter()
    }

    /// The divisions directly below one.
    pub fn children(&self, code: DivisionCode) -> impl Iterator<Item = &Division> {
        self.divisions.children(code)
    }

    /// The name from the prefecture down, 普洱市宁洱哈尼族彝族自治县宁洱镇; the digits where the
    /// code is not listed.
    #[must_use]
    pub fn full_name(&self, code: DivisionCode) -> String {
        self.divisions.full_name(code)
    }

    /// Divisions by what people type, the best fit first.
    ///
    /// Digits fit every code that begins with them. A name fits where it is part of the name. Words
    /// between spaces narrow it down: `宁洱 新塘` is 新塘 in something called 宁洱. Names written
    /// together fit too: `普洱市宁洱哈尼族彝族自治县宁洱镇`. An autonomous county or prefecture may
    /// go by the beginning of its name, two characters or more, with 县 or 州: 宁洱县, 大理州.
    #[must_use]
    pub fn find(&self, text: &str, limit: usize) -> Vec<&Division> {
        self.divisions.find(text, limit)
    }

    /// The site with this id.
    #[must_use]
    pub fn site(&self, id: &SiteId) -> Option<&Site> {
        self.sites.get(id)
    }

    /// The site of a division.
    #[must_use]
    pub fn site_at(&self, code: DivisionCode) -> Option<&Site> {
        self.sites.at(code)
    }

    /// All sites, in the order of their divisions.
    pub fn sites(&self) -> impl Iterator<Item = &Site> {
        self.sites.iter()
    }

    /// Whether a site takes cases on a day.
    #[must_use]
    pub fn site_standing(&self, site: &Site, on: Date) -> SiteStanding {
        self.sites.standing(site, on)
    }

    /// In which state a site is on a day: planned before it opened, operating where nothing else is said.
    #[must_use]
    pub fn site_state(&self, site: &Site, on: Date) -> SiteState {
        self.sites.state(site, on).0
    }

    /// Who houses a site on a day, if that is known.
    #[must_use]
    pub fn host(&self, site: &Site, on: Date) -> Option<&Host> {
        let mut hosts = self.sites.local(site)?.hosts.iter();
        hosts.find(|host| host.period().covers(on))
    }

    /// The languages that are spoken at a site besides Chinese, or for which it has an interpreter; as its
    /// bureau says.
    #[must_use]
    pub fn languages(&self, site: &Site) -> Vec<&Words> {
        let spoken = self
            .sites
            .local(site)
            .map_or(&[][..], |local| &local.languages);
        let named = |language| self.sites.locals.languages.get(language);
        spoken.iter().filter_map(named).collect()
    }

    /// What a language is called, by the word that `sites.toml` has for it: `lahu`.
    #[must_use]
    pub fn language_name(&self, language: &Topic) -> Option<&Words> {
        self.sites.locals.languages.get(language)
    }

    /// All languages that have a name here, by the words for them.
    pub fn all_languages(&self) -> impl Iterator<Item = (&Topic, &Words)> {
        self.sites.locals.languages.iter()
    }

    /// Whether a site speaks a language.
    #[must_use]
    pub fn speaks(&self, site: &Site, language: &Topic) -> bool {
        let local = self.sites.local(site);
        local.is_some_and(|local| local.languages.contains(language))
    }

    /// Whether what is said of a site is an example, and still to be confirmed.
    #[must_use]
    pub fn is_sample(&self, site: &Site) -> bool {
        self.sites.local(site).is_some_and(|local| local.sample)
    }

    /// The unit with this id.
    #[must_use]
    pub fn unit(&self, id: &UnitId) -> Option<&Unit> {
        self.sites.unit(id)
    }

    /// The unit of this kind at the site of a division.
    #[must_use]
    pub fn unit_at(&self, code: DivisionCode, kind: &UnitKind) -> Option<&Unit> {
        self.units_of(self.site_at(code)?)
            .iter()
            .find(|unit| unit.kind == *kind)
    }

    /// The units that a site houses, and the other bodies of its division.
    #[must_use]
    pub fn units_of(&self, site: &Site) -> &[Unit] {
        self.sites.units_of(site)
    }

    /// The kinds of units there are.
    #[must_use]
    pub fn unit_types(&self) -> &[UnitType] {
        &self.catalogue.types
    }

    /// The service item with this id.
    #[must_use]
    pub fn item(&self, item: &ServiceItem) -> Option<&Item> {
        self.catalogue.item(item)
    }

    /// All service items, in the order of the file.
    pub fn items(&self) -> impl Iterator<Item = &Item> {
        self.catalogue.items.iter()
    }

    /// All kinds of material that have a name here, by their ids.
    pub fn materials(&self) -> impl Iterator<Item = (&Topic, &Words)> {
        self.catalogue.materials()
    }

    /// What people call a kind of material (材料): 身份证, identity card.
    #[must_use]
    pub fn material_name(&self, material: &Topic) -> Option<&Words> {
        self.catalogue.material(material)
    }

    /// What people call an item and a topic of it: 法律援助·请求支付劳动报酬. Ids stand for names that
    /// the directory no longer has.
    #[must_use]
    pub fn subject_name(&self, item: &ServiceItem, topic: &Topic) -> Words {
        let known = self.item(item);
        let named = known.map_or_else(
            || Words::untranslated(item.as_str()),
            |item| item.name.clone(),
        );
        let about = known.and_then(|item| item.topic(topic)).map_or_else(
            || Words::untranslated(topic.as_str()),
            |topic| topic.name.clone(),
        );
        Words {
            zh: format!("{}·{}", named.zh, about.zh),
            en: format!("{}: {}", named.en, about.en),
        }
    }

    /// What people say instead of a topic's name (俗称): 讨薪 for 请求支付劳动报酬.
    #[must_use]
    pub fn also_called(&self, item: &ServiceItem, topic: &Topic) -> &[String] {
        let topic = self.item(item).and_then(|item| item.topic(topic));
        topic.map_or(&[], |topic| topic.also.as_slice())
    }

    /// What people call a step that has a limit: 签收, answering an offer.
    #[must_use]
    pub fn step_name(&self, step: &Step) -> Option<&Words> {
        self.standards.name(step)
    }

    /// Whether the window at a place receives an item.
    #[must_use]
    pub fn offers(&self, item: &ServiceItem, place: DivisionCode) -> bool {
        self.site_at(place).is_some()
            && self
                .item(item)
                .is_some_and(|item| item.received_at.contains(&place.tier()))
    }

    /// The standard for a step: that of the nearest place up the tree which has one on that day.
    #[must_use]
    pub fn standard(&self, step: &Step, place: DivisionCode, on: Date) -> Option<&Standard> {
        self.standards.nearest(step, place, on)
    }

    /// Which standard of a step holds at a place on a day, and the others that concern the place.
    #[must_use]
    pub fn holding(&self, step: &Step, place: DivisionCode, on: Date) -> Holding<'_> {
        self.standards.holding(step, place, on)
    }

    /// The steps that have a standard.
    pub fn steps(&self) -> impl Iterator<Item = &Step> {
        self.standards.steps()
    }

    /// All standards, by step.
    pub fn standards(&self) -> impl Iterator<Item = &Standard> {
        self.standards.iter()
    }

    /// The limit to start a clock with: [`Directory::standard`], and of it what a case keeps.
    #[must_use]
    pub fn limit(&self, step: &Step, place: DivisionCode, on: Date) -> Option<Limit> {
        self.standard(step, place, on)
            .map(|standard| standard.limit.clone())
    }

    /// Every retention period that concerns cases of an item and a place, by the rules of a day. All of
    /// them hold, so the longest decides.
    #[must_use]
    pub fn retentions(&self, item: &ServiceItem, place: DivisionCode, on: Date) -> Vec<&Retention> {
        let rules = self.retention.iter();
        rules
            .filter(|rule| rule.concerns(item, place, on))
            .collect()
    }

    /// When something is due that began at `from`: the day of the event does not count, a last day
    /// that is a day off gives way to the next working day, and it ends at 24:00 in China
    /// (民法典 art. 201, 203).
    #[must_use]
    pub fn due(&self, limit: &Limit, from: Timestamp) -> Due {
        self.calendar.due(limit, from)
    }

    /// The new due day of a clock that stood still, where its course is not known
    /// ([`Directory::running_again`]). Added to the old one are the days after the day
    /// of the pause, up to and with the day of the resumption, counted in the limit's kind of days;
    /// so a pause within one day adds nothing.
    #[must_use]
    pub fn resumed(&self, limit: &Limit, due: &Due, paused: Timestamp, resumed: Timestamp) -> Due {
        self.calendar.resumed(limit, due, paused, resumed)
    }

    /// The new due day of a clock that is extended, counted on from the old one; nothing if its limit
    /// cannot be extended.
    #[must_use]
    pub fn extended(&self, limit: &Limit, due: &Due) -> Option<Due> {
        let by = limit.extension.as_ref()?;
        Some(self.calendar.extended(limit, due, by.days))
    }

    /// The last day of a clock, counted from its beginning on the calendar as it is now; nothing if its
    /// course is not known.
    #[must_use]
    pub fn counted_anew(&self, clock: &Clock) -> Option<Due> {
        let course = clock.history.as_ref()?;
        Some(self.calendar.course(&clock.limit, course))
    }

    /// A provisional last day counted anew, if the calendar says more by now; nothing if it says the same.
    #[must_use]
    pub fn corrected(&self, clock: &Clock) -> Option<ClockCorrected> {
        if clock.due.certainty == Certainty::Firm {
            return None;
        }
        let corrected = ClockCorrected {
            step: clock.step.clone(),
            was: clock.due.clone(),
            due: self.counted_anew(clock)?,
            directory: self.version.clone(),
        };
        (corrected.due != corrected.was).then_some(corrected)
    }

    /// The last day of a clock that stands still and runs again at `now`. The days after that of the pause,
    /// up to and with that of the resumption, are added to those of the limit.
    #[must_use]
    pub fn running_again(&self, clock: &Clock, now: Timestamp) -> Due {
        let RunState::Paused { since: from } = clock.motion else {
            return clock.due.clone();
        };
        let Some(course) = &clock.history else {
            return self.resumed(&clock.limit, &clock.due, from, now);
        };
        let mut course = course.clone();
        course.changes.push(DueChange::StoodStill { from, to: now });
        self.calendar.course(&clock.limit, &course)
    }

    /// The moment at which it is told that a last day is near (临期).
    #[must_use]
    pub fn due_soon_at(&self, due: &Due) -> Timestamp {
        let before = self.standards.reminder().before;
        self.calendar.working_day_before(due.day, before)
    }

    /// The moment at which the supervisor is told that it has passed (督办).
    #[must_use]
    pub fn supervised_at(&self, due: &Due) -> Timestamp {
        let after = self.standards.reminder().supervision_after;
        self.calendar.working_day_after(due.day, after)
    }

    /// Whether a day is worked.
    #[must_use]
    pub fn is_working_day(&self, day: Date) -> bool {
        self.calendar.is_working_day(day)
    }

    /// Whether that answer is announced. It is provisional in a year without a notice, and in the
    /// last week before such a year, which its notice may still change.
    #[must_use]
    pub fn certainty(&self, day: Date) -> Certainty {
        self.calendar.certainty(day)
    }
}
