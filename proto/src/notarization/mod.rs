//! The notarial matter (公证): stream `matter/<case>` of service `notarization`.
//! Source: 中华人民共和国公证法 (2017) and 公证程序规则 (2020).

mod approval;
mod commands;
mod events;
mod extension;

use serde::{Deserialize, Serialize};

use crate::{
    actor::ServiceName,
    ids::{StaffId, Topic, UnitId},
    matter,
    text::Words,
};

pub use approval::*;
pub use commands::*;
pub use events::*;
pub use extension::*;

pub use crate::{
    clock::{
        ClockCorrected, ClockDueSoon, ClockExtended, ClockOverdue, ClockPaused, ClockResumed,
        ClockStarted, ClockStopped, ClockSupervised,
    },
    matter::{
        Approval, ApproveDecision, DecisionSentBack, DraftLapsed, Extend, ExtensionApproved,
        HandedBack, OtherSideEngaged, ReceiveSupplement, Received, RequestSupplement,
        SendBackDecision, SupplementReceived, SupplementRequested,
    },
};

/// The name of the service that owns notarial matters.
pub const SERVICE: &str = "notarization";

/// The clock of the examination before acceptance (受理审查): a local promise.
pub const INITIAL_CLOCK: &str = "notarization.examine";

/// [`SERVICE`] as a type.
pub fn service() -> ServiceName {
    crate::actor::known_service(SERVICE)
}

choices! {
    /// The steps of a matter.
    pub enum Step {
        /// Being examined: shall it be accepted?
        Examination = "examination", "受理审查中", "being examined";
        /// Waiting for the applicant's papers; the clock is paused.
        Supplement = "supplement", "待补充材料", "waiting for papers";
        /// Accepted (受理); the certificate is due in 15 working days, art. 30.
        Accepted = "accepted", "已受理", "accepted";
        /// Facts are being verified, here or by an office elsewhere (核实), art. 29; the clock is paused.
        Verifying = "verifying", "核实中", "being verified";
        /// Suspended by force majeure (不可抗力), art. 30; the clock is paused.
        Suspended = "suspended", "因不可抗力中止", "suspended by force majeure";
        Issued = "issued", "已出证", "issued";
        /// Not handled (不予办理), art. 31.
        Refused = "refused", "不予办理", "refused";
        Terminated = "terminated", "终止公证", "terminated";
        /// Another notary reviews the certificate (复查), 30 days.
        Reviewing = "reviewing", "复查中", "under review";
        /// Facts are verified for the review; the clock is paused.
        ReviewVerifying = "review-verifying", "复查核实中", "review being verified";
        /// The review waits for papers; the clock is paused.
        ReviewSupplement = "review-supplement", "复查待补充材料", "review waiting for papers";
        /// The review is suspended by force majeure; the clock is paused.
        ReviewSuspended = "review-suspended", "复查因不可抗力中止", "review suspended by force majeure";
        /// The review is decided, to be carried out within 10 days.
        Reviewed = "reviewed", "复查已决定，待执行", "review decided";
        Settled = "settled", "复查已执行", "review carried out";
        /// The case left the office before its end.
        HandedBack = "handed-back", "已转出", "handed back";
    }
}

choices! {
    /// Why a notary does not handle a matter (不予办理的情形).
    pub enum RefusalReason {
        NoGuardian = "no-guardian", "无监护人代理", "no guardian acts";
        NoInterest = "no-interest", "与申请事项无利害关系", "no interest in the matter";
        Technical = "technical", "属专业技术鉴定、评估", "technical appraisal or valuation";
        Dispute = "dispute", "当事人之间有争议", "the parties disagree";
        Falsehood = "falsehood", "虚构、隐瞒事实或提供虚假证明", "fiction or false proof";
        NotProven = "not-proven", "证明材料不充分又无法补充", "not proven";
        Unlawful = "unlawful", "不真实、不合法", "untrue or illegal";
        PublicMorals = "public-morals", "违背社会公德", "against public morals";
        FeeRefused = "fee-refused", "拒绝交纳公证费", "the fee is refused";
    }
}

choices! {
    /// Why a matter is ended early (终止公证).
    pub enum TerminationReason {
        /// Not done within six months, by a party's cause.
        PartyCause = "party-cause", "因当事人原因六个月内不能办结", "not done in six months by a party's cause";
        /// The party withdrew the application.
        Withdrawn = "withdrawn", "当事人撤销申请", "withdrawn";
        /// Death or dissolution makes it void.
        Void = "void", "申请人死亡或者组织终止，不能继续或者无意义", "void by death or dissolution";
        Obstructed = "obstructed", "当事人阻挠、妨碍公证", "obstructed";
        Other = "other", "其他应当终止的情形", "other";
    }
}

