//! Staged building (分批建设), counted: how many divisions of each tier have a site in which state, as of a day.

use jiff::civil::Date;
use onestop_proto::division::{DivisionCode, Tier};

use crate::{Directory, divisions::Division, site_state::SiteState};

/// The columns of a count: the states of sites, and divisions without a site at the end.
pub const COVERAGE_COLUMNS: [Option<SiteState>; 5] = [
    Some(SiteState::Planned),
    Some(SiteState::Pilot),
    Some(SiteState::Operating),
    Some(SiteState::Suspended),
    None,
];

/// Divisions of one tier, counted by the state of their sites.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct StateCounts {
    planned: usize,
    pilot: usize,
    operating: usize,
    suspended: usize,
    without_site: usize,
}

impl StateCounts {
    /// The divisions whose site is in a state; none: those without a site.
    #[must_use]
    pub const fn of(&self, state: Option<SiteState>) -> usize {
        match state {
            Some(SiteState::Planned) => self.planned,
            Some(SiteState::Pilot) => self.pilot,
            Some(SiteState::Operating) => self.operating,
            Some(SiteState::Suspended) => self.suspended,
            None => self.without_site,
        }
    }

    /// All divisions counted.
    #[must_use]
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
    /// The place.
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

    fn add(&mut self, tier: Tier, state: Option<SiteState>) {
        let counted = Tier::ALL.iter().zip(&mut self.tiers);
        for (_, counts) in counted.filter(|(known, _)| **known == tier) {
            counts.add(state);
        }
    }

    /// The tiers that have a division here, from the widest, with their counts.
    pub fn tiers(&self) -> impl Iterator<Item = (Tier, &StateCounts)> {
        let all = Tier::ALL.into_iter().zip(&self.tiers);
        all.filter(|(_, counts)| counts.total() > 0)
    }

    /// The divisions of all tiers whose site is in a state; none: those without a site.
    #[must_use]
    pub fn of(&self, state: Option<SiteState>) -> usize {
        self.tiers.iter().map(|counts| counts.of(state)).sum()
    }

    /// All divisions counted.
    #[must_use]
    pub fn total(&self) -> usize {
        self.tiers.iter().map(StateCounts::total).sum()
    }
}

/// The state of building in a division, as of a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coverage {
    /// The day.
    pub as_of: Date,
    /// The division by itself, then each division directly below it with all that lie in it: every division is
    /// counted in one row.
    pub rows: Vec<CoverageRow>,
    /// All of them.
    pub total: CoverageRow,
}

impl Directory {
    /// Counts the divisions in one by tier and by the state of their sites on a day; none if there is no such
    /// division.
    #[must_use]
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
                *sum = StateCounts {
                    planned: sum.planned + counts.planned,
                    pilot: sum.pilot + counts.pilot,
                    operating: sum.operating + counts.operating,
                    suspended: sum.suspended + counts.suspended,
                    without_site: sum.without_site + counts.without_site,
                };
            }
        }
        Some(Coverage { as_of, rows, total })
    }

    /// The divisions behind a number of [`Directory::coverage`]: those of a tier in a division whose site is in a
    /// state on a day, in the order of their codes.
    pub fn covered(
        &self,
        within: DivisionCode,
        (tier, state): (Tier, Option<SiteState>),
        as_of: Date,
    ) -> impl Iterator<Item = &Division> {
        self.divisions().filter(move |one| {
            let here = one.tier() == tier && within.contains(one.code);
            here && self.building_state(one, as_of) == state
        })
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
            row.add(division.tier(), self.building_state(division, as_of));
        }
        row
    }
}
