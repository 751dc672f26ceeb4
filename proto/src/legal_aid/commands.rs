//! The commands of legal aid.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{
    ApproveDecision, AskOtherLawyer, CloseCriticalDate, CorrectCriticalDate, DraftArchive,
    DraftRefusal, DraftTermination, DraftedDecision, ExemptGroup, Gravity, HelpKind, KeepLawyer,
    Means, Organ, PaperRemark, ReassignReason, ReceiveSupplement, RefusalReason, Residence, Ruling,
    SendBackDecision, SetCriticalDate, TerminationReason, UrgentReason,
};
use crate::{free_text::FreeText, ids::Topic, time::Timestamp, yuan::Fen};

/// Record that an organ or a duty lawyer passed the application on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RecordForwarding {
    /// Who.
    pub from: Organ,
    /// When the applicant gave it to them: 2026-03-04 15:20.
    pub applied_at: Timestamp,
}

/// Determine the applicant's means.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DetermineMeans {
    /// How.
    pub means: Means,
    /// Exempt from the check: the applicant's group.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exempt_group: Option<ExemptGroup>,
    /// Exempt from the check: what shows it, such as the kind of paper and its number. It contains no name of a person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<FreeText>")]
    pub evidence: Option<String>,
    /// Reckoned: whether by the line for town or for country people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub residence: Option<Residence>,
    /// Reckoned: how many people live together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub household: Option<u32>,
    /// Reckoned: what they earn together in a year, in yuan.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub income: Option<u64>,
    /// Reckoned, where the directory has no amount: the allowance a month or the income a year that the line goes by, in yuan.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base_amount: Option<u64>,
    /// Where that amount is from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<FreeText>")]
    pub base_source: Option<String>,
    /// Reckoned, where the directory has no line: how many hundredths of that amount the line is; the whole amount, if it is not
    /// given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base_percent: Option<u32>,
}

impl DetermineMeans {
    /// Means of which nothing was reckoned.
    pub const fn found(means: Means) -> Self {
        Self {
            means,
            exempt_group: None,
            evidence: None,
            residence: None,
            household: None,
            income: None,
            base_amount: None,
            base_source: None,
            base_percent: None,
        }
    }

    /// The applicant's group is exempt from the check.
    pub fn exempt(group: ExemptGroup, evidence: &str) -> Self {
        Self {
            exempt_group: Some(group),
            evidence: Some(evidence.to_owned()),
            ..Self::found(Means::Exempt)
        }
    }
}

/// Tell the applicant, once, of everything that is missing, and until which day it can be brought.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RequestSupplement {
    /// What is missing; at least one thing.
    pub missing: Vec<Topic>,
    /// What to mind about a paper: `wage-record: of the whole year 2025`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remarks: Vec<PaperRemark>,
    /// The last day for the papers: 2026-03-20. After it, the application can be deemed withdrawn.
    #[schemars(with = "String", extend("format" = "date"))]
    pub last_day: Date,
}

/// Record that the applicant withdrew the application before it was decided on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WithdrawApplication {}

/// Record that the papers did not come in time, so that the application counts as withdrawn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DeemWithdrawn {}

/// Ask another agency to look into something; the clock is paused until it answers, and no longer than the last day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AskCooperation {
    /// Which agency: its name, or its id in the directory, also of one in another province.
    #[schemars(with = "FreeText")]
    pub agency: String,
    /// The letter's number, which goes out once.
    pub letter: String,
    /// Until when its answer is awaited; without it, as long as the directory allows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub last_day: Option<Date>,
}

/// Record the other agency's answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReceiveCooperation {
    /// The number of its answer.
    #[schemars(with = "FreeText")]
    pub letter: String,
}

/// Give aid at once; the formalities follow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProvideFirst {
    /// Why it cannot wait.
    pub reason: UrgentReason,
    /// The law firm or legal service office.
    #[schemars(with = "FreeText")]
    pub firm: String,
    /// Licence number of the lawyer or legal worker.
    pub licence: String,
}

/// Record that a criminal organ notified the agency of a person who had applied: nothing is reviewed any more. A notice that
/// comes first opens the case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TakeNotice {
    /// Which organ.
    pub organ: Organ,
    /// The notice's number.
    #[schemars(with = "FreeText")]
    pub notice: String,
    /// How grave the sentence may be.
    pub gravity: Gravity,
    /// The day on which it was received, if that was not today: 2026-03-04. The time for the assignment runs from it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>", extend("format" = "date"))]
    pub received_on: Option<Date>,
    /// The organ itself, by its id in the directory, where it is of another province (外地办案机关).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<Topic>,
}

/// Record what a duty lawyer did for the person. Nothing is reviewed or assigned, and no file is kept of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GiveHelp {
    /// What was done; at least one thing.
    pub kinds: Vec<HelpKind>,
    /// The law firm.
    #[schemars(with = "FreeText")]
    pub firm: String,
    /// Licence number of the duty lawyer.
    pub licence: String,
}

