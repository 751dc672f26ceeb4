//! Several units at one case: the lead (主办) holds it, co-units (协办) do their part. Custody stays with the
//! lead; the case is completed when everybody is done or released.

use onestop_proto::{
    ids::UnitId,
    referral::{
        CoDeclined, CoInvited, CoJoined, CoReleased, CoReported, CoUnitStatus, DeclineInvitation,
        Event, Invite, Rejection, Release, ReportPart,
    },
};

use super::{
    Context, Custody, Holding, answer, outside, route::unopposed, said, state::CoUnit, unknown_unit,
};

/// The lead asks another unit for its part.
pub(super) fn invite(
    custody: &Custody,
    invite: &Invite,
    context: &Context<'_>,
) -> Result<Vec<Event>, Rejection> {
    let held = answer::held_by_unit(custody, context)?;
    let unit = &invite.unit;
    if unit == held.unit {
        return Err(Rejection::LeadItself { unit: unit.clone() });
    }
    let Some(found) = context.directory.unit(unit) else {
        return Err(unknown_unit(unit, "unit"));
    };
    if outside::is_outside(found) {
        return Err(outside::outside_body(unit, "unit"));
    }
    if custody.open_co_units().any(|co| co.unit == *unit) {
        return Err(Rejection::InvitedBefore { unit: unit.clone() });
    }
    unopposed(custody, unit, context)?;
    Ok(vec![Event::from(CoInvited {
        lead: held.unit.clone(),
        unit: unit.clone(),
        division: found.division,
        task: said("task", &invite.task)?,
        at: context.now,
    })])
}

/// The part of the unit that acts, if it stands so.
fn own_part<'a>(
    custody: &'a Custody,
    standing: CoUnitStatus,
    context: &Context<'_>,
) -> Result<&'a CoUnit, Rejection> {
    let unit = &context.actor.unit;
    let own = |co: &&CoUnit| co.unit == *unit && co.standing == standing;
    match &custody.holding {
        Holding::Unit { .. } => custody.co_units.iter().find(own),
        Holding::Window { .. } | Holding::Offered { .. } | Holding::Disputed { .. } => None,
    }
    .ok_or_else(|| Rejection::NotInvited {
        unit: unit.clone(),
        holder: custody.holder().clone(),
    })
}

pub(super) fn join(custody: &Custody, context: &Context<'_>) -> Result<Vec<Event>, Rejection> {
    let part = own_part(custody, CoUnitStatus::Invited, context)?;
    unopposed(custody, &part.unit, context)?;
    Ok(vec![Event::from(CoJoined {
        unit: part.unit.clone(),
        at: context.now,
    })])
}

pub(super) fn decline(
    custody: &Custody,
    decline: &DeclineInvitation,
    context: &Context<'_>,
) -> Result<Vec<Event>, Rejection> {
    let part = own_part(custody, CoUnitStatus::Invited, context)?;
    let declined = CoDeclined {
        unit: part.unit.clone(),
        reason: decline.reason,
        at: context.now,
    };
    let rest = when_last(custody, &part.unit, context);
    Ok(std::iter::once(Event::from(declined)).chain(rest).collect())
}

pub(super) fn report(
    custody: &Custody,
    report: &ReportPart,
    context: &Context<'_>,
) -> Result<Vec<Event>, Rejection> {
    let part = own_part(custody, CoUnitStatus::Joined, context)?;
    let reported = CoReported {
        unit: part.unit.clone(),
        report: said("report", &report.report)?,
        at: context.now,
    };
    let rest = when_last(custody, &part.unit, context);
    Ok(std::iter::once(Event::from(reported)).chain(rest).collect())
}

/// The lead no longer needs a co-unit.
pub(super) fn release(
    custody: &Custody,
    release: &Release,
    context: &Context<'_>,
) -> Result<Vec<Event>, Rejection> {
    answer::lead(custody, context)?;
    let not_invited = || Rejection::NotInvited {
        unit: release.unit.clone(),
        holder: custody.holder().clone(),
    };
    let mut open = custody.open_co_units();
    let co = open
        .find(|co| co.unit == release.unit)
        .ok_or_else(not_invited)?;
    let why = said("why", &release.why)?;
    let mut events = vec![released(co, &why, context)];
    events.extend(when_last(custody, &co.unit, context));
    Ok(events)
}

/// A co-unit's part ends for a reason that is not its own.
pub(super) fn released(co: &CoUnit, why: &str, context: &Context<'_>) -> Event {
    Event::from(CoReleased {
        unit: co.unit.clone(),
        division: co.division,
        why: why.to_owned(),
        at: context.now,
    })
}

/// With the last co-unit, a case whose lead is done is completed.
pub(super) fn when_last(custody: &Custody, leaving: &UnitId, context: &Context<'_>) -> Vec<Event> {
    if custody.open_co_units().any(|co| co.unit != *leaving) {
        return Vec::new();
    }
    answer::finished_before(custody, context)
}
