//! What happened to a notarial matter.

use serde::{Deserialize, Serialize};

use super::{
    Approval, ClockCorrected, ClockDueSoon, ClockExtended, ClockOverdue, ClockPaused, ClockResumed,
    ClockStarted, ClockStopped, ClockSupervised, DecisionDrafted, DecisionSentBack, DraftLapsed,
    ExtensionApproved, FeeBasis, HandedBack, OtherSideEngaged, Received, RefusalReason, ReviewBy,
    ReviewOutcome, SupplementReceived, SupplementRequested, TerminationReason, VerifyBy,
};
use crate::{
    acting_person::{ActingPerson, ActingRole},
    free_text::FreeText,
    ids::StaffId,
    matter::with_approval,
    referral::Outcome,
    summary::{Describe, Summary},
    text::Words,
    time::Timestamp,
};

/// The party came in person (本人到场), as a will, an adoption and the like need; art. 26.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Appeared {
    /// Which applicant, by the place in the case's file, from 1; nothing where there is one, or all came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<u32>,
}

impl Appeared {
    fn summary(&self) -> Summary {
        let named = |person: u32| Words {
            zh: format!("申请人{person}"),
            en: format!("applicant {person}"),
        };
        self.person
            .map_or_else(Summary::title, |person| Summary::words(named(person)))
    }
}

/// The parties were informed of the legal meaning and the consequences, which is recorded (告知); art. 27.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct ConsequencesTold {
    /// Who informed them.
    pub told_by: StaffId,
}

/// The fee is cut or waived (减免公证费), art. 34.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct FeeReduced {
    /// Why.
    pub basis: FeeBasis,
    /// By how much, in percent; 100 is waived.
    pub percent: u32,
}

/// The office accepted the application (受理).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Accepted {
    /// Who informed the parties of meaning and consequences; recorded by law.
    pub told_by: StaffId,
}

/// Facts are verified (核实); art. 29.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct VerificationBegun {
    /// Who does it.
    pub by: VerifyBy,
    /// What is verified, and by which office where one is entrusted.
    #[schemars(with = "FreeText")]
    pub what: String,
}

/// The facts are verified.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct VerificationDone {
    /// What was found, in a few words without personal data.
    #[schemars(with = "FreeText")]
    pub result: String,
}

/// The matter is suspended by force majeure (不可抗力), art. 30.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Suspended {
    /// Why.
    #[schemars(with = "FreeText")]
    pub why: String,
}

/// It goes on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Continued {}

/// The certificate was issued (出具公证书).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Issued {
    /// Its number (公证书编号).
    pub certificate: String,
    /// Who issued it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notary: Option<StaffId>,
    /// When; missing in events from before it was kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Timestamp>,
}

/// The matter is not handled (不予办理), by written report that the head approved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Refused {
    /// Why.
    pub reason: RefusalReason,
    /// Who drafted and who approved it, where two people decide.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approval: Option<Approval>,
}

/// The matter was ended early (终止公证).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Terminated {
    /// Why.
    pub reason: TerminationReason,
    /// Who drafted and who approved it, where two people decide.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approval: Option<Approval>,
}

/// The applicants were corrected: so many there are (更正申办人数).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct ApplicantsCounted {
    /// How many.
    pub count: u32,
}

/// A review of the certificate was requested (申请复查); another notary does it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct ReviewAsked {
    /// The requester.
    pub by: ReviewBy,
    /// Who reviews.
    pub reviewer: StaffId,
}

/// The review was decided (复查决定).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct ReviewDecided {
    /// What it came to.
    pub outcome: ReviewOutcome,
    /// The decision's number.
    #[schemars(with = "FreeText")]
    pub letter: String,
}

/// The review's decision was carried out (执行复查决定).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct ReviewCarriedOut {}

