//! Staged building (分批建设), counted: how many divisions of each tier have a site in which state, as of a day.

use jiff::civil::Date;
use onestop_proto::{
    division::{DivisionCode, Tier},
    registry::EvidenceKind,
};

use crate::{
    Directory,
    coverage_columns::{CoverageCell, PLAN_COLUMNS, PlanColumn},
    divisions::Division,
    site_state::SiteState,
    sites::Site,
};

/// Divisions of one tier, counted by the state of their sites.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct StateCounts {
    planned: usize,
    pilot: usize,
    operating: usize,
    suspended: usize,
    without_site: usize,
    due: usize,
    late: usize,
    undated: usize,
    stale: usize,
    unverified: usize,
    without_document: usize,
    photographed: usize,
    meets_standard: usize,
}

impl StateCounts {
    /// The sites of a column of the plan. A site may be in none, or in several.
    pub const fn against(&self, plan: PlanColumn) -> usize {
        match plan {
            PlanColumn::Due => self.due,
            PlanColumn::Late => self.late,
            PlanColumn::Undated => self.undated,
            PlanColumn::Stale => self.stale,
            PlanColumn::WithoutDocument => self.without_document,
            PlanColumn::Photographed => self.photographed,
            PlanColumn::MeetsStandard => self.meets_standard,
            PlanColumn::Unverified => self.unverified,
        }
    }

    pub const fn at(&self, cell: CoverageCell) -> usize {
        match cell {
            CoverageCell::All => self.total(),
            CoverageCell::State(state) => self.of(state),
            CoverageCell::Plan(plan) => self.against(plan),
        }
    }

    fn add_plan(&mut self, plan: PlanColumn) {
        let count = match plan {
            PlanColumn::Due => &mut self.due,
            PlanColumn::Late => &mut self.late,
            PlanColumn::Undated => &mut self.undated,
            PlanColumn::Stale => &mut self.stale,
            PlanColumn::WithoutDocument => &mut self.without_document,
            PlanColumn::Photographed => &mut self.photographed,
            PlanColumn::MeetsStandard => &mut self.meets_standard,
            PlanColumn::Unverified => &mut self.unverified,
        };
        *count += 1;
    }

    const fn plus(self, more: &Self) -> Self {
        Self {
            planned: self.planned + more.planned,
            pilot: self.pilot + more.pilot,
            operating: self.operating + more.operating,
            suspended: self.suspended + more.suspended,
            without_site: self.without_site + more.without_site,
            due: self.due + more.due,
            late: self.late + more.late,
            undated: self.undated + more.undated,
            stale: self.stale + more.stale,
            unverified: self.unverified + more.unverified,
            without_document: self.without_document + more.without_document,
            photographed: self.photographed + more.photographed,
            meets_standard: self.meets_standard + more.meets_standard,
        }
    }

    /// The divisions whose site is in a state; none: those without a site.
    pub const fn of(&self, state: Option<SiteState>) -> usize {
        match state {
            Some(SiteState::Planned) => self.planned,
            Some(SiteState::Pilot) => self.pilot,
            Some(SiteState::Operating) => self.operating,
            Some(SiteState::Suspended) => self.suspended,
            None => self.without_site,
        }
    }

    pub const fn total(&self) -> usize {
        self.planned + self.pilot + self.operating + self.suspended + self.without_site
    }

    fn add(&mut self, state: Option<SiteState>) {
        let count = match state {
            Some(SiteState::Planned) => &mut self.planned,
            Some(SiteState::Pilot) => &mut self.pilot,
            Some(SiteState::Operating) => &mut self.operating,
            Some(SiteState::Suspended) => &mut self.suspended,
            None => &mut self.without_site,
        };
        *count += 1;
    }
}

/// The counts of one place, by tier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CoverageRow {
    pub place: DivisionCode,
    tiers: [StateCounts; Tier::ALL.len()],
}

impl CoverageRow {
    fn empty(place: DivisionCode) -> Self {
        Self {
            place,
            tiers: [StateCounts::default(); Tier::ALL.len()],
        }
    }

    fn of_tier(&mut self, tier: Tier) -> Option<&mut StateCounts> {
        let mut tiers = Tier::ALL.iter().zip(&mut self.tiers);
        let found = tiers.find(|(known, _)| **known == tier);
        found.map(|(_, counts)| counts)
    }

    /// The tiers that have a division here, from the widest, with their counts.
    pub fn tiers(&self) -> impl Iterator<Item = (Tier, &StateCounts)> {
        let all = Tier::ALL.into_iter().zip(&self.tiers);
        all.filter(|(_, counts)| counts.total() > 0)
    }

