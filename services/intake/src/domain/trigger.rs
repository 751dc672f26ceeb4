//! What intake does when referral has decided something about a case.

use onestop_proto::{
    case::{CameBack, Event, HolderNoted, Rejection, ResultNoted, Withdrawn},
    division::DivisionCode,
    ids::{HandoffId, UnitId},
    referral::{Outcome, RecallReason},
};

use super::{Case, Standing};

/// A decision of referral that concerns the window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Trigger {
    /// A unit accepted the case.
    Accepted {
        handoff: HandoffId,
        holder: UnitId,
        division: DivisionCode,
    },
    /// The unit gave the case back; referral looks for another.
    Returned { handoff: HandoffId },
    /// Referral found no unit that takes the case.
    NoUnitAvailable,
    /// The offer was taken back.
    Recalled { reason: RecallReason },
    /// The unit's work is done.
    Completed { unit: UnitId, outcome: Outcome },
}

/// Decides which events follow from a decision of referral.
///
/// # Errors
/// If the case is past that decision; nothing is written then.
pub(crate) fn react(case: Option<&Case>, trigger: &Trigger) -> Result<Vec<Event>, Rejection> {
    // Another instance of intake owns a case that this one does not know.
    let Some(case) = case else {
        return Ok(Vec::new());
    };
    match (&case.standing, trigger) {
        // A window without a unit may ask its supervisor: the case is referred again.
        (Standing::Referred { .. }, _) | (Standing::AtWindow, Trigger::Returned { .. }) => {}
        _ => return Err(case.not_now()),
    }
    let event = match trigger {
        Trigger::Accepted {
            handoff,
            holder,
            division,
        } => Event::from(HolderNoted {
            handoff: *handoff,
            holder: holder.clone(),
            holder_division: *division,
        }),
        Trigger::Returned { handoff } => Event::from(HolderNoted {
            handoff: *handoff,
            holder: case.opened.window.clone(),
            holder_division: case.opened.window_division,
        }),
        Trigger::NoUnitAvailable
        | Trigger::Recalled {
            reason: RecallReason::WindowError,
        } => Event::from(CameBack {}),
        Trigger::Recalled {
            reason: RecallReason::CitizenWithdrew,
        } => Event::from(Withdrawn {
            reason: RecallReason::CitizenWithdrew,
        }),
        Trigger::Completed { unit, outcome } => Event::from(ResultNoted {
            unit: unit.clone(),
            outcome: *outcome,
        }),
    };
    Ok(vec![event])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::test_support::*;

    #[test]
    fn the_holder_and_the_result_are_noted() {
        let world = world();
        let events = world
            .after(&[world.opened(), world.requested()])
            .when_triggered(&world.accepted_by_agency());
        assert_eq!(events.unwrap(), [world.with_agency()]);
        let result = Trigger::Completed {
            unit: world.agency.clone(),
            outcome: Outcome::Granted,
        };
        let events = world
            .after(&[world.opened(), world.requested(), world.with_agency()])
            .when_triggered(&result);
        assert_eq!(events.unwrap(), [world.result()]);
    }
}
