//! The rules of a mediation matter. Pure.

mod agreement;
mod approval;
mod consent;
mod mediators;
mod possible;
mod respondents;
mod terms;

use onestop_matter::domain::{
    Context, Draft, Matter, Party, SpecialistRules, approve_decision, close_critical_date,
    correct_critical_date, draft_decision, draft_lapsed, end_step, fits_approval,
    fits_critical_dates, receive_supplement, request_supplement, require_texts, send_back_decision,
    set_critical_date,
};
use onestop_proto::{
    actor::ServiceName,
    ids::{ServiceItem, StaffId, Topic},
    matter::{CriticalDateEvent, Received, SupplementRequested},
    mediation::{self, Command, DecisionDrafted, Event, Rejection, Step},
    narrowed,
    query::RecordedPerson,
    referral::ApplicantsCorrected,
    text::Text,
};

pub use respondents::{Consent, Respondents};
pub use terms::Term;

/// The events that a command causes, or why it is refused.
pub(crate) type Decision = Result<Vec<Event>, Rejection>;

/// 中华人民共和国人民调解法.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MediationRules;

narrowed! {
    /// The events of which mediation notes details.
    enum Noted of mediation {
        RespondentsCounted,
        Consented,
        RespondentDeclined,
        MediatorsNamed,
        MediatorChallenged,
        TermAdded,
        TermRecorded,
        DecisionDrafted,
        DecisionSentBack,
        DraftLapsed,
        ExtensionApproved,
    }
}

/// What mediation knows of a matter besides what all specialists do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Details {
    /// What the dispute is about.
    pub topic: Option<Topic>,
    /// The other parties; the applicants agreed by applying.
    pub respondents: Respondents,
    pub mediators: Vec<StaffId>,
    /// Who is recused from this dispute.
    pub challenged: Vec<StaffId>,
    pub terms: Vec<Term>,
    /// The decision that waits for another person's approval.
    pub draft: Option<DecisionDrafted>,
}

impl Details {
    /// What mediation knows after one more event.
    fn after(mut self, event: &Event) -> Self {
        match Noted::of(event) {
            None => {}
            Some(Noted::RespondentsCounted(counted)) => self.respondents.count(counted),
            Some(Noted::Consented(consented))
                if consented.party == mediation::Party::Respondent =>
            {
                let person = consented.person.unwrap_or(1);
                self.respondents.note(person, Consent::Agreed);
            }
            Some(Noted::Consented(_)) => {}
            Some(Noted::RespondentDeclined(declined)) => {
                self.respondents.note(declined.person, Consent::Declined);
            }
            Some(Noted::MediatorsNamed(named)) => self.mediators.clone_from(&named.mediators),
            Some(Noted::MediatorChallenged(challenged)) => {
                self.mediators.retain(|one| *one != challenged.mediator);
                self.challenged.push(challenged.mediator.clone());
            }
            Some(Noted::TermAdded(term)) => self.terms.push(Term {
                agreed: term.clone(),
                performance: None,
            }),
            Some(Noted::TermRecorded(recorded)) => {
                let mut terms = self.terms.iter_mut();
                if let Some(term) = terms.find(|term| term.agreed.term == recorded.term) {
                    term.performance = Some(recorded.performance);
                }
            }
            Some(Noted::DecisionDrafted(drafted)) => self.draft = Some(drafted.clone()),
            Some(
                Noted::DecisionSentBack(_) | Noted::DraftLapsed(_) | Noted::ExtensionApproved(_),
            ) => self.draft = None,
        }
        self
    }
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

    fn respondents(matter: &Matter<Self>) -> Option<u32> {
        Some(matter.details.respondents.total())
    }

    fn recorded(matter: &Matter<Self>) -> Vec<RecordedPerson> {
        consent::recorded(&matter.details)
    }

