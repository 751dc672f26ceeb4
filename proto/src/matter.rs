//! What the matters of all specialists have in common: how a case comes to a unit and leaves it, and how
//! missing papers are requested. Each service lists these under type names of its own.

mod approval;
mod awaited_papers;
mod critical_date;
mod paper_remark;
mod rejection;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

pub(crate) use approval::with_reason;
pub use approval::{
    Approval, ApproveDecision, DecisionDrafted, DecisionSentBack, DraftLapsed, Draftable,
    ExtensionApproved, SendBackDecision, with_approval,
};
pub use awaited_papers::AwaitedPapers;
pub use critical_date::*;
pub use paper_remark::PaperRemark;
pub use rejection::Rejection;

use crate::{
    acting_person::ActingPerson,
    division::DivisionCode,
    free_text::{FreeText, TextKey},
    ids::{CaseId, CaseNumber, HandoffId, StaffId, Topic, UnitId},
    organ_notice::OrganNotice,
    time::Timestamp,
};

/// The unit took the case in (收到申请): the matter begins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Received {
    /// The handoff that brought it.
    pub handoff: HandoffId,
    /// The unit.
    pub unit: UnitId,
    /// Where it is.
    pub division: DivisionCode,
    /// What it is about.
    pub topic: Topic,
    /// The number on the citizen's receipt.
    pub number: CaseNumber,
    /// When the window took the application; missing in events from before it was kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requested_at: Option<Timestamp>,
    /// When an agency's system first received the application, before any return or lapse; missing in events from before
    /// it was kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub received_at: Option<Timestamp>,
    /// When the unit took the case: nothing that the unit did was before; missing in events from before it was kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub taken_at: Option<Timestamp>,
    /// The organ's letter that opened the case (办案机关公函); nothing where a citizen asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notice: Option<OrganNotice>,
    /// How many other parties the case's file names (被申请人人数); nothing where it names none, and in events from before it was
    /// kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub respondents: Option<u32>,
    /// How many people ask (申请人数); nothing in events from before it was kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub people: Option<u32>,
    /// Who acted in the other side's cases by then, in whatever service.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub other_side: Vec<ActingPerson>,
    /// The public key to which texts about the case are sealed (加密公钥); nothing in events from before it was kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text_key: Option<TextKey>,
}

/// The applicant was informed, once, of everything that is missing (一次性告知).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct SupplementRequested {
    /// What is missing.
    pub missing: Vec<Topic>,
    /// What the applicant should mind about a paper.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remarks: Vec<PaperRemark>,
    /// The last day for the papers; nothing where the law sets none, or nothing was set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub last_day: Option<Date>,
}

impl SupplementRequested {
    /// The notice of what is missing, and no more.
    pub const fn of(missing: Vec<Topic>) -> Self {
        Self {
            missing,
            remarks: Vec::new(),
            last_day: None,
        }
    }
}

/// What was missing came in (收到补正).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct SupplementReceived {
    /// What came.
    pub materials: Vec<Topic>,
    /// What is missing still.
    pub missing: Vec<Topic>,
}

/// The case left the unit before the matter's end, by decision of custody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct HandedBack {
    /// The handoff that ended.
    pub handoff: HandoffId,
    /// The open critical dates, for the unit that now holds the case.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub open_dates: Vec<OpenDate>,
}

/// A party objected to what the unit decided (提出异议); the bureau above the unit decides on it (法律援助法 art. 49).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Objected {
    /// The bureau; missing in events from before it was kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bureau: Option<UnitId>,
    /// Where it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bureau_division: Option<DivisionCode>,
}

/// The other side of the dispute has a case here too: no lawyer acts for both (律师法 art. 39).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct OpposingPartyNoted {
    /// The other side's case.
    pub case: CaseId,
}

/// A person acts in the other side's case, in whatever service: that person does not act here (律师法 art. 39).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct OtherSideEngaged {
    /// Who.
    pub person: ActingPerson,
}

/// Tell the applicant, once, of everything that is missing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RequestSupplement {
    /// What is missing; at least one thing.
    pub missing: Vec<Topic>,
}

/// Take in what was missing, brought straight to the unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReceiveSupplement {
    /// What came; at least one thing.
    pub materials: Vec<Topic>,
}

/// Give the clock more time, as its limit allows (延长).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Extend {
    /// Why.
    #[schemars(with = "FreeText")]
    pub reason: String,
    /// Who approved it.
    pub approved_by: StaffId,
}
