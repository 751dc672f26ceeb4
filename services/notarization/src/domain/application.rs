//! From the application to acceptance (受理), and what ends a matter without a certificate (公证法
//! art. 26, 27, 31, 34).

use onestop_matter::domain::{Context, Matter, start};
use onestop_proto::{
    ids::{ServiceItem, Topic},
    matter,
    notarization::{
        Accepted, Appeared, Approval, ConsequencesTold, Event, FeeReduced, ReduceFee,
        RefusalReason, Refused, Rejection, Terminated, TerminationReason,
    },
    routing,
};

use super::{NotarizationRules, Presence, end_step};

type Decision = Result<Vec<Event>, Rejection>;

/// From acceptance to the certificate: 15 working days, 公证法 art. 30.
const ISSUE: &str = "notarization.issue";

pub(super) fn appear(matter: &Matter<NotarizationRules>) -> Vec<Event> {
    match matter.details.presence {
        Presence::Unknown => vec![Appeared {}.into()],
        Presence::InPerson => Vec::new(),
    }
}

pub(super) fn tell(context: &Context<'_>) -> Vec<Event> {
    let told_by = context.actor.staff.clone();
    vec![ConsequencesTold { told_by }.into()]
}

pub(super) fn reduce_fee(reduce: &ReduceFee) -> Decision {
    if !(1..=100).contains(&reduce.percent) {
        let field = "percent".to_owned();
        return Err(matter::Rejection::Incomplete { field }.into());
    }
    let (basis, percent) = (reduce.basis, reduce.percent);
    Ok(vec![FeeReduced { basis, percent }.into()])
}

/// Acceptance ends the examination and starts the clock of the certificate.
pub(super) fn accept(matter: &Matter<NotarizationRules>, context: &Context<'_>) -> Decision {
    let details = &matter.details;
    let Some(told_by) = details.told_by.clone() else {
        return Err(Rejection::TellFirst {});
    };
    if let (Some(topic), Presence::Unknown) = (&details.topic, details.presence)
        && is_in_person(topic, context)
    {
        let topic = topic.clone();
        let item = ServiceItem::notarization();
        let topic_name = context.directory.topic_label(&item, &topic);
        return Err(Rejection::InPerson { topic, topic_name });
    }
    let certificate = start(ISSUE, matter, context);
    Ok(end_step(matter, Accepted { told_by })
        .chain([certificate])
        .collect())
}

/// Whether a party must apply in person (公证法 art. 26, 公证程序规则 art. 11): the directory lists the topics.
fn is_in_person(topic: &Topic, context: &Context<'_>) -> bool {
    let item = context.directory.item(&ServiceItem::notarization());
    let law = item.map(|item| item.jurisdiction_of(topic));
    law.is_some_and(|law| law.presence == routing::Presence::InPerson)
}

pub(super) fn refuse(
    matter: &Matter<NotarizationRules>,
    reason: RefusalReason,
    approval: Option<Approval>,
) -> Vec<Event> {
    end_step(matter, Refused { reason, approval }).collect()
}

pub(super) fn terminate(
    matter: &Matter<NotarizationRules>,
    reason: TerminationReason,
    approval: Option<Approval>,
) -> Vec<Event> {
    end_step(matter, Terminated { reason, approval }).collect()
}
