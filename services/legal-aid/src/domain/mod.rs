//! The rules of a legal aid matter. Pure.

mod application;
mod approval;
mod assignment;
mod case_file;
mod details;
mod duty_lawyer;
mod grounds;
mod last_day;
mod means;
mod organ;
mod other_lawyer;
mod possible;
mod supplement;
mod termination;

use onestop_matter::domain::{
    Context, Draft, Matter, Party, SpecialistRules, approve_decision, close_critical_date,
    correct_critical_date, decide_alone, draft_decision, draft_lapsed, end_step, first_clock,
    fits_approval, fits_critical_dates, receive_supplement, require_texts, send_back_decision,
    set_critical_date,
};
use onestop_proto::{
    actor::ServiceName,
    ids::{CaseId, ServiceItem},
    legal_aid::{self, AidKind, Command, Event, OpposingPartyNoted, Rejection, Step},
    matter::{CriticalDateEvent, Received},
    narrowed,
    text::Text,
};

pub use details::{Aid, Details};

/// The events that a command causes, or why it is refused.
pub(crate) type Decision = Result<Vec<Event>, Rejection>;

/// 中华人民共和国法律援助法.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LegalAidRules;

narrowed! {
    /// The events by which a lawyer comes to act.
    enum Engagement of legal_aid { ProvidedFirst, Assigned, Reassigned, HelpGiven }
}

impl SpecialistRules for LegalAidRules {
    type Step = Step;
    type Details = Details;
    type Event = Event;
    type Command = Command;
    type Rejection = Rejection;

