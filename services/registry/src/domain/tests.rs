use std::sync::LazyLock;

use onestop_directory::{RegistryChanges, SiteStanding, WINDOW};
use onestop_proto::{
    ids::UnitKind,
    registry::{ChangeContact, MarkFree, MarkFull, SetState, SiteState},
};

use super::*;

mod building;
mod calendars;
mod capacity;
mod evidence;
mod layers;
mod limits;
mod merged;
mod offices;
mod proposals;
mod rules;
mod serving;
mod wider_bureaus;

/// A township whose site is planned by the files.
const PLANNED: &str = "530828207";
const COUNTY: &str = "530828";
const TODAY: &str = "2026-11-28";

static DIRECTORY: LazyLock<Directory> = LazyLock::new(|| Directory::built_in().unwrap());

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn unit(place: &str, kind: &str) -> UnitId {
    let kind: UnitKind = kind.parse().unwrap();
    let found = DIRECTORY.unit_at(place.parse().unwrap(), &kind);
    found.unwrap().id.clone()
}

/// Staff of a place: each place has people of its own.
fn actor(role: &str, place: &str, kind: &str) -> Actor {
    let unit = unit(place, kind);
    format!("{role}/staff-of-{place}@{unit}").parse().unwrap()
}

/// The same post, with another person in it.
fn another(actor: Actor) -> Actor {
    let staff = "another-person".parse().unwrap();
    Actor { staff, ..actor }
}

/// What has been recorded of one site, and what comes of the next command.
#[derive(Default)]
struct Recorded(Option<SiteChanges>);

impl Recorded {
    fn send(&mut self, by: &Actor, command: impl Into<Command>) -> Result<(), Rejection> {
        let context = Context {
            today: day(TODAY),
            actor: by,
            directory: &DIRECTORY,
        };
        let events = decide(self.0.as_ref(), &command.into(), &context)?;
        assert!(!events.is_empty());
        self.0 = events.iter().fold(self.0.take(), evolve);
        Ok(())
    }

    fn directory(&self, site: &SiteId) -> Directory {
        let changes = self.0.clone().unwrap_or_default();
        DIRECTORY.with_changes(RegistryChanges::of_site(site.clone(), changes))
    }
}

fn site(place: &str) -> &'static Site {
    DIRECTORY.site_at(place.parse().unwrap()).unwrap()
}

fn pilot() -> SetState {
    SetState {
        site: site(PLANNED).id.clone(),
        state: SiteState::Pilot,
        from: None,
        until: None,
        evidence: "澜司〔2026〕9号，验收合格".to_owned(),
        document_number: None,
    }
}

fn full(until: &str) -> MarkFull {
    MarkFull {
        unit: unit(COUNTY, "legal-aid"),
        from: None,
        until: day(until),
    }
}

fn telephone(unit: UnitId, phone: &str) -> ChangeContact {
    ChangeContact {
        unit,
        from: None,
        phone: Some(phone.to_owned()),
        address: None,
    }
}

#[test]
fn given_a_planned_site_when_the_county_opens_it_then_it_is_on_trial_from_that_day() {
    let (mut recorded, county) = (Recorded::default(), actor("supervisor", COUNTY, "bureau"));
    let from = Some(day("2026-12-05"));
    recorded
        .send(&county, SetState { from, ..pilot() })
        .unwrap();
    let directory = recorded.directory(&site(PLANNED).id);
    let state = |on: &str| directory.site_state(site(PLANNED), day(on));
    assert_eq!(state("2026-12-04"), SiteState::Planned);
    assert_eq!(state("2026-12-05"), SiteState::Pilot);
    let standing = directory.site_standing(site(PLANNED), day("2026-12-05"));
    assert_eq!(standing, SiteStanding::Open);
}

