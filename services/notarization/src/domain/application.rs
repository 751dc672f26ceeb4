//! From the application to acceptance (受理), and what ends a matter without a certificate (公证法
//! art. 26, 27, 31, 34).

use onestop_directory::Directory;
use onestop_matter::domain::{Context, Matter, require_impartial, start};
use onestop_proto::{
    ids::{ServiceItem, StaffId, Topic},
    matter,
    notarization::{
        Accepted, AppearInPerson, Appeared, ApplicantsCounted, Approval, ConsequencesTold, Event,
        FeeReduced, ReduceFee, RefusalReason, Refused, Rejection, Terminated, TerminationReason,
    },
    referral::ApplicantsCorrected,
    routing,
};

use super::{Decision, Details, NotarizationRules, Presence, details::Fee, end_step};

/// From acceptance to the certificate: 15 working days, 公证法 art. 30.
const ISSUE: &str = "notarization.issue";
/// How long a party's cause keeps a matter from its end before it is terminated for it.
const PARTY_CAUSE: &str = "notarization.party-cause";
/// As many as an application takes down.
const MOST_PEOPLE: u32 = 100;

/// Of several applicants each is recorded once, by the place in the case's file.
pub(super) fn appear(matter: &Matter<NotarizationRules>, appear: &AppearInPerson) -> Decision {
    let (least, most) = (1, MOST_PEOPLE);
    let person = appear.person;
    if person.is_some_and(|person| !(least..=most).contains(&person)) {
        let field = "person".to_owned();
        return Err(matter::Rejection::OutOfRange { field, least, most }.into());
    }
    let details = &matter.details;
    let is_recorded = match person {
        Some(person) => details.appeared.contains(&person),
        None => details.presence == Presence::Everyone,
    };
    let appeared = (!is_recorded).then(|| Appeared { person }.into());
    Ok(appeared.into_iter().collect())
}

/// The notary who explains the consequences handles the matter: not one who acts, or acted, for the other side.
pub(super) fn tell(matter: &Matter<NotarizationRules>, context: &Context<'_>) -> Decision {
    let told_by = context.actor.staff.clone();
    require_impartial(matter, &told_by, context)?;
    Ok(vec![ConsequencesTold { told_by }.into()])
}

/// The window corrected who applies: each of them comes (公证程序规则 art. 11).
pub(super) fn corrected(
    matter: &Matter<NotarizationRules>,
    corrected: ApplicantsCorrected,
) -> Vec<Event> {
    let count = corrected.people;
    let count = count.filter(|count| matter.details.applicants != Some(*count));
    let counted = count.map(|count| ApplicantsCounted { count }.into());
    counted.into_iter().collect()
}

pub(super) fn reduce_fee(reduce: &ReduceFee) -> Decision {
    let (least, most) = (1, 100);
    if !(least..=most).contains(&reduce.percent) {
        let field = "percent".to_owned();
        return Err(matter::Rejection::OutOfRange { field, least, most }.into());
    }
    let (basis, percent) = (reduce.basis, reduce.percent);
    Ok(vec![FeeReduced { basis, percent }.into()])
}

/// Acceptance ends the examination and starts the clock of the certificate.
pub(super) fn accept(matter: &Matter<NotarizationRules>, context: &Context<'_>) -> Decision {
    let told_by = require_told_and_present(&matter.details, context.directory)?;
    let certificate = start(ISSUE, matter, context);
    Ok(end_step(matter, Accepted { told_by })
        .chain([certificate])
        .collect())
}

/// Whether a command fits what was done before it: an application is accepted once the consequences were explained and who has
/// to come has come, and a certificate is issued while none of them is missing; who is recorded already does not appear again.
pub(super) fn fits(
    matter: &Matter<NotarizationRules>,
    command: &str,
    directory: &Directory,
) -> bool {
    let details = &matter.details;
    match command {
        "accept" => require_told_and_present(details, directory).is_ok(),
        "issue" => require_presence(details, directory).is_ok(),
        "appear-in-person" => may_appear(details),
        _ => true,
    }
}

