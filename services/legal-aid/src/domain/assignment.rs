//! Who gives the aid: at once, on notice, by assignment, by another in their place (法律援助法 art. 26,
//! 36, 43, 44, 55).

use onestop_matter::domain::{Context, Matter, acts_for_other_side, resume, start};
use onestop_proto::legal_aid::{
    Assign, Assigned, Event, Gravity, InformOrgan, Notified, OrganInformed, ProvideFirst,
    ProvidedFirst, Reassign, Reassigned, Rejection, TakeNotice,
};

use super::{LegalAidRules, application::CONTRACT, end_step, require_texts};

type Decision = Result<Vec<Event>, Rejection>;

/// From the notice of a criminal organ to the assignment: 3 days, art. 36.
const ASSIGN_NOTIFIED: &str = "legal-aid.assign-notified";
/// Years of practice for a case that may end in life or death, art. 26.
const YEARS: u32 = 3;

/// The review goes on, and its clock with it, also where it stood still for papers: a period that ends waits for none
/// (art. 44).
pub(super) fn provide_first(
    matter: &Matter<LegalAidRules>,
    first: &ProvideFirst,
    context: &Context<'_>,
) -> Decision {
    require_texts(&[("firm", &first.firm), ("licence", &first.licence)])?;
    for_one_side(matter, &first.licence, context)?;
    let provided = ProvidedFirst {
        reason: first.reason,
        firm: first.firm.clone(),
        licence: first.licence.clone(),
    };
    let resumed = resume(matter, context);
    Ok(std::iter::once(provided.into()).chain(resumed).collect())
}

/// A notice needs no review: the assignment is due.
pub(super) fn take_notice(
    matter: &Matter<LegalAidRules>,
    take: &TakeNotice,
    context: &Context<'_>,
) -> Decision {
    require_texts(&[("notice", &take.notice)])?;
    let notified = Notified {
        organ: take.organ,
        notice: take.notice.clone(),
        gravity: take.gravity,
    };
    let assign = start(ASSIGN_NOTIFIED, matter, context);
    Ok(end_step(matter, notified).chain([assign]).collect())
}

pub(super) fn assign(
    matter: &Matter<LegalAidRules>,
    assign: &Assign,
    context: &Context<'_>,
) -> Decision {
    require_texts(&[("firm", &assign.firm), ("licence", &assign.licence)])?;
    for_one_side(matter, &assign.licence, context)?;
    senior(matter, assign.years)?;
    let assigned = Assigned {
        firm: assign.firm.clone(),
        licence: assign.licence.clone(),
    };
    let contract = start(CONTRACT, matter, context);
    Ok(end_step(matter, assigned).chain([contract]).collect())
}

/// The time for an agreement begins again.
pub(super) fn reassign(
    matter: &Matter<LegalAidRules>,
    again: &Reassign,
    context: &Context<'_>,
) -> Decision {
    require_texts(&[("firm", &again.firm), ("licence", &again.licence)])?;
    for_one_side(matter, &again.licence, context)?;
    senior(matter, again.years)?;
    let reassigned = Reassigned {
        firm: again.firm.clone(),
        licence: again.licence.clone(),
        reason: again.reason,
    };
    let contract = start(CONTRACT, matter, context);
    Ok(end_step(matter, reassigned).chain([contract]).collect())
}

/// 律师法 art. 39: no lawyer acts for both sides. The agency may (法律援助法 art. 38): its place decides, not who came first.
pub(super) fn for_one_side(
    matter: &Matter<LegalAidRules>,
    licence: &str,
    context: &Context<'_>,
) -> Result<(), Rejection> {
    let licence = licence.trim();
    match acts_for_other_side(matter, licence, context) {
        Some(case) => Err(Rejection::BothSides {
            licence: licence.to_owned(),
            case,
        }),
        None => Ok(()),
    }
}

fn senior(matter: &Matter<LegalAidRules>, years: Option<u32>) -> Result<(), Rejection> {
    let (wanted, years) = (YEARS, years.unwrap_or(0));
    match matter.details.notified {
        Some(Gravity::LifeOrDeath) if years < wanted => Err(Rejection::TooJunior { wanted, years }),
        Some(Gravity::LifeOrDeath | Gravity::Ordinary) | None => Ok(()),
    }
}

pub(super) fn inform_organ(matter: &Matter<LegalAidRules>, inform: &InformOrgan) -> Decision {
    if matter.details.notified.is_none() {
        return Err(Rejection::NotNotified {});
    }
    require_texts(&[("letter", &inform.letter)])?;
    let letter = inform.letter.clone();
    Ok(vec![OrganInformed { letter }.into()])
}
