//! The early end (终止), and objections to it or to a refusal (异议), art. 48, 49.

use onestop_matter::domain::{Context, Matter, start};
use onestop_proto::legal_aid::{
    DecideObjection, Event, Objected, ObjectionDecided, Rejection, Terminate, Terminated,
};

use super::{LegalAidRules, end_step, require_texts};

/// The justice bureau's decision: 5 days, art. 49.
const OBJECTION: &str = "legal-aid.objection";

pub(super) fn terminate(matter: &Matter<LegalAidRules>, terminate: &Terminate) -> Vec<Event> {
    let reason = terminate.reason;
    end_step(matter, Terminated { reason }).collect()
}

pub(super) fn object(matter: &Matter<LegalAidRules>, context: &Context<'_>) -> Vec<Event> {
    let decision = start(OBJECTION, matter, context);
    vec![Objected {}.into(), decision]
}

/// What must be corrected is referred again by the window, to the same agency.
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