/// Whether an applicant who is not recorded may still appear. A file of before does not say how many there are.
fn may_appear(details: &Details) -> bool {
    let is_absent = |person: u32| !details.appeared.contains(&person);
    let somebody_is_absent = |people: u32| (1..=people).any(is_absent);
    details.presence != Presence::Everyone && details.applicants.is_none_or(somebody_is_absent)
}

/// Who explained the consequences.
fn require_told_and_present(
    details: &Details,
    directory: &Directory,
) -> Result<StaffId, Rejection> {
    let told_by = details.told_by.clone().ok_or(Rejection::TellFirst {})?;
    require_presence(details, directory)?;
    Ok(told_by)
}

/// What is applied for in person is accepted, and certified, once each applicant has come: also one whom the window added to the
/// file since.
pub(super) fn require_presence(details: &Details, directory: &Directory) -> Result<(), Rejection> {
    let topic = details.topic.as_ref();
    match topic.filter(|topic| is_in_person(topic, directory)) {
        Some(topic) => require_everyone(details, topic, directory),
        None => Ok(()),
    }
}

/// 公证程序规则 art. 11: each applicant comes, and none for another.
fn require_everyone(
    details: &Details,
    topic: &Topic,
    directory: &Directory,
) -> Result<(), Rejection> {
    // Of a file of before, which does not say how many there are, it is recorded that all came.
    let all_told = details.presence == Presence::Everyone;
    if !all_told && (details.appeared.is_empty() || details.applicants.is_none()) {
        let topic = topic.clone();
        let item = ServiceItem::notarization();
        let topic_name = directory.topic_label(&item, &topic);
        return Err(Rejection::InPerson { topic, topic_name });
    }
    let people = details.applicants.unwrap_or(1);
    let came = |person: &u32| details.appeared.contains(person);
    let absent = (1..=people).find(|person| !all_told && !came(person));
    match absent {
        Some(person) => Err(Rejection::NotEveryoneCame { people, person }),
        None => Ok(()),
    }
}

/// Whether a party must apply in person (公证法 art. 26, 公证程序规则 art. 11): the directory lists the topics.
fn is_in_person(topic: &Topic, directory: &Directory) -> bool {
    let item = directory.item(&ServiceItem::notarization());
    let law = item.map(|item| item.jurisdiction_of(topic));
    law.is_some_and(|law| law.presence == routing::Presence::InPerson)
}

/// A fee that is waived is not refused (公证法 art. 34).
pub(super) fn refuse(
    matter: &Matter<NotarizationRules>,
    reason: RefusalReason,
    approval: Option<Approval>,
) -> Decision {
    if reason == RefusalReason::FeeRefused && matter.details.fee == Fee::Waived {
        return Err(Rejection::FeeWaived {});
    }
    Ok(end_step(matter, Refused { reason, approval }).collect())
}

pub(super) fn terminate(
    matter: &Matter<NotarizationRules>,
    reason: TerminationReason,
    approval: Option<Approval>,
    context: &Context<'_>,
) -> Decision {
    if reason == TerminationReason::PartyCause {
        six_months_over(matter, context)?;
    }
    Ok(end_step(matter, Terminated { reason, approval }).collect())
}

/// The ground 因当事人的原因六个月内不能办结 fits when the months are over: from the acceptance, and before it from the receipt.
fn six_months_over(
    matter: &Matter<NotarizationRules>,
    context: &Context<'_>,
) -> Result<(), Rejection> {
    let running = matter.clock().and_then(|clock| clock.history.as_ref());
    let since = running.map(|history| history.since).or(matter.received_at);
    let (Some(since), Ok(step)) = (since, PARTY_CAUSE.parse()) else {
        return Ok(());
    };
    let directory = context.directory;
    let limit = directory.limit(&step, matter.division, since.china_date());
    match limit.map(|limit| directory.due(&limit, since)) {
        Some(due) if context.happened_at < due.at => {
            let day = due.day.to_string();
            Err(Rejection::PartyCauseEarly { day })
        }
        Some(_) | None => Ok(()),
    }
}
