//! Custody of a case as its events leave it.

use onestop_proto::{
    acting_person::ActingPerson,
    clock::{Clock, ClockBook, Step},
    division::DivisionCode,
    free_text::TextKey,
    ids::{CaseId, CaseNumber, HandoffId, ServiceItem, StaffId, UnitId},
    referral::{
        Arbiter, CoUnitStatus, CustodyChain, CustodyStage, DisputeReason, ExternalAnswer,
        ExternalBodyReplied, HandedOver, OfferEnd, Outcome, ReturnReason,
    },
    specialist,
    time::Timestamp,
};

pub use onestop_proto::referral::ReferralSubject;

use super::application_times::{ApplicationTimes, EndedApplication, SetAside};

/// Who has a case, what became of its offers, and which other units take part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Custody {
    /// The window that opened the case.
    pub window: UnitId,
    pub window_division: DivisionCode,
    pub number: CaseNumber,
    /// To which key texts about the case are sealed; nothing for cases from before there was one.
    pub text_key: Option<TextKey>,
    /// Every unit that had custody, the holder last.
    pub chain: CustodyChain,
    pub holding: Holding,
    /// What the case was last referred for; `None` before the first referral.
    pub subject: Option<ReferralSubject>,
    /// When the application that is under way was made and received.
    pub application: ApplicationTimes,
    /// Those for other items that are not decided on.
    pub set_aside: Vec<SetAside>,
    /// Those that ended together when the last one was over.
    pub ended_applications: Vec<EndedApplication>,
    /// Every case that was named as the opposing party's, in any of its referrals.
    pub opposed: Vec<CaseId>,
    /// Units that declined this item, returned it, or disputed that it is theirs.
    pub sent_away_by: Vec<UnitId>,
    /// The people who did so for them: none of them designates the unit that has it (指定).
    pub contested_by: Vec<StaffId>,
    /// The reasons that they gave.
    pub refusals: Vec<Refusal>,
    /// Units that let an offer of the search under way lapse: no refusal, and a new request asks them again.
    pub lapsed: Vec<UnitId>,
    /// The supervisor that is to designate a unit, where the last search found none.
    pub search: Option<Arbiter>,
    /// The latest last.
    pub past_offers: Vec<PastOffer>,
    pub clocks: ClockBook,
    /// Units that have, or had, a part in the case: they may have none in the opposing party's.
    pub participants: Vec<UnitId>,
    /// Units to which the case was offered: they may see what became of it.
    pub approached: Vec<UnitId>,
    /// The people who act in the case, or acted, in whatever service.
    pub acting: Vec<ActingPerson>,
    /// Units that declared a conflict of interest.
    pub conflicted: Vec<UnitId>,
    /// The co-units of the lead, or of the last lead.
    pub co_units: Vec<CoUnit>,
    /// The supervisor's instruction that is not answered.
    pub instruction: Option<Instruction>,
    /// The request for more time that is not decided.
    pub extension: Option<PendingExtension>,
    pub handovers: Vec<Handover>,
}

/// What the holder does with the case. Until a unit accepts it, its window has custody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Holding {
    /// The window has it, and no referral is under way.
    Window,
    /// The window has it: routing found no unit for it.
    Unroutable,
    /// The window has it, and offers it to a unit.
    Offered(PendingOffer),
    /// The window has it, and a supervisor is to designate the responsible unit.
    Disputed(PendingDispute),
    Unit(Lead),
}

/// An offer that is not answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingOffer {
    pub handoff: HandoffId,
    pub to: UnitId,
    pub to_division: DivisionCode,
    /// The offer expires then; a designated unit can still accept it.
    pub until: Timestamp,
    pub designated_by: Option<UnitId>,
}

/// A dispute about which unit is responsible.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingDispute {
    pub id: HandoffId,
    pub by: UnitId,
    pub reason: DisputeReason,
    pub why: String,
    /// The bureau that designates the responsible unit.
    pub supervisor: UnitId,
    pub supervisor_division: DivisionCode,
    pub at: Timestamp,
}

/// The unit that accepted the case: the holder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lead {
    pub handoff: HandoffId,
    pub designated_by: Option<UnitId>,
    /// The result of its own work, while its co-units are still at theirs.
    pub finished: Option<Outcome>,
}

/// An offer that has ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastOffer {
    pub handoff: HandoffId,
    pub end: OfferEnd,
    pub by: UnitId,
    pub at: Timestamp,
}

/// Why a unit declined or returned a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    pub unit: UnitId,
    pub reason: ReturnReason,
}

/// A co-unit (协办单位).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CoUnit {
    pub unit: UnitId,
    pub division: DivisionCode,
    pub task: String,
    pub status: CoUnitStatus,
    pub since: Timestamp,
    /// What it did, once it has reported.
    pub report: Option<String>,
}

