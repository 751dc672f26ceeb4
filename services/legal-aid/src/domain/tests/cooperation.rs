//! Cooperation between agencies (协作函): to one here, to one of another province, and never to oneself.

use onestop_proto::legal_aid::CooperationAsked;

use super::*;

fn ask(agency: &str) -> AskCooperation {
    AskCooperation {
        agency: agency.to_owned(),
        letter: "宁援协〔2026〕2号".to_owned(),
    }
}

fn asked(world: &World, agency: &str) -> CooperationAsked {
    let events = world.when(&world.received(), "2026-03-03 10:00:00", ask(agency));
    match events.unwrap().into_iter().next() {
        Some(Event::CooperationAsked(asked)) => asked,
        other => panic!("{other:?}"),
    }
}

/// An agency of the directory is named by its unit, one of another province by its entry there, whether its name or its id was
/// typed; one that the directory does not know stays what was typed.
#[test]
fn an_agency_is_one_of_the_directory_here_or_in_another_province() {
    let world = world();
    let here = asked(&world, "思茅区法律援助中心");
    let unit = here.unit.unwrap();
    assert_eq!(world.directory.unit(&unit).unwrap().name, here.agency);
    assert_eq!(asked(&world, &unit.to_string()).agency, here.agency);
    for typed in ["四川省法律援助中心", " sichuan-legal-aid "] {
        let elsewhere = asked(&world, typed);
        assert_eq!(elsewhere.agency, "四川省法律援助中心");
        assert_eq!(elsewhere.unit, None);
        assert_eq!(elsewhere.outside.unwrap().as_str(), "sichuan-legal-aid");
    }
    let unknown = asked(&world, "某市法律援助中心");
    assert_eq!((unknown.unit, unknown.outside), (None, None));
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
