//! A bad rating and what follows from it; opening again.

use onestop_proto::{
    case::{Archived, Plaintext, Redo, Redone, Reopen, ReopenReason, Reopened},
    clock::{Alarm, Stop},
};

use super::*;
use crate::domain::{Rating, told_by_now};

fn rate(grade: Grade) -> Rate {
    Rate { grade }
}

fn redo() -> Redo {
    Redo {
        measure: Plaintext("当面致歉".to_owned()),
    }
}

fn answered() -> Event {
    Event::from(Answered {
        answer: Ciphertext("sealed".to_owned()),
    })
}

impl World {
    /// Answered, and rated badly at half past nine on 23 November.
    fn rated_badly(&self) -> Vec<Event> {
        let mut history = vec![self.opened(), answered()];
        let rated = self
            .given(&history)
            .when(rate(Grade::Dissatisfied))
            .unwrap();
        history.extend(rated);
        history
    }
}

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

    let again = world.given(&history).when(rate(Grade::Satisfied));
    assert!(matches!(again, Err(Rejection::AlreadyRated { .. })));
    let done = world.given(&history).when(redo()).unwrap();
    assert!(
        matches!(&done[..], [Event::Redone(Redone { .. }), Event::ClockStopped(stopped)] if stopped.why == Stop::Done)
    );
    history.extend(done);
    let better = world
        .given(&history)
        .when(rate(Grade::VeryDissatisfied))
        .unwrap();
    assert_eq!(better.len(), 1, "a second bad one starts no second clock");
    history.extend(better);
    let third = world.given(&history).when(rate(Grade::Satisfied));
    assert!(matches!(third, Err(Rejection::AlreadyRated { .. })));
    let again = world.given(&history).when(redo());
    assert_eq!(again.unwrap_err(), Rejection::NothingToRedo {});
}

#[test]
fn nothing_is_archived_while_a_bad_rating_waits() {
    let world = world();
    let mut history = world.rated_badly();
    history.extend(world.given(&history).when(Close {}).unwrap());
    let refused = world.given(&history).when(Archive {}).unwrap_err();
    assert_eq!(
        refused,
        Rejection::RedoPending {
            day: "2026-12-14".to_owned()
        }
    );
    history.extend(world.given(&history).when(redo()).unwrap());
    let archived = world.given(&history).when(Archive {}).unwrap();
    assert_eq!(archived, [Event::from(Archived {})]);
}

/// The last working day, the day after, and the supervisor, each once; also when nobody looked for weeks.
#[test]
fn the_end_of_a_redo_is_told_of() {
    let world = world();
    let history = world.rated_badly();
    let case = history.iter().fold(None, evolve).unwrap();
    let told = |case: &Case, now: &str| told_by_now(case, now.parse().unwrap(), &world.directory);
    assert_eq!(told(&case, "2026-12-10 12:00:00"), []);
    assert_eq!(told(&case, "2026-12-14 12:00:00").len(), 1);
    assert_eq!(told(&case, "2026-12-15 12:00:00").len(), 2);
    let all = told(&case, "2027-01-20 12:00:00");
    assert!(
        matches!(
            all.as_slice(),
            [
                Event::ClockDueSoon(_),
                Event::ClockOverdue(_),
                Event::ClockSupervised(_)
            ]
        ),
        "{all:?}"
    );
    let case = all.iter().fold(Some(case), evolve).unwrap();
    assert_eq!(told(&case, "2027-02-20 12:00:00"), []);
    let Rating::Redo { clock, .. } = case.rating else {
        panic!("{:?}", case.rating)
    };
    assert!(matches!(clock.alarm, Alarm::Supervised { .. }));
}

#[test]
fn a_closed_case_is_opened_again_within_its_limit() {
    let world = world();
    let reopen = || Reopen {
        reason: ReopenReason::NewFacts,
    };
    let mut history = vec![world.opened(), answered()];
    history.extend(world.given(&history).when(rate(Grade::Satisfied)).unwrap());
    history.extend(world.given(&history).when(Close {}).unwrap());
    let late = world
        .given(&history)
        .at("2026-12-24 08:00:00")
        .when(reopen());
    assert!(
        matches!(late, Err(Rejection::ReopenLate { .. })),
        "{late:?}"
    );
    for time in 1..=3 {
        let reopened = world
            .given(&history)
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
        history.extend(world.given(&history).when(Close {}).unwrap());
    }
    let more = world.given(&history).when(reopen());
    assert_eq!(more.unwrap_err(), Rejection::ReopenedBefore { times: 3 });
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
            .given(&history)
            .at("2029-01-02 09:00:00")
            .when(reopen)
            .is_ok()
    );
}
