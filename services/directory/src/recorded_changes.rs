//! The directory with what the registry has recorded: state, telephone, address, and which units are full.

use std::{collections::BTreeSet, sync::Arc};

use jiff::civil::Date;
use onestop_proto::{
    date_words::day_words,
    division::DivisionCode,
    ids::{SiteId, UnitId, UnitKind},
    registry::{SiteState, StateSet},
    text::Words,
};

use crate::{
    Directory,
    recorded_days::RecordedDays,
    recorded_limits::RecordedLimits,
    recorded_rules::days_off,
    registry_changes::{PresentSite, RegistryChanges, SiteChanges},
    sites::{Site, SiteStanding},
    units::{Unit, WINDOW},
};

/// The hotline of the province, for a unit without a telephone number.
const HOTLINE: &str = "12348";

impl Directory {
    /// The same directory with what the registry has recorded. The reference data is shared, not copied.
    pub fn with_changes(&self, changes: RegistryChanges) -> Self {
        let version = match changes.events() {
            0 => self.files_version.to_string(),
            events => format!("{}+{events}", self.files_version),
        };
        let changes = self.with_moved_sites(changes);
        let recorded_limits = RecordedLimits::of(&changes, &self.standards, &self.former);
        let days_off = days_off(&changes);
        let recorded_days = RecordedDays::of(&changes, &self.former);
        let calendar = if days_off.is_empty() {
            Arc::clone(&self.files_calendar)
        } else {
            Arc::new(self.files_calendar.with_days_off(&days_off, &self.former))
        };
        Self {
            version,
            changes,
            calendar,
            recorded_limits: Arc::new(recorded_limits),
            recorded_days: Arc::new(recorded_days),
            ..self.clone()
        }
    }

    /// The changes with those of sites that moved among those of the sites that they are now.
    fn with_moved_sites(&self, mut changes: RegistryChanges) -> RegistryChanges {
        let moved = self.former.moved().into_iter();
        let now: BTreeSet<DivisionCode> = moved.map(|former| former.successor).collect();
        for site in now.into_iter().filter_map(|code| self.site_at(code)) {
            if let Some(continued) = self.continued_changes(site, changes.site(&site.id), &changes)
            {
                changes.insert(site.id.clone(), continued);
            }
        }
        changes
    }

    /// What was recorded of a site under its codes of before, with what was recorded of it since; nothing where that is all,
    /// or where it is there already.
    fn continued_changes(
        &self,
        site: &Site,
        since: Option<&SiteChanges>,
        all: &RegistryChanges,
    ) -> Option<SiteChanges> {
        let now = PresentSite {
            id: &site.id,
            division: site.division,
        };
        let none = SiteChanges::default();
        let mut continued: Option<SiteChanges> = None;
        for before in self.sites_before_move(site.division).iter().rev() {
            let since = continued.as_ref().or(since).unwrap_or(&none);
            // Of a directory that was made of another one, they are there.
            let new = all.site(before).filter(|_| !since.continues(before));
            if let Some(then) = new {
                continued = Some(then.continued_as(before, now, since));
            }
        }
        continued
    }

    /// What was recorded of a site and of the same site under its codes of before, where it has moved.
    #[must_use]
    pub fn with_changes_before_move(
        &self,
        site: &SiteId,
        since: Option<&SiteChanges>,
    ) -> Option<SiteChanges> {
        self.continued_changes(self.site(site)?, since, &self.changes)
    }

    /// The same directory with what was recorded of one more site.
    pub fn with_changes_of(&self, site: SiteId, changes: SiteChanges) -> Self {
        let mut all = self.changes.clone();
        all.insert(site, changes);
        self.with_changes(all)
    }

    /// The version of the calendar: that of the files, and behind a `+` that of the days off that were recorded, if any were.
    /// Running clocks follow the calendar; a limit they keep.
    pub fn calendar_version(&self) -> String {
        match self.recorded_days.days_off_digest() {
            None => self.files_version.to_string(),
            Some(declared) => format!("{}+{declared}", self.files_version),
        }
    }

    /// What last days follow from besides the files. A telephone or a list of duty moves no day.
    pub const fn recorded_days(&self) -> &Arc<RecordedDays> {
        &self.recorded_days
    }

