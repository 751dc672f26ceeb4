//! What referral does on events of other services. Pure.

use onestop_proto::{case, envelope::Envelope, narrowed, specialist};

use crate::domain::Trigger;

narrowed! {
    /// Intake's events that begin custody, or a referral.
    enum WindowRequest of case { Opened, ReferralRequested }
}

/// The trigger that an event is; `None` for events that do not concern custody.
///
/// # Errors
/// If the event's data does not fit its type.
pub fn trigger_of(envelope: &Envelope) -> Result<Option<Trigger>, serde_json::Error> {
    let raw = envelope.raw();
    if let Some(event) = raw.parse_if::<case::Event>()? {
        // An offer or a dispute may be open while the window ends the case.
        let ended = matches!(event, case::Event::Withdrawn(_) | case::Event::Closed(_));
        let request = WindowRequest::of(&event).map(WindowRequest::trigger);
        return Ok(request.or_else(|| ended.then_some(Trigger::CaseEnded)));
    }
    let Some(summary) = specialist::summarize(&raw)? else {
        return Ok(None);
    };
    // The bureau gave the order.
    let ordered = summary.correction.map(|_| Trigger::CorrectionOrdered {
        by: envelope.actor.unit.clone(),
    });
    let concluded = |outcome| Trigger::WorkConcluded { outcome };
    Ok(summary.outcome.map(concluded).or(ordered))
}

impl WindowRequest<'_> {
    fn trigger(self) -> Trigger {
        match self {
            Self::Opened(opened) => Trigger::CaseOpened {
                window: opened.window.clone(),
                division: opened.window_division,
                number: opened.number.clone(),
                text_key: opened.text_key,
            },
            Self::ReferralRequested(requested) => {
                Trigger::ReferralRequested(requested.subject.clone())
            }
        }
    }
}
