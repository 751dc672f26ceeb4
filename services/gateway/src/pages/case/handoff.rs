//! A handoff between two units, as a step of a case's history tells it. Pure.

use onestop_proto::{
    envelope::EventType as _,
    ids::UnitId,
    journal::ReplayStep,
    narrowed,
    referral::{self, Event},
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

narrowed! {
    /// The events of referral that are about a handoff.
    enum HandoffEvent of referral { Offered, Accepted, Returned, Completed, Declined, Recalled, Expired }
}

/// The handoff of a step. None: it is about something else, or its data cannot be read.
pub(super) fn of(step: &ReplayStep) -> Option<Handoff> {
    let event = Event::read(&step.event.event_type, &step.event.data);
    let event = event.ok().flatten()?;
    let (from, to, answer) = match HandoffEvent::of(&event)? {
        HandoffEvent::Offered(it) => (&it.from, &it.to, Answer::Open),
        HandoffEvent::Accepted(it) => (&it.from, &it.to, Answer::Moved),
        HandoffEvent::Returned(it) => (&it.from, &it.to, Answer::Moved),
        HandoffEvent::Completed(it) => (&it.from, &it.to, Answer::Moved),
        HandoffEvent::Declined(it) => (&it.by, &it.holder, Answer::Refused),
        HandoffEvent::Recalled(it) => (&it.to, &it.holder, Answer::Refused),
        HandoffEvent::Expired(it) => (&it.to, &it.holder, Answer::Refused),
    };
    (from != to).then(|| Handoff {
        from: from.clone(),
        to: to.clone(),
        answer,
    })
}
