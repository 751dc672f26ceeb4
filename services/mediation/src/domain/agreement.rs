//! What mediation leads to: an agreement and what becomes of it, or failure (人民调解法 art. 25-33).

use onestop_directory::{CourtConfirmation, Directory};
use onestop_matter::domain::{Context, Matter, require_any, require_document_numbers, start};
use onestop_proto::{
    field_problems::both,
    ids::ServiceItem,
    matter,
    mediation::{
        AgreeInWriting, AgreedInWriting, AgreedOrally, Archive, Archived, AskCourt, Break, Broken,
        Confirm, Confirmed, CourtAsked, DangerReported, Fail, Failed, NotConfirm, NotConfirmed,
        OtherWay, Performed, Rejection, ReportDanger,
    },
    time::Timestamp,
};

use super::{
    Decision, MediationRules,
    consent::require_consent,
    end_step, require_texts,
    terms::{require_open, require_performed},
};

/// From the agreement to the court: 30 days, art. 33.
const ASK_COURT: &str = "mediation.ask-court";

pub(super) fn report_danger(report: &ReportDanger) -> Decision {
    require_texts(&[("to", &report.to)])?;
    let to = report.to.clone();
    Ok(vec![DangerReported { to }.into()])
}

/// In force when the parties have signed and the committee has sealed; the time for asking the court
/// begins.
pub(super) fn in_writing(
    matter: &Matter<MediationRules>,
    agree: &AgreeInWriting,
    context: &Context<'_>,
) -> Decision {
    require_document_numbers(&[("number", &agree.number)])?;
    require_consent(matter)?;
    let agreed = AgreedInWriting {
        number: agree.number.clone(),
        open_dates: matter.critical_dates.open(),
    };
    let court = confirmable(matter, context.directory)
        .is_ok()
        .then(|| start(ASK_COURT, matter, context));
    Ok(end_step(matter, agreed).chain(court).collect())
}

pub(super) fn orally(matter: &Matter<MediationRules>) -> Decision {
    require_consent(matter)?;
    let open_dates = matter.critical_dates.open();
    Ok(end_step(matter, AgreedOrally { open_dates }).collect())
}

/// Courts confirm no agreement about marriage, adoption or identity (法释〔2011〕5号 art. 4): the directory lists the topics.
fn confirmable(matter: &Matter<MediationRules>, directory: &Directory) -> Result<(), Rejection> {
    let item = directory.item(&ServiceItem::mediation());
    let topic = matter.details.topic.as_ref();
    let listed = item.zip(topic).and_then(|(item, topic)| item.topic(topic));
    match listed {
        Some(listed) if listed.court_confirms == CourtConfirmation::Never => {
            Err(Rejection::NotConfirmable {
                topic: listed.id.clone(),
                topic_name: Some(Box::new(listed.name.clone())),
            })
        }
        Some(_) | None => Ok(()),
    }
}

pub(super) fn ask_court(
    matter: &Matter<MediationRules>,
    ask: &AskCourt,
    context: &Context<'_>,
) -> Decision {
    confirmable(matter, context.directory)?;
    require_texts(&[("court", &ask.court)])?;
    require_in_time(matter, context.happened_at)?;
    let court = ask.court.clone();
    Ok(end_step(matter, CourtAsked { court }).collect())
}

fn require_in_time(matter: &Matter<MediationRules>, at: Timestamp) -> Result<(), Rejection> {
    match matter.clock().filter(|clock| at >= clock.due.at) {
        Some(clock) => Err(Rejection::ConfirmationLate {
            day: clock.due.day.to_string(),
        }),
        None => Ok(()),
    }
}

/// Whether a command fits the agreement: a court confirms one that it can, and is asked in time, whenever that is entered.
pub(super) fn fits(matter: &Matter<MediationRules>, command: &str, context: &Context<'_>) -> bool {
    command != "ask-court"
        || (confirmable(matter, context.directory).is_ok()
            && require_in_time(matter, context.happened_at).is_ok())
}

pub(super) fn confirm(confirm: &Confirm) -> Decision {
    require_document_numbers(&[("ruling", &confirm.ruling)])?;
    let ruling = confirm.ruling.clone();
    Ok(vec![Confirmed { ruling }.into()])
}

pub(super) fn not_confirm(not: &NotConfirm) -> Decision {
    let ruling = require_document_numbers(&[("ruling", &not.ruling)]);
    both(ruling, require_other_ways(&not.told))?;
    let (ruling, told) = (not.ruling.clone(), not.told.clone());
    Ok(vec![NotConfirmed { ruling, told }.into()])
}

pub(super) fn perform(matter: &Matter<MediationRules>) -> Decision {
    require_performed(matter)?;
    Ok(end_step(matter, Performed {}).collect())
}

pub(super) fn broken(matter: &Matter<MediationRules>, broken: &Break) -> Decision {
    require_other_ways(&broken.told)?;
    require_open(matter)?;
    let told = broken.told.clone();
    Ok(end_step(matter, Broken { told }).collect())
}

pub(super) fn fail(matter: &Matter<MediationRules>, fail: &Fail) -> Decision {
    require_other_ways(&fail.told)?;
    let failed = Failed {
        told: fail.told.clone(),
        open_dates: matter.critical_dates.open(),
    };
    Ok(end_step(matter, failed).collect())
}

/// The mediator who ends mediation tells the parties what else they can do (art. 26).
fn require_other_ways(ways: &[OtherWay]) -> Result<(), matter::Rejection> {
    require_any("told", ways)
}

pub(super) fn archive(archive: &Archive) -> Decision {
    require_document_numbers(&[("file", &archive.file)])?;
    let file = archive.file.clone();
    Ok(vec![Archived { file }.into()])
}
