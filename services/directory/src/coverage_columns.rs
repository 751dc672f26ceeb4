//! What a count of sites has a number for: their states, and what else is counted of them.

use crate::site_state::SiteState;

/// The columns of a count: the states of sites, and divisions without a site at the end.
pub const COVERAGE_COLUMNS: [Option<SiteState>; 5] = [
    Some(SiteState::Planned),
    Some(SiteState::Pilot),
    Some(SiteState::Operating),
    Some(SiteState::Suspended),
    None,
];

/// What is counted of sites besides their states: against their plans, and what is recorded of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlanColumn {
    Due,
    /// They are planned still, on a day by which they were to be open.
    Late,
    /// They are planned, without a date.
    Undated,
    /// What is recorded of them was not confirmed for too long.
    Stale,
    /// They are open, and what their opening rests on was not added as a file.
    WithoutDocument,
    Photographed,
    /// They meet every point of the standard.
    MeetsStandard,
    /// They are open by their record alone: it was not confirmed for too long, or nothing of the standard is met.
    Unverified,
}

/// The columns of a count against the plan.
pub const PLAN_COLUMNS: [PlanColumn; 8] = [
    PlanColumn::Due,
    PlanColumn::Late,
    PlanColumn::Undated,
    PlanColumn::Stale,
    PlanColumn::WithoutDocument,
    PlanColumn::Photographed,
    PlanColumn::MeetsStandard,
    PlanColumn::Unverified,
];

/// A number of a count, which leads to the sites behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CoverageCell {
    All,
    /// Sites in a state; none: divisions without a site.
    State(Option<SiteState>),
    /// Sites against their plan.
    Plan(PlanColumn),
}
