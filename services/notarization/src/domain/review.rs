//! The review of a certificate (复查): by another notary, within the time that the rules give (公证程序规则, 复查).

use onestop_matter::domain::{Context, Matter, start};
use onestop_proto::{
    clock::Step,
    ids::StaffId,
    notarization::{
        AskReview, DecideReview, Event, Rejection, ReviewAsked, ReviewBy, ReviewCarriedOut,
        ReviewDecided,
    },
    time::Timestamp,
};

use super::{NotarizationRules, end_step, require_texts};

type Decision = Result<Vec<Event>, Rejection>;

/// From the application to the decision.
const DECIDE: &str = "notarization.review";
/// From the decision to its end.
const CARRY_OUT: &str = "notarization.carry-out-review";
/// A party has a year from receipt, an interested person a year from knowing.
const ASKED_WITHIN: &str = "notarization.ask-review";
/// An interested person has twenty years from the issue of the certificate, however late they know of it.
const ASKED_AT_MOST: &str = "notarization.ask-review-most";

pub(super) fn ask(
    matter: &Matter<NotarizationRules>,
    ask: &AskReview,
    context: &Context<'_>,
) -> Decision {
    another_notary(matter, &ask.reviewer)?;
    known_when_it_can_be(matter, ask, context)?;
    let at_most = match ask.applicant {
        ReviewBy::Party => None,
        ReviewBy::Interested => matter.details.issued_at.map(|at| (ASKED_AT_MOST, at)),
    };
    let limits = std::iter::once((ASKED_WITHIN, ask.known_on)).chain(at_most);
    for (step, since) in limits {
        in_time(matter, step, since, context)?;
    }
    let asked = ReviewAsked {
        by: ask.applicant,
        reviewer: ask.reviewer.clone(),
    };
    Ok(vec![asked.into(), start(DECIDE, matter, context)])
}

/// Who issued the certificate does not review it.
fn another_notary(matter: &Matter<NotarizationRules>, reviewer: &StaffId) -> Result<(), Rejection> {
    if matter.details.notary.as_ref() == Some(reviewer) {
        let notary = reviewer.clone();
        return Err(Rejection::SameNotary { notary });
    }
    Ok(())
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
    let issued = matter.details.issued_at.map(Timestamp::china_date);
    match issued.filter(|issued| known.china_date() < *issued) {
        Some(issued) => {
            let day = issued.to_string();
            Err(Rejection::KnownBeforeIssue { day })
        }
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
    let step: Option<Step> = step.parse().ok();
    let limit = step.and_then(|step| directory.limit(&step, matter.division, since.china_date()));
    match limit.map(|limit| directory.due(&limit, since)) {
        Some(due) if context.happened_at >= due.at => {
            let day = due.day.to_string();
            Err(Rejection::ReviewLate { day })
        }
        Some(_) | None => Ok(()),
    }
}

/// The notary who issued the certificate does not decide on it either.
pub(super) fn decide(
    matter: &Matter<NotarizationRules>,
    decide: &DecideReview,
    context: &Context<'_>,
) -> Decision {
    another_notary(matter, &context.actor.staff)?;
    require_texts(&[("letter", &decide.letter)])?;
    let decided = ReviewDecided {
        outcome: decide.outcome,
        letter: decide.letter.clone(),
    };
    let carry_out = start(CARRY_OUT, matter, context);
    Ok(end_step(matter, decided).chain([carry_out]).collect())
}

pub(super) fn carry_out(matter: &Matter<NotarizationRules>) -> Vec<Event> {
    end_step(matter, ReviewCarriedOut {}).collect()
}
