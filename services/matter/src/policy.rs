//! What a specialist makes of the others' events. Pure.

use onestop_proto::{
    case,
    envelope::Envelope,
    ids::{ServiceItem, Topic},
    matter::Received,
    referral,
};

use crate::domain::Heard;

/// What an event means for a matter of this item; nothing for those that do not concern one.
///
/// # Errors
/// If the event's data does not fit its type.
pub(crate) fn hear(
    event: &Envelope,
    item: &ServiceItem,
) -> Result<Option<Heard>, serde_json::Error> {
    let raw = event.raw();
    if let Some(heard) = raw.parse_if::<referral::Event>()? {
        return Ok(from_referral(heard, item));
    }
    if let Some(case::Event::MaterialReceived(received)) = raw.parse_if()? {
        let materials: Vec<Topic> = received.materials.into_iter().map(|m| m.kind).collect();
        return Ok(Some(Heard::Material { materials }));
    }
    Ok(None)
}

fn from_referral(event: referral::Event, item: &ServiceItem) -> Option<Heard> {
    match event {
        referral::Event::Accepted(accepted) if accepted.item == *item => {
            Some(Heard::Accepted(Received {
                handoff: accepted.handoff,
                unit: accepted.to,
                division: accepted.to_division,
                topic: accepted.topic,
                number: accepted.number,
            }))
        }
        referral::Event::Returned(returned) => Some(Heard::Left {
            handoff: returned.handoff,
        }),
        referral::Event::Accepted(_)
        | referral::Event::CustodyTaken(_)
        | referral::Event::Routed(_)
        | referral::Event::Stranded(_)
        | referral::Event::Offered(_)
        | referral::Event::Declined(_)
        | referral::Event::Recalled(_)
        | referral::Event::Expired(_)
        | referral::Event::Completed(_)
        | referral::Event::ClockStarted(_)
        | referral::Event::ClockExtended(_)
        | referral::Event::ClockCorrected(_)
        | referral::Event::ClockDueSoon(_)
        | referral::Event::ClockOverdue(_)
        | referral::Event::ClockSupervised(_)
        | referral::Event::Disputed(_)
        | referral::Event::DisputeWithdrawn(_)
        | referral::Event::ExternalBodyResponsible(_)
        | referral::Event::Ended(_)
        | referral::Event::Designated(_)
        | referral::Event::ExtensionRequested(_)
        | referral::Event::ExtensionRefused(_)
        | referral::Event::SupervisionOrdered(_)
        | referral::Event::SupervisionAnswered(_)
        | referral::Event::CoInvited(_)
        | referral::Event::CoJoined(_)
        | referral::Event::CoDeclined(_)
        | referral::Event::CoReported(_)
        | referral::Event::CoReleased(_)
        | referral::Event::LeadFinished(_)
        | referral::Event::HandedOver(_)
        | referral::Event::ExternalBodyReplied(_)
        | referral::Event::ClockStopped(_) => None,
    }
}
