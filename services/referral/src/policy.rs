//! What referral makes of the others' events. Pure.

use onestop_proto::{case, envelope::Envelope, legal_aid, notarization, referral::Outcome};

use crate::domain::Prompt;

/// What an event prompts; nothing for those that do not concern custody.
///
/// # Errors
/// If the event's data does not fit its type.
pub fn hear(envelope: &Envelope) -> Result<Option<Prompt>, serde_json::Error> {
    let raw = envelope.raw();
    if let Some(event) = raw.parse_if::<case::Event>()? {
        return Ok(from_intake(event));
    }
    if let Some(event) = raw.parse_if::<legal_aid::Event>()? {
        return Ok(match event {
            legal_aid::Event::Concluded(_) => Some(Prompt::Finished {
                outcome: Outcome::Granted,
            }),
            legal_aid::Event::Refused(_) => Some(Prompt::Finished {
                outcome: Outcome::Refused,
            }),
            legal_aid::Event::Received(_)
            | legal_aid::Event::MeansDetermined(_)
            | legal_aid::Event::SupplementRequested(_)
            | legal_aid::Event::SupplementReceived(_)
            | legal_aid::Event::Granted(_)
            | legal_aid::Event::Assigned(_)
            | legal_aid::Event::HandedBack(_)
            | legal_aid::Event::ClockStarted(_)
            | legal_aid::Event::ClockPaused(_)
            | legal_aid::Event::ClockResumed(_)
            | legal_aid::Event::ClockStopped(_) => None,
        });
    }
    if let Some(event) = raw.parse_if::<notarization::Event>()? {
        return Ok(match event {
            notarization::Event::Issued(_) => Some(Prompt::Finished {
                outcome: Outcome::Granted,
            }),
            notarization::Event::Refused(_) => Some(Prompt::Finished {
                outcome: Outcome::Refused,
            }),
            notarization::Event::Received(_)
            | notarization::Event::SupplementRequested(_)
            | notarization::Event::SupplementReceived(_)
            | notarization::Event::Accepted(_)
            | notarization::Event::HandedBack(_)
            | notarization::Event::ClockStarted(_)
            | notarization::Event::ClockPaused(_)
            | notarization::Event::ClockResumed(_)
            | notarization::Event::ClockStopped(_) => None,
        });
    }
    Ok(None)
}

fn from_intake(event: case::Event) -> Option<Prompt> {
    match event {
        case::Event::Opened(opened) => Some(Prompt::Opened {
            window: opened.window,
            division: opened.window_division,
            number: opened.number,
        }),
        case::Event::ReferralRequested(requested) => Some(Prompt::ReferralRequested {
            item: requested.item,
            topic: requested.topic,
            place: requested.place,
        }),
        case::Event::Answered(_)
        | case::Event::MaterialReceived(_)
        | case::Event::HolderNoted(_)
        | case::Event::CameBack(_)
        | case::Event::ResultNoted(_)
        | case::Event::Withdrawn(_)
        | case::Event::Rated(_)
        | case::Event::Closed(_)
        | case::Event::Archived(_) => None,
    }
}
