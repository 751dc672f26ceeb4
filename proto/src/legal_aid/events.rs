//! What happened to a legal aid matter.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{
    Approval, ClockCorrected, ClockDueSoon, ClockExtended, ClockOverdue, ClockPaused, ClockResumed,
    ClockStarted, ClockStopped, ClockSupervised, CriticalDateClosed, CriticalDateCorrected,
    CriticalDateNear, CriticalDateSet, CriticalDateSupervised, DeadlineCompliance, DecisionDrafted,
    DecisionSentBack, DraftLapsed, Exemption, Gravity, HandedBack, HelpKind, LawyerKept, Means,
    MeansCalculation, Objected, OpenDate, OpposingPartyNoted, Organ, OrganNotice, OtherLawyerAsked,
    OtherSideEngaged, ReassignReason, Received, RefusalReason, Ruling, SupplementReceived,
    SupplementRequested, TerminationReason, UrgentReason,
};
use crate::{
    free_text::FreeText,
    ids::{StaffId, Topic, UnitId},
    time::Timestamp,
};

/// An organ or a duty lawyer passed the application on (转交申请), within 24 hours or not; art. 39.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Forwarded {
    /// Who.
    pub from: Organ,
    /// When the applicant gave it to them.
    pub applied_at: Timestamp,
    /// Whether they passed it on within 24 hours.
    pub timeliness: DeadlineCompliance,
}

/// The applicant's means were determined.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct MeansDetermined {
    /// How.
    pub means: Means,
    /// Why the means were not checked; absent in events of versions that did not store it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exemption: Option<Exemption>,
    /// What they were reckoned by, where they were.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calculation: Option<MeansCalculation>,
}

/// The papers did not come in time: the application counts as withdrawn (视为撤回申请).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct DeemedWithdrawn {
    /// The open critical dates, which the applicant must now meet.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub open_dates: Vec<OpenDate>,
}

/// The applicant withdrew the application before it was decided on (撤销申请).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Withdrawn {
    /// The open critical dates, which the applicant must now meet.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub open_dates: Vec<OpenDate>,
}

/// Another agency was requested to investigate (协作函).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct CooperationAsked {
    /// Which agency.
    #[schemars(with = "FreeText")]
    pub agency: String,
    /// The letter's number, which goes out once.
    pub letter: String,
    /// The agency's unit, where it is one of this directory.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<UnitId>,
    /// The agency's id in the directory, where it is of another province (外地法律援助机构).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outside: Option<Topic>,
    /// Until when its answer is awaited; nothing in letters from before it was kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub last_day: Option<Date>,
}

/// The other agency answered (协作回复).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct CooperationAnswered {
    /// The number of its answer.
    #[schemars(with = "FreeText")]
    pub letter: String,
}

/// Aid is given before the formalities (先行提供), art. 44.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct ProvidedFirst {
    /// Why it cannot wait.
    pub reason: UrgentReason,
    /// The law firm or legal service office.
    #[schemars(with = "FreeText")]
    pub firm: String,
    /// Licence number of the lawyer or legal worker (执业证号).
    pub licence: String,
}

/// A criminal organ notified the agency that a suspect or defendant needs a defender (通知辩护), art. 36.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Notified {
    /// Which organ.
    pub organ: Organ,
    /// The notice's number.
    #[schemars(with = "FreeText")]
    pub notice: String,
    /// How grave the sentence may be.
    pub gravity: Gravity,
    /// The day on which the notice was received; missing in events from before it was kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub received_on: Option<Date>,
    /// The organ itself, where it is of another province (外地办案机关).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<Topic>,
}

/// A duty lawyer's help is asked for (法律帮助), art. 30: nothing is reviewed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct HelpRequested {
    /// The organ's letter; nothing where the person asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notice: Option<OrganNotice>,
}

/// A duty lawyer helped (值班律师提供法律帮助), art. 30.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct HelpGiven {
    /// What was done.
    pub kinds: Vec<HelpKind>,
    /// The law firm.
    #[schemars(with = "FreeText")]
    pub firm: String,
    /// Licence number of the duty lawyer (执业证号).
    pub licence: String,
}

/// Legal aid was granted (决定给予法律援助).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Granted {}

/// Legal aid was refused (决定不予法律援助).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Refused {
    /// Why.
    pub reason: RefusalReason,
    /// The open critical dates, which the applicant must now meet.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub open_dates: Vec<OpenDate>,
    /// Who drafted and who approved it, where two people decide.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approval: Option<Approval>,
    /// Who decided it, where one person does; nothing in events of before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided_by: Option<StaffId>,
}

/// A lawyer was assigned (指派).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Assigned {
    /// The law firm or legal service office.
    #[schemars(with = "FreeText")]
    pub firm: String,
    /// Licence number of the lawyer or legal worker (执业证号).
    pub licence: String,
}

