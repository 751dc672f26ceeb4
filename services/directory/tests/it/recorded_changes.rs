//! What the registry has recorded, as the directory answers by it.

use onestop_directory::{Availability, Directory, RegistryChanges, RouteQuery, SiteStanding};
use onestop_proto::{
    registry::{ContactChanged, DutySet, Event, SiteState, StateSet, UnitFilled, Weekday},
    routing::{Route, Urgency, Verdict},
};

use crate::{built_in, code, day, kind};

const VILLAGE: &str = "530821101201";
/// A township whose site the files plan until the middle of 2027.
const PLANNED: &str = "530828207";

fn with(events: &[Event]) -> Directory {
    let mut changes = RegistryChanges::default();
    events.iter().for_each(|event| changes.take_in(event));
    built_in().with_changes(changes)
}

fn agency_is_full(until: &str) -> Event {
    let agency = built_in()
        .unit_at(code("530821"), &kind("legal-aid"))
        .unwrap();
    UnitFilled {
        site: agency.site.clone(),
        unit: agency.id.clone(),
        division: agency.division,
        from: day("2026-03-01"),
        until: day(until),
        decided_by: None,
    }
    .into()
}

pub(crate) fn route(directory: &Directory, on: &str, urgency: Urgency) -> Route {
    let routed = directory.route(&RouteQuery {
        organ: None,
        item: &"legal-aid".parse().unwrap(),
        topic: &"labour-pay".parse().unwrap(),
        place: code(VILLAGE),
        place_kind: None,
        on: day(on),
        sent_away: &[],
        excluded: &[],
        urgency,
        load: &|_| 0,
    });
    routed.unwrap()
}

#[test]
fn a_unit_that_is_full_until_a_day_is_passed_over_until_then_and_the_reason_names_the_day() {
    let directory = with(&[agency_is_full("2026-03-11")]);
    let agency = built_in()
        .unit_at(code("530821"), &kind("legal-aid"))
        .unwrap();
    let before = route(&directory, "2026-02-27", Urgency::Ordinary);
    assert_eq!(before.chosen, agency.id);
    let full = route(&directory, "2026-03-11", Urgency::Ordinary);
    assert_ne!(full.chosen, agency.id);
    let mut candidates = full.candidates.iter();
    let passed_over = candidates.find(|one| one.unit == agency.id).unwrap();
    assert_eq!(passed_over.verdict, Verdict::AtCapacity);
    let why = passed_over.why.as_ref().unwrap();
    assert_eq!(why.zh, "已满，至2026年3月11日止");
    assert_eq!(why.en, "full until 2026-03-11");
    let after = route(&directory, "2026-03-12", Urgency::Ordinary);
    assert_eq!(after.chosen, agency.id);
    // What cannot wait goes to the nearest all the same.
    let urgent = route(&directory, "2026-03-11", Urgency::Urgent);
    assert_eq!(urgent.chosen, agency.id);
}

/// A citizen who goes there finds the door closed: no person is named for that day.
#[test]
fn nobody_is_on_duty_where_the_site_is_closed_or_on_a_holiday() {
    let agency = built_in().unit_at(code("530821"), &kind("legal-aid"));
    let agency = agency.unwrap();
    let duty = DutySet {
        site: agency.site.clone(),
        unit: agency.id.clone(),
        division: agency.division,
        from: day("2026-03-01"),
        until: None,
        weekdays: Weekday::ORDINARY.to_vec(),
        names: vec!["王律师".to_owned()],
    };
    let closed = StateSet {
        site: agency.site.clone(),
        unit: built_in()
            .window_of(built_in().site_at(code("530821")).unwrap())
            .unwrap()
            .id
            .clone(),
        division: agency.division,
        state: SiteState::Suspended,
        from: day("2026-12-01"),
        until: Some(day("2026-12-10")),
        evidence: "搬迁".to_owned(),
        document_number: None,
        decided_by: None,
    };
    let directory = with(&[duty.into(), closed.into()]);
    let on_duty = |on: &str| directory.on_duty(agency, day(on));
    assert_eq!(on_duty("2026-11-30"), ["王律师"]);
    // A Saturday that is worked in the place of another day.
    assert_eq!(on_duty("2026-10-10"), ["王律师"]);
    for none in ["2026-12-01", "2026-12-10", "2026-10-01", "2026-11-28"] {
        assert!(on_duty(none).is_empty(), "{none}");
    }
    assert_eq!(on_duty("2026-12-11"), ["王律师"]);
}

