//! Timeliness (时效): what the units of a division did in time, as of any day.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::AnswerBasis;
use crate::{
    case::{NeedKind, NeedSettlement, Needs},
    clock::{DayKind, Step},
    division::DivisionCode,
    ids::{CaseId, CaseNumber, ServiceItem, UnitId},
    referral::ReturnReason,
    time::Timestamp,
};

/// `qry.journal.timeliness`: for supervisors and auditors, by what had happened at a moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TimelinessQuery {
    /// The division; without it, the caller's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub within: Option<DivisionCode>,
    /// The period begins.
    pub from: Timestamp,
    /// The period ends before this.
    pub to: Timestamp,
    /// As of then; without it, as of now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub as_of: Option<Timestamp>,
    /// Only this item.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<ServiceItem>,
}

/// The answer to [`TimelinessQuery`]. Everything is counted where the unit is that answers for it: what was
/// taken in and closed, at the window; steps, at the unit whose step it was; what was sent back, at the unit
/// that sent it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Timeliness {
    /// The division.
    pub within: DivisionCode,
    /// It itself (本级: units that lie in none of its parts), then each division directly below that has
    /// anything to show, by code.
    pub rows: Vec<TimelinessRow>,
    /// All of them together.
    pub total: TimelinessFigures,
    /// The steps that were overdue at that moment, the longest first; 200 at most.
    pub overdue: Vec<OverdueRow>,
    /// Why cases were sent back in the period, the most frequent reason first.
    pub reasons: Vec<ReasonCount>,
    /// The same by unit: of the units that sent most cases back, 50 at most, the fullest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reasons_by_unit: Vec<UnitReasonCount>,
    /// The cases of which anything is overdue now, wherever their units are: those that the list of cases of the division
    /// marks. None where another moment is shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub overdue_cases: Option<OverdueCases>,
    /// The moment that it shows.
    pub as_of: Timestamp,
    /// What the answer rests on.
    pub seen: AnswerBasis,
}

/// One division's figures.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct TimelinessRow {
    /// Which.
    pub division: DivisionCode,
    /// Its figures.
    pub figures: TimelinessFigures,
}

/// What is counted.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct TimelinessFigures {
    /// Cases opened in the period.
    pub received: u64,
    /// Cases closed in the period.
    pub closed: u64,
    /// Steps with a limit that were done in the period.
    pub steps: u64,
    /// Of those, how many in time by the moment of the record (按录入时间).
    pub in_time: u64,
    /// Of those, how many in time by their paper (按纸质时间): those that were entered late count by when they happened. It
    /// is shown with the other figure and never replaces it.
    #[serde(default)]
    pub in_time_on_paper: u64,
    /// Days (24 hours) that a step took on average, without those on which its clock stood still.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub average_days: Option<f64>,
    /// Steps (环节) near their last day at that moment. Of cases see [`OverdueCases`].
    pub due_soon: u64,
    /// Steps past their last day at that moment: one for each clock, where a case may have several.
    pub overdue: u64,
    /// Offers to units in the period; a case that was offered again counts again.
    pub offered: u64,
    /// Of those, how many the units sent back in the period: declined or returned.
    pub sent_back: u64,
    /// Needs of citizens that were met in the period (需求落实).
    #[serde(default)]
    pub needs_met: u64,
    /// Needs that were declined, or could not be met.
    #[serde(default)]
    pub needs_declined: u64,
}

impl TimelinessFigures {
    /// The share of steps done in time (按期办结率), in percent; nothing where no step was done.
    pub fn on_time_percent(&self) -> Option<f64> {
        (self.steps > 0).then(|| self.in_time as f64 * 100.0 / self.steps as f64)
    }

    /// The same by the paper (按纸质时间的按期办结率).
    pub fn on_time_on_paper_percent(&self) -> Option<f64> {
        (self.steps > 0).then(|| self.in_time_on_paper as f64 * 100.0 / self.steps as f64)
    }

    /// What was sent back for each hundred offered (退回率); nothing where nothing was offered.
    pub fn return_percent(&self) -> Option<f64> {
        (self.offered > 0).then(|| self.sent_back as f64 * 100.0 / self.offered as f64)
    }
}

/// How many cases of a division are overdue. One of which several parts are overdue counts in each, and once in `any`.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema,
)]
pub struct OverdueCases {
    /// With anything overdue.
    pub any: u64,
    /// With an overdue step.
    pub step: u64,
    /// Overdue as a whole (全程).
    pub whole: u64,
    /// With a critical date that has passed (关键期限).
    pub critical_date: u64,
}

/// One clock that was past its end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct OverdueRow {
    /// The case.
    pub case: CaseId,
    /// Its number.
    pub number: CaseNumber,
    /// What it is about.
    pub item: ServiceItem,
    /// Whether it cannot wait (紧急).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub urgent: bool,
    /// What is to be seen to besides the matter.
    #[serde(default, skip_serializing_if = "Needs::is_empty")]
    pub needs: Needs,
    /// What of it was met or declined.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub settled: Vec<NeedKind>,
    /// How, and by whom; nothing in answers of releases that did not keep it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub settlements: Vec<NeedSettlement>,
    /// The step.
    pub step: Step,
    /// Whose step it is.
    pub unit: UnitId,
    /// Where that unit is.
    pub division: DivisionCode,
    /// When it was due.
    pub due_at: Timestamp,
    /// The last day; missing in answers of releases that did not have it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub due: Option<Date>,
    /// Days past it, at that moment, counted as the limit is.
    pub over: u32,
    /// How they are counted; working days in answers of releases that did not have it.
    #[serde(default = "working_days")]
    pub kind: DayKind,
}

const fn working_days() -> DayKind {
    DayKind::Working
}

choices! {
    /// How a unit sent a case back.
    pub enum UnitReturnKind {
        Declined = "declined", "拒收", "declined";
        /// It had accepted it and gave it back.
        Returned = "returned", "退回", "given back";
    }
}

/// How often cases were sent back for one reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct ReasonCount {
    /// How.
    pub how: UnitReturnKind,
    /// Why.
    pub reason: ReturnReason,
    /// How often.
    pub count: u64,
}

/// How often one unit sent cases back for one reason, declined and given back together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct UnitReasonCount {
    /// The unit.
    pub unit: UnitId,
    /// Why.
    pub reason: ReturnReason,
    /// How often.
    pub count: u64,
}
