//! The law of a notarial matter. Pure.

mod decision;

use onestop_matter::domain::{Context, Law, Matter, receive_supplement, request_supplement};
use onestop_proto::{
    actor::ServiceName,
    ids::ServiceItem,
    notarization::{self, Command, Event, Rejection, Step},
    text::Text,
};

/// 中华人民共和国公证法 and 公证程序规则.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Notarization;

impl Law for Notarization {
    type Step = Step;
    type Details = ();
    type Event = Event;
    type Command = Command;
    type Rejection = Rejection;

    const FIRST: Step = Step::Examination;
    const SUPPLEMENT: Step = Step::Supplement;
    const PAUSE: &'static str =
        "补充材料期间不计入期限（公证法：不可抗力、补充证明材料、核实情况所需时间除外）";
    /// The examination before acceptance (受理审查): a local promise, dated data of the directory.
    const FIRST_CLOCK: &'static str = "notarization.examine";

    fn service() -> ServiceName {
        notarization::service()
    }

    fn item() -> ServiceItem {
        ServiceItem::notarization()
    }

    fn words(step: Step) -> Text {
        step.text()
    }

    fn possible(step: Step) -> &'static [&'static str] {
        match step {
            Step::Examination => &["request-supplement", "accept", "refuse"],
            Step::Supplement => &["receive-supplement", "refuse"],
            Step::Accepted => &["issue", "refuse"],
            Step::Refused | Step::Issued | Step::HandedBack => &[],
        }
    }

    fn evolve(matter: Option<Matter<Self>>, event: &Event) -> Option<Matter<Self>> {
        if let Event::Received(received) = event {
            return Some(Matter::received(received));
        }
        let matter = matter?;
        Some(match event {
            Event::Received(_) => matter,
            Event::SupplementRequested(requested) => matter.waiting(requested),
            Event::SupplementReceived(received) => matter.supplied(received),
            Event::Accepted(_) => matter.at(Step::Accepted),
            Event::Issued(_) => matter.at(Step::Issued),
            Event::Refused(_) => matter.at(Step::Refused),
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
            Command::RequestSupplement(request) => {
                request_supplement(matter, &request.missing, context)
            }
            Command::ReceiveSupplement(receive) => {
                receive_supplement(matter, &receive.materials, context)
            }
            Command::AcceptApplication(_) => decision::accept(matter, context),
            Command::Issue(issue) => decision::issue(matter, issue),
            Command::Refuse(refuse) => decision::refuse(matter, refuse),
        }
    }
}

#[cfg(test)]
mod tests;
