//! What referral refuses.

use serde::{Deserialize, Serialize};

use super::OfferEnd;
use crate::{
    clock::Step,
    division::DivisionCode,
    ids::{CaseId, HandoffId, ServiceItem, UnitId},
    time::Timestamp,
};

/// What referral refuses.
#[derive(
    Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema, thiserror::Error,
)]
#[serde(tag = "code", rename_all = "kebab-case")]
pub enum Rejection {
    /// No such handoff.
    #[error(
        "there is no handoff {handoff} of this case; it is held by {holder}. Look at your worklist again"
    )]
    NoSuchHandoff {
        /// The handoff given.
        handoff: HandoffId,
        /// Who holds the case.
        holder: UnitId,
    },
    /// The offer ended before: somebody was first.
    #[error("the offer was {} by {by} at {}; the case is now held by {holder}", end.text().en, at.china_text())]
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
    #[error("the offer ended at {}; the case stays with {holder}. Ask that window to refer it again", until.china_text())]
    OfferOver {
        /// When it ended.
        until: Timestamp,
        /// Who holds the case.
        holder: UnitId,
    },
    /// The offer is somebody else's.
    #[error("the offer was made to {to}; you act for {unit}. Only {to} can answer it")]
    NotAddressee {
        /// The unit asked.
        to: UnitId,
        /// The unit that answered.
        unit: UnitId,
    },
    /// The case is somebody else's.
    #[error("the case is held by {holder} since {}; you act for {unit}. Ask {holder}", since.china_text())]
    NotHolder {
        /// Who holds it.
        holder: UnitId,
        /// Since when.
        since: Timestamp,
        /// The unit that asked.
        unit: UnitId,
    },
    /// There is no open offer.
    #[error("no offer is open; the case is held by {holder}. Look at it with 'onestop case show'")]
    NothingOffered {
        /// Who holds it.
        holder: UnitId,
    },
    /// The window holds it itself.
    #[error("the case is with its window {holder}; there is nothing to give back or to complete")]
    AtWindow {
        /// The window.
        holder: UnitId,
    },
    /// The place named instead does not exist.
    #[error(
        "there is no division {division} in the directory. Leave it out, or look it up with 'onestop directory sites --find NAME'"
    )]
    UnknownDivision {
        /// The code given.
        division: DivisionCode,
    },
    /// Only a supervisor of that division decides this.
    #[error(
        "only a supervisor of a justice bureau that {division} belongs to can do this; you act for {unit}. Ask that bureau"
    )]
    NotSupervisor {
        /// The division.
        division: DivisionCode,
        /// The unit that asked.
        unit: UnitId,
    },
    /// No justice bureau stands above all who dispute.
    #[error("no justice bureau stands above {between}. Refer the case for another place")]
    NoSupervisor {
        /// The units.
        between: String,
    },
    /// There is no dispute.
    #[error(
        "nothing is disputed; the case is held by {holder}. Raise a dispute first, or look at it with 'onestop referral show'"
    )]
    NothingDisputed {
        /// Who holds the case.
        holder: UnitId,
    },
    /// This unit cannot dispute the case now.
    #[error(
        "only the unit that is asked can dispute an offer, or the window a case that nobody takes; you act for {unit}, the case is held by {holder}"
    )]
    NotDisputable {
        /// Who holds the case.
        holder: UnitId,
        /// The unit that asked.
        unit: UnitId,
    },
    /// The supervisor decides who has it.
    #[error(
        "who is responsible is disputed: {supervisor} designates a unit. Wait for it, or recall the dispute"
    )]
    InDispute {
        /// The supervisor.
        supervisor: UnitId,
    },
    /// A designated unit may not decline.
    #[error("you were designated by {by}: a designated unit may not decline. Accept the case")]
    DesignatedMayNotDecline {
        /// The supervisor.
        by: UnitId,
    },
    /// A designated unit may not return.
    #[error(
        "you were designated by {by}: a designated unit may not give the case back. Work it, or ask that supervisor to reassign it"
    )]
    DesignatedMayNotReturn {
        /// The supervisor.
        by: UnitId,
    },
    /// No such unit.
    #[error(
        "there is no unit {unit} in the directory. Look it up with 'onestop directory sites --find NAME'"
    )]
    UnknownUnit {
        /// The unit given.
        unit: UnitId,
        /// In which field of the command.
        field: String,
    },
    /// The unit does not work the item.
    #[error(
        "{unit} does not work '{item}'. Designate a unit that does: see 'onestop directory route'"
    )]
    DoesNotWorkIt {
        /// The unit.
        unit: UnitId,
        /// The item.
        item: ServiceItem,
    },
    /// The unit is not below the supervisor.
    #[error(
        "{unit} is not in {division}, which is as far as you can designate. Designate a unit there, or ask the bureau above"
    )]
    OutsideDivision {
        /// The unit.
        unit: UnitId,
        /// The supervisor's division.
        division: DivisionCode,
    },
    /// A county does not push its own work down to a township.
    #[error(
        "'{item}' is the county's work: it may not be pushed down to {unit}. Designate a unit of the county"
    )]
    PushedDown {
        /// The township's unit.
        unit: UnitId,
        /// The item.
        item: ServiceItem,
    },
    /// The unit works, or worked, for the other side.
    #[error(
        "{unit} has, or had, the other side's case {case}: it must stay out of this one. Decline it with conflict-of-interest, or name another unit"
    )]
    ConflictOfInterest {
        /// The unit.
        unit: UnitId,
        /// The other side's case.
        case: CaseId,
    },
    /// The unit was not asked to take a part, or not any more.
    #[error(
        "{unit} is not a co-unit of this case in a way that this answers. Ask the holder {holder}"
    )]
    NotInvited {
        /// The unit.
        unit: UnitId,
        /// Who holds the case.
        holder: UnitId,
    },
    /// The unit has a part already.
    #[error(
        "{unit} was asked for its part already and is not done. Wait for it, or release it first"
    )]
    InvitedBefore {
        /// The unit.
        unit: UnitId,
    },
    /// The lead is no co-unit of itself.
    #[error("{unit} leads this case; it cannot be its own co-unit. Name another")]
    LeadItself {
        /// The lead.
        unit: UnitId,
    },
    /// Co-units are not done.
    #[error("{units} are not done. Wait for their reports, or release them, then complete")]
    CoUnitsAtWork {
        /// Who.
        units: String,
    },
    /// The lead's work has ended.
    #[error(
        "the work of {lead} has ended; the case only waits for its co-units. Wait for them, or release them"
    )]
    LeadIsDone {
        /// The lead.
        lead: UnitId,
    },
    /// The limit cannot be extended, or nothing of yours has one.
    #[error(
        "no time limit runs for {unit} that can be extended. Do the step, or send the case away"
    )]
    NotExtensible {
        /// The unit that asked.
        unit: UnitId,
    },
    /// It was extended as often as it can be.
    #[error("the time limit of {step} was extended {times} time(s), which is all. Do the step")]
    ExtendedBefore {
        /// Which step.
        step: Step,
        /// How often it can be.
        times: u32,
    },
    /// Whoever needs more time asks before it is over.
    #[error(
        "the time limit of {step} was over on {day}; more time is asked for before. Do the step"
    )]
    ExtensionLate {
        /// Which step.
        step: Step,
        /// The last day.
        day: String,
    },
    /// It was asked for and not decided.
    #[error("more time for {step} was asked for already. Wait for the supervisor's decision")]
    AskedBefore {
        /// Which step.
        step: Step,
    },
    /// No extension was asked for.
    #[error("no extension is asked for; the case is held by {holder}. There is nothing to decide")]
    NothingAsked {
        /// Who holds the case.
        holder: UnitId,
    },
    /// An instruction is open.
    #[error("an instruction of {by} is not answered yet. Wait for the answer, then give another")]
    SupervisedAlready {
        /// The supervisor.
        by: UnitId,
    },
    /// No instruction is open.
    #[error(
        "no supervisor's instruction is open; the case is held by {holder}. There is nothing to answer"
    )]
    NotSupervised {
        /// Who holds the case.
        holder: UnitId,
    },
    /// The unit neither holds the case nor is asked.
    #[error(
        "{unit} neither holds the case nor is asked; it is held by {holder}. There is nothing to reassign"
    )]
    NotWith {
        /// The unit.
        unit: UnitId,
        /// Who holds it.
        holder: UnitId,
    },
    /// The unit is one of our own.
    #[error("{unit} is no body outside. Refer the case, or invite the unit as a co-unit")]
    NotOutside {
        /// The unit.
        unit: UnitId,
    },
    /// A body outside does not take custody.
    #[error("{unit} is a body outside: it takes no custody. Hand the case over to it")]
    OutsideBody {
        /// The body.
        unit: UnitId,
        /// In which field of the command.
        field: String,
    },
    /// Nothing was handed over that this answers.
    #[error(
        "no handing over is open that this answers; the case is held by {holder}. Name it by its number: see 'onestop referral show'"
    )]
    NoSuchHandover {
        /// Who holds the case.
        holder: UnitId,
    },
    /// The record of data given away is kept for three years or more.
    #[error(
        "the record of personal data given away is kept for three years or more, not {years}. Leave it out, or say more"
    )]
    KeptTooShort {
        /// How many years were given.
        years: u8,
    },
    /// Something needed was left empty, or is too long.
    #[error(
        "{field} is needed, in at most {limit} characters and without names of citizens. Mend it and send again"
    )]
    Unsaid {
        /// Which field.
        field: String,
        /// At most so many characters.
        limit: u32,
    },
    /// A day that has not come.
    #[error("{day} has not come yet. Mend the day")]
    ImpossibleDay {
        /// The day.
        day: String,
    },
}
