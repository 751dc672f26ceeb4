//! Routing (分流): jurisdiction first, then the nearest unit up the tree, then load; and the offer that follows. The
//! event keeps every candidate and the version of the directory, so that the decision can be explained years later.
//! Units with a part in the opposing party's case are left out (利益冲突).

use onestop_directory::RouteQuery;
use onestop_proto::{
    division::DivisionCode,
    ids::UnitId,
    referral::{Event, ExternalBodyResponsible, Offered, Rejection, Routed, Unroutable},
    routing::{Candidate, Excluded, ExclusionReason, Route, Urgency},
    time::Timestamp,
};

use super::{
    Context, Decision,
    checks::is_external_body,
    clocks,
    custody::{Custody, Holding, ReferralSubject},
    evolve::evolve,
};

/// Routes a case that its window refers, for the first time or anew.
pub(super) fn request(
    custody: &Custody,
    subject: &ReferralSubject,
    context: &Context<'_>,
) -> Decision {
    match &custody.holding {
        Holding::Window | Holding::Unroutable => {}
        Holding::Disputed(dispute) => {
            let supervisor = dispute.supervisor.clone();
            return Err(Rejection::InDispute { supervisor });
        }
        Holding::Offered(_) | Holding::Unit(_) => {
            return Err(Rejection::NotHolder {
                holder: custody.holder().clone(),
                since: custody.since(),
                unit: context.actor.unit.clone(),
            });
        }
    }
    let before = custody.subject.as_ref();
    let sent_away_by = match before.filter(|before| before.item == subject.item) {
        Some(_) => custody.sent_away_by.as_slice(),
        None => &[],
    };
    let application = (subject, Some(context.happened_at()));
    Ok(route(custody, application, sent_away_by, context))
}

/// Routes the case again after an event by which a unit has sent it away; `place` is the responsible place where
/// another than before is named.
pub(super) fn route_again(
    custody: &Custody,
    event: &Event,
    place: Option<DivisionCode>,
    context: &Context<'_>,
) -> Vec<Event> {
    let Some(after) = evolve(Some(custody.clone()), event) else {
        return Vec::new();
    };
    let Some(subject) = &after.subject else {
        return Vec::new();
    };
    let subject = ReferralSubject {
        place: place.unwrap_or(subject.place),
        ..subject.clone()
    };
    route(&after, (&subject, None), &after.sent_away_by, context)
}

/// `requested_at` is when the window asked for it; nothing where it is routed again.
fn route(
    custody: &Custody,
    (subject, requested_at): (&ReferralSubject, Option<Timestamp>),
    sent_away_by: &[UnitId],
    context: &Context<'_>,
) -> Vec<Event> {
    let query = RouteQuery {
        item: &subject.item,
        topic: &subject.topic,
        place: subject.place,
        place_kind: None,
        on: context.now.china_date(),
        sent_away: sent_away_by,
        excluded: &excluded(custody, subject, context),
        urgency: if subject.urgent {
            Urgency::Urgent
        } else {
            Urgency::Ordinary
        },
        load: context.load,
    };
    match context.directory.route(&query) {
        Ok(route) => offer(custody, (subject, requested_at), route, context),
        Err(none) => vec![unroutable(subject, none.candidates, none.directory)],
    }
}

fn unroutable(subject: &ReferralSubject, candidates: Vec<Candidate>, directory: String) -> Event {
    let ReferralSubject {
        item,
        topic,
        place,
        urgent,
        opposed_to,
    } = subject.clone();
    Event::from(Unroutable {
        item,
        topic,
        place,
        urgent,
        opposed_to,
        candidates,
        directory,
    })
}

/// Offers the case to the chosen unit. A case for an external body stays with its window, which hands it over.
fn offer(
    custody: &Custody,
    (subject, requested_at): (&ReferralSubject, Option<Timestamp>),
    route: Route,
    context: &Context<'_>,
) -> Vec<Event> {
    let ReferralSubject {
        item,
        topic,
        place,
        urgent,
        opposed_to,
    } = subject.clone();
    let to = route.chosen.clone();
    let chosen = context.directory.unit(&to);
    let to_division = chosen.map_or(place, |unit| unit.division);
    let routed = Event::from(Routed {
        item: item.clone(),
        topic: topic.clone(),
        place,
        urgent,
        opposed_to,
        requested_at,
        route,
    });
    if chosen.is_some_and(is_external_body) {
        let responsible = ExternalBodyResponsible {
            to,
            to_division,
            holder: custody.window.clone(),
            at: context.happened_at(),
        };
        return vec![routed, responsible.into()];
    }
    let clock = clocks::start_answer(to_division, context);
    let offered = Offered {
        handoff: context.handoff,
        from: custody.window.clone(),
        to,
        to_division,
        item,
        topic,
        place,
        number: custody.number.clone(),
        until: clock.due.at,
        urgent,
        designated_by: None,
    };
    vec![routed, offered.into(), clock.into()]
}

/// Units that may not have the case: those with a part in the opposing party's, and those that declared a conflict
/// of interest themselves.
fn excluded(custody: &Custody, subject: &ReferralSubject, context: &Context<'_>) -> Vec<Excluded> {
    let opposing = (context.opposing)(subject.opposed_to).into_iter();
    let opposing = opposing.map(|(_, unit)| Excluded {
        unit,
        reason: ExclusionReason::OtherParty,
    });
    let declared = custody.conflicted.iter().map(|unit| Excluded {
        unit: unit.clone(),
        reason: ExclusionReason::Declared,
    });
    opposing.chain(declared).collect()
}
