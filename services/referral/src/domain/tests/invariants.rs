//! Any command, in any order, by any unit: exactly one unit has custody, an offer alone never moves it, and the state
//! follows from the events alone.
#![allow(
    clippy::wildcard_enum_match_arm,
    reason = "a test looks for some events"
)]

use std::sync::OnceLock;

use onestop_proto::referral::{Complete, Recall, RecallReason};
use proptest::prelude::*;

use crate::domain::{Holding, test_support::*};

#[derive(Debug, Clone)]
enum Step {
    Request,
    Accept { handoff: u32 },
    Decline { handoff: u32 },
    Return,
    Recall,
    Complete,
    Expire,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        Just(Step::Request),
        (0_u32..12).prop_map(|handoff| Step::Accept { handoff }),
        (0_u32..12).prop_map(|handoff| Step::Decline { handoff }),
        Just(Step::Return),
        Just(Step::Recall),
        Just(Step::Complete),
        Just(Step::Expire),
    ]
}

/// The unit that acts.
#[derive(Debug, Clone, Copy)]
enum Who {
    Window,
    /// The unit to which the case is offered.
    Addressee,
    Holder,
}

fn who() -> impl Strategy<Value = Who> {
    prop_oneof![Just(Who::Window), Just(Who::Addressee), Just(Who::Holder)]
}

fn shared_world() -> &'static World {
    static WORLD: OnceLock<World> = OnceLock::new();
    WORLD.get_or_init(world)
}

fn unit(custody: &Custody, who: Who) -> UnitId {
    match (who, &custody.holding) {
        (Who::Window, _) => custody.window.clone(),
        (Who::Addressee, Holding::Offered(offer)) => offer.to.clone(),
        (Who::Addressee | Who::Holder, _) => custody.holder().clone(),
    }
}

proptest! {
    #[test]
    fn custody_is_never_lost(steps in prop::collection::vec((step(), who()), 1..12)) {
        let world = shared_world();
        let mut history = world.begun();
        let mut now: Timestamp = "2026-03-02 10:00:00".parse().unwrap();
        for (number, (step, who)) in (0_u32..).zip(&steps) {
            now = now.plus_seconds(3_600 * 7);
            let before = history.iter().fold(None, evolve).unwrap();
            let unit = unit(&before, *who);
            let context = Context {
                now,
                dated: Dated::at(now),
                actor: &as_role("specialist", &unit),
                handoff: handoff(number),
                directory: &world.directory,
                load: &|_| 0,
                opposing: &|_| Vec::new(),
                acting: &|_| Vec::new(),
            };
            let decided = run(&before, step, &context);
            let Ok(events) = decided else { continue };
            prop_assert!(!events.iter().any(|event| matches!(event, Event::CustodyTaken(_))));
            let mut holder = before.holder().clone();
            for event in &events {
                // The chain is unbroken: the giver had it, and only these four events move it.
                let (from, to) = match event {
                    Event::Accepted(e) => (&e.from, &e.to),
                    Event::Returned(e) => (&e.from, &e.to),
                    Event::Completed(e) => (&e.from, &e.to),
                    _ => (&holder, &holder),
                };
                prop_assert_eq!(from, &holder);
                holder = to.clone();
            }
            history.extend(events);
            let after = history.iter().fold(None, evolve).unwrap();
            prop_assert_eq!(after.holder(), &holder);
            // The events as JSON fold to the same state.
            let text = serde_json::to_string(&history).unwrap();
            let read: Vec<Event> = serde_json::from_str(&text).unwrap();
            prop_assert_eq!(read.iter().fold(None, evolve).unwrap(), after);
        }
    }
}

fn run(
    custody: &Custody,
    step: &Step,
    context: &Context<'_>,
) -> Result<Vec<Event>, onestop_proto::referral::Rejection> {
    let command = match *step {
        Step::Request => return react(Some(custody), &World::request(), context),
        Step::Expire => {
            return react(Some(custody), &Trigger::TimerFired, context);
        }
        Step::Accept { handoff: number } => Command::from(Accept {
            handoff: handoff(number),
        }),
        Step::Decline { handoff: number } => Command::from(Decline {
            handoff: handoff(number),
            reason: ReturnReason::NoCapacity,
            belongs_to: None,
        }),
        Step::Return => Command::from(Return {
            reason: ReturnReason::WrongItem,
            belongs_to: None,
        }),
        Step::Recall => Command::from(Recall {
            reason: RecallReason::WindowError,
        }),
        Step::Complete => Command::from(Complete {
            outcome: Outcome::Granted,
        }),
    };
    decide(custody, &command, context)
}
