//! Reopening a closed case (重新办理).

use onestop_directory::Figure;
use onestop_proto::case::{Event, Reopen, Reopened};

use crate::domain::{Case, Context, Decision};

/// A citizen who came in time is in time, whenever the window enters it. A case is opened again as often as the directory has it;
/// a citizen who comes again after that opens a new one.
pub(super) fn decide(case: &Case, reopen: &Reopen, context: &Context<'_>) -> Decision {
    let on = context.happened_at().china_date();
    let most = context.directory.figure(Figure::Reopenings, on);
    case.check_reopening(context.happened_at(), most)?;
    Ok(vec![Event::from(Reopened {
        reason: reopen.reason.into(),
    })])
}

#[cfg(test)]
mod tests {
    use onestop_proto::{
        case::{
            CameBack, Close, Closed, Command, Grade, Rejection, ReopenGround, ReopenReason,
            RequestReferral, Stage,
        },
        command::CommandType,
        referral::Resumption,
    };
    use serde_json::json;

    use super::*;
    use crate::domain::{Rating, evolve, test_support::*};

    #[test]
    fn a_closed_case_is_opened_again_within_its_limit() {
        let world = world();
        let reopen = || Reopen {
            reason: ReopenGround::NewFacts,
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

    /// Only the bureau orders a correction: no form offers it, and no command says it.
    #[test]
    fn no_window_orders_a_correction() {
        let says = |reason: ReopenReason| {
            let data = json!({ "reason": reason });
            <Command as CommandType>::parse("reopen", data)
        };
        for reason in ReopenReason::ALL.iter().copied() {
            let by_window = reason != ReopenReason::CorrectionOrdered;
            assert_eq!(says(reason).is_ok(), by_window, "{reason}");
        }
        let grounds = ReopenGround::ALL.iter().copied().map(ReopenReason::from);
        let given: Vec<_> = grounds.map(ReopenReason::text).collect();
        let words: Vec<_> = ReopenGround::ALL.iter().map(|one| one.text()).collect();
        assert_eq!(given, words, "one word for one thing");
    }

    /// 法律援助法 art. 43: the window says whether it goes on with the application of before, whose days count on.
    #[test]
    fn what_goes_on_is_told_to_the_units() {
        let world = world();
        for (reason, resumed) in [
            (
                ReopenGround::WithdrawalTakenBack,
                Some(Resumption::WithdrawalTakenBack),
            ),
            (
                ReopenGround::ClosedByMistake,
                Some(Resumption::ClosedByMistake),
            ),
            (ReopenGround::NewFacts, None),
            (ReopenGround::NotCarriedOut, None),
        ] {
            let mut history = vec![world.opened(), answered()];
            history.extend(world.after(&history).when(Close {}).unwrap());
            history.extend(world.after(&history).when(Reopen { reason }).unwrap());
            let refer = || RequestReferral {
                place: None,
                other: None,
            };
            let asked = |history: &[Event]| {
                let events = world.after(history).when(refer()).unwrap();
                let Some(Event::ReferralRequested(requested)) = events.first() else {
                    panic!("{events:?}")
                };
                (requested.subject.resumed, events)
            };
            let (first, events) = asked(&history);
            assert_eq!(first, resumed, "{reason:?}");
            // Once: what follows is of the same application.
            history.extend(events);
            history.push(Event::from(CameBack::default()));
            assert_eq!(asked(&history).0, None, "{reason:?}");
        }
    }

    /// A case that was closed before limits were kept can still be opened again.
    #[test]
    fn an_old_closing_has_no_limit() {
        let old: Closed = serde_json::from_str(r#"{"after":"answered"}"#).unwrap();
        let world = world();
        let history = [world.opened(), answered(), Event::from(old)];
        let reopen = Reopen {
            reason: ReopenGround::ClosedByMistake,
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
