//! The mediation matter (人民调解): stream `matter/<case>` of service `mediation`.
//! Source: 中华人民共和国人民调解法 (in force 2011-01-01) and, for judicial confirmation, 法释〔2011〕5号.

use serde::{Deserialize, Serialize};

use crate::{
    actor::ServiceName,
    ids::StaffId,
    matter,
    referral::Outcome,
    rejection::{Explain, Kind},
    specialist::{Tell, Told},
    text::{Text, Words},
};

pub use crate::{
    clock::{ClockPaused, ClockResumed, ClockStarted, ClockStopped},
    matter::{
        HandedBack, ReceiveSupplement, Received, RequestSupplement, SupplementReceived,
        SupplementRequested,
    },
};

/// The name of the service that owns mediation matters.
pub const SERVICE: &str = "mediation";

/// [`SERVICE`] as a type.
#[must_use]
pub fn service() -> ServiceName {
    crate::actor::known_service(SERVICE)
}

choices! {
    /// Where a matter stands.
    pub enum Step {
        /// Applied for, or found by the committee; the other party is being asked (art. 17).
        Consent = "consent", "征求当事人意见", "asking the parties";
        /// Waiting for papers; the clock stands still.
        Supplement = "supplement", "待补充材料", "waiting for papers";
        /// Accepted (受理): mediators are to be named or chosen (art. 19).
        Accepted = "accepted", "已受理", "accepted";
        /// Being mediated (art. 20-24).
        Mediating = "mediating", "调解中", "being mediated";
        /// A written agreement is in force (art. 28, 29).
        AgreedInWriting = "agreed-in-writing", "达成书面协议", "agreed in writing";
        /// An oral agreement is recorded (art. 28, 30).
        AgreedOrally = "agreed-orally", "达成口头协议", "agreed orally";
        /// The parties asked the court to confirm the agreement (art. 33).
        AtCourt = "at-court", "申请司法确认中", "at the court";
        /// The court confirmed the agreement (art. 33).
        Confirmed = "confirmed", "已司法确认", "confirmed by the court";
        /// The court did not confirm the agreement (art. 33).
        NotConfirmed = "not-confirmed", "未获司法确认", "not confirmed by the court";
        /// The agreement is performed (art. 31).
        Performed = "performed", "协议已履行", "performed";
        /// The agreement is not kept; the parties know what they can do (art. 31-33).
        Broken = "broken", "协议未履行", "not kept";
        /// Mediation failed and was ended (art. 26).
        Failed = "failed", "调解不成", "failed";
        /// A party clearly refused (art. 17).
        Refused = "refused", "当事人拒绝调解", "a party refused";
        /// Not a matter for people's mediation.
        NotAccepted = "not-accepted", "不予受理", "not accepted";
        /// The file is closed (art. 27).
        Archived = "archived", "已归档", "archived";
        /// The case left the committee before its end.
        HandedBack = "handed-back", "已转出", "handed back";
    }
}

choices! {
    /// A party to the dispute.
    pub enum Party {
        /// Who applied.
        Applicant = "applicant", "申请人", "the applicant";
        /// The other one.
        Respondent = "respondent", "被申请人", "the other party";
    }
}

choices! {
    /// Why a dispute is not accepted (不予受理).
    pub enum Exclusion {
        /// Laws reserve it to another organ.
        ReservedToOthers = "reserved-to-others", "依法由其他机关专门管辖", "reserved to another organ";
        /// A court or an arbitral body has it, or has decided it.
        InProceedings = "in-proceedings", "已进入诉讼、仲裁或者已有结果", "in proceedings, or decided";
        /// A dispute with the administration.
        Administrative = "administrative", "行政争议", "a dispute with the administration";
        /// No dispute between citizens.
        NotCivil = "not-civil", "不属民间纠纷", "no dispute between citizens";
    }
}

choices! {
    /// Who named the mediators (art. 19).
    pub enum NamedBy {
        /// The committee named them.
        Committee = "committee", "调委会指定", "named by the committee";
        /// The parties chose them.
        Parties = "parties", "当事人选择", "chosen by the parties";
    }
}

choices! {
    /// Another way that the parties were told of (art. 26, 33).
    pub enum OtherWay {
        /// Arbitration.
        Arbitration = "arbitration", "仲裁", "arbitration";
        /// An administrative organ.
        Administration = "administration", "行政途径", "an administrative organ";
        /// The court.
        Court = "court", "诉讼", "the court";
        /// Mediation once more.
        Mediation = "mediation", "重新调解", "mediation once more";
        /// Legal aid.
        LegalAid = "legal-aid", "法律援助", "legal aid";
    }
}

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

/// The dispute threatened to get worse; the police or another organ was told (art. 25).
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

/// Both parties asked the court to confirm the agreement (共同申请司法确认).
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
    /// Of what they were told.
    pub told: Vec<OtherWay>,
}

/// The agreement is performed (已履行).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Performed {}

/// The agreement is not kept, and the parties were told what they can do (未履行).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Broken {
    /// Of what they were told.
    pub told: Vec<OtherWay>,
}

/// Mediation failed; it was ended, and the parties were told what else they can do (art. 26).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Failed {
    /// Of what they were told.
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
        /// 计时结束
        ClockStopped = "cn.onestop.mediation.clock-stopped.v1", "计时结束", "Clock stopped";
    }
}

