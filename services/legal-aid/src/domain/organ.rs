//! The organ of a criminal case (办案机关): its notice (通知辩护、通知代理), and what the agency informs it of, also where the aid was
//! applied for (法律援助法 art. 25, 28, 36; 关于刑事诉讼法律援助工作的规定 art. 12, 22).

use jiff::civil::Date;
use onestop_directory::{Directory, InformRule, NoticeRule};
use onestop_matter::domain::{
    Context, Matter, check_receipt, require_document_numbers, start, stop_beside,
};
use onestop_proto::{
    clock::Stop,
    field_problems::both,
    legal_aid::{
        AidKind, Event, Gravity, InformOrgan, Notified, Organ, OrganInformed, OrganNotice,
        Rejection, Step, TakeNotice,
    },
    time::Timestamp,
};

use super::{Decision, LegalAidRules, end_step, require_texts};

type Aid = Matter<LegalAidRules>;

/// From the grant to the assignment: 3 days, art. 43.
pub(super) const ASSIGN: &str = "legal-aid.assign";
/// From the receipt of an organ's notice to the assignment: 3 days, art. 36.
const ASSIGN_NOTIFIED: &str = "legal-aid.assign-notified";
/// From the receipt of an organ's notice until the agency informs it of who was assigned: 3 days, art. 36.
pub(super) const INFORM: &str = "legal-aid.inform-organ";
/// From the grant of aid that was applied for until the agency informs the organ of who was assigned.
pub(super) const INFORM_APPLIED: &str = "legal-aid.inform-organ-applied";
/// From the end of the aid until the agency informs the organ of it.
pub(super) const INFORM_END: &str = "legal-aid.inform-organ-end";

/// The kind of aid. An applicant of whom an organ notified the agency afterwards has a notified defence.
pub(super) fn kind(matter: &Aid, directory: &Directory) -> AidKind {
    let kind = directory.aid_kind(&matter.topic);
    let later = directory
        .aid_rules(kind)
        .is_some_and(|rules| rules.notice == NoticeRule::Later);
    match matter.details.notified {
        Some(_) if later => AidKind::NotifiedDefence,
        Some(_) | None => kind,
    }
}

/// The clock of informing the organ of who was assigned; nothing where no organ is informed.
fn informs(matter: &Aid, directory: &Directory) -> Option<&'static str> {
    if matter.details.notified.is_some() {
        return Some(INFORM);
    }
    let rules = directory.aid_rules(kind(matter, directory))?;
    match rules.informs_organ {
        InformRule::Always => Some(INFORM_APPLIED),
        InformRule::WhereNotified => None,
    }
}

/// Whether there is something to inform an organ of: of who acts while the aid goes on, of the end of aid that was given.
fn has_word_for_organ(matter: &Aid, directory: &Directory) -> bool {
    let informs = informs(matter, directory).is_some();
    let was_given = matter.details.notified.is_some() || runs(matter, INFORM_END);
    informs && (!has_ended(matter.step) || was_given)
}

/// Whether a command fits what the matter knows of an organ: the agency informs only one that notified it, or that has the case
/// for which aid was applied for, and takes no notice where the law has none.
pub(super) fn fits(matter: &Aid, command: &str, directory: &Directory) -> bool {
    match command {
        "inform-organ" => has_word_for_organ(matter, directory),
        "take-notice" => directory
            .aid_rules(kind(matter, directory))
            .is_none_or(|rules| rules.notice != NoticeRule::Never),
        _ => true,
    }
}

/// A case that an organ's letter opened: the assignment is due, from the receipt of the letter.
pub(super) fn notified(begun: &Aid, notice: &OrganNotice, context: &Context<'_>) -> Vec<Event> {
    let notified = Notified {
        organ: notice.organ,
        notice: notice.letter.clone(),
        gravity: notice.gravity,
        received_on: Some(notice.received_on),
        body: notice.body.clone(),
    };
    let received = Timestamp::start_of_china_day(notice.received_on);
    let assign = start_from(ASSIGN_NOTIFIED, begun, received, context);
    vec![notified.into(), assign]
}

/// An applicant's organ notifies the agency: the review is over, and the assignment due.
pub(super) fn take_notice(matter: &Aid, take: &TakeNotice, context: &Context<'_>) -> Decision {
    let notice = require_document_numbers(&[("notice", &take.notice)]).map_err(Rejection::from);
    let checked = both(notice, notifies(take.organ, matter, context.directory));
    let received_on = received_on(take, context).and_then(|on| {
        check_body(take, on, context.directory)?;
        Ok(on)
    });
    let (_, received_on) = both(checked, received_on)?;
    check_receipt(matter, received_on, context)?;
    let notified = Notified {
        organ: take.organ,
        notice: take.notice.clone(),
        gravity: take.gravity,
        received_on: Some(received_on),
        body: take.body.clone(),
    };
    let received = take.received_on.map(Timestamp::start_of_china_day);
    let received = received.unwrap_or(context.happened_at);
    let assign = start_from(ASSIGN_NOTIFIED, matter, received, context);
    Ok(end_step(matter, notified).chain([assign]).collect())
}

/// The day on which a notice was received: today, or one before.
fn received_on(take: &TakeNotice, context: &Context<'_>) -> Result<Date, Rejection> {
    let today = context.happened_at.china_date();
    let received_on = take.received_on.unwrap_or(today);
    if received_on > today {
        let day = received_on.to_string();
        return Err(Rejection::NoticeToCome { day });
    }
    Ok(received_on)
}

