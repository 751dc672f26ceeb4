//! What is entered from paper counts from when it happened (补录), and mends no lateness.

use std::sync::OnceLock;

use jiff::civil::Date;
use onestop_matter::domain::announcements;
use onestop_proto::clock::{Alarm, Clock, DueChange, RunState};
use onestop_testing::{approved_late_entry, working_days, working_days_after};
use proptest::prelude::*;

use super::*;

/// One world for all runs of the property.
fn shared() -> &'static World {
    static WORLD: OnceLock<World> = OnceLock::new();
    WORLD.get_or_init(world)
}

/// The last day, counted without the directory's own rules: so many working days after the beginning, later by those of each
/// pause and, of an examination that was given more time, by three.
fn counted_by_hand(world: &World, clock: &Clock) -> Date {
    let is_worked = |day| world.directory.is_working_day(day);
    let history = clock.history.as_ref().unwrap();
    let mut last = working_days_after(is_worked, history.since.china_date(), clock.limit.days);
    for change in &history.changes {
        let more = match change {
            DueChange::StoodStill { from, to } => {
                working_days(is_worked, from.china_date(), to.china_date())
            }
            DueChange::Extended => 3,
        };
        last = working_days_after(is_worked, last, more);
    }
    last
}

proptest! {
    /// 公证法 art. 30: no sequence of commands with any effective times makes the examination or the certificate due later than
    /// its working days, counted by hand from the receipt and the acceptance; none counts from later than what happened, none
    /// is paused after it is over, and none hides that it is overdue by the moment of the record.
    #[test]
    fn no_dates_make_a_clock_end_later(
        steps in prop::collection::vec((0_usize..10, 0_i64..300_000, 0_i64..400_000), 1..20),
    ) {
        let world = shared();
        let mut history = world.received();
        let mut now = at("2026-03-02 10:00:00");
        let mut latest_act = None;
        let mut accepted_at = None;
        let more: Extend = Extend { reason: "案情复杂".to_owned(), approved_by: "zhao".parse().unwrap() };
        let title = ReceiveSupplement { materials: vec!["property-title".parse().unwrap()] };
        let found = FinishVerification { result: "属实".to_owned() };
        let flood = Suspend { why: "洪水".to_owned() };
        let commands: [Command; 10] = [
            TellConsequences {}.into(), AcceptApplication {}.into(), title_missing(), title.into(), elsewhere(),
            found.into(), flood.into(), Continue {}.into(), more.into(), certificate().into(),
        ];
        for (which, later, earlier) in steps {
            now = now.plus_seconds(later);
            let present = Context::at(now, &world.notary, &world.directory);
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
                    prop_assert!(!over || !matches!(event, Event::ClockPaused(_) | Event::ClockExtended(_)));
                }
                history.extend(events);
            }
            let matter = state(&history).unwrap();
            let Some(clock) = matter.clock() else { continue };
            let since = clock.history.as_ref().unwrap().since;
            let expected = match clock.step.as_str() {
                "notarization.examine" => at("2026-03-02 10:00:00"),
                _ => accepted_at.unwrap(),
            };
            prop_assert_eq!(since, expected);
            prop_assert!(clock.due.day <= counted_by_hand(world, clock));
            let told = announcements(&matter, &Context::at(now, &world.notary, &world.directory));
            if clock.motion == RunState::Running && now >= clock.due.at {
                let overdue = told.iter().any(|event| matches!(event, Event::ClockOverdue(_)));
                prop_assert!(overdue || clock.alarm > Alarm::DueSoon);
            }
        }
    }
}
