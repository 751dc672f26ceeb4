//! The answers to an offer, and the ways back: accept (签收), decline (拒收), recall (撤回), expire
//! (逾期失效), return (退回), complete (办毕), reassign (改派).

use onestop_proto::{
    clock::Stop,
    division::DivisionCode,
    ids::{HandoffId, UnitId},
    referral::{
        Accept, Accepted, Completed, Decline, Declined, Event, Expired, LeadFinished, Outcome,
        Reassign, Recall, RecallReason, Recalled, Rejection, Return, ReturnReason, Returned,
        accept_step, work_step,
    },
    time::Timestamp,
};

use super::{
    Context, Custody, Holding, clocks,
    dispute::{self, listed},
    outside, route, said,
    supervision::supervises,
    together, unknown_unit,
};

/// The open offer, as a decision needs it.
struct Open<'a> {
    handoff: HandoffId,
    to: &'a UnitId,
    to_division: DivisionCode,
    until: Timestamp,
    designated_by: Option<&'a UnitId>,
}

/// The open offer of that handoff, or why there is none.
fn open_offer(custody: &Custody, asked: HandoffId) -> Result<Open<'_>, Rejection> {
    match &custody.holding {
        Holding::Offered {
            handoff,
            to,
            to_division,
            until,
            designated_by,
            ..
        } if *handoff == asked => Ok(Open {
            handoff: asked,
            to,
            to_division: *to_division,
            until: *until,
            designated_by: designated_by.as_ref(),
        }),
        Holding::Window { .. }
        | Holding::Offered { .. }
        | Holding::Disputed { .. }
        | Holding::Unit { .. } => {
            let holder = custody.holder().clone();
            let mut ended = custody.ended.iter().rev();
            Err(match ended.find(|ended| ended.handoff == asked) {
                Some(ended) => Rejection::OfferAnswered {
                    handoff: asked,
                    end: ended.end,
                    by: ended.by.clone(),
                    at: ended.at,
                    holder,
                },
                None => Rejection::NoSuchHandoff {
                    handoff: asked,
                    holder,
                },
            })
        }
    }
}

/// The open offer, if it can still be answered by the unit that acts. A designated unit can also later: its
/// offer does not end by itself.
fn answerable<'a>(
    custody: &'a Custody,
    asked: HandoffId,
    context: &Context<'_>,
) -> Result<Open<'a>, Rejection> {
    let offer = open_offer(custody, asked)?;
    if *offer.to != context.actor.unit {
        return Err(Rejection::NotAddressee {
            to: offer.to.clone(),
            unit: context.actor.unit.clone(),
        });
    }
    if offer.until <= context.now && offer.designated_by.is_none() {
        return Err(Rejection::OfferOver {
            until: offer.until,
            holder: custody.holder().clone(),
        });
    }
    Ok(offer)
}

/// An offer came to nothing, and another unit is looked for.
fn away(
    custody: &Custody,
    gone: impl Into<Event>,
    belongs_to: Option<DivisionCode>,
    context: &Context<'_>,
) -> Vec<Event> {
    let gone = gone.into();
    let next = route::again(custody, &gone, belongs_to, context);
    then(gone, clock_done(custody), next)
}

fn clock_done(custody: &Custody) -> Option<Event> {
    clocks::stop(custody, accept_step(), Stop::Done)
}

pub(super) fn accept(
    custody: &Custody,
    accept: &Accept,
    context: &Context<'_>,
) -> Result<Vec<Event>, Rejection> {
    let offer = answerable(custody, accept.handoff, context)?;
    route::unopposed(custody, offer.to, context)?;
    let Some(errand) = &custody.errand else {
        return Err(Rejection::NothingOffered {
            holder: custody.holder().clone(),
        });
    };
    let accepted = Accepted {
        handoff: offer.handoff,
        from: custody.holder().clone(),
        to: offer.to.clone(),
        to_division: offer.to_division,
        item: errand.item.clone(),
        topic: errand.topic.clone(),
        place: errand.place,
        number: custody.number.clone(),
        given: outside::given(custody, offer.to, context),
        at: context.now,
    };
    let mut events = vec![Event::from(accepted)];
    events.extend(clock_done(custody));
    events.extend(clocks::of_work(custody, offer.to_division, context));
    Ok(events)
}

pub(super) fn decline(
    custody: &Custody,
    decline: &Decline,
    context: &Context<'_>,
) -> Result<Vec<Event>, Rejection> {
    let offer = answerable(custody, decline.handoff, context)?;
    if let Some(by) = offer.designated_by {
        return Err(Rejection::DesignatedMayNotDecline { by: by.clone() });
    }
    known(decline.belongs_to, context)?;
    let declined = Declined {
        handoff: offer.handoff,
        by: offer.to.clone(),
        holder: custody.holder().clone(),
        reason: decline.reason,
        belongs_to: decline.belongs_to,
        note: None,
        at: context.now,
    };
    Ok(away(custody, declined, decline.belongs_to, context))
}

