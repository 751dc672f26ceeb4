//! The rules of a notarial matter. Pure.

mod application;
mod approval;
mod certificate;
mod review;

use onestop_directory::Directory;
use onestop_matter::domain::{
    Context, Draft, Matter, Party, SpecialistRules, approve_decision, decide_alone, draft_decision,
    draft_lapsed, end_step, fits_approval, receive_supplement, request_supplement, require_texts,
    send_back_decision,
};
use onestop_proto::{
    actor::ServiceName,
    ids::{ServiceItem, StaffId, Topic},
    matter::{Received, SupplementRequested},
    narrowed,
    notarization::{self, Command, DecisionDrafted, Event, Rejection, Step},
    text::Text,
    time::Timestamp,
};

/// 中华人民共和国公证法 and 公证程序规则.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotarizationRules;

/// What notarization knows of a matter besides what all specialists do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Details {
    /// What it is about.
    pub topic: Option<Topic>,
    /// Whether the party came in person.
    pub presence: Presence,
    /// The notary who explained meaning and consequences to the parties.
    pub told_by: Option<StaffId>,
    /// Who issued the certificate.
    pub notary: Option<StaffId>,
    /// When it was issued; nothing in certificates of before.
    pub issued_at: Option<Timestamp>,
    /// Who was named for the review.
    pub reviewer: Option<StaffId>,
    /// The decision that waits for another person's approval.
    pub draft: Option<DecisionDrafted>,
}

narrowed! {
    /// The events of which a notary notes details.
    enum Noted of notarization {
        Appeared,
        ConsequencesTold,
        Issued,
        ReviewAsked,
        DecisionDrafted,
        DecisionSentBack,
        DraftLapsed,
        ExtensionApproved,
        Refused,
        Terminated,
    }
}

impl Details {
    /// What a notary knows after one more event.
    fn after(self, event: &Event) -> Self {
        let Some(noted) = Noted::of(event) else {
            return self;
        };
        match noted {
            Noted::Appeared(_) => Self {
                presence: Presence::InPerson,
                ..self
            },
            Noted::ConsequencesTold(told) => Self {
                told_by: Some(told.told_by.clone()),
                ..self
            },
            Noted::Issued(issued) => Self {
                notary: issued.notary.clone(),
                issued_at: issued.at,
                ..self
            },
            Noted::ReviewAsked(asked) => Self {
                reviewer: Some(asked.reviewer.clone()),
                ..self
            },
            Noted::DecisionDrafted(drafted) => Self {
                draft: Some(drafted.clone()),
                ..self
            },
            Noted::DecisionSentBack(_)
            | Noted::DraftLapsed(_)
            | Noted::ExtensionApproved(_)
            | Noted::Refused(_)
            | Noted::Terminated(_) => Self {
                draft: None,
                ..self
            },
        }
    }
}

/// Whether the party came in person.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Presence {
    /// Not recorded.
    #[default]
    Unknown,
    /// In person.
    InPerson,
}

/// What can be done before acceptance; more time too, which the law has none of afterwards.
const EXAMINATION: &[&str] = &[
    "accept",
    "tell-consequences",
    "appear-in-person",
    "request-supplement",
    "reduce-fee",
    "refuse",
    "terminate",
    "extend",
    "draft-refusal",
    "draft-termination",
    "draft-extension",
    "approve-decision",
    "send-back-decision",
];

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
        match step {
            Step::Examination => EXAMINATION,
            Step::Supplement => &[
                "receive-supplement",
                "refuse",
                "terminate",
                "draft-refusal",
                "draft-termination",
                "approve-decision",
                "send-back-decision",
            ],
            Step::Accepted => &[
                "issue",
                "verify",
                "reduce-fee",
                "suspend",
                "refuse",
                "terminate",
                "draft-refusal",
                "draft-termination",
                "approve-decision",
                "send-back-decision",
            ],
            Step::Verifying => &[
                "finish-verification",
                "refuse",
                "terminate",
                "draft-refusal",
                "draft-termination",
                "approve-decision",
                "send-back-decision",
            ],
            Step::Suspended => &[
                "continue",
                "terminate",
                "draft-termination",
                "approve-decision",
                "send-back-decision",
            ],
            Step::Issued => &["ask-review"],
            Step::Reviewing => &["decide-review", "verify", "ask-review"],
            Step::ReviewVerifying => &["finish-verification"],
            Step::Reviewed => &["carry-out-review"],
            Step::Refused | Step::Terminated | Step::Settled | Step::HandedBack => &[],
        }
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

    fn fits_matter(matter: &Matter<Self>, command: &str, directory: &Directory) -> bool {
        fits_approval(matter, command, directory)
    }

    fn draft_lapsed(draft: &Draft<'_>) -> Option<Event> {
        Some(draft_lapsed::<Self>(draft))
    }

    fn initial_details(received: &Received) -> Details {
        Details {
            topic: Some(received.topic.clone()),
            ..Details::default()
        }
    }

    fn evolve(matter: Matter<Self>, event: &Event) -> Matter<Self> {
        let details = matter.details.clone().after(event);
        let step = matter.step;
        let matter = matter.with(details);
        match event {
            Event::FeeReduced(_)
            | Event::Appeared(_)
            | Event::ConsequencesTold(_)
            | Event::DecisionDrafted(_)
            | Event::DecisionSentBack(_)
            | Event::DraftLapsed(_)
            | Event::ExtensionApproved(_) => matter,
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
            Command::AppearInPerson(_) => Ok(application::appear(matter)),
            Command::TellConsequences(_) => Ok(application::tell(context)),
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
