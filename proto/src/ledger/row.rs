//! One case as a line of a list.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{AwaitedDecision, InstructionAnswer, WorklistTab};
use crate::{
    case::{Channel, Grade, NeedKind, NeedSettlement, Needs, ReopenReason, Stage},
    clock::{Certainty, DayKind, Step},
    division::DivisionCode,
    ids::short_code::ShortCode,
    ids::{CaseId, CaseNumber, HandoffId, ServiceItem, StaffId, Topic, UnitId},
    matter::{AwaitedPapers, CriticalDateStanding},
    referral::{Outcome, ReturnReason},
    text::Words,
    time::Timestamp,
};

/// One case as a line of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct CaseRow {
    /// Its id.
    pub case: CaseId,
    /// Its number.
    pub number: CaseNumber,
    /// Its short code for the telephone (电话短码).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub short_code: Option<ShortCode>,
    /// What it is about now.
    pub item: ServiceItem,
    /// What exactly.
    pub topic: Topic,
    /// The place that decides who is responsible.
    pub place: DivisionCode,
    /// How the citizen came.
    pub channel: Channel,
    /// Whether it cannot wait (紧急).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub urgent: bool,
    /// Whether something of it was entered late, from paper (补录).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub late_entry: bool,
    /// What is to be seen to besides the matter (特殊群体、语言、翻译、上门).
    #[serde(default, skip_serializing_if = "Needs::is_empty")]
    pub needs: Needs,
    /// What of it was met or declined.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub settled: Vec<NeedKind>,
    /// How, and by whom; nothing in answers of releases that did not keep it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub settlements: Vec<NeedSettlement>,
    /// The window that took it.
    pub window: UnitId,
    /// Where that window is.
    pub window_division: DivisionCode,
    /// Who has custody.
    pub holder: UnitId,
    /// Where that unit is.
    pub holder_division: DivisionCode,
    /// Its stage, as its window knows it.
    pub stage: Stage,
    /// The part of the caller's unit's worklist that it is in; none in lists of a division.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tab: Option<WorklistTab>,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// When something last happened to it.
    pub last_at: Timestamp,
    /// When it was closed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed_at: Option<Timestamp>,
    /// The offer that waits for an answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offer: Option<PendingOffer>,
    /// The handoff by which the holder has it; nothing at the window.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handoff: Option<HandoffId>,
    /// Revision of the case's custody stream, for what is decided on the sight of this line (`If-Match`).
    /// Nothing before referral knows the case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub custody_revision: Option<u64>,
    /// How it last came back without a result, if it has not gone out again and been accepted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub back: Option<UnsuccessfulReturn>,
    /// What the unit decided, where it was not granted, while the window has the case after it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refusal: Option<UnitRefusal>,
    /// The body outside that is responsible for it, and when the window handed it over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external: Option<ExternalHandling>,
    /// Who acted last for the caller's unit, or for the holder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub staff: Option<StaffId>,
    /// Who acted last for the holder; nothing in answers of releases that did not say it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holder_staff: Option<StaffId>,
    /// What the caller has to decide about it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub to_decide: Vec<AwaitedDecision>,
    /// How many people apply together, where a supervisor was notified of that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<u32>,
    /// The bureau that is to designate a unit: the window's next referral waits for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub designation: Option<UnitId>,
    /// The answers to instructions of the caller's bureau, the latest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub answers: Vec<InstructionAnswer>,
    /// What came of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Outcome>,
    /// The citizen's grade.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rating: Option<Grade>,
    /// The clock of this step (本环节) that runs out first: of the caller's unit's own and of those of the case itself, as of a
    /// designation or of an answer to a supervisor; where none of them runs, and in lists of a division, of all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step: Option<ClockRow>,
    /// The papers that the citizen still has to bring (补正), to the unit at work or to the window; nothing while none are missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub papers: Option<AwaitedPapers>,
    /// Why it was opened again, while nothing was done about that yet: it was neither referred nor answered since.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reopened: Option<ReopenReason>,
    /// The nearest critical date that is open (关键期限).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub critical_date: Option<CriticalDateStanding>,
    /// The whole journey (全程).
    pub journey: Journey,
    /// What of it is overdue for the caller's unit; in lists of a division, for any unit. The filter `overdue` lets a row
    /// through if this names anything, and every count of overdue cases counts by it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub overdue: Vec<OverduePart>,
}

