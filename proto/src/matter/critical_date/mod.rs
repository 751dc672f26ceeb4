//! Critical dates (关键期限): the last days for what the client must do elsewhere, such as to sue or to appeal. A client
//! who misses one loses the right, so each is kept with its kind and day, the unit is warned, and staff closes it by name.

mod events;
mod open;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

pub use events::{
    CriticalDateClosed, CriticalDateCorrected, CriticalDateEvent, CriticalDateNear,
    CriticalDateSet, CriticalDateSupervised, ReckonedFrom,
};
pub use open::{CriticalDate, CriticalDateStanding, CriticalDates, OpenDate, with_open_dates};

use crate::clock::Step;

choices! {
    /// What has to be done by the last day. The directory's standards have the terms of the law, as
    /// `critical-date.<kind>`; `evidence` and `other` have none: a court or another body names the day.
    pub enum CriticalDateKind {
        /// To claim a civil right before a court (诉讼时效), 民法典 art. 188.
        Limitation = "limitation", "诉讼时效", "limitation of a civil claim";
        /// To ask for labour arbitration (仲裁时效), 劳动争议调解仲裁法 art. 27.
        LabourArbitration = "labour-arbitration", "劳动争议仲裁时效", "limitation of labour arbitration";
        /// To sue after an award in a labour dispute, 劳动争议调解仲裁法 art. 50.
        LabourSuit = "labour-suit", "不服劳动仲裁裁决起诉", "suit after a labour award";
        /// To appeal against a civil judgment, 民事诉讼法 art. 171.
        CivilAppeal = "civil-appeal", "民事判决上诉", "appeal against a civil judgment";
        /// To appeal against a civil ruling, 民事诉讼法 art. 171.
        CivilRulingAppeal = "civil-ruling-appeal", "民事裁定上诉", "appeal against a civil ruling";
        /// To appeal against a criminal judgment, 刑事诉讼法 art. 230.
        CriminalAppeal = "criminal-appeal", "刑事判决上诉", "appeal against a criminal judgment";
        /// To appeal against a criminal ruling, 刑事诉讼法 art. 230.
        CriminalRulingAppeal = "criminal-ruling-appeal", "刑事裁定上诉", "appeal against a criminal ruling";
        /// To ask for administrative review, 行政复议法 art. 20.
        AdministrativeReview = "administrative-review", "申请行政复议", "administrative review";
        /// To sue an administrative body, 行政诉讼法 art. 46.
        AdministrativeSuit = "administrative-suit", "提起行政诉讼", "administrative suit";
        /// To appeal against an administrative judgment, 行政诉讼法 art. 85.
        AdministrativeAppeal = "administrative-appeal", "行政判决上诉", "appeal against an administrative judgment";
        /// To appeal against an administrative ruling, 行政诉讼法 art. 85.
        AdministrativeRulingAppeal = "administrative-ruling-appeal", "行政裁定上诉", "appeal against an administrative ruling";
        /// To ask for enforcement, 民事诉讼法 art. 250.
        Enforcement = "enforcement", "申请执行", "application for enforcement";
        /// To bring evidence (举证期限), as the court set it, 民事诉讼法 art. 68.
        Evidence = "evidence", "举证期限", "time to bring evidence";
        /// Another day that a law or a body sets.
        Other = "other", "其他法定或者指定期限", "another day set by law or by a body";
    }
}

impl CriticalDateKind {
    /// The step whose standard is the term of the law.
    pub fn step(self) -> Option<Step> {
        format!("critical-date.{self}").parse().ok()
    }
}

choices! {
    /// What a critical date rests on.
    pub enum CriticalDateBasis {
        /// A judgment, ruling, award or decision was served.
        DocumentServed = "document-served", "文书送达", "a document was served";
        /// It was known, or had to be known, that a right was harmed, and by whom.
        HarmKnown = "harm-known", "知道或者应当知道权利受到损害", "the harm was known, or had to be";
        /// Employment ended, 劳动争议调解仲裁法 art. 27.
        EmploymentEnded = "employment-ended", "劳动关系终止", "employment ended";
        /// The time in which the other side had to perform was over.
        PerformanceEnded = "performance-ended", "履行期间届满", "the time to perform was over";
        DaySet = "day-set", "法院或者有关机构指定", "a court or another body named the day";
        /// The client said so; it is to be checked.
        ClientStated = "client-stated", "当事人陈述，待核实", "stated by the client, to be checked";
    }
}

choices! {
    /// Why a critical date is corrected.
    pub enum CriticalDateCorrection {
        Mistake = "mistake", "录入有误", "entered wrongly";
        NewDocument = "new-document", "依据文书更正", "a document gives another day";
        /// The limitation began again (时效中断), 民法典 art. 195.
        Interrupted = "interrupted", "时效中断，重新计算", "limitation began again";
        /// The limitation stood still (时效中止), 民法典 art. 194.
        Suspended = "suspended", "时效中止", "limitation stood still";
        /// The court gave more time (顺延), 民事诉讼法 art. 86.
        Extended = "extended", "法院准许顺延", "the court gave more time";
        /// The days off of its year were announced.
        Calendar = "calendar", "节假日安排公布", "days off were announced";
    }
}

choices! {
    /// How a critical date was closed.
    pub enum CriticalDateOutcome {
        Filed = "filed", "已提起、申请或者提交", "filed";
        NotPursued = "not-pursued", "当事人决定不提起", "not pursued by the client's decision";
        /// The unit informed the client of the day in writing, and the client sees to it.
        ClientInformed = "client-informed", "已书面告知当事人，由其自行办理", "the client was told in writing and sees to it";
        /// Nothing is left to be done: performed, settled, withdrawn.
        Ceased = "ceased", "因履行、和解或者撤销申请不再需要", "no longer needed";
        /// The day passed, and it was not done.
        Missed = "missed", "逾期未办", "missed";
    }
}

/// Keep a critical date: its last day, or the day from which the term of the law runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SetCriticalDate {
    /// What has to be done by then.
    pub kind: CriticalDateKind,
    /// What it rests on.
    pub basis: CriticalDateBasis,
    /// The day from which the term of the law runs, such as that of service: 2026-03-04.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>", extend("format" = "date"))]
    pub runs_from: Option<Date>,
    /// The last day, where it is named and not reckoned: 2026-03-19.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>", extend("format" = "date"))]
    pub day: Option<Date>,
}

/// Correct a critical date; the former one stays on record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CorrectCriticalDate {
    /// What has to be done by then.
    pub kind: CriticalDateKind,
    /// Why.
    pub reason: CriticalDateCorrection,
    /// The day from which the term of the law runs: 2026-03-04.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>", extend("format" = "date"))]
    pub runs_from: Option<Date>,
    /// The last day, where it is named and not reckoned: 2026-03-19.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>", extend("format" = "date"))]
    pub day: Option<Date>,
    /// The last day as it was kept; needed where several of the kind are open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>", extend("format" = "date"))]
    pub was: Option<Date>,
}

/// Close a critical date: say what was done by it, and on which day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CloseCriticalDate {
    /// What had to be done by then.
    pub kind: CriticalDateKind,
    /// What was done.
    pub outcome: CriticalDateOutcome,
    /// On which day: 2026-03-12. Of one that was missed, when that was found.
    #[schemars(with = "String", extend("format" = "date"))]
    pub on: Date,
    /// Its last day; needed where several of the kind are open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>", extend("format" = "date"))]
    pub day: Option<Date>,
}
