//! Completing a case (办毕): custody goes back to the window with the result.

use onestop_proto::{
    clock::Stop,
    ids::UnitId,
    referral::{Complete, Completed, Event, LeadFinished, Outcome, Rejection, work_step},
};

use crate::domain::{
    Context, Decision,
    actions::{Action, Party},
    checks::{comma_separated, require_working_lead},
    clocks,
    custody::{Custody, Lead},
    people::{adviser, engage, for_one_side},
};

impl Action for Complete {
    /// The lead waits for its co-units, or releases them. What a specialist decides by its own law, that decision completes.
    fn party(custody: &Custody) -> Option<Party<'_>> {
        custody.working_lead()?;
        if custody.specialist_item().is_some() {
            return None;
        }
        let alone = custody.open_co_units().next().is_none();
        alone.then(|| Party::unit(custody.holder()))
    }

    /// Who completes the case has advised its side.
    fn check_sender(custody: &Custody, context: &Context<'_>) -> Result<(), Rejection> {
        match adviser(custody, context) {
            Some(adviser) => for_one_side(custody, &adviser, context),
            None => Ok(()),
        }
    }

    fn decide(&self, custody: &Custody, context: &Context<'_>) -> Decision {
        let lead = require_working_lead(custody, context)?;
        if let Some(item) = custody.specialist_item() {
            return Err(Rejection::SpecialistDecides {
                unit: custody.holder().clone(),
                item: item.clone(),
                item_name: context.directory.item_label(item),
            });
        }
        let units = comma_separated(custody.open_co_units().map(|co| &co.unit));
        if !units.is_empty() {
            return Err(Rejection::CoUnitsAtWork { units });
        }
        Self::check_sender(custody, context)?;
        let adviser = adviser(custody, context);
        let engaged = engage(custody, (custody.holder(), adviser.as_slice()), context);
        let completed = completed(custody, lead, self.outcome, context);
        Ok(engaged.into_iter().chain(completed).collect())
    }
}

/// Takes in that the specialist's work is done, by its own law. The case is completed when its co-units are done
/// too.
pub(in crate::domain) fn finish(
    custody: &Custody,
    outcome: Outcome,
    context: &Context<'_>,
) -> Decision {
    let lead = require_working_lead(custody, context)?;
    if custody.open_co_units().next().is_none() {
        return Ok(completed(custody, lead, outcome, context));
    }
    let finished = LeadFinished {
        lead: custody.holder().clone(),
        outcome,
        at: context.happened_at(),
    };
    Ok(with_work_done(custody, finished.into()))
}

/// Completes a case whose lead was done before its co-units, once the last other co-unit than `leaving` is done.
pub(super) fn complete_after_last_co_unit(
    custody: &Custody,
    leaving: &UnitId,
    context: &Context<'_>,
) -> Vec<Event> {
    let waits = custody.open_co_units().any(|co| co.unit != *leaving);
    let lead = custody.lead().filter(|_| !waits);
    let finished = lead.and_then(|lead| Some((lead, lead.finished?)));
    finished.map_or_else(Vec::new, |(lead, outcome)| {
        completed(custody, lead, outcome, context)
    })
}

fn completed(
    custody: &Custody,
    lead: &Lead,
    outcome: Outcome,
    context: &Context<'_>,
) -> Vec<Event> {
    let completed = Completed {
        handoff: lead.handoff,
        from: custody.holder().clone(),
        to: custody.window.clone(),
        outcome,
        at: context.happened_at(),
    };
    with_work_done(custody, completed.into())
}

fn with_work_done(custody: &Custody, event: Event) -> Vec<Event> {
    let stopped = clocks::stop(custody, work_step(), Stop::Done);
    std::iter::once(event).chain(stopped).collect()
}

#[cfg(test)]
mod tests {
    use crate::domain::{possible, test_support::*};

    #[test]
    fn a_case_whose_specialist_has_not_decided_is_neither_completed_nor_offered_to_be() {
        let world = world();
        let (events, agency) = (world.accepted(), world.agency(COUNTY));
        let complete = Complete {
            outcome: Outcome::Granted,
        };
        let refused = world.scenario(&events).by(&agency).sends(complete);
        assert!(
            matches!(refused, Err(Rejection::SpecialistDecides { ref unit, .. }) if *unit == agency),
            "{refused:?}"
        );
        assert!(!possible(&state(&events), day(2)).contains(&"complete"));
        // An item without a law of its own is completed by the unit's word.
        assert!(possible(&state(&world.at_work()), day(2)).contains(&"complete"));
    }

    #[test]
    fn a_finished_case_is_the_windows_again() {
        let world = world();
        let mut events = world.accepted();
        let finished = Trigger::WorkConcluded {
            outcome: Outcome::Granted,
        };
        let agency = world.agency(COUNTY);
        events.extend(
            world
                .scenario(&events)
                .by(&agency)
                .reacts_to(&finished)
                .unwrap(),
        );
        assert_eq!(holder(&events), world.window);
    }
}
