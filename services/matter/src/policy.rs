//! What a specialist does on events of other services. Pure.

use onestop_proto::{
    case,
    envelope::Envelope,
    ids::{CaseId, ServiceItem, Topic},
    matter::Received,
    narrowed, referral,
};

use crate::domain::Trigger;

narrowed! {
    /// Referral's events that bring a case to a unit, or take it away.
    enum CustodyEvent of referral { Accepted, Returned }
}

narrowed! {
    /// Intake's events about papers that a window took in.
    enum PaperEvent of case { MaterialReceived }
}

/// The trigger that an event is for matters of this item; `None` for events that concern none.
///
/// # Errors
/// If the event's data does not fit its type.
pub(crate) fn trigger_of(
    event: &Envelope,
    item: &ServiceItem,
) -> Result<Option<Trigger>, serde_json::Error> {
    let raw = event.raw();
    if let Some(event) = raw.parse_if::<referral::Event>()? {
        return Ok(CustodyEvent::of(&event).and_then(|event| of_custody(event, item)));
    }
    let event = raw.parse_if::<case::Event>()?;
    let papers = event.as_ref().and_then(PaperEvent::of);
    Ok(papers.map(|PaperEvent::MaterialReceived(received)| {
        let kinds = received.materials.iter().map(|one| one.kind.clone());
        let materials: Vec<Topic> = kinds.collect();
        Trigger::PapersReceived { materials }
    }))
}

/// The other side's cases, where a unit accepted one of this item.
///
/// # Errors
/// If the event's data does not fit its type.
pub(crate) fn opposing_cases(
    event: &Envelope,
    item: &ServiceItem,
) -> Result<Vec<CaseId>, serde_json::Error> {
    let event = event.raw().parse_if::<referral::Event>()?;
    Ok(match event.as_ref().and_then(CustodyEvent::of) {
        Some(CustodyEvent::Accepted(accepted)) if accepted.item == *item => {
            accepted.opposing.clone()
        }
        Some(CustodyEvent::Accepted(_) | CustodyEvent::Returned(_)) | None => Vec::new(),
    })
}

fn of_custody(event: CustodyEvent<'_>, item: &ServiceItem) -> Option<Trigger> {
    match event {
        CustodyEvent::Accepted(accepted) if accepted.item == *item => {
            Some(Trigger::CaseAccepted(Received {
                handoff: accepted.handoff,
                unit: accepted.to.clone(),
                division: accepted.to_division,
                topic: accepted.topic.clone(),
                number: accepted.number.clone(),
                requested_at: accepted.requested_at,
                received_at: accepted.received_at,
                taken_at: Some(accepted.at),
                notice: accepted.notice.clone(),
                respondents: accepted.respondents,
            }))
        }
        CustodyEvent::Accepted(_) => None,
        CustodyEvent::Returned(returned) => Some(Trigger::CaseLeft {
            handoff: returned.handoff,
        }),
    }
}