events! {
    /// What happened to a notarial matter.
    pub enum Event {
        /// 收到申请
        Received = "cn.onestop.notarization.received.v1", "公证处收到申请", "Office received the application";
        /// 本人到场
        Appeared = "cn.onestop.notarization.appeared.v1", "当事人本人到场", "Party came in person";
        /// 告知
        ConsequencesTold = "cn.onestop.notarization.consequences-told.v1", "告知法律意义和后果", "Meaning and consequences told";
        /// 补充告知
        SupplementRequested = "cn.onestop.notarization.supplement-requested.v1", "一次性告知补充材料", "Told once what is missing";
        /// 补充收到
        SupplementReceived = "cn.onestop.notarization.supplement-received.v1", "收到补充材料", "Missing papers came in";
        /// 减免费用
        FeeReduced = "cn.onestop.notarization.fee-reduced.v1", "减免公证费", "Fee cut or waived";
        /// 受理
        Accepted = "cn.onestop.notarization.accepted.v1", "公证受理", "Application accepted";
        /// 开始核实
        VerificationBegun = "cn.onestop.notarization.verification-begun.v1", "开始核实", "Verification begun";
        /// 核实完毕
        VerificationDone = "cn.onestop.notarization.verification-done.v1", "核实完毕", "Verification done";
        /// 中止
        Suspended = "cn.onestop.notarization.suspended.v1", "因不可抗力中止", "Suspended by force majeure";
        /// 恢复办理
        Continued = "cn.onestop.notarization.continued.v1", "恢复办理", "Continued";
        /// 出证
        Issued = "cn.onestop.notarization.issued.v1", "出具公证书", "Certificate issued";
        /// 不予办理
        Refused = "cn.onestop.notarization.refused.v1", "不予办理公证", "Refused";
        /// 终止
        Terminated = "cn.onestop.notarization.terminated.v1", "终止公证", "Terminated";
        /// 申请复查
        ReviewAsked = "cn.onestop.notarization.review-asked.v1", "申请复查", "Review asked for";
        /// 复查决定
        ReviewDecided = "cn.onestop.notarization.review-decided.v1", "复查决定", "Review decided";
        /// 执行复查决定
        ReviewCarriedOut = "cn.onestop.notarization.review-carried-out.v1", "复查决定已执行", "Review carried out";
        /// 拟办待批
        DecisionDrafted = "cn.onestop.notarization.decision-drafted.v1", "拟办待批", "Decision drafted, to be approved";
        /// 退回重拟
        DecisionSentBack = "cn.onestop.notarization.decision-sent-back.v1", "审批退回重拟", "Draft of a decision sent back";
        /// 拟办意见失效
        DraftLapsed = "cn.onestop.notarization.draft-lapsed.v1", "拟办意见失效", "Draft of a decision fell away";
        /// 批准延长期限
        ExtensionApproved = "cn.onestop.notarization.extension-approved.v1", "批准延长期限", "More time approved";
        /// 申办人数
        ApplicantsCounted = "cn.onestop.notarization.applicants-counted.v1", "更正申办人数", "Applicants counted anew";
        /// 对方承办人员
        OtherSideEngaged = "cn.onestop.notarization.other-side-engaged.v1", "对方案件的承办人员", "Someone acts for the other side";
        /// 转出
        HandedBack = "cn.onestop.notarization.handed-back.v1", "案件已转出", "Handed back";
        /// 计时开始
        ClockStarted = "cn.onestop.notarization.clock-started.v1", "计时开始", "Clock started";
        /// 暂停计时
        ClockPaused = "cn.onestop.notarization.clock-paused.v1", "暂停计时", "Clock paused";
        /// 恢复计时
        ClockResumed = "cn.onestop.notarization.clock-resumed.v1", "恢复计时", "Clock resumed";
        /// 延长
        ClockExtended = "cn.onestop.notarization.clock-extended.v1", "延长期限", "Time limit extended";
        /// 更正
        ClockCorrected = "cn.onestop.notarization.clock-corrected.v1", "更正到期日", "Due day corrected";
        /// 临期
        ClockDueSoon = "cn.onestop.notarization.clock-due-soon.v1", "临期提醒", "Due soon";
        /// 逾期，催办
        ClockOverdue = "cn.onestop.notarization.clock-overdue.v1", "逾期催办", "Overdue, the unit is urged";
        /// 督办
        ClockSupervised = "cn.onestop.notarization.clock-supervised.v1", "督办", "Overdue, the supervisor is told";
        /// 计时结束
        ClockStopped = "cn.onestop.notarization.clock-stopped.v1", "计时结束", "Clock stopped";
    }
}

