//! How far the building of a site is, by its files and by what was recorded: plan, points of the standard, and when
//! a site last confirmed its entry. And what waits for which bureau.

use jiff::{ToSpan, civil::Date};
use onestop_proto::{
    actor::Actor,
    division::DivisionCode,
    ids::{ServiceItem, SiteId},
    registry::{Finding, HoursSet, SiteState, StandardChecked, StateSet},
};

use crate::{
    Directory,
    record_rules::{ChangeApprover, Checkpoint, RecordKind},
    registry_changes::{Proposal, RecordedChange, Report, SiteChanges},
    sites::{Site, SiteStanding},
    units::Unit,
};

/// When a site is to open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpeningPlan<'a> {
    pub opens: Date,
    /// Why it is later than was planned before.
    pub reason: Option<&'a str>,
    /// The day of the first plan, where there was another.
    pub first: Option<Date>,
}

/// A change that waits for a bureau.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waiting<'a> {
    pub site: &'a Site,
    pub proposal: &'a Proposal,
}

impl Directory {
    /// When a site is to open, as was planned on a day: as recorded; or by the files, while they plan it.
    pub fn opening_plan(&self, site: &Site, on: Date) -> Option<OpeningPlan<'_>> {
        let changes = self.changes.site(&site.id);
        if let Some(plan) = changes.and_then(|changes| changes.plan(on)) {
            let first = changes.and_then(|changes| changes.first_plan());
            return Some(OpeningPlan {
                opens: plan.opens,
                reason: plan.reason.as_deref(),
                first: first
                    .map(|first| first.opens)
                    .filter(|first| *first != plan.opens),
            });
        }
        let opens = self.sites.planned_opening(site, on)?;
        Some(OpeningPlan {
            opens,
            reason: None,
            first: None,
        })
    }

    /// Whether a site is still planned on a day by which it was to be open.
    pub fn is_late(&self, site: &Site, on: Date) -> bool {
        self.site_state(site, on) == SiteState::Planned
            && self
                .opening_plan(site, on)
                .is_some_and(|plan| plan.opens <= on)
    }

    /// The points of the standard for a site, each with what was found, as of a day.
    pub fn checkpoints(
        &self,
        site: &Site,
        on: Date,
    ) -> Vec<(&Checkpoint, Option<&StandardChecked>)> {
        let changes = self.changes.site(&site.id);
        let points = self.recording.checkpoints(site.division);
        points
            .map(|point| {
                (
                    point,
                    changes.and_then(|changes| changes.check(&point.id, on)),
                )
            })
            .collect()
    }

    /// How many points of the standard a site meets, as of a day.
    pub fn standards_met(&self, site: &Site, on: Date) -> usize {
        let points = self.checkpoints(site, on).into_iter();
        points
            .filter(|(_, check)| check.is_some_and(|check| check.finding == Finding::Met))
            .count()
    }

    /// Whether a site meets every point of the standard, as of a day. Of most sites nothing was recorded: they meet none.
    pub fn meets_standard(&self, site: &Site, on: Date) -> bool {
        if self.changes.site(&site.id).is_none() {
            return false;
        }
        let points = self.checkpoints(site, on).len();
        points > 0 && self.standards_met(site, on) == points
    }

    /// What the state of a site on a day rests on, where it was recorded.
    pub fn state_evidence(&self, site: &Site, on: Date) -> Option<&StateSet> {
        self.changes.site(&site.id)?.state(on)
    }

    /// Who last said, as of a day, that what is recorded of a site is right, or put it right.
    pub fn last_report(&self, site: &Site, on: Date) -> Option<&Report> {
        self.changes.site(&site.id)?.last_report(on)
    }

    /// What was recorded of a site last, the latest first.
    pub fn history(&self, site: &Site) -> Vec<&RecordedChange> {
        let changes = self.changes.site(&site.id).into_iter();
        changes.flat_map(SiteChanges::history).collect()
    }

    /// Whether the last confirmation of what is recorded of a site is older than the rule allows, or there is none.
    pub fn is_stale(&self, site: &Site, on: Date) -> bool {
        let Some(within) = self.confirm_within_days(site.division) else {
            return false;
        };
        let Some(report) = self.last_report(site, on) else {
            return true;
        };
        let last = report.on.checked_add(i64::from(within).days());
        last.is_ok_and(|last| last < on)
    }

    /// The days within which what is recorded of a site is to be confirmed again.
    pub fn confirm_within_days(&self, place: DivisionCode) -> Option<u32> {
        self.recording.confirm_within_days(place)
    }

    /// The most days for which a unit of a place may be marked as full.
    pub fn most_full_days(&self, place: DivisionCode) -> Option<u32> {
        self.recording.most_full_days(place)
    }

    /// How many days ahead the first day of a change at a place may be; nothing where no row says so.
    pub fn most_days_ahead(&self, place: DivisionCode) -> Option<u32> {
        self.recording.most_days_ahead(place)
    }

    /// Whose approval a change at a place needs besides what its command asks for, and the rule that says so.
    pub fn change_approval(
        &self,
        change: RecordKind,
        place: DivisionCode,
    ) -> Option<(ChangeApprover, &str)> {
        self.recording.approval(change, place)
    }

    /// Whether a public roster may have a name: a surname and a title.
    pub fn is_roster_name(&self, name: &str) -> bool {
        self.recording.is_roster_name(name)
    }

    /// The titles by which people on duty are named.
    pub fn roster_titles(&self) -> Vec<&str> {
        self.recording.titles()
    }

    /// Who is on duty at a unit on a day: surname and title. No person is where its site is closed, or on a day off: a citizen
    /// who goes there would find the door closed.
    pub fn on_duty(&self, unit: &Unit, on: Date) -> &[String] {
        let site = self.site(&unit.site).filter(|_| !unit.is_outside());
        let closed = site.is_some_and(|site| self.site_standing(site, on) != SiteStanding::Open);
        let changes = self.changes.site(&unit.site).filter(|_| !closed);
        let duties = changes.into_iter();
        let mut duties = duties.flat_map(|changes| changes.duties(&unit.id, on));
        let today = duties.find(|set| self.covers_day(&set.weekdays, on, unit.division));
        today.map_or(&[], |set| &set.names)
    }

    /// The changes that wait for the decision of a bureau, by the divisions of their sites. A body outside the bureau decides none.
    pub fn waiting_for(&self, actor: &Actor) -> Vec<Waiting<'_>> {
        self.waiting(|proposal| {
            let approver = self.unit(&proposal.proposed.approver);
            approver.is_some_and(|approver| self.oversees(actor, approver.division))
        })
    }

    pub fn waiting_at(&self, site: &SiteId) -> Vec<Waiting<'_>> {
        self.waiting(|proposal| proposal.proposed.site == *site)
    }

    /// What was proposed for a site of a division of before lapses with it: its number is another proposal's at the site of
    /// the successor.
    fn waiting(&self, concerns: impl Fn(&Proposal) -> bool) -> Vec<Waiting<'_>> {
        let mut waiting = Vec::new();
        for (id, changes) in self.changes.sites() {
            let Some(site) = self.site(id).filter(|site| site.id == *id) else {
                continue;
            };
            let found = changes.waiting().filter(|proposal| concerns(proposal));
            waiting.extend(found.map(|proposal| Waiting { site, proposal }));
        }
        waiting.sort_by_key(|one| (one.site.division, one.proposal.proposed.proposal));
        waiting
    }

    pub(crate) fn recorded_hours(
        &self,
        site: &Site,
        item: &ServiceItem,
        on: Date,
    ) -> Option<&HoursSet> {
        self.changes.site(&site.id)?.hours(item, on)
    }
}
