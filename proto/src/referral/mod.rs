//! Referral (转办): routing, handoffs and custody. Stream `custody/<case>` of service `referral`.
//!
//! Exactly one unit has custody of a case at every moment. A handoff is offered, then accepted or
//! declined; until it is accepted, custody stays where it was. Every other unit with a part in a case, a
//! co-unit, a supervisor, a body outside, has it beside the one custodian.

mod co_units;
mod commands;
mod custody;
mod events;
mod explain;
mod external_bodies;
mod former_application;
mod oversight;
mod rejection;

use serde::{Deserialize, Serialize};

use crate::{actor::ServiceName, clock::Step, free_text::FreeText};

pub use co_units::*;
pub use commands::*;
pub use custody::{CustodyChain, CustodyTransfer, EmptyChain};
pub use events::*;
pub use external_bodies::*;
pub use former_application::*;
pub use oversight::*;
pub use rejection::Rejection;

pub use crate::{
    clock::{
        ClockCorrected, ClockDueSoon, ClockExtended, ClockOverdue, ClockStarted, ClockStopped,
        ClockSupervised,
    },
    referral_subject::{ReferralSubject, Resumption},
    routing::{Candidate, Route, Verdict},
};

/// The name of the service that owns custody.
pub const SERVICE: &str = "referral";

/// [`SERVICE`] as a type.
pub fn service() -> ServiceName {
    crate::actor::known_service(SERVICE)
}

/// The kind of unit that supervises the division that it is in (司法局).
pub const SUPERVISOR: &str = "bureau";

choices! {
    /// Why a unit does not take an offer, or gives a case back (退回原因).
    pub enum ReturnReason {
        NotInJurisdiction = "not-in-jurisdiction", "不属本单位管辖", "another place is responsible";
        WrongItem = "wrong-item", "事项不符", "another item is needed";
        ConflictOfInterest = "conflict-of-interest", "存在利益冲突", "conflict of interest";
        NoCapacity = "no-capacity", "无力承接", "no capacity";
        /// The unit is closed, for a while or for good; its supervisor may say so in its place.
        UnitClosed = "unit-closed", "单位撤并或者停办", "the unit is closed";
    }
}

choices! {
    /// Why an offer was taken back.
    pub enum RecallReason {
        /// The citizen changed their mind.
        CitizenWithdrew = "citizen-withdrew", "群众撤销申请", "the citizen withdrew";
        /// The window made a mistake.
        WindowError = "window-error", "窗口有误", "the window made a mistake";
    }
}

choices! {
    /// What came of a handoff, for the citizen.
    pub enum Outcome {
        Granted = "granted", "已办成", "done as asked";
        Refused = "refused", "不予办理", "refused";
        /// Worked, and not resolved; the citizen was informed of other ways.
        Unresolved = "unresolved", "未能解决，已告知其他途径", "not resolved, other ways were told";
        /// Ended by the unit before its end, by its law.
        Terminated = "terminated", "终止办理", "ended early";
    }
}

choices! {
    /// How an offer ended.
    pub enum OfferEnd {
        Accepted = "accepted", "已被签收", "accepted";
        Declined = "declined", "已被拒收", "declined";
        /// It was taken back.
        Recalled = "recalled", "转办已撤回", "taken back";
        /// It was not answered in time.
        Expired = "expired", "已逾期失效", "not answered in time";
        Disputed = "disputed", "已提出争议", "disputed";
    }
}

choices! {
    /// The stages of custody.
    pub enum CustodyStage {
        AtWindow = "at-window", "在窗口", "at the window";
        /// The window holds it: no unit was available.
        Unroutable = "stranded", "无单位可转", "no unit to refer to";
        Offered = "offered", "待签收", "offered";
        /// Responsibility is disputed; the supervisor decides (争议).
        Disputed = "disputed", "争议，待指定", "disputed, to be designated";
        /// The supervisor designated a unit, which has not accepted yet (指定).
        Designated = "designated", "已指定，待签收", "designated, to be accepted";
        AtUnit = "at-unit", "承办中", "with a unit";
        /// A designated unit works it: it may not give it back.
        AtDesignated = "at-designated", "指定承办中", "with the designated unit";
        Joint = "joint", "主办、协办中", "several units at work";
        /// A designated unit works it and leads others.
        JointDesignated = "joint-designated", "指定主办、协办中", "several units at work, the lead designated";
        /// The lead is done, and waits for the others.
        LeadFinished = "lead-finished", "主办已毕，待协办", "the lead is done, the others are not";
    }
}

