//! The legal aid matter (法律援助): stream `matter/<case>` of service `legal-aid`.
//! Source: 中华人民共和国法律援助法 (in force 2022-01-01) and 办理法律援助案件程序规定 (2023).

mod aid_kind;
mod approval;
mod commands;
mod events;
mod means;
mod other_lawyer;
mod rejection;
mod summary;

use crate::actor::ServiceName;

pub use aid_kind::*;
pub use approval::*;
pub use commands::*;
pub use events::*;
pub use means::*;
pub use other_lawyer::*;
pub use rejection::Rejection;

pub use crate::{
    clock::{
        ClockCorrected, ClockDueSoon, ClockExtended, ClockOverdue, ClockPaused, ClockResumed,
        ClockStarted, ClockStopped, ClockSupervised,
    },
    matter::{
        Approval, ApproveDecision, CloseCriticalDate, CorrectCriticalDate, CriticalDateClosed,
        CriticalDateCorrected, CriticalDateNear, CriticalDateSet, CriticalDateSupervised,
        DecisionSentBack, DraftLapsed, HandedBack, Objected, OpenDate, OpposingPartyNoted,
        OtherSideEngaged, PaperRemark, ReceiveSupplement, Received, SendBackDecision,
        SetCriticalDate, SupplementReceived, SupplementRequested,
    },
    organ_notice::{Gravity, Organ, OrganNotice},
};

/// The name of the service that owns legal aid matters.
pub const SERVICE: &str = "legal-aid";

/// The clock of the review of an application: 7 days, art. 43.
pub const INITIAL_CLOCK: &str = "legal-aid.review";

/// [`SERVICE`] as a type.
pub fn service() -> ServiceName {
    crate::actor::known_service(SERVICE)
}

choices! {
    /// The steps of a matter.
    pub enum Step {
        /// Being reviewed (审查), 7 days, art. 43.
        Review = "review", "审查中", "under review";
        /// Waiting for the applicant's papers (补正); the clock is paused.
        Supplement = "supplement", "待补正", "waiting for papers";
        /// Waiting for another agency's answer to a letter (协作函); the clock is paused.
        Cooperation = "cooperation", "待协查", "waiting for another agency";
        /// Aid is given first, the formalities follow (先行提供), art. 44.
        UrgentFirst = "urgent-first", "先行提供援助", "aid given first";
        /// Notified by a criminal organ (通知辩护), to be assigned within 3 days, art. 36.
        Notified = "notified", "通知辩护待指派", "notified, to be assigned";
        /// A duty lawyer is asked for (法律帮助), art. 30.
        Help = "help", "待提供法律帮助", "a duty lawyer's help is to be given";
        /// A duty lawyer helped (已提供法律帮助), art. 30.
        Helped = "helped", "已提供法律帮助", "a duty lawyer helped";
        /// Granted (决定给予), to be assigned within 3 days, art. 43.
        Granted = "granted", "决定给予援助", "granted";
        /// Assigned (指派); the agreement is to be signed within 5 days.
        Assigned = "assigned", "已指派", "assigned";
        /// Agreement and authority are signed (签订委托手续): the aid is being given.
        Working = "working", "承办中", "under way";
        /// The aid is given (办结); the file is to be handed in within 30 days.
        Concluded = "concluded", "已办结", "concluded";
        /// The file is being checked (卷宗审核), 30 days.
        FileSubmitted = "file-submitted", "卷宗审核中", "file being checked";
        /// The file is kept and the subsidy set (归档、补贴).
        Archived = "archived", "已归档", "archived";
        /// Refused (不予援助), art. 43.
        Refused = "refused", "不予援助", "refused";
        /// Ended early (终止), art. 48.
        Terminated = "terminated", "终止援助", "terminated";
        /// The justice bureau looks at an objection (异议), 5 days, art. 49.
        Objected = "objected", "异议审查中", "objected to";
        /// The bureau upheld the decision; review and suit remain, art. 49.
        Upheld = "upheld", "异议不成立", "upheld";
        /// The bureau ordered it corrected; the window refers the case again, art. 49.
        Corrected = "corrected", "责令改正，待重新受理", "to be corrected";
        /// The papers did not come in time (视为撤回申请).
        DeemedWithdrawn = "deemed-withdrawn", "视为撤回申请", "deemed withdrawn";
        /// The applicant withdrew the application before it was decided on (撤销申请).
        Withdrawn = "withdrawn", "已撤销申请", "withdrawn";
        /// The case left the agency before its end.
        HandedBack = "handed-back", "已转出", "handed back";
    }
}