impl Describe for Event {
    fn describe(&self) -> Summary {
        match self {
            Self::SupplementRequested(requested) => Summary::materials(&requested.missing),
            Self::SupplementReceived(received) => Summary::materials(&received.materials),
            Self::Appeared(came) => came.summary(),
            Self::ConsequencesTold(ConsequencesTold { told_by }) => told_summary(told_by),
            Self::Accepted(Accepted { told_by }) => told_summary(told_by).undertaking(),
            Self::ApplicantsCounted(counted) => counted.summary(),
            Self::FeeReduced(FeeReduced { basis, percent }) => Summary::words(Words {
                zh: format!("{}，减免 {percent}%", basis.text().zh),
                en: format!("{}, by {percent}%", basis.text().en),
            }),
            Self::VerificationBegun(VerificationBegun { by, what }) => Summary::words(Words {
                zh: format!("{}：{what}", by.text().zh),
                en: format!("{}: {what}", by.text().en),
            }),
            Self::VerificationDone(done) => Summary::untranslated(&done.result),
            Self::Suspended(suspended) => Summary::untranslated(&suspended.why),
            Self::Issued(issued) => Summary::untranslated(&issued.certificate)
                .ending(Outcome::Granted)
                .engaging(issued.notary.iter().map(notary)),
            Self::DecisionDrafted(drafted) => drafted.summary(),
            Self::DecisionSentBack(sent_back) => sent_back.summary(),
            Self::DraftLapsed(lapsed) => lapsed.summary(),
            Self::ExtensionApproved(approved) => approved.summary(),
            Self::Refused(Refused { reason, approval }) => {
                with_approval(Summary::words(reason.text()), approval.as_ref())
                    .ending(Outcome::Refused)
            }
            Self::Terminated(Terminated { reason, approval }) => {
                with_approval(Summary::words(reason.text()), approval.as_ref())
                    .ending(Outcome::Terminated)
            }
            Self::ReviewAsked(asked) => asked.summary(),
            Self::ReviewDecided(ReviewDecided { outcome, letter }) => Summary::words(Words {
                zh: format!("{}，{letter}", outcome.text().zh),
                en: format!("{}, {letter}", outcome.text().en),
            }),
            Self::ClockCorrected(corrected) => Summary::words(corrected.words()),
            Self::Received(_)
            | Self::OtherSideEngaged(_)
            | Self::Continued(_)
            | Self::ReviewCarriedOut(_)
            | Self::HandedBack(_)
            | Self::ClockStarted(_)
            | Self::ClockPaused(_)
            | Self::ClockResumed(_)
            | Self::ClockExtended(_)
            | Self::ClockDueSoon(_)
            | Self::ClockOverdue(_)
            | Self::ClockSupervised(_)
            | Self::ClockStopped(_) => Summary::title(),
        }
    }
}

fn told_summary(told_by: &StaffId) -> Summary {
    Summary::words(Words {
        zh: format!("{told_by} 已告知法律意义和后果"),
        en: format!("meaning and consequences told by {told_by}"),
    })
    .engaging([notary(told_by)])
}

impl ApplicantsCounted {
    fn summary(&self) -> Summary {
        let count = self.count;
        Summary::words(Words {
            zh: format!("{count} 人"),
            en: format!("{count} people"),
        })
    }
}

impl ReviewAsked {
    fn summary(&self) -> Summary {
        let Self { by, reviewer } = self;
        let words = Words {
            zh: format!("{}，由 {reviewer} 复查", by.text().zh),
            en: format!("{}, reviewed by {reviewer}", by.text().en),
        };
        Summary::words(words).engaging([notary(reviewer)])
    }
}

fn notary(staff: &StaffId) -> ActingPerson {
    ActingPerson::known(super::service(), ActingRole::Impartial, staff.clone())
}
