//! Referring a case that is at the window (转办): because no unit took it, or because its result does not
//! help enough.

use onestop_directory::Identity;
use onestop_proto::{
    case::{About, Applicant, Event, ReferralRequested, Rejection, RequestReferral, Warning},
    referral::ReferralSubject,
};

use crate::domain::{
    Case, Context, Decision, Reference, applicant, capacity,
    field_problem::incomplete,
    group, notice,
    offering::{TopicChoice, check_offered, check_worked},
    own_window::works_itself,
    respondents,
};

pub(super) fn decide(case: &Case, request: &RequestReferral, context: &Context<'_>) -> Decision {
    let place = request.place.unwrap_or(case.place);
    let about = request.other.as_ref().unwrap_or(&case.about);
    let is_other = about.item != case.about.item || about.topic != case.about.topic;
    if !is_other && place == case.place {
        check_not_external(case)?;
    }
    let choice = if is_other {
        TopicChoice::Now
    } else {
        TopicChoice::Before
    };
    if about.item == case.about.item && place == case.place {
        check_worked(about, place, choice, context)?;
    } else {
        check_offered(about, place, choice, context)?;
    }
    check_named(case, about, context)?;
    let notice = notice::kept(case.opened.notice.as_deref(), about, context.directory);
    if notice.is_none() {
        check_applicants(case, about, context)?;
    }
    notice::check(about, notice.as_ref(), context)?;
    let applicant = applicant_in(context.reference);
    let subject = ReferralSubject {
        item: about.item.clone(),
        topic: about.topic.clone(),
        place,
        urgent: case.urgent,
        language: case.needs.language,
        opposed_to: case.opened.opposed_to,
        notice,
        respondents: applicant.map_or(case.respondents, respondents::count),
        people: applicant.map(group::size).or(case.people),
        resumed: case.resumption,
    };
    if works_itself(&case.opened.window, &subject, context) {
        return Err(incomplete(
            "place",
            "这件事由本窗口自己办理，不用转办：请直接答复，或另选事项、管辖地 / \
             this window works it itself and has nobody to refer it to: answer it, or choose another item or place",
        ));
    }
    Ok(vec![Event::from(ReferralRequested {
        number: case.opened.number.clone(),
        subject,
    })])
}

/// The applicants as last corrected, where they can be read.
fn applicant_in(reference: &Reference) -> Option<&Applicant> {
    if let Reference::Applicant(applicant) = reference {
        Some(applicant)
    } else {
        None
    }
}

/// Those who asked for one thing apply for another by that one's own rules: an agent who may act in legal aid may not before a
/// notary, and a company that has a certificate made asks for no legal aid. What they applied for themselves was checked then.
fn check_applicants(case: &Case, about: &About, context: &Context<'_>) -> Result<(), Rejection> {
    let applied = case.opened.notice.is_none() && about.item == case.about.item;
    match applicant_in(context.reference) {
        Some(_) if applied => Ok(()),
        Some(applicant) => applicant::check_referred(applicant, &about.item, context),
        None => capacity::check_advised(&case.warnings, &about.item),
    }
}

/// What a body outside is responsible for would only come back, whichever way it is asked for again.
fn check_not_external(case: &Case) -> Result<(), Rejection> {
    let external = case.external.clone();
    external.map_or(Ok(()), |to| Err(Rejection::ToHandOver { to }))
}

/// An anonymous consultation becomes an application only once the applicant is named.
fn check_named(case: &Case, about: &About, context: &Context<'_>) -> Result<(), Rejection> {
    let item = context.directory.item(&about.item);
    let identity = item.map_or(Identity::Needed, |item| item.identity);
    match identity {
        Identity::Needed if case.warnings.contains(&Warning::Anonymous) => Err(incomplete(
            "applicant.people[0].name",
            "申请人没有留名。申请须写明姓名：先用“更正”补记姓名 / \
             nobody is named. An application says who applies: add the name by a correction first",
        )),
        Identity::Needed | Identity::NotNeeded => Ok(()),
    }
}