/// Grant legal aid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Grant {}

/// Refuse legal aid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Refuse {
    /// Why.
    pub reason: RefusalReason,
}

/// Assign a lawyer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Assign {
    /// The law firm or legal service office.
    #[schemars(with = "FreeText")]
    pub firm: String,
    /// Licence number of the lawyer or legal worker.
    pub licence: String,
    /// Years of practice; needed where the sentence may be life or death.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub years: Option<u32>,
}

/// Replace the assigned lawyer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Reassign {
    /// The law firm or legal service office.
    #[schemars(with = "FreeText")]
    pub firm: String,
    /// Licence number of the lawyer or legal worker.
    pub licence: String,
    /// Years of practice; needed where the sentence may be life or death.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub years: Option<u32>,
    /// Why.
    pub reason: ReassignReason,
}

/// Record that the notifying organ was informed: of the person assigned, or that the aid has ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct InformOrgan {
    /// The letter's number.
    #[schemars(with = "FreeText")]
    pub letter: String,
    /// The name of the person assigned, as the letter says it; not needed for the end of the aid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<FreeText>")]
    pub lawyer: Option<String>,
    /// How the organ reaches that person; not needed for the end of the aid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<FreeText>")]
    pub contact: Option<String>,
}

/// Record that agreement and authority are signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Contract {
    /// The agreement's number.
    #[schemars(with = "FreeText")]
    pub agreement: String,
}

/// Report the end of the aid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Conclude {}

/// Hand in the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SubmitFile {
    /// The file's number.
    #[schemars(with = "FreeText")]
    pub file: String,
}

/// Send the file back to be mended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReturnFile {
    /// What has to be mended.
    #[schemars(with = "FreeText")]
    pub why: String,
}

/// Find the file in order, keep it, and set the subsidy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Archive {
    /// The subsidy, in fen; 0 where the person is on the agency's staff.
    #[schemars(with = "Fen")]
    pub subsidy_fen: u64,
}

/// End the aid early.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Terminate {
    /// Why.
    pub reason: TerminationReason,
}

/// Take down that the applicant or recipient objects to the decision: at the bureau, at any window, at the agency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Object {}

/// Decide on the objection, as the justice bureau.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DecideObjection {
    /// What it decided.
    pub ruling: Ruling,
    /// The decision's number.
    #[schemars(with = "FreeText")]
    pub letter: String,
}

drafted! {
    Refuse, DraftRefusal => Refuse { reason };
    Terminate, DraftTermination => Terminate { reason };
    Archive, DraftArchive => Archive { subsidy_fen };
}

commands! {
    /// The commands of legal aid.
    pub enum Command {
        /// 记录转交
        RecordForwarding = "record-forwarding";
        /// 核定经济困难状况
        DetermineMeans = "determine-means";
        /// 告知补正
        RequestSupplement = "request-supplement";
        /// 收补正
        ReceiveSupplement = "receive-supplement";
        /// 视为撤回申请
        DeemWithdrawn = "deem-withdrawn";
        /// 撤销援助申请
        WithdrawApplication = "withdraw-application";
        /// 发协作函
        AskCooperation = "ask-cooperation";
        /// 收协作回复
        ReceiveCooperation = "receive-cooperation";
        /// 先行提供援助
        ProvideFirst = "provide-first";
        /// 接收通知辩护
        TakeNotice = "take-notice";
        /// 提供法律帮助
        GiveHelp = "give-help";
        /// 给予援助
        Grant = "grant";
        /// 不予援助
        Refuse = "refuse";
        /// 指派承办人
        Assign = "assign";
        /// 更换承办人
        Reassign = "reassign";
        /// 请求更换承办人
        AskOtherLawyer = "ask-other-lawyer";
        /// 不予更换承办人
        KeepLawyer = "keep-lawyer";
        /// 告知办案机关
        InformOrgan = "inform-organ";
        /// 签订委托协议
        Contract = "contract";
        /// 登记关键期限
        SetCriticalDate = "set-critical-date";
        /// 更正关键期限
        CorrectCriticalDate = "correct-critical-date";
        /// 了结关键期限
        CloseCriticalDate = "close-critical-date";
        /// 结案
        Conclude = "conclude";
        /// 提交卷宗
        SubmitFile = "submit-file";
        /// 退回卷宗
        ReturnFile = "return-file";
        /// 归档并核定补贴
        Archive = "archive";
        /// 终止援助
        Terminate = "terminate";
        /// 记录异议
        Object = "object";
        /// 异议决定
        DecideObjection = "decide-objection";
        /// 拟不予援助
        DraftRefusal = "draft-refusal";
        /// 拟终止援助
        DraftTermination = "draft-termination";
        /// 拟归档并核定补贴
        DraftArchive = "draft-archive";
        /// 批准拟办
        ApproveDecision = "approve-decision";
        /// 退回拟办
        SendBackDecision = "send-back-decision";
    }
}
