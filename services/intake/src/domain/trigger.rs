//! What intake does when referral has decided something about a case.

use onestop_proto::{
    case::{
        CameBack, Event, HandoverNoted, HolderNoted, Rejection, ReopenReason, Reopened,
        ResultNoted, Withdrawn,
    },
    division::DivisionCode,
    ids::{HandoffId, UnitId},
    referral::{Outcome, RecallReason},
    time::Timestamp,
};

use super::{Case, Decision, Standing};

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
    Returned {
        handoff: HandoffId,
    },
    /// Referral found no unit that takes the case.
    NoUnitAvailable,
    /// A body outside is responsible: the window hands the case over.
    ExternalBodyResponsible {
        to: UnitId,
    },
    /// A unit handed the whole case over to a body outside.
    HandedOver {
        handover: HandoffId,
        by: UnitId,
        to: UnitId,
        at: Timestamp,
    },
    /// The body answered that it does not handle the case.
    ExternalBodyRefused {
        handover: HandoffId,
    },
    /// A supervisor designated a unit, where none was found or several dispute.
    Designated {
        handoff: HandoffId,
    },
    /// The offer was taken back.
    Recalled {
        reason: RecallReason,
    },
    Completed {
        unit: UnitId,
        outcome: Outcome,
    },
    /// The bureau ordered that the unit corrects what it decided: the case is to be done again.
    CorrectionOrdered,
}

/// Decides which events follow from a decision of referral.
///
/// # Errors
/// If the case is past that decision; nothing is written then.
pub(crate) fn react(case: Option<&Case>, trigger: &Trigger) -> Decision {
    // Another instance of intake owns a case that this one does not know.
    let Some(case) = case else {
        return Ok(Vec::new());
    };
    check(case, trigger)?;
    Ok(vec![noted(case, trigger)])
}

/// Refuses a decision that the case is past.
fn check(case: &Case, trigger: &Trigger) -> Result<(), Rejection> {
    match (&case.standing, trigger) {
        // 责令改正 has its effect also after the window closed and archived the case; not on a case whose persons are erased.
        (
            Standing::ResultBack | Standing::Closed | Standing::Archived,
            Trigger::CorrectionOrdered,
        ) if case.erased.is_none() => {}
        (_, Trigger::CorrectionOrdered) => return Err(case.not_now()),
        // What a unit hands over while it has the case goes on with the unit.
        (Standing::AtWindow, Trigger::HandedOver { by, .. }) if *by == case.opened.window => {}
        (
            Standing::HandedOver { handover, .. },
            Trigger::ExternalBodyRefused { handover: refused },
        ) if handover == refused => {}
        (_, Trigger::HandedOver { .. } | Trigger::ExternalBodyRefused { .. }) => {
            return Err(case.not_now());
        }
        // The case is on its way already.
        (Standing::Referred { .. }, Trigger::Designated { .. }) => return Err(case.not_now()),
        // A window without a unit may ask its supervisor, who may designate one unasked: the case is referred again.
        (Standing::Referred { .. }, _)
        | (Standing::AtWindow, Trigger::Returned { .. } | Trigger::Designated { .. }) => {}
        _ => return Err(case.not_now()),
    }
    Ok(())
}

/// What the window notes of a decision.
fn noted(case: &Case, trigger: &Trigger) -> Event {
    match trigger {
        Trigger::Accepted {
            handoff,
            holder,
            division,
        } => Event::from(HolderNoted {
            handoff: *handoff,
            holder: holder.clone(),
            holder_division: *division,
        }),
        Trigger::Returned { handoff } | Trigger::Designated { handoff } => {
            Event::from(HolderNoted {
                handoff: *handoff,
                holder: case.opened.window.clone(),
                holder_division: case.opened.window_division,
            })
        }
        Trigger::NoUnitAvailable
        | Trigger::ExternalBodyRefused { .. }
        | Trigger::Recalled {
            reason: RecallReason::WindowError,
        } => Event::from(CameBack::default()),
        Trigger::ExternalBodyResponsible { to } => Event::from(CameBack {
            external: Some(to.clone()),
        }),
        Trigger::HandedOver {
            handover, to, at, ..
        } => Event::from(HandoverNoted {
            handover: *handover,
            to: to.clone(),
            at: *at,
        }),
        Trigger::Recalled {
            reason: RecallReason::CitizenWithdrew,
        } => Event::from(Withdrawn {
            reason: RecallReason::CitizenWithdrew,
        }),
        Trigger::Completed { unit, outcome } => Event::from(ResultNoted {
            unit: unit.clone(),
            outcome: *outcome,
        }),
        Trigger::CorrectionOrdered => Event::from(Reopened {
            reason: ReopenReason::CorrectionOrdered,
        }),
    }
}