/// Only the one who offered can take the offer back; or let a dispute drop.
pub(super) fn recall(
    custody: &Custody,
    recall: &Recall,
    context: &Context<'_>,
) -> Result<Vec<Event>, Rejection> {
    if let Holding::Unit { handoff, .. } = &custody.holding {
        // The unit was first: say who and when.
        open_offer(custody, *handoff)?;
    }
    let taken_back = take_back(custody, recall.reason, context);
    let events = taken_back.ok_or_else(|| Rejection::NothingOffered {
        holder: custody.holder().clone(),
    })?;
    custody.held_by(&context.actor.unit)?;
    Ok(events)
}

/// Ends what the window has begun; nothing where it began nothing, or where a unit was first.
pub(super) fn take_back(
    custody: &Custody,
    reason: RecallReason,
    context: &Context<'_>,
) -> Option<Vec<Event>> {
    match &custody.holding {
        Holding::Offered {
            handoff,
            to,
            to_division,
            ..
        } => {
            let recalled = Recalled {
                handoff: *handoff,
                to: to.clone(),
                to_division: *to_division,
                holder: custody.holder().clone(),
                reason,
                at: context.now,
            };
            Some(then(recalled, clock_done(custody), Vec::new()))
        }
        Holding::Disputed { dispute, .. } => Some(dispute::drop(custody, dispute, reason, context)),
        Holding::Window { .. } | Holding::Unit { .. } => None,
    }
}

/// An offer whose time is over ends by itself, and another unit is looked for. That to a designated unit
/// does not end: it is urged, and its supervisor told.
pub(super) fn expire(custody: &Custody, context: &Context<'_>) -> Vec<Event> {
    let Holding::Offered {
        handoff,
        to,
        until,
        designated_by: None,
        ..
    } = &custody.holding
    else {
        return Vec::new();
    };
    if context.now < *until {
        return Vec::new();
    }
    let expired = Expired {
        handoff: *handoff,
        to: to.clone(),
        holder: custody.holder().clone(),
        at: context.now,
    };
    away(custody, expired, None, context)
}

/// An offer to a unit whose site closed meanwhile ends too.
pub(super) fn closed(custody: &Custody, context: &Context<'_>) -> Vec<Event> {
    let Some((handoff, to)) =
        route::asked_of_a_closed_site(custody, context.directory, context.now)
    else {
        return Vec::new();
    };
    not_taken(custody, handoff, to, None, context)
}

/// A closed unit's offer counts as declined.
fn not_taken(
    custody: &Custody,
    handoff: HandoffId,
    to: &UnitId,
    note: Option<String>,
    context: &Context<'_>,
) -> Vec<Event> {
    let declined = Declined {
        handoff,
        by: to.clone(),
        holder: custody.holder().clone(),
        reason: ReturnReason::UnitClosed,
        belongs_to: None,
        note,
        at: context.now,
    };
    away(custody, declined, None, context)
}

pub(super) fn give_back(
    custody: &Custody,
    give_back: &Return,
    context: &Context<'_>,
) -> Result<Vec<Event>, Rejection> {
    let held = held_by_unit(custody, context)?;
    if let Some(by) = held.designated_by {
        return Err(Rejection::DesignatedMayNotReturn { by: by.clone() });
    }
    known(give_back.belongs_to, context)?;
    Ok(leave(
        custody,
        &held,
        (give_back.reason, give_back.belongs_to, None),
        context,
    ))
}

/// The case goes back to the window, its co-units are released, and another unit is looked for.
fn leave(
    custody: &Custody,
    held: &Held<'_>,
    (reason, belongs_to, note): (ReturnReason, Option<DivisionCode>, Option<String>),
    context: &Context<'_>,
) -> Vec<Event> {
    let Some(errand) = &custody.errand else {
        return Vec::new();
    };
    let returned = Event::from(Returned {
        handoff: held.handoff,
        from: held.unit.clone(),
        to: custody.window.clone(),
        item: errand.item.clone(),
        reason,
        belongs_to,
        note,
        at: context.now,
    });
    let gone = "主办单位已变更 / the lead has changed";
    let open = custody.open_co_units();
    let released = open.map(|co| together::released(co, gone, context));
    let next = route::again(custody, &returned, belongs_to, context);
    let stopped = clocks::stop(custody, work_step(), Stop::Left);
    std::iter::once(returned.clone())
        .chain(released)
        .chain(stopped)
        .chain(next)
        .collect()
}

