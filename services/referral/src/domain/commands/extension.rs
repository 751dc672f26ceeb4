//! Extensions of time limits (延期): requested before the limit is over, granted or refused by the supervisor.

use onestop_proto::{
    clock::{Clock, ExtensionDenied, Step},
    division::DivisionCode,
    ids::UnitId,
    referral::{
        Event, ExtensionRefused, ExtensionRequested, GrantExtension, RefuseExtension, Rejection,
        RequestExtension, accept_step, work_step,
    },
    time::Timestamp,
};

use crate::domain::{
    Context, Decision,
    actions::{Action, Party},
    checks::{require_supervisor, required_text},
    custody::{Custody, PendingExtension},
};

/// The unit whose step is limited, and the step.
struct LimitedStep<'a> {
    step: Step,
    unit: &'a UnitId,
    division: DivisionCode,
}

/// The answer to the offer, or the lead's work.
fn limited_step(custody: &Custody) -> Option<LimitedStep<'_>> {
    if let Some(offer) = custody.offer() {
        return Some(LimitedStep {
            step: accept_step(),
            unit: &offer.to,
            division: offer.to_division,
        });
    }
    custody.working_lead().map(|_| LimitedStep {
        step: work_step(),
        unit: custody.holder(),
        division: custody.holder_division(),
    })
}

impl Action for RequestExtension {
    fn party(custody: &Custody) -> Option<Party<'_>> {
        let limited = limited_step(custody)?;
        let clock = custody.clock(&limited.step)?;
        let allowed = clock.limit.extension.as_ref()?;
        let left = clock.extended < allowed.times && custody.extension.is_none();
        left.then(|| Party::unit(limited.unit))
    }

    fn is_timely(custody: &Custody, now: Timestamp) -> bool {
        let limited = limited_step(custody);
        let clock = limited.and_then(|limited| custody.clock(&limited.step));
        clock.is_some_and(|clock| clock.extension(now).is_ok())
    }

    /// Where the limit names no approver, or there is no supervisor, the unit extends it itself.
    fn decide(&self, custody: &Custody, context: &Context<'_>) -> Decision {
        let unit = &context.actor.unit;
        let own = limited_step(custody).filter(|limited| limited.unit == unit);
        let own = own.and_then(|own| Some((custody.clock(&own.step)?, own.division)));
        let (clock, division) =
            own.ok_or_else(|| Rejection::NotExtensible { unit: unit.clone() })?;
        let step = || clock.step.clone();
        let step_name = || context.directory.step_label(&clock.step);
        let allowed = clock
            .extension(context.now)
            .map_err(|denied| match denied {
                ExtensionDenied::NotExtensible => Rejection::NotExtensible { unit: unit.clone() },
                ExtensionDenied::Exhausted { times } => Rejection::ExtendedBefore {
                    step: step(),
                    step_name: step_name(),
                    times,
                },
                ExtensionDenied::Overdue { day } => Rejection::ExtensionLate {
                    step: step(),
                    step_name: step_name(),
                    day: day.to_string(),
                },
            })?;
        if custody.extension.is_some() {
            return Err(Rejection::AskedBefore {
                step: step(),
                step_name: step_name(),
            });
        }
        let reason = required_text("reason", &self.reason)?;
        let supervisor = context.directory.supervisor_of(division);
        let Some(supervisor) = supervisor.filter(|_| !allowed.approver.is_empty()) else {
            return Ok(extended(clock, reason, context));
        };
        Ok(vec![Event::from(ExtensionRequested {
            step: step(),
            by: unit.clone(),
            staff: Some(context.actor.staff.clone()),
            reason,
            supervisor: supervisor.id.clone(),
            supervisor_division: supervisor.division,
        })])
    }
}

fn extended(clock: &Clock, reason: String, context: &Context<'_>) -> Vec<Event> {
    let approved_by = context.actor.staff.clone();
    let extended = context.directory.extend_clock(clock, approved_by, reason);
    extended.into_iter().map(Event::from).collect()
}

/// The supervisor of the pending request.
fn approver(custody: &Custody) -> Option<Party<'_>> {
    let pending = custody.extension.as_ref()?;
    Some(Party::Supervisors(vec![pending.supervisor_division]))
}

fn nothing_requested(custody: &Custody) -> Rejection {
    Rejection::NothingAsked {
        holder: custody.holder().clone(),
    }
}

fn pending(custody: &Custody) -> Result<&PendingExtension, Rejection> {
    let pending = custody.extension.as_ref();
    pending.ok_or_else(|| nothing_requested(custody))
}

/// The request that the actor may decide.
fn decidable<'a>(
    custody: &'a Custody,
    context: &Context<'_>,
) -> Result<&'a PendingExtension, Rejection> {
    let pending = pending(custody)?;
    require_supervisor(pending.supervisor_division, context)?;
    by_another_person(custody, context)?;
    Ok(pending)
}

/// 审批: one person may work for the unit in one post and supervise it in another.
fn by_another_person(custody: &Custody, context: &Context<'_>) -> Result<(), Rejection> {
    let pending = custody.extension.as_ref();
    let asked_by = pending.and_then(|pending| pending.staff.as_ref());
    if asked_by == Some(&context.actor.staff) {
        let staff = context.actor.staff.clone();
        return Err(Rejection::OwnExtension { staff });
    }
    Ok(())
}

