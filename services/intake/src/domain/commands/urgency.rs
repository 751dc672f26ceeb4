//! Whether a case can wait (紧急), said after it was taken down, and taken back.

use onestop_proto::case::{Event, LiftUrgency, MarkUrgent, MarkedUrgent, Rejection, UrgencyLifted};

use crate::domain::{Case, Decision};

pub(super) fn decide_mark(case: &Case, mark: &MarkUrgent) -> Decision {
    if case.urgent {
        return Err(Rejection::AlreadyUrgent {});
    }
    let reason = mark.reason;
    Ok(vec![Event::from(MarkedUrgent { reason })])
}

pub(super) fn decide_lift(case: &Case, lift: &LiftUrgency) -> Decision {
    if !case.urgent {
        return Err(Rejection::NotUrgent {});
    }
    let reason = lift.reason;
    Ok(vec![Event::from(UrgencyLifted { reason })])
}

#[cfg(test)]
mod tests {
    use onestop_proto::case::{RequestReferral, UrgencyEnd, UrgencyGround};

    use super::*;
    use crate::domain::test_support::*;

    const MARK: MarkUrgent = MarkUrgent {
        reason: UrgencyGround::PeriodEnds,
    };
    const LIFT: LiftUrgency = LiftUrgency {
        reason: UrgencyEnd::Over,
    };

    /// What the window asks for next is as urgent as the case is by then.
    fn next_referral(world: &World, history: &[Event]) -> bool {
        let again = RequestReferral {
            place: None,
            other: None,
        };
        let events = world.after(history).when(again).unwrap();
        let [Event::ReferralRequested(requested)] = &events[..] else {
            panic!("{events:?}")
        };
        requested.subject.urgent
    }

    #[test]
    fn a_case_becomes_urgent_and_can_wait_again() {
        let world = world();
        let mut history = vec![world.opened()];
        let refused = world.after(&history).when(LIFT);
        assert_eq!(refused, Err(Rejection::NotUrgent {}));
        assert!(!next_referral(&world, &history));

        history.extend(world.after(&history).when(MARK).unwrap());
        assert!(next_referral(&world, &history));
        let refused = world.after(&history).when(MARK);
        assert_eq!(refused, Err(Rejection::AlreadyUrgent {}));

        history.extend(world.after(&history).when(LIFT).unwrap());
        assert!(!next_referral(&world, &history));
    }

    /// On its way to a unit, or with one, it may turn out that it cannot wait.
    #[test]
    fn it_is_said_of_a_case_that_was_referred() {
        let world = world();
        let history = [world.opened(), world.requested()];
        let events = world.after(&history).when(MARK).unwrap();
        let expected = Event::from(MarkedUrgent {
            reason: UrgencyGround::PeriodEnds,
        });
        assert_eq!(events, [expected]);
    }
}
