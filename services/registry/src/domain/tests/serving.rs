use onestop_directory::Availability;
use onestop_proto::registry::{Hours, SetDuty, SetHours, Weekday};

use super::*;

fn hours(items: &[&str], weekdays: &[Weekday], hours: &[&str]) -> SetHours {
    SetHours {
        site: site(COUNTY).id.clone(),
        items: items.iter().map(|item| item.parse().unwrap()).collect(),
        weekdays: weekdays.to_vec(),
        hours: hours.iter().map(|text| text.parse().unwrap()).collect(),
        from: Some(day("2026-12-01")),
        until: None,
    }
}

fn offered(recorded: &Recorded, item: &str, on: &str) -> Option<Vec<Hours>> {
    let directory = recorded.directory(&site(COUNTY).id);
    match directory.availability(site(COUNTY), &item.parse().unwrap(), day(on)) {
        Availability::Offered { hours } => Some(hours),
        Availability::NotThatDay { .. } => None,
    }
}

#[test]
fn given_a_site_when_the_hours_of_an_item_are_set_then_they_hold_from_that_day_and_for_it_alone() {
    let (mut recorded, county) = (Recorded::default(), actor("supervisor", COUNTY, "bureau"));
    let set = hours(
        &["legal-aid"],
        &[Weekday::Wed],
        &["14:00-17:00", "09:00-12:00"],
    );
    recorded.send(&county, set.clone()).unwrap();
    let parsed = |all: [&str; 2]| Some(all.map(|text| text.parse::<Hours>().unwrap()).to_vec());
    let before = parsed(["09:00-12:00", "14:00-17:30"]);
    // 1 December 2026 is a Tuesday.
    assert_eq!(offered(&recorded, "legal-aid", "2026-11-30"), before);
    assert_eq!(offered(&recorded, "legal-aid", "2026-12-01"), None);
    let after = parsed(["09:00-12:00", "14:00-17:00"]);
    assert_eq!(offered(&recorded, "legal-aid", "2026-12-02"), after);
    assert_eq!(offered(&recorded, "mediation", "2026-12-01"), before);
    let again = recorded.send(&county, set);
    assert_eq!(again, Err(Rejection::NothingChanges {}));
    let directory = recorded.directory(&site(COUNTY).id);
    let week = directory.regular_hours(site(COUNTY), day("2026-12-02"));
    let listed = |item: &str| {
        let lists = |one: &&onestop_directory::RegularHours<'_>| {
            one.items.iter().any(|known| known.id.as_str() == item)
        };
        week.iter().filter(lists).count()
    };
    assert_eq!((listed("legal-aid"), listed("mediation")), (1, 1));
}

#[test]
fn given_hours_without_sense_when_they_are_set_then_they_are_refused() {
    let county = actor("supervisor", COUNTY, "bureau");
    let send = |command: SetHours| Recorded::default().send(&county, command).unwrap_err();
    assert_eq!(send(hours(&[], &[], &[])), Rejection::WeekdaysMissing {});
    let twice = hours(&[], &[Weekday::Mon], &["09:00-12:00", "11:00-13:00"]);
    assert_eq!(send(twice), Rejection::HoursOverlap {});
    let both = send(hours(&["astrology"], &[], &[]));
    let Rejection::Several { problems } = both else {
        panic!("one mistake hides the other")
    };
    let fields: Vec<_> = problems.iter().map(|one| one.field.as_str()).collect();
    assert_eq!(fields, ["weekdays", "items"]);
    let unknown = hours(&["astrology"], &[Weekday::Mon], &[]);
    assert!(matches!(send(unknown), Rejection::ItemNotHere { .. }));
}

#[test]
fn given_a_roster_when_more_than_surname_and_title_is_written_then_it_is_refused() {
    let mut recorded = Recorded::default();
    let own = actor("unit-administrator", COUNTY, "legal-aid");
    let duty = |people: &[&str]| SetDuty {
        unit: unit(COUNTY, "legal-aid"),
        weekdays: vec![Weekday::Tue],
        names: people.iter().map(|name| (*name).to_owned()).collect(),
        from: None,
        until: None,
    };
    for name in ["王小明", "王律师 13800000000", "张三律师助理"] {
        let refused = recorded.send(&own, duty(&["李律师", name]));
        assert!(
            matches!(refused, Err(Rejection::NotARosterName { .. })),
            "{name}"
        );
    }
    recorded.send(&own, duty(&["李律师", "王律师"])).unwrap();
    let directory = recorded.directory(&site(COUNTY).id);
    let agency = DIRECTORY.unit(&unit(COUNTY, "legal-aid")).unwrap();
    assert_eq!(
        directory.on_duty(agency, day("2026-12-01")),
        ["李律师", "王律师"]
    );
    assert!(directory.on_duty(agency, day("2026-12-02")).is_empty());
}
