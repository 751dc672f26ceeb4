//! What referral makes of the others' events. Pure.

use onestop_proto::{case, envelope::Envelope, specialist};

use crate::domain::{Prompt, Wanted};

/// What an event prompts; nothing for those that do not concern custody.
///
/// # Errors
/// If the event's data does not fit its type.
pub fn hear(envelope: &Envelope) -> Result<Option<Prompt>, serde_json::Error> {
    let raw = envelope.raw();
    if let Some(event) = raw.parse_if::<case::Event>()? {
        return Ok(from_intake(event));
    }
    let told = specialist::summarize(&raw)?;
    let outcome = told.and_then(|told| told.outcome);
    Ok(outcome.map(|outcome| Prompt::Finished { outcome }))
}

fn from_intake(event: case::Event) -> Option<Prompt> {
    match event {
        case::Event::Opened(opened) => Some(Prompt::Opened {
            window: opened.window,
            division: opened.window_division,
            number: opened.number,
        }),
        case::Event::ReferralRequested(requested) => Some(Prompt::ReferralRequested(Wanted {
            item: requested.item,
            topic: requested.topic,
            place: requested.place,
            urgent: requested.urgent,
            opposed_to: requested.opposed_to,
        })),
        // A unit may be asked, or a supervisor, while the window ends what nobody took.
        case::Event::Withdrawn(_) | case::Event::Closed(_) => Some(Prompt::CaseEnded),
        case::Event::Answered(_)
        | case::Event::MaterialReceived(_)
        | case::Event::HolderNoted(_)
        | case::Event::CameBack(_)
        | case::Event::ResultNoted(_)
        | case::Event::Rated(_)
        | case::Event::Archived(_)
        | case::Event::Erased(_)
        | case::Event::Corrected(_)
        | case::Event::Merged(_)
        | case::Event::NoticeGiven(_)
        | case::Event::AttachmentAdded(_)
        | case::Event::HomeVisited(_)
        | case::Event::FollowedUp(_)
        | case::Event::Redone(_)
        | case::Event::Reopened(_)
        | case::Event::ClockStarted(_)
        | case::Event::ClockStopped(_)
        | case::Event::ClockCorrected(_)
        | case::Event::ClockDueSoon(_)
        | case::Event::ClockOverdue(_)
        | case::Event::ClockSupervised(_) => None,
    }
}
