//! Custody as its events leave it.

use onestop_proto::{
    clock::{Clock, Step},
    division::DivisionCode,
    ids::{CaseId, CaseNumber, HandoffId, ServiceItem, Topic, UnitId},
    referral::{
        CoUnitStatus, CustodyStage, DisputeReason, ExternalBodyReplied, HandedOver, OfferEnd,
        Outcome,
    },
    time::Timestamp,
};

/// Who holds a case, what has happened to its offers, and who else has a part in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Custody {
    /// The window that took the case.
    pub window: UnitId,
    /// Where it is.
    pub window_division: DivisionCode,
    /// The number on the receipt.
    pub number: CaseNumber,
    /// Who holds it now.
    pub holding: Holding,
    /// What it was last referred for; nothing before the first referral.
    pub errand: Option<Errand>,
    /// Offers that have ended, the latest last.
    pub ended: Vec<EndedOffer>,
    /// Time limits that run.
    pub clocks: Vec<Clock>,
    /// Units that have, or had, a part in it: they may have none in the other side's case.
    pub held: Vec<UnitId>,
    /// Units that were asked to take it, whatever came of it: they may hear what did.
    pub asked: Vec<UnitId>,
    /// Units that said that they have a conflict of interest.
    pub conflicted: Vec<UnitId>,
    /// The co-units of the unit that holds it, or held it last.
    pub co_units: Vec<CoUnit>,
    /// The supervisor's instruction that waits for its answer.
    pub instruction: Option<Instruction>,
    /// More time that was asked for.
    pub extension: Option<Asked>,
    /// What was handed over to bodies outside.
    pub handed_over: Vec<Handover>,
}

/// Exactly one unit holds a case, also while an offer is open or a dispute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Holding {
    /// The window holds it, and nobody is asked.
    Window {
        /// Since when.
        since: Timestamp,
        /// Whether somebody was looked for.
        search: Search,
    },
    /// The window holds it, and a unit is asked.
    Offered {
        /// Since when the window holds it.
        since: Timestamp,
        /// The offer.
        handoff: HandoffId,
        /// Who is asked.
        to: UnitId,
        /// Where that unit is.
        to_division: DivisionCode,
        /// When the offer ends; a designated unit can accept also later.
        until: Timestamp,
        /// The supervisor that designated it.
        designated_by: Option<UnitId>,
    },
    /// The window holds it, and a supervisor is asked who is responsible.
    Disputed {
        /// Since when the window holds it.
        since: Timestamp,
        /// The dispute.
        dispute: Dispute,
    },
    /// A unit accepted it.
    Unit {
        /// Since when.
        since: Timestamp,
        /// The handoff that brought it.
        handoff: HandoffId,
        /// The unit.
        unit: UnitId,
        /// Where it is.
        division: DivisionCode,
        /// The supervisor that designated it.
        designated_by: Option<UnitId>,
        /// What came of its own work, while its co-units are still at theirs.
        finished: Option<Outcome>,
    },
}

/// Whether a window that holds a case found nobody for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Search {
    /// Nobody was looked for, or the search is over.
    None,
    /// Nobody was found.
    InVain,
}

/// A dispute about who is responsible.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dispute {
    /// Its id.
    pub id: HandoffId,
    /// Who raised it.
    pub by: UnitId,
    /// Why.
    pub reason: DisputeReason,
    /// In its own words.
    pub why: String,
    /// Whose task it is to designate.
    pub supervisor: UnitId,
    /// Where that is.
    pub supervisor_division: DivisionCode,
    /// Since when.
    pub at: Timestamp,
}

/// What a case was referred for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Errand {
    /// What it is about.
    pub item: ServiceItem,
    /// What exactly.
    pub topic: Topic,
    /// The responsible place.
    pub place: DivisionCode,
    /// Whether it cannot wait.
    pub urgent: bool,
    /// The case of the other side.
    pub opposed_to: Option<CaseId>,
    /// Units that declined it, gave it back or did not answer.
    pub sent_away: Vec<UnitId>,
}

