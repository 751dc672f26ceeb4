//! What happened to a mediation matter.

use serde::{Deserialize, Serialize};

use super::{
    ClockCorrected, ClockDueSoon, ClockExtended, ClockOverdue, ClockPaused, ClockResumed,
    ClockStarted, ClockStopped, ClockSupervised, CriticalDateClosed, CriticalDateCorrected,
    CriticalDateNear, CriticalDateSet, CriticalDateSupervised, DecisionDrafted, DecisionSentBack,
    DraftLapsed, Exclusion, ExtensionApproved, HandedBack, MediatorChallenged, NamedBy, OpenDate,
    OtherSideEngaged, OtherWay, Party, Received, RespondentDeclined, RespondentsCounted,
    SupplementReceived, SupplementRequested, TermAdded, TermRecorded,
};
use crate::{free_text::FreeText, ids::StaffId};

/// A party agreed to mediation, or was found not to object (同意调解).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Consented {
    /// Who.
    pub party: Party,
    /// Which of them, by the place in the case's file, from 1; nothing where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<u32>,
}

/// A party clearly refused: mediation stops there (明确拒绝).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct PartyRefused {
    /// Who.
    pub party: Party,
    /// Which of them, by the place in the case's file, from 1; nothing: the whole side.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<u32>,
    /// The critical dates that are open: the committee informs the parties, who see to them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub open_dates: Vec<OpenDate>,
}

/// The dispute is not for people's mediation (不予受理).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct NotAccepted {
    /// Why.
    pub reason: Exclusion,
    /// The critical dates that are open: the committee informs the parties, who see to them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub open_dates: Vec<OpenDate>,
}

/// The dispute was accepted (受理).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Accepted {}

/// Mediators were named or chosen (确定调解员); later, others in their place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct MediatorsNamed {
    /// Who; one or more.
    pub mediators: Vec<StaffId>,
    /// By whom.
    pub named_by: NamedBy,
}

/// The dispute threatened to get worse; the police or another organ was informed (art. 25).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct DangerReported {
    /// To whom.
    #[schemars(with = "FreeText")]
    pub to: String,
}

/// The parties signed an agreement, and the committee sealed it (art. 29).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct AgreedInWriting {
    /// Its number (协议书编号).
    #[schemars(with = "FreeText")]
    pub number: String,
    /// The critical dates that are open: the committee informs the parties, who see to them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub open_dates: Vec<OpenDate>,
}

/// The parties agreed by word of mouth, and the mediator wrote down what (art. 28, 30).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct AgreedOrally {
    /// The critical dates that are open: the committee informs the parties, who see to them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub open_dates: Vec<OpenDate>,
}

/// Both parties applied to the court to confirm the agreement (共同申请司法确认).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct CourtAsked {
    /// Which court.
    #[schemars(with = "FreeText")]
    pub court: String,
}

/// The court confirmed the agreement (司法确认).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Confirmed {
    /// The number of the court's ruling (裁定书案号).
    #[schemars(with = "FreeText")]
    pub ruling: String,
}

/// The court did not confirm the agreement: the parties may mediate again, or sue (art. 33).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct NotConfirmed {
    /// The number of the court's ruling.
    #[schemars(with = "FreeText")]
    pub ruling: String,
    /// The other ways that they were informed of.
    pub told: Vec<OtherWay>,
}

/// The agreement is performed (已履行).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Performed {}

/// The agreement is not kept, and the parties were informed of what they can do (未履行).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Broken {
    /// The other ways that they were informed of.
    pub told: Vec<OtherWay>,
}

/// Mediation failed; it was ended, and the parties were informed of what else they can do (art. 26).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Failed {
    /// The other ways that they were informed of.
    pub told: Vec<OtherWay>,
    /// The critical dates that are open: the committee informs the parties, who see to them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub open_dates: Vec<OpenDate>,
}

/// The file was closed and kept (art. 27).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Archived {
    /// Its number (卷宗号).
    #[schemars(with = "FreeText")]
    pub file: String,
}