#[cfg(test)]
mod tests {
    use onestop_proto::case::{Archive, Close, Command, RequestReferral, Stage};
    use serde_json::json;

    use super::*;
    use crate::domain::{available, evolve, test_support::*};

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

    /// 法律援助法 art. 49: what the bureau orders to be corrected is done again, however far the window has come with it; and
    /// that is none of the three times that a citizen may have a case opened again.
    #[test]
    fn a_correction_that_is_ordered_opens_the_case_again_also_once_it_is_archived() {
        let world = world();
        let reopened = Event::from(Reopened {
            reason: ReopenReason::CorrectionOrdered,
        });
        let mut history = vec![
            world.opened(),
            world.requested(),
            world.with_agency(),
            world.result(),
        ];
        let ordered = |history: &[Event]| {
            world
                .after(history)
                .when_triggered(&Trigger::CorrectionOrdered)
        };
        assert_eq!(ordered(&history).unwrap(), std::slice::from_ref(&reopened));
        for command in [Command::from(Close {}), Command::from(Archive {})] {
            history.extend(world.after(&history).when(command).unwrap());
            assert_eq!(ordered(&history).unwrap(), std::slice::from_ref(&reopened));
        }
        history.push(reopened);
        let case = history.iter().fold(None, evolve).unwrap();
        assert_eq!((case.stage(), case.reopened), (Stage::AtWindow, 0));
        // It can be referred again; a second order finds it being done.
        let refer = RequestReferral {
            place: None,
            other: None,
        };
        assert!(world.after(&history).when(refer).is_ok());
        assert!(ordered(&history).is_err());
    }

    /// 首问责任: a case for a body outside stays with its window until that body has it; then it is closed, or, where the body
    /// refuses it, referred anew.
    #[test]
    fn a_case_for_a_body_outside_is_handed_over_and_closed() {
        let world = world();
        let (court, handover) = (world.unit("530821.court"), HANDOFF.parse().unwrap());
        let mut history = vec![world.opened(), world.requested()];
        let step = |history: &mut Vec<Event>, trigger: &Trigger| {
            let events = world.after(history).when_triggered(trigger).unwrap();
            history.extend(events);
            history.iter().fold(None, evolve).unwrap()
        };
        let case = step(
            &mut history,
            &Trigger::ExternalBodyResponsible { to: court.clone() },
        );
        assert_eq!(
            (case.stage(), &case.external),
            (Stage::AtWindow, &Some(court.clone()))
        );
        // Asking again for the same would lead back here.
        let again = RequestReferral {
            place: None,
            other: None,
        };
        let refused = world.after(&history).when(again.clone());
        assert!(
            matches!(refused, Err(Rejection::ToHandOver { .. })),
            "{refused:?}"
        );
        let now = "2026-11-23 10:00:00".parse().unwrap();
        let offered = available::offered(&case, now, &world.directory);
        assert!(!offered.contains(&"request-referral"), "{offered:?}");
        let by_other = Trigger::HandedOver {
            handover,
            by: world.agency.clone(),
            to: court.clone(),
            at: "2026-11-23 10:00:00".parse().unwrap(),
        };
        assert!(world.after(&history).when_triggered(&by_other).is_err());
        let handed = Trigger::HandedOver {
            handover,
            by: world.window.clone(),
            to: court,
            at: "2026-11-23 10:00:00".parse().unwrap(),
        };
        let case = step(&mut history, &handed);
        assert_eq!(case.stage(), Stage::HandedOver);
        assert!(world.after(&history).when(Close {}).is_ok());
        let case = step(&mut history, &Trigger::ExternalBodyRefused { handover });
        assert_eq!((case.stage(), case.external), (Stage::AtWindow, None));
        assert!(!matches!(
            world.after(&history).when(again),
            Err(Rejection::ToHandOver { .. })
        ));
    }

    #[test]
    fn nothing_is_opened_again_whose_persons_are_erased() {
        let world = world();
        let erased = json!({ "basis": "retention-ended", "retention": [], "directory": "" });
        let history = [
            world.opened(),
            world.requested(),
            world.with_agency(),
            world.result(),
            event("erased", &erased),
        ];
        let refused = world
            .after(&history)
            .when_triggered(&Trigger::CorrectionOrdered);
        assert!(refused.is_err());
    }
}
