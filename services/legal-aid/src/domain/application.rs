//! From the application to the decision (法律援助法 art. 31, 39, 41-43).

use jiff::Span;
use onestop_directory::Figure;
use onestop_matter::domain::{
    Context, Matter, pause_until, require_document_numbers, require_past_day, resume, start,
};
use onestop_proto::{
    clock::PauseReason,
    field_problems::both,
    legal_aid::{
        Approval, AskCooperation, CooperationAnswered, CooperationAsked, DeadlineCompliance, Event,
        Forwarded, Granted, Means, ReceiveCooperation, RecordForwarding, RefusalReason, Refused,
        Rejection, Withdrawn,
    },
    numbers::number_key,
    time::Timestamp,
};

use super::{
    Aid, Decision, LegalAidRules, end_step,
    grounds::check_refusal,
    last_day,
    means::require_tested,
    organ::{self, ASSIGN},
    require_texts, supplement,
};

/// From the assignment to the agreement: 5 days.
pub(super) const CONTRACT: &str = "legal-aid.contract";

/// Organs and duty lawyers pass an application on within so many hours, art. 39.
const SECONDS_AN_HOUR: i64 = 60 * 60;

/// An application is passed on once, when the agency has it, whenever that is written down. Papers tell minutes, so whole
/// minutes are compared.
pub(super) fn forwarded(
    matter: &Matter<LegalAidRules>,
    record: &RecordForwarding,
    context: &Context<'_>,
) -> Decision {
    let applied = record.applied_at;
    if applied > context.happened_at {
        return Err(Rejection::NotYet { applied });
    }
    if matter.details.forwarded_by.is_some() {
        return Err(Rejection::ForwardingKnown {});
    }
    let today = context.now.china_date();
    let back = context.directory.figure(Figure::ForwardedWithinDays, today);
    let earliest = today.saturating_sub(Span::new().days(i64::from(back)));
    require_past_day(applied.china_date(), Some(earliest), context)?;
    let received = matter.received_at.filter(|received| applied <= *received);
    let passed_on = received.unwrap_or(context.happened_at);
    let on = applied.china_date();
    let hours = context.directory.figure(Figure::ForwardingHours, on);
    let until = applied.plus_seconds(i64::from(hours) * SECONDS_AN_HOUR);
    let timeliness = if minute(passed_on) <= minute(until) {
        DeadlineCompliance::InTime
    } else {
        DeadlineCompliance::Late
    };
    Ok(vec![
        Forwarded {
            from: record.from,
            applied_at: applied,
            timeliness,
        }
        .into(),
    ])
}

/// The minutes of a moment since 1970.
fn minute(at: Timestamp) -> i64 {
    at.as_micros().div_euclid(60_000_000)
}

/// An application that is not decided on is the applicant's to withdraw.
pub(super) fn withdraw(matter: &Matter<LegalAidRules>) -> Vec<Event> {
    let open_dates = matter.critical_dates.open();
    end_step(matter, Withdrawn { open_dates }).collect()
}

/// The time of a check by another agency does not count, up to a last day; each letter goes out once, to an agency that there is.
pub(super) fn ask_cooperation(
    matter: &Matter<LegalAidRules>,
    ask: &AskCooperation,
    context: &Context<'_>,
) -> Decision {
    let agency_named = require_texts(&[("agency", &ask.agency)]);
    let letter = require_document_numbers(&[("letter", &ask.letter)]);
    let texts = both(agency_named, letter).map(|((), ())| ());
    let agency = agency_elsewhere(matter, &ask.agency, context);
    let checked = both(texts.map_err(Rejection::from), agency);
    let checked = both(checked, new_letter(matter, &ask.letter));
    let most = Figure::CooperationDays;
    let last_day = match ask.last_day {
        Some(day) => last_day::within(day, most, context),
        None => Ok(last_day::latest(most, context)),
    };
    let ((((), agency), letter), last_day) = both(checked, last_day)?;
    let asked = CooperationAsked {
        letter,
        last_day: Some(last_day),
        ..agency
    };
    let paused = pause_until(matter, PauseReason::Cooperation, last_day, context);
    Ok(std::iter::once(asked.into()).chain(paused).collect())
}

