//! What legal aid refuses.

use serde::{Deserialize, Serialize};

use super::{AidKind, Means, Organ, RefusalReason, TerminationReason};
use crate::{
    division::DivisionCode,
    ids::{StaffId, Topic},
    matter,
    text::{Text, Words},
};

/// What legal aid refuses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "code", rename_all = "kebab-case")]
pub enum Rejection {
    /// The means come before the grant (art. 31, 41, 42).
    MeansFirst {},
    /// A lawyer for a case of life or death has three years of practice or more (art. 26).
    TooJunior {
        /// Years of practice that are wanted.
        wanted: u32,
        /// Years that were named.
        years: u32,
    },
    /// A lawyer cannot have practised for longer than since the year of the licence.
    TooManyYears {
        /// Years that were named.
        years: u32,
        /// Years since the licence.
        most: u32,
    },
    /// Only another agency's check is outside the time of the review.
    AsksItself {},
    /// No organ notified the agency of this case, and none is informed of aid of its kind.
    NotNotified {},
    /// The ground of a refusal does not fit the kind of aid.
    RefusalUnfit {
        /// The ground that was named.
        ground: RefusalReason,
        /// The kind of aid.
        kind: AidKind,
        /// The grounds that fit.
        fitting: Vec<RefusalReason>,
        /// By which law.
        basis: String,
    },
    /// The ground of an early end does not fit the kind of aid (art. 48).
    TerminationUnfit {
        /// The ground that was named.
        ground: TerminationReason,
        /// The kind of aid.
        kind: AidKind,
        /// The grounds that fit.
        fitting: Vec<TerminationReason>,
        /// By which law.
        basis: String,
    },
    /// No organ's notice turns this kind of aid into a notified defence.
    NoNotice {
        /// The kind of aid.
        kind: AidKind,
    },
    /// Another organ notifies an agency of this kind of aid.
    OtherOrgan {
        /// The organ that was named.
        organ: Organ,
        /// The kind of aid.
        kind: AidKind,
        /// The organs that notify.
        organs: Vec<Organ>,
    },
    /// A notice cannot have been received on a day that has not come.
    NoticeToCome {
        /// The day that was named.
        day: String,
    },
    /// The agency informs the organ that notified it of who defends, before it closes the case (art. 36).
    OrganToTell {},
    /// An application cannot come before it was made.
    NotYet {
        /// When it is said to have been made.
        applied: crate::time::Timestamp,
    },
    /// An application is passed on once (art. 39).
    ForwardingKnown {},
    /// The law asks nothing about the applicant's means in such a case (art. 32).
    NotMeansTested {
        /// What it is about.
        topic: Topic,
        /// What the topic is called.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        topic_name: Option<Box<Words>>,
    },
    /// The law asks about the applicant's means in such a case (art. 31); a group may be exempt from the check (art. 42).
    MeansTested {
        /// What it is about.
        topic: Topic,
        /// What the topic is called.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        topic_name: Option<Box<Words>>,
    },
    /// An exemption names the applicant's group, and what shows that they belong to it (art. 42).
    ExemptionUnnamed {},
    /// Migrant workers are exempt where they ask for their pay or for damages after an accident at work (art. 42).
    NotOfGroup {
        /// What the case is about.
        topic: Topic,
        /// What the topic is called.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        topic_name: Option<Box<Words>>,
    },
    /// A reckoning names the household, its income and by which line.
    CalculationIncomplete {},
    /// The means reckoned say otherwise than what was determined.
    CalculationContradicts {
        /// What a head earns in a year, in yuan.
        income: u64,
        /// What a head may earn, in yuan.
        line: u64,
    },
    /// No line is known for the place, or no amount that it is a part of.
    NoMeansLine {
        /// The place.
        place: DivisionCode,
    },
    /// Means above the line give no aid (art. 31).
    AboveLine {},
    /// Who was found to be exempt or within the line is not refused for means (art. 41, 42).
    MeansWithin {
        /// What was found.
        means: Means,
    },
    /// A lawyer who acts, or acted, for the other side may not act for this one (律师法 art. 39).
    BothSides {
        /// Licence number of the lawyer or legal worker.
        licence: String,
    },
    /// What was typed has not the form of a licence's number.
    NotALicence {
        /// What was typed.
        licence: String,
    },
    /// The lawyer who has the case is not replaced by the same one.
    SameLawyer {
        /// Licence number of the lawyer or legal worker.
        licence: String,
    },
    /// No legal aid agency, here or in another province, is called so.
    UnknownAgency {
        /// What was named.
        agency: String,
    },
    /// A cooperation letter of this number was sent in this case before: each is sent once.
    LetterSent {
        /// The letter's number.
        letter: String,
    },
    /// The review is paused for so many days at most.
    LastDayTooLate {
        /// The day that was named.
        last_day: String,
        /// The latest that can be set.
        latest: String,
    },
    /// The last day comes after the day of the notice or letter: that day is not counted (民法典 art. 201).
    LastDayTooEarly {
        /// The day that was named.
        last_day: String,
        /// The day of the notice.
        notice: String,
    },
    /// A remark is on a paper that is not among those missing.
    RemarkOnOther {
        /// Which paper.
        paper: Topic,
        /// What the paper is called.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        paper_name: Option<Box<Words>>,
    },
    /// The applicant may bring the papers until the end of the last day (办理法律援助案件程序规定).
    PapersAwaited {
        /// The last day.
        last_day: String,
    },
    /// The applicant may bring papers until the end of the last day, and is not refused before for what these may still show
    /// (法律援助法 art. 43).
    RefusalWaits {
        /// The ground that was given.
        ground: RefusalReason,
        /// The last day.
        last_day: String,
    },
    /// An applicant is not refused for papers of which the agency never told them: all at once, with a last day (法律援助法 art. 43).
    PapersNotAsked {},
    /// The subsidy is above the standard (法律援助法 art. 52).
    SubsidyAboveStandard {
        /// What was set, in yuan.
        yuan: u64,
        /// The most that the directory has for a case, in yuan.
        most: u32,
    },
    /// An objection is decided by another person than those who decided what it is against, in whatever post (art. 49).
    OwnDecision {
        /// The person.
        staff: StaffId,
    },
    /// The directory has no such organ of another province on the day of its notice, or one of another kind.
    UnknownOrgan {
        /// The organ that was chosen.
        organ: Organ,
        /// Those of the kind that there are, by name and id.
        known: String,
    },
    /// The recipient asked for another lawyer before, and waits for the decision.
    OtherLawyerAsked {},
    /// The recipient has not asked for another lawyer.
    NoOtherLawyerAsked {},
    /// The aid is not at its end while the recipient's request for another lawyer is not decided on (art. 55).
    OtherLawyerToDecide {},
    /// What every specialist refuses.
    #[serde(untagged)]
    Matter(matter::Rejection),
}

