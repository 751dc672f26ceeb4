//! The law of a notarial matter. Pure.

mod application;
mod certificate;
mod review;

use onestop_matter::domain::{Context, Law, Matter, receive_supplement, request_supplement, stop};
use onestop_proto::{
    actor::ServiceName,
    clock::{Alarm, Stop},
    command::CommandType,
    ids::{ServiceItem, StaffId, Topic},
    matter,
    notarization::{self, Command, Event, Rejection, Step},
    text::Text,
};

/// 中华人民共和国公证法 and 公证程序规则.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Notarization;

/// What notarization knows of a matter besides what all specialists do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Details {
    /// What it is about.
    pub topic: Option<Topic>,
    /// Whether the party came in person.
    pub presence: Presence,
    /// Who told the parties meaning and consequences, once somebody did.
    pub told_by: Option<StaffId>,
    /// Who issued the certificate.
    pub notary: Option<StaffId>,
}

/// Whether the party came in person.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Presence {
    /// Not taken down.
    #[default]
    Unknown,
    /// In person.
    InPerson,
}

impl Law for Notarization {
    type Step = Step;
    type Details = Details;
    type Event = Event;
    type Command = Command;
    type Rejection = Rejection;

    const FIRST: Step = Step::Examination;
    const SUPPLEMENT: Step = Step::Supplement;
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
            Step::Examination => &[
                "accept",
                "tell-consequences",
                "appear-in-person",
                "request-supplement",
                "reduce-fee",
                "refuse",
                "terminate",
            ],
            Step::Supplement => &["receive-supplement", "refuse", "terminate"],
            Step::Accepted => &[
                "issue",
                "verify",
                "reduce-fee",
                "suspend",
                "refuse",
                "terminate",
            ],
            Step::Verifying => &["finish-verification", "refuse", "terminate"],
            Step::Suspended => &["continue", "terminate"],
            Step::Issued => &["ask-review"],
            Step::Reviewing => &["decide-review", "verify"],
            Step::ReviewVerifying => &["finish-verification"],
            Step::Reviewed => &["carry-out-review"],
            Step::Refused | Step::Terminated | Step::Settled | Step::HandedBack => &[],
        }
    }

    fn evolve(matter: Option<Matter<Self>>, event: &Event) -> Option<Matter<Self>> {
        if let Event::Received(received) = event {
            let details = Details {
                topic: Some(received.topic.clone()),
                ..Details::default()
            };
            return Some(Matter::received(received).with(details));
        }
        let matter = matter?;
        let details = matter.details.clone();
        Some(match event {
            Event::Received(_) | Event::FeeReduced(_) => matter,
            Event::Appeared(_) => {
                let presence = Presence::InPerson;
                matter.with(Details {
                    presence,
                    ..details
                })
            }
            Event::ConsequencesTold(told) => {
                let told_by = Some(told.told_by.clone());
                matter.with(Details { told_by, ..details })
            }
            Event::SupplementRequested(requested) => matter.waiting(requested),
            Event::SupplementReceived(received) => matter.supplied(received),
            Event::Accepted(_) | Event::Continued(_) => matter.at(Step::Accepted),
            Event::VerificationBegun(_) => {
                let reviewing = matter.step == Step::Reviewing;
                matter.at(if reviewing {
                    Step::ReviewVerifying
                } else {
                    Step::Verifying
                })
            }
            Event::VerificationDone(_) => {
                let reviewing = matter.step == Step::ReviewVerifying;
                matter.at(if reviewing {
                    Step::Reviewing
                } else {
                    Step::Accepted
                })
            }
            Event::Suspended(_) => matter.at(Step::Suspended),
            Event::Issued(issued) => {
                let notary = issued.notary.clone();
                matter.with(Details { notary, ..details }).at(Step::Issued)
            }
            Event::Refused(_) => matter.at(Step::Refused),
            Event::Terminated(_) => matter.at(Step::Terminated),
            Event::ReviewAsked(_) => matter.at(Step::Reviewing),
            Event::ReviewDecided(_) => matter.at(Step::Reviewed),
            Event::ReviewCarriedOut(_) => matter.at(Step::Settled),
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
        if !Self::possible(matter.step).contains(&command.name()) {
            return Err(matter.not_now().into());
        }
        match command {
            Command::AppearInPerson(_) => Ok(application::appear(matter)),
            Command::TellConsequences(_) => Ok(application::tell(context)),
            Command::RequestSupplement(request) => {
                request_supplement(matter, &request.missing, context)
            }
            Command::ReceiveSupplement(receive) => {
                receive_supplement(matter, &receive.materials, context)
            }
            Command::ReduceFee(reduce) => application::reduce_fee(reduce),
            Command::AcceptApplication(_) => application::accept(matter, context),
            Command::Refuse(refuse) => Ok(application::refuse(matter, refuse)),
            Command::Terminate(terminate) => Ok(application::terminate(matter, terminate)),
            Command::Verify(verify) => certificate::verify(matter, verify, context),
            Command::FinishVerification(finish) => {
                certificate::finish_verification(matter, finish, context)
            }
            Command::Suspend(suspend) => certificate::suspend(matter, suspend, context),
            Command::Continue(_) => Ok(certificate::go_on(matter, context)),
            Command::Issue(issue) => certificate::issue(matter, issue, context),
            Command::AskReview(ask) => review::ask(matter, ask, context),
            Command::DecideReview(decide) => review::decide(matter, decide, context),
            Command::CarryOutReview(_) => Ok(review::carry_out(matter)),
        }
    }
}

/// What happened, and the end of the clock that measured the way to it.
fn done(matter: &Matter<Notarization>, event: impl Into<Event>) -> impl Iterator<Item = Event> {
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
