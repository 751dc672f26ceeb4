//! What is entered from paper counts from when it happened (补录).

use std::sync::OnceLock;

use jiff::{ToSpan, civil::Date};
use onestop_matter::domain::{announcements, available, available_late};
use onestop_proto::clock::{Alarm, Clock, DueChange, RunState};
use onestop_testing::{approved_late_entry, working_days, working_days_after};
use proptest::prelude::*;

use super::*;

/// 人民调解法 art. 33: both parties ask the court within thirty days of the agreement, whenever that was entered.
#[test]
fn asking_the_court_counts_from_the_agreement() {
    let world = world();
    let entered = |history: &[Event], happened: &str, now: &str, command: Command| {
        let context = Context {
            happened_at: at(happened),
            late_entry: Some(approved_late_entry()),
            ..world.context(now)
        };
        decide(state(history).as_ref(), &command, &context)
    };
    let mut history = world.after(seated());
    let agreed = entered(
        &history,
        "2026-10-18 11:00:00",
        "2026-10-28 09:00:00",
        written(),
    );
    history.extend(agreed.unwrap());
    let clock = state(&history).unwrap();
    assert_eq!(clock.clock().unwrap().due.day.to_string(), "2026-11-17");
    let late = world.when(&history, "2026-11-28 09:00:00", court());
    assert!(matches!(late, Err(Rejection::ConfirmationLate { day }) if day == "2026-11-17"));
    // The court has the application since the last day; it is entered afterwards.
    let in_time = entered(
        &history,
        "2026-11-17 16:00:00",
        "2026-11-20 09:00:00",
        court(),
    );
    assert!(in_time.is_ok(), "{in_time:?}");
    // After the last day it is offered as what happened before alone, and while paper of that day is taken.
    let offers = |now: &str| {
        let (matter, context) = (state(&history).unwrap(), world.context(now));
        let asks = |listed: Vec<&str>| listed.contains(&"ask-court");
        (
            asks(available(&matter, &context)),
            asks(available_late(&matter, &context)),
        )
    };
    assert_eq!(offers("2026-11-17 16:00:00"), (true, false));
    assert_eq!(offers("2026-11-20 09:00:00"), (false, true));
    assert_eq!(offers("2027-11-20 09:00:00"), (false, false));
    // Nor where something happened since.
    let since = Context {
        latest_act: Some(at("2026-11-19 09:00:00")),
        ..world.context("2026-11-20 09:00:00")
    };
    assert!(available_late(&state(&history).unwrap(), &since).is_empty());
}

/// One world for all runs of the property.
fn shared() -> &'static World {
    static WORLD: OnceLock<World> = OnceLock::new();
    WORLD.get_or_init(world)
}

fn is_worked(day: Date) -> bool {
    shared().directory.is_working_day(day)
}

/// A last day that is a day off gives way to the next that is none (民法典 art. 203).
fn rolled(last: Date) -> Date {
    let mut later = last.series(1.day());
    later.find(|day| is_worked(*day)).unwrap()
}

/// The last day of a clock, counted without the directory's own rules: three working days for the acceptance, later by those for
/// which it stood still; a month for the mediation, and thirty days more where it was extended; thirty days for the court.
fn counted_by_hand(clock: &Clock) -> Date {
    let history = clock.history.as_ref().unwrap();
    let since = history.since.china_date();
    match clock.step.as_str() {
        "mediation.accept" => {
            history
                .changes
                .iter()
                .fold(
                    working_days_after(is_worked, since, 3),
                    |last, change| match change {
                        DueChange::StoodStill { from, to } => {
                            let still = working_days(is_worked, from.china_date(), to.china_date());
                            working_days_after(is_worked, last, still)
                        }
                        DueChange::Extended => last,
                    },
                )
        }
        "mediation.conclude" => {
            let month = rolled(since.saturating_add(1.month()));
            match history.changes.as_slice() {
                [] => month,
                [DueChange::Extended] => rolled(month + 30.days()),
                other => panic!("{other:?}"),
            }
        }
        "mediation.ask-court" => rolled(since + 30.days()),
        other => panic!("{other}"),
    }
}

proptest! {
    /// 人民调解法 art. 33, 人民调解工作若干规定 art. 33: no sequence of commands with any effective times makes the acceptance, the month
    /// of mediation or the thirty days for the court end later than counted by hand from the receipt, the acceptance and the
    /// agreement; nothing is paused or extended after its end, and none hides that it is overdue by the moment of the record.
    #[test]
    fn no_dates_make_a_clock_end_later(
        steps in prop::collection::vec((0_usize..8, 0_i64..400_000, 0_i64..400_000), 1..20),
    ) {
        let world = shared();
        let mut history = world.after([]);
        let mut now = at("2026-03-02 10:00:00");
        let received = now;
        let (mut latest_act, mut accepted_at, mut agreed_at) = (None, None, None);
        let paper: onestop_proto::ids::Topic = "contract".parse().unwrap();
        let commands: [Command; 8] = [
            consent(),
            Accept {}.into(),
            mediators(),
            RequestSupplement { missing: vec![paper.clone()] }.into(),
            ReceiveSupplement { materials: vec![paper] }.into(),
            Extend { reason: "双方同意再谈一次".to_owned(), approved_by: "chen-gang".parse().unwrap() }.into(),
            written(),
            court(),
        ];
        for (which, later, earlier) in steps {
            now = now.plus_seconds(later);
            let present = Context::at(now, &world.mediator, &world.directory);
            history.extend(announcements(&state(&history).unwrap(), &present));
            let happened_at = now.plus_seconds(-earlier);
            let late_entry = Some(approved_late_entry());
            let context = Context { happened_at, latest_act, late_entry, ..present };
            let over = state(&history).unwrap().clock().is_some_and(|clock| now >= clock.due.at);
            if let Ok(events) = decide(state(&history).as_ref(), &commands[which], &context) {
                latest_act = latest_act.max(Some(happened_at));
                for event in &events {
                    if let Event::Accepted(_) = event {
                        accepted_at = Some(happened_at);
                    }
                    if let Event::AgreedInWriting(_) = event {
                        agreed_at = Some(happened_at);
                    }
                    prop_assert!(!over || !matches!(event, Event::ClockPaused(_) | Event::ClockExtended(_)));
                }
                history.extend(events);
            }
            let matter = state(&history).unwrap();
            let Some(clock) = matter.clock() else { continue };
            let expected = match clock.step.as_str() {
                "mediation.accept" => Some(received),
                "mediation.conclude" => accepted_at,
                _ => agreed_at,
            };
            prop_assert_eq!(Some(clock.history.as_ref().unwrap().since), expected);
            prop_assert!(clock.due.day <= counted_by_hand(clock), "{:?}", clock);
            let told = announcements(&matter, &Context::at(now, &world.mediator, &world.directory));
            if clock.motion == RunState::Running && now >= clock.due.at {
                let overdue = told.iter().any(|event| matches!(event, Event::ClockOverdue(_)));
                prop_assert!(overdue || clock.alarm > Alarm::DueSoon);
            }
        }
    }
}
