//! The open offer of a case: who may answer it, how it ends, and to which unit the case is offered next.

use jiff::{Span, civil::Date};
use onestop_directory::{Directory, SiteStanding};
use onestop_proto::{
    clock::Stop,
    division::DivisionCode,
    ids::{HandoffId, UnitId},
    referral::{Declined, Event, Expired, Rejection, ReturnReason, accept_step},
    time::Timestamp,
};

use super::{
    Context, clocks,
    custody::{Custody, PendingOffer},
    routing,
};

/// The open offer of that handoff; else the rejection says what became of it.
pub(super) fn open_offer(
    custody: &Custody,
    handoff: HandoffId,
) -> Result<&PendingOffer, Rejection> {
    let open = custody.offer().filter(|offer| offer.handoff == handoff);
    open.ok_or_else(|| {
        let holder = custody.holder().clone();
        let mut past = custody.past_offers.iter().rev();
        match past.find(|past| past.handoff == handoff) {
            Some(past) => Rejection::OfferAnswered {
                handoff,
                end: past.end,
                by: past.by.clone(),
                at: past.at,
                holder,
            },
            None => Rejection::NoSuchHandoff { handoff, holder },
        }
    })
}

/// The open offer, if the actor's unit can still answer it. A designated unit can do so after its end too.
pub(super) fn answerable_offer<'a>(
    custody: &'a Custody,
    handoff: HandoffId,
    context: &Context<'_>,
) -> Result<&'a PendingOffer, Rejection> {
    let offer = open_offer(custody, handoff)?;
    if offer.to != context.actor.unit {
        return Err(Rejection::NotAddressee {
            to: offer.to.clone(),
            unit: context.actor.unit.clone(),
        });
    }
    if !is_answerable(offer, context.now) {
        return Err(Rejection::OfferOver {
            until: offer.until,
            holder: custody.holder().clone(),
        });
    }
    Ok(offer)
}

/// Whether an offer can still be answered.
pub(super) fn is_answerable(offer: &PendingOffer, now: Timestamp) -> bool {
    now < offer.until || offer.designated_by.is_some()
}

/// Stops the clock of the answer, which was given, or is no longer needed.
pub(super) fn stop_answer_clock(custody: &Custody) -> Option<Event> {
    clocks::stop(custody, accept_step(), Stop::Done)
}

/// Ends the offer by `event`, and offers the case to the next unit; `place` is the responsible place where
/// another than before is named.
pub(super) fn reroute_after(
    custody: &Custody,
    event: Event,
    place: Option<DivisionCode>,
    context: &Context<'_>,
) -> Vec<Event> {
    let next = routing::route_again(custody, &event, place, context);
    let stopped = stop_answer_clock(custody);
    std::iter::once(event).chain(stopped).chain(next).collect()
}

/// Ends an offer that was not answered in time. That to a designated unit does not expire: its clock urges it, and
/// tells its supervisor.
pub(super) fn expire(custody: &Custody, context: &Context<'_>) -> Vec<Event> {
    let offer = custody
        .offer()
        .filter(|offer| offer.designated_by.is_none());
    let Some(offer) = offer.filter(|offer| offer.until <= context.now) else {
        return Vec::new();
    };
    let expired = Expired {
        handoff: offer.handoff,
        to: offer.to.clone(),
        holder: custody.holder().clone(),
        at: context.now,
    };
    reroute_after(custody, expired.into(), None, context)
}

/// Ends an offer to a unit whose site has closed since.
pub(super) fn end_offer_to_closed_site(custody: &Custody, context: &Context<'_>) -> Vec<Event> {
    match offer_to_closed_site(custody, context.directory, context.now) {
        Some((handoff, to)) => decline_for_closed_unit(custody, handoff, to, None, context),
        None => Vec::new(),
    }
}

/// The offer to a unit that closes counts as declined.
pub(super) fn decline_for_closed_unit(
    custody: &Custody,
    handoff: HandoffId,
    to: &UnitId,
    note: Option<String>,
    context: &Context<'_>,
) -> Vec<Event> {
    let declined = Declined {
        handoff,
        by: to.clone(),
        staff: None,
        holder: custody.holder().clone(),
        reason: ReturnReason::UnitClosed,
        belongs_to: None,
        note,
        at: context.happened_at(),
    };
    reroute_after(custody, declined.into(), None, context)
}

/// The open offer to a unit whose site is closed today; not that to a designated unit, which its supervisor
/// reassigns.
pub fn offer_to_closed_site<'a>(
    custody: &'a Custody,
    directory: &Directory,
    now: Timestamp,
) -> Option<(HandoffId, &'a UnitId)> {
    let offer = custody
        .offer()
        .filter(|offer| offer.designated_by.is_none())?;
    let is_closed = is_closed(&offer.to, directory, now.china_date());
    is_closed.then_some((offer.handoff, &offer.to))
}

/// The first moment, from today on and while the offer is open, at which it would end because the unit's site is
/// closed.
pub fn offer_closes_at(
    custody: &Custody,
    directory: &Directory,
    now: Timestamp,
) -> Option<Timestamp> {
    let offer = custody
        .offer()
        .filter(|offer| offer.designated_by.is_none())?;
    let last = offer.until.last_china_date();
    let days = now.china_date().series(Span::new().days(1));
    let mut days = days.take_while(|day| *day <= last);
    let closed = days.find(|day| is_closed(&offer.to, directory, *day))?;
    let before = closed.yesterday().unwrap_or(closed);
    Some(Timestamp::end_of_china_day(before))
}

fn is_closed(unit: &UnitId, directory: &Directory, day: Date) -> bool {
    let site = directory
        .unit(unit)
        .and_then(|unit| directory.site(&unit.site));
    site.is_some_and(|site| match directory.site_standing(site, day) {
        SiteStanding::Open => false,
        SiteStanding::Closed { .. } => true,
    })
}
