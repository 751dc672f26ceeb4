//! Routing (分流): jurisdiction first, then the nearest unit up the tree, then load; and the offer that
//! follows. The event keeps every candidate and the version of the directory, so that the decision can
//! be explained years later. Units that work, or worked, for the other side are left out (利益冲突).

use onestop_directory::{Directory, RouteQuery, SiteStanding};
use onestop_proto::{
    division::DivisionCode,
    ids::{CaseNumber, HandoffId, UnitId},
    referral::{
        CustodyTaken, Ended, Event, ExternalBodyResponsible, Offered, Rejection, Routed, Stranded,
        accept_step,
    },
    routing::{Excluded, ExclusionReason, Urgency},
    time::Timestamp,
};

use super::{
    Context, Custody, Holding, Search, Wanted, clocks, evolve::evolve, outside::is_outside,
};

pub(super) fn take_custody(
    window: &UnitId,
    division: DivisionCode,
    number: &CaseNumber,
    context: &Context<'_>,
) -> Event {
    Event::from(CustodyTaken {
        by: window.clone(),
        division,
        number: number.clone(),
        at: context.now,
    })
}

/// The first route of a case, or a new one that its window asks for.
pub(super) fn begin(
    custody: &Custody,
    wanted: &Wanted,
    context: &Context<'_>,
) -> Result<Vec<Event>, Rejection> {
    match &custody.holding {
        Holding::Window { .. } => {}
        Holding::Disputed { dispute, .. } => {
            let supervisor = dispute.supervisor.clone();
            return Err(Rejection::InDispute { supervisor });
        }
        Holding::Offered { .. } | Holding::Unit { .. } => {
            return Err(Rejection::NotHolder {
                holder: custody.holder().clone(),
                since: custody.since(),
                unit: context.actor.unit.clone(),
            });
        }
    }
    let sent_away = match &custody.errand {
        Some(before) if before.item == wanted.item => before.sent_away.as_slice(),
        _ => &[],
    };
    Ok(find_and_offer(custody, wanted, sent_away, context))
}

/// Looks for another unit after an event by which one has sent the case away.
pub(super) fn again(
    custody: &Custody,
    gone: &Event,
    belongs_to: Option<DivisionCode>,
    context: &Context<'_>,
) -> Vec<Event> {
    let Some(after) = evolve(Some(custody.clone()), gone) else {
        return Vec::new();
    };
    let Some(errand) = &after.errand else {
        return Vec::new();
    };
    let wanted = Wanted {
        item: errand.item.clone(),
        topic: errand.topic.clone(),
        place: belongs_to.unwrap_or(errand.place),
        urgent: errand.urgent,
        opposed_to: errand.opposed_to,
    };
    find_and_offer(&after, &wanted, &errand.sent_away, context)
}

fn find_and_offer(
    custody: &Custody,
    wanted: &Wanted,
    sent_away: &[UnitId],
    context: &Context<'_>,
) -> Vec<Event> {
    let on = context.now.china_date();
    let excluded = excluded(custody, wanted, context);
    let query = RouteQuery {
        item: &wanted.item,
        topic: &wanted.topic,
        place: wanted.place,
        place_kind: None,
        on,
        sent_away,
        excluded: &excluded,
        urgency: if wanted.urgent {
            Urgency::Urgent
        } else {
            Urgency::Ordinary
        },
        load: context.load,
    };
    let (item, topic, place) = (wanted.item.clone(), wanted.topic.clone(), wanted.place);
    let (urgent, opposed_to) = (wanted.urgent, wanted.opposed_to);
    let route = match context.directory.route(&query) {
        Ok(route) => route,
        Err(nobody) => {
            return vec![Event::from(Stranded {
                item,
                topic,
                place,
                urgent,
                opposed_to,
                candidates: nobody.candidates,
                directory: nobody.directory,
            })];
        }
    };
    let to = route.chosen.clone();
    let chosen = context.directory.unit(&to);
    let to_division = chosen.map_or(place, |unit| unit.division);
    let routed = Event::from(Routed {
        item: item.clone(),
        topic: topic.clone(),
        place,
        urgent,
        opposed_to,
        route,
    });
    if chosen.is_some_and(is_outside) {
        let pointed = ExternalBodyResponsible {
            to,
            to_division,
            holder: custody.window.clone(),
            at: context.now,
        };
        return vec![routed, Event::from(pointed)];
    }
    let clock = clocks::start(accept_step(), to_division, context);
    let until = clock.due.at;
    vec![
        routed,
        Event::from(Offered {
            handoff: context.handoff,
            from: custody.window.clone(),
            to,
            to_division,
            item,
            topic,
            place,
            number: custody.number.clone(),
            until,
            urgent,
            designated_by: None,
        }),
        Event::from(clock),
    ]
}

/// Who may not have the case: units with a part in the other side's, and units that said so themselves.
fn excluded(custody: &Custody, wanted: &Wanted, context: &Context<'_>) -> Vec<Excluded> {
    let opposed = (context.opposing)(wanted.opposed_to).into_iter();
    let opposed = opposed.map(|(_, unit)| Excluded {
        unit,
        reason: ExclusionReason::OtherParty,
    });
    let declared = custody.conflicted.iter().map(|unit| Excluded {
        unit: unit.clone(),
        reason: ExclusionReason::Declared,
    });
    opposed.chain(declared).collect()
}

/// A unit that works, or worked, for the other side may have no part in the case.
pub(super) fn unopposed(
    custody: &Custody,
    unit: &UnitId,
    context: &Context<'_>,
) -> Result<(), Rejection> {
    let opposed_to = custody.errand.as_ref().and_then(|errand| errand.opposed_to);
    let opposing = (context.opposing)(opposed_to);
    match opposing.into_iter().find(|(_, theirs)| theirs == unit) {
        Some((case, unit)) => Err(Rejection::ConflictOfInterest { unit, case }),
        None => Ok(()),
    }
}

/// The open offer to a unit whose site does not work today; not that to a designated unit, which its
/// supervisor reassigns.
#[must_use]
pub fn asked_of_a_closed_site<'a>(
    custody: &'a Custody,
    directory: &Directory,
    now: Timestamp,
) -> Option<(HandoffId, &'a UnitId)> {
    let Holding::Offered {
        handoff,
        to,
        designated_by: None,
        ..
    } = &custody.holding
    else {
        return None;
    };
    let site = directory.site(&directory.unit(to)?.site)?;
    match directory.site_standing(site, now.china_date()) {
        SiteStanding::Open => None,
        SiteStanding::Closed { .. } => Some((*handoff, to)),
    }
}

/// The window ended a case that nobody took.
pub(super) fn end(custody: &Custody, context: &Context<'_>) -> Vec<Event> {
    match &custody.holding {
        Holding::Window {
            search: Search::InVain,
            ..
        } => vec![Event::from(Ended {
            holder: custody.window.clone(),
            at: context.now,
        })],
        Holding::Window { .. }
        | Holding::Offered { .. }
        | Holding::Disputed { .. }
        | Holding::Unit { .. } => Vec::new(),
    }
}
