//! Means, grant, refusal, assignment, conclusion (法律援助法 art. 31–48).

use onestop_matter::domain::{Context, Matter, start, stop};
use onestop_proto::{
    clock::Stop,
    legal_aid::{
        Assign, Assigned, Concluded, DetermineMeans, Event, Granted, MeansDetermined, Refuse,
        Refused, Rejection, Step,
    },
    matter,
};

use super::LegalAid;

type Decision = Result<Vec<Event>, Rejection>;

/// From the grant to the assignment: 3 days, art. 43.
const ASSIGNMENT: &str = "legal-aid.assign";

pub(super) fn determine_means(matter: &Matter<LegalAid>, determine: &DetermineMeans) -> Decision {
    let Step::Review = matter.step else {
        return Err(matter.not_now().into());
    };
    let means = determine.means;
    Ok(vec![MeansDetermined { means }.into()])
}

/// The grant ends the review and starts the clock of the assignment.
pub(super) fn grant(matter: &Matter<LegalAid>, context: &Context<'_>) -> Decision {
    let Step::Review = matter.step else {
        return Err(matter.not_now().into());
    };
    if matter.details.means.is_none() {
        return Err(Rejection::MeansFirst {});
    }
    let assignment = start(ASSIGNMENT, matter, context);
    Ok(done(matter, Granted {}).chain([assignment]).collect())
}

pub(super) fn refuse(matter: &Matter<LegalAid>, refuse: &Refuse) -> Decision {
    let (Step::Review | Step::Supplement) = matter.step else {
        return Err(matter.not_now().into());
    };
    let reason = refuse.reason;
    Ok(done(matter, Refused { reason }).collect())
}

pub(super) fn assign(matter: &Matter<LegalAid>, assign: &Assign) -> Decision {
    let Step::Granted = matter.step else {
        return Err(matter.not_now().into());
    };
    for (field, value) in [("firm", &assign.firm), ("licence", &assign.licence)] {
        if value.trim().is_empty() {
            let field = field.to_owned();
            return Err(matter::Rejection::Incomplete { field }.into());
        }
    }
    let assigned = Assigned {
        firm: assign.firm.clone(),
        licence: assign.licence.clone(),
    };
    Ok(done(matter, assigned).collect())
}

pub(super) fn conclude(matter: &Matter<LegalAid>) -> Decision {
    let Step::Assigned = matter.step else {
        return Err(matter.not_now().into());
    };
    Ok(vec![Concluded {}.into()])
}

/// What happened, and the end of the clock that measured the way to it.
fn done(matter: &Matter<LegalAid>, event: impl Into<Event>) -> impl Iterator<Item = Event> {
    std::iter::once(event.into()).chain(stop(matter, Stop::Done))
}
