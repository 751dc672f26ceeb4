//! Returning a case (退回): custody goes back to the window, and the case is offered to the next unit.

use onestop_proto::{
    clock::Stop,
    division::DivisionCode,
    ids::StaffId,
    referral::{Event, Rejection, Return, ReturnReason, Returned, work_step},
};

use super::co_units;
use crate::domain::{
    Context, Decision,
    actions::{Action, Party},
    checks::{existing_place, require_working_lead},
    clocks,
    custody::{Custody, Lead},
    routing,
};

impl Action for Return {
    /// A designated unit may not return, and nor does one that has decided to do the work: aid that is granted ends with a ground
    /// (法律援助法 art. 48), and so does a notarial matter that is accepted.
    fn party(custody: &Custody) -> Option<Party<'_>> {
        let lead = custody.working_lead()?;
        let free = lead.designated_by.is_none() && lead.undertaken_at.is_none();
        free.then(|| Party::unit(custody.holder()))
    }

    fn decide(&self, custody: &Custody, context: &Context<'_>) -> Decision {
        let lead = require_working_lead(custody, context)?;
        if let Some(by) = &lead.designated_by {
            return Err(Rejection::DesignatedMayNotReturn { by: by.clone() });
        }
        if let Some(at) = lead.undertaken_at {
            return Err(Rejection::WorkUndertaken {
                unit: custody.holder().clone(),
                day: at.china_date().to_string(),
            });
        }
        existing_place(self.belongs_to, context)?;
        let cause = ReturnCause {
            reason: self.reason,
            belongs_to: self.belongs_to,
            note: None,
            staff: Some(context.actor.staff.clone()),
        };
        Ok(release(custody, lead, cause, context))
    }
}

/// Why a case leaves its lead.
pub(super) struct ReturnCause {
    pub(super) reason: ReturnReason,
    /// The responsible place, where another than before is named.
    pub(super) belongs_to: Option<DivisionCode>,
    pub(super) note: Option<String>,
    /// Who of the unit gave it back; nothing where its supervisor takes it.
    pub(super) staff: Option<StaffId>,
}

/// Takes the case from its lead: it goes back to the window, its co-units are released, and it is offered to the
/// next unit.
pub(super) fn release(
    custody: &Custody,
    lead: &Lead,
    cause: ReturnCause,
    context: &Context<'_>,
) -> Vec<Event> {
    let Some(subject) = &custody.subject else {
        return Vec::new();
    };
    let place = cause.belongs_to;
    let returned = Event::from(Returned {
        handoff: lead.handoff,
        from: custody.holder().clone(),
        staff: cause.staff,
        to: custody.window.clone(),
        item: subject.item.clone(),
        reason: cause.reason,
        belongs_to: cause.belongs_to,
        note: cause.note,
        at: context.happened_at(),
    });
    let why = "主办单位已变更 / the lead has changed";
    let open = custody.open_co_units();
    let released = open.map(|co| co_units::released(co, why, context));
    let next = routing::route_again(custody, &returned, place, context);
    let stopped = clocks::stop(custody, work_step(), Stop::Left);
    std::iter::once(returned.clone())
        .chain(released)
        .chain(stopped)
        .chain(next)
        .collect()
}

#[cfg(test)]
mod tests {
    use crate::domain::{available, possible, test_support::*};

    /// 法律援助法 art. 48: what the unit decided to do it ends with a ground, and does not give back; that is not offered. The word of
    /// a unit that has the case no more changes nothing.
    #[test]
    fn what_a_unit_undertook_it_does_not_give_back() {
        let world = world();
        let mut events = world.accepted();
        let agency = world.agency(COUNTY);
        let undertaken = |events: &[Event], unit: &UnitId| {
            let unit = unit.clone();
            let decides = world.scenario(events);
            let decides = decides.reacts_to(&Trigger::WorkUndertaken { unit });
            decides.unwrap()
        };
        let give_back = || Return {
            reason: ReturnReason::WrongItem,
            belongs_to: None,
        };
        assert!(undertaken(&events, &world.agency(PREFECTURE)).is_empty());
        let before = world.scenario(&events).by(&agency);
        let before = before.with_handoff(handoff(2)).sends(give_back());
        assert!(before.is_ok(), "{before:?}");

        events.extend(undertaken(&events, &agency));
        // Once is enough.
        assert!(undertaken(&events, &agency).is_empty());
        let scenario = world.scenario(&events).by(&agency);
        let refused = scenario.sends(give_back()).unwrap_err();
        let told = Rejection::WorkUndertaken {
            unit: agency.clone(),
            day: "2026-03-02".to_owned(),
        };
        assert_eq!(refused, told);
        let custody = state(&events);
        let scenario = world.scenario(&events).by(&agency);
        let listed = scenario.deciding(|context| available(&custody, context));
        assert!(!listed.contains(&"return"), "{listed:?}");
        assert!(!possible(&custody, day(2)).contains(&"return"));
    }
}
