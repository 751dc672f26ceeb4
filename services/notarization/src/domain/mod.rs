//! The rules of a notarial matter. Pure.

mod application;
mod approval;
mod certificate;
mod details;
mod possible;
mod review;

use onestop_matter::domain::{
    Context, Draft, Matter, Party, SpecialistRules, approve_decision, decide_alone, draft_decision,
    draft_lapsed, end_step, fits_approval, receive_supplement, request_supplement,
    require_impartial, require_texts, send_back_decision,
};
use onestop_proto::{
    actor::ServiceName,
    ids::{ServiceItem, StaffId},
    matter::{Received, SupplementRequested},
    notarization::{self, Command, Event, Rejection, Step},
    query::RecordedPerson,
    referral::ApplicantsCorrected,
    text::Text,
};

pub use details::{Details, Phase, Presence};

/// The events that a command causes, or why it is refused.
pub(crate) type Decision = Result<Vec<Event>, Rejection>;

/// 中华人民共和国公证法 and 公证程序规则.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotarizationRules;

impl SpecialistRules for NotarizationRules {
    type Step = Step;
    type Details = Details;
    type Event = Event;
    type Command = Command;
    type Rejection = Rejection;

    const INITIAL_STEP: Step = Step::Examination;
    const SUPPLEMENT_STEP: Step = Step::Supplement;
    const HANDED_BACK_STEP: Step = Step::HandedBack;
    const INITIAL_CLOCK: &'static str = notarization::INITIAL_CLOCK;

    fn service() -> ServiceName {
        notarization::service()
    }

    fn item() -> ServiceItem {
        ServiceItem::notarization()
    }

    fn label(step: Step) -> Text {
        step.text()
    }

