//! What the clocks of a matter do.

use super::*;

#[test]
fn the_time_that_another_agency_takes_does_not_count() {
    let world = world();
    let mut history = world.after(&[letter()]);
    let answer = ReceiveCooperation {
        letter: "思援函〔2026〕8号".to_owned(),
    };
    history.extend(world.when(&history, "2026-03-08 10:00:00", answer).unwrap());
    // Due 9 March; 4 to 8 March stood still, and 14 March is a Saturday.
    assert_eq!(due(&history), "2026-03-16");
}

/// 临期, 催办, 督办: each once, in order, also after downtime.
#[test]
fn a_step_that_is_not_done_is_announced_again_and_to_the_supervisor() {
    let world = world();
    // Due on Monday 9 March.
    let history = world.received();
    let told = |history: &[Event], now: &str| {
        let matter = state(history).unwrap();
        let events = announcements(&matter, &world.context(at(now)));
        let names = events
            .iter()
            .map(|event| event_name(event.event_type()).to_owned());
        (names.collect::<Vec<_>>(), events)
    };
    assert!(told(&history, "2026-03-05 23:59:59").0.is_empty());
    let (names, soon) = told(&history, "2026-03-06 00:00:00");
    assert_eq!(names, ["clock-due-soon"]);
    let mut history = [history, soon].concat();
    assert!(told(&history, "2026-03-09 23:59:59").0.is_empty());
    let (names, late) = told(&history, "2026-03-12 09:00:00");
    assert_eq!(names, ["clock-overdue", "clock-supervised"]);
    let Event::ClockSupervised(supervised) = &late[1] else {
        panic!("{late:?}")
    };
    let supervisor = world.directory.unit(&supervised.supervisor).unwrap();
    assert_eq!(supervisor.name, "宁洱哈尼族彝族自治县司法局");
    history.extend(late);
    let matter = state(&history).unwrap();
    let address = address(&matter, history.last().unwrap());
    assert_eq!(address.unit, supervisor.id);
    // Then the prefecture, and the province, each once.
    assert!(told(&history, "2026-03-17 09:00:00").0.is_empty());
    let (names, late) = told(&history, "2026-06-01 09:00:00");
    assert_eq!(names, ["clock-supervised", "clock-supervised"]);
    history.extend(late);
    assert!(told(&history, "2026-12-01 09:00:00").0.is_empty());
}

#[test]
fn missing_papers_pause_the_clock_and_are_requested_once() {
    let world = world();
    let request = supplement("2026-03-20");
    let mut history = world.after(&[request.clone().into()]);
    assert_eq!(state(&history).unwrap().step, Step::Supplement);
    // A window took the paper in three days later.
    let brought = Trigger::PapersReceived {
        materials: vec!["wage-record".parse().unwrap()],
    };
    let context = world.context(at("2026-03-06 10:00:00"));
    history.extend(react(state(&history).as_ref(), &brought, &context).unwrap());
    let matter = state(&history).unwrap();
    assert_eq!(matter.step, Step::Review);
    // Three days stood still: 4, 5 and 6 March.
    assert_eq!(
        matter.clock().unwrap().due.clone().day.to_string(),
        "2026-03-12"
    );
    let refused = world
        .when(&history, "2026-03-06 11:00:00", request)
        .unwrap_err();
    assert_eq!(refused, matter::Rejection::ToldOnce {}.into());
}

#[test]
fn a_case_that_leaves_stops_the_clock() {
    let world = world();
    let history = world.received();
    let left = Trigger::CaseLeft {
        handoff: state(&history).unwrap().handoff,
    };
    let context = world.context(at("2026-03-03 10:00:00"));
    let events = react(state(&history).as_ref(), &left, &context).unwrap();
    assert!(matches!(
        events[..],
        [Event::HandedBack(_), Event::ClockStopped(_)]
    ));
}