impl Tell for Event {
    fn tell(&self) -> Told {
        match self {
            Self::Consented(Consented { party }) => Told::words(party.text()),
            Self::PartyRefused(refused) => {
                Told::words(refused.party.text()).ending(Outcome::Refused)
            }
            Self::SupplementRequested(requested) => Told::materials(&requested.missing),
            Self::SupplementReceived(received) => Told::materials(&received.materials),
            Self::NotAccepted(not) => Told::words(not.reason.text()).ending(Outcome::Refused),
            Self::MediatorsNamed(named) => {
                let who: Vec<&str> = named.mediators.iter().map(StaffId::as_str).collect();
                let (who, by) = (who.join(", "), named.named_by.text());
                Told::words(Words {
                    zh: format!("{who}（{}）", by.zh),
                    en: format!("{who} ({})", by.en),
                })
            }
            Self::DangerReported(reported) => Told::same(&reported.to),
            Self::AgreedInWriting(agreed) => Told::same(&agreed.number).ending(Outcome::Granted),
            Self::AgreedOrally(_) => Told::title().ending(Outcome::Granted),
            Self::CourtAsked(asked) => Told::same(&asked.court),
            Self::Confirmed(confirmed) => Told::same(&confirmed.ruling),
            Self::Broken(Broken { told }) | Self::NotConfirmed(NotConfirmed { told, .. }) => {
                Told::words(ways(told))
            }
            Self::Failed(failed) => Told::words(ways(&failed.told)).ending(Outcome::Unresolved),
            Self::Archived(archived) => Told::same(&archived.file),
            Self::Received(_)
            | Self::Accepted(_)
            | Self::Performed(_)
            | Self::HandedBack(_)
            | Self::ClockStarted(_)
            | Self::ClockPaused(_)
            | Self::ClockResumed(_)
            | Self::ClockStopped(_) => Told::title(),
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

/// Take down that a party agrees to mediation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Consent {
    /// Who.
    pub party: Party,
}

/// Take down that a party clearly refuses mediation, which ends it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RefuseByParty {
    /// Who.
    pub party: Party,
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

/// Take down that the dispute threatens to get worse, and to whom that was reported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReportDanger {
    /// To whom: the police station, or another organ.
    pub to: String,
}

/// Take down an agreement that the parties signed and the committee sealed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AgreeInWriting {
    /// Its number.
    pub number: String,
}

/// Take down an oral agreement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AgreeOrally {}

/// Take down that both parties asked the court to confirm the agreement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AskCourt {
    /// Which court.
    pub court: String,
}

/// Take down that the court confirmed the agreement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Confirm {
    /// The number of the court's ruling.
    pub ruling: String,
}

/// Take down that the court did not confirm the agreement, and of what the parties were told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NotConfirm {
    /// The number of the court's ruling.
    pub ruling: String,
    /// Of what they were told; at least one way.
    pub told: Vec<OtherWay>,
}

/// Take down that the agreement is performed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Perform {}

/// Take down that the agreement is not kept, and of what the parties were told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Break {
    /// Of what they were told; at least one way.
    pub told: Vec<OtherWay>,
}

/// End mediation that failed, and tell the parties what else they can do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Fail {
    /// Of what they were told; at least one way.
    pub told: Vec<OtherWay>,
}

/// Close and keep the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Archive {
    /// Its number.
    pub file: String,
}

commands! {
    /// What mediation can be asked to do.
    pub enum Command {
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
        /// 激化报告
        ReportDanger = "report-danger";
        /// 书面协议
        AgreeInWriting = "agree-in-writing";
        /// 口头协议
        AgreeOrally = "agree-orally";
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

/// What mediation refuses.
#[derive(
    Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema, thiserror::Error,
)]
#[serde(tag = "code", rename_all = "kebab-case")]
pub enum Rejection {
    /// Nobody is mediated who does not want to be (art. 3, 17).
    #[error("the other party has not agreed. Ask them, and take it down with 'consent'")]
    ConsentFirst {},
    /// Courts confirm no agreement about marriage, adoption or identity.
    #[error(
        "an agreement about {topic} cannot be confirmed by the court. Supervise its performance"
    )]
    NotConfirmable {
        /// What it is about.
        topic: crate::ids::Topic,
    },
    /// The parties had 30 days to ask the court, from the day of the agreement (art. 33).
    #[error("the 30 days for asking the court ended on {day}. Supervise the performance")]
    ConfirmationLate {
        /// The last day.
        day: String,
    },
    /// What every specialist refuses.
    #[error(transparent)]
    #[serde(untagged)]
    Matter(#[from] matter::Rejection),
}

impl Explain for Rejection {
    fn kind(&self) -> Kind {
        match self {
            Self::ConsentFirst {} | Self::NotConfirmable { .. } | Self::ConfirmationLate { .. } => {
                Kind::Conflict
            }
            Self::Matter(rejection) => rejection.kind(),
        }
    }

    fn zh(&self) -> String {
        match self {
            Self::ConsentFirst {} => {
                "对方当事人尚未同意调解。请征求意见后记录（consent）".to_owned()
            }
            Self::NotConfirmable { topic } => {
                format!("{topic} 类协议不能申请司法确认。请督促履行")
            }
            Self::ConfirmationLate { day } => {
                format!("申请司法确认的三十日期限已于 {day} 届满。请督促履行")
            }
            Self::Matter(rejection) => rejection.zh(),
        }
    }
}