impl CaseRow {
    /// Whether a command of intake would forestall the bureau that is to designate a unit: lists do not propose it.
    #[must_use]
    pub fn waits_for_designation(&self, command: &str) -> bool {
        self.designation.is_some() && command == "request-referral"
    }
}

choices! {
    /// What of a case can be overdue.
    pub enum OverduePart {
        /// A step: its clock is past its end.
        Step = "step", "环节超期", "a step is overdue";
        /// The case as a whole: it is open past the last day of the whole (全程).
        Whole = "whole", "全程超期", "the case as a whole is overdue";
        /// A critical date (关键期限) is past and was not closed.
        CriticalDate = "critical-date", "关键期限已过", "a critical date has passed";
    }
}

/// What a unit decided that the citizen may object to (不予办理、终止、未能解决).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct UnitRefusal {
    /// The unit.
    pub unit: UnitId,
    /// What came of it.
    pub outcome: Outcome,
    /// On which ground, where one is recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ground: Option<Words>,
    /// When the window was told.
    pub at: Timestamp,
}

/// A body outside that handles a case (外部机构), and takes no custody here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct ExternalHandling {
    /// The body.
    pub to: UnitId,
    /// When the window handed the case over; nothing while it still has to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handed_at: Option<Timestamp>,
}

/// An offer that waits for its answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct PendingOffer {
    /// The handoff.
    pub handoff: HandoffId,
    /// Who offered it.
    pub from: UnitId,
    /// The addressee.
    pub to: UnitId,
    /// Since when.
    pub since: Timestamp,
    /// Until when.
    pub until: Timestamp,
}

/// How a case came back to its window without a result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct UnsuccessfulReturn {
    /// How.
    pub how: ReturnKind,
    /// Which unit sent it; nothing if no unit was available.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<UnitId>,
    /// Why, where a reason was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<ReturnReason>,
    /// The place that the unit says is responsible instead, which may be one of another province.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub belongs_to: Option<DivisionCode>,
    /// When.
    pub at: Timestamp,
}

choices! {
    /// How a case came back.
    pub enum ReturnKind {
        Declined = "declined", "拒收", "declined";
        Returned = "returned", "退回", "given back";
        Expired = "expired", "逾期未签收", "not answered in time";
        Unroutable = "stranded", "无单位可转", "no unit to refer it to";
    }
}

choices! {
    /// The status of a clock.
    pub enum ClockStatus {
        Running = "running", "正常", "in time";
        DueSoon = "due-soon", "临期", "due soon";
        Overdue = "overdue", "超期", "overdue";
        Paused = "paused", "暂停计时", "paused";
    }
}

/// The clock of one step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct ClockRow {
    /// The step.
    pub step: Step,
    /// Whose step it is.
    pub unit: UnitId,
    /// When it began.
    pub started_at: Timestamp,
    /// Days used, of the kind below; those on which it stood still are left out.
    pub used: u32,
    /// Days allowed, extensions included. Months are given as the calendar days that they come to.
    pub limit: u32,
    /// Days until the last day, counted like the others; 0 on that day and after it.
    #[serde(default)]
    pub left: u32,
    /// How the days are counted.
    pub kind: DayKind,
    /// The law, or the local promise, that sets the limit.
    pub basis: String,
    /// The last day; while it is paused, as it was then.
    #[schemars(with = "String")]
    pub due: Date,
    /// The end of that day.
    pub due_at: Timestamp,
    /// Whether the calendar behind it is announced.
    pub certainty: Certainty,
    /// Its status.
    pub pace: ClockStatus,
    /// Days past the last day, counted like the others; 0 while it is not.
    pub over: u32,
    /// Whether the supervisor was informed (督办).
    pub supervised: bool,
    /// How often it was extended (延长).
    pub extended: u32,
}

/// How long a case has been under way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Journey {
    /// Days since it was opened, until it was closed or now.
    pub used: u32,
    /// Days allowed for the whole, where the bureau promises one (step `intake.<item>`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    /// Days until the last day, counted like the others; 0 on that day and after it.
    #[serde(default)]
    pub left: u32,
    /// Days past the last day, counted like the others; 0 while it is not.
    #[serde(default)]
    pub over: u32,
    /// How the days are counted.
    pub kind: DayKind,
    /// The last day, where there is a limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub due: Option<Date>,
    /// Whether the calendar behind the last day is announced; nothing where there is no limit, and in answers of releases that
    /// did not say it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certainty: Option<Certainty>,
    /// Its status.
    pub pace: ClockStatus,
}
