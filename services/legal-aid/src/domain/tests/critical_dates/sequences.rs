//! No sequence of commands hides a date.

use std::sync::OnceLock;

use onestop_matter::domain::SpecialistRules;
use onestop_proto::{command::CommandType, matter::CriticalDateEvent};
use proptest::prelude::*;

use super::{ends::told, *};

/// One world for all runs of the property.
fn shared() -> &'static World {
    static WORLD: OnceLock<World> = OnceLock::new();
    WORLD.get_or_init(world)
}

proptest! {
    /// No sequence of commands hides a critical date: it is open until it is closed by name or corrected; the work is not
    /// concluded before; whatever else ends it names each.
    #[test]
    fn no_commands_hide_an_open_date(
        steps in prop::collection::vec((0_usize..30, 0_i64..200_000), 1..30),
    ) {
        let world = shared();
        let samples = state_diagram::samples();
        let kind = CriticalDateKind::CivilAppeal;
        let mut history = world.received();
        let mut now = at("2026-03-02 10:00:00");
        let mut open: Vec<String> = Vec::new();
        for (which, later) in steps {
            now = now.plus_seconds(later);
            let context = world.context(now);
            let mut events = announcements(&state(&history).unwrap(), &context);
            let matter = state(&[history.clone(), events.clone()].concat()).unwrap();
            let possible = LegalAidRules::possible(matter.step);
            let can: Vec<&Command> = samples.iter().filter(|one| possible.contains(&one.name())).collect();
            let decided = match which {
                0 | 1 => decide(Some(&matter), &until(kind, "2026-03-18").into(), &context),
                2 => decide(Some(&matter), &until(kind, "2026-04-20").into(), &context),
                3 => decide(Some(&matter), &moved(kind, "2026-05-06").into(), &context),
                4 => {
                    let close = closed(kind, &now.china_date().to_string());
                    decide(Some(&matter), &close.into(), &context)
                }
                5 => react(Some(&matter), &Trigger::CaseLeft { handoff: matter.handoff }, &context),
                6 if matter.has_ended() => react(Some(&matter), &world.accepted(), &context),
                other => match can.get(other % can.len().max(1)) {
                    Some(command) => decide(Some(&matter), command, &context),
                    None => Ok(Vec::new()),
                },
            };
            events.extend(decided.unwrap_or_default());
            for event in &events {
                match CriticalDateEvent::of(event) {
                    Some(CriticalDateEvent::Set(set)) => open.push(set.due.day.to_string()),
                    Some(CriticalDateEvent::Corrected(corrected)) => {
                        open.retain(|day| *day != corrected.was.to_string());
                        open.push(corrected.due.day.to_string());
                    }
                    Some(CriticalDateEvent::Closed(closed)) => {
                        open.retain(|day| *day != closed.day.to_string());
                    }
                    Some(CriticalDateEvent::Near(_) | CriticalDateEvent::Supervised(_)) | None => {}
                }
                open.sort();
                if let Some(named) = told(event) {
                    let named: Vec<String> = named.iter().map(|date| date.day.to_string()).collect();
                    prop_assert_eq!(&named, &open);
                }
                prop_assert!(!matches!(event, Event::Concluded(_)) || open.is_empty());
            }
            history.extend(events);
            let kept: Vec<String> = open_days(&history).into_iter().map(|(_, day)| day).collect();
            prop_assert_eq!(&kept, &open);
        }
    }
}
