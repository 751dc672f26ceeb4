//! The early end (终止), and objections to it or to a refusal (异议), art. 48, 49.

use onestop_matter::domain::{Bureau, Context, Matter, deciding_bureau, start_at};
use onestop_proto::legal_aid::{
    Approval, DecideObjection, Event, Objected, ObjectionDecided, Rejection, Terminated,
    TerminationReason,
};

use super::{LegalAidRules, end_step, require_texts};

/// The justice bureau's decision: 5 days, art. 49.
const OBJECTION: &str = "legal-aid.objection";

pub(super) fn terminate(
    matter: &Matter<LegalAidRules>,
    reason: TerminationReason,
    approval: Option<Approval>,
) -> Vec<Event> {
    let terminated = Terminated {
        reason,
        open_dates: matter.critical_dates.open(),
        approval,
    };
    end_step(matter, terminated).collect()
}

/// The clock is the bureau's own, from the day on which the objection was made.
pub(super) fn object(
    matter: &Matter<LegalAidRules>,
    context: &Context<'_>,
) -> Result<Vec<Event>, Rejection> {
    let Bureau { unit, division } = deciding_bureau(matter, context.directory)?;
    let decision = start_at::<LegalAidRules>(OBJECTION, division, context);
    let objected = Objected {
        bureau: Some(unit),
        bureau_division: Some(division),
    };
    Ok(vec![objected.into(), decision])
}

/// What must be corrected is referred again by the window, which has the case to do again, also after it has closed it.
pub(super) fn decide_objection(
    matter: &Matter<LegalAidRules>,
    decide: &DecideObjection,
) -> Result<Vec<Event>, Rejection> {
    require_texts(&[("letter", &decide.letter)])?;
    let decided = ObjectionDecided {
        ruling: decide.ruling,
        letter: decide.letter.clone(),
    };
    Ok(end_step(matter, decided).collect())
}
