//! The review of a certificate (复查): by another notary, within the time that the rules give.

use onestop_matter::domain::{Context, Matter, start};
use onestop_proto::notarization::{
    AskReview, DecideReview, Event, Rejection, ReviewAsked, ReviewCarriedOut, ReviewDecided,
};

use super::{NotarizationRules, end_step, require_texts};

type Decision = Result<Vec<Event>, Rejection>;

/// From the application to the decision.
const DECIDE: &str = "notarization.review";
/// From the decision to its end.
const CARRY_OUT: &str = "notarization.carry-out-review";
/// A party has a year from receipt, an interested person a year from knowing.
const ASKED_WITHIN: &str = "notarization.ask-review";

pub(super) fn ask(
    matter: &Matter<NotarizationRules>,
    ask: &AskReview,
    context: &Context<'_>,
) -> Decision {
    if matter.details.notary.as_ref() == Some(&ask.reviewer) {
        let notary = ask.reviewer.clone();
        return Err(Rejection::SameNotary { notary });
    }
    let directory = context.directory;
    let known = ask.known_on;
    let within = ASKED_WITHIN.parse().ok();
    let limit = within.and_then(|step| directory.limit(&step, matter.division, known.china_date()));
    if let Some(due) = limit.map(|limit| directory.due(&limit, known))
        && context.happened_at >= due.at
    {
        let day = due.day.to_string();
        return Err(Rejection::ReviewLate { day });
    }
    let asked = ReviewAsked {
        by: ask.applicant,
        reviewer: ask.reviewer.clone(),
    };
    Ok(vec![asked.into(), start(DECIDE, matter, context)])
}

pub(super) fn decide(
    matter: &Matter<NotarizationRules>,
    decide: &DecideReview,
    context: &Context<'_>,
) -> Decision {
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
