//! The rules of a mediation matter. Pure.

mod agreement;
mod consent;

use onestop_matter::domain::{
    Context, Matter, SpecialistRules, end_step, extend, receive_supplement, request_supplement,
    require_texts,
};
use onestop_proto::{
    actor::ServiceName,
    ids::{ServiceItem, Topic},
    matter::{Received, SupplementRequested},
    mediation::{self, Command, Event, Rejection, Step},
    text::Text,
};

/// 中华人民共和国人民调解法.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MediationRules;

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
    /// Not answered yet.
    #[default]
    Awaited,
    Agreed,
}

impl SpecialistRules for MediationRules {
    type Step = Step;
    type Details = Details;
    type Event = Event;
    type Command = Command;
    type Rejection = Rejection;

    const INITIAL_STEP: Step = Step::Consent;
    const SUPPLEMENT_STEP: Step = Step::Supplement;
    const HANDED_BACK_STEP: Step = Step::HandedBack;
    const INITIAL_CLOCK: &'static str = mediation::INITIAL_CLOCK;

    fn service() -> ServiceName {
        mediation::service()
    }

    fn item() -> ServiceItem {
        ServiceItem::mediation()
    }

    fn label(step: Step) -> Text {
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

    fn initial_details(received: &Received) -> Details {
        let topic = Some(received.topic.clone());
        let consent = Consent::Awaited;
        Details { topic, consent }
    }

    fn evolve(matter: Matter<Self>, event: &Event) -> Matter<Self> {
        match event {
            Event::DangerReported(_) => matter,
            Event::Consented(_) => {
                let topic = matter.details.topic.clone();
                let consent = Consent::Agreed;
                matter.with(Details { topic, consent })
            }
            Event::PartyRefused(_) => matter.at(Step::Refused),
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
            // The events of all specialists are folded for all of them.
            Event::Received(_)
            | Event::SupplementRequested(_)
            | Event::SupplementReceived(_)
            | Event::HandedBack(_)
            | Event::ClockStarted(_)
            | Event::ClockPaused(_)
            | Event::ClockResumed(_)
            | Event::ClockExtended(_)
            | Event::ClockCorrected(_)
            | Event::ClockDueSoon(_)
            | Event::ClockOverdue(_)
            | Event::ClockSupervised(_)
            | Event::ClockStopped(_) => matter,
        }
    }

    fn decide(
        matter: &Matter<Self>,
        command: &Command,
        context: &Context<'_>,
    ) -> Result<Vec<Event>, Rejection> {
        match command {
            Command::RequestSupplement(request) => {
                let requested = SupplementRequested::of(request.missing.clone());
                request_supplement(matter, requested, context)
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

#[cfg(test)]
mod tests;
