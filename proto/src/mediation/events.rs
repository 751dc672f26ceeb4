//! What happened to a mediation matter.

use serde::{Deserialize, Serialize};

use super::{
    ClockCorrected, ClockDueSoon, ClockExtended, ClockOverdue, ClockPaused, ClockResumed,
    ClockStarted, ClockStopped, ClockSupervised, Exclusion, HandedBack, NamedBy, OtherWay, Party,
    Received, SupplementReceived, SupplementRequested,
};
use crate::{
    ids::StaffId,
    referral::Outcome,
    specialist::{Describe, Summary},
    text::{Text, Words},
};

/// A party agreed to mediation, or was found not to object (同意调解).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Consented {
    /// Who.
    pub party: Party,
}

/// A party clearly refused: mediation stops there (明确拒绝).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct PartyRefused {
    /// Who.
    pub party: Party,
}

/// The dispute is not for people's mediation (不予受理).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct NotAccepted {
    /// Why.
    pub reason: Exclusion,
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
    pub to: String,
}

/// The parties signed an agreement, and the committee sealed it (art. 29).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct AgreedInWriting {
    /// Its number (协议书编号).
    pub number: String,
}

/// The parties agreed by word of mouth, and the mediator wrote down what (art. 28, 30).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct AgreedOrally {}

/// Both parties applied to the court to confirm the agreement (共同申请司法确认).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct CourtAsked {
    /// Which court.
    pub court: String,
}

/// The court confirmed the agreement (司法确认).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Confirmed {
    /// The number of the court's ruling (裁定书案号).
    pub ruling: String,
}

/// The court did not confirm the agreement: the parties may mediate again, or sue (art. 33).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct NotConfirmed {
    /// The number of the court's ruling.
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
}

/// The file was closed and kept (art. 27).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Archived {
    /// Its number (卷宗号).
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
        /// 激化报告
        DangerReported = "cn.onestop.mediation.danger-reported.v1", "纠纷可能激化，已报告", "Danger reported";
        /// 书面协议
        AgreedInWriting = "cn.onestop.mediation.agreed-in-writing.v1", "达成书面调解协议", "Agreed in writing";
        /// 口头协议
        AgreedOrally = "cn.onestop.mediation.agreed-orally.v1", "达成口头调解协议", "Agreed orally";
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

impl Describe for Event {
    fn describe(&self) -> Summary {
        match self {
            Self::Consented(Consented { party }) => Summary::words(party.text()),
            Self::PartyRefused(refused) => {
                Summary::words(refused.party.text()).ending(Outcome::Refused)
            }
            Self::SupplementRequested(requested) => Summary::materials(&requested.missing),
            Self::SupplementReceived(received) => Summary::materials(&received.materials),
            Self::NotAccepted(not) => Summary::words(not.reason.text()).ending(Outcome::Refused),
            Self::MediatorsNamed(named) => {
                let who: Vec<&str> = named.mediators.iter().map(StaffId::as_str).collect();
                let (who, by) = (who.join(", "), named.named_by.text());
                Summary::words(Words {
                    zh: format!("{who}（{}）", by.zh),
                    en: format!("{who} ({})", by.en),
                })
            }
            Self::DangerReported(reported) => Summary::untranslated(&reported.to),
            Self::AgreedInWriting(agreed) => {
                Summary::untranslated(&agreed.number).ending(Outcome::Granted)
            }
            Self::AgreedOrally(_) => Summary::title().ending(Outcome::Granted),
            Self::CourtAsked(asked) => Summary::untranslated(&asked.court),
            Self::Confirmed(confirmed) => Summary::untranslated(&confirmed.ruling),
            Self::Broken(Broken { told }) | Self::NotConfirmed(NotConfirmed { told, .. }) => {
                Summary::words(ways(told))
            }
            Self::Failed(failed) => Summary::words(ways(&failed.told)).ending(Outcome::Unresolved),
            Self::Archived(archived) => Summary::untranslated(&archived.file),
            Self::ClockCorrected(corrected) => Summary::words(corrected.words()),
            Self::Received(_)
            | Self::Accepted(_)
            | Self::Performed(_)
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

fn ways(told: &[OtherWay]) -> Words {
    let list = |of: fn(Text) -> &'static str, by: &str| {
        let words: Vec<&str> = told.iter().map(|way| of(way.text())).collect();
        words.join(by)
    };
    Words {
        zh: format!("已告知：{}", list(|text| text.zh, "、")),
        en: format!("told of: {}", list(|text| text.en, ", ")),
    }
}
