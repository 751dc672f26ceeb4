//! What referral does on events of other services. Pure.

use onestop_proto::{
    acting_person::ActingPerson, case, envelope::Envelope, narrowed, referral::ApplicantsCorrected,
    routing::Urgency, specialist,
};

use crate::domain::Trigger;

narrowed! {
    /// Intake's events that begin custody, or a referral, or say who applies and whether they can wait.
    enum WindowRequest of case { Opened, ReferralRequested, Corrected, MarkedUrgent, UrgencyLifted }
}

/// What an event means for custody.
#[derive(Debug, Default)]
pub struct Meaning {
    /// None of events that do not concern custody.
    pub trigger: Option<Trigger>,
    /// The people who came to act in the case by it.
    pub people: Vec<ActingPerson>,
}

/// What an event means.
///
/// # Errors
/// If the event's data does not fit its type.
pub fn meaning_of(envelope: &Envelope) -> Result<Meaning, serde_json::Error> {
    let raw = envelope.raw();
    if let Some(event) = raw.parse_if::<case::Event>()? {
        // An offer or a dispute may be open while the window ends the case.
        let ended = matches!(event, case::Event::Withdrawn(_) | case::Event::Closed(_));
        let request = WindowRequest::of(&event).and_then(WindowRequest::trigger);
        let trigger = request.or_else(|| ended.then_some(Trigger::CaseEnded));
        return Ok(Meaning {
            trigger,
            ..Meaning::default()
        });
    }
    let Some(summary) = specialist::summarize(&raw)? else {
        return Ok(Meaning::default());
    };
    // The bureau gave the order.
    let ordered = summary.correction.map(|_| Trigger::CorrectionOrdered {
        by: envelope.actor.unit.clone(),
    });
    let concluded = |outcome| Trigger::WorkConcluded { outcome };
    Ok(Meaning {
        trigger: summary.outcome.map(concluded).or(ordered),
        people: summary.acting,
    })
}

impl WindowRequest<'_> {
    fn trigger(self) -> Option<Trigger> {
        Some(match self {
            Self::Opened(opened) => Trigger::CaseOpened {
                window: opened.window.clone(),
                division: opened.window_division,
                number: opened.number.clone(),
                text_key: opened.text_key,
            },
            Self::ReferralRequested(requested) => {
                Trigger::ReferralRequested(requested.subject.clone())
            }
            Self::MarkedUrgent(_) => Trigger::UrgencyChanged(Urgency::Urgent),
            Self::UrgencyLifted(_) => Trigger::UrgencyChanged(Urgency::Ordinary),
            Self::Corrected(corrected) => {
                corrected.applicant.as_ref()?;
                Trigger::ApplicantsCorrected(ApplicantsCorrected {
                    people: corrected.people,
                    respondents: corrected.respondents,
                })
            }
        })
    }
}
