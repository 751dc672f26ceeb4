//! What mediation leads to: an agreement and what becomes of it, or failure (人民调解法 art. 25-33).

use onestop_matter::domain::{Context, Matter, start};
use onestop_proto::{
    matter,
    mediation::{
        AgreeInWriting, AgreedInWriting, AgreedOrally, Archive, Archived, AskCourt, Break, Broken,
        Confirm, Confirmed, CourtAsked, DangerReported, Event, Fail, Failed, NotConfirm,
        NotConfirmed, OtherWay, Performed, Rejection, ReportDanger,
    },
};

use super::{Mediation, done, filled};

type Decision = Result<Vec<Event>, Rejection>;

/// From the agreement to the court: 30 days, art. 33.
const ASK_COURT: &str = "mediation.ask-court";

/// Courts confirm no agreement about marriage, adoption or identity (法释〔2011〕5号 art. 4).
const NOT_CONFIRMABLE: [&str; 1] = ["family-status"];

pub(super) fn report_danger(report: &ReportDanger) -> Decision {
    filled("to", &report.to)?;
    let to = report.to.clone();
    Ok(vec![DangerReported { to }.into()])
}

/// In force when the parties have signed and the committee has sealed; the time for asking the court
/// begins.
pub(super) fn in_writing(
    matter: &Matter<Mediation>,
    agree: &AgreeInWriting,
    context: &Context<'_>,
) -> Decision {
    filled("number", &agree.number)?;
    let number = agree.number.clone();
    let court = confirmable(matter)
        .is_ok()
        .then(|| start(ASK_COURT, matter, context));
    Ok(done(matter, AgreedInWriting { number })
        .chain(court)
        .collect())
}

pub(super) fn orally(matter: &Matter<Mediation>) -> Vec<Event> {
    done(matter, AgreedOrally {}).collect()
}

fn confirmable(matter: &Matter<Mediation>) -> Result<(), Rejection> {
    match &matter.details.topic {
        Some(topic) if NOT_CONFIRMABLE.contains(&topic.as_str()) => {
            let topic = topic.clone();
            Err(Rejection::NotConfirmable { topic })
        }
        Some(_) | None => Ok(()),
    }
}

pub(super) fn ask_court(
    matter: &Matter<Mediation>,
    ask: &AskCourt,
    context: &Context<'_>,
) -> Decision {
    confirmable(matter)?;
    filled("court", &ask.court)?;
    if let Some(clock) = &matter.clock
        && context.now >= clock.due.at
    {
        let day = clock.due.day.to_string();
        return Err(Rejection::ConfirmationLate { day });
    }
    let court = ask.court.clone();
    Ok(done(matter, CourtAsked { court }).collect())
}

pub(super) fn confirm(confirm: &Confirm) -> Decision {
    filled("ruling", &confirm.ruling)?;
    let ruling = confirm.ruling.clone();
    Ok(vec![Confirmed { ruling }.into()])
}

pub(super) fn not_confirm(not: &NotConfirm) -> Decision {
    filled("ruling", &not.ruling)?;
    told(&not.told)?;
    let (ruling, told) = (not.ruling.clone(), not.told.clone());
    Ok(vec![NotConfirmed { ruling, told }.into()])
}

pub(super) fn perform(matter: &Matter<Mediation>) -> Vec<Event> {
    done(matter, Performed {}).collect()
}

pub(super) fn broken(matter: &Matter<Mediation>, broken: &Break) -> Decision {
    told(&broken.told)?;
    let told = broken.told.clone();
    Ok(done(matter, Broken { told }).collect())
}

pub(super) fn fail(matter: &Matter<Mediation>, fail: &Fail) -> Decision {
    told(&fail.told)?;
    let told = fail.told.clone();
    Ok(done(matter, Failed { told }).collect())
}

/// Whoever ends mediation tells the parties what else they can do (art. 26).
fn told(ways: &[OtherWay]) -> Result<(), Rejection> {
    if ways.is_empty() {
        let field = "told".to_owned();
        return Err(matter::Rejection::Incomplete { field }.into());
    }
    Ok(())
}

pub(super) fn archive(archive: &Archive) -> Decision {
    filled("file", &archive.file)?;
    let file = archive.file.clone();
    Ok(vec![Archived { file }.into()])
}