#[test]
fn given_an_open_site_when_it_is_suspended_until_a_day_then_it_says_so_and_opens_by_itself() {
    let (mut recorded, county) = (Recorded::default(), actor("supervisor", COUNTY, "bureau"));
    recorded.send(&county, pilot()).unwrap();
    let suspended = SetState {
        state: SiteState::Suspended,
        from: Some(day("2026-12-01")),
        until: Some(day("2026-12-10")),
        evidence: "屋面漏雨".to_owned(),
        ..pilot()
    };
    recorded.send(&county, suspended).unwrap();
    let directory = recorded.directory(&site(PLANNED).id);
    let SiteStanding::Closed { why } = directory.site_standing(site(PLANNED), day("2026-12-10"))
    else {
        panic!("it is open")
    };
    assert_eq!(why.zh, "暂停服务至2026年12月10日：屋面漏雨");
    assert_eq!(
        directory.site_state(site(PLANNED), day("2026-12-11")),
        SiteState::Pilot
    );
}

#[test]
fn given_a_state_when_another_division_or_a_clerk_sets_it_then_it_is_refused() {
    for other in [
        actor("supervisor", "530821", "bureau"),
        actor("unit-administrator", "530821", WINDOW),
        actor("clerk", PLANNED, WINDOW),
    ] {
        let refused = Recorded::default().send(&other, pilot());
        assert!(
            matches!(refused, Err(Rejection::NotYourSite { .. })),
            "{other}: {refused:?}"
        );
    }
}

#[test]
fn given_a_site_when_its_state_is_set_without_sense_then_it_is_refused() {
    let county = actor("supervisor", COUNTY, "bureau");
    let send = |command: SetState| Recorded::default().send(&county, command).unwrap_err();
    let blank = SetState {
        evidence: " ".to_owned(),
        ..pilot()
    };
    assert_eq!(send(blank), Rejection::EvidenceMissing {});
    let past = SetState {
        from: Some(day("2026-11-27")),
        ..pilot()
    };
    let (first_day, today) = (day("2026-11-27"), day(TODAY));
    assert_eq!(send(past), Rejection::DayPast { first_day, today });
    let backwards = SetState {
        until: Some(day("2026-11-27")),
        ..pilot()
    };
    assert!(matches!(
        send(backwards),
        Rejection::EndsBeforeItBegins { .. }
    ));
    let same = SetState {
        state: SiteState::Planned,
        ..pilot()
    };
    assert_eq!(send(same.clone()), Rejection::NothingChanges {});
    let mut recorded = Recorded::default();
    recorded.send(&county, pilot()).unwrap();
    assert_eq!(
        recorded.send(&county, pilot()),
        Err(Rejection::NothingChanges {})
    );
    let state = SiteState::Pilot;
    assert_eq!(
        recorded.send(&county, same),
        Err(Rejection::HasOpened { state })
    );
    let nowhere = SetState {
        site: "s00000000".parse().unwrap(),
        ..pilot()
    };
    assert!(matches!(send(nowhere), Rejection::UnknownSite { .. }));
}

#[test]
fn given_a_unit_when_it_is_marked_full_then_it_is_until_that_day_or_until_it_is_freed() {
    let agency = unit(COUNTY, "legal-aid");
    let own = actor("unit-administrator", COUNTY, "legal-aid");
    let mut recorded = Recorded::default();
    recorded.send(&own, full("2027-01-15")).unwrap();
    let until = |recorded: &Recorded, on: &str| {
        recorded
            .directory(&site(COUNTY).id)
            .full_until(&agency, day(on))
    };
    assert_eq!(until(&recorded, "2027-01-15"), Some(day("2027-01-15")));
    assert_eq!(until(&recorded, "2027-01-16"), None);
    assert_eq!(
        recorded.send(&own, full("2027-01-15")),
        Err(Rejection::NothingChanges {})
    );
    let freed = MarkFree {
        unit: agency.clone(),
        from: Some(day("2026-12-24")),
    };
    recorded.send(&own, freed).unwrap();
    assert_eq!(until(&recorded, "2026-12-23"), Some(day("2027-01-15")));
    assert_eq!(until(&recorded, "2026-12-24"), None);
    let free = MarkFree {
        unit: agency.clone(),
        from: None,
    };
    assert_eq!(
        Recorded::default().send(&own, free),
        Err(Rejection::NothingChanges {})
    );
}

