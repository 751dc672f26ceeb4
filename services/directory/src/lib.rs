//! The directory: reference data that tells who does what for which place on which day.
//!
//! It holds divisions, sites, units, service items, time limits and the working-day calendar, from
//! the files of `deploy/directory/`, which are built in and can be replaced by a folder on disk. All
//! of it is checked on load. Afterwards it is plain data behind `&self`: no clock, no I/O, no async;
//! callers share it in an `Arc` and say which day they ask for.
//!
//! What the bureaus record of their sites is folded from the registry's events ([`RegistryChanges`]); with it a
//! directory answers by the files and by what was recorded since ([`Directory::with_changes`]).
//!
//! It is not the place for cases, permissions or what is private of people, and it decides nothing about a case: it
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
//!     organ: None,
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

mod aid_kinds;
mod answer_by;
mod approvals;
mod availability;
mod calendar;
mod clocks;
mod code_names;
mod computed_days;
mod counting;
mod coverage;
mod coverage_columns;
mod coverage_table;
mod critical_dates;
mod day_bounds;
mod day_count;
mod divisions;
mod due_answer;
mod error;
mod error_words;
mod escalation;
mod figures;
mod find;
mod former_divisions;
mod holidays;
mod inherited_rules;
mod items;
mod languages;
mod late_entry;
mod limits;
mod load;
mod local_days;
mod means_lines;
mod offering;
mod office_rules;
mod official_numbers;
mod opening;
mod opening_hours;
mod outside_bodies;
mod outside_divisions;
mod partitions;
mod place_calendar;
mod reading_limits;
mod reckoning;
mod record_rules;
mod recorded_building;
mod recorded_changes;
mod recorded_days;
mod recorded_limits;
mod recorded_rules;
mod registry_changes;
mod retention;
mod roster;
mod routing;
mod row_places;
mod shared;
mod site_entries;
mod site_files;
mod site_info;
mod site_names;
mod site_overrides;
mod site_rules;
mod site_state;
mod sites;
mod speakers;
mod spoken_names;
mod standards;
mod station_checks;
mod stations;
mod status;
mod statutory_bounds;
mod strictness;
mod topics;
mod units;
mod visibility;
mod visit;

use std::sync::{Arc, OnceLock};

use onestop_proto::{
    clock::Step,
    division::DivisionCode,
    ids::{ServiceItem, Topic, UnitId, UnitKind},
    text::Words,
};

use outside_divisions::OutsideDivisions;

pub use aid_kinds::{AidRules, InformRule, NoticeRule};
pub use answer_by::AnswerBy;
pub use approvals::{ApprovableDecision, Approver};
pub use availability::Availability;
pub use clocks::ClockAnnouncement;
pub use coverage::{Coverage, CoverageRow, StateCounts};
pub use coverage_columns::{COVERAGE_COLUMNS, CoverageCell, PLAN_COLUMNS, PlanColumn};
pub use day_bounds::DayBounds;
pub use day_count::{Course, DayCount};
pub use divisions::Division;
pub use due_answer::DueRefusal;
pub use error::{LoadError, Reason};
pub use figures::Figure;
pub use former_divisions::{FormerChange, FormerDivision};
pub use items::{Identity, Item, Sides};
pub use late_entry::{DatedAct, LateEntryBound, LateEntryScope};
pub use load::Origin;
pub use means_lines::{GroupRule, MeansLine};
pub use official_numbers::CaseKey;
pub use opening::{RegularHours, Serving};
pub use opening_hours::{Hours, Weekday};
pub use outside_bodies::OutsideBody;
pub use outside_divisions::OutsideDivision;
pub use place_calendar::DayOff;
pub use reading_limits::ReadingLimits;
pub use reckoning::Reckoning;
pub use record_rules::{ChangeApprover, Checkpoint, RecordKind, StandardArea};
pub use recorded_building::{OpeningPlan, Waiting};
pub use recorded_days::{MovedLimits, RecordedDays};
pub use registry_changes::{
    Proposal, RecordedChange, RegistryChanges, Report, SiteChanges, decider_tier,
};
pub use retention::Retention;
pub use roster::{RosterEntry, RosterStanding};
pub use routing::{NoRoute, RouteQuery, Unroutable};
pub use site_overrides::is_phone;
pub use site_rules::SiteForm;
pub use site_state::{Host, HostBody, SiteState};
pub use sites::{Site, SiteStanding};
pub use standards::{Holding, Relation, RunsFrom, Standard, Status};
pub use stations::Station;
pub use statutory_bounds::Application;
pub use strictness::Looseness;
pub use topics::{CourtConfirmation, ItemTopic, MeansTest, Worker};
pub use units::{Affiliation, NotificationChannel, Unit, UnitType, WINDOW};
pub use visit::Visit;

