//! The law of a mediation matter. Pure.

mod agreement;
mod consent;

use onestop_matter::domain::{
    Context, Law, Matter, extend, receive_supplement, request_supplement, stop,
};
use onestop_proto::{
    actor::ServiceName,
    clock::{Alarm, Stop},
    ids::{ServiceItem, Topic},
    matter,
    mediation::{self, Command, Event, Rejection, Step},
    text::Text,
};

/// 中华人民共和国人民调解法.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mediation;

/// What mediation knows of a matter besides what all specialists do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Details {
    /// What the dispute is about.
    pub topic: Option<Topic>,
    /// Whether the other party has agreed; the applicant did by applying.
    pub consent: Consent,
}

/// Whether the other party has agreed to mediation.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Consent {
    /// Not asked yet, or not answered.
    #[default]
    Awaited,
    /// Agreed.
    Given,
}

impl Law for Mediation {
    type Step = Step;
    type Details = Details;
    type Event = Event;
    type Command = Command;
    type Rejection = Rejection;

    const FIRST: Step = Step::Consent;
    const SUPPLEMENT: Step = Step::Supplement;
    /// Until it is accepted or not: a local promise, dated data of the directory.
    const FIRST_CLOCK: &'static str = "mediation.accept";

    fn service() -> ServiceName {
        mediation::service()
    }

    fn item() -> ServiceItem {
        ServiceItem::mediation()
    }

    fn words(step: Step) -> Text {
        step.text()
    }

    fn possible(step: Step) -> &'static [&'static str] {
        match step {
            Step::Consent => &[
                "consent",
                "refuse-by-party",
                "request-supplement",
                "not-accept",
                "accept",
            ],
            Step::Supplement => &["receive-supplement", "refuse-by-party", "not-accept"],
            Step::Accepted => &[
                "name-mediators",
                "refuse-by-party",
                "report-danger",
                "extend",
            ],
            Step::Mediating => &[
                "agree-in-writing",
                "agree-orally",
                "fail",
                "refuse-by-party",
                "name-mediators",
                "report-danger",
                "extend",
            ],
            Step::AgreedInWriting => &["ask-court", "perform", "break"],
            Step::AgreedOrally | Step::Confirmed => &["perform", "break"],
            Step::AtCourt => &["confirm", "not-confirm"],
            Step::Performed
            | Step::Broken
            | Step::Failed
            | Step::Refused
            | Step::NotAccepted
            | Step::NotConfirmed => &["archive"],
            Step::Archived | Step::HandedBack => &[],
        }
    }

    fn evolve(matter: Option<Matter<Self>>, event: &Event) -> Option<Matter<Self>> {
        if let Event::Received(received) = event {
            let topic = Some(received.topic.clone());
            let consent = Consent::Awaited;
            return Some(Matter::received(received).with(Details { topic, consent }));
        }
        let matter = matter?;
        Some(match event {
            Event::Received(_) | Event::DangerReported(_) => matter,
            Event::Consented(_) => {
                let topic = matter.details.topic.clone();
                let consent = Consent::Given;
                matter.with(Details { topic, consent })
            }
            Event::PartyRefused(_) => matter.at(Step::Refused),
            Event::SupplementRequested(requested) => matter.waiting(requested),
            Event::SupplementReceived(received) => matter.supplied(received),
            Event::NotAccepted(_) => matter.at(Step::NotAccepted),
            Event::Accepted(_) => matter.at(Step::Accepted),
            Event::MediatorsNamed(_) => matter.at(Step::Mediating),
            Event::AgreedInWriting(_) => matter.at(Step::AgreedInWriting),
            Event::AgreedOrally(_) => matter.at(Step::AgreedOrally),
            Event::CourtAsked(_) => matter.at(Step::AtCourt),
            Event::Confirmed(_) => matter.at(Step::Confirmed),
            Event::NotConfirmed(_) => matter.at(Step::NotConfirmed),
            Event::Performed(_) => matter.at(Step::Performed),
            Event::Broken(_) => matter.at(Step::Broken),
            Event::Failed(_) => matter.at(Step::Failed),
            Event::Archived(_) => matter.at(Step::Archived),
            Event::HandedBack(_) => matter.left(Step::HandedBack),
            Event::ClockStarted(started) => matter.clock_started(started),
            Event::ClockPaused(paused) => matter.clock_paused(paused),
            Event::ClockResumed(resumed) => matter.clock_resumed(resumed),
            Event::ClockExtended(extended) => matter.clock_extended(extended),
            Event::ClockCorrected(corrected) => matter.clock_corrected(corrected),
            Event::ClockDueSoon(_) => matter.clock_told(Alarm::DueSoon),
            Event::ClockOverdue(_) => matter.clock_told(Alarm::Overdue),
            Event::ClockSupervised(supervised) => matter.clock_supervised(supervised),
            Event::ClockStopped(_) => matter.clock_stopped(),
        })
    }

    fn decide(
        matter: &Matter<Self>,
        command: &Command,
        context: &Context<'_>,
    ) -> Result<Vec<Event>, Rejection> {
        allowed(matter, command)?;
        match command {
            Command::RequestSupplement(request) => {
                request_supplement(matter, &request.missing, context)
            }
            Command::ReceiveSupplement(receive) => {
                receive_supplement(matter, &receive.materials, context)
            }
            Command::Consent(consent) => consent::consent(matter, consent),
            Command::RefuseByParty(refuse) => Ok(consent::refuse(matter, refuse)),
            Command::NotAccept(not) => Ok(consent::not_accept(matter, not)),
            Command::Accept(_) => consent::accept(matter, context),
            Command::NameMediators(name) => consent::name_mediators(name),
            Command::Extend(more) => extend(matter, more, context),
            Command::ReportDanger(report) => agreement::report_danger(report),
            Command::AgreeInWriting(agree) => agreement::in_writing(matter, agree, context),
            Command::AgreeOrally(_) => Ok(agreement::orally(matter)),
            Command::AskCourt(ask) => agreement::ask_court(matter, ask, context),
            Command::Confirm(confirm) => agreement::confirm(confirm),
            Command::NotConfirm(not) => agreement::not_confirm(not),
            Command::Perform(_) => Ok(agreement::perform(matter)),
            Command::Break(broken) => agreement::broken(matter, broken),
            Command::Fail(fail) => agreement::fail(matter, fail),
            Command::Archive(archive) => agreement::archive(archive),
        }
    }
}

/// Only what is possible at a step is done there.
fn allowed(matter: &Matter<Mediation>, command: &Command) -> Result<(), Rejection> {
    use onestop_proto::command::CommandType;
    if Mediation::possible(matter.step).contains(&command.name()) {
        Ok(())
    } else {
        Err(matter.not_now().into())
    }
}

/// What happened, and the end of the clock that measured the way to it.
fn done(matter: &Matter<Mediation>, event: impl Into<Event>) -> impl Iterator<Item = Event> {
    std::iter::once(event.into()).chain(stop(matter, Stop::Done))
}

/// Something that has to be filled in.
fn filled(field: &str, text: &str) -> Result<(), Rejection> {
    if text.trim().is_empty() {
        let field = field.to_owned();
        return Err(matter::Rejection::Incomplete { field }.into());
    }
    Ok(())
}

#[cfg(test)]
mod tests;