    /// The divisions of all tiers whose site is in a state; none: those without a site.
    pub fn of(&self, state: Option<SiteState>) -> usize {
        self.tiers.iter().map(|counts| counts.of(state)).sum()
    }

    /// The sites of all tiers in a column of the plan.
    pub fn against(&self, plan: PlanColumn) -> usize {
        self.tiers.iter().map(|counts| counts.against(plan)).sum()
    }

    pub fn total(&self) -> usize {
        self.tiers.iter().map(StateCounts::total).sum()
    }
}

/// The state of building in a division, as of a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coverage {
    pub as_of: Date,
    /// The division by itself, then each division directly below it with all that lie in it: every division is
    /// counted in one row.
    pub rows: Vec<CoverageRow>,
    pub total: CoverageRow,
}

impl Directory {
    /// Counts the divisions in one by tier and by the state of their sites on a day; none if there is no such
    /// division.
    pub fn coverage(&self, within: DivisionCode, as_of: Date) -> Option<Coverage> {
        let own = self.division(within)?;
        let mut total = CoverageRow::empty(within);
        let mut rows = vec![self.count([own], within, as_of)];
        for part in self.children(within) {
            let inside = self.divisions().skip_while(|one| one.code < part.code);
            let inside = inside.take_while(|one| part.code.contains(one.code));
            rows.push(self.count(inside, part.code, as_of));
        }
        for row in &rows {
            for (sum, counts) in total.tiers.iter_mut().zip(&row.tiers) {
                *sum = sum.plus(counts);
            }
        }
        Some(Coverage { as_of, rows, total })
    }

    /// The divisions behind a number of [`Directory::coverage`]: those of a tier in a division whose site is counted in
    /// a cell on a day, in the order of their codes.
    pub fn covered(
        &self,
        within: DivisionCode,
        (tier, cell): (Tier, CoverageCell),
        as_of: Date,
    ) -> impl Iterator<Item = &Division> {
        self.divisions().filter(move |one| {
            let here = one.tier() == tier && within.contains(one.code);
            here && match cell {
                CoverageCell::All => true,
                CoverageCell::State(state) => self.building_state(one, as_of) == state,
                CoverageCell::Plan(plan) => {
                    let site = self.site_at(one.code);
                    site.is_some_and(|site| self.is_in_column(site, plan, as_of))
                }
            }
        })
    }

    /// Whether a site is counted in a column of the plan on a day.
    fn is_in_column(&self, site: &Site, plan: PlanColumn, as_of: Date) -> bool {
        match plan {
            PlanColumn::Due => {
                let planned = self.opening_plan(site, as_of);
                planned.is_some_and(|planned| planned.opens <= as_of)
            }
            PlanColumn::Late => self.is_late(site, as_of),
            PlanColumn::Undated => {
                self.site_state(site, as_of) == SiteState::Planned
                    && self.opening_plan(site, as_of).is_none()
            }
            PlanColumn::Stale => self.is_stale(site, as_of),
            PlanColumn::WithoutDocument => {
                self.site_state(site, as_of).is_open() && !self.has_opening_basis(site, as_of)
            }
            PlanColumn::Photographed => self.evidence_count(site, EvidenceKind::Photo, as_of) > 0,
            PlanColumn::MeetsStandard => self.meets_standard(site, as_of),
            PlanColumn::Unverified => self.is_unverified(site, as_of),
        }
    }

    /// Whether a site is open by its record alone: that was not confirmed for too long, or nothing of the standard is met.
    fn is_unverified(&self, site: &Site, as_of: Date) -> bool {
        let nothing_met =
            || !self.checkpoints(site, as_of).is_empty() && self.standards_met(site, as_of) == 0;
        self.site_state(site, as_of) == SiteState::Operating
            && (self.is_stale(site, as_of) || nothing_met())
    }

    /// The state of a division's site on a day; none if it has no site.
    fn building_state(&self, division: &Division, as_of: Date) -> Option<SiteState> {
        let site = self.site_at(division.code)?;
        Some(self.site_state(site, as_of))
    }

    fn count<'a>(
        &self,
        divisions: impl IntoIterator<Item = &'a Division>,
        place: DivisionCode,
        as_of: Date,
    ) -> CoverageRow {
        let mut row = CoverageRow::empty(place);
        for division in divisions {
            let Some(counts) = row.of_tier(division.tier()) else {
                continue;
            };
            counts.add(self.building_state(division, as_of));
            let Some(site) = self.site_at(division.code) else {
                continue;
            };
            for plan in PLAN_COLUMNS {
                if self.is_in_column(site, plan, as_of) {
                    counts.add_plan(plan);
                }
            }
        }
        row
    }
}
