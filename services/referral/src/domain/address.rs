//! Whom an event concerns: it is published where that unit is.

use onestop_proto::{division::DivisionCode, envelope::Address, ids::UnitId, referral::Event};

use super::state::{Custody, Holding};

/// The unit addressed, or the unit that holds the case after the event.
#[must_use]
pub fn address(custody: &Custody, event: &Event) -> Address {
    let (unit, division) = addressee(custody, event);
    Address {
        unit: unit.clone(),
        division,
        item: custody.errand.as_ref().map(|errand| errand.item.clone()),
    }
}

fn addressee<'a>(custody: &'a Custody, event: &'a Event) -> (&'a UnitId, DivisionCode) {
    match event {
        Event::Offered(offered) => (&offered.to, offered.to_division),
        // The unit that was asked must see that it no longer is.
        Event::Recalled(recalled) => (&recalled.to, recalled.to_division),
        Event::Disputed(disputed) => (&disputed.supervisor, disputed.supervisor_division),
        Event::DisputeWithdrawn(dropped) => (&dropped.supervisor, dropped.supervisor_division),
        Event::Designated(designated) => (&designated.to, designated.to_division),
        Event::ExtensionRequested(asked) => (&asked.supervisor, asked.supervisor_division),
        Event::ClockSupervised(told) => (&told.supervisor, told.division),
        Event::SupervisionAnswered(answered) => {
            (&answered.supervisor, answered.supervisor_division)
        }
        Event::CoInvited(invited) => (&invited.unit, invited.division),
        Event::CoReleased(released) => (&released.unit, released.division),
        Event::HandedOver(handed) => (&handed.to, handed.to_division),
        // What a co-unit does, its lead must see; what is heard, whoever holds the case.
        Event::CoJoined(_)
        | Event::CoDeclined(_)
        | Event::CoReported(_)
        | Event::LeadFinished(_)
        | Event::SupervisionOrdered(_)
        | Event::ExternalBodyReplied(_) => (custody.holder(), custody.holder_division()),
        Event::CustodyTaken(_)
        | Event::Routed(_)
        | Event::Stranded(_)
        | Event::Accepted(_)
        | Event::Declined(_)
        | Event::Returned(_)
        | Event::Expired(_)
        | Event::Completed(_)
        | Event::Ended(_)
        | Event::ExternalBodyResponsible(_)
        | Event::ExtensionRefused(_)
        | Event::ClockStarted(_)
        | Event::ClockStopped(_)
        | Event::ClockExtended(_)
        | Event::ClockCorrected(_)
        | Event::ClockDueSoon(_)
        | Event::ClockOverdue(_) => at_work(custody),
    }
}

/// Who has something to do now.
fn at_work(custody: &Custody) -> (&UnitId, DivisionCode) {
    match &custody.holding {
        Holding::Window { .. } => (&custody.window, custody.window_division),
        Holding::Offered {
            to, to_division, ..
        } => (to, *to_division),
        Holding::Disputed { dispute, .. } => (&dispute.supervisor, dispute.supervisor_division),
        Holding::Unit { unit, division, .. } => (unit, *division),
    }
}
