//! `onestop directory …`.

use std::{num::NonZeroU32, path::PathBuf};

use clap::{Args, Subcommand};
use onestop_proto::{
    clock::Step,
    division::{DivisionCode, Tier},
    http::coverage::CoverageNumber,
    ids::{ServiceItem, SiteId, Topic, UnitId},
    reckoning::Standstill,
    routing::PlaceKind,
    time::Timestamp,
};

#[derive(Subcommand)]
pub(crate) enum DirectoryCommand {
    /// Divisions, their sites and units; of one site also who houses it, and what it offers on a day
    #[command(after_help = "\
Examples:
  onestop directory sites --find 宁洱
  onestop directory sites --at 530827 --on 2026-12-01
  onestop directory sites --at 530828207 --recorded")]
    Sites(SitesArgs),
    /// How many sites of each tier are planned, on trial, operating or suspended, as of a day and against the plan, and which
    #[command(after_help = "\
Examples:
  onestop directory coverage --within 5308 --recorded
  onestop directory coverage --within 530821 --on 2026-12-01 --tier township --cell late
It has the numbers of the page /coverage.")]
    Coverage(CoverageArgs),
    /// Which time limits hold at a place on a day, and why: by the files, or with what bureaus have recorded since
    #[command(after_help = "\
Examples:
  onestop directory standards --at 530821000000 --on 2026-12-01
  onestop directory standards --at 530821 --recorded
What is recorded is also on the page /places of a place.")]
    Standards {
        /// The place
        #[arg(long)]
        at: DivisionCode,
        /// On that day, as 2026-12-01 [default: today]
        #[arg(long, value_name = "DAY")]
        on: Option<String>,
        /// With what the registry of the running node has recorded
        #[arg(long)]
        recorded: bool,
    },
    /// When a step is due, and every day that does not count, with its reason: by the files, or as recorded since
    #[command(after_help = "\
Examples:
  onestop directory due --step legal-aid.review --at 532801 --from 2025-04-07
  onestop directory due --step legal-aid.review --at 530821 --from 2026-03-07T16:20 \\
      --pause 2026-03-09..2026-03-12
With what is recorded the page /due reckons too.")]
    Due(DueArgs),
    /// Who would be offered a case, and why
    #[command(
        after_help = "Example: onestop directory route --item legal-aid --topic labour-pay --place 530821101"
    )]
    Route(RouteArgs),
    /// Record sites from a sheet (xlsx, or CSV in UTF-8): telephone, address, state, planned opening; errors are listed by row
    #[command(after_help = "\
Examples:
  onestop directory import sites.xlsx --check
  onestop directory import sites.xlsx --by supervisor/li@53.bureau
The rows with problems are written beside the sheet, to be mended and sent again.
A sheet to begin with: onestop directory template --out sites.xlsx")]
    Import {
        /// The sheet
        file: PathBuf,
        /// Only say what is wrong with it, and what it would change
        #[arg(long)]
        check: bool,
    },
    /// Write a workbook to begin with: the headings, an example, the values that a column takes
    #[command(after_help = "Example: onestop directory template --out sites.xlsx")]
    Template {
        /// The file
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Write the files of the directory, and a sheet of all sites as they are recorded (CSV and xlsx)
    #[command(after_help = "Example: onestop directory export --out folder")]
    Export {
        /// The folder
        #[arg(long)]
        out: PathBuf,
    },
}

#[derive(Args)]
pub(crate) struct CoverageArgs {
    /// The division
    #[arg(long)]
    pub(crate) within: DivisionCode,
    /// As of that day, as 2026-12-01 [default: today]
    #[arg(long, value_name = "DAY")]
    pub(crate) on: Option<String>,
    /// The sites of this tier, such as county or village, instead of the numbers
    #[arg(long)]
    pub(crate) tier: Option<Tier>,
    /// Only the sites behind this number, such as planned or late
    #[arg(long, value_name = "NUMBER", requires = "tier")]
    pub(crate) cell: Option<CoverageNumber>,
    /// Which page of the sites [default: 1]
    #[arg(long, requires = "tier")]
    pub(crate) page: Option<NonZeroU32>,
    /// With what the registry of the running node has recorded
    #[arg(long)]
    pub(crate) recorded: bool,
}

#[derive(Args)]
pub(crate) struct DueArgs {
    /// The step, as `legal-aid.review`
    #[arg(long)]
    pub(crate) step: Step,
    /// The place
    #[arg(long)]
    pub(crate) at: DivisionCode,
    /// When it began, as 2026-03-07T16:20 or 2026-03-07
    #[arg(long, value_name = "MOMENT")]
    pub(crate) from: Timestamp,
    /// It stood still, as 2026-03-09..2026-03-12; more than once if it did
    #[arg(long, value_name = "FROM..TO")]
    pub(crate) pause: Vec<Standstill>,
    /// It was extended then; as often as it was
    #[arg(long, value_name = "MOMENT")]
    pub(crate) extend: Vec<Timestamp>,
    /// With what the registry of the running node has recorded
    #[arg(long)]
    pub(crate) recorded: bool,
}

#[derive(Args)]
pub(crate) struct SitesArgs {
    /// Part of a name, or the beginning of a code
    #[arg(long, conflicts_with_all = ["at", "site"])]
    pub(crate) find: Option<String>,
    /// A division
    #[arg(long, conflicts_with = "site")]
    pub(crate) at: Option<DivisionCode>,
    /// A site
    #[arg(long)]
    pub(crate) site: Option<SiteId>,
    /// On that day, as 2026-12-01 [default: today]
    #[arg(long, value_name = "DAY")]
    pub(crate) on: Option<String>,
    /// With what the registry of the running node has recorded
    #[arg(long)]
    pub(crate) recorded: bool,
}

#[derive(Args)]
pub(crate) struct RouteArgs {
    /// Service item
    #[arg(long)]
    pub(crate) item: ServiceItem,
    /// What exactly
    #[arg(long)]
    pub(crate) topic: Topic,
    /// The responsible place
    #[arg(long)]
    pub(crate) place: DivisionCode,
    /// Which kind of place that is: the item's law must let it decide
    #[arg(long, value_name = "KIND")]
    pub(crate) place_is: Option<PlaceKind>,
    /// A unit that acts for another party, and may not have the case
    #[arg(long, value_name = "UNIT")]
    pub(crate) exclude: Vec<UnitId>,
    /// It cannot wait: a unit that is full takes it all the same
    #[arg(long)]
    pub(crate) urgent: bool,
    /// On that day, as 2026-03-04 [default: today]
    #[arg(long, value_name = "DAY")]
    pub(crate) on: Option<String>,
}