/// The assigned lawyer was replaced (更换).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Reassigned {
    /// The law firm or legal service office.
    #[schemars(with = "FreeText")]
    pub firm: String,
    /// Licence number of the lawyer or legal worker (执业证号).
    pub licence: String,
    /// Why.
    pub reason: ReassignReason,
}

/// The notifying organ was informed (告知办案机关): of the person assigned, art. 36, or that the aid has ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct OrganInformed {
    /// The letter's number (公函).
    #[schemars(with = "FreeText")]
    pub letter: String,
    /// The name of the person assigned; none where the agency informed the organ of the end of the aid, and in events of
    /// releases that did not keep it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<FreeText>")]
    pub lawyer: Option<String>,
    /// How the organ reaches that person; as above.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<FreeText>")]
    pub contact: Option<String>,
}

/// The unit of the person assigned signed agreement and authority with the recipient (委托协议).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Contracted {
    /// The agreement's number.
    #[schemars(with = "FreeText")]
    pub agreement: String,
}

/// The aid was given (结案).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Concluded {}

/// The person assigned handed in the file (提交卷宗).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct FileSubmitted {
    /// The file's number (卷宗号).
    #[schemars(with = "FreeText")]
    pub file: String,
}

/// The file was not in order and went back (退回补正).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct FileReturned {
    /// What has to be mended.
    #[schemars(with = "FreeText")]
    pub why: String,
}

/// The file is in order and kept, and the subsidy set (归档、补贴).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Archived {
    /// The subsidy, in fen (分); 0 where the person is on the agency's staff.
    pub subsidy_fen: u64,
    /// Who drafted and who approved it, where two people decide.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approval: Option<Approval>,
}

/// Aid was ended early (终止援助).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Terminated {
    /// Why.
    pub reason: TerminationReason,
    /// The open critical dates, which the recipient must now meet.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub open_dates: Vec<OpenDate>,
    /// Who drafted and who approved it, where two people decide.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approval: Option<Approval>,
    /// Who decided it, where one person does; nothing in events of before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided_by: Option<StaffId>,
}

/// The justice bureau decided on the objection, art. 49.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct ObjectionDecided {
    /// What it decided.
    pub ruling: Ruling,
    /// The decision's number.
    #[schemars(with = "FreeText")]
    pub letter: String,
}

