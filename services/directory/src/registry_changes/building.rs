//! What was recorded of the building of a site, its opening hours and its people on duty.

use std::collections::BTreeSet;

use jiff::civil::Date;
use onestop_proto::{
    actor::Actor,
    case::FileHash,
    ids::{ServiceItem, Topic, UnitId},
    registry::{
        DutySet, EvidenceAttached, EvidenceKind, Finding, Hours, HoursSet, OpeningPlanned,
        StandardChecked,
    },
};

use super::{SiteChanges, by_decider, decider_tier};

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

    /// What was found of a point of the standard, as of a day. What a wider tier has found not met, no narrower one finds met.
    pub fn check(&self, checkpoint: &Topic, on: Date) -> Option<&StandardChecked> {
        let latest = self.checks.iter().rev();
        let of_point = latest.filter(|check| check.checkpoint == *checkpoint && check.from <= on);
        let layers = by_decider(of_point, |check| check.decided_by);
        let mut not_met = layers.iter();
        let not_met = not_met.find(|check| check.finding == Finding::NotMet);
        not_met.or(layers.last()).copied()
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
    pub fn withdrawn_files(&self) -> impl Iterator<Item = &FileHash> {
        self.withdrawn.iter().map(|file| &file.hash)
    }

    /// How many files of a kind the site had on a day, also those that were withdrawn since.
    pub(crate) fn evidence_count(&self, kind: EvidenceKind, on: Date) -> usize {
        let present = self.evidence(on).filter(|file| file.kind == kind);
        let withdrawn = self.withdrawn.iter();
        let withdrawn =
            withdrawn.filter(|file| file.kind == kind && file.from <= on && on < file.withdrawn);
        present.count() + withdrawn.count()
    }

    /// The day on which the entry was confirmed last, by a command that says so.
    pub const fn confirmed(&self) -> Option<Date> {
        self.confirmed
    }

    /// The last report that what is recorded of the site is right, or was put right, as of a day.
    pub fn last_report(&self, on: Date) -> Option<&Report> {
        self.reports.iter().rev().find(|report| report.on <= on)
    }

    /// The opening hours that were recorded for an item and hold on a day. Those that a wider tier has set, a narrower one
    /// extends and does not cut.
    pub fn hours(&self, item: &ServiceItem, on: Date) -> Option<&HoursSet> {
        let concerns = |set: &&HoursSet| set.items.is_empty() || set.items.contains(item);
        let layers = by_decider(self.all_hours(on).filter(concerns), |set| set.decided_by);
        holding(layers)
    }

    /// All opening hours that were recorded and hold on a day, the one that counts first.
    pub fn all_hours(&self, on: Date) -> impl Iterator<Item = &HoursSet> + Clone {
        let latest = self.hours.iter().rev();
        latest.filter(move |set| set.from <= on && set.until.is_none_or(|until| on <= until))
    }

    /// The hours that wider bureaus have set for one of the same items, on the first day of others by which the site would be open
    /// for less.
    pub fn hours_cut_by(&self, set: &HoursSet) -> Option<&HoursSet> {
        let known = self.all_hours(set.from);
        let concerned: BTreeSet<Option<&ServiceItem>> = if set.items.is_empty() {
            let named = known.flat_map(|known| &known.items);
            named.map(Some).chain([None]).collect()
        } else {
            set.items.iter().map(Some).collect()
        };
        let cut = |item| {
            let wider = holding(self.wider_hours(item, set));
            wider.filter(|known| !covers(set, known))
        };
        concerned.into_iter().find_map(cut)
    }

    /// The hours that wider bureaus have set for an item, or for all that are not named, when others begin.
    fn wider_hours(&self, item: Option<&ServiceItem>, set: &HoursSet) -> Vec<&HoursSet> {
        let concerns = |known: &&HoursSet| {
            known.items.is_empty() || item.is_some_and(|item| known.items.contains(item))
        };
        let own = decider_tier(set.decided_by);
        let all = self.all_hours(set.from).filter(concerns);
        let mut layers = by_decider(all, |known| known.decided_by);
        layers.retain(|known| decider_tier(known.decided_by) < own);
        layers
    }

    /// What was recorded of who is on duty at a unit and holds on a day, the one that counts first.
    pub(crate) fn duties(&self, unit: &UnitId, on: Date) -> impl Iterator<Item = &DutySet> {
        let latest = self.duties.iter().rev();
        latest.filter(move |set| {
            set.unit == *unit && set.from <= on && set.until.is_none_or(|until| on <= until)
        })
    }
}

/// Of what bureaus have set, from the widest, what holds: a narrower one extends the hours of a wider one, and does not cut them.
fn holding(layers: Vec<&HoursSet>) -> Option<&HoursSet> {
    let layers = layers.into_iter();
    layers.reduce(|wide, narrow| if covers(narrow, wide) { narrow } else { wide })
}

/// Whether a site is open at all the times at which it was: each span of hours lies in one of the others. Hours that are not known
/// are those of the files.
fn covers(new: &HoursSet, known: &HoursSet) -> bool {
    let mut days = known.weekdays.iter();
    let all_days = days.all(|day| new.weekdays.contains(day));
    let within = |span: &Hours| {
        let mut spans = new.hours.iter();
        spans.any(|wider| wider.from <= span.from && span.to <= wider.to)
    };
    let all_hours = !known.hours.is_empty() && known.hours.iter().all(within);
    all_days && (all_hours || new.hours == known.hours)
}
