//! A handoff between two units, as a step of a case's history tells it. Pure.

use std::any::Any;

use onestop_proto::{
    envelope::EventType as _,
    ids::UnitId,
    journal::ReplayStep,
    referral::{Accepted, Completed, Declined, Event, Expired, Offered, Recalled, Returned},
};

/// An arrow of the swimlane.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Handoff {
    pub(super) from: UnitId,
    pub(super) to: UnitId,
    pub(super) answer: Answer,
}

/// What became of custody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Answer {
    /// Offered (转办): nothing has moved yet.
    Open,
    /// Moved: accepted (签收), brought back with or without a result, handed over.
    Moved,
    /// Not moved: declined (拒收), recalled (撤回) or expired (逾期).
    Refused,
}

/// The handoff of a step. None: it is about something else, or its data cannot be read.
pub(super) fn of(step: &ReplayStep) -> Option<Handoff> {
    let event = Event::read(&step.event.event_type, &step.event.data)
        .ok()
        .flatten()?;
    let handoff = ends(event.payload())?;
    (handoff.from != handoff.to).then_some(handoff)
}

fn ends(event: &dyn Any) -> Option<Handoff> {
    let arrow = |from: &UnitId, to: &UnitId, answer| {
        let (from, to) = (from.clone(), to.clone());
        Some(Handoff { from, to, answer })
    };
    if let Some(it) = event.downcast_ref::<Offered>() {
        return arrow(&it.from, &it.to, Answer::Open);
    }
    if let Some(it) = event.downcast_ref::<Accepted>() {
        return arrow(&it.from, &it.to, Answer::Moved);
    }
    if let Some(it) = event.downcast_ref::<Returned>() {
        return arrow(&it.from, &it.to, Answer::Moved);
    }
    if let Some(it) = event.downcast_ref::<Completed>() {
        return arrow(&it.from, &it.to, Answer::Moved);
    }
    if let Some(it) = event.downcast_ref::<Declined>() {
        return arrow(&it.by, &it.holder, Answer::Refused);
    }
    if let Some(it) = event.downcast_ref::<Recalled>() {
        return arrow(&it.to, &it.holder, Answer::Refused);
    }
    let it = event.downcast_ref::<Expired>()?;
    arrow(&it.to, &it.holder, Answer::Refused)
}