impl Action for GrantExtension {
    fn party(custody: &Custody) -> Option<Party<'_>> {
        approver(custody)
    }

    fn check_sender(custody: &Custody, context: &Context<'_>) -> Result<(), Rejection> {
        by_another_person(custody, context)
    }

    fn decide(&self, custody: &Custody, context: &Context<'_>) -> Decision {
        let pending = decidable(custody, context)?;
        let clock = custody.clock(&pending.step);
        let clock = clock.ok_or_else(|| nothing_requested(custody))?;
        Ok(extended(clock, pending.reason.clone(), context))
    }
}

impl Action for RefuseExtension {
    fn party(custody: &Custody) -> Option<Party<'_>> {
        approver(custody)
    }

    fn check_sender(custody: &Custody, context: &Context<'_>) -> Result<(), Rejection> {
        by_another_person(custody, context)
    }

    fn decide(&self, custody: &Custody, context: &Context<'_>) -> Decision {
        let pending = decidable(custody, context)?;
        Ok(vec![Event::from(ExtensionRefused {
            step: pending.step.clone(),
            unit: pending.by.clone(),
            why: required_text("why", &self.why)?,
        })])
    }
}

#[cfg(test)]
mod tests {
    use onestop_proto::actor::Actor;

    use super::*;
    use crate::domain::test_support::*;

    fn ask() -> RequestExtension {
        RequestExtension {
            reason: "案情复杂".to_owned(),
        }
    }

    #[test]
    fn a_unit_extends_its_answer_itself_and_once() {
        let world = world();
        let mut events = world.offered();
        let agency = world.agency(COUNTY);
        let extended = world.scenario(&events).by(&agency).sends(ask()).unwrap();
        assert_eq!(event_names(&extended), ["clock-extended"]);
        events.extend(extended);
        let custody = state(&events);
        let due = &custody.clock(&accept_step()).unwrap().due;
        assert_eq!(due.day.to_string(), "2026-03-05");
        assert_eq!(custody.offer().unwrap().until, due.at);
        let again = world
            .scenario(&events)
            .by(&agency)
            .sends(ask())
            .unwrap_err();
        assert!(matches!(again, Rejection::ExtendedBefore { times: 1, .. }));
    }

    /// 兼职身份: a person who works for the unit and supervises it.
    #[test]
    fn who_asked_does_not_grant_in_another_post() {
        let world = world();
        let mut events = world.at_work();
        let window = world.unit("530821101", "window");
        let bureau = world.bureau(COUNTY);
        let both = |role: &str, unit| Actor {
            staff: "he-jun".parse().unwrap(),
            ..as_role(role, unit)
        };
        let asks = world.scenario(&events).by_actor(both("clerk", &window));
        events.extend(asks.sends(ask()).unwrap());
        let grants = world
            .scenario(&events)
            .by_actor(both("supervisor", &bureau));
        let refused = grants.sends(GrantExtension {}).unwrap_err();
        let staff = "he-jun".parse().unwrap();
        assert_eq!(refused, Rejection::OwnExtension { staff });
        let other = world.scenario(&events).by_supervisor(&bureau);
        let granted = other.sends(GrantExtension {}).unwrap();
        assert_eq!(event_names(&granted), ["clock-extended"]);
    }

    #[test]
    fn the_supervisor_extends_the_time_for_the_work() {
        let world = world();
        let mut events = world.at_work();
        let window = world.unit("530821101", "window");
        let late = world.scenario(&events).by(&window).at(day(20)).sends(ask());
        assert!(matches!(late, Err(Rejection::ExtensionLate { .. })));
        let uninvolved = world
            .scenario(&events)
            .by(&world.agency(COUNTY))
            .sends(ask());
        assert!(matches!(uninvolved, Err(Rejection::NotExtensible { .. })));
        let bureau = world.bureau(COUNTY);
        let early = world
            .scenario(&events)
            .by_supervisor(&bureau)
            .sends(GrantExtension {});
        assert!(matches!(early, Err(Rejection::NothingAsked { .. })));

        let requested = world.scenario(&events).by(&window).sends(ask()).unwrap();
        assert_eq!(event_names(&requested), ["extension-asked"]);
        events.extend(requested);
        let twice = world
            .scenario(&events)
            .by(&window)
            .sends(ask())
            .unwrap_err();
        assert!(matches!(twice, Rejection::AskedBefore { .. }));
        let simao = world.bureau(SIMAO);
        let elsewhere = world
            .scenario(&events)
            .by_supervisor(&simao)
            .sends(GrantExtension {});
        assert!(matches!(elsewhere, Err(Rejection::NotSupervisor { .. })));

        let refuse = RefuseExtension {
            why: "案情简单".to_owned(),
        };
        let mut refused = events.clone();
        refused.extend(
            world
                .scenario(&events)
                .by_supervisor(&bureau)
                .sends(refuse)
                .unwrap(),
        );
        assert_eq!(state(&refused).extension, None);

        let granted = world
            .scenario(&events)
            .by_supervisor(&bureau)
            .sends(GrantExtension {});
        events.extend(granted.unwrap());
        let custody = state(&events);
        assert_eq!(custody.extension, None);
        // Five working days from Monday the 2nd, and ten more.
        assert_eq!(
            custody.clock(&work_step()).unwrap().due.day.to_string(),
            "2026-03-23"
        );
    }
}
