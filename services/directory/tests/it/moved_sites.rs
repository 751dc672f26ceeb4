//! A site that goes on under another code: a village that changes its township keeps its telephone, its state, its hours and
//! who is on duty, whether files or the registry say them.

use onestop_directory::{Directory, RegistryChanges, Report, SiteChanges, SiteState};
use onestop_proto::{
    case::MediaType,
    ids::SiteId,
    registry::{
        ContactChanged, DutySet, Event, EvidenceAttached, EvidenceKind, StateSet, UnitFilled,
        Weekday,
    },
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
            decided_by: None,
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
    // No person is on duty while it is suspended.
    assert!(directory.on_duty(agency, day(ON)).is_empty());
    assert_eq!(directory.on_duty(agency, day("2027-03-01")), ["王律师"]);
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

fn photo(place: &str, hash: char) -> Event {
    let site = SiteId::derived(code(place));
    EvidenceAttached {
        unit: format!("{site}.window").parse().unwrap(),
        site,
        division: code(place),
        from: day("2026-03-01"),
        kind: EvidenceKind::Photo,
        state: SiteState::Operating,
        hash: hash.to_string().repeat(64).parse().unwrap(),
        size: 4_000,
        media_type: MediaType::Jpeg,
        name: "大厅.jpg".to_owned(),
    }
    .into()
}

/// A directory may be made of one that has heard the same before, as the registry's decisions do.
#[test]
fn what_was_recorded_before_a_move_is_there_once_however_often_a_directory_is_made_of_another() {
    let moved = loaded(&former("change = \"moved\""));
    let site = moved.site_at(code(NOW)).unwrap().id.clone();
    let mut changes = RegistryChanges::default();
    for event in [
        contact(FORMER, "0879-3230001", "2026-03-01"),
        photo(FORMER, 'a'),
    ] {
        let by = format!("supervisor/li-jun@{site}.bureau").parse().unwrap();
        let on = day("2026-03-01");
        changes.hear(&event, Report { by, on });
    }
    let once = moved.with_changes(changes);
    let other = SiteId::derived(code("530822"));
    let all = once.with_changes_before_move(&site, None).unwrap();
    let again = once.with_changes_before_move(&site, Some(&all));
    assert_eq!(again, None, "it is there already");
    let twice = once.with_changes_of(other, SiteChanges::default());
    let thrice = twice.with_changes_of(site.clone(), all);
    for directory in [&once, &twice, &thrice] {
        let site = directory.site(&site).unwrap();
        assert_eq!(directory.history(site).len(), 2);
        let photos = directory.evidence(site, EvidenceKind::Photo, day(ON));
        assert_eq!(photos.len(), 1);
    }
}

/// Their files are no pictures of the successor, and are not forgotten: who keeps its entry can withdraw them.
#[test]
fn files_of_sites_that_are_no_more_are_with_the_site_that_keeps_what_they_left() {
    let unlisted = "530821101299";
    let events = [photo(FORMER, 'a'), photo(unlisted, 'b'), photo(NOW, 'c')];
    let with_files = |change: &str| with(&loaded(&former(change)), &events);
    let names = |files: Vec<&EvidenceAttached>| -> Vec<String> {
        let first = |file: &EvidenceAttached| file.hash.as_str()[..1].to_owned();
        let mut names: Vec<String> = files.into_iter().map(first).collect();
        names.sort();
        names
    };
    let found = |directory: &Directory, place: &str| {
        let site = directory.site_at(code(place)).unwrap();
        let own = directory.evidence(site, EvidenceKind::Photo, day(ON));
        let gone = directory.files_of_gone_sites(site, day(ON));
        (names(own), names(gone))
    };
    let of =
        |names: &[&str]| -> Vec<String> { names.iter().map(|name| (*name).to_owned()).collect() };
    let merged = with_files("");
    assert_eq!(found(&merged, NOW), (of(&["c"]), of(&["a"])));
    assert_eq!(found(&merged, "530821101"), (of(&[]), of(&["b"])));
    let moved = with_files("change = \"moved\"");
    assert_eq!(found(&moved, NOW), (of(&["a", "c"]), of(&[])));
}
