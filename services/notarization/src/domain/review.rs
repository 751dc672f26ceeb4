//! The review of a certificate (复查): by another notary, within the time that the rules give (公证程序规则, 复查).

use onestop_directory::RosterStanding;
use onestop_matter::domain::{Context, Matter, require_document_numbers, require_impartial, start};
use onestop_proto::{
    clock,
    field_problems::both,
    ids::StaffId,
    notarization::{
        AskReview, DecideReview, Event, Rejection, ReviewAsked, ReviewBy, ReviewCarriedOut,
        ReviewDecided, Step,
    },
    time::Timestamp,
};

use super::{Decision, NotarizationRules, end_step};

/// From the application to the decision.
const DECIDE: &str = "notarization.review";
/// From the decision to its end.
const CARRY_OUT: &str = "notarization.carry-out-review";
/// A party has a year from receipt, an interested person a year from knowing.
const ASKED_WITHIN: &str = "notarization.ask-review";
/// An interested person has twenty years from the issue of the certificate, however late they know of it.
const ASKED_AT_MOST: &str = "notarization.ask-review-most";

/// While it is under review, another reviewer is named in place of the first; the clock runs on.
pub(super) fn ask(
    matter: &Matter<NotarizationRules>,
    ask: &AskReview,
    context: &Context<'_>,
) -> Decision {
    let reviewer = reviewer_fits(matter, &ask.reviewer, context);
    let asked = ReviewAsked {
        by: ask.applicant,
        reviewer: ask.reviewer.clone(),
    };
    if matter.step == Step::Reviewing {
        reviewer?;
        return Ok(vec![asked.into()]);
    }
    both(reviewer, known_when_it_can_be(matter, ask, context))?;
    let at_most = match ask.applicant {
        ReviewBy::Party => None,
        ReviewBy::Interested => matter.details.issued_at.map(|at| (ASKED_AT_MOST, at)),
    };
    let limits = std::iter::once((ASKED_WITHIN, ask.known_on)).chain(at_most);
    for (step, since) in limits {
        in_time(matter, step, since, context)?;
    }
    Ok(vec![asked.into(), start(DECIDE, matter, context)])
}

/// 公证程序规则 (复查): a notary of the office who did not handle the matter. An office whose roster is not kept names whom it
/// has; that person alone decides.
fn reviewer_fits(
    matter: &Matter<NotarizationRules>,
    reviewer: &StaffId,
    context: &Context<'_>,
) -> Result<(), Rejection> {
    let details = &matter.details;
    if details.notary.as_ref() == Some(reviewer) {
        let notary = reviewer.clone();
        return Err(Rejection::SameNotary { notary });
    }
    if details.told_by.as_ref() == Some(reviewer) {
        let notary = reviewer.clone();
        return Err(Rejection::HandledIt { notary });
    }
    require_impartial(matter, reviewer, context)?;
    let day = context.happened_at.china_date();
    let directory = context.directory;
    match directory.roster_standing(&matter.unit, reviewer, day) {
        RosterStanding::NotKept | RosterStanding::Valid => Ok(()),
        RosterStanding::Unknown | RosterStanding::OtherDay => Err(Rejection::UnknownReviewer {
            reviewer: reviewer.clone(),
            unit: matter.unit.clone(),
        }),
    }
}

/// The day from which the time counts has come, and is not before that of the certificate: an earlier one would take the time
/// away from the citizen, a later one would give more of it.
fn known_when_it_can_be(
    matter: &Matter<NotarizationRules>,
    ask: &AskReview,
    context: &Context<'_>,
) -> Result<(), Rejection> {
    let known = ask.known_on;
    if known > context.happened_at {
        let day = known.china_date().to_string();
        return Err(Rejection::KnownToCome { day });
    }
    // A certificate of before says no day; it came after the acceptance.
    let issued = matter.details.issued_at.or(matter.counted_from);
    let (day, issued) = (known.china_date(), issued.map(Timestamp::china_date));
    match issued.filter(|issued| day < *issued) {
        Some(issued) => Err(Rejection::KnownBeforeIssue {
            day: day.to_string(),
            issued: issued.to_string(),
        }),
        None => Ok(()),
    }
}

fn in_time(
    matter: &Matter<NotarizationRules>,
    step: &str,
    since: Timestamp,
    context: &Context<'_>,
) -> Result<(), Rejection> {
    let directory = context.directory;
    let step: Option<clock::Step> = step.parse().ok();
    let limit =
        step.map(|step| directory.bounding_limit(&step, matter.division, since.china_date()));
    match limit.map(|limit| directory.due(&limit, since)) {
        Some(due) if context.happened_at >= due.at => {
            let day = due.day.to_string();
            Err(Rejection::ReviewLate { day })
        }
        Some(_) | None => Ok(()),
    }
}

/// By the person who was named for it: that was checked as for every command.
pub(super) fn decide(
    matter: &Matter<NotarizationRules>,
    decide: &DecideReview,
    context: &Context<'_>,
) -> Decision {
    require_other_notary(matter, context)?;
    require_document_numbers(&[("letter", &decide.letter)])?;
    let decided = ReviewDecided {
        outcome: decide.outcome,
        letter: decide.letter.clone(),
    };
    let carry_out = start(CARRY_OUT, matter, context);
    Ok(end_step(matter, decided).chain([carry_out]).collect())
}

/// A reviewer who was named before it was asked whether they handled the matter may have issued the certificate.
pub(super) fn require_other_notary(
    matter: &Matter<NotarizationRules>,
    context: &Context<'_>,
) -> Result<(), Rejection> {
    let staff = &context.actor.staff;
    if matter.details.notary.as_ref() == Some(staff) {
        let notary = staff.clone();
        return Err(Rejection::SameNotary { notary });
    }
    Ok(())
}

pub(super) fn carry_out(matter: &Matter<NotarizationRules>) -> Vec<Event> {
    end_step(matter, ReviewCarriedOut {}).collect()
}