/// An offer that has ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndedOffer {
    /// The handoff.
    pub handoff: HandoffId,
    /// How it ended.
    pub end: OfferEnd,
    /// Who ended it.
    pub by: UnitId,
    /// When.
    pub at: Timestamp,
}

/// A co-unit (协办单位).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CoUnit {
    /// The unit.
    pub unit: UnitId,
    /// Where it is.
    pub division: DivisionCode,
    /// What for.
    pub task: String,
    /// How it stands.
    pub standing: CoUnitStatus,
    /// Since when.
    pub since: Timestamp,
    /// What it did, once it has reported.
    pub report: Option<String>,
}

/// A supervisor's instruction (督办).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instruction {
    /// The supervisor.
    pub by: UnitId,
    /// Where it is.
    pub by_division: DivisionCode,
    /// What is to be done, or to be told.
    pub instruction: String,
    /// By when.
    pub until: Timestamp,
}

/// More time that was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// For which step.
    pub step: Step,
    /// Who asks.
    pub by: UnitId,
    /// Why.
    pub reason: String,
    /// Who approves it.
    pub supervisor: UnitId,
    /// Where that is.
    pub supervisor_division: DivisionCode,
}

/// Something handed over to a body outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handover {
    /// What, to whom, on what ground.
    pub handed: HandedOver,
    /// What the body answered last.
    pub heard: Option<ExternalBodyReplied>,
}

impl Custody {
    /// The one unit that answers for the case.
    #[must_use]
    pub fn holder(&self) -> &UnitId {
        match &self.holding {
            Holding::Window { .. } | Holding::Offered { .. } | Holding::Disputed { .. } => {
                &self.window
            }
            Holding::Unit { unit, .. } => unit,
        }
    }

    /// Where that unit is.
    #[must_use]
    pub fn holder_division(&self) -> DivisionCode {
        match &self.holding {
            Holding::Window { .. } | Holding::Offered { .. } | Holding::Disputed { .. } => {
                self.window_division
            }
            Holding::Unit { division, .. } => *division,
        }
    }

    /// Since when it does.
    #[must_use]
    pub fn since(&self) -> Timestamp {
        match self.holding {
            Holding::Window { since, .. }
            | Holding::Offered { since, .. }
            | Holding::Disputed { since, .. }
            | Holding::Unit { since, .. } => since,
        }
    }

    /// Where custody stands.
    #[must_use]
    pub fn stage(&self) -> CustodyStage {
        match &self.holding {
            Holding::Window { search, .. } => match search {
                Search::None => CustodyStage::AtWindow,
                Search::InVain => CustodyStage::Stranded,
            },
            Holding::Offered { designated_by, .. } => match designated_by {
                None => CustodyStage::Offered,
                Some(_) => CustodyStage::Designated,
            },
            Holding::Disputed { .. } => CustodyStage::Disputed,
            Holding::Unit {
                finished: Some(_), ..
            } => CustodyStage::LeadFinished,
            Holding::Unit { designated_by, .. } => {
                match (designated_by, self.open_co_units().next()) {
                    (None, None) => CustodyStage::AtUnit,
                    (Some(_), None) => CustodyStage::AtDesignated,
                    (None, Some(_)) => CustodyStage::Joint,
                    (Some(_), Some(_)) => CustodyStage::JointDesignated,
                }
            }
        }
    }

    /// The co-units that the case waits for.
    pub fn open_co_units(&self) -> impl Iterator<Item = &CoUnit> {
        self.co_units.iter().filter(|co| co.standing.is_open())
    }

    /// The clock of a step, if it runs.
    #[must_use]
    pub fn clock(&self, step: &Step) -> Option<&Clock> {
        self.clocks.iter().find(|clock| clock.step == *step)
    }
}

impl Handover {
    /// Whether the body is still to be heard.
    #[must_use]
    pub fn is_open(&self) -> bool {
        use onestop_proto::referral::ExternalAnswer;
        match self.heard.as_ref().map(|heard| heard.answer) {
            None | Some(ExternalAnswer::Taken) => true,
            Some(
                ExternalAnswer::Done
                | ExternalAnswer::Told
                | ExternalAnswer::NotTheirs
                | ExternalAnswer::Refused,
            ) => false,
        }
    }
}
