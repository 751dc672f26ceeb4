//! Who gives the aid: at once, by assignment, by another in their place (法律援助法 art. 26, 36, 43, 44, 55).

use onestop_directory::Figure;
use onestop_matter::domain::{Context, Matter, acts_for_other_side, resume, start};
use onestop_proto::{
    acting_person::ActingPerson,
    field_problems::both,
    legal_aid::{
        self, Assign, Assigned, ProvideFirst, ProvidedFirst, Reassign, Reassigned, Rejection,
    },
    numbers::LicenceNumber,
};

use super::{
    Decision, LegalAidRules, application::CONTRACT, end_step, organ, other_lawyer, require_texts,
};

/// The review goes on, and its clock with it, also where it stood still for papers: a period that ends waits for none
/// (art. 44).
pub(super) fn provide_first(
    matter: &Matter<LegalAidRules>,
    first: &ProvideFirst,
    context: &Context<'_>,
) -> Decision {
    let licence = lawyer(&first.firm, &first.licence)?;
    for_one_side(matter, licence.as_str(), context)?;
    let provided = ProvidedFirst {
        reason: first.reason,
        firm: first.firm.clone(),
        licence: licence.into(),
    };
    let resumed = resume(matter, context);
    Ok(std::iter::once(provided.into()).chain(resumed).collect())
}

pub(super) fn assign(
    matter: &Matter<LegalAidRules>,
    assign: &Assign,
    context: &Context<'_>,
) -> Decision {
    let lawyer = lawyer(&assign.firm, &assign.licence);
    let (licence, ()) = both(lawyer, senior(matter, assign.years, context))?;
    check_years(&licence, assign.years, context)?;
    for_one_side(matter, licence.as_str(), context)?;
    let assigned = Assigned {
        firm: assign.firm.clone(),
        licence: licence.into(),
    };
    let contract = start(CONTRACT, matter, context);
    let tell = organ::tell_of_assignment(matter, context);
    Ok(end_step(matter, assigned)
        .chain([contract])
        .chain(tell)
        .collect())
}

/// The time for an agreement begins again; a request for another lawyer is decided on.
pub(super) fn reassign(
    matter: &Matter<LegalAidRules>,
    again: &Reassign,
    context: &Context<'_>,
) -> Decision {
    let lawyer = lawyer(&again.firm, &again.licence);
    let (licence, ()) = both(lawyer, senior(matter, again.years, context))?;
    check_years(&licence, again.years, context)?;
    if matter.acted.last().map(String::as_str) == Some(licence.as_str()) {
        let licence = licence.into();
        return Err(Rejection::SameLawyer { licence });
    }
    for_one_side(matter, licence.as_str(), context)?;
    let reassigned = Reassigned {
        firm: again.firm.clone(),
        licence: licence.into(),
        reason: again.reason,
    };
    let contract = start(CONTRACT, matter, context);
    let tell = organ::tell_from_now(matter, context);
    Ok(end_step(matter, reassigned)
        .chain([contract])
        .chain(tell)
        .chain(other_lawyer::decided(matter))
        .collect())
}

/// Who gives the aid: the firm, and the licence as it is kept.
pub(super) fn lawyer(firm: &str, typed: &str) -> Result<LicenceNumber, Rejection> {
    let texts = require_texts(&[("firm", firm), ("licence", typed)]);
    let ((), licence) = both(texts.map_err(Rejection::from), licence(typed))?;
    Ok(licence)
}

fn licence(typed: &str) -> Result<LicenceNumber, Rejection> {
    typed.parse().map_err(|_| Rejection::NotALicence {
        licence: typed.chars().take(SHOWN).collect(),
    })
}

/// So many characters of a wrong number are shown.
const SHOWN: usize = 60;

/// 律师法 art. 39: no lawyer acts for both sides. The agency may (法律援助法 art. 38): its place decides, not who came first. Whose
/// case the other is, the refusal does not say.
pub(super) fn for_one_side(
    matter: &Matter<LegalAidRules>,
    licence: &str,
    context: &Context<'_>,
) -> Result<(), Rejection> {
    let lawyer = ActingPerson::licensed(legal_aid::service(), licence);
    let lawyer = context.directory.identified(&matter.unit, lawyer);
    if acts_for_other_side(matter, &lawyer, context) {
        let licence = licence.to_owned();
        return Err(Rejection::BothSides { licence });
    }
    Ok(())
}

/// A lawyer cannot have practised for longer than since the licence.
fn check_years(
    licence: &LicenceNumber,
    years: Option<u32>,
    context: &Context<'_>,
) -> Result<(), Rejection> {
    let Some((years, first)) = years.zip(licence.first_year()) else {
        return Ok(());
    };
    let this_year = context.happened_at.china_date().year();
    let most = u32::try_from(this_year.saturating_sub(first)).unwrap_or(0);
    if years > most {
        return Err(Rejection::TooManyYears { years, most });
    }
    Ok(())
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
