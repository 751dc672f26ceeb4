//! Questions that referral answers.

use serde::{Deserialize, Serialize};

use crate::{
    clock::{Due, Step},
    division::DivisionCode,
    ids::{CaseId, CaseNumber, HandoffId, ServiceItem, Topic, UnitId},
    query::{AvailableCommands, CustodyCommandsQuery},
    referral::{self, CoUnitStatus, CustodyStage, DisputeReason, ExternalBodyReplied, HandedOver},
    time::Timestamp,
};

questions! {
    /// What referral answers.
    pub enum ReferralQuestion of referral::service {
        Worklist = "worklist": CustodyWorklistQuery => CustodyWorklist;
        Custody = "custody": CustodyQuery => CustodyView;
        Available = "available": CustodyCommandsQuery => AvailableCommands;
    }
}

/// `qry.referral.worklist`: what a unit has to answer or to work on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CustodyWorklistQuery {
    /// The unit.
    pub unit: UnitId,
}

/// The answer to [`CustodyWorklistQuery`], what is due first on top.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct CustodyWorklist {
    /// The unit.
    pub unit: UnitId,
    /// Its entries.
    pub entries: Vec<CustodyWorklistEntry>,
}

/// One line of a worklist.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct CustodyWorklistEntry {
    /// The case.
    pub case: CaseId,
    /// Its number.
    pub number: CaseNumber,
    /// What it is about.
    pub item: ServiceItem,
    /// What exactly.
    pub topic: Topic,
    /// The place that decides who is responsible.
    pub place: DivisionCode,
    /// The handoff.
    pub handoff: HandoffId,
    /// Who offered it.
    pub from: UnitId,
    /// Whether it waits for an answer or is being worked on.
    pub standing: WorklistStatus,
    /// Since when it is in this state.
    pub since: Timestamp,
    /// When the offer ends, for one that waits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
    /// Revision of the case's custody stream.
    pub revision: u64,
    /// Whether it cannot wait (紧急); what cannot is on top.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub urgent: bool,
    /// Who has custody, where that is neither the unit nor its window's own case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holder: Option<UnitId>,
    /// What another unit asks of this one, in its words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ask: Option<String>,
}

choices! {
    /// The status of a case in a worklist.
    pub enum WorklistStatus {
        Offered = "offered", "待签收", "waiting for an answer";
        Accepted = "accepted", "办理中", "being worked on";
        Invited = "invited", "待答复协办", "asked for a part";
        /// A co-unit's part.
        Assisting = "assisting", "协办中", "helping";
        ToDesignate = "to-designate", "待指定", "to be designated";
        /// More time, to be approved by this supervisor.
        ToApprove = "to-approve", "待批延期", "more time, to be approved";
        ToReport = "to-report", "待反馈督办", "an instruction, to be answered";
        /// A time limit that passed, for this supervisor to see to.
        Overdue = "overdue", "逾期，待督办", "overdue, to be seen to";
        Outside = "outside", "待外部机构反馈", "waiting for a body outside";
    }
}

/// `qry.referral.custody`: who holds a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CustodyQuery {
    /// The case.
    pub case: CaseId,
}

/// The answer to [`CustodyQuery`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct CustodyView {
    /// The case.
    pub case: CaseId,
    /// Revision of its custody stream.
    pub revision: u64,
    /// The one unit that answers for it.
    pub holder: UnitId,
    /// The handoff by which the holder has it; nothing at the window.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handoff: Option<HandoffId>,
    /// The open offer, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offer: Option<OpenOffer>,
    /// The stage of custody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stage: Option<CustodyStage>,
    /// Commands that are valid now, regardless of role.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub possible: Vec<String>,
    /// Of these the commands that the actor who asks may send; empty where the question names no actor.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub available: Vec<String>,
    /// Of these the ones that name a unit, with the units that each would take now.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub addressees: Vec<Addressees>,
    /// Whether it cannot wait (紧急).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub urgent: bool,
    /// The supervisor that designated the addressee or the holder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub designated_by: Option<UnitId>,
    /// The open dispute.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dispute: Option<OpenDispute>,
    /// The co-units (协办单位), also those that are done.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub co_units: Vec<CoUnitView>,
    /// The supervisor's instruction that waits for its answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instruction: Option<OpenInstruction>,
    /// An extension that was requested and not decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extension: Option<OpenExtension>,
    /// The time limits that run.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub clocks: Vec<RunningClock>,
    /// What was handed over to bodies outside, with what they answered: the record of personal data
    /// given away.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub handed_over: Vec<HandoverView>,
}

/// The units that a command may name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Addressees {
    /// The command.
    pub command: String,
    /// The units, the nearest to the place first.
    pub units: Vec<UnitId>,
}

/// A dispute that waits for its supervisor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct OpenDispute {
    /// Who raised it.
    pub by: UnitId,
    /// Why.
    pub reason: DisputeReason,
    /// In its own words.
    pub why: String,
    /// Whose task it is to designate.
    pub supervisor: UnitId,
    /// Since when.
    pub since: Timestamp,
}

/// A co-unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct CoUnitView {
    /// The unit.
    pub unit: UnitId,
    /// What for.
    pub task: String,
    /// Its status.
    pub standing: CoUnitStatus,
    /// Since when.
    pub since: Timestamp,
    /// What it did, once it has reported.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub report: Option<String>,
}

/// A supervisor's instruction that waits for its answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct OpenInstruction {
    /// The supervisor.
    pub by: UnitId,
    /// What to do, or to report.
    pub instruction: String,
    /// By when.
    pub until: Timestamp,
}

/// A requested extension.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct OpenExtension {
    /// Which step.
    #[schemars(with = "String")]
    pub step: Step,
    /// The requester.
    pub by: UnitId,
    /// Why.
    pub reason: String,
    /// Who approves it.
    pub supervisor: UnitId,
}

/// A time limit that runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct RunningClock {
    /// Which step.
    #[schemars(with = "String")]
    pub step: Step,
    /// When it is over.
    pub due: Due,
}

/// One handing over to a body outside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct HandoverView {
    /// What was handed over, to whom, on what ground.
    pub handed: HandedOver,
    /// What the body answered; nothing while it has not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub heard: Option<ExternalBodyReplied>,
}

/// An offer that waits for its answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct OpenOffer {
    /// The handoff.
    pub handoff: HandoffId,
    /// To whom.
    pub to: UnitId,
    /// Until when.
    pub until: Timestamp,
}
