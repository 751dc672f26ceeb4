//! What a specialist does on events of other services. Pure.

use onestop_proto::{
    case,
    envelope::Envelope,
    ids::{CaseId, ServiceItem, Topic},
    narrowed, referral,
};

use crate::domain::Trigger;

narrowed! {
    /// Referral's events that bring a case to a unit, or take it away, or say what its work there rests on.
    enum CustodyEvent of referral { Accepted, Returned, OtherSideEngaged, ApplicantsCorrected }
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
        Some(
            CustodyEvent::Accepted(_)
            | CustodyEvent::Returned(_)
            | CustodyEvent::OtherSideEngaged(_)
            | CustodyEvent::ApplicantsCorrected(_),
        )
        | None => Vec::new(),
    })
}

fn of_custody(event: CustodyEvent<'_>, item: &ServiceItem) -> Option<Trigger> {
    match event {
        CustodyEvent::Accepted(accepted) if accepted.item == *item => Some(accepted.into()),
        CustodyEvent::Accepted(_) => None,
        CustodyEvent::Returned(returned) => Some(Trigger::CaseLeft {
            handoff: returned.handoff,
        }),
        CustodyEvent::OtherSideEngaged(engaged) => {
            Some(Trigger::OtherSideEngaged(engaged.person.clone()))
        }
        CustodyEvent::ApplicantsCorrected(corrected) => {
            Some(Trigger::ApplicantsCorrected(*corrected))
        }
    }
}
