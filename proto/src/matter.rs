//! What the matters of all specialists have in common: how a case comes to a unit and leaves it, and how
//! missing papers are requested. Each service lists these under type names of its own.

mod paper_remark;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

pub use paper_remark::PaperRemark;

use crate::{
    clock::Step,
    division::DivisionCode,
    field_names::field_words,
    ids::{CaseId, CaseNumber, HandoffId, StaffId, Topic, UnitId},
    rejection::{Explain, RejectionKind},
    text::Words,
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
    #[must_use]
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
    pub reason: String,
    /// Who approved it.
    pub approved_by: StaffId,
}

/// What every specialist refuses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "code", rename_all = "kebab-case")]
pub enum Rejection {
    /// No matter of this case here.
    NoMatter {},
    /// Another unit's matter.
    NotYourMatter {
        /// Whose it is.
        holder: UnitId,
        /// The caller's unit.
        unit: UnitId,
    },
    /// Another unit decides this: no unit judges itself.
    NotYoursToDecide {
        /// The bureau that decides.
        bureau: UnitId,
        /// The caller's unit.
        unit: UnitId,
    },
    /// No bureau is above the unit, to decide on what it did.
    NoBureau {
        /// Where the unit is.
        division: DivisionCode,
    },
    /// More time is approved by another person than the one who asks for it.
    OwnApproval {
        /// The person.
        staff: StaffId,
    },
    /// Not at this step.
    NotNow {
        /// The step of the matter, in words.
        standing: Words,
        /// What can be done, as names of commands.
        possible: String,
    },
    /// Something needed was left empty.
    Incomplete {
        /// Which field.
        field: String,
    },
    /// The limit of this step cannot be extended.
    NotExtensible {
        /// Which step.
        step: Step,
    },
    /// It was extended as often as it can be.
    ExtendedBefore {
        /// Which step.
        step: Step,
        /// How often it can be.
        times: u32,
    },
    /// An extension was requested after the limit had ended.
    ExtensionLate {
        /// Which step.
        step: Step,
        /// The last day.
        day: String,
    },
    /// The notice is given once, of everything that is missing.
    ToldOnce {},
    /// It cannot have happened then: it is later than now.
    ImpossibleTime {
        /// When it is said to have happened.
        occurred: Timestamp,
        /// Now.
        now: Timestamp,
    },
    /// It cannot have happened before what it rests on.
    BeforeBasis {
        /// When it is said to have happened.
        occurred: Timestamp,
        /// When that happened.
        earlier: Timestamp,
    },
    /// Paper is entered so late that its date is no longer taken (补录期限).
    EnteredTooLate {
        /// When it is said to have happened.
        occurred: Timestamp,
        /// The last day on which it could be entered.
        day: String,
        /// The rule.
        basis: String,
    },
    /// It has to say why it is entered late (补录事由).
    LateReasonMissing {
        /// When it is said to have happened.
        occurred: Timestamp,
        /// The last day on which it needed no reason.
        day: String,
        /// The rule.
        basis: String,
    },
    /// Another person has to approve that it is entered so late (补录审批).
    LateApprovalMissing {
        /// When it is said to have happened.
        occurred: Timestamp,
        /// The last day on which it needed no approval.
        day: String,
        /// The rule.
        basis: String,
    },
    /// The one who enters it late is named as the approver.
    ApprovedByOneself {
        /// The person.
        approver: StaffId,
    },
    /// The directory does not name the unit as an office of one person (一人单位).
    NoOnePersonOffice {
        /// The unit.
        unit: UnitId,
    },
}

explained!(Rejection);

impl Explain for Rejection {
    fn kind(&self) -> RejectionKind {
        match self {
            Self::NoMatter {} => RejectionKind::NotFound,
            Self::NotYourMatter { .. } | Self::NotYoursToDecide { .. } => RejectionKind::Forbidden,
            Self::Incomplete { .. }
            | Self::ImpossibleTime { .. }
            | Self::BeforeBasis { .. }
            | Self::EnteredTooLate { .. }
            | Self::LateReasonMissing { .. }
            | Self::LateApprovalMissing { .. }
            | Self::ApprovedByOneself { .. }
            | Self::NoOnePersonOffice { .. } => RejectionKind::Invalid,
            Self::NotNow { .. }
            | Self::NoBureau { .. }
            | Self::OwnApproval { .. }
            | Self::ToldOnce {}
            | Self::NotExtensible { .. }
            | Self::ExtendedBefore { .. }
            | Self::ExtensionLate { .. } => RejectionKind::Conflict,
        }
    }

    fn list(&self) -> &'static str {
        "matter"
    }

    fn words(&self) -> Vec<(&'static str, Words)> {
        if let Self::Incomplete { field } = self {
            return vec![("field", field_words(field))];
        }
        Vec::new()
    }
}
