//! The review of a certificate (复查): by another notary, within the time that the rules give.

use onestop_directory::RosterStanding;
use onestop_matter::domain::{Context, Matter, start};
use onestop_proto::{
    clock,
    ids::StaffId,
    matter,
    notarization::{
        AskReview, DecideReview, Event, Rejection, ReviewAsked, ReviewCarriedOut, ReviewDecided,
        Step,
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

/// While it is under review, another reviewer is named in place of the first; the clock runs on.
pub(super) fn ask(
    matter: &Matter<NotarizationRules>,
    ask: &AskReview,
    context: &Context<'_>,
) -> Decision {
    reviewer_fits(matter, &ask.reviewer, context)?;
    let asked = ReviewAsked {
        by: ask.applicant,
        reviewer: ask.reviewer.clone(),
    };
    if matter.step == Step::Reviewing {
        return Ok(vec![asked.into()]);
    }
    in_time(matter, ask.known_on, context)?;
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

/// A certificate is known from its issue on, and asked about until the time is over that runs from then.
fn in_time(
    matter: &Matter<NotarizationRules>,
    known: Timestamp,
    context: &Context<'_>,
) -> Result<(), Rejection> {
    let directory = context.directory;
    let day = known.china_date();
    if known > context.now {
        let day = day.to_string();
        return Err(matter::Rejection::DayToCome { day }.into());
    }
    // A certificate of before says no day; it came after the acceptance.
    let issued = matter.details.issued_at.or(matter.counted_from);
    if let Some(issued) = issued
        .map(Timestamp::china_date)
        .filter(|issued| day < *issued)
    {
        return Err(Rejection::KnownBeforeIssue {
            day: day.to_string(),
            issued: issued.to_string(),
        });
    }
    let within: Option<clock::Step> = ASKED_WITHIN.parse().ok();
    let limit = within.map(|step| directory.bounding_limit(&step, matter.division, day));
    if let Some(due) = limit.map(|limit| directory.due(&limit, known))
        && context.happened_at >= due.at
    {
        let day = due.day.to_string();
        return Err(Rejection::ReviewLate { day });
    }
    Ok(())
}

/// By the person who was named for it: that was checked as for every command.
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