/// On a Sunday no agency works; one that is full until Wednesday comes behind one that opens on Monday.
#[test]
fn a_unit_that_is_marked_full_comes_behind_one_that_works_another_day() {
    let agency = built_in()
        .unit_at(code("530821"), &kind("legal-aid"))
        .unwrap();
    let sunday = route(built_in(), "2026-03-08", Urgency::Ordinary);
    assert_eq!(sunday.chosen, agency.id);
    let directory = with(&[agency_is_full("2026-03-11")]);
    let marked = route(&directory, "2026-03-08", Urgency::Ordinary);
    assert_ne!(marked.chosen, agency.id);
    let verdict = marked.candidates.iter().find(|one| one.unit == agency.id);
    assert_eq!(verdict.unwrap().verdict, Verdict::AtCapacity);
}

#[test]
fn a_decision_names_the_files_and_how_much_of_the_registry_was_heard() {
    let files = built_in().version().to_owned();
    assert_eq!(with(&[]).version(), files);
    let heard = with(&[agency_is_full("2026-03-10"), agency_is_full("2026-03-11")]);
    assert_eq!(heard.version(), format!("{files}+2"));
    assert_eq!(heard.files_version(), files);
    let routed = route(&heard, "2026-03-11", Urgency::Ordinary);
    assert_eq!(routed.directory, format!("{files}+2"));
}

#[test]
fn a_planned_site_that_is_opened_takes_cases_and_is_counted_so() {
    let files = built_in();
    let site = files.site_at(code(PLANNED)).unwrap();
    let window = files.window_of(site).unwrap();
    let opened: Event = StateSet {
        site: site.id.clone(),
        unit: window.id.clone(),
        division: site.division,
        state: SiteState::Pilot,
        from: day("2026-12-01"),
        until: None,
        evidence: "澜司〔2026〕9号".to_owned(),
        document_number: None,
        decided_by: None,
    }
    .into();
    let directory = with(&[opened]);
    let on = day("2026-12-01");
    assert!(matches!(
        files.site_standing(site, on),
        SiteStanding::Closed { .. }
    ));
    assert_eq!(directory.site_standing(site, on), SiteStanding::Open);
    let offered = directory.availability(site, &"consultation".parse().unwrap(), on);
    assert!(
        matches!(offered, Availability::Offered { .. }),
        "{offered:?}"
    );
    let pilots = |directory: &Directory, on: &str| {
        let coverage = directory.coverage(code("530828"), day(on)).unwrap();
        coverage.total.of(Some(SiteState::Pilot))
    };
    assert_eq!(
        pilots(&directory, "2026-12-01"),
        pilots(files, "2026-12-01") + 1
    );
    assert_eq!(
        pilots(&directory, "2026-11-30"),
        pilots(files, "2026-11-30")
    );
}

#[test]
fn a_telephone_that_was_recorded_stands_before_that_of_the_files() {
    let files = built_in();
    let site = files.site_at(code("530828")).unwrap();
    let window = files.window_of(site).unwrap();
    let changed: Event = ContactChanged {
        site: site.id.clone(),
        unit: window.id.clone(),
        division: site.division,
        from: day("2026-12-01"),
        phone: Some("0879-7220000".to_owned()),
        address: None,
    }
    .into();
    let directory = with(&[changed]);
    assert_eq!(
        directory.site_phone(site, day("2026-11-30")),
        site.phone.as_deref()
    );
    assert_eq!(
        directory.site_phone(site, day("2026-12-01")),
        Some("0879-7220000")
    );
    assert_eq!(
        directory.unit_phone(window, day("2026-12-01")),
        Some("0879-7220000")
    );
    // What was not recorded stays as the files have it.
    assert_eq!(
        directory.site_address(site, day("2026-12-01")),
        site.address.as_deref()
    );
}
