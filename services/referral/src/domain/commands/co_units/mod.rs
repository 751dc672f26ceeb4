//! Co-units (协办): the lead (主办) has custody and invites others to do their part. The case is completed when all
//! are done or released.

use onestop_directory::Unit;
use onestop_proto::{
    field_problems::both,
    ids::UnitId,
    referral::{
        CoDeclined, CoInvited, CoJoined, CoReleased, CoReported, CoUnitStatus, DeclineInvitation,
        Event, Invite, Join, Rejection, Release, ReportPart,
    },
};

use super::complete::complete_after_last_co_unit;
use crate::domain::{
    Context, Decision,
    actions::{Action, Party},
    checks::{existing_unit, no_external_body, require_lead, require_working_lead, required_text},
    custody::{CoUnit, Custody},
    sides::no_conflict_of_interest,
};

impl Action for Invite {
    fn party(custody: &Custody) -> Option<Party<'_>> {
        custody.working_lead()?;
        Some(Party::unit(custody.holder()))
    }

    fn decide(&self, custody: &Custody, context: &Context<'_>) -> Decision {
        require_working_lead(custody, context)?;
        let invited = invitable(custody, &self.unit, context);
        let (invited, task) = both(invited, required_text("task", &self.task))?;
        Ok(vec![Event::from(CoInvited {
            lead: custody.holder().clone(),
            unit: self.unit.clone(),
            division: invited.division,
            task,
            at: context.happened_at(),
        })])
    }
}

/// The unit, if it can be invited.
fn invitable<'a>(
    custody: &Custody,
    unit: &UnitId,
    context: &Context<'a>,
) -> Result<&'a Unit, Rejection> {
    if unit == custody.holder() {
        return Err(Rejection::LeadItself { unit: unit.clone() });
    }
    let found = existing_unit(unit, "unit", context)?;
    no_external_body(found, "unit")?;
    if custody.open_co_units().any(|co| co.unit == *unit) {
        return Err(Rejection::InvitedBefore { unit: unit.clone() });
    }
    no_conflict_of_interest(custody, unit, context)?;
    Ok(found)
}

fn co_units_with(custody: &Custody, status: CoUnitStatus) -> Option<Party<'_>> {
    let open = custody.open_co_units();
    let open = open.filter(move |co| co.status == status);
    Party::any_of(open.map(|co| &co.unit))
}

/// The part of the actor's unit, if it has that status.
fn own_part<'a>(
    custody: &'a Custody,
    status: CoUnitStatus,
    context: &Context<'_>,
) -> Result<&'a CoUnit, Rejection> {
    let unit = &context.actor.unit;
    let mut parts = custody
        .lead()
        .map(|_| &custody.co_units)
        .into_iter()
        .flatten();
    let own = parts.find(|co| co.unit == *unit && co.status == status);
    own.ok_or_else(|| Rejection::NotInvited {
        unit: unit.clone(),
        holder: custody.holder().clone(),
    })
}

/// The event that ends a part, and the completion of a case that waited for it alone.
fn end_part(
    custody: &Custody,
    part: &CoUnit,
    event: impl Into<Event>,
    context: &Context<'_>,
) -> Vec<Event> {
    let completed = complete_after_last_co_unit(custody, &part.unit, context);
    std::iter::once(event.into()).chain(completed).collect()
}

impl Action for Join {
    fn party(custody: &Custody) -> Option<Party<'_>> {
        co_units_with(custody, CoUnitStatus::Invited)
    }

    fn check_sender(custody: &Custody, context: &Context<'_>) -> Result<(), Rejection> {
        no_conflict_of_interest(custody, &context.actor.unit, context)
    }

    fn decide(&self, custody: &Custody, context: &Context<'_>) -> Decision {
        let part = own_part(custody, CoUnitStatus::Invited, context)?;
        Self::check_sender(custody, context)?;
        Ok(vec![Event::from(CoJoined {
            unit: part.unit.clone(),
            at: context.happened_at(),
        })])
    }
}

impl Action for DeclineInvitation {
    fn party(custody: &Custody) -> Option<Party<'_>> {
        co_units_with(custody, CoUnitStatus::Invited)
    }

    fn decide(&self, custody: &Custody, context: &Context<'_>) -> Decision {
        let part = own_part(custody, CoUnitStatus::Invited, context)?;
        let declined = CoDeclined {
            unit: part.unit.clone(),
            reason: self.reason,
            at: context.happened_at(),
        };
        Ok(end_part(custody, part, declined, context))
    }
}

impl Action for ReportPart {
    fn party(custody: &Custody) -> Option<Party<'_>> {
        co_units_with(custody, CoUnitStatus::Joined)
    }

    fn decide(&self, custody: &Custody, context: &Context<'_>) -> Decision {
        let part = own_part(custody, CoUnitStatus::Joined, context)?;
        let reported = CoReported {
            unit: part.unit.clone(),
            report: required_text("report", &self.report)?,
            at: context.happened_at(),
        };
        Ok(end_part(custody, part, reported, context))
    }
}

impl Action for Release {
    fn party(custody: &Custody) -> Option<Party<'_>> {
        custody.open_co_units().next()?;
        Some(Party::unit(custody.holder()))
    }

    fn decide(&self, custody: &Custody, context: &Context<'_>) -> Decision {
        require_lead(custody, context)?;
        let mut open = custody.open_co_units();
        let co = open.find(|co| co.unit == self.unit);
        let co = co.ok_or_else(|| Rejection::NotInvited {
            unit: self.unit.clone(),
            holder: custody.holder().clone(),
        })?;
        let why = required_text("why", &self.why)?;
        Ok(end_part(custody, co, released(co, &why, context), context))
    }
}

/// Ends a co-unit's part for a reason that is not its own.
pub(super) fn released(co: &CoUnit, why: &str, context: &Context<'_>) -> Event {
    Event::from(CoReleased {
        unit: co.unit.clone(),
        division: co.division,
        why: why.to_owned(),
        at: context.happened_at(),
    })
}

#[cfg(test)]
mod tests;
