//! The ledger (台账): what the journal answers about many cases at once: worklists, search, the day's
//! work, timeliness.
//!
//! Every question here is answered for its caller ([`Question::actor`](crate::query::Question)):
//! staff of a unit see the cases that it takes part in, supervisors and auditors those of their division.
//! A case beyond that is answered as one that does not exist. No answer holds personal data.

mod choices;
mod counted;
mod oversight;
mod progress;
mod rejection;
mod row;
mod timeliness;
mod workload;

use serde::{Deserialize, Serialize};

use crate::{
    division::DivisionCode,
    ids::{CaseRef, ServiceItem, StaffId, UnitId},
    matter::CriticalDateStanding,
    time::Timestamp,
};

pub use self::{
    choices::{DueFilter, SortOrder, WorklistTab},
    counted::{CountedAs, FigureFilter, FigureTotal, HandledBy, Reach},
    oversight::{AwaitedDecision, InstructionAnswer},
    progress::{LedgerProgress, LedgerState},
    rejection::Rejection,
    row::{
        CaseRow, ClockRow, ClockStatus, ExternalHandling, Journey, OverduePart, PendingOffer,
        ReturnKind, UnitRefusal, UnsuccessfulReturn,
    },
    timeliness::{
        OverdueCases, OverdueRow, ReasonCount, Timeliness, TimelinessFigures, TimelinessQuery,
        TimelinessRow, UnitReasonCount, UnitReturnKind,
    },
    workload::{
        AgeBand, AgeCount, Load, OriginCount, PartLoad, PersonLoad, UnitLoad, Workload,
        WorkloadQuery,
    },
};

/// What a list is narrowed to. Empty fields narrow nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Filters {
    /// Only this item.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<ServiceItem>,
    /// Only what was taken in by a window in this division (来源).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<DivisionCode>,
    /// Only what is due like this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<DueFilter>,
    /// Only what has all of these words: of the number, the item, the place, the units, in either language.
    /// Two Chinese characters do; a part of the number does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Only what this member of the asking unit's staff acted on last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mine: Option<StaffId>,
}

/// `qry.journal.worklist`: one part of a unit's worklist.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WorklistQuery {
    /// The unit: the asking unit, or one in the division of a supervisor or auditor.
    pub unit: UnitId,
    /// Which part.
    pub tab: WorklistTab,
    /// What it is narrowed to.
    #[serde(default)]
    pub filters: Filters,
    /// In which order.
    #[serde(default = "by_due")]
    pub order: SortOrder,
    /// Where to go on: from the page before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// At most so many rows, 200 at most.
    #[serde(default = "a_page")]
    pub limit: u32,
}

/// The answer to [`WorklistQuery`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct WorklistPage {
    /// Its rows.
    pub rows: Vec<CaseRow>,
    /// Where the next page begins; nothing on the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
    /// How many cases are in each part of the unit's worklist, whatever the filters.
    pub counts: Vec<TabCount>,
    /// How many are in this part under these filters; none if that was not counted (a page beyond the first).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total: Option<u64>,
    /// What the answer rests on.
    pub seen: AnswerBasis,
}

/// How many cases are in one part of a worklist.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct TabCount {
    /// Which part.
    pub tab: WorklistTab,
    /// How many.
    pub count: u64,
    /// How many of them are overdue.
    pub overdue: u64,
}

/// What an answer rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct AnswerBasis {
    /// The journal's events before this position are in the answer.
    pub position: u64,
    /// When it was answered: what is overdue is seen from then.
    pub at: Timestamp,
}

/// `qry.journal.cases`: search among all cases that the caller may see.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CasesQuery {
    /// Only cases with a window or a holder in this division; without it, all that the caller may
    /// see. Staff of a unit leave it empty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub within: Option<DivisionCode>,
    /// Only cases that are open, or only those that are closed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub open: Option<bool>,
    /// What it is narrowed to.
    #[serde(default)]
    pub filters: Filters,
    /// Only the cases behind a figure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub figure: Option<FigureFilter>,
    /// In which order; with a text, the newest first whatever is said here.
    #[serde(default = "newest_first")]
    pub order: SortOrder,
    /// Where to go on: from the page before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// At most so many rows, 200 at most.
    #[serde(default = "a_page")]
    pub limit: u32,
}

/// The answer to [`CasesQuery`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct CasesPage {
    /// Its rows.
    pub rows: Vec<CaseRow>,
    /// Where the next page begins; nothing on the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
    /// What the figure says whose cases these are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub figure: Option<FigureTotal>,
    /// What the answer rests on.
    pub seen: AnswerBasis,
}

/// `qry.journal.today`: a unit's day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TodayQuery {
    /// The unit.
    pub unit: UnitId,
    /// Only what this member of its staff acted on last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub staff: Option<StaffId>,
}

/// The answer to [`TodayQuery`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Today {
    /// Taken in by the unit today, whatever has become of it; the newest first.
    pub taken: CaseGroup,
    /// Came back without a result, or was opened again.
    pub returned: CaseGroup,
    /// With another unit, for which the citizen still has to bring papers.
    #[serde(default)]
    pub papers: CaseGroup,
    /// The result is back, or it was answered or withdrawn: to be closed.
    pub to_close: CaseGroup,
    /// Due today or overdue, wherever it is in the worklist.
    pub due: CaseGroup,
    /// Offered to the unit, not answered.
    pub to_accept: CaseGroup,
    /// Waits for a decision of the caller (待我决定).
    #[serde(default)]
    pub to_decide: CaseGroup,
    /// An instruction of the unit about it was answered in the last seven days (督办已反馈).
    #[serde(default)]
    pub answered: CaseGroup,
    /// What the answer rests on.
    pub seen: AnswerBasis,
}

/// Some cases of a kind.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct CaseGroup {
    /// How many there are.
    pub count: u64,
    /// The first of them, 50 at most.
    pub rows: Vec<CaseRow>,
}

/// `qry.journal.case`: the head of one case's file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CaseHeadQuery {
    /// The case, by id or number.
    pub case: CaseRef,
}

/// The answer to [`CaseHeadQuery`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct CaseHead {
    /// As in a list.
    pub row: CaseRow,
    /// Who had custody, from the first to the one who has it.
    pub custody: Vec<CustodyPeriod>,
    /// Every clock that runs or is paused, what is due first on top.
    pub clocks: Vec<ClockRow>,
    /// The critical dates that are open, the nearest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub critical_dates: Vec<CriticalDateStanding>,
    /// What the answer rests on.
    pub seen: AnswerBasis,
}

/// A unit's custody of a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct CustodyPeriod {
    /// The unit.
    pub unit: UnitId,
    /// Where it is.
    pub division: DivisionCode,
    /// Since when.
    pub from: Timestamp,
    /// Until when; nothing if it has it still.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Timestamp>,
}

fn by_due() -> SortOrder {
    SortOrder::Due
}

fn newest_first() -> SortOrder {
    SortOrder::Opened
}

fn a_page() -> u32 {
    50
}