choices! {
    /// Why it is disputed who is responsible (争议事由).
    pub enum DisputeReason {
        /// The unit holds that it is not its task.
        NotOurs = "not-ours", "不属本单位职责", "not this unit's task";
        Overlap = "overlap", "职责交叉", "the task of several";
        NobodyTakes = "nobody-takes", "无单位承接", "no unit takes it";
    }
}

choices! {
    /// The status of a co-unit (协办单位).
    pub enum CoUnitStatus {
        Invited = "invited", "待答复", "asked";
        Joined = "joined", "协办中", "at work";
        Reported = "reported", "协办已毕", "its part is done";
        Declined = "declined", "已谢绝", "declined";
        Released = "released", "已解除", "released";
    }
}

impl CoUnitStatus {
    /// Whether the case waits for this co-unit.
    pub const fn is_open(self) -> bool {
        match self {
            Self::Invited | Self::Joined => true,
            Self::Reported | Self::Declined | Self::Released => false,
        }
    }
}

choices! {
    /// What an external body is requested to do (移送目的).
    pub enum HandoverPurpose {
        Handle = "handle", "请依职责办理", "to handle it";
        Verify = "verify", "协助核实", "to verify something";
        Report = "report", "报告紧急情况", "to know of a danger";
    }
}

choices! {
    /// A kind of personal data that was given away (个人信息种类).
    pub enum DisclosedData {
        Identity = "identity", "身份信息", "identity";
        Contact = "contact", "联系方式", "contact";
        Facts = "facts", "案情", "the facts of the case";
        Family = "family", "家庭成员", "family";
        /// Means; sensitive.
        Finance = "finance", "经济状况（敏感）", "means (sensitive)";
        /// Health; sensitive.
        Health = "health", "健康状况（敏感）", "health (sensitive)";
        /// Of a child under fourteen; sensitive.
        Child = "child", "未满十四周岁未成年人信息（敏感）", "a child under fourteen (sensitive)";
    }
}

choices! {
    /// What a body outside answered (反馈).
    pub enum ExternalAnswer {
        Taken = "taken", "已受理", "taken";
        Done = "done", "已办结", "done";
        Told = "told", "已提供情况", "told what was asked";
        NotTheirs = "not-theirs", "不属其职责", "not its task";
        Refused = "refused", "不予受理", "refused";
    }
}

/// On what ground personal data is given away (个人信息保护法 art. 13, 23).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "ground", rename_all = "kebab-case", deny_unknown_fields)]
pub enum DisclosureBasis {
    /// A duty of the law.
    Statute {
        /// Which, with its article.
        law: String,
    },
    /// The person's separate consent.
    Consent {
        /// The number of the form that was signed.
        #[schemars(with = "FreeText")]
        reference: String,
    },
}

impl DisclosureBasis {
    /// The law, or the number of the form.
    pub fn reference(&self) -> &str {
        match self {
            Self::Statute { law } => law,
            Self::Consent { reference } => reference,
        }
    }
}

/// The steps that referral itself sets a limit for.
fn step(name: &'static str) -> Step {
    match name.parse() {
        Ok(step) => step,
        Err(_) => unreachable!("the steps of this module are steps"),
    }
}

/// The answer to an offer.
pub fn accept_step() -> Step {
    step("referral.accept")
}

/// The work on a case whose item has no service, and so no law, of its own.
pub fn work_step() -> Step {
    step("referral.work")
}

/// The designation of a unit after a dispute.
pub fn designate_step() -> Step {
    step("referral.designate")
}

/// The answer to a supervisor's instruction.
pub fn report_step() -> Step {
    step("referral.report")
}
