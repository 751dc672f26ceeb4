//! Cooperation between agencies (协作函): to one here, to one of another province, and never to oneself.

use onestop_proto::{free_text::places, legal_aid::CooperationAsked};

use super::*;

fn ask(agency: &str) -> AskCooperation {
    AskCooperation {
        agency: agency.to_owned(),
        letter: "宁援协〔2026〕2号".to_owned(),
        last_day: None,
    }
}

fn requested(world: &World, agency: &str) -> CooperationAsked {
    let events = world.when(&world.received(), "2026-03-03 10:00:00", ask(agency));
    match events.unwrap().into_iter().next() {
        Some(Event::CooperationAsked(asked)) => asked,
        other => panic!("{other:?}"),
    }
}

/// An agency of the directory is named by its unit, one of another province by its entry there, whether its name or its id was
/// typed. For an agency that does not exist nothing is paused.
#[test]
fn an_agency_is_one_of_the_directory_here_or_in_another_province() {
    let world = world();
    let here = requested(&world, "思茅区法律援助中心");
    let unit = here.unit.unwrap();
    assert_eq!(world.directory.unit(&unit).unwrap().name, here.agency);
    assert_eq!(requested(&world, &unit.to_string()).agency, here.agency);
    for typed in ["四川省法律援助中心", " sichuan-legal-aid "] {
        let elsewhere = requested(&world, typed);
        assert_eq!(elsewhere.agency, "四川省法律援助中心");
        assert_eq!(elsewhere.unit, None);
        assert_eq!(elsewhere.outside.unwrap().as_str(), "sichuan-legal-aid");
    }
    let agency = "不存在".to_owned();
    let refused = world.when(&world.received(), "2026-03-03 10:00:00", ask(&agency));
    assert_eq!(refused.unwrap_err(), Rejection::UnknownAgency { agency });
}

/// 法律援助法 art. 43: seven days. Another agency's answer is awaited until a last day, no later than the directory allows; then
/// the review goes on by itself, and is overdue as any other.
#[test]
fn an_answer_that_never_comes_stops_the_review_until_its_last_day() {
    let world = world();
    let until = |day: &str| AskCooperation {
        last_day: Some(day.parse().unwrap()),
        ..ask("思茅区法律援助中心")
    };
    let send = |day| world.when(&world.received(), "2026-03-03 10:00:00", until(day));
    let (last_day, notice) = ("2026-03-03".to_owned(), "2026-03-03".to_owned());
    let early = Rejection::LastDayTooEarly { last_day, notice };
    assert_eq!(send("2026-03-03").unwrap_err(), early);
    let (last_day, latest) = ("9999-12-31".to_owned(), "2026-04-02".to_owned());
    let late = Rejection::LastDayTooLate { last_day, latest };
    assert_eq!(send("9999-12-31").unwrap_err(), late);

    let mut history = [world.received(), send("2026-03-10").unwrap()].concat();
    let told = |history: &[Event], now| {
        let matter = state(history).unwrap();
        announcements(&matter, &world.context(at(now)))
    };
    assert!(told(&history, "2026-03-09 23:59:59").is_empty());
    let resumed = told(&history, "2026-03-10 00:00:00");
    assert!(
        matches!(resumed[..], [Event::ClockResumed(_)]),
        "{resumed:?}"
    );
    history.extend(resumed);
    // Due on 9 March; 4 to 10 March stood still.
    assert_eq!(due(&history), "2026-03-16");
    let late = told(&history, "2026-03-17 09:00:00");
    let is_overdue = |event: &Event| matches!(event, Event::ClockOverdue(_));
    assert!(late.iter().any(is_overdue), "{late:?}");
}

/// A letter that was sent stops the review once.
#[test]
fn a_letter_is_sent_once() {
    let world = world();
    let mut history = world.received();
    let send = |history: &[Event], now| world.when(history, now, ask("思茅区法律援助中心"));
    history.extend(send(&history, "2026-03-03 10:00:00").unwrap());
    let letter = "思援函〔2026〕8号".to_owned();
    let answer = ReceiveCooperation { letter };
    history.extend(world.when(&history, "2026-03-04 10:00:00", answer).unwrap());
    let letter = "宁援协〔2026〕2号".to_owned();
    let again = send(&history, "2026-03-05 10:00:00");
    assert_eq!(again.unwrap_err(), Rejection::LetterSent { letter });
    // The number is one, however it is typed.
    let letter = "宁援协（２０２６）2 号".to_owned();
    let typed = AskCooperation {
        letter: letter.clone(),
        ..ask("思茅区法律援助中心")
    };
    let again = world.when(&history, "2026-03-05 10:00:00", typed);
    assert_eq!(again.unwrap_err(), Rejection::LetterSent { letter });
}

/// Two texts that were sealed differ though they were the same: a rule compares none.
#[test]
fn the_number_that_is_compared_is_stored_as_it_was_typed() {
    let asked = requested(&world(), "思茅区法律援助中心");
    let event = Event::from(asked);
    let schemas = <Event as EventType>::schemas();
    let mut schemas = schemas.iter();
    let found = schemas.find(|(name, _)| *name == event.event_type());
    let mut stored = serde_json::to_value(&event).unwrap()["data"].clone();
    for place in places(&found.unwrap().1) {
        place.change(&mut stored, &mut |text| text.insert_str(0, "sealed:"));
    }
    assert_eq!(stored["letter"], "宁援协〔2026〕2号");
    assert_eq!(stored["agency"], "sealed:思茅区法律援助中心");
}

/// 办理法律援助案件程序规定 (异地协作): the time of another agency's check is not counted. An agency that asks itself would stop its own
/// seven days (法律援助法 art. 43).
#[test]
fn an_agency_does_not_stop_its_clock_by_asking_itself() {
    let world = world();
    let own = world.directory.unit(&world.officer.unit).unwrap();
    for typed in [
        own.name.clone(),
        own.id.to_string(),
        format!(" {} ", own.name),
    ] {
        let refused = world.when(&world.received(), "2026-03-03 10:00:00", ask(&typed));
        assert_eq!(refused.unwrap_err(), Rejection::AsksItself {});
    }
}

#[test]
fn a_letter_of_before_is_read() {
    let old = r#"{"type":"cn.onestop.legal-aid.cooperation-asked.v1","data":{"agency":"思茅区法律援助中心","letter":"2"}}"#;
    let old: Event = serde_json::from_str(old).unwrap();
    let history = [world().received(), vec![old]].concat();
    assert_eq!(state(&history).unwrap().step, Step::Cooperation);
}
