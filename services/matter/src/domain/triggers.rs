//! What a specialist does on events of other services: custody brings a case and takes it away, windows take in
//! papers.

use onestop_directory::RunsFrom;
use onestop_proto::{
    acting_person::ActingPerson,
    clock::Stop,
    ids::{HandoffId, Topic},
    matter::{HandedBack, OtherSideEngaged, Received},
    referral::{Accepted, ApplicantsCorrected},
    time::Timestamp,
};

use super::{
    Context, Custody, Matter, SpecialistRules,
    approval::let_drafts_lapse,
    clocks::{start, stop_all},
    supplement::receive_supplement,
};

/// An event of another service that concerns a matter.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(
    clippy::large_enum_variant,
    reason = "one is made, decided on and dropped at a time"
)]
pub enum Trigger {
    CaseAccepted(Received),
    /// The case left the unit, by decision of custody.
    CaseLeft {
        handoff: HandoffId,
    },
    /// A person acts in the other side's case, in whatever service.
    OtherSideEngaged(ActingPerson),
    /// The window corrected who applies.
    ApplicantsCorrected(ApplicantsCorrected),
    /// A window took in papers.
    PapersReceived {
        materials: Vec<Topic>,
    },
}

impl From<&Accepted> for Trigger {
    fn from(accepted: &Accepted) -> Self {
        Self::CaseAccepted(Received {
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
            people: accepted.people,
            other_side: accepted.other_side.clone(),
            text_key: accepted.text_key,
        })
    }
}

/// Decides what follows from a trigger. What does not concern the matter decides on nothing.
///
/// # Errors
/// The rejection, if the matter has gone past it.
pub fn react<L: SpecialistRules>(
    matter: Option<&Matter<L>>,
    trigger: &Trigger,
    context: &Context<'_>,
) -> Result<Vec<L::Event>, L::Rejection> {
    match (trigger, matter) {
        (Trigger::CaseAccepted(received), _) => {
            let begun = L::begin(&Matter::received(received), received, context);
            let received = received.clone().into();
            Ok(std::iter::once(received).chain(begun).collect())
        }
        (Trigger::CaseLeft { handoff }, Some(matter))
            if matter.handoff == *handoff && matter.custody == Custody::WithUnit =>
        {
            let left = HandedBack {
                handoff: *handoff,
                open_dates: matter.critical_dates.open(),
            };
            let events = std::iter::once(left.into()).chain(stop_all(matter, Stop::Left));
            Ok(let_drafts_lapse(matter, events.collect()))
        }
        (Trigger::PapersReceived { materials }, Some(matter)) if L::awaits_papers(matter.step) => {
            let events = receive_supplement(matter, materials, context)?;
            Ok(let_drafts_lapse(matter, events))
        }
        (Trigger::OtherSideEngaged(person), Some(matter))
            if !matter.other_side.contains(person) =>
        {
            let person = person.clone();
            Ok(vec![OtherSideEngaged { person }.into()])
        }
        (Trigger::ApplicantsCorrected(corrected), Some(matter)) if !matter.has_ended() => {
            Ok(L::applicants_corrected(matter, *corrected))
        }
        (
            Trigger::CaseLeft { .. }
            | Trigger::OtherSideEngaged(_)
            | Trigger::ApplicantsCorrected(_)
            | Trigger::PapersReceived { .. },
            _,
        ) => Ok(Vec::new()),
    }
}

/// The clock that runs from the beginning of a matter.
pub fn first_clock<L: SpecialistRules>(
    begun: &Matter<L>,
    received: &Received,
    context: &Context<'_>,
) -> L::Event {
    let since = first_clock_since(received, L::INITIAL_CLOCK, context);
    let context = Context {
        happened_at: since,
        ..*context
    };
    start::<L>(L::INITIAL_CLOCK, begun, &context)
}

/// From when the first clock of a matter counts, as the directory has it of the step: never later than the unit took the
/// case.
fn first_clock_since(received: &Received, step: &str, context: &Context<'_>) -> Timestamp {
    let taken = context.happened_at;
    let on = taken.china_date();
    let directory = context.directory;
    let runs_from = step.parse().map_or(RunsFrom::Step, |step| {
        directory.runs_from(&step, received.division, on)
    });
    let counted = match runs_from {
        RunsFrom::Receipt => received.received_at,
        RunsFrom::Window => received.requested_at.or(received.received_at),
        RunsFrom::Notice => received
            .notice
            .as_ref()
            .map(|notice| Timestamp::start_of_china_day(notice.received_on)),
        RunsFrom::Step => None,
    };
    counted.map_or(taken, |counted| counted.min(taken))
}
