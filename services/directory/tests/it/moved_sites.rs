//! A site that goes on under another code: a village that changes its township keeps its telephone, its state, its hours and
//! who is on duty, whether files or the registry say them.

use onestop_directory::{Directory, RegistryChanges, SiteState};
use onestop_proto::{
    ids::SiteId,
    registry::{ContactChanged, DutySet, Event, StateSet, UnitFilled, Weekday},
};

use crate::{code, day, folder::Folder, kind};

const FORMER: &str = "530829";
const NOW: &str = "530821";
const ON: &str = "2027-01-04";

fn former(change: &str) -> String {
    format!(
        "
[[former_division]]
code = \"{FORMER}000000\"
name = \"老县\"
until = 2026-12-31
successor = \"{NOW}000000\"
{change}
"
    )
}

fn loaded(rows: &str) -> Directory {
    Folder::small().append("sites.toml", rows).load().unwrap()
}

fn contact(place: &str, phone: &str, from: &str) -> Event {
    let site = SiteId::derived(code(place));
    ContactChanged {
        unit: format!("{site}.window").parse().unwrap(),
        site,
        division: code(place),
        from: day(from),
        phone: Some(phone.to_owned()),
        address: None,
    }
    .into()
}

fn recorded() -> Vec<Event> {
    let (site, division) = (SiteId::derived(code(FORMER)), code(FORMER));
    let agency = format!("{site}.legal-aid").parse().unwrap();
    let window = format!("{site}.window").parse().unwrap();
    vec![
        contact(FORMER, "0879-3230001", "2026-03-01"),
        StateSet {
            site: site.clone(),
            unit: window,
            division,
            state: SiteState::Suspended,
            from: day("2026-12-01"),
            until: Some(day("2027-02-28")),
            evidence: "搬迁".to_owned(),
            document_number: None,
            decided_by: None,
        }
        .into(),
        UnitFilled {
            site: site.clone(),
            unit: format!("{site}.legal-aid").parse().unwrap(),
            division,
            from: day("2026-12-01"),
            until: day("2027-01-15"),
        }
        .into(),
        DutySet {
            site,
            unit: agency,
            division,
            from: day("2026-12-01"),
            until: None,
            weekdays: Weekday::ALL.to_vec(),
            names: vec!["王律师".to_owned()],
        }
        .into(),
    ]
}

fn with(directory: &Directory, events: &[Event]) -> Directory {
    let mut changes = RegistryChanges::default();
    events.iter().for_each(|event| changes.take_in(event));
    directory.with_changes(changes)
}

#[test]
fn what_was_recorded_of_a_site_goes_on_with_it_under_its_new_code() {
    let moved = loaded(&former("change = \"moved\""));
    let directory = with(&moved, &recorded());
    let site = directory.site_at(code(NOW)).unwrap();
    let agency = directory.unit_at(code(NOW), &kind("legal-aid")).unwrap();
    assert_eq!(directory.site_phone(site, day(ON)), Some("0879-3230001"));
    assert_eq!(directory.site_state(site, day(ON)), SiteState::Suspended);
    assert_eq!(
        directory.site_state(site, day("2027-03-01")),
        SiteState::Operating
    );
    assert_eq!(
        directory.full_until(&agency.id, day(ON)),
        Some(day("2027-01-15"))
    );
    assert_eq!(directory.full_until(&agency.id, day("2027-01-16")), None);
    assert_eq!(directory.on_duty(agency, day(ON)), ["王律师"]);
    // What is recorded under the new code counts from its day on, also from the same day.
    let mut since = recorded();
    since.push(contact(NOW, "0879-3239999", "2026-03-01"));
    let directory = with(&moved, &since);
    assert_eq!(directory.site_phone(site, day(ON)), Some("0879-3239999"));
    // The order in which the streams of two sites are heard changes nothing.
    since.rotate_right(1);
    let other_order = with(&moved, &since);
    assert_eq!(other_order.site_phone(site, day(ON)), Some("0879-3239999"));
}

/// Of one that became a part of another, the other has a site of its own.
#[test]
fn what_was_recorded_of_a_site_that_was_merged_is_not_that_of_its_successor() {
    for change in ["", "change = \"merged\""] {
        let directory = with(&loaded(&former(change)), &recorded());
        let site = directory.site_at(code(NOW)).unwrap();
        assert_eq!(directory.site_phone(site, day(ON)), None);
        assert_eq!(directory.site_state(site, day(ON)), SiteState::Operating);
    }
}

#[test]
fn what_the_files_say_of_a_site_by_its_code_of_before_is_said_of_it_unless_they_have_the_new_one() {
    let old = format!(
        "{}
[[site]]
division = \"{FORMER}000000\"
phone = \"0879-3230000\"
",
        former("change = \"moved\"")
    );
    let directory = loaded(&old);
    let site = directory.site_at(code(NOW)).unwrap();
    assert_eq!(directory.site_phone(site, day(ON)), Some("0879-3230000"));
    let both = format!("{old}\n[[site]]\ndivision = \"{NOW}000000\"\nphone = \"12348\"\n");
    let directory = loaded(&both);
    let site = directory.site_at(code(NOW)).unwrap();
    assert_eq!(directory.site_phone(site, day(ON)), Some("12348"));
}

#[test]
fn a_code_that_changed_twice_goes_on_and_two_sites_do_not_go_on_as_one() {
    let twice = format!(
        "{}
[[former_division]]
code = \"530828000000\"
name = \"更老的县\"
until = 2025-12-31
successor = \"{FORMER}000000\"
change = \"moved\"
",
        former("change = \"moved\"")
    );
    let before = "530828";
    let events = [contact(before, "0879-3230000", "2025-03-01")];
    let directory = with(&loaded(&twice), &events);
    let site = directory.site_at(code(NOW)).unwrap();
    assert_eq!(directory.site_phone(site, day(ON)), Some("0879-3230000"));
    let mut later = events.to_vec();
    later.push(contact(FORMER, "0879-3230001", "2025-03-01"));
    let directory = with(&loaded(&twice), &later);
    assert_eq!(directory.site_phone(site, day(ON)), Some("0879-3230001"));

    let both = twice.replace(
        &format!("successor = \"{FORMER}000000\"\nchange"),
        &format!("successor = \"{NOW}000000\"\nchange"),
    );
    let refusal = Folder::small().append("sites.toml", &both).refusal();
    assert!(refusal.contains("530821"), "{refusal}");
}
