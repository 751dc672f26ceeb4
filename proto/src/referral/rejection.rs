//! What referral refuses.

use serde::{Deserialize, Serialize};

use super::OfferEnd;
use crate::{
    case::FieldProblem,
    clock::Step,
    division::DivisionCode,
    ids::{HandoffId, ServiceItem, StaffId, UnitId},
    late_entry::TimeRefusal,
    text::Words,
    time::Timestamp,
};

/// What referral refuses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "code", rename_all = "kebab-case")]
pub enum Rejection {
    /// No such handoff.
    NoSuchHandoff {
        /// The handoff given.
        handoff: HandoffId,
        /// Who holds the case.
        holder: UnitId,
    },
    /// The offer has ended already.
    OfferAnswered {
        /// The handoff.
        handoff: HandoffId,
        /// How it ended.
        end: OfferEnd,
        /// Who ended it.
        by: UnitId,
        /// When.
        at: Timestamp,
        /// Who holds the case now.
        holder: UnitId,
    },
    /// The offer is past its end.
    OfferOver {
        /// When it ended.
        until: Timestamp,
        /// Who holds the case.
        holder: UnitId,
    },
    /// The offer is addressed to another unit.
    NotAddressee {
        /// The unit that was named.
        to: UnitId,
        /// The unit that answered.
        unit: UnitId,
    },
    /// Another unit has custody.
    NotHolder {
        /// Who holds it.
        holder: UnitId,
        /// Since when.
        since: Timestamp,
        /// The caller's unit.
        unit: UnitId,
    },
    /// There is no open offer.
    NothingOffered {
        /// Who holds it.
        holder: UnitId,
    },
    /// The window holds it itself.
    AtWindow {
        /// The window.
        holder: UnitId,
    },
    /// The place named instead does not exist.
    UnknownDivision {
        /// The code given.
        division: DivisionCode,
        /// The field that names it.
        field: String,
    },
    /// Only a supervisor of that division decides this.
    NotSupervisor {
        /// The division.
        division: DivisionCode,
        /// The caller's unit.
        unit: UnitId,
    },
    /// No justice bureau supervises all who dispute.
    NoSupervisor {
        /// The units.
        between: String,
    },
    /// There is no dispute.
    NothingDisputed {
        /// Who holds the case.
        holder: UnitId,
    },
    /// This unit cannot dispute the case now.
    NotDisputable {
        /// Who holds the case.
        holder: UnitId,
        /// The caller's unit.
        unit: UnitId,
    },
    /// The supervisor decides who has it.
    InDispute {
        /// The supervisor.
        supervisor: UnitId,
    },
    /// A designated unit may not decline.
    DesignatedMayNotDecline {
        /// The supervisor.
        by: UnitId,
    },
    /// A designated unit may not return.
    DesignatedMayNotReturn {
        /// The supervisor.
        by: UnitId,
    },
    /// What the unit decided to do it ends by its own law, with a ground, and does not give back.
    WorkUndertaken {
        /// The unit.
        unit: UnitId,
        /// The day of its decision.
        day: String,
    },
    /// No such unit.
    UnknownUnit {
        /// The unit given.
        unit: UnitId,
        /// In which field of the command.
        field: String,
    },
    /// The unit does not work the item.
    DoesNotWorkIt {
        /// The unit.
        unit: UnitId,
        /// The item.
        item: ServiceItem,
        /// What the item is called.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        item_name: Option<Box<Words>>,
    },
    /// The unit is not below the supervisor.
    OutsideDivision {
        /// The unit.
        unit: UnitId,
        /// The supervisor's division.
        division: DivisionCode,
    },
    /// A county does not push its own work down to a township.
    PushedDown {
        /// The township's unit.
        unit: UnitId,
        /// The item.
        item: ServiceItem,
        /// What the item is called.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        item_name: Option<Box<Words>>,
    },
    /// The unit works, or worked, for the other side.
    ConflictOfInterest {
        /// The unit.
        unit: UnitId,
    },
    /// This person acts, or acted, in the other side's case, and does not act in this one (律师法 art. 39).
    ActsForOtherSide {
        /// The person.
        staff: StaffId,
    },
    /// Another unit has the other side's case, and one unit has both (一起纠纷一个调解委员会).
    OneUnitForBoth {
        /// That unit.
        unit: UnitId,
    },
    /// The unit was not invited, or no longer is.
    NotInvited {
        /// The unit.
        unit: UnitId,
        /// Who holds the case.
        holder: UnitId,
    },
    /// The unit has a part already.
    InvitedBefore {
        /// The unit.
        unit: UnitId,
    },
    /// The lead is no co-unit of itself.
    LeadItself {
        /// The lead.
        unit: UnitId,
    },
    /// Co-units are not done.
    CoUnitsAtWork {
        /// Who.
        units: String,
    },
    /// A specialist's service decides the item by its own law, and has not yet: its decision ends the unit's work.
    SpecialistDecides {
        /// The unit at work.
        unit: UnitId,
        /// The item.
        item: ServiceItem,
        /// What the item is called.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        item_name: Option<Box<Words>>,
    },
    /// The lead's work has ended.
    LeadIsDone {
        /// The lead.
        lead: UnitId,
    },
    /// The limit cannot be extended, or nothing of yours has one.
    NotExtensible {
        /// The caller's unit.
        unit: UnitId,
    },
    /// It was extended as often as it can be.
    ExtendedBefore {
        /// Which step.
        step: Step,
        /// What the step is called.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        step_name: Option<Box<Words>>,
        /// How often it can be.
        times: u32,
    },
    /// An extension was requested after the limit had ended.
    ExtensionLate {
        /// Which step.
        step: Step,
        /// What the step is called.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        step_name: Option<Box<Words>>,
        /// The last day.
        day: String,
    },
    /// An extension was requested and not decided.
    AskedBefore {
        /// Which step.
        step: Step,
        /// What the step is called.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        step_name: Option<Box<Words>>,
    },
    /// An extension is granted by another person than the one who requested it, in whatever post.
    OwnExtension {
        /// The person.
        staff: StaffId,
    },
    /// Who contested a case for a unit does not designate the unit that has it, in whatever post.
    OwnDispute {
        /// The person.
        staff: StaffId,
    },
    /// An instruction is answered by another person than the one who gave it, in whatever post.
    OwnInstruction {
        /// The person.
        staff: StaffId,
    },
    /// No extension was requested.
    NothingAsked {
        /// Who holds the case.
        holder: UnitId,
    },
    /// An instruction is open.
    SupervisedAlready {
        /// The supervisor.
        by: UnitId,
    },
    /// No instruction is open.
    NotSupervised {
        /// Who holds the case.
        holder: UnitId,
    },
    /// The unit is neither holder nor addressee.
    NotWith {
        /// The unit.
        unit: UnitId,
        /// Who holds it.
        holder: UnitId,
    },
    /// The unit is one of our own.
    NotOutside {
        /// The unit.
        unit: UnitId,
    },
    /// A body outside does not take custody.
    OutsideBody {
        /// The body.
        unit: UnitId,
        /// In which field of the command.
        field: String,
    },
    /// Nothing was handed over that this answers.
    NoSuchHandover {
        /// Who holds the case.
        holder: UnitId,
    },
    /// The record of data given away is kept for three years or more.
    KeptTooShort {
        /// How many years were given.
        years: u8,
    },
    /// Something needed was left empty, or is too long.
    Unsaid {
        /// Which field.
        field: String,
        /// At most so many characters.
        limit: u32,
    },
    /// Several fields are empty or wrong: each has a sentence of its own.
    Several {
        /// All of them, in the order of the form.
        problems: Vec<FieldProblem>,
    },
    /// A day that has not come.
    ImpossibleDay {
        /// The day.
        day: String,
    },
    /// No body answers before the matter was handed over to it.
    AnswerBeforeHandover {
        /// The day that was named.
        day: String,
        /// The day of the handing over.
        handed: String,
    },
    /// The moment at which the act is said to have happened is refused (补录).
    #[serde(untagged)]
    Time(TimeRefusal),
}

impl From<TimeRefusal> for Rejection {
    fn from(refusal: TimeRefusal) -> Self {
        Self::Time(refusal)
    }
}
