//! The unit that each event concerns: the event is published where that unit is.

use onestop_proto::{
    clock::ClockEvent,
    division::DivisionCode,
    envelope::Address,
    ids::UnitId,
    narrowed,
    referral::{self, Event, report_step},
};

use super::custody::{Custody, Holding, Instruction};

narrowed! {
    /// Events that name the unit which must see them.
    enum ToNamedUnit of referral {
        Offered, Recalled, Disputed, DisputeWithdrawn, Designated, ExtensionRequested,
        ClockSupervised, ConflictFound, SupervisionAnswered, CoInvited, CoReleased, HandedOver,
    }
}

/// The unit addressed: that which the event names, that which owes a supervisor an answer, the holder, or the unit at work after
/// the event.
pub fn address(custody: &Custody, event: &Event) -> Address {
    let (unit, division) = if let Some(event) = ToNamedUnit::of(event) {
        event.addressee()
    } else if let Some(open) = instruction_of(custody, event) {
        (&open.supervised, open.supervised_division)
    } else if is_for_holder(event) {
        (custody.holder(), custody.holder_division())
    } else {
        unit_at_work(custody)
    };
    Address {
        unit: unit.clone(),
        division,
        item: custody.subject.as_ref().map(|subject| subject.item.clone()),
    }
}

/// Whether the holder must see the event, also while it offers the case to another unit.
fn is_for_holder(event: &Event) -> bool {
    matches!(
        event,
        Event::CoJoined(_)
            | Event::CoDeclined(_)
            | Event::CoReported(_)
            | Event::LeadFinished(_)
            | Event::ExternalBodyReplied(_)
            | Event::Unroutable(_)
            | Event::CorrectionOrdered(_)
    )
}

/// The instruction that an event is about: the unit that owes the answer must see it, also where it has the case no more.
fn instruction_of<'a>(custody: &'a Custody, event: &Event) -> Option<&'a Instruction> {
    let is_ordered = matches!(event, Event::SupervisionOrdered(_));
    let is_timed = || ClockEvent::of(event).is_some_and(|event| *event.step() == report_step());
    let open = custody.instruction.as_ref()?;
    (is_ordered || is_timed()).then_some(open)
}

impl<'a> ToNamedUnit<'a> {
    fn addressee(self) -> (&'a UnitId, DivisionCode) {
        match self {
            Self::Offered(it) => (&it.to, it.to_division),
            // The unit must see that the case is no longer offered to it.
            Self::Recalled(it) => (&it.to, it.to_division),
            Self::Disputed(it) => (&it.supervisor, it.supervisor_division),
            Self::DisputeWithdrawn(it) => (&it.supervisor, it.supervisor_division),
            Self::Designated(it) => (&it.to, it.to_division),
            Self::ExtensionRequested(it) => (&it.supervisor, it.supervisor_division),
            Self::ClockSupervised(it) => (&it.supervisor, it.division),
            Self::ConflictFound(it) => (&it.supervisor, it.supervisor_division),
            Self::SupervisionAnswered(it) => (&it.supervisor, it.supervisor_division),
            Self::CoInvited(it) => (&it.unit, it.division),
            Self::CoReleased(it) => (&it.unit, it.division),
            Self::HandedOver(it) => (&it.to, it.to_division),
        }
    }
}

/// The unit that has something to do now.
fn unit_at_work(custody: &Custody) -> (&UnitId, DivisionCode) {
    match &custody.holding {
        Holding::Unroutable => match &custody.search {
            Some(arbiter) => (&arbiter.supervisor, arbiter.supervisor_division),
            None => (custody.holder(), custody.holder_division()),
        },
        Holding::Window | Holding::Unit(_) => (custody.holder(), custody.holder_division()),
        Holding::Offered(offer) => (&offer.to, offer.to_division),
        Holding::Disputed(dispute) => (&dispute.supervisor, dispute.supervisor_division),
    }
}