/// All reference data of one version. A clone shares it.
#[derive(Debug, Clone)]
pub struct Directory {
    version: String,
    files_version: Arc<str>,
    divisions: Arc<divisions::Divisions>,
    former: Arc<former_divisions::FormerDivisions>,
    outside: Arc<outside_bodies::OutsideBodies>,
    outside_divisions: Arc<OutsideDivisions>,
    sites: Arc<sites::Sites>,
    site_names: Arc<OnceLock<site_names::SiteNames>>,
    rosters: Arc<roster::Rosters>,
    catalogue: Arc<items::Catalogue>,
    standards: Arc<standards::Standards>,
    calendar: Arc<calendar::Calendar>,
    files_calendar: Arc<calendar::Calendar>,
    retention: Arc<retention::Retentions>,
    recording: Arc<record_rules::RecordRules>,
    offices: Arc<office_rules::OfficeRules>,
    changes: RegistryChanges,
    recorded_limits: Arc<recorded_limits::RecordedLimits>,
    recorded_days: Arc<RecordedDays>,
}

impl Directory {
    /// Reads and checks all files.
    ///
    /// # Errors
    ///
    /// [`LoadError`] names the first file and line that is wrong, and the mend.
    pub fn load(origin: &Origin) -> Result<Self, LoadError> {
        Self::of(&load::Sources::read(origin)?)
    }

    fn of(sources: &load::Sources) -> Result<Self, LoadError> {
        let divisions = divisions::Divisions::load(&sources.divisions)?;
        let sites::Read {
            rules,
            mut entries,
            recording,
            offices,
            former,
            outside,
            outside_divisions,
        } = sites::read(&sources.sites)?;
        let source = &sources.sites;
        let former = former_divisions::FormerDivisions::load(former, source, &divisions)?;
        let outside = outside_bodies::OutsideBodies::load(outside, source, &divisions)?;
        let outside_divisions = OutsideDivisions::load(outside_divisions, source, &divisions)?;
        let people = std::mem::take(&mut entries.people);
        let places = row_places::KnownPlaces {
            divisions: &divisions,
            former: &former,
        };
        let catalogue = items::Catalogue::load(&sources.items, &rules, places)?;
        let known = site_overrides::Known {
            places,
            rules: &rules,
            catalogue: &catalogue,
            source,
        };
        let sites = sites::Sites::load(entries, &known)?;
        let rosters = roster::Rosters::load(people, &sites, source)?;
        let recording = record_rules::RecordRules::load(recording, source, places)?;
        let offices = office_rules::OfficeRules::load(offices, source, places)?;
        let standards = standards::Standards::load(&sources.standards, places)?;
        let calendar = Arc::new(calendar::Calendar::load(&sources.calendar, places)?);
        let retention = retention::Retentions::load(&sources.retention, (&catalogue, places))?;
        let version = sources.version();
        let changes = RegistryChanges::default();
        let recorded = recorded_limits::RecordedLimits::of(&changes, &standards, &former);
        Ok(Self {
            files_version: version.as_str().into(),
            version,
            divisions: Arc::new(divisions),
            former: Arc::new(former),
            outside: Arc::new(outside),
            outside_divisions: Arc::new(outside_divisions),
            sites: Arc::new(sites),
            site_names: Arc::default(),
            rosters: Arc::new(rosters),
            catalogue: Arc::new(catalogue),
            standards: Arc::new(standards),
            files_calendar: Arc::clone(&calendar),
            calendar,
            retention: Arc::new(retention),
            recording: Arc::new(recording),
            offices: Arc::new(offices),
            changes,
            recorded_limits: Arc::new(recorded),
            recorded_days: Arc::default(),
        })
    }