    fn possible(step: Step) -> &'static [&'static str] {
        possible::at(step)
    }

    /// More papers can be asked for after acceptance, and in a review (公证法 art. 30; 公证程序规则, 复查).
    fn requests_papers(step: Step) -> bool {
        matches!(step, Step::Examination | Step::Accepted | Step::Reviewing)
    }

    fn awaits_papers(step: Step) -> bool {
        matches!(step, Step::Supplement | Step::ReviewSupplement)
    }

    fn party(command: &str) -> Party {
        match command {
            "approve-decision" | "send-back-decision" => Party::Approver,
            "decide-review" => Party::Named,
            _ => Party::Unit,
        }
    }

    fn named(matter: &Matter<Self>) -> Option<&StaffId> {
        matter.details.reviewer.as_ref()
    }

    /// An office gives the number of a certificate once (公证书编号).
    fn given_number(event: &Event) -> Option<&str> {
        if let Event::Issued(issued) = event {
            Some(&issued.certificate)
        } else {
            None
        }
    }

    fn gives_number(command: &Command) -> bool {
        matches!(command, Command::Issue(_))
    }

    fn draft(matter: &Matter<Self>) -> Option<Draft<'_>> {
        matter.details.draft.as_ref().map(Draft::from)
    }

    fn fits_matter(matter: &Matter<Self>, command: &str, context: &Context<'_>) -> bool {
        fits_approval(matter, command, context)
            && application::fits(matter, command, context.directory)
    }

    fn fits_person(matter: &Matter<Self>, command: &str, context: &Context<'_>) -> bool {
        match command {
            "tell-consequences" | "issue" => {
                require_impartial(matter, &context.actor.staff, context).is_ok()
            }
            "decide-review" => review::require_other_notary(matter, context).is_ok(),
            _ => true,
        }
    }

    fn recorded(matter: &Matter<Self>) -> Vec<RecordedPerson> {
        let appeared = matter.details.appeared.iter().copied();
        RecordedPerson::all("appear-in-person", appeared).collect()
    }

    fn draft_lapsed(draft: &Draft<'_>) -> Option<Event> {
        Some(draft_lapsed::<Self>(draft))
    }

    fn applicants_corrected(matter: &Matter<Self>, corrected: ApplicantsCorrected) -> Vec<Event> {
        application::corrected(matter, corrected)
    }

    fn initial_details(received: &Received) -> Details {
        Details {
            topic: Some(received.topic.clone()),
            applicants: received.people,
            ..Details::default()
        }
    }

    fn evolve(matter: Matter<Self>, event: &Event) -> Matter<Self> {
        let details = matter.details.clone().after(event);
        let (step, phase) = (matter.step, details.phase);
        let mut matter = matter.with(details);
        // 一次性告知: once before acceptance, once after it, once in a review.
        if matches!(event, Event::Accepted(_) | Event::ReviewAsked(_)) {
            matter.missing = None;
        }
        match event {
            Event::FeeReduced(_)
            | Event::Appeared(_)
            | Event::ApplicantsCounted(_)
            | Event::ConsequencesTold(_)
            | Event::DecisionDrafted(_)
            | Event::DecisionSentBack(_)
            | Event::DraftLapsed(_)
            | Event::ExtensionApproved(_) => matter,
            Event::SupplementRequested(_) => matter.at(phase.waiting()),
            Event::SupplementReceived(received) if received.missing.is_empty() => {
                matter.at(phase.working())
            }
            Event::SupplementReceived(_) => matter.at(phase.waiting()),
            Event::Suspended(_) if step == Step::Reviewing => matter.at(Step::ReviewSuspended),
            Event::Continued(_) if step == Step::ReviewSuspended => matter.at(Step::Reviewing),
            Event::Accepted(_) | Event::Continued(_) => matter.at(Step::Accepted),
            Event::VerificationBegun(_) if step == Step::Reviewing => {
                matter.at(Step::ReviewVerifying)
            }
            Event::VerificationBegun(_) => matter.at(Step::Verifying),
            Event::VerificationDone(_) if step == Step::ReviewVerifying => {
                matter.at(Step::Reviewing)
            }
            Event::VerificationDone(_) => matter.at(Step::Accepted),
            Event::Suspended(_) => matter.at(Step::Suspended),
            Event::Issued(_) => matter.at(Step::Issued),
            Event::Refused(_) => matter.at(Step::Refused),
            Event::Terminated(_) => matter.at(Step::Terminated),
            Event::ReviewAsked(_) => matter.at(Step::Reviewing),
            Event::ReviewDecided(_) => matter.at(Step::Reviewed),
            Event::ReviewCarriedOut(_) => matter.at(Step::Settled),
            // The events of all specialists are folded for all of them.
            Event::Received(_)
            | Event::OtherSideEngaged(_)
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

    fn decide(matter: &Matter<Self>, command: &Command, context: &Context<'_>) -> Decision {
        match command {
            Command::AppearInPerson(appear) => application::appear(matter, appear),
            Command::TellConsequences(_) => application::tell(matter, context),
            Command::RequestSupplement(request) => {
                let requested = SupplementRequested::of(request.missing.clone());
                request_supplement(matter, requested, context)
            }
            Command::ReceiveSupplement(receive) => {
                receive_supplement(matter, &receive.materials, context)
            }
            Command::ReduceFee(reduce) => application::reduce_fee(reduce),
            Command::AcceptApplication(_) => application::accept(matter, context),
            Command::Refuse(refuse) => decide_alone(matter, &refuse.into(), context),
            Command::Terminate(terminate) => decide_alone(matter, &terminate.into(), context),
            Command::DraftRefusal(draft) => draft_decision(matter, draft.into(), context),
            Command::DraftTermination(draft) => draft_decision(matter, draft.into(), context),
            Command::Extend(_) => approval::extend_at_once(matter, context),
            Command::DraftExtension(draft) => draft_decision(matter, draft.into(), context),
            Command::ApproveDecision(_) => approve_decision(matter, context),
            Command::SendBackDecision(send_back) => send_back_decision(matter, send_back),
            Command::Verify(verify) => certificate::verify(matter, verify, context),
            Command::FinishVerification(finish) => {
                certificate::finish_verification(matter, finish, context)
            }
            Command::Suspend(suspend) => certificate::suspend(matter, suspend, context),
            Command::Continue(_) => Ok(certificate::resume_work(matter, context)),
            Command::Issue(issue) => certificate::issue(matter, issue, context),
            Command::AskReview(ask) => review::ask(matter, ask, context),
            Command::DecideReview(decide) => review::decide(matter, decide, context),
            Command::CarryOutReview(_) => Ok(review::carry_out(matter)),
        }
    }
}

#[cfg(test)]
mod tests;