events! {
    /// What happened to a legal aid matter.
    pub enum Event {
        /// 收到申请
        Received = "cn.onestop.legal-aid.received.v1", "援助机构收到申请", "Agency received the application";
        /// 转交
        Forwarded = "cn.onestop.legal-aid.forwarded.v1", "转交申请", "Application passed on by an organ";
        /// 经济困难状况
        MeansDetermined = "cn.onestop.legal-aid.means-determined.v1", "经济困难状况核定", "Means determined";
        /// 补正告知
        SupplementRequested = "cn.onestop.legal-aid.supplement-requested.v1", "一次性告知补正", "Told once what is missing";
        /// 补正收到
        SupplementReceived = "cn.onestop.legal-aid.supplement-received.v1", "收到补正材料", "Missing papers came in";
        /// 视为撤回申请
        DeemedWithdrawn = "cn.onestop.legal-aid.deemed-withdrawn.v1", "逾期未补正，视为撤回申请", "Deemed withdrawn";
        /// 撤销申请
        Withdrawn = "cn.onestop.legal-aid.withdrawn.v1", "申请人撤销申请", "Application withdrawn";
        /// 协作函
        CooperationAsked = "cn.onestop.legal-aid.cooperation-asked.v1", "发出协作函", "Another agency asked";
        /// 协作回复
        CooperationAnswered = "cn.onestop.legal-aid.cooperation-answered.v1", "收到协作回复", "Other agency answered";
        /// 先行提供
        ProvidedFirst = "cn.onestop.legal-aid.provided-first.v1", "决定先行提供援助", "Aid given first";
        /// 通知辩护
        Notified = "cn.onestop.legal-aid.notified.v1", "办案机关通知辩护", "Defence notified by an organ";
        /// 请求法律帮助
        HelpRequested = "cn.onestop.legal-aid.help-requested.v1", "请求值班律师法律帮助", "Duty lawyer's help asked for";
        /// 提供法律帮助
        HelpGiven = "cn.onestop.legal-aid.help-given.v1", "值班律师提供法律帮助", "Duty lawyer helped";
        /// 给予
        Granted = "cn.onestop.legal-aid.granted.v1", "决定给予援助", "Granted";
        /// 不予
        Refused = "cn.onestop.legal-aid.refused.v1", "决定不予援助", "Refused";
        /// 指派
        Assigned = "cn.onestop.legal-aid.assigned.v1", "指派承办人", "Lawyer assigned";
        /// 更换
        Reassigned = "cn.onestop.legal-aid.reassigned.v1", "更换承办人", "Another lawyer assigned";
        /// 请求更换
        OtherLawyerAsked = "cn.onestop.legal-aid.other-lawyer-asked.v1", "受援人请求更换承办人", "Another lawyer asked for";
        /// 不予更换
        LawyerKept = "cn.onestop.legal-aid.lawyer-kept.v1", "决定不予更换承办人", "The lawyer stays";
        /// 告知办案机关
        OrganInformed = "cn.onestop.legal-aid.organ-informed.v1", "告知办案机关", "Organ informed";
        /// 委托协议
        Contracted = "cn.onestop.legal-aid.contracted.v1", "签订委托协议", "Agreement signed";
        /// 结案
        Concluded = "cn.onestop.legal-aid.concluded.v1", "援助结案", "Concluded";
        /// 提交卷宗
        FileSubmitted = "cn.onestop.legal-aid.file-submitted.v1", "提交卷宗", "File handed in";
        /// 退回卷宗
        FileReturned = "cn.onestop.legal-aid.file-returned.v1", "卷宗退回补正", "File sent back";
        /// 归档
        Archived = "cn.onestop.legal-aid.archived.v1", "归档并核定补贴", "Archived, subsidy set";
        /// 终止
        Terminated = "cn.onestop.legal-aid.terminated.v1", "终止援助", "Terminated";
        /// 异议
        Objected = "cn.onestop.legal-aid.objected.v1", "向司法行政部门提出异议", "Objection raised";
        /// 异议决定
        ObjectionDecided = "cn.onestop.legal-aid.objection-decided.v1", "异议处理决定", "Objection decided";
        /// 拟办待批
        DecisionDrafted = "cn.onestop.legal-aid.decision-drafted.v1", "拟办待批", "Decision drafted, to be approved";
        /// 退回重拟
        DecisionSentBack = "cn.onestop.legal-aid.decision-sent-back.v1", "审批退回重拟", "Draft of a decision sent back";
        /// 拟办意见失效
        DraftLapsed = "cn.onestop.legal-aid.draft-lapsed.v1", "拟办意见失效", "Draft of a decision fell away";
        /// 对方当事人
        OpposingPartyNoted = "cn.onestop.legal-aid.opposing-party-noted.v1", "对方当事人另有案件", "Other side has a case too";
        /// 对方承办人员
        OtherSideEngaged = "cn.onestop.legal-aid.other-side-engaged.v1", "对方案件的承办人员", "Someone acts for the other side";
        /// 关键期限
        CriticalDateSet = "cn.onestop.legal-aid.critical-date-set.v1", "登记关键期限", "Critical date set";
        /// 更正关键期限
        CriticalDateCorrected = "cn.onestop.legal-aid.critical-date-corrected.v1", "更正关键期限", "Critical date corrected";
        /// 了结关键期限
        CriticalDateClosed = "cn.onestop.legal-aid.critical-date-closed.v1", "了结关键期限", "Critical date closed";
        /// 关键期限临近
        CriticalDateNear = "cn.onestop.legal-aid.critical-date-near.v1", "关键期限临近", "Critical date is near";
        /// 关键期限督办
        CriticalDateSupervised = "cn.onestop.legal-aid.critical-date-supervised.v1", "关键期限最后一日，督办", "Last day of a critical date, the supervisor is told";
        /// 转出
        HandedBack = "cn.onestop.legal-aid.handed-back.v1", "案件已转出", "Handed back";
        /// 计时开始
        ClockStarted = "cn.onestop.legal-aid.clock-started.v1", "计时开始", "Clock started";
        /// 暂停计时
        ClockPaused = "cn.onestop.legal-aid.clock-paused.v1", "暂停计时", "Clock paused";
        /// 恢复计时
        ClockResumed = "cn.onestop.legal-aid.clock-resumed.v1", "恢复计时", "Clock resumed";
        /// 延长
        ClockExtended = "cn.onestop.legal-aid.clock-extended.v1", "延长期限", "Time limit extended";
        /// 更正
        ClockCorrected = "cn.onestop.legal-aid.clock-corrected.v1", "更正到期日", "Due day corrected";
        /// 临期
        ClockDueSoon = "cn.onestop.legal-aid.clock-due-soon.v1", "临期提醒", "Due soon";
        /// 逾期，催办
        ClockOverdue = "cn.onestop.legal-aid.clock-overdue.v1", "逾期催办", "Overdue, the unit is urged";
        /// 督办
        ClockSupervised = "cn.onestop.legal-aid.clock-supervised.v1", "督办", "Overdue, the supervisor is told";
        /// 计时结束
        ClockStopped = "cn.onestop.legal-aid.clock-stopped.v1", "计时结束", "Clock stopped";
    }
}