    /// The name and text of each file, as they are.
    pub fn files(origin: &Origin) -> Result<[(&'static str, String); 6], LoadError> {
        Ok(load::Sources::read(origin)?.files())
    }

    /// What was built into the program; this process reads it once.
    ///
    /// # Errors
    ///
    /// As [`Directory::load`]; a test keeps the built-in data free of them.
    pub fn built_in() -> Result<Self, LoadError> {
        Self::load_shared(&Origin::BuiltIn)
    }

    /// What was built in, with more at the end of one of its files, such as `calendar.toml`.
    ///
    /// # Errors
    /// If the further text is not allowed.
    pub fn built_in_with(file: &'static str, more: &str) -> Result<Self, LoadError> {
        let more = more.to_owned();
        Self::load(&Origin::BuiltInWith { file, more })
    }

    /// What decisions name: the version of the files, and behind a `+` how many events of the registry were heard, if
    /// there were any: `0f3a…c2+17`.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The version of the files: the first 8 bytes, in hex, of a SHA-256 over the contents of all of them.
    pub fn files_version(&self) -> &str {
        &self.files_version
    }

    pub fn division(&self, code: DivisionCode) -> Option<&Division> {
        self.divisions.get(code)
    }

    /// All divisions in the order of their codes: one comes before those in it.
    pub fn divisions(&self) -> impl Iterator<Item = &Division> {
        self.divisions.iter()
    }

    /// The divisions directly below one.
    pub fn children(&self, code: DivisionCode) -> impl Iterator<Item = &Division> {
        self.divisions.children(code)
    }

    pub fn unit(&self, id: &UnitId) -> Option<&Unit> {
        self.sites.unit(id)
    }

    /// The division's own unit of this kind; not a special station of it ([`Directory::unit_named`]).
    pub fn unit_at(&self, code: DivisionCode, kind: &UnitKind) -> Option<&Unit> {
        self.units_of(self.site_at(code)?)
            .iter()
            .find(|unit| unit.kind == *kind && unit.station.is_none())
    }

    /// The unit of a division that is called so behind the dot of its id: the own one by its kind, a special station by its
    /// kind and its own id, `legal-aid-detention`.
    pub fn unit_named(&self, code: DivisionCode, name: &UnitKind) -> Option<&Unit> {
        let site = self.site_at(code)?;
        self.unit(&UnitId::at(&site.id, name))
    }

    /// The units that a site houses, and the other bodies of its division.
    pub fn units_of(&self, site: &Site) -> &[Unit] {
        self.sites.units_of(site)
    }

    /// The kinds of units there are.
    pub fn unit_types(&self) -> &[UnitType] {
        &self.catalogue.types
    }

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
    pub fn material_name(&self, material: &Topic) -> Option<&Words> {
        self.catalogue.material(material)
    }

    /// What people call an item and a topic of it: 法律援助·请求支付劳动报酬; the id where the directory has no name any
    /// more.
    pub fn subject_name(&self, item: &ServiceItem, topic: &Topic) -> Words {
        let known = self.item(item);
        let named = self.item_name(item);
        let about = known.and_then(|item| item.topic(topic)).map_or_else(
            || Words::untranslated(topic.as_str()),
            |topic| topic.name.clone(),
        );
        Words {
            zh: format!("{}·{}", named.zh, about.zh),
            en: format!("{}: {}", named.en, about.en),
        }
    }

    /// The subject as paper and pages without an account have it: of a sensitive topic, the item alone. They may lie where the
    /// person lives whom the case is about.
    pub fn subject_on_paper(&self, item: &ServiceItem, topic: &Topic) -> Words {
        if self.is_sensitive(item, topic) {
            self.item_name(item)
        } else {
            self.subject_name(item, topic)
        }
    }

    /// What people call an item: 法律援助. The id where the directory has no name any more.
    pub fn item_name(&self, item: &ServiceItem) -> Words {
        self.item(item).map_or_else(
            || Words::untranslated(item.as_str()),
            |item| item.name.clone(),
        )
    }

    /// Whether a topic is shown only to staff with an account (敏感事项). A topic that the directory
    /// does not know is sensitive: what it is about is not known.
    pub fn is_sensitive(&self, item: &ServiceItem, topic: &Topic) -> bool {
        let topic = self.item(item).and_then(|item| item.topic(topic));
        topic.is_none_or(|topic| topic.sensitive)
    }

    /// What people say instead of a topic's name (俗称): 讨薪 for 请求支付劳动报酬.
    pub fn also_called(&self, item: &ServiceItem, topic: &Topic) -> &[String] {
        let topic = self.item(item).and_then(|item| item.topic(topic));
        topic.map_or(&[], |topic| topic.also.as_slice())
    }

    /// What people call a step that has a limit: 签收, answering an offer.
    pub fn step_name(&self, step: &Step) -> Option<&Words> {
        self.standards.name(step)
    }

    /// Whether the window at a place receives an item.
    pub fn offers(&self, item: &ServiceItem, place: DivisionCode) -> bool {
        self.site_at(place).is_some()
            && self
                .item(item)
                .is_some_and(|item| item.received_at.contains(&place.tier()))
    }
}
