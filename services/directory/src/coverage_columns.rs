//! What a count of sites has a number for: their states, and what else is counted of them.

use onestop_proto::http::coverage::CoverageNumber;

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

impl CoverageCell {
    /// What addresses and programs call it.
    #[must_use]
    pub const fn number(self) -> CoverageNumber {
        match self {
            Self::All => CoverageNumber::All,
            Self::State(Some(SiteState::Planned)) => CoverageNumber::Planned,
            Self::State(Some(SiteState::Pilot)) => CoverageNumber::Pilot,
            Self::State(Some(SiteState::Operating)) => CoverageNumber::Operating,
            Self::State(Some(SiteState::Suspended)) => CoverageNumber::Suspended,
            Self::State(None) => CoverageNumber::WithoutSite,
            Self::Plan(PlanColumn::Due) => CoverageNumber::Due,
            Self::Plan(PlanColumn::Late) => CoverageNumber::Late,
            Self::Plan(PlanColumn::Undated) => CoverageNumber::Undated,
            Self::Plan(PlanColumn::Stale) => CoverageNumber::Stale,
            Self::Plan(PlanColumn::WithoutDocument) => CoverageNumber::WithoutDocument,
            Self::Plan(PlanColumn::Photographed) => CoverageNumber::Photographed,
            Self::Plan(PlanColumn::MeetsStandard) => CoverageNumber::MeetsStandard,
            Self::Plan(PlanColumn::Unverified) => CoverageNumber::Unverified,
        }
    }
}

impl From<CoverageNumber> for CoverageCell {
    fn from(number: CoverageNumber) -> Self {
        match number {
            CoverageNumber::All => Self::All,
            CoverageNumber::Planned => Self::State(Some(SiteState::Planned)),
            CoverageNumber::Pilot => Self::State(Some(SiteState::Pilot)),
            CoverageNumber::Operating => Self::State(Some(SiteState::Operating)),
            CoverageNumber::Suspended => Self::State(Some(SiteState::Suspended)),
            CoverageNumber::WithoutSite => Self::State(None),
            CoverageNumber::Due => Self::Plan(PlanColumn::Due),
            CoverageNumber::Late => Self::Plan(PlanColumn::Late),
            CoverageNumber::Undated => Self::Plan(PlanColumn::Undated),
            CoverageNumber::Stale => Self::Plan(PlanColumn::Stale),
            CoverageNumber::WithoutDocument => Self::Plan(PlanColumn::WithoutDocument),
            CoverageNumber::Photographed => Self::Plan(PlanColumn::Photographed),
            CoverageNumber::MeetsStandard => Self::Plan(PlanColumn::MeetsStandard),
            CoverageNumber::Unverified => Self::Plan(PlanColumn::Unverified),
        }
    }
}