    fn possible(step: Step) -> &'static [&'static str] {
        possible::at(step)
    }

    fn party(command: &str) -> Party {
        match command {
            "approve-decision" | "send-back-decision" => Party::Approver,
            _ => Party::Unit,
        }
    }

    fn draft(matter: &Matter<Self>) -> Option<Draft<'_>> {
        matter.details.draft.as_ref().map(Draft::from)
    }

    fn fits_matter(matter: &Matter<Self>, command: &str, context: &Context<'_>) -> bool {
        fits_approval(matter, command, context)
            && fits_critical_dates(matter, command)
            && consent::fits(matter, command)
            && agreement::fits(matter, command, context)
            && terms::fits(matter, command)
    }

    fn draft_lapsed(draft: &Draft<'_>) -> Option<Event> {
        Some(draft_lapsed::<Self>(draft))
    }

    fn applicants_corrected(matter: &Matter<Self>, corrected: ApplicantsCorrected) -> Vec<Event> {
        consent::corrected(matter, corrected)
    }

    fn critical_date(event: CriticalDateEvent) -> Option<Event> {
        Some(match event {
            CriticalDateEvent::Set(set) => set.into(),
            CriticalDateEvent::Corrected(corrected) => corrected.into(),
            CriticalDateEvent::Closed(closed) => closed.into(),
            CriticalDateEvent::Near(near) => near.into(),
            CriticalDateEvent::Supervised(told) => told.into(),
        })
    }

    fn initial_details(received: &Received) -> Details {
        Details {
            topic: Some(received.topic.clone()),
            respondents: consent::named(received),
            ..Details::default()
        }
    }

    fn evolve(matter: Matter<Self>, event: &Event) -> Matter<Self> {
        let details = matter.details.clone().after(event);
        let nobody_mediates = details.mediators.is_empty();
        let matter = matter.with(details);
        match event {
            Event::DangerReported(_)
            | Event::RespondentsCounted(_)
            | Event::RespondentDeclined(_)
            | Event::Consented(_)
            | Event::TermAdded(_)
            | Event::TermRecorded(_)
            | Event::DecisionDrafted(_)
            | Event::DecisionSentBack(_)
            | Event::DraftLapsed(_)
            | Event::ExtensionApproved(_) => matter,
            Event::PartyRefused(_) => matter.at(Step::Refused),
            Event::NotAccepted(_) => matter.at(Step::NotAccepted),
            Event::Accepted(_) => matter.at(Step::Accepted),
            Event::MediatorsNamed(_) => matter.at(Step::Mediating),
            // Others are to be named.
            Event::MediatorChallenged(_) if nobody_mediates => matter.at(Step::Accepted),
            Event::MediatorChallenged(_) => matter,
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
            | Event::OtherSideEngaged(_)
            | Event::SupplementRequested(_)
            | Event::SupplementReceived(_)
            | Event::HandedBack(_)
            | Event::CriticalDateSet(_)
            | Event::CriticalDateCorrected(_)
            | Event::CriticalDateClosed(_)
            | Event::CriticalDateNear(_)
            | Event::CriticalDateSupervised(_)
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
            Command::RequestSupplement(request) => {
                let requested = SupplementRequested::of(request.missing.clone());
                request_supplement(matter, requested, context)
            }
            Command::ReceiveSupplement(receive) => {
                receive_supplement(matter, &receive.materials, context)
            }
            Command::CountRespondents(count) => consent::count(matter, count),
            Command::Consent(consent) => consent::consent(matter, consent),
            Command::RefuseByParty(refuse) => consent::refuse(matter, refuse),
            Command::NotAccept(not) => Ok(consent::not_accept(matter, not)),
            Command::Accept(_) => consent::accept(matter, context),
            Command::NameMediators(name) => mediators::name(matter, name, context),
            Command::ChallengeMediator(challenge) => Ok(mediators::challenge(matter, challenge)),
            Command::Extend(_) => approval::extend_at_once(matter, context),
            Command::DraftExtension(draft) => draft_decision(matter, draft.into(), context),
            Command::ApproveDecision(_) => approve_decision(matter, context),
            Command::SendBackDecision(send_back) => send_back_decision(matter, send_back),
            Command::SetCriticalDate(set) => set_critical_date(matter, set, context),
            Command::CorrectCriticalDate(correct) => {
                correct_critical_date(matter, correct, context)
            }
            Command::CloseCriticalDate(close) => close_critical_date(matter, close, context),
            Command::ReportDanger(report) => agreement::report_danger(report),
            Command::AgreeInWriting(agree) => agreement::in_writing(matter, agree, context),
            Command::AgreeOrally(_) => agreement::orally(matter),
            Command::AddTerm(add) => terms::add(matter, add, context),
            Command::RecordTerm(record) => terms::record(matter, record, context),
            Command::AskCourt(ask) => agreement::ask_court(matter, ask, context),
            Command::Confirm(confirm) => agreement::confirm(confirm),
            Command::NotConfirm(not) => agreement::not_confirm(not),
            Command::Perform(_) => agreement::perform(matter),
            Command::Break(broken) => agreement::broken(matter, broken),
            Command::Fail(fail) => agreement::fail(matter, fail),
            Command::Archive(archive) => agreement::archive(archive),
        }
    }
}

#[cfg(test)]
mod tests;