choices! {
    /// Who verifies (核实方式), art. 29.
    pub enum VerifyBy {
        Own = "own", "自行核实", "the office itself";
        Entrusted = "entrusted", "委托异地公证机构核实", "an office elsewhere";
    }
}

choices! {
    /// Who requests a review, and since when the time counts.
    pub enum ReviewBy {
        /// A party: within a year from receipt.
        Party = "party", "当事人", "a party";
        /// An interested person: within a year from knowing, within twenty years at most.
        Interested = "interested", "利害关系人", "an interested person";
    }
}

choices! {
    /// What a review comes to (复查决定).
    pub enum ReviewOutcome {
        Kept = "kept", "维持公证书", "kept";
        Corrected = "corrected", "更正措辞", "wording corrected";
        Revoked = "revoked", "撤销公证书", "revoked";
        /// It is revoked in part.
        PartlyRevoked = "partly-revoked", "部分撤销", "partly revoked";
        Cured = "cured", "补正程序", "procedure cured";
    }
}

choices! {
    /// Why the fee is cut or waived, art. 34.
    pub enum FeeBasis {
        AidRecipient = "aid-recipient", "受援人", "a legal aid recipient";
        /// The party meets the conditions of legal aid.
        MeetsConditions = "meets-conditions", "符合法律援助条件", "meets the conditions of legal aid";
        Other = "other", "其他减免情形", "other, as the province provides";
    }
}

/// What notarization refuses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "code", rename_all = "kebab-case")]
pub enum Rejection {
    /// Before acceptance the notary informs the parties of meaning and consequences, and records it (art. 27).
    TellFirst {},
    /// A will, an adoption or the like cannot be applied for by an agent (art. 26).
    InPerson {
        /// What it is about.
        topic: Topic,
        /// What the topic is called.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        topic_name: Option<Box<Words>>,
    },
    /// Of several applicants each comes in person (公证程序规则 art. 11).
    NotEveryoneCame {
        /// How many there are.
        people: u32,
        /// The place in the case's file of the first who did not come.
        person: u32,
    },
    /// A review was requested too late.
    ReviewLate {
        /// The last day.
        day: String,
    },
    /// The office has given the number in another matter: a certificate has a number of its own (公证书编号).
    CertificateGiven {
        /// The number.
        certificate: String,
    },
    /// Another notary reviews.
    SameNotary {
        /// Who issued it.
        notary: StaffId,
    },
    /// No certificate is received, or known of, on a day that has not come.
    KnownToCome {
        /// The day.
        day: String,
    },
    /// A party's cause ends a matter that could not be done in six months, and not before they are over (公证程序规则 art. 50).
    PartyCauseEarly {
        /// The last day of the six months.
        day: String,
    },
    /// The fee is waived: none is refused (公证法 art. 34).
    FeeWaived {},
    /// Another notary than the one who explained the consequences or accepted the application reviews (公证程序规则, 复查).
    HandledIt {
        /// The person.
        notary: StaffId,
    },
    /// The reviewer is not of the office's roster on that day.
    UnknownReviewer {
        /// Who was named.
        reviewer: StaffId,
        /// The office.
        unit: UnitId,
    },
    /// The content of a certificate is not known before it is issued.
    KnownBeforeIssue {
        /// The day that was named.
        day: String,
        /// The day of the issue.
        issued: String,
    },
    /// What every specialist refuses.
    #[serde(untagged)]
    Matter(matter::Rejection),
}

explained! {
    Rejection in "notarization" with labels;
    Conflict: TellFirst, InPerson, NotEveryoneCame, ReviewLate, PartyCauseEarly, FeeWaived,
        HandledIt, CertificateGiven, SameNotary;
    Invalid: UnknownReviewer, KnownBeforeIssue, KnownToCome;
    ..Matter(matter::Rejection)
}

impl Rejection {
    /// The facts that the sentence has by their labels.
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "most rejections name no choice"
    )]
    fn labels(&self) -> Vec<(&'static str, Words)> {
        match self {
            Self::InPerson { topic, topic_name } => {
                vec![(
                    "topic",
                    Words::of_code(topic_name.as_deref(), topic.as_str()),
                )]
            }
            _ => Vec::new(),
        }
    }
}