#[test]
fn given_a_unit_when_others_than_its_keepers_record_something_then_it_is_refused() {
    let may = |by: &Actor| Recorded::default().send(by, full("2027-01-15"));
    for keeper in [
        actor("unit-administrator", COUNTY, "legal-aid"),
        actor("unit-administrator", COUNTY, WINDOW),
        actor("supervisor", COUNTY, "bureau"),
        actor("supervisor", "5308", "bureau"),
    ] {
        assert_eq!(may(&keeper), Ok(()), "{keeper}");
    }
    for other in [
        actor("unit-administrator", "530821", "legal-aid"),
        actor("unit-administrator", COUNTY, "notarization"),
        actor("supervisor", "530821", "bureau"),
        actor("clerk", COUNTY, WINDOW),
        actor("auditor", COUNTY, "bureau"),
    ] {
        assert!(
            matches!(may(&other), Err(Rejection::NotYourSite { .. })),
            "{other}"
        );
    }
    // A body outside the bureau is not the window's to keep.
    let court = telephone(unit(COUNTY, "court"), "0879-7222222");
    let window = actor("unit-administrator", COUNTY, WINDOW);
    let refused = Recorded::default().send(&window, court);
    assert!(matches!(refused, Err(Rejection::NotYourSite { .. })));
}

#[test]
fn given_a_window_when_its_telephone_changes_then_it_is_the_sites_from_that_day() {
    let (mut recorded, county) = (Recorded::default(), actor("supervisor", COUNTY, "bureau"));
    let window = unit(PLANNED, WINDOW);
    let from = Some(day("2026-12-01"));
    let number = telephone(window.clone(), " 0879-7230001 ");
    recorded
        .send(
            &county,
            ChangeContact {
                from,
                ..number.clone()
            },
        )
        .unwrap();
    let directory = recorded.directory(&site(PLANNED).id);
    let phone = |on: &str| directory.site_phone(site(PLANNED), day(on));
    assert_eq!(phone("2026-11-30"), site(PLANNED).phone.as_deref());
    assert_eq!(phone("2026-12-01"), Some("0879-7230001"));
    let again = recorded.send(&county, ChangeContact { from, ..number });
    assert_eq!(again, Err(Rejection::NothingChanges {}));
    let wrong = telephone(window.clone(), "ring twice");
    let phone = "ring twice".to_owned();
    assert_eq!(
        recorded.send(&county, wrong),
        Err(Rejection::NotATelephone { phone })
    );
    let nothing = ChangeContact {
        unit: window.clone(),
        from: None,
        phone: None,
        address: None,
    };
    assert_eq!(
        recorded.send(&county, nothing),
        Err(Rejection::ContactMissing {})
    );
    for address in ["  ", "\u{202E}\u{200B}"] {
        let blank = ChangeContact {
            unit: window.clone(),
            from: None,
            phone: None,
            address: Some(address.to_owned()),
        };
        assert_eq!(
            recorded.send(&county, blank),
            Err(Rejection::AddressBlank {})
        );
    }
}

#[test]
fn given_a_chinese_input_method_when_a_telephone_is_typed_then_its_digits_are_read() {
    let (mut recorded, county) = (Recorded::default(), actor("supervisor", COUNTY, "bureau"));
    let typed = ChangeContact {
        address: Some("宁洱大街\u{202E}12号".to_owned()),
        ..telephone(unit(PLANNED, WINDOW), "０８７９—７２３０００２")
    };
    recorded.send(&county, typed).unwrap();
    let directory = recorded.directory(&site(PLANNED).id);
    let (planned, later) = (site(PLANNED), day("2026-12-05"));
    assert_eq!(directory.site_phone(planned, later), Some("0879-7230002"));
    assert_eq!(directory.site_address(planned, later), Some("宁洱大街12号"));
}