events! {
    /// What happened to a mediation matter.
    pub enum Event {
        /// 收到申请
        Received = "cn.onestop.mediation.received.v1", "调委会收到申请", "Committee received the application";
        /// 同意
        Consented = "cn.onestop.mediation.consented.v1", "当事人同意调解", "A party agreed to mediation";
        /// 拒绝
        PartyRefused = "cn.onestop.mediation.party-refused.v1", "当事人明确拒绝调解", "A party refused mediation";
        /// 核对人数
        RespondentsCounted = "cn.onestop.mediation.respondents-counted.v1", "核对被申请人人数", "Other parties counted";
        /// 一人拒绝
        RespondentDeclined = "cn.onestop.mediation.respondent-declined.v1", "一名被申请人拒绝，其他人继续调解", "One of several parties refused";
        /// 补充告知
        SupplementRequested = "cn.onestop.mediation.supplement-requested.v1", "一次性告知补充材料", "Told once what is missing";
        /// 补充收到
        SupplementReceived = "cn.onestop.mediation.supplement-received.v1", "收到补充材料", "Missing papers came in";
        /// 不予受理
        NotAccepted = "cn.onestop.mediation.not-accepted.v1", "不予受理", "Not accepted";
        /// 受理
        Accepted = "cn.onestop.mediation.accepted.v1", "受理纠纷", "Dispute accepted";
        /// 确定调解员
        MediatorsNamed = "cn.onestop.mediation.mediators-named.v1", "确定调解员", "Mediators named";
        /// 回避
        MediatorChallenged = "cn.onestop.mediation.mediator-challenged.v1", "调解员回避", "Mediator stands back";
        /// 激化报告
        DangerReported = "cn.onestop.mediation.danger-reported.v1", "纠纷可能激化，已报告", "Danger reported";
        /// 书面协议
        AgreedInWriting = "cn.onestop.mediation.agreed-in-writing.v1", "达成书面调解协议", "Agreed in writing";
        /// 口头协议
        AgreedOrally = "cn.onestop.mediation.agreed-orally.v1", "达成口头调解协议", "Agreed orally";
        /// 协议内容
        TermAdded = "cn.onestop.mediation.term-added.v1", "登记协议内容", "Term of the agreement recorded";
        /// 履行情况
        TermRecorded = "cn.onestop.mediation.term-recorded.v1", "记录履行情况", "Performance of a term recorded";
        /// 申请确认
        CourtAsked = "cn.onestop.mediation.court-asked.v1", "共同申请司法确认", "Court asked to confirm";
        /// 司法确认
        Confirmed = "cn.onestop.mediation.confirmed.v1", "法院确认协议有效", "Confirmed by the court";
        /// 未予确认
        NotConfirmed = "cn.onestop.mediation.not-confirmed.v1", "法院未确认协议", "Not confirmed by the court";
        /// 已履行
        Performed = "cn.onestop.mediation.performed.v1", "协议已履行", "Agreement performed";
        /// 未履行
        Broken = "cn.onestop.mediation.broken.v1", "协议未履行", "Agreement not kept";
        /// 调解不成
        Failed = "cn.onestop.mediation.failed.v1", "调解不成，终止调解", "Mediation failed";
        /// 归档
        Archived = "cn.onestop.mediation.archived.v1", "调解卷宗归档", "File archived";
        /// 拟办待批
        DecisionDrafted = "cn.onestop.mediation.decision-drafted.v1", "拟办待批", "Decision drafted, to be approved";
        /// 批准延长
        ExtensionApproved = "cn.onestop.mediation.extension-approved.v1", "批准延长期限", "More time approved";
        /// 退回重拟
        DecisionSentBack = "cn.onestop.mediation.decision-sent-back.v1", "审批退回重拟", "Draft of a decision sent back";
        /// 拟办意见失效
        DraftLapsed = "cn.onestop.mediation.draft-lapsed.v1", "拟办意见失效", "Draft of a decision fell away";
        /// 关键期限
        CriticalDateSet = "cn.onestop.mediation.critical-date-set.v1", "登记关键期限", "Critical date set";
        /// 更正关键期限
        CriticalDateCorrected = "cn.onestop.mediation.critical-date-corrected.v1", "更正关键期限", "Critical date corrected";
        /// 了结关键期限
        CriticalDateClosed = "cn.onestop.mediation.critical-date-closed.v1", "了结关键期限", "Critical date closed";
        /// 关键期限临近
        CriticalDateNear = "cn.onestop.mediation.critical-date-near.v1", "关键期限临近", "Critical date is near";
        /// 关键期限督办
        CriticalDateSupervised = "cn.onestop.mediation.critical-date-supervised.v1", "关键期限最后一日，督办", "Last day of a critical date, the supervisor is told";
        /// 对方承办人员
        OtherSideEngaged = "cn.onestop.mediation.other-side-engaged.v1", "对方案件的承办人员", "Someone acts for the other side";
        /// 转出
        HandedBack = "cn.onestop.mediation.handed-back.v1", "案件已转出", "Handed back";
        /// 计时开始
        ClockStarted = "cn.onestop.mediation.clock-started.v1", "计时开始", "Clock started";
        /// 暂停计时
        ClockPaused = "cn.onestop.mediation.clock-paused.v1", "暂停计时", "Clock paused";
        /// 恢复计时
        ClockResumed = "cn.onestop.mediation.clock-resumed.v1", "恢复计时", "Clock resumed";
        /// 延长
        ClockExtended = "cn.onestop.mediation.clock-extended.v1", "延长期限", "Time limit extended";
        /// 更正
        ClockCorrected = "cn.onestop.mediation.clock-corrected.v1", "更正到期日", "Due day corrected";
        /// 临期
        ClockDueSoon = "cn.onestop.mediation.clock-due-soon.v1", "临期提醒", "Due soon";
        /// 逾期，催办
        ClockOverdue = "cn.onestop.mediation.clock-overdue.v1", "逾期催办", "Overdue, the unit is urged";
        /// 督办
        ClockSupervised = "cn.onestop.mediation.clock-supervised.v1", "督办", "Overdue, the supervisor is told";
        /// 计时结束
        ClockStopped = "cn.onestop.mediation.clock-stopped.v1", "计时结束", "Clock stopped";
    }
}
