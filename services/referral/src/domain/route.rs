//! Routing (分流): jurisdiction first, then the nearest unit up the tree, then load; and the offer that
//! follows. The event keeps every candidate and the version of the directory, so that the decision can
//! be explained years later.

use onestop_directory::RouteQuery;
use onestop_proto::{
    clock::{ClockStarted, DayKind, Due, Limit, Step},
    division::DivisionCode,
    ids::{CaseNumber, ServiceItem, Topic, UnitId},
    referral::{CustodyTaken, Event, Offered, Rejection, Routed, Stranded},
    routing::Urgency,
};

use super::{Context, Custody, Holding};

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
    (item, topic, place): (&ServiceItem, &Topic, DivisionCode),
    context: &Context<'_>,
) -> Result<Vec<Event>, Rejection> {
    match &custody.holding {
        Holding::Window { .. } => {}
        Holding::Offered { .. } | Holding::Unit { .. } => {
            return Err(Rejection::NotHolder {
                holder: custody.holder().clone(),
                since: custody.since(),
                unit: context.unit.clone(),
            });
        }
    }
    let sent_away = match &custody.errand {
        Some(before) if before.item == *item => before.sent_away.as_slice(),
        _ => &[],
    };
    Ok(find_and_offer(
        custody,
        (item, topic, place),
        sent_away,
        context,
    ))
}

/// Looks for another unit after one has sent the case away.
pub(super) fn again(
    custody: &Custody,
    sent_away_by: &UnitId,
    belongs_to: Option<DivisionCode>,
    context: &Context<'_>,
) -> Vec<Event> {
    let Some(errand) = &custody.errand else {
        return Vec::new();
    };
    let place = belongs_to.unwrap_or(errand.place);
    let mut sent_away = errand.sent_away.clone();
    sent_away.push(sent_away_by.clone());
    find_and_offer(
        custody,
        (&errand.item, &errand.topic, place),
        &sent_away,
        context,
    )
}

fn find_and_offer(
    custody: &Custody,
    (item, topic, place): (&ServiceItem, &Topic, DivisionCode),
    sent_away: &[UnitId],
    context: &Context<'_>,
) -> Vec<Event> {
    let on = context.now.china_date();
    let query = RouteQuery {
        item,
        topic,
        place,
        place_kind: None,
        on,
        sent_away,
        excluded: &[],
        urgency: Urgency::Ordinary,
        load: context.load,
    };
    let route = match context.directory.route(&query) {
        Ok(route) => route,
        Err(nobody) => {
            return vec![Event::from(Stranded {
                item: item.clone(),
                topic: topic.clone(),
                place,
                candidates: nobody.candidates,
                directory: nobody.directory,
            })];
        }
    };
    let to = route.chosen.clone();
    let to_division = context
        .directory
        .unit(&to)
        .map_or(place, |unit| unit.division);
    let clock = acceptance_clock(to_division, context);
    let until = clock.due.at;
    vec![
        Event::from(Routed {
            item: item.clone(),
            topic: topic.clone(),
            place,
            route,
        }),
        Event::from(Offered {
            handoff: context.handoff,
            from: custody.window.clone(),
            to,
            to_division,
            item: item.clone(),
            topic: topic.clone(),
            place,
            number: custody.number.clone(),
            until,
        }),
        Event::from(clock),
    ]
}

/// The clock of the answer to an offer (`referral.accept`).
pub(super) fn acceptance_step() -> Step {
    match "referral.accept".parse() {
        Ok(step) => step,
        Err(_) => unreachable!("'referral.accept' is a step"),
    }
}

fn acceptance_clock(at: DivisionCode, context: &Context<'_>) -> ClockStarted {
    let step = acceptance_step();
    // A directory without this standard leaves the answer open till the end of the day: an offer that
    // never ended could leave a case waiting for ever.
    let limit = context
        .directory
        .limit(&step, at, context.now.china_date())
        .unwrap_or_else(|| {
            let basis = "目录未规定期限 / no standard in the directory";
            Limit::plain(0, DayKind::Calendar, basis)
        });
    let due: Due = context.directory.due(&limit, context.now);
    ClockStarted {
        step,
        limit,
        due,
        at: Some(context.now),
    }
}
