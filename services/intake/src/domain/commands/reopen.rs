//! Reopening a closed case (重新办理).

use onestop_directory::Figure;
use onestop_proto::case::{Event, Rejection, Reopen, ReopenReason, Reopened};

use crate::domain::{Case, Context, field_problem::incomplete};

/// A case is opened again as often as the directory has it; a citizen who comes again after that opens a new one.
pub(super) fn decide(
    case: &Case,
    reopen: &Reopen,
    context: &Context<'_>,
) -> Result<Vec<Event>, Rejection> {
    if reopen.reason == ReopenReason::CorrectionOrdered {
        let problem = "责令改正由司法行政机关决定，自动记录 / the bureau orders it, and it is recorded by itself";
        return Err(incomplete("reason", problem));
    }
    if let Some(until) = case.reopen_until
        && until <= context.now
    {
        return Err(Rejection::ReopenLate { until });
    }
    let on = context.happened_at().china_date();
    if case.reopened >= context.directory.figure(Figure::Reopenings, on) {
        return Err(Rejection::ReopenedBefore {
            times: case.reopened,
        });
    }
    Ok(vec![Event::from(Reopened {
        reason: reopen.reason,
    })])
}

#[cfg(test)]
mod tests {
    use onestop_proto::case::{Close, Closed, Grade, ReopenReason, Stage};

    use super::*;
    use crate::domain::{Rating, evolve, test_support::*};

    #[test]
    fn a_closed_case_is_opened_again_within_its_limit() {
        let world = world();
        let reopen = || Reopen {
            reason: ReopenReason::NewFacts,
        };
        let mut history = vec![world.opened(), answered()];
        history.extend(world.after(&history).when(rate(Grade::Satisfied)).unwrap());
        history.extend(world.after(&history).when(Close {}).unwrap());
        let late = world
            .after(&history)
            .at("2026-12-24 08:00:00")
            .when(reopen());
        assert!(
            matches!(late, Err(Rejection::ReopenLate { .. })),
            "{late:?}"
        );
        for time in 1..=3 {
            let reopened = world
                .after(&history)
                .at("2026-12-23 23:59:59")
                .when(reopen());
            assert_eq!(
                reopened.unwrap(),
                [Event::from(Reopened {
                    reason: ReopenReason::NewFacts
                })],
                "{time}"
            );
            history.push(Event::from(Reopened {
                reason: ReopenReason::NewFacts,
            }));
            let case = history.iter().fold(None, evolve).unwrap();
            assert_eq!((case.stage(), case.rating), (Stage::AtWindow, Rating::None));
            history.push(answered());
            history.extend(world.after(&history).when(Close {}).unwrap());
        }
        let more = world.after(&history).when(reopen());
        assert_eq!(more.unwrap_err(), Rejection::ReopenedBefore { times: 3 });
    }

    #[test]
    fn no_window_orders_a_correction() {
        let world = world();
        let mut history = vec![world.opened(), answered()];
        history.extend(world.after(&history).when(Close {}).unwrap());
        let reopen = Reopen {
            reason: ReopenReason::CorrectionOrdered,
        };
        let refused = world.after(&history).when(reopen).unwrap_err();
        assert!(
            matches!(&refused, Rejection::Incomplete { field, .. } if field == "reason"),
            "{refused:?}"
        );
    }

    /// A case that was closed before limits were kept can still be opened again.
    #[test]
    fn an_old_closing_has_no_limit() {
        let old: Closed = serde_json::from_str(r#"{"after":"answered"}"#).unwrap();
        let world = world();
        let history = [world.opened(), answered(), Event::from(old)];
        let reopen = Reopen {
            reason: ReopenReason::ClosedByMistake,
        };
        assert!(
            world
                .after(&history)
                .at("2029-01-02 09:00:00")
                .when(reopen)
                .is_ok()
        );
    }
}