    const INITIAL_STEP: Step = Step::Review;
    const SUPPLEMENT_STEP: Step = Step::Supplement;
    const HANDED_BACK_STEP: Step = Step::HandedBack;
    const INITIAL_CLOCK: &'static str = legal_aid::INITIAL_CLOCK;
    /// What is owed to the organ or the recipient: the agreement does not wait for it, nor it for the agreement.
    const CLOCKS_BESIDE: &'static [&'static str] = &[
        organ::INFORM,
        organ::INFORM_APPLIED,
        organ::INFORM_END,
        other_lawyer::DECIDE,
    ];

    fn service() -> ServiceName {
        legal_aid::service()
    }

    fn item() -> ServiceItem {
        ServiceItem::legal_aid()
    }

    fn label(step: Step) -> Text {
        step.text()
    }

    fn possible(step: Step) -> &'static [&'static str] {
        possible::at(step)
    }

    /// Objections are made to the bureau, which decides on them (art. 49); they are taken down wherever the citizen comes.
    fn party(command: &str) -> Party {
        match command {
            "object" => Party::Window,
            "decide-objection" => Party::Bureau,
            "approve-decision" | "send-back-decision" => Party::Approver,
            _ => Party::Unit,
        }
    }

    fn licence(event: &Event) -> Option<&str> {
        Some(match Engagement::of(event)? {
            Engagement::ProvidedFirst(first) => &first.licence,
            Engagement::Assigned(assigned) => &assigned.licence,
            Engagement::Reassigned(again) => &again.licence,
            Engagement::HelpGiven(given) => &given.licence,
        })
    }

    fn note_opposing(case: CaseId) -> Option<Event> {
        Some(OpposingPartyNoted { case }.into())
    }

    fn draft(matter: &Matter<Self>) -> Option<Draft<'_>> {
        matter.details.draft.as_ref().map(Draft::from)
    }

    fn fits_matter(matter: &Matter<Self>, command: &str, context: &Context<'_>) -> bool {
        let is_spent = command == "record-forwarding" && matter.details.forwarded_by.is_some();
        !is_spent
            && fits_approval(matter, command, context)
            && fits_critical_dates(matter, command)
            && application::fits(matter, command)
            && other_lawyer::fits(matter, command)
            && case_file::fits(matter, command, context)
            && supplement::fits(matter, command, context)
            && organ::fits(matter, command, context.directory)
    }

    fn fits_person(matter: &Matter<Self>, command: &str, context: &Context<'_>) -> bool {
        command != "decide-objection" || termination::require_other_person(matter, context).is_ok()
    }

    /// An organ's notice needs no review (art. 36), and nor does a duty lawyer's help (art. 30).
    fn begin(begun: &Matter<Self>, received: &Received, context: &Context<'_>) -> Vec<Event> {
        let kind = context.directory.aid_kind(&received.topic);
        match (kind, &received.notice) {
            (AidKind::DutyLawyer, notice) => vec![duty_lawyer::requested(notice.as_ref())],
            (_, Some(notice)) => organ::notified(begun, notice, context),
            (_, None) => vec![first_clock(begun, received, context)],
        }
    }

    fn draft_lapsed(draft: &Draft<'_>) -> Option<Event> {
        Some(draft_lapsed::<Self>(draft))
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

    fn evolve(matter: Matter<Self>, event: &Event) -> Matter<Self> {
        let details = matter.details.clone().after(event);
        let aid = details.aid;
        let matter = matter.with(details);
        match event {
            Event::Forwarded(_)
            | Event::OrganInformed(_)
            | Event::MeansDetermined(_)
            | Event::DecisionDrafted(_)
            | Event::DecisionSentBack(_)
            | Event::DraftLapsed(_)
            | Event::OtherLawyerAsked(_)
            | Event::LawyerKept(_)
            | Event::SupplementRequested(_) => matter,
            Event::DeemedWithdrawn(_) => matter.at(Step::DeemedWithdrawn),
            Event::Withdrawn(_) => matter.at(Step::Withdrawn),
            Event::CooperationAsked(_) => matter.at(Step::Cooperation),
            Event::CooperationAnswered(_) => matter.at(Step::Review),
            Event::ProvidedFirst(_) => matter.at(Step::UrgentFirst),
            Event::Notified(_) => matter.at(Step::Notified),
            Event::HelpRequested(_) => matter.at(Step::Help),
            Event::HelpGiven(_) => matter.at(Step::Helped),
            Event::Granted(_) => matter.at(aid.granted()),
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
            // The events of all specialists are folded for all of them.
            Event::Received(_)
            | Event::SupplementReceived(_)
            | Event::OpposingPartyNoted(_)
            | Event::OtherSideEngaged(_)
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
            Command::RecordForwarding(record) => application::forwarded(matter, record, context),
            Command::DetermineMeans(determine) => means::determine(matter, determine, context),
            Command::RequestSupplement(request) => supplement::request(matter, request, context),
            Command::ReceiveSupplement(receive) => {
                receive_supplement(matter, &receive.materials, context)
            }
            Command::DeemWithdrawn(_) => supplement::deem_withdrawn(matter, context),
            Command::WithdrawApplication(_) => Ok(application::withdraw(matter)),
            Command::AskCooperation(ask) => application::ask_cooperation(matter, ask, context),
            Command::ReceiveCooperation(receive) => {
                application::receive_cooperation(matter, receive, context)
            }
            Command::Grant(_) => application::grant(matter, context),
            Command::Refuse(refuse) => decide_alone(matter, &refuse.into(), context),
            Command::ProvideFirst(first) => assignment::provide_first(matter, first, context),
            Command::TakeNotice(notice) => organ::take_notice(matter, notice, context),
            Command::GiveHelp(give) => duty_lawyer::give(matter, give, context),
            Command::Assign(assign) => assignment::assign(matter, assign, context),
            Command::Reassign(again) => assignment::reassign(matter, again, context),
            Command::AskOtherLawyer(ask) => other_lawyer::ask(matter, ask, context),
            Command::KeepLawyer(keep) => other_lawyer::keep(matter, keep, context),
            Command::InformOrgan(inform) => organ::inform(matter, inform, context.directory),
            Command::Contract(contract) => case_file::contract(matter, contract, context),
            Command::SetCriticalDate(set) => set_critical_date(matter, set, context),
            Command::CorrectCriticalDate(correct) => {
                correct_critical_date(matter, correct, context)
            }
            Command::CloseCriticalDate(close) => close_critical_date(matter, close, context),
            Command::Conclude(_) => case_file::conclude(matter, context),
            Command::SubmitFile(submit) => case_file::submit(matter, submit, context),
            Command::ReturnFile(return_file) => {
                case_file::return_file(matter, return_file, context)
            }
            Command::Archive(archive) => decide_alone(matter, &archive.into(), context),
            Command::Terminate(terminate) => decide_alone(matter, &terminate.into(), context),
            Command::DraftRefusal(draft) => draft_decision(matter, draft.into(), context),
            Command::DraftTermination(draft) => draft_decision(matter, draft.into(), context),
            Command::DraftArchive(draft) => draft_decision(matter, draft.into(), context),
            Command::ApproveDecision(_) => approve_decision(matter, context),
            Command::SendBackDecision(send_back) => send_back_decision(matter, send_back),
            Command::Object(_) => termination::object(matter, context),
            Command::DecideObjection(decide) => {
                termination::decide_objection(matter, decide, context)
            }
        }
    }
}

#[cfg(test)]
mod tests;
