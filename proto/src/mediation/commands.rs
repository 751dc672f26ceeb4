//! The commands of mediation.

use serde::{Deserialize, Serialize};

use super::{
    AddTerm, ApproveDecision, ChallengeMediator, CloseCriticalDate, CorrectCriticalDate,
    CountRespondents, DraftExtension, Exclusion, Extend, NamedBy, OtherWay, Party,
    ReceiveSupplement, RecordTerm, RequestSupplement, SendBackDecision, SetCriticalDate,
};
use crate::{free_text::FreeText, ids::StaffId};

/// Record that a party agrees to mediation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Consent {
    /// Who.
    pub party: Party,
    /// Which of them, by the place in the case's file, from 1; nothing where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<u32>,
}

/// Record that a party clearly refuses mediation, which ends it; of several other parties it ends with the last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RefuseByParty {
    /// Who.
    pub party: Party,
    /// Which of them, by the place in the case's file, from 1; nothing: the whole side.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<u32>,
}

/// Do not accept the dispute.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NotAccept {
    /// Why.
    pub reason: Exclusion,
}

/// Accept the dispute; the parties agree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Accept {}

/// Name mediators, or take down whom the parties chose; while mediation runs, others in their place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NameMediators {
    /// Who; at least one.
    pub mediators: Vec<StaffId>,
    /// By whom.
    pub named_by: NamedBy,
}

/// Record that the dispute threatens to get worse, and to whom that was reported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReportDanger {
    /// To whom: the police station, or another organ.
    #[schemars(with = "FreeText")]
    pub to: String,
}

/// Record an agreement that the parties signed and the committee sealed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AgreeInWriting {
    /// Its number.
    #[schemars(with = "FreeText")]
    pub number: String,
}

/// Record an oral agreement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AgreeOrally {}

/// Record that both parties applied to the court to confirm the agreement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AskCourt {
    /// Which court.
    #[schemars(with = "FreeText")]
    pub court: String,
}

/// Record that the court confirmed the agreement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Confirm {
    /// The number of the court's ruling.
    #[schemars(with = "FreeText")]
    pub ruling: String,
}

/// Record that the court did not confirm the agreement, and of which ways the parties were informed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NotConfirm {
    /// The number of the court's ruling.
    #[schemars(with = "FreeText")]
    pub ruling: String,
    /// The other ways that they were informed of; at least one.
    pub told: Vec<OtherWay>,
}

/// Record that the agreement is performed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Perform {}

/// Record that the agreement is not kept, and of which ways the parties were informed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Break {
    /// The other ways that they were informed of; at least one.
    pub told: Vec<OtherWay>,
}

/// End mediation that failed, and tell the parties what else they can do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Fail {
    /// The other ways that they were informed of; at least one.
    pub told: Vec<OtherWay>,
}

/// Close and keep the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Archive {
    /// Its number.
    #[schemars(with = "FreeText")]
    pub file: String,
}

commands! {
    /// The commands of mediation.
    pub enum Command {
        /// 核对被申请人人数
        CountRespondents = "count-respondents";
        /// 记录同意
        Consent = "consent";
        /// 记录拒绝
        RefuseByParty = "refuse-by-party";
        /// 告知补充
        RequestSupplement = "request-supplement";
        /// 收补充
        ReceiveSupplement = "receive-supplement";
        /// 不予受理
        NotAccept = "not-accept";
        /// 受理
        Accept = "accept";
        /// 确定调解员
        NameMediators = "name-mediators";
        /// 调解员回避
        ChallengeMediator = "challenge-mediator";
        /// 延长期限
        Extend = "extend";
        /// 拟延长期限
        DraftExtension = "draft-extension";
        /// 批准拟办
        ApproveDecision = "approve-decision";
        /// 退回拟办
        SendBackDecision = "send-back-decision";
        /// 登记关键期限
        SetCriticalDate = "set-critical-date";
        /// 更正关键期限
        CorrectCriticalDate = "correct-critical-date";
        /// 了结关键期限
        CloseCriticalDate = "close-critical-date";
        /// 激化报告
        ReportDanger = "report-danger";
        /// 书面协议
        AgreeInWriting = "agree-in-writing";
        /// 口头协议
        AgreeOrally = "agree-orally";
        /// 登记协议内容
        AddTerm = "add-term";
        /// 记录履行情况
        RecordTerm = "record-term";
        /// 申请司法确认
        AskCourt = "ask-court";
        /// 司法确认
        Confirm = "confirm";
        /// 未予确认
        NotConfirm = "not-confirm";
        /// 已履行
        Perform = "perform";
        /// 未履行
        Break = "break";
        /// 调解不成
        Fail = "fail";
        /// 归档
        Archive = "archive";
    }
}
