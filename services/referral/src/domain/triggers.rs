//! What referral does without a command: on events of other services, and when a moment has come.

use onestop_proto::{
    acting_person::ActingPerson,
    clock::Stop,
    division::DivisionCode,
    free_text::TextKey,
    ids::{CaseNumber, UnitId},
    referral::{
        ApplicantsCorrected, CorrectionOrdered, CustodyTaken, Ended, Event, Outcome, RecallReason,
        Rejection, UrgencyChanged, designate_step,
    },
    routing::Urgency,
};

use super::{
    Context, Decision, clocks,
    commands::{complete, recall},
    custody::{Custody, Holding, ReferralSubject},
    evolve::evolve,
    offers, people, routing,
};

/// An event of another service, or a moment that has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trigger {
    /// A window opened a case: it has custody (首问负责).
    CaseOpened {
        window: UnitId,
        division: DivisionCode,
        number: CaseNumber,
        /// To which key texts about the case are sealed.
        text_key: Option<TextKey>,
    },
    /// The window requests that the case be referred to the responsible unit.
    ReferralRequested(ReferralSubject),
    /// The specialist's work is done.
    WorkConcluded { outcome: Outcome },
    /// People came to act for a unit, by the word of its service.
    PeopleEngaged {
        unit: UnitId,
        people: Vec<ActingPerson>,
    },
    /// The window corrected who applies.
    ApplicantsCorrected(ApplicantsCorrected),
    /// The window said that the case cannot wait, or can wait again.
    UrgencyChanged(Urgency),
    /// The bureau ordered that the unit corrects what it decided (责令改正).
    CorrectionOrdered { by: UnitId },
    /// The window closed the case, or the citizen withdrew it there.
    CaseEnded,
    /// A clock announces something, an offer expires, or a calendar was announced.
    TimerFired,
}

/// Decides what follows from a trigger.
///
/// # Errors
/// The rejection, if custody has gone past it.
pub fn react(custody: Option<&Custody>, trigger: &Trigger, context: &Context<'_>) -> Decision {
    let Some(custody) = custody else {
        return Ok(take_custody(trigger, context).into_iter().collect());
    };
    match trigger {
        Trigger::CaseOpened { .. } => Err(Rejection::AtWindow {
            holder: custody.window.clone(),
        }),
        Trigger::ReferralRequested(subject) => routing::request(custody, subject, context),
        Trigger::WorkConcluded { outcome } => complete::finish(custody, *outcome, context),
        Trigger::PeopleEngaged { unit, people } => {
            Ok(people::engage(custody, (unit, people), context))
        }
        Trigger::ApplicantsCorrected(corrected) => Ok(correct_applicants(custody, *corrected)),
        Trigger::UrgencyChanged(urgency) => Ok(change_urgency(custody, *urgency)),
        Trigger::CorrectionOrdered { by } => Ok(order_correction(custody, by, context)),
        Trigger::CaseEnded => {
            let recalled = recall::withdraw(custody, RecallReason::CitizenWithdrew, context);
            Ok(recalled.unwrap_or_else(|| end_search(custody, context)))
        }
        Trigger::TimerFired => Ok(timer_fired(custody, context)),
    }
}

/// Custody begins with the case; no other trigger is about a case that referral does not know.
fn take_custody(trigger: &Trigger, context: &Context<'_>) -> Option<Event> {
    match trigger {
        Trigger::CaseOpened {
            window,
            division,
            number,
            text_key,
        } => Some(Event::from(CustodyTaken {
            by: window.clone(),
            division: *division,
            number: number.clone(),
            text_key: *text_key,
            at: context.happened_at(),
        })),
        Trigger::ReferralRequested(_)
        | Trigger::WorkConcluded { .. }
        | Trigger::PeopleEngaged { .. }
        | Trigger::ApplicantsCorrected(_)
        | Trigger::UrgencyChanged(_)
        | Trigger::CorrectionOrdered { .. }
        | Trigger::CaseEnded
        | Trigger::TimerFired => None,
    }
}

/// The window ended a case for which routing had found no unit.
fn end_search(custody: &Custody, context: &Context<'_>) -> Vec<Event> {
    if custody.holding != Holding::Unroutable {
        return Vec::new();
    }
    let ended = Ended {
        holder: custody.window.clone(),
        at: context.happened_at(),
    };
    let stopped = clocks::stop(custody, designate_step(), Stop::Left);
    std::iter::once(ended.into()).chain(stopped).collect()
}

/// Who applies is told to the unit that has the case, or will: it decides by how many they are. What the window refers next says so
/// itself.
fn correct_applicants(custody: &Custody, corrected: ApplicantsCorrected) -> Vec<Event> {
    let is_news = custody.subject.as_ref().is_some_and(|subject| {
        let people = corrected.people.or(subject.people);
        (people, corrected.respondents) != (subject.people, subject.respondents)
    });
    match custody.holding {
        Holding::Window => Vec::new(),
        Holding::Unroutable | Holding::Offered(_) | Holding::Disputed(_) | Holding::Unit(_) => {
            is_news.then(|| corrected.into()).into_iter().collect()
        }
    }
}

/// A unit that has the case, or will, sees whether it can wait; routing goes by it from then on. What the window refers next says
/// so itself.
fn change_urgency(custody: &Custody, urgency: Urgency) -> Vec<Event> {
    let is_news = custody
        .subject
        .as_ref()
        .is_some_and(|subject| subject.urgent != (urgency == Urgency::Urgent));
    match custody.holding {
        Holding::Window => Vec::new(),
        Holding::Unroutable | Holding::Offered(_) | Holding::Disputed(_) | Holding::Unit(_) => {
            let changed = is_news.then(|| UrgencyChanged { urgency }.into());
            changed.into_iter().collect()
        }
    }
}

/// The window has the case to do again; a case that goes on elsewhere already goes on.
fn order_correction(custody: &Custody, by: &UnitId, context: &Context<'_>) -> Vec<Event> {
    match custody.holding {
        Holding::Window | Holding::Unroutable => vec![Event::from(CorrectionOrdered {
            by: by.clone(),
            holder: custody.window.clone(),
            at: context.now,
        })],
        Holding::Offered(_) | Holding::Disputed(_) | Holding::Unit(_) => Vec::new(),
    }
}

/// First what the clocks announce, by corrected last days; then, by the same days, the end of the offer; then what a clock
/// announces that starts with its end near, because a statutory one bounds it.
fn timer_fired(custody: &Custody, context: &Context<'_>) -> Vec<Event> {
    let mut events = clocks::announcements(custody, context);
    let Some(announced) = events.iter().fold(Some(custody.clone()), evolve) else {
        return events;
    };
    let mut ended = offers::expire(&announced, context);
    if ended.is_empty() {
        ended = offers::end_offer_to_closed_site(&announced, context);
    }
    if let Some(after) = ended.iter().fold(Some(announced), evolve) {
        ended.extend(clocks::announcements(&after, context));
    }
    events.extend(ended);
    events
}