/// A supervisor takes a case from a unit that closes, whatever part the unit has in it.
pub(super) fn reassign(
    custody: &Custody,
    reassign: &Reassign,
    context: &Context<'_>,
) -> Result<Vec<Event>, Rejection> {
    let from = &reassign.from;
    let Some(unit) = context.directory.unit(from) else {
        return Err(unknown_unit(from, "from"));
    };
    supervises(unit.division, context)?;
    let why = said("why", &reassign.why)?;
    match &custody.holding {
        Holding::Unit {
            unit,
            handoff,
            designated_by,
            ..
        } if unit == from => {
            let held = Held {
                handoff: *handoff,
                unit,
                designated_by: designated_by.as_ref(),
            };
            let because = (ReturnReason::UnitClosed, None, Some(why));
            return Ok(leave(custody, &held, because, context));
        }
        Holding::Offered { to, handoff, .. } if to == from => {
            return Ok(not_taken(custody, *handoff, to, Some(why), context));
        }
        Holding::Window { .. }
        | Holding::Offered { .. }
        | Holding::Disputed { .. }
        | Holding::Unit { .. } => {}
    }
    let mut open = custody.open_co_units();
    let Some(co) = open.find(|co| co.unit == *from) else {
        return Err(Rejection::NotWith {
            unit: from.clone(),
            holder: custody.holder().clone(),
        });
    };
    let mut events = vec![together::released(co, &why, context)];
    events.extend(together::when_last(custody, from, context));
    Ok(events)
}

pub(super) fn complete(
    custody: &Custody,
    outcome: Outcome,
    context: &Context<'_>,
) -> Result<Vec<Event>, Rejection> {
    let held = held_by_unit(custody, context)?;
    let open: Vec<UnitId> = custody.open_co_units().map(|co| co.unit.clone()).collect();
    if !open.is_empty() {
        let units = listed(&open);
        return Err(Rejection::CoUnitsAtWork { units });
    }
    Ok(completed(custody, &held, outcome, context))
}

fn completed(
    custody: &Custody,
    held: &Held<'_>,
    outcome: Outcome,
    context: &Context<'_>,
) -> Vec<Event> {
    let completed = Completed {
        handoff: held.handoff,
        from: held.unit.clone(),
        to: custody.window.clone(),
        outcome,
        at: context.now,
    };
    let stopped = clocks::stop(custody, work_step(), Stop::Done);
    then(completed, stopped, Vec::new())
}

/// The specialist's work is done, by its own law: that waits for nobody, but the case waits for its
/// co-units.
pub(super) fn finished(
    custody: &Custody,
    outcome: Outcome,
    context: &Context<'_>,
) -> Result<Vec<Event>, Rejection> {
    let held = held_by_unit(custody, context)?;
    if custody.open_co_units().next().is_none() {
        return Ok(completed(custody, &held, outcome, context));
    }
    let done = LeadFinished {
        lead: held.unit.clone(),
        outcome,
        at: context.now,
    };
    let stopped = clocks::stop(custody, work_step(), Stop::Done);
    Ok(then(done, stopped, Vec::new()))
}

/// Completes a case whose lead was done before its co-units.
pub(super) fn finished_before(custody: &Custody, context: &Context<'_>) -> Vec<Event> {
    match &custody.holding {
        Holding::Unit {
            unit,
            handoff,
            finished: Some(outcome),
            ..
        } => {
            let held = Held {
                handoff: *handoff,
                unit,
                designated_by: None,
            };
            completed(custody, &held, *outcome, context)
        }
        Holding::Unit { .. }
        | Holding::Window { .. }
        | Holding::Offered { .. }
        | Holding::Disputed { .. } => Vec::new(),
    }
}

/// The unit that acts, where it holds the case.
pub(super) struct Held<'a> {
    pub(super) handoff: HandoffId,
    pub(super) unit: &'a UnitId,
    pub(super) designated_by: Option<&'a UnitId>,
}

/// The handoff and unit that hold the case, if that is the unit that acts.
pub(super) fn lead<'a>(custody: &'a Custody, context: &Context<'_>) -> Result<Held<'a>, Rejection> {
    match &custody.holding {
        Holding::Unit {
            handoff,
            unit,
            designated_by,
            ..
        } => {
            custody.held_by(&context.actor.unit)?;
            Ok(Held {
                handoff: *handoff,
                unit,
                designated_by: designated_by.as_ref(),
            })
        }
        Holding::Window { .. } | Holding::Offered { .. } | Holding::Disputed { .. } => {
            Err(Rejection::AtWindow {
                holder: custody.window.clone(),
            })
        }
    }
}

/// The same, if its own work has not ended.
pub(super) fn held_by_unit<'a>(
    custody: &'a Custody,
    context: &Context<'_>,
) -> Result<Held<'a>, Rejection> {
    let held = lead(custody, context)?;
    match &custody.holding {
        Holding::Unit {
            finished: Some(_),
            unit,
            ..
        } => Err(Rejection::LeadIsDone { lead: unit.clone() }),
        Holding::Unit { .. }
        | Holding::Window { .. }
        | Holding::Offered { .. }
        | Holding::Disputed { .. } => Ok(held),
    }
}

fn known(belongs_to: Option<DivisionCode>, context: &Context<'_>) -> Result<(), Rejection> {
    match belongs_to {
        Some(division) if context.directory.division(division).is_none() => {
            Err(Rejection::UnknownDivision { division })
        }
        _ => Ok(()),
    }
}

fn then(first: impl Into<Event>, second: Option<Event>, rest: Vec<Event>) -> Vec<Event> {
    std::iter::once(first.into())
        .chain(second)
        .chain(rest)
        .collect()
}