explained! {
    Rejection in "legal-aid" with labels;
    Conflict: MeansFirst, TooJunior, AsksItself, LetterSent, ForwardingKnown, NotNotified, NoNotice,
        OrganToTell, NotMeansTested, MeansTested, NotOfGroup, CalculationContradicts, NoMeansLine,
        AboveLine, MeansWithin, BothSides, SameLawyer, OtherLawyerAsked, NoOtherLawyerAsked,
        OtherLawyerToDecide, PapersAwaited, PapersNotAsked, RefusalWaits;
    Invalid: ExemptionUnnamed, RefusalUnfit, TerminationUnfit, OtherOrgan, NoticeToCome,
        TooManyYears, UnknownOrgan, CalculationIncomplete, NotYet, NotALicence, UnknownAgency, LastDayTooLate,
        LastDayTooEarly, RemarkOnOther, SubsidyAboveStandard;
    Forbidden: OwnDecision;
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
            Self::RefusalUnfit {
                ground,
                kind,
                fitting,
                ..
            } => unfit(ground.text(), *kind, fitting.iter().map(|one| one.text())),
            Self::TerminationUnfit {
                ground,
                kind,
                fitting,
                ..
            } => unfit(ground.text(), *kind, fitting.iter().map(|one| one.text())),
            Self::RefusalWaits { ground, .. } => vec![("ground", ground.text().into())],
            Self::NoNotice { kind } => vec![("kind", kind.text().into())],
            Self::MeansWithin { means } => vec![("means", means.text().into())],
            Self::NotMeansTested { topic, topic_name }
            | Self::MeansTested { topic, topic_name }
            | Self::NotOfGroup { topic, topic_name } => {
                by_code("topic", topic_name.as_deref(), topic.as_str())
            }
            Self::RemarkOnOther { paper, paper_name } => {
                by_code("paper", paper_name.as_deref(), paper.as_str())
            }
            Self::OtherOrgan {
                organ,
                kind,
                organs,
            } => other_organ(*organ, *kind, organs),
            Self::UnknownOrgan { organ, .. } => vec![("organ", organ.text().into())],
            _ => Vec::new(),
        }
    }
}

/// What has a code, by its name where that is known.
fn by_code(argument: &'static str, name: Option<&Words>, code: &str) -> Vec<(&'static str, Words)> {
    vec![(argument, Words::of_code(name, code))]
}

/// A ground that does not fit the kind of aid, and those that do.
fn unfit(
    ground: Text,
    kind: AidKind,
    fitting: impl Iterator<Item = Text>,
) -> Vec<(&'static str, Words)> {
    vec![
        ("ground", ground.into()),
        ("kind", kind.text().into()),
        ("fitting", listed(fitting)),
    ]
}

/// An organ that writes no such notice, and those that do.
fn other_organ(organ: Organ, kind: AidKind, organs: &[Organ]) -> Vec<(&'static str, Words)> {
    vec![
        ("organ", organ.text().into()),
        ("kind", kind.text().into()),
        ("organs", listed(organs.iter().map(|one| one.text()))),
    ]
}

/// Some choices, one after the other; that there are none is said.
fn listed(choices: impl Iterator<Item = Text>) -> Words {
    let (zh, en): (Vec<_>, Vec<_>) = choices.map(|text| (text.zh, text.en)).unzip();
    if zh.is_empty() {
        return Words {
            zh: "无".to_owned(),
            en: "none".to_owned(),
        };
    }
    Words {
        zh: zh.join("、"),
        en: en.join(", "),
    }
}
