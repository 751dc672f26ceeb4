//! Putting a bad rating right (整改).

use onestop_proto::{
    case::{Event, Redo, Redone, Rejection},
    clock::{ClockStopped, Stop},
    typed::says_nothing,
};

use crate::domain::{Case, Context, Decision, field_problem::incomplete};

pub(super) fn decide(case: &Case, redo: &Redo, context: &Context<'_>) -> Decision {
    let Some(clock) = case.redo_clock() else {
        return Err(Rejection::NothingToRedo {});
    };
    if says_nothing(&redo.measure.0) {
        return Err(incomplete("measure", "写明整改措施 / what was done"));
    }
    Ok(vec![
        Event::from(Redone {
            measure: context.sealed.clone(),
        }),
        Event::from(ClockStopped {
            step: clock.step.clone(),
            why: Stop::Done,
        }),
    ])
}

#[cfg(test)]
mod tests {
    use onestop_proto::case::Grade;

    use super::*;
    use crate::domain::test_support::*;

    #[test]
    fn a_bad_rating_is_put_right_within_its_limit_and_rated_once_more() {
        let world = world();
        let mut history = world.rated_badly();
        let [.., Event::Rated(_), Event::ClockStarted(clock)] = history.as_slice() else {
            panic!("{history:?}")
        };
        assert_eq!(clock.step.as_str(), "intake.redo");
        // Fifteen working days after a Monday.
        assert_eq!(clock.due.day.to_string(), "2026-12-14");

        let again = world.after(&history).when(rate(Grade::Satisfied));
        assert!(matches!(again, Err(Rejection::AlreadyRated { .. })));
        let done = world.after(&history).when(redo()).unwrap();
        assert!(
            matches!(&done[..], [Event::Redone(Redone { .. }), Event::ClockStopped(stopped)] if stopped.why == Stop::Done)
        );
        history.extend(done);
        let better = world
            .after(&history)
            .when(rate(Grade::VeryDissatisfied))
            .unwrap();
        assert_eq!(better.len(), 1, "a second bad one starts no second clock");
        history.extend(better);
        let third = world.after(&history).when(rate(Grade::Satisfied));
        assert!(matches!(third, Err(Rejection::AlreadyRated { .. })));
        let again = world.after(&history).when(redo());
        assert_eq!(again.unwrap_err(), Rejection::NothingToRedo {});
    }
}
