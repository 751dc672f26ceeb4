//! From the application to the decision (法律援助法 art. 31, 39, 41-43).

use onestop_matter::domain::{Context, Matter, pause, resume, start};
use onestop_proto::{
    clock::PauseReason,
    legal_aid::{
        AskCooperation, CooperationAnswered, CooperationAsked, DeadlineCompliance, DeemedWithdrawn,
        DetermineMeans, Event, Forwarded, Granted, MeansDetermined, ReceiveCooperation,
        RecordForwarding, Refuse, Refused, Rejection,
    },
};

use super::{Aid, LegalAidRules, end_step, require_texts};

type Decision = Result<Vec<Event>, Rejection>;

/// From the grant to the assignment: 3 days, art. 43.
const ASSIGN: &str = "legal-aid.assign";
/// From the assignment to the agreement: 5 days.
pub(super) const CONTRACT: &str = "legal-aid.contract";

/// Organs and duty lawyers pass an application on within 24 hours, art. 39.
const FORWARDING_SECONDS: i64 = 24 * 60 * 60;

pub(super) fn forwarded(record: &RecordForwarding, context: &Context<'_>) -> Decision {
    let applied = record.applied_at;
    if applied > context.now {
        return Err(Rejection::NotYet { applied });
    }
    let timeliness = if context.now <= applied.plus_seconds(FORWARDING_SECONDS) {
        DeadlineCompliance::InTime
    } else {
        DeadlineCompliance::Late
    };
    Ok(vec![
        Forwarded {
            from: record.from,
            applied_at: applied,
            timeliness,
        }
        .into(),
    ])
}

pub(super) fn determine_means(determine: &DetermineMeans) -> Vec<Event> {
    let means = determine.means;
    vec![MeansDetermined { means }.into()]
}

pub(super) fn deem_withdrawn(matter: &Matter<LegalAidRules>) -> Vec<Event> {
    end_step(matter, DeemedWithdrawn {}).collect()
}

/// The time of a check by another agency does not count.
pub(super) fn ask_cooperation(
    matter: &Matter<LegalAidRules>,
    ask: &AskCooperation,
    context: &Context<'_>,
) -> Decision {
    require_texts(&[("agency", &ask.agency), ("letter", &ask.letter)])?;
    let (agency, letter) = (ask.agency.clone(), ask.letter.clone());
    let paused = pause(matter, PauseReason::Cooperation, context);
    Ok(std::iter::once(CooperationAsked { agency, letter }.into())
        .chain(paused)
        .collect())
}

pub(super) fn receive_cooperation(
    matter: &Matter<LegalAidRules>,
    receive: &ReceiveCooperation,
    context: &Context<'_>,
) -> Decision {
    require_texts(&[("letter", &receive.letter)])?;
    let letter = receive.letter.clone();
    let resumed = resume(matter, context);
    Ok(std::iter::once(CooperationAnswered { letter }.into())
        .chain(resumed)
        .collect())
}

/// The grant ends the review and starts the clock of the assignment; of the agreement, where a lawyer
/// gives the aid already.
pub(super) fn grant(matter: &Matter<LegalAidRules>, context: &Context<'_>) -> Decision {
    if matter.details.means.is_none() {
        return Err(Rejection::MeansFirst {});
    }
    let next = match matter.details.aid {
        Aid::ToBeAssigned => ASSIGN,
        Aid::GivenFirst => CONTRACT,
    };
    let next = start(next, matter, context);
    Ok(end_step(matter, Granted {}).chain([next]).collect())
}

pub(super) fn refuse(matter: &Matter<LegalAidRules>, refuse: &Refuse) -> Vec<Event> {
    let reason = refuse.reason;
    end_step(matter, Refused { reason }).collect()
}
