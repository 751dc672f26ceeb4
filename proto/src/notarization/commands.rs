//! The commands of notarization.

use serde::{Deserialize, Serialize};

use super::{
    ApproveDecision, DraftExtension, DraftRefusal, DraftTermination, DraftedDecision, Extend,
    FeeBasis, ReceiveSupplement, RefusalReason, RequestSupplement, ReviewBy, ReviewOutcome,
    SendBackDecision, TerminationReason, VerifyBy,
};
use crate::{free_text::FreeText, ids::StaffId, time::Timestamp};

/// Record that the party came in person.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AppearInPerson {
    /// Which applicant, by the place in the case's file, from 1; nothing where there is one, or all came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<u32>,
}

/// Record that the parties were informed of the legal meaning and the consequences.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TellConsequences {}

/// Cut or waive the fee.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReduceFee {
    /// Why.
    pub basis: FeeBasis,
    /// By how much, in percent, 1 to 100; 100 waives it.
    pub percent: u32,
}

/// Accept the application; the parties have been informed of meaning and consequences.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AcceptApplication {}

/// Have facts verified; the clock is paused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Verify {
    /// Who does it.
    pub verifier: VerifyBy,
    /// What is verified, and by which office where one is entrusted.
    #[schemars(with = "FreeText")]
    pub what: String,
}

/// Record what the verification found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FinishVerification {
    /// What was found, in a few words without personal data.
    #[schemars(with = "FreeText")]
    pub result: String,
}

/// Suspend the matter (不可抗力); its clock is paused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Suspend {
    /// Why.
    #[schemars(with = "FreeText")]
    pub why: String,
}

/// Go on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Continue {}

/// Issue the certificate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Issue {
    /// Its number.
    pub certificate: String,
}

/// Do not handle the matter; the head has approved the written report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Refuse {
    /// Why.
    pub reason: RefusalReason,
}

/// End the matter early.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Terminate {
    /// Why.
    pub reason: TerminationReason,
}

/// Record that a review is requested, and who does it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AskReview {
    /// The requester.
    pub applicant: ReviewBy,
    /// When the certificate was received, or its content known: 2026-03-04 09:00.
    pub known_on: Timestamp,
    /// Who reviews: another notary.
    pub reviewer: StaffId,
}

/// Decide the review.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DecideReview {
    /// What it comes to.
    pub outcome: ReviewOutcome,
    /// The decision's number.
    #[schemars(with = "FreeText")]
    pub letter: String,
}

/// Record that the review's decision is carried out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CarryOutReview {}

drafted! {
    Refuse, DraftRefusal => Refuse { reason };
    Terminate, DraftTermination => Terminate { reason };
}

commands! {
    /// The commands of notarization.
    pub enum Command {
        /// 本人到场
        AppearInPerson = "appear-in-person";
        /// 告知法律后果
        TellConsequences = "tell-consequences";
        /// 告知补充
        RequestSupplement = "request-supplement";
        /// 收补充
        ReceiveSupplement = "receive-supplement";
        /// 减免公证费
        ReduceFee = "reduce-fee";
        /// 受理
        AcceptApplication = "accept";
        /// 核实
        Verify = "verify";
        /// 核实完毕
        FinishVerification = "finish-verification";
        /// 不可抗力中止
        Suspend = "suspend";
        /// 恢复办理
        Continue = "continue";
        /// 出证
        Issue = "issue";
        /// 不予办理
        Refuse = "refuse";
        /// 终止公证
        Terminate = "terminate";
        /// 拟不予办理
        DraftRefusal = "draft-refusal";
        /// 拟终止公证
        DraftTermination = "draft-termination";
        /// 延长期限
        Extend = "extend";
        /// 拟延长期限
        DraftExtension = "draft-extension";
        /// 批准拟办
        ApproveDecision = "approve-decision";
        /// 退回拟办
        SendBackDecision = "send-back-decision";
        /// 申请复查
        AskReview = "ask-review";
        /// 复查决定
        DecideReview = "decide-review";
        /// 执行复查决定
        CarryOutReview = "carry-out-review";
    }
}