/// An organ of another province is one of the directory on the day of its notice, and of the kind that was chosen.
fn check_body(take: &TakeNotice, on: Date, directory: &Directory) -> Result<(), Rejection> {
    let organ = take.organ;
    let is_known = |body| directory.is_outside_organ(body, organ, on);
    if take.body.as_ref().is_none_or(is_known) {
        return Ok(());
    }
    let known = directory.outside_organs_of(organ, on);
    Err(Rejection::UnknownOrgan { organ, known })
}

/// Refuses a notice that does nothing for this kind of aid, and an organ that does not write one.
fn notifies(organ: Organ, matter: &Aid, directory: &Directory) -> Result<(), Rejection> {
    let kind = kind(matter, directory);
    let Some(rules) = directory.aid_rules(kind) else {
        return Ok(());
    };
    if rules.notice == NoticeRule::Never {
        return Err(Rejection::NoNotice { kind });
    }
    if rules.notified_by.contains(&organ) {
        return Ok(());
    }
    let organs = rules.notified_by.clone();
    Err(Rejection::OtherOrgan {
        organ,
        kind,
        organs,
    })
}

/// The time for telling the organ who was assigned, from what the assignment itself counts from: the receipt of its notice, or
/// the grant.
pub(super) fn tell_of_assignment(matter: &Aid, context: &Context<'_>) -> Option<Event> {
    let inform = informs(matter, context.directory)?;
    let of_assignment = |step: &str| step == ASSIGN_NOTIFIED || step == ASSIGN;
    let running = matter
        .clock()
        .filter(|clock| of_assignment(clock.step.as_str()));
    let history = running.and_then(|clock| clock.history.as_ref());
    let since = history.map_or(context.happened_at, |history| history.since);
    Some(start_from(inform, matter, since, context))
}

/// The time for telling the organ who acts or took over, from now. One that runs still is not begun anew.
pub(super) fn tell_from_now(matter: &Aid, context: &Context<'_>) -> Option<Event> {
    let inform = informs(matter, context.directory)?;
    (!is_owed(matter)).then(|| start(inform, matter, context))
}

/// The agency owes the organ word that the aid has ended, and no longer of who was assigned.
pub(super) fn tell_of_end(matter: &Aid, context: &Context<'_>) -> Vec<Event> {
    if informs(matter, context.directory).is_none() {
        return Vec::new();
    }
    let over = [INFORM, INFORM_APPLIED].map(|name| stop_beside(name, matter, Stop::Left));
    over.into_iter()
        .flatten()
        .chain([start(INFORM_END, matter, context)])
        .collect()
}

/// The agency reports no end that was corrected.
pub(super) fn end_is_void(matter: &Aid) -> Option<Event> {
    stop_beside(INFORM_END, matter, Stop::Left)
}

/// Whether the agency still has to inform the organ of who was assigned.
fn is_owed(matter: &Aid) -> bool {
    [INFORM, INFORM_APPLIED]
        .iter()
        .any(|name| runs(matter, name))
}

fn runs(matter: &Aid, name: &str) -> bool {
    matter
        .clocks
        .iter()
        .any(|clock| clock.step.as_str() == name)
}

/// The aid is not at its end while the organ does not know who gives it.
pub(super) fn require_told(matter: &Aid) -> Result<(), Rejection> {
    if is_owed(matter) {
        return Err(Rejection::OrganToTell {});
    }
    Ok(())
}

/// The letter names the person assigned and how to reach them; once the aid has ended, that it did.
pub(super) fn inform(matter: &Aid, inform: &InformOrgan, directory: &Directory) -> Decision {
    if !has_word_for_organ(matter, directory) {
        return Err(Rejection::NotNotified {});
    }
    let letter = inform.letter.clone();
    if has_ended(matter.step) {
        require_document_numbers(&[("letter", &letter)])?;
        let informed = OrganInformed {
            letter,
            lawyer: None,
            contact: None,
        };
        let stopped = stop_beside(INFORM_END, matter, Stop::Done);
        return Ok(std::iter::once(informed.into()).chain(stopped).collect());
    }
    let lawyer = inform.lawyer.as_deref().unwrap_or_default();
    let contact = inform.contact.as_deref().unwrap_or_default();
    let numbered = require_document_numbers(&[("letter", &letter)]);
    let named = require_texts(&[("lawyer", lawyer), ("contact", contact)]);
    both(numbered, named)?;
    let informed = OrganInformed {
        letter,
        lawyer: Some(lawyer.to_owned()),
        contact: Some(contact.to_owned()),
    };
    let stopped = [INFORM, INFORM_APPLIED].map(|name| stop_beside(name, matter, Stop::Done));
    Ok(std::iter::once(informed.into())
        .chain(stopped.into_iter().flatten())
        .collect())
}

/// Whether the aid has ended early.
const fn has_ended(step: Step) -> bool {
    matches!(step, Step::Terminated | Step::Objected | Step::Upheld)
}

/// Whether the sentence may be such that the lawyer has years of practice (art. 26).
pub(super) const fn wants_senior(gravity: Gravity) -> bool {
    match gravity {
        Gravity::LifeOrDeath | Gravity::DeathReview => true,
        Gravity::Ordinary => false,
    }
}

/// Starts a clock that counts from an earlier moment, never from a later one.
fn start_from(step: &str, matter: &Aid, since: Timestamp, context: &Context<'_>) -> Event {
    let counted = Context {
        happened_at: since.min(context.happened_at),
        ..*context
    };
    start(step, matter, &counted)
}
