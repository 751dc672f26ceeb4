//! The answers to an offer, and the ways back: accept (签收), decline (拒收), recall (撤回), expire
//! (逾期失效), return (退回), complete (办毕).

use onestop_proto::{
    clock::{ClockStopped, Stop},
    division::DivisionCode,
    ids::{HandoffId, UnitId},
    referral::{
        Accept, Accepted, Completed, Decline, Declined, Event, Expired, Outcome, Recall, Recalled,
        Rejection, Return, Returned,
    },
    time::Timestamp,
};

use super::{Context, Custody, Holding, route};

/// The open offer, as a decision needs it.
struct Open<'a> {
    handoff: HandoffId,
    to: &'a UnitId,
    to_division: DivisionCode,
    until: Timestamp,
}

/// The open offer of that handoff, or why there is none.
fn open_offer(custody: &Custody, asked: HandoffId) -> Result<Open<'_>, Rejection> {
    match &custody.holding {
        Holding::Offered {
            handoff,
            to,
            to_division,
            until,
            ..
        } if *handoff == asked => Ok(Open {
            handoff: asked,
            to,
            to_division: *to_division,
            until: *until,
        }),
        Holding::Window { .. } | Holding::Offered { .. } | Holding::Unit { .. } => {
            let holder = custody.holder().clone();
            Err(
                match custody
                    .ended
                    .iter()
                    .rev()
                    .find(|ended| ended.handoff == asked)
                {
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
                },
            )
        }
    }
}

/// The open offer, if it can still be answered by the unit that acts.
fn answerable<'a>(
    custody: &'a Custody,
    asked: HandoffId,
    context: &Context<'_>,
) -> Result<Open<'a>, Rejection> {
    let offer = open_offer(custody, asked)?;
    if offer.to != context.unit {
        return Err(Rejection::NotAddressee {
            to: offer.to.clone(),
            unit: context.unit.clone(),
        });
    }
    if offer.until <= context.now {
        return Err(Rejection::OfferOver {
            until: offer.until,
            holder: custody.holder().clone(),
        });
    }
    Ok(offer)
}

fn clock_done() -> Event {
    Event::from(ClockStopped {
        step: route::acceptance_step(),
        why: Stop::Done,
    })
}

pub(super) fn accept(
    custody: &Custody,
    accept: &Accept,
    context: &Context<'_>,
) -> Result<Vec<Event>, Rejection> {
    let offer = answerable(custody, accept.handoff, context)?;
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
        at: context.now,
    };
    Ok(vec![Event::from(accepted), clock_done()])
}

pub(super) fn decline(
    custody: &Custody,
    decline: &Decline,
    context: &Context<'_>,
) -> Result<Vec<Event>, Rejection> {
    let offer = answerable(custody, decline.handoff, context)?;
    known(decline.belongs_to, context)?;
    let declined = Declined {
        handoff: offer.handoff,
        by: offer.to.clone(),
        holder: custody.holder().clone(),
        reason: decline.reason,
        belongs_to: decline.belongs_to,
        at: context.now,
    };
    let mut events = vec![Event::from(declined), clock_done()];
    events.extend(route::again(custody, offer.to, decline.belongs_to, context));
    Ok(events)
}

/// Only the one who offered can take the offer back.
pub(super) fn recall(
    custody: &Custody,
    recall: &Recall,
    context: &Context<'_>,
) -> Result<Vec<Event>, Rejection> {
    let (handoff, to, to_division) = match &custody.holding {
        Holding::Offered {
            handoff,
            to,
            to_division,
            ..
        } => (*handoff, to, *to_division),
        Holding::Window { .. } => {
            return Err(Rejection::NothingOffered {
                holder: custody.holder().clone(),
            });
        }
        // The unit was first: say who and when.
        Holding::Unit { handoff, .. } => {
            open_offer(custody, *handoff)?;
            return Err(Rejection::NothingOffered {
                holder: custody.holder().clone(),
            });
        }
    };
    if custody.holder() != context.unit {
        return Err(Rejection::NotHolder {
            holder: custody.holder().clone(),
            since: custody.since(),
            unit: context.unit.clone(),
        });
    }
    let recalled = Recalled {
        handoff,
        to: to.clone(),
        to_division,
        holder: custody.holder().clone(),
        reason: recall.reason,
        at: context.now,
    };
    Ok(vec![Event::from(recalled), clock_done()])
}

/// An offer whose time is over ends by itself, and another unit is looked for.
pub(super) fn expire(
    custody: &Custody,
    handoff: HandoffId,
    context: &Context<'_>,
) -> Result<Vec<Event>, Rejection> {
    let offer = open_offer(custody, handoff)?;
    if context.now < offer.until {
        return Ok(Vec::new());
    }
    let expired = Expired {
        handoff,
        to: offer.to.clone(),
        holder: custody.holder().clone(),
        at: context.now,
    };
    let mut events = vec![Event::from(expired), clock_done()];
    events.extend(route::again(custody, offer.to, None, context));
    Ok(events)
}

pub(super) fn give_back(
    custody: &Custody,
    give_back: &Return,
    context: &Context<'_>,
) -> Result<Vec<Event>, Rejection> {
    let (handoff, unit) = held_by_unit(custody, context)?;
    known(give_back.belongs_to, context)?;
    let Some(errand) = &custody.errand else {
        return Err(Rejection::AtWindow {
            holder: custody.holder().clone(),
        });
    };
    let returned = Returned {
        handoff,
        from: unit.clone(),
        to: custody.window.clone(),
        item: errand.item.clone(),
        reason: give_back.reason,
        belongs_to: give_back.belongs_to,
        at: context.now,
    };
    let mut events = vec![Event::from(returned)];
    events.extend(route::again(custody, unit, give_back.belongs_to, context));
    Ok(events)
}

pub(super) fn complete(
    custody: &Custody,
    outcome: Outcome,
    context: &Context<'_>,
) -> Result<Vec<Event>, Rejection> {
    let (handoff, unit) = held_by_unit(custody, context)?;
    Ok(vec![Event::from(Completed {
        handoff,
        from: unit.clone(),
        to: custody.window.clone(),
        outcome,
        at: context.now,
    })])
}

/// The handoff and unit that hold the case, if that is the unit that acts.
fn held_by_unit<'a>(
    custody: &'a Custody,
    context: &Context<'_>,
) -> Result<(HandoffId, &'a UnitId), Rejection> {
    match &custody.holding {
        Holding::Unit { handoff, unit, .. } if unit == context.unit => Ok((*handoff, unit)),
        Holding::Unit { unit, since, .. } => Err(Rejection::NotHolder {
            holder: unit.clone(),
            since: *since,
            unit: context.unit.clone(),
        }),
        Holding::Window { .. } | Holding::Offered { .. } => Err(Rejection::AtWindow {
            holder: custody.window.clone(),
        }),
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