/// The agency that a letter goes to: of the directory, here or in another province, and not this one.
fn agency_elsewhere(
    matter: &Matter<LegalAidRules>,
    called: &str,
    context: &Context<'_>,
) -> Result<CooperationAsked, Rejection> {
    let (directory, on) = (context.directory, context.happened_at.china_date());
    let here = directory.agency_called(called);
    // The time of another agency's check is not counted; its own check is the agency's own time.
    if here.is_some_and(|agency| agency.id == matter.unit) {
        return Err(Rejection::AsksItself {});
    }
    let elsewhere = directory.outside_body(called, on);
    let known = here.map(|agency| &agency.name);
    let known = known.or_else(|| elsewhere.map(|body| &body.name));
    let Some(agency) = known.cloned() else {
        let agency = called.to_owned();
        return Err(Rejection::UnknownAgency { agency });
    };
    Ok(CooperationAsked {
        agency,
        letter: String::new(),
        unit: here.map(|agency| agency.id.clone()),
        outside: elsewhere.map(|body| body.id.clone()),
        last_day: None,
    })
}

/// A letter's number, which goes out once.
fn new_letter(matter: &Matter<LegalAidRules>, letter: &str) -> Result<String, Rejection> {
    let letter = letter.trim().to_owned();
    if matter.details.letters.contains(&number_key(&letter)) {
        return Err(Rejection::LetterSent { letter });
    }
    Ok(letter)
}

pub(super) fn receive_cooperation(
    matter: &Matter<LegalAidRules>,
    receive: &ReceiveCooperation,
    context: &Context<'_>,
) -> Decision {
    require_document_numbers(&[("letter", &receive.letter)])?;
    let letter = receive.letter.clone();
    let resumed = resume(matter, context);
    Ok(std::iter::once(CooperationAnswered { letter }.into())
        .chain(resumed)
        .collect())
}

/// Whether a command fits what is known of the means: aid is granted once they are settled, and not above the line.
pub(super) fn fits(matter: &Matter<LegalAidRules>, command: &str) -> bool {
    command != "grant" || require_means(matter).is_ok()
}

fn require_means(matter: &Matter<LegalAidRules>) -> Result<(), Rejection> {
    match matter.details.means {
        None => Err(Rejection::MeansFirst {}),
        Some(Means::AboveLine) => Err(Rejection::AboveLine {}),
        Some(Means::Exempt | Means::NotTested | Means::SharedData | Means::Pledge) => Ok(()),
    }
}

/// Refuses a decision for means unless the applicant was found to be above the line: not without a finding, and not where the
/// applicant was found to be exempt, or within the line (art. 31, 41-43).
pub(super) fn require_above_line(matter: &Matter<LegalAidRules>) -> Result<(), Rejection> {
    match matter.details.means {
        Some(means @ (Means::Exempt | Means::NotTested | Means::SharedData | Means::Pledge)) => {
            Err(Rejection::MeansWithin { means })
        }
        None => Err(Rejection::MeansFirst {}),
        Some(Means::AboveLine) => Ok(()),
    }
}

/// The grant ends the review and starts the clock of the assignment; of the agreement, where a lawyer
/// gives the aid already.
pub(super) fn grant(matter: &Matter<LegalAidRules>, context: &Context<'_>) -> Decision {
    require_means(matter)?;
    let (next, told) = match matter.details.aid {
        Aid::ToBeAssigned => (ASSIGN, None),
        Aid::GivenFirst => (CONTRACT, organ::tell_from_now(matter, context)),
    };
    let next = start(next, matter, context);
    Ok(end_step(matter, Granted {})
        .chain([next])
        .chain(told)
        .collect())
}

pub(super) fn refuse(
    matter: &Matter<LegalAidRules>,
    reason: RefusalReason,
    approval: Option<Approval>,
    context: &Context<'_>,
) -> Decision {
    check_refusal(matter, reason, context.directory)?;
    supplement::require_wait_over_for(reason, matter, context)?;
    if reason == RefusalReason::MeansExceeded {
        require_tested(matter, context)?;
        require_above_line(matter)?;
    }
    let open_dates = matter.critical_dates.open();
    let refused = Refused {
        reason,
        open_dates,
        decided_by: approval.is_none().then(|| context.actor.staff.clone()),
        approval,
    };
    Ok(end_step(matter, refused).collect())
}
