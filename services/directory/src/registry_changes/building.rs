//! What was recorded of the building of a site, its opening hours and its people on duty.

use jiff::civil::Date;
use onestop_proto::{
    actor::Actor,
    case::FileHash,
    ids::{ServiceItem, Topic, UnitId},
    registry::{DutySet, EvidenceAttached, HoursSet, OpeningPlanned, StandardChecked, Weekday},
};

use super::SiteChanges;

/// That something was reported of a site: by whom, on which day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    pub by: Actor,
    /// The day, in China.
    pub on: Date,
}

impl SiteChanges {
    /// The plan of opening that holds on a day.
    pub fn plan(&self, on: Date) -> Option<&OpeningPlanned> {
        let mut latest = self.plans.iter().rev();
        latest.find(|plan| plan.from <= on)
    }

    /// The first plan of opening that was recorded: against it a delay is counted.
    pub fn first_plan(&self) -> Option<&OpeningPlanned> {
        self.plans.first()
    }

    /// What was found of a point of the standard, as of a day.
    pub fn check(&self, checkpoint: &Topic, on: Date) -> Option<&StandardChecked> {
        let mut latest = self.checks.iter().rev();
        latest.find(|check| check.checkpoint == *checkpoint && check.from <= on)
    }

    /// The files that were added by a day, in the order of the log.
    pub fn evidence(&self, on: Date) -> impl Iterator<Item = &EvidenceAttached> {
        self.evidence.iter().filter(move |file| file.from <= on)
    }

    /// The files of the site, in the order of the log.
    #[must_use]
    pub fn files(&self) -> &[EvidenceAttached] {
        &self.evidence
    }

    /// The files that were withdrawn. One that came again is among [`SiteChanges::files`] too.
    #[must_use]
    pub fn withdrawn_files(&self) -> &[FileHash] {
        &self.withdrawn
    }

    /// The day on which the entry was confirmed last, by a command that says so.
    pub const fn confirmed(&self) -> Option<Date> {
        self.confirmed
    }

    /// The last report that what is recorded of the site is right, or was put right, as of a day.
    pub fn last_report(&self, on: Date) -> Option<&Report> {
        self.reports.iter().rev().find(|report| report.on <= on)
    }

    /// The opening hours that were recorded for an item and hold on a day.
    pub fn hours(&self, item: &ServiceItem, on: Date) -> Option<&HoursSet> {
        let concerns = |set: &&HoursSet| set.items.is_empty() || set.items.contains(item);
        self.all_hours(on).find(concerns)
    }

    /// All opening hours that were recorded and hold on a day, the one that counts first.
    pub fn all_hours(&self, on: Date) -> impl Iterator<Item = &HoursSet> {
        let latest = self.hours.iter().rev();
        latest.filter(move |set| set.from <= on && set.until.is_none_or(|until| on <= until))
    }

    /// Who is on duty at a unit on a day, as surname and title.
    pub fn on_duty(&self, unit: &UnitId, on: Date) -> &[String] {
        let today = Weekday::of(on);
        let holds = |set: &&DutySet| {
            set.unit == *unit
                && set.from <= on
                && set.until.is_none_or(|until| on <= until)
                && set.weekdays.contains(&today)
        };
        let set = self.duties.iter().rev().find(holds);
        set.map_or(&[], |set| &set.names)
    }
}
