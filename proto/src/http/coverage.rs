//! Questions about staged building (分批建设覆盖) that the gateway answers itself: how many divisions of each tier have a site in
//! which state, as of a day and against the plan; and which sites are behind a number.

use std::num::NonZeroU32;

use jiff::civil::Date;
use schemars::schema_for;
use serde::{Deserialize, Serialize};

use super::parameters::{Parameter, parameters};
use crate::{
    division::{DivisionCode, Tier},
    ids::SiteId,
    registry::SiteState,
};

/// Sites of one answer.
pub const MOST_SITES: usize = 200;

choices! {
    /// What a number of the coverage counts (统计项). A site is in one state, and may be in several of the others.
    pub enum CoverageNumber {
        All = "all", "总数", "all";
        Planned = "planned", "拟建", "planned";
        Pilot = "pilot", "试点", "pilot";
        Operating = "operating", "正式运行", "operating";
        Suspended = "suspended", "暂停服务", "suspended";
        WithoutSite = "none", "未设站点", "no site";
        Due = "due", "计划应开放", "to be open by plan";
        Late = "late", "逾期未开放", "late";
        Undated = "undated", "拟建未定日期", "planned for no day";
        Stale = "stale", "久未确认", "not confirmed for long";
        WithoutDocument = "without-document", "已开放无依据", "open without a document";
        Photographed = "photographed", "有照片", "with photos";
        MeetsStandard = "meets-standard", "全部达标", "meet the whole standard";
        Unverified = "unverified", "开放未核实", "open, unverified";
    }
}

/// How many divisions in one have a site in which state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CoverageQuery {
    /// The division.
    pub within: DivisionCode,
    /// As of which day; without one today.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub on: Option<Date>,
}

/// The answer to [`CoverageQuery`]: the numbers of the page `/coverage` and of its file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct CoverageTable {
    /// The version of the directory.
    pub directory: String,
    /// The division.
    pub within: DivisionCode,
    /// The day; one that is to come shows what is expected.
    #[schemars(with = "String")]
    pub on: Date,
    /// The division by itself, then each division directly below it with all that lie in it, by tier.
    pub lines: Vec<CoverageLine>,
    /// All of them together, by tier.
    pub totals: Vec<CoverageLine>,
}

/// The divisions of one tier in a place, counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct CoverageLine {
    /// The place.
    pub place: DivisionCode,
    /// Its name with those above it, from the prefecture down.
    pub name: String,
    /// The tier of the divisions that are counted.
    pub tier: Tier,
    /// How many there are.
    pub counts: CoverageCounts,
    /// The address of the sites of this line. With `&cell=` and the name of a number behind it, of the sites behind that number.
    pub sites: String,
}

/// Each number of a line by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct CoverageCounts {
    /// All divisions.
    pub all: u64,
    /// Their sites are planned.
    pub planned: u64,
    /// Their sites are on trial.
    pub pilot: u64,
    /// Their sites are operating.
    pub operating: u64,
    /// Their sites are suspended.
    pub suspended: u64,
    /// They have no site.
    pub none: u64,
    /// Sites that were to be open by the day.
    pub due: u64,
    /// Sites that were to be open by the day and are planned still.
    pub late: u64,
    /// Sites that are planned for no day.
    pub undated: u64,
    /// Sites whose entry was not confirmed for too long.
    pub stale: u64,
    /// Open sites without a document on which their opening rests.
    pub without_document: u64,
    /// Sites with photos.
    pub photographed: u64,
    /// Sites that meet every point of the standard.
    pub meets_standard: u64,
    /// Open sites whose entry was not confirmed for too long, or that meet nothing of the standard.
    pub unverified: u64,
}

impl CoverageCounts {
    /// A number by its name.
    #[must_use]
    pub const fn of(&self, number: CoverageNumber) -> u64 {
        match number {
            CoverageNumber::All => self.all,
            CoverageNumber::Planned => self.planned,
            CoverageNumber::Pilot => self.pilot,
            CoverageNumber::Operating => self.operating,
            CoverageNumber::Suspended => self.suspended,
            CoverageNumber::WithoutSite => self.none,
            CoverageNumber::Due => self.due,
            CoverageNumber::Late => self.late,
            CoverageNumber::Undated => self.undated,
            CoverageNumber::Stale => self.stale,
            CoverageNumber::WithoutDocument => self.without_document,
            CoverageNumber::Photographed => self.photographed,
            CoverageNumber::MeetsStandard => self.meets_standard,
            CoverageNumber::Unverified => self.unverified,
        }
    }
}

/// Which sites: those behind a number of [`CoverageTable`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CoveredSitesQuery {
    /// The division.
    pub within: DivisionCode,
    /// The tier.
    pub tier: Tier,
    /// Which number; without one all divisions of the tier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cell: Option<CoverageNumber>,
    /// As of which day; without one today.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub on: Option<Date>,
    /// Which page, from 1; without one the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page: Option<NonZeroU32>,
}

/// The answer to [`CoveredSitesQuery`], in the order of the codes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct CoveredSites {
    /// The version of the directory.
    pub directory: String,
    /// The day.
    #[schemars(with = "String")]
    pub on: Date,
    /// How many there are on all pages: the number.
    pub total: u64,
    /// Which page it is.
    pub page: u32,
    /// How many pages there are.
    pub pages: u64,
    /// At most [`MOST_SITES`].
    pub sites: Vec<CoveredSite>,
}

/// A division and its site, as of the day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct CoveredSite {
    /// The division.
    pub division: DivisionCode,
    /// Its name with those above it, from the prefecture down.
    pub name: String,
    /// Its site, if it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site: Option<SiteId>,
    /// The state of the site.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<SiteState>,
    /// The day on which it is to open, if it is planned for one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub opens: Option<Date>,
    /// How many points of the standard it meets.
    pub met: u64,
    /// How many there are.
    pub points: u64,
    /// The day on which what is recorded of it was last confirmed or put right.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub reported: Option<Date>,
}

/// The parameters of [`CoverageQuery`].
pub fn coverage_parameters() -> Vec<Parameter> {
    parameters(&schema_for!(CoverageQuery).to_value())
}

/// The parameters of [`CoveredSitesQuery`].
pub fn covered_sites_parameters() -> Vec<Parameter> {
    parameters(&schema_for!(CoveredSitesQuery).to_value())
}
