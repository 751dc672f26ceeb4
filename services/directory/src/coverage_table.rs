//! Coverage as programs ask for it: the numbers by place and tier, and the sites behind one of them.

use std::num::NonZeroU32;

use jiff::civil::Date;
use onestop_proto::{
    division::{DivisionCode, Tier},
    http::{
        BASE,
        coverage::{
            CoverageCounts, CoverageLine, CoverageNumber, CoverageQuery, CoverageTable,
            CoveredSite, CoveredSites, CoveredSitesQuery, MOST_SITES,
        },
    },
};

use crate::{
    Directory,
    coverage::{CoverageRow, StateCounts},
    coverage_columns::CoverageCell,
    divisions::Division,
};

impl Directory {
    /// The numbers of a division as of a day; none if there is no such division.
    pub fn coverage_table(&self, query: &CoverageQuery, today: Date) -> Option<CoverageTable> {
        let on = query.on.unwrap_or(today);
        let counted = self.coverage(self.present_division(query.within), on)?;
        let lines = counted.rows.iter().flat_map(|row| self.lines(row, on));
        Some(CoverageTable {
            directory: self.version.clone(),
            within: counted.total.place,
            on,
            lines: lines.collect(),
            totals: self.lines(&counted.total, on),
        })
    }

    fn lines(&self, row: &CoverageRow, on: Date) -> Vec<CoverageLine> {
        let tiers = row.tiers();
        let lines = tiers.map(|(tier, counts)| CoverageLine {
            place: row.place,
            name: self.full_name(row.place),
            tier,
            counts: counts_of(counts),
            sites: address(row.place, tier, on),
        });
        lines.collect()
    }

    /// The sites behind a number as of a day, a page at a time; none if there is no such division.
    pub fn covered_sites(&self, query: &CoveredSitesQuery, today: Date) -> Option<CoveredSites> {
        let within = self.division(self.present_division(query.within))?.code;
        let on = query.on.unwrap_or(today);
        let cell = query.cell.map_or(CoverageCell::All, CoverageCell::from);
        let all: Vec<&Division> = self.covered(within, (query.tier, cell), on).collect();
        let page = query.page.unwrap_or(NonZeroU32::MIN).get();
        let here = all.chunks(MOST_SITES).nth(page as usize - 1);
        let here = here.unwrap_or_default().iter();
        Some(CoveredSites {
            directory: self.version.clone(),
            on,
            total: all.len() as u64,
            page,
            pages: all.len().div_ceil(MOST_SITES) as u64,
            sites: here.map(|one| self.covered_site(one, on)).collect(),
        })
    }

    fn covered_site(&self, division: &Division, on: Date) -> CoveredSite {
        let site = self.site_at(division.code);
        let plan = site.and_then(|site| self.opening_plan(site, on));
        let report = site.and_then(|site| self.last_report(site, on));
        CoveredSite {
            division: division.code,
            name: self.full_name(division.code),
            site: site.map(|site| site.id.clone()),
            state: site.map(|site| self.site_state(site, on)),
            opens: plan.map(|plan| plan.opens),
            met: site.map_or(0, |site| self.standards_met(site, on)) as u64,
            points: site.map_or(0, |site| self.checkpoints(site, on).len()) as u64,
            reported: report.map(|report| report.on),
        }
    }
}

fn counts_of(counts: &StateCounts) -> CoverageCounts {
    let of = |number: CoverageNumber| counts.at(number.into()) as u64;
    CoverageCounts {
        all: of(CoverageNumber::All),
        planned: of(CoverageNumber::Planned),
        pilot: of(CoverageNumber::Pilot),
        operating: of(CoverageNumber::Operating),
        suspended: of(CoverageNumber::Suspended),
        none: of(CoverageNumber::WithoutSite),
        due: of(CoverageNumber::Due),
        late: of(CoverageNumber::Late),
        undated: of(CoverageNumber::Undated),
        stale: of(CoverageNumber::Stale),
        without_document: of(CoverageNumber::WithoutDocument),
        photographed: of(CoverageNumber::Photographed),
        meets_standard: of(CoverageNumber::MeetsStandard),
        unverified: of(CoverageNumber::Unverified),
    }
}

/// Where the sites of a tier in a place are listed.
fn address(place: DivisionCode, tier: Tier, on: Date) -> String {
    format!("{BASE}/directory/coverage/sites?within={place}&tier={tier}&on={on}")
}
