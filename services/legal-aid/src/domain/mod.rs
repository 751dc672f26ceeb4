//! The law of a legal aid matter. Pure.

mod application;
mod assignment;
mod ending;
mod file;

use onestop_matter::domain::{Context, Law, Matter, receive_supplement, request_supplement, stop};
use onestop_proto::{
    actor::ServiceName,
    clock::{Alarm, Stop},
    command::CommandType,
    ids::ServiceItem,
    legal_aid::{self, Command, Event, Gravity, Means, Rejection, Step},
    matter,
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
    /// How grave the case is, where a criminal organ notified the agency.
    pub notified: Option<Gravity>,
    /// Whether somebody gives the aid already.
    pub aid: Aid,
}

/// Whether somebody gives the aid already.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Aid {
    /// Nobody yet.
    #[default]
    ToBeAssigned,
    /// Somebody does, the formalities following (先行提供).
    GivenFirst,
}

impl Law for LegalAid {
    type Step = Step;
    type Details = Details;
    type Event = Event;
    type Command = Command;
    type Rejection = Rejection;

    const FIRST: Step = Step::Review;
    const SUPPLEMENT: Step = Step::Supplement;
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
            Step::Review => &[
                "determine-means",
                "grant",
                "refuse",
                "request-supplement",
                "ask-cooperation",
                "provide-first",
                "take-notice",
                "record-forwarding",
            ],
            Step::Supplement => &["receive-supplement", "deem-withdrawn", "refuse"],
            Step::Cooperation => &["receive-cooperation", "refuse"],
            Step::UrgentFirst => &["determine-means", "grant", "terminate"],
            Step::Notified => &["assign"],
            Step::Granted => &["assign", "terminate"],
            Step::Assigned => &["contract", "reassign", "inform-organ", "terminate"],
            Step::Working => &["conclude", "reassign", "inform-organ", "terminate"],
            Step::Concluded => &["submit-file"],
            Step::FileSubmitted => &["archive", "return-file"],
            Step::Refused | Step::Terminated => &["object"],
            Step::Objected => &["decide-objection"],
            Step::Archived
            | Step::Upheld
            | Step::Corrected
            | Step::DeemedWithdrawn
            | Step::HandedBack => &[],
        }
    }

    fn evolve(matter: Option<Matter<Self>>, event: &Event) -> Option<Matter<Self>> {
        if let Event::Received(received) = event {
            return Some(Matter::received(received));
        }
        let matter = matter?;
        let details = matter.details;
        Some(match event {
            Event::Received(_) | Event::Forwarded(_) | Event::OrganInformed(_) => matter,
            Event::MeansDetermined(determined) => {
                let means = Some(determined.means);
                matter.with(Details { means, ..details })
            }
            Event::SupplementRequested(requested) => matter.waiting(requested),
            Event::SupplementReceived(received) => matter.supplied(received),
            Event::DeemedWithdrawn(_) => matter.at(Step::DeemedWithdrawn),
            Event::CooperationAsked(_) => matter.at(Step::Cooperation),
            Event::CooperationAnswered(_) => matter.at(Step::Review),
            Event::ProvidedFirst(_) => {
                let aid = Aid::GivenFirst;
                matter
                    .with(Details { aid, ..details })
                    .at(Step::UrgentFirst)
            }
            Event::Notified(notified) => {
                let notified = Some(notified.gravity);
                matter
                    .with(Details {
                        notified,
                        ..details
                    })
                    .at(Step::Notified)
            }
            // Whoever gives the aid already goes on giving it.
            Event::Granted(_) => matter.at(match details.aid {
                Aid::GivenFirst => Step::Assigned,
                Aid::ToBeAssigned => Step::Granted,
            }),
            Event::Refused(_) => matter.at(Step::Refused),
            Event::Assigned(_) | Event::Reassigned(_) => matter.at(Step::Assigned),
            Event::Contracted(_) => matter.at(Step::Working),
            Event::Concluded(_) | Event::FileReturned(_) => matter.at(Step::Concluded),
            Event::FileSubmitted(_) => matter.at(Step::FileSubmitted),
            Event::Archived(_) => matter.at(Step::Archived),
            Event::Terminated(_) => matter.at(Step::Terminated),
            Event::Objected(_) => matter.at(Step::Objected),
            Event::ObjectionDecided(decided) => matter.at(match decided.ruling {
                legal_aid::Ruling::Uphold => Step::Upheld,
                legal_aid::Ruling::Correct => Step::Corrected,
            }),
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
            Command::RecordForwarding(record) => application::forwarded(record, context),
            Command::DetermineMeans(determine) => Ok(application::determine_means(determine)),
            Command::RequestSupplement(request) => {
                request_supplement(matter, &request.missing, context)
            }
            Command::ReceiveSupplement(receive) => {
                receive_supplement(matter, &receive.materials, context)
            }
            Command::DeemWithdrawn(_) => Ok(application::deem_withdrawn(matter)),
            Command::AskCooperation(ask) => application::ask_cooperation(matter, ask, context),
            Command::ReceiveCooperation(receive) => {
                application::receive_cooperation(matter, receive, context)
            }
            Command::Grant(_) => application::grant(matter, context),
            Command::Refuse(refuse) => Ok(application::refuse(matter, refuse)),
            Command::ProvideFirst(first) => assignment::provide_first(first),
            Command::TakeNotice(notice) => assignment::take_notice(matter, notice, context),
            Command::Assign(assign) => assignment::assign(matter, assign, context),
            Command::Reassign(again) => assignment::reassign(matter, again, context),
            Command::InformOrgan(inform) => assignment::inform_organ(matter, inform),
            Command::Contract(contract) => file::contract(matter, contract),
            Command::Conclude(_) => Ok(file::conclude(matter, context)),
            Command::SubmitFile(submit) => file::submit(matter, submit, context),
            Command::ReturnFile(give_back) => file::give_back(matter, give_back, context),
            Command::Archive(archive) => Ok(file::archive(matter, archive)),
            Command::Terminate(terminate) => Ok(ending::terminate(matter, terminate)),
            Command::Object(_) => Ok(ending::object(matter, context)),
            Command::DecideObjection(decide) => ending::decide_objection(matter, decide),
        }
    }
}

/// What happened, and the end of the clock that measured the way to it.
fn done(matter: &Matter<LegalAid>, event: impl Into<Event>) -> impl Iterator<Item = Event> {
    std::iter::once(event.into()).chain(stop(matter, Stop::Done))
}

/// Something that has to be filled in.
fn filled(fields: &[(&str, &str)]) -> Result<(), Rejection> {
    let empty = fields.iter().find(|(_, text)| text.trim().is_empty());
    empty.map_or(Ok(()), |(field, _)| {
        let field = (*field).to_owned();
        Err(matter::Rejection::Incomplete { field }.into())
    })
}

#[cfg(test)]
mod tests;
