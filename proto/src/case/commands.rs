//! The commands of intake.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{
    Applicant, Channel, CorrectionReason, FileHash, FollowUpResult, Grade, Material, MediaType,
    MergeReason, NeedKind, NeedOutcome, Needs, Plaintext, ReopenGround, UrgencyEnd, UrgencyGround,
    VisitOutcome, VisitPurpose, WindowAction,
};
use crate::{
    division::DivisionCode,
    ids::{CaseId, EventId, ServiceItem, Topic},
    organ_notice::OrganNotice,
};

/// Open a case. The window is that of the actor's unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Open {
    /// What it is about.
    pub item: ServiceItem,
    /// What exactly.
    pub topic: Topic,
    /// The place that decides who is responsible.
    pub place: DivisionCode,
    /// How the citizen came.
    pub channel: Channel,
    /// The applicants and their request; sealed before it is written.
    pub applicant: Applicant,
    /// What the window does with it.
    pub request: WindowAction,
    /// Whether it cannot wait (紧急).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub urgent: bool,
    /// The case of the other side, where both came (利益冲突).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opposed_to: Option<CaseId>,
    /// Other cases that have to do with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub related: Vec<CaseId>,
    /// What the window must see to. Whether a person is a minor or elderly is added from the identity
    /// number.
    #[serde(default, skip_serializing_if = "Needs::is_empty")]
    pub needs: Needs,
    /// The letter of the organ that asks, where it is no citizen who does: the person named is the one whom it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notice: Option<OrganNotice>,
}

impl Open {
    /// A case to be referred, of a citizen who came to a window, without any optional field.
    pub fn new(item: ServiceItem, topic: Topic, place: DivisionCode, applicant: Applicant) -> Self {
        Self {
            item,
            topic,
            place,
            channel: Channel::Window,
            applicant,
            request: WindowAction::Refer,
            urgent: false,
            opposed_to: None,
            related: Vec::new(),
            needs: Needs::default(),
            notice: None,
        }
    }
}

/// Ask (again) that the case be referred, perhaps for another place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RequestReferral {
    /// The place that decides who is responsible; without it, the one the case was opened for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<DivisionCode>,
    /// Another matter than before, where one service could not help and another may (转办其他事项).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub other: Option<About>,
}

/// What a case is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct About {
    /// The service item.
    pub item: ServiceItem,
    /// What exactly.
    pub topic: Topic,
}

/// Answer the citizen at the window.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AnswerCitizen {
    /// The answer; sealed before it is written.
    pub answer: String,
}

impl std::fmt::Debug for AnswerCitizen {
    /// Never prints the answer: debug output ends up in logs.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("AnswerCitizen(sealed)")
    }
}

/// Take in material at the window.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReceiveMaterial {
    /// What was handed in.
    pub materials: Vec<Material>,
}

/// Correct something that was taken down (更正).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Correct {
    /// The event that said it.
    pub event: EventId,
    /// Why.
    pub reason: CorrectionReason,
    /// The applicants and their request, as it should have been.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub applicant: Option<Applicant>,
    /// What the window must see to, as it should have been.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub needs: Option<Needs>,
    /// The place that decides who is responsible, as it should have been; only while the window has the
    /// case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<DivisionCode>,
    /// What exactly it is about, as it should have been; only while the window has the case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub topic: Option<Topic>,
}

/// Merge the case into another that was opened before (合并).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Merge {
    /// The case that goes on.
    pub into: CaseId,
    /// Why.
    pub reason: MergeReason,
}

/// Tell the citizen, once, of everything that is missing (一次性告知).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NotifyOnce {
    /// What is missing.
    pub missing: Vec<Topic>,
}

/// Send a piece of a file that will be added. It is kept aside until `attach`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AttachPiece {
    /// The SHA-256 of the whole file.
    pub hash: FileHash,
    /// Which piece, from 0; in order.
    pub piece: u32,
    /// Its bytes, in Base64: 512 KiB, the last one what is left.
    pub data: String,
}

impl std::fmt::Debug for AttachPiece {
    /// Never prints what a citizen brought.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "AttachPiece({}, {})", self.hash, self.piece)
    }
}

/// Add a file whose pieces were sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Attach {
    /// Its SHA-256.
    pub hash: FileHash,
    /// Its size in bytes.
    pub size: u64,
    /// What it is.
    pub media_type: MediaType,
    /// What it shows.
    pub kind: Topic,
    /// The name of the file; sealed before it is written.
    pub name: Plaintext,
}

/// Record a home visit (上门服务).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NoteHomeVisit {
    /// What for.
    pub purpose: VisitPurpose,
    /// On which day; nothing means today.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>", extend("format" = "date"))]
    pub on: Option<Date>,
    /// Where, if not at the address that was taken down; sealed before it is written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<Plaintext>,
    /// What came of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<VisitOutcome>,
}

/// Record how a need of the citizen was seen to (需求落实): met, or declined.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SettleNeed {
    /// Which need.
    pub need: NeedKind,
    /// How it was seen to.
    pub how: NeedOutcome,
}

/// Say that the case cannot wait (标为紧急), where that turned out after it was taken down.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MarkUrgent {
    /// Why.
    pub reason: UrgencyGround,
}

/// Say that the case can wait again (取消紧急).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LiftUrgency {
    /// Why.
    pub reason: UrgencyEnd,
}

/// Record what the citizen said when called back (回访).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FollowUp {
    /// What came of it.
    pub result: FollowUpResult,
    /// What was said; sealed before it is written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Plaintext>,
}

/// Record what was done after a bad rating (差评整改). The citizen may then rate once more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Redo {
    /// What was done; sealed before it is written.
    pub measure: Plaintext,
}

/// Open the closed case again (重新办理).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Reopen {
    /// Why.
    pub reason: ReopenGround,
}

/// Withdraw the case for the citizen. While an offer is open, custody decides who was first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Withdraw {}

/// Record the citizen's rating.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Rate {
    /// The grade.
    pub grade: Grade,
}

/// Close the case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Close {}

/// Archive the closed case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Archive {}

commands! {
    /// The commands of intake.
    pub enum Command {
        /// 登记
        Open = "open";
        /// 转办
        RequestReferral = "request-referral";
        /// 答复
        AnswerCitizen = "answer";
        /// 接收材料
        ReceiveMaterial = "receive-material";
        /// 撤销申请
        Withdraw = "withdraw";
        /// 评价
        Rate = "rate";
        /// 办结
        Close = "close";
        /// 归档
        Archive = "archive";
        /// 更正
        Correct = "correct";
        /// 合并
        Merge = "merge";
        /// 一次性告知
        NotifyOnce = "notify-once";
        /// 上传附件
        AttachPiece = "attach-piece";
        /// 收存附件
        Attach = "attach";
        /// 上门服务
        NoteHomeVisit = "note-home-visit";
        /// 需求落实
        SettleNeed = "settle-need";
        /// 标为紧急
        MarkUrgent = "mark-urgent";
        /// 取消紧急
        LiftUrgency = "lift-urgency";
        /// 回访
        FollowUp = "follow-up";
        /// 差评整改
        Redo = "redo";
        /// 重新办理
        Reopen = "reopen";
    }
}
