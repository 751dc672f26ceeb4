//! What ends the work, or moves it to another unit.

use onestop_proto::{
    legal_aid::{self, OpenDate},
    narrowed,
};

use super::*;

/// What ends the work otherwise names the dates that are open: the applicant is told of them.
#[test]
fn a_refusal_a_withdrawal_and_a_termination_name_the_open_dates() {
    let world = world();
    let kind = CriticalDateKind::Limitation;
    let set = || Command::from(until(kind, "2026-06-10"));
    let expected = vec![OpenDate {
        kind,
        day: "2026-06-10".parse().unwrap(),
    }];
    let ends: [(Vec<Command>, Command); 4] = [
        (
            std::iter::once(set()).chain(papers_brought()).collect(),
            Refuse {
                reason: RefusalReason::NotProven,
            }
            .into(),
        ),
        (vec![set()], WithdrawApplication {}.into()),
        (
            vec![set(), supplement("2026-03-04").into()],
            DeemWithdrawn {}.into(),
        ),
        (
            vec![set(), exempt(), Grant {}.into()],
            Terminate {
                reason: TerminationReason::OnRequest,
            }
            .into(),
        ),
    ];
    for (before, end) in ends {
        let history = world.after(&before);
        let events = world.when(&history, "2026-03-05 10:00:00", end).unwrap();
        assert_eq!(told(&events[0]), Some(&expected), "{events:?}");
        let facts = events[0].describe().facts;
        let shown = format!("{facts:?}");
        assert!(shown.contains("2026-06-10"), "{shown}");
    }
    let history = world.after(&[set()]);
    let left = Trigger::CaseLeft {
        handoff: state(&history).unwrap().handoff,
    };
    let events = react(state(&history).as_ref(), &left, &world.context(at(NOW))).unwrap();
    assert_eq!(told(&events[0]), Some(&expected));
}

narrowed! {
    /// The events that end the work otherwise than by its conclusion.
    enum Ended of legal_aid { Refused, Withdrawn, DeemedWithdrawn, Terminated, HandedBack }
}

/// The open dates that such an event names.
pub(super) fn told(event: &Event) -> Option<&Vec<OpenDate>> {
    Some(match Ended::of(event)? {
        Ended::Refused(refused) => &refused.open_dates,
        Ended::Withdrawn(withdrawn) => &withdrawn.open_dates,
        Ended::DeemedWithdrawn(deemed) => &deemed.open_dates,
        Ended::Terminated(terminated) => &terminated.open_dates,
        Ended::HandedBack(left) => &left.open_dates,
    })
}

/// The last days of the law go on while the case goes from one unit to another.
#[test]
fn a_unit_that_takes_the_case_again_has_its_dates_and_is_warned_of_them() {
    let world = world();
    let kind = CriticalDateKind::CivilAppeal;
    let mut history = world.after(&[until(kind, "2026-03-18").into()]);
    let handoff = state(&history).unwrap().handoff;
    let context = world.context(at("2026-03-12 10:00:00"));
    history.extend(announcements(&state(&history).unwrap(), &context));
    let left = Trigger::CaseLeft { handoff };
    history.extend(react(state(&history).as_ref(), &left, &context).unwrap());
    assert!(announcements(&state(&history).unwrap(), &context).is_empty());
    history.extend(react(state(&history).as_ref(), &world.accepted(), &context).unwrap());
    assert_eq!(open_days(&history), [(kind, "2026-03-18".to_owned())]);
    let events = announcements(&state(&history).unwrap(), &context);
    assert!(matches!(events[..], [Event::CriticalDateNear(_)]));
}

/// What was stored before dates were kept reads as it was written.
#[test]
fn events_from_before_dates_were_kept_are_read_and_written_as_before() {
    for stored in [r#"{"reason":"out-of-scope"}"#, r#"{"reason":"not-proven"}"#] {
        let refused: onestop_proto::legal_aid::Refused = serde_json::from_str(stored).unwrap();
        assert!(refused.open_dates.is_empty());
        assert_eq!(serde_json::to_string(&refused).unwrap(), stored);
    }
    let withdrawn: onestop_proto::legal_aid::Withdrawn = serde_json::from_str("{}").unwrap();
    assert_eq!(serde_json::to_string(&withdrawn).unwrap(), "{}");
}