    /// How many events of the registry are in it.
    pub const fn recorded_events(&self) -> u64 {
        self.changes.events()
    }

    /// The telephone of a site on a day, if known.
    pub fn site_phone<'a>(&'a self, site: &'a Site, on: Date) -> Option<&'a str> {
        let window = self.window_of(site);
        let recorded = window.and_then(|window| self.changes_of(&window.id)?.phone(&window.id, on));
        recorded.or(site.phone.as_deref())
    }

    /// The address of a site on a day, if known.
    pub fn site_address<'a>(&'a self, site: &'a Site, on: Date) -> Option<&'a str> {
        let window = self.window_of(site);
        let recorded =
            window.and_then(|window| self.changes_of(&window.id)?.address(&window.id, on));
        recorded.or(site.address.as_deref())
    }

    /// The telephone of a unit on a day, if known; a window has that of its site.
    #[must_use]
    pub fn unit_phone<'a>(&'a self, unit: &'a Unit, on: Date) -> Option<&'a str> {
        let changes = self.changes_of(&unit.id);
        let recorded = changes.and_then(|changes| changes.phone(&unit.id, on));
        let of_files = unit.phone.as_deref();
        let of_site = || self.site_of_window(unit)?.phone.as_deref();
        recorded.or(of_files).or_else(of_site)
    }

    /// The telephone that a citizen is given for the unit that has the case: that of the unit, else the hotline.
    #[must_use]
    pub fn phone_for_citizens<'a>(&'a self, unit: &UnitId, on: Date) -> &'a str {
        let unit = self.unit(unit);
        let own = unit.and_then(|unit| self.unit_phone(unit, on));
        own.unwrap_or(HOTLINE)
    }

    /// The address of a unit on a day, if known; a window has that of its site.
    #[must_use]
    pub fn unit_address<'a>(&'a self, unit: &'a Unit, on: Date) -> Option<&'a str> {
        let changes = self.changes_of(&unit.id);
        let recorded = changes.and_then(|changes| changes.address(&unit.id, on));
        let of_files = unit.address.as_deref();
        let of_site = || self.site_of_window(unit)?.address.as_deref();
        recorded.or(of_files).or_else(of_site)
    }

    /// The last day until which a unit is marked as full, if it is on that day.
    pub fn full_until(&self, unit: &UnitId, on: Date) -> Option<Date> {
        self.changes_of(unit)?.full_until(unit, on)
    }

    pub fn window_of(&self, site: &Site) -> Option<&Unit> {
        let window: UnitKind = WINDOW.parse().ok()?;
        self.units_of(site)
            .iter()
            .find(|unit| unit.kind == window && unit.station.is_none())
    }

    /// The site whose window a unit is. That of a division of before is no window of the site that took its place.
    fn site_of_window(&self, unit: &Unit) -> Option<&Site> {
        let site = self.site(&unit.site).filter(|site| site.id == unit.site)?;
        let window = self.window_of(site)?;
        (window.id == unit.id).then_some(site)
    }

    pub(crate) fn recorded_state(&self, site: &Site, on: Date) -> Option<SiteState> {
        self.state_entry(site, on).map(|entry| entry.state)
    }

    pub(crate) fn recorded_standing(&self, site: &Site, on: Date) -> Option<SiteStanding> {
        let entry = self.state_entry(site, on)?;
        if entry.state.is_open() {
            return Some(SiteStanding::Open);
        }
        let (label, evidence) = (entry.state.text(), &entry.evidence);
        let why = match entry.until.map(day_words) {
            Some(until) => Words {
                zh: format!("{}至{}：{evidence}", label.zh, until.zh),
                en: format!("{} until {}: {evidence}", label.en, until.en),
            },
            None => Words {
                zh: format!("{}：{evidence}", label.zh),
                en: format!("{}: {evidence}", label.en),
            },
        };
        Some(SiteStanding::Closed { why })
    }

    fn state_entry(&self, site: &Site, on: Date) -> Option<&StateSet> {
        self.changes.site(&site.id)?.state(on)
    }

    fn changes_of(&self, unit: &UnitId) -> Option<&SiteChanges> {
        let site = self.unit(unit)?.site.clone();
        self.changes.site(&site)
    }
}