choices! {
    /// How the applicant's means were found to suffice or not (经济困难状况).
    pub enum Means {
        /// No check: the group is exempt (免予核查), art. 42: migrant workers' pay or injury,
        /// people without fixed income, recipients of assistance.
        Exempt = "exempt", "免予核查", "exempt from the check";
        /// No means test for this kind of case (不受经济困难条件限制), art. 32.
        NotTested = "not-tested", "不受经济困难条件限制", "not means-tested";
        /// Checked by data sharing, art. 41, and within the line.
        SharedData = "shared-data", "信息共享查询符合", "within the line by shared data";
        /// The applicant's pledge of honesty (诚信承诺), art. 41.
        Pledge = "pledge", "个人诚信承诺", "by the applicant's pledge";
        AboveLine = "above-line", "超过经济困难标准", "above the line";
    }
}

choices! {
    /// Why legal aid is refused.
    pub enum RefusalReason {
        /// Outside the scope of art. 31 and the province's additions.
        OutOfScope = "out-of-scope", "不属于援助范围", "outside the scope";
        MeansExceeded = "means-exceeded", "不符合经济困难标准", "above the means line";
        /// The papers are not enough and were not supplied.
        NotProven = "not-proven", "材料不足", "not proven";
        /// The person has a defender or agent already: aid is for those who have none, art. 24, 29.
        OwnLawyer = "own-lawyer", "已自行委托辩护人或者诉讼代理人", "has a defender or agent of their own";
    }
}

choices! {
    /// Why aid is ended early (终止援助), art. 48.
    pub enum TerminationReason {
        Fraud = "fraud", "以欺骗或者其他不正当手段获得援助", "obtained by fraud";
        FalseEvidence = "false-evidence", "故意隐瞒案件事实或者提供虚假证据", "facts concealed or false evidence";
        IllegalUse = "illegal-use", "利用法律援助从事违法活动", "used for illegal acts";
        MeansChanged = "means-changed", "经济状况变化，不再符合条件", "means have changed";
        CaseEnded = "case-ended", "案件终止审理或者已经被撤销", "the case itself ended";
        OwnLawyer = "own-lawyer", "自行委托律师或者其他代理人", "hired a lawyer of their own";
        OnRequest = "on-request", "受援人有正当理由要求终止", "the recipient asked, with cause";
        Other = "other", "法律法规规定的其他情形", "other, as laws provide";
    }
}

choices! {
    /// Why aid is given before the formalities (先行提供), art. 44.
    pub enum UrgentReason {
        /// A limitation or another period of the law ends within seven days.
        PeriodEnds = "period-ends", "距法定时效或者期限届满不足七日", "a period ends within seven days";
        /// Preservation or advance enforcement must be applied for at once.
        Preservation = "preservation", "需要立即申请财产保全、证据保全或者先予执行", "preservation or advance enforcement is needed";
        Other = "other", "法律法规规定的其他情形", "other, as laws provide";
    }
}

choices! {
    /// Why another person takes over (更换), art. 55.
    pub enum ReassignReason {
        /// The recipient requested it, because the duty is not done.
        RecipientAsked = "recipient-asked", "受援人申请更换", "the recipient asked";
        Conflict = "conflict", "存在利益冲突", "conflict of interest";
        Unable = "unable", "承办人不能履职", "cannot go on";
    }
}

choices! {
    /// Whether something came in time.
    pub enum DeadlineCompliance {
        InTime = "in-time", "按期", "in time";
        Late = "late", "逾期", "late";
    }
}

choices! {
    /// What the justice bureau decided on an objection, art. 49.
    pub enum Ruling {
        Uphold = "uphold", "维持", "upheld";
        Correct = "correct", "责令改正", "to be corrected";
    }
}
