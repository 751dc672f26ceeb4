//! The law of a legal aid matter. Pure.

mod decision;

use onestop_matter::domain::{Context, Law, Matter, receive_supplement, request_supplement};
use onestop_proto::{
    actor::ServiceName,
    ids::ServiceItem,
    legal_aid::{self, Command, Event, Means, Rejection, Step},
    text::Text,
};

/// 中华人民共和国法律援助法.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LegalAid;

/// What legal aid knows of a matter besides what all specialists do.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Details {
    /// How the applicant's means were determined, once they were.
    pub means: Option<Means>,
}

impl Law for LegalAid {
    type Step = Step;
    type Details = Details;
    type Event = Event;
    type Command = Command;
    type Rejection = Rejection;

    const FIRST: Step = Step::Review;
    const SUPPLEMENT: Step = Step::Supplement;
    const PAUSE: &'static str = "补正期间不计入审查期限（法律援助法第四十三条）";
    /// The review of an application: 7 days, art. 43.
    const FIRST_CLOCK: &'static str = "legal-aid.review";

    fn service() -> ServiceName {
        legal_aid::service()
    }

    fn item() -> ServiceItem {
        ServiceItem::legal_aid()
    }

    fn words(step: Step) -> Text {
        step.text()
    }

    fn possible(step: Step) -> &'static [&'static str] {
        match step {
            Step::Review => &["determine-means", "request-supplement", "grant", "refuse"],
            Step::Supplement => &["receive-supplement", "refuse"],
            Step::Granted => &["assign"],
            Step::Assigned => &["conclude"],
            Step::Refused | Step::Concluded | Step::HandedBack => &[],
        }
    }

    fn evolve(matter: Option<Matter<Self>>, event: &Event) -> Option<Matter<Self>> {
        if let Event::Received(received) = event {
            return Some(Matter::received(received));
        }
        let matter = matter?;
        Some(match event {
            Event::Received(_) => matter,
            Event::MeansDetermined(determined) => {
                let means = Some(determined.means);
                matter.with(Details { means })
            }
            Event::SupplementRequested(requested) => matter.waiting(requested),
            Event::SupplementReceived(received) => matter.supplied(received),
            Event::Granted(_) => matter.at(Step::Granted),
            Event::Refused(_) => matter.at(Step::Refused),
            Event::Assigned(_) => matter.at(Step::Assigned),
            Event::Concluded(_) => matter.at(Step::Concluded),
            Event::HandedBack(_) => matter.left(Step::HandedBack),
            Event::ClockStarted(started) => matter.clock_started(started),
            Event::ClockPaused(paused) => matter.clock_paused(paused),
            Event::ClockResumed(resumed) => matter.clock_resumed(resumed),
            Event::ClockStopped(_) => matter.clock_stopped(),
        })
    }

    fn decide(
        matter: &Matter<Self>,
        command: &Command,
        context: &Context<'_>,
    ) -> Result<Vec<Event>, Rejection> {
        match command {
            Command::DetermineMeans(determine) => decision::determine_means(matter, determine),
            Command::RequestSupplement(request) => {
                request_supplement(matter, &request.missing, context)
            }
            Command::ReceiveSupplement(receive) => {
                receive_supplement(matter, &receive.materials, context)
            }
            Command::Grant(_) => decision::grant(matter, context),
            Command::Refuse(refuse) => decision::refuse(matter, refuse),
            Command::Assign(assign) => decision::assign(matter, assign),
            Command::Conclude(_) => decision::conclude(matter),
        }
    }
}

#[cfg(test)]
mod tests;
