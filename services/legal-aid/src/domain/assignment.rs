//! Who gives the aid: at once, by assignment, by another in their place (法律援助法 art. 26, 36, 43, 44, 55).

use onestop_directory::Figure;
use onestop_matter::domain::{Context, Matter, acts_for_other_side, resume, start};
use onestop_proto::legal_aid::{
    Assign, Assigned, Event, ProvideFirst, ProvidedFirst, Reassign, Reassigned, Rejection,
};

use super::{LegalAidRules, application::CONTRACT, end_step, organ, require_texts};

type Decision = Result<Vec<Event>, Rejection>;

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

pub(super) fn assign(
    matter: &Matter<LegalAidRules>,
    assign: &Assign,
    context: &Context<'_>,
) -> Decision {
    require_texts(&[("firm", &assign.firm), ("licence", &assign.licence)])?;
    for_one_side(matter, &assign.licence, context)?;
    senior(matter, assign.years, context)?;
    let assigned = Assigned {
        firm: assign.firm.clone(),
        licence: assign.licence.clone(),
    };
    let contract = start(CONTRACT, matter, context);
    let tell = organ::tell_of_assignment(matter, context);
    Ok(end_step(matter, assigned)
        .chain([contract])
        .chain(tell)
        .collect())
}

/// The time for an agreement begins again.
pub(super) fn reassign(
    matter: &Matter<LegalAidRules>,
    again: &Reassign,
    context: &Context<'_>,
) -> Decision {
    require_texts(&[("firm", &again.firm), ("licence", &again.licence)])?;
    for_one_side(matter, &again.licence, context)?;
    senior(matter, again.years, context)?;
    let reassigned = Reassigned {
        firm: again.firm.clone(),
        licence: again.licence.clone(),
        reason: again.reason,
    };
    let contract = start(CONTRACT, matter, context);
    let tell = organ::tell_from_now(matter, context);
    Ok(end_step(matter, reassigned)
        .chain([contract])
        .chain(tell)
        .collect())
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

/// The directory says how many years of practice (art. 26).
fn senior(
    matter: &Matter<LegalAidRules>,
    years: Option<u32>,
    context: &Context<'_>,
) -> Result<(), Rejection> {
    let on = context.happened_at.china_date();
    let wanted = context.directory.figure(Figure::SeniorYears, on);
    let years = years.unwrap_or(0);
    let grave = matter.details.notified.is_some_and(organ::wants_senior);
    if grave && years < wanted {
        return Err(Rejection::TooJunior { wanted, years });
    }
    Ok(())
}