/// A supervisor's instruction (督办).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instruction {
    pub by: UnitId,
    /// Who of the bureau; nothing in instructions of before.
    pub staff: Option<StaffId>,
    pub by_division: DivisionCode,
    /// The unit that had the case then: it answers, wherever the case goes.
    pub supervised: UnitId,
    pub supervised_division: DivisionCode,
    pub instruction: String,
    pub until: Timestamp,
}

/// A request for more time (申请延期).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingExtension {
    pub step: Step,
    pub by: UnitId,
    /// Who of the unit; nothing in requests of before.
    pub staff: Option<StaffId>,
    pub reason: String,
    /// The bureau that approves it.
    pub supervisor: UnitId,
    pub supervisor_division: DivisionCode,
}

/// Something handed over to an external body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handover {
    pub handed: HandedOver,
    /// The body's latest answer.
    pub reply: Option<ExternalBodyReplied>,
}

impl Custody {
    /// The one unit that answers for the case.
    pub fn holder(&self) -> &UnitId {
        &self.chain.holder().unit
    }

    pub fn holder_division(&self) -> DivisionCode {
        self.chain.holder().division
    }

    /// When the holder took custody.
    pub fn since(&self) -> Timestamp {
        self.chain.holder().from
    }

    pub fn offer(&self) -> Option<&PendingOffer> {
        match &self.holding {
            Holding::Offered(offer) => Some(offer),
            Holding::Window | Holding::Unroutable | Holding::Disputed(_) | Holding::Unit(_) => None,
        }
    }

    pub fn dispute(&self) -> Option<&PendingDispute> {
        match &self.holding {
            Holding::Disputed(dispute) => Some(dispute),
            Holding::Window | Holding::Unroutable | Holding::Offered(_) | Holding::Unit(_) => None,
        }
    }

    pub fn lead(&self) -> Option<&Lead> {
        match &self.holding {
            Holding::Unit(lead) => Some(lead),
            Holding::Window | Holding::Unroutable | Holding::Offered(_) | Holding::Disputed(_) => {
                None
            }
        }
    }

    /// The item that the case was last referred for, where a specialist's service decides it by its own law: that decision
    /// ends the unit's work.
    pub fn specialist_item(&self) -> Option<&ServiceItem> {
        let item = self.subject.as_ref().map(|subject| &subject.item)?;
        let mut specialists = specialist::ALL.iter();
        let decided = specialists.any(|one| one.service == item.as_str());
        decided.then_some(item)
    }

    /// The lead, while its own work is not finished.
    pub fn working_lead(&self) -> Option<&Lead> {
        self.lead().filter(|lead| lead.finished.is_none())
    }

    /// The supervisor that designated the unit to which the case is offered, or which has it.
    pub fn designated_by(&self) -> Option<&UnitId> {
        let offer = self.offer().map(|offer| &offer.designated_by);
        let lead = self.lead().map(|lead| &lead.designated_by);
        offer.or(lead)?.as_ref()
    }

    /// The unit that has something to do for the case, apart from its window.
    pub fn active_unit(&self) -> Option<&UnitId> {
        let lead = self.lead().map(|_| self.holder());
        lead.or_else(|| Some(&self.offer()?.to))
    }

    pub fn stage(&self) -> CustodyStage {
        match &self.holding {
            Holding::Window => CustodyStage::AtWindow,
            Holding::Unroutable => CustodyStage::Unroutable,
            Holding::Disputed(_) => CustodyStage::Disputed,
            Holding::Offered(offer) => match offer.designated_by {
                None => CustodyStage::Offered,
                Some(_) => CustodyStage::Designated,
            },
            Holding::Unit(Lead {
                finished: Some(_), ..
            }) => CustodyStage::LeadFinished,
            Holding::Unit(lead) => match (&lead.designated_by, self.open_co_units().next()) {
                (None, None) => CustodyStage::AtUnit,
                (Some(_), None) => CustodyStage::AtDesignated,
                (None, Some(_)) => CustodyStage::Joint,
                (Some(_), Some(_)) => CustodyStage::JointDesignated,
            },
        }
    }

    /// The co-units whose parts are not done.
    pub fn open_co_units(&self) -> impl Iterator<Item = &CoUnit> {
        self.co_units.iter().filter(|co| co.status.is_open())
    }

    /// The handovers whose bodies have not given their last answer.
    pub fn open_handovers(&self) -> impl Iterator<Item = &Handover> {
        self.handovers.iter().filter(|handover| handover.is_open())
    }

    /// The clock of a step, if it runs.
    pub fn clock(&self, step: &Step) -> Option<&Clock> {
        self.clocks.get(step)
    }
}

impl Handover {
    /// Whether the body still has to answer.
    pub fn is_open(&self) -> bool {
        match self.reply.as_ref().map(|reply| reply.answer) {
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
