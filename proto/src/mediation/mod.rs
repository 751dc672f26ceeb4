//! The mediation matter (人民调解): stream `matter/<case>` of service `mediation`.
//! Source: 中华人民共和国人民调解法 (in force 2011-01-01) and, for judicial confirmation, 法释〔2011〕5号.

mod approval;
mod commands;
mod events;
mod mediators;
mod parties;
mod summary;
mod terms;

use serde::{Deserialize, Serialize};

use crate::{
    actor::ServiceName,
    ids::{StaffId, UnitId},
    matter,
    text::Words,
};

pub use approval::*;
pub use commands::*;
pub use events::*;
pub use mediators::*;
pub use parties::*;
pub use terms::*;

pub use crate::{
    clock::{
        ClockCorrected, ClockDueSoon, ClockExtended, ClockOverdue, ClockPaused, ClockResumed,
        ClockStarted, ClockStopped, ClockSupervised,
    },
    matter::{
        Approval, ApproveDecision, CloseCriticalDate, CorrectCriticalDate, CriticalDateClosed,
        CriticalDateCorrected, CriticalDateNear, CriticalDateSet, CriticalDateSupervised,
        DecisionSentBack, DraftLapsed, Extend, ExtensionApproved, HandedBack, OpenDate,
        OtherSideEngaged, ReceiveSupplement, Received, RequestSupplement, SendBackDecision,
        SetCriticalDate, SupplementReceived, SupplementRequested,
    },
};

/// The name of the service that owns mediation matters.
pub const SERVICE: &str = "mediation";

/// The clock that runs until a dispute is accepted for mediation or not: a local promise.
pub const INITIAL_CLOCK: &str = "mediation.accept";

/// [`SERVICE`] as a type.
pub fn service() -> ServiceName {
    crate::actor::known_service(SERVICE)
}

choices! {
    /// The steps of a matter.
    pub enum Step {
        /// Applied for, or found by the committee; the other party is asked for consent (art. 17).
        Consent = "consent", "征求当事人意见", "asking the parties";
        /// Waiting for papers; the clock is paused.
        Supplement = "supplement", "待补充材料", "waiting for papers";
        /// Accepted (受理): mediators are to be named or chosen (art. 19).
        Accepted = "accepted", "已受理", "accepted";
        /// Being mediated (art. 20-24).
        Mediating = "mediating", "调解中", "being mediated";
        /// A written agreement is in force (art. 28, 29).
        AgreedInWriting = "agreed-in-writing", "达成书面协议", "agreed in writing";
        /// An oral agreement is recorded (art. 28, 30).
        AgreedOrally = "agreed-orally", "达成口头协议", "agreed orally";
        /// The parties applied to the court to confirm the agreement (art. 33).
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
        Applicant = "applicant", "申请人", "the applicant";
        Respondent = "respondent", "被申请人", "the other party";
    }
}

choices! {
    /// Why a dispute is not accepted (不予受理).
    pub enum Exclusion {
        ReservedToOthers = "reserved-to-others", "依法由其他机关专门管辖", "reserved to another organ";
        /// A court or an arbitral body has it, or has decided it.
        InProceedings = "in-proceedings", "已进入诉讼、仲裁或者已有结果", "in proceedings, or decided";
        Administrative = "administrative", "行政争议", "a dispute with the administration";
        NotCivil = "not-civil", "不属民间纠纷", "no dispute between citizens";
    }
}

choices! {
    /// Who named the mediators (art. 19).
    pub enum NamedBy {
        Committee = "committee", "调委会指定", "named by the committee";
        Parties = "parties", "当事人选择", "chosen by the parties";
    }
}

choices! {
    /// Another way that the parties were informed of (art. 26, 33).
    pub enum OtherWay {
        Arbitration = "arbitration", "仲裁", "arbitration";
        Administration = "administration", "行政途径", "an administrative organ";
        Court = "court", "诉讼", "the court";
        Mediation = "mediation", "重新调解", "mediation once more";
        LegalAid = "legal-aid", "法律援助", "legal aid";
    }
}

/// What mediation refuses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "code", rename_all = "kebab-case")]
pub enum Rejection {
    /// Mediation is voluntary (art. 3, 17).
    ConsentFirst {},
    /// There are several other parties: which one?
    WhichRespondent {
        /// How many there are.
        count: u32,
    },
    /// There are not so many.
    NoSuchParty {
        /// Which one was named.
        person: u32,
        /// How many there are.
        count: u32,
    },
    /// This one refused, and is no party to the mediation any more (art. 17).
    PartyDeclined {
        /// Which one.
        person: u32,
    },
    /// Parties of the dispute are not left out: so many are known.
    FewerRespondents {
        /// How many are known.
        count: u32,
    },
    /// One person is named as a mediator twice.
    MediatorTwice {
        /// Who.
        mediator: StaffId,
    },
    /// This person is recused from this dispute (回避).
    MediatorStandsBack {
        /// Who.
        mediator: StaffId,
    },
    /// The committee's roster does not have this person.
    NotOnRoster {
        /// Who.
        mediator: StaffId,
        /// The committee.
        unit: UnitId,
    },
    /// On that day this person is no mediator of the committee.
    RosterPeriod {
        /// Who.
        mediator: StaffId,
        /// The day.
        day: String,
    },
    /// A term of the agreement says the same.
    TermKnown {
        /// Which one.
        term: u32,
    },
    /// The agreement has no such term.
    NoTerm {
        /// Which one was named.
        term: u32,
    },
    /// Not every term is performed.
    TermsOpen {
        /// Which ones are not, by their numbers.
        terms: String,
    },
    /// Every term is performed: the agreement is kept.
    TermsKept {},
    /// Courts confirm no agreement about marriage, adoption or identity.
    NotConfirmable {
        /// What it is about.
        topic: crate::ids::Topic,
        /// What the topic is called.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        topic_name: Option<Box<Words>>,
    },
    /// The parties had 30 days to ask the court, from the day of the agreement (art. 33).
    ConfirmationLate {
        /// The last day.
        day: String,
    },
    /// What every specialist refuses.
    #[serde(untagged)]
    Matter(matter::Rejection),
}

explained! {
    Rejection in "mediation" with labels;
    Conflict: ConsentFirst, NotConfirmable, ConfirmationLate, PartyDeclined, FewerRespondents,
        MediatorStandsBack, NotOnRoster, RosterPeriod, TermKnown, TermsOpen, TermsKept;
    Invalid: WhichRespondent, NoSuchParty, MediatorTwice, NoTerm;
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
            Self::NotConfirmable { topic, topic_name } => {
                vec![(
                    "topic",
                    Words::of_code(topic_name.as_deref(), topic.as_str()),
                )]
            }
            _ => Vec::new(),
        }
    }
}
