//! The notarial matter (公证): stream `matter/<case>` of service `notarization`.
//! Source: 中华人民共和国公证法 (2017) and 公证程序规则 (2020).

use serde::{Deserialize, Serialize};

use crate::{
    actor::ServiceName,
    referral::Outcome,
    specialist::{Tell, Told},
    text::Words,
};

pub use crate::{
    clock::{ClockPaused, ClockResumed, ClockStarted, ClockStopped},
    matter::{
        HandedBack, ReceiveSupplement, Received, Rejection, RequestSupplement, SupplementReceived,
        SupplementRequested,
    },
};

/// The name of the service that owns notarial matters.
pub const SERVICE: &str = "notarization";

/// [`SERVICE`] as a type.
#[must_use]
pub fn service() -> ServiceName {
    crate::actor::known_service(SERVICE)
}

choices! {
    /// Where a matter stands.
    pub enum Step {
        /// Being examined: shall it be accepted?
        Examination = "examination", "受理审查中", "being examined";
        /// Waiting for the applicant's papers; the clock stands still.
        Supplement = "supplement", "待补充材料", "waiting for papers";
        /// Accepted (受理); the certificate is due in 15 working days.
        Accepted = "accepted", "已受理", "accepted";
        /// The certificate is issued (出具公证书).
        Issued = "issued", "已出证", "issued";
        /// Not handled (不予办理).
        Refused = "refused", "不予办理", "refused";
        /// The case left the office before its end.
        HandedBack = "handed-back", "已转出", "handed back";
    }
}

choices! {
    /// Why a notary does not handle a matter (不予办理的情形).
    pub enum RefusalReason {
        /// No guardian where one is needed.
        NoGuardian = "no-guardian", "无监护人代理", "no guardian acts";
        /// No interest in the matter.
        NoInterest = "no-interest", "与申请事项无利害关系", "no interest in the matter";
        /// It is technical appraisal or valuation.
        Technical = "technical", "属专业技术鉴定、评估", "technical appraisal or valuation";
        /// The parties disagree.
        Dispute = "dispute", "当事人之间有争议", "the parties disagree";
        /// Fiction, or false proof.
        Falsehood = "falsehood", "虚构、隐瞒事实或提供虚假证明", "fiction or false proof";
        /// Insufficient and not supplied.
        NotProven = "not-proven", "证明材料不充分又无法补充", "not proven";
        /// Untrue or illegal.
        Unlawful = "unlawful", "不真实、不合法", "untrue or illegal";
        /// Against public morals.
        PublicMorals = "public-morals", "违背社会公德", "against public morals";
        /// The fee is refused.
        FeeRefused = "fee-refused", "拒绝交纳公证费", "the fee is refused";
    }
}

/// The office accepted the application (受理), and told the parties the legal meaning and
/// consequences (公证法 art. 27).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Accepted {
    /// Who told them; recorded by law.
    pub told_by: crate::ids::StaffId,
}

/// The certificate was issued (出具公证书).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Issued {
    /// Its number (公证书编号).
    pub certificate: String,
}

/// The matter is not handled (不予办理).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Refused {
    /// Why.
    pub reason: RefusalReason,
}

events! {
    /// What happened to a notarial matter.
    pub enum Event {
        /// 收到申请
        Received = "cn.onestop.notarization.received.v1", "公证处收到申请", "Office received the application";
        /// 补充告知
        SupplementRequested = "cn.onestop.notarization.supplement-requested.v1", "一次性告知补充材料", "Told once what is missing";
        /// 补充收到
        SupplementReceived = "cn.onestop.notarization.supplement-received.v1", "收到补充材料", "Missing papers came in";
        /// 受理
        Accepted = "cn.onestop.notarization.accepted.v1", "公证受理", "Application accepted";
        /// 出证
        Issued = "cn.onestop.notarization.issued.v1", "出具公证书", "Certificate issued";
        /// 不予办理
        Refused = "cn.onestop.notarization.refused.v1", "不予办理公证", "Refused";
        /// 转出
        HandedBack = "cn.onestop.notarization.handed-back.v1", "案件已转出", "Handed back";
        /// 计时开始
        ClockStarted = "cn.onestop.notarization.clock-started.v1", "计时开始", "Clock started";
        /// 暂停计时
        ClockPaused = "cn.onestop.notarization.clock-paused.v1", "暂停计时", "Clock paused";
        /// 恢复计时
        ClockResumed = "cn.onestop.notarization.clock-resumed.v1", "恢复计时", "Clock resumed";
        /// 计时结束
        ClockStopped = "cn.onestop.notarization.clock-stopped.v1", "计时结束", "Clock stopped";
    }
}

impl Tell for Event {
    fn tell(&self) -> Told {
        match self {
            Self::SupplementRequested(requested) => Told::materials(&requested.missing),
            Self::SupplementReceived(received) => Told::materials(&received.materials),
            Self::Accepted(Accepted { told_by }) => Told::words(Words {
                zh: format!("{told_by} 已告知法律意义和后果"),
                en: format!("meaning and consequences told by {told_by}"),
            }),
            Self::Issued(issued) => Told::same(&issued.certificate).ending(Outcome::Granted),
            Self::Refused(refused) => Told::words(refused.reason.text()).ending(Outcome::Refused),
            Self::Received(_)
            | Self::HandedBack(_)
            | Self::ClockStarted(_)
            | Self::ClockPaused(_)
            | Self::ClockResumed(_)
            | Self::ClockStopped(_) => Told::title(),
        }
    }
}

/// Accept the application; the parties have been told meaning and consequences.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AcceptApplication {}

/// Issue the certificate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Issue {
    /// Its number.
    pub certificate: String,
}

/// Do not handle the matter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Refuse {
    /// Why.
    pub reason: RefusalReason,
}

commands! {
    /// What notarization can be asked to do.
    pub enum Command {
        /// 告知补充
        RequestSupplement = "request-supplement";
        /// 收补充
        ReceiveSupplement = "receive-supplement";
        /// 受理
        AcceptApplication = "accept";
        /// 出证
        Issue = "issue";
        /// 不予办理
        Refuse = "refuse";
    }
}
