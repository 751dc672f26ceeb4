//! 督办, 督办反馈, 逐级督办: an instruction has a clock, that is announced to the bureau that gave it and then rung by rung above it, and
//! one end: the answer. Nothing else that is done with the case ends it.
#![allow(
    clippy::wildcard_enum_match_arm,
    reason = "a test looks for some events"
)]

use std::sync::OnceLock;

use onestop_proto::{
    clock::Alarm,
    referral::{AnswerSupervision, Recall, RecallReason, RequestExtension, Supervise, report_step},
};
use proptest::prelude::*;

use crate::domain::{address, available, test_support::*};

fn supervise() -> Supervise {
    Supervise {
        instruction: "三日内说明进展".to_owned(),
    }
}

fn answer() -> AnswerSupervision {
    AnswerSupervision {
        answer: "已约见双方".to_owned(),
    }
}

fn wrong_item() -> Return {
    Return {
        reason: ReturnReason::WrongItem,
        belongs_to: None,
    }
}

impl World {
    /// The prefecture supervises the county's agency, which only gives the case back.
    fn supervised_and_given_back(&self) -> Vec<Event> {
        let mut events = self.accepted();
        let bureau = self.bureau(PREFECTURE);
        let orders = self.scenario(&events).by_supervisor(&bureau);
        events.extend(orders.sends(supervise()).unwrap());
        let gives_back = self.scenario(&events).by(&self.agency(COUNTY));
        let gives_back = gives_back.with_handoff(handoff(2));
        events.extend(gives_back.sends(wrong_item()).unwrap());
        events
    }

    fn timer(&self, events: &[Event], now: Timestamp) -> Vec<Event> {
        let fired = self.scenario(events).at(now).with_handoff(handoff(3));
        fired.reacts_to(&Trigger::TimerFired).unwrap()
    }
}

fn supervised_of_report(events: &[Event]) -> Vec<UnitId> {
    let told = events.iter().filter_map(|event| match event {
        Event::ClockSupervised(told) if told.step == report_step() => Some(told.supervisor.clone()),
        _ => None,
    });
    told.collect()
}

/// The report that an answer has not come goes to the bureau that ordered it first, and then to the bureau above; the unit that owes it is urged, and finds it
/// among what it has to do.
#[test]
fn what_is_not_answered_is_told_to_the_bureau_that_ordered_it_and_above() {
    let world = world();
    let mut events = world.supervised_and_given_back();
    let agency = world.agency(COUNTY);
    let told = world.timer(&events, day(31));
    let after = state(&[&events[..], &told].concat());
    let urged = told.iter().find(|event| match event {
        Event::ClockOverdue(overdue) => overdue.step == report_step(),
        _ => false,
    });
    assert_eq!(address(&after, urged.unwrap()).unit, agency);
    let bureaus = [world.bureau(PREFECTURE), world.bureau("53")];
    assert_eq!(supervised_of_report(&told), bureaus);
    events.extend(told);
    assert!(state(&events).instruction.is_some());
    let answered = world.scenario(&events).by(&agency).sends(answer());
    events.extend(answered.unwrap());
    assert_eq!(state(&events).instruction, None);
}

/// While the answer is overdue the bureau above orders it; the unit that owes it is the same, and its lateness counts on.
#[test]
fn the_bureau_above_orders_what_is_overdue() {
    let world = world();
    let mut events = world.supervised_and_given_back();
    let (agency, province) = (world.agency(COUNTY), world.bureau("53"));
    let orders = |events: &[Event], unit: &UnitId| {
        let scenario = world.scenario(events).by_supervisor(unit).at(day(31));
        let listed = scenario.deciding(|context| available(&state(events), context));
        (listed.contains(&"supervise"), scenario.sends(supervise()))
    };
    let (offered, early) = orders(&events, &province);
    assert!(!offered && matches!(early, Err(Rejection::SupervisedAlready { .. })));
    events.extend(world.timer(&events, day(31)));
    let (offered, same) = orders(&events, &world.bureau(PREFECTURE));
    assert!(!offered && matches!(same, Err(Rejection::SupervisedAlready { .. })));
    let (offered, ordered) = orders(&events, &province);
    assert!(offered);
    let ordered = ordered.unwrap();
    assert_eq!(
        event_names(&ordered),
        ["clock-stopped", "supervision-ordered", "clock-started"]
    );
    events.extend(ordered);
    let open = state(&events).instruction.unwrap();
    assert_eq!((&open.by, &open.supervised), (&province, &agency));
    // No bureau is above the province.
    events.extend(world.timer(&events, day(31).plus_seconds(40 * 86_400)));
    let (offered, more) = orders(&events, &province);
    assert!(!offered && matches!(more, Err(Rejection::SupervisedAlready { .. })));
}

/// One world for all runs of the property.
fn shared() -> &'static World {
    static WORLD: OnceLock<World> = OnceLock::new();
    WORLD.get_or_init(world)
}

proptest! {
    /// Whatever the unit, the window and time do with the case, an instruction ends by its answer alone; until then its clock runs, and
    /// once it is over each bureau gets one report, from the one that ordered it upward.
    #[test]
    fn no_act_but_the_answer_ends_an_instruction(
        steps in prop::collection::vec((0_usize..11, 0_i64..500_000), 1..20),
    ) {
        let world = shared();
        let mut events = world.accepted();
        let bureau = world.bureau(PREFECTURE);
        let orders = world.scenario(&events).by_supervisor(&bureau);
        events.extend(orders.sends(supervise()).unwrap());
        let mut now = day(2);
        for (number, (which, later)) in (2_u32..).zip(steps) {
            now = now.plus_seconds(later);
            let before = state(&events);
            let active = before.active_unit().unwrap_or(&before.window).clone();
            let current = before.offer().map_or(handoff(1), |offer| offer.handoff);
            let scenario = world.scenario(&events).at(now).with_handoff(handoff(number));
            let reason = ReturnReason::NoCapacity;
            let decided = match which {
                0 => scenario.by(&active).sends(Accept { handoff: current }),
                1 => scenario.by(&active).sends(Decline { handoff: current, reason, belongs_to: None }),
                2 => scenario.by(&active).sends(Return { reason, belongs_to: None }),
                3 => scenario.sends(Recall { reason: RecallReason::WindowError }),
                4 => scenario.by(&active).sends(dispute()),
                5 => scenario.by(&active).sends(RequestExtension { reason: "须核对".to_owned() }),
                6 => scenario.by(&active).reacts_to(&Trigger::WorkConcluded { outcome: Outcome::Granted }),
                7 => scenario.reacts_to(&Trigger::CaseEnded),
                8 => scenario.reacts_to(&World::request()),
                9 => scenario.by_supervisor(&world.bureau(COUNTY)).sends(supervise()),
                _ => scenario.reacts_to(&Trigger::TimerFired),
            };
            events.extend(decided.unwrap_or_default());
            events.extend(world.timer(&events, now));
            let custody = state(&events);
            let open = custody.instruction.as_ref().unwrap();
            prop_assert_eq!(&open.by, &bureau);
            let clock = custody.clock(&report_step()).unwrap();
            prop_assert!(now < clock.due.at || clock.alarm >= Alarm::Overdue, "{:?}", clock);
            let told = supervised_of_report(&events);
            let rungs = [bureau.clone(), world.bureau("53")];
            prop_assert!(rungs.starts_with(&told), "{:?}", told);
        }
    }
}
