//! Papers, items and days off that a county had recorded before it was merged into another: they pass to its successor.

use std::sync::OnceLock;

use onestop_directory::{Directory, RegistryChanges};
use onestop_proto::{
    actor::Actor,
    ids::SiteId,
    registry::{
        ChangeProposed, ContactChanged, DaysOffDeclared, Event, ItemMovedIn, ItemMovedOut,
        PapersSet, ProposedChange,
    },
};

use crate::{code, day};

/// A county of before, until [`UNTIL`].
pub(crate) const FORMER: &str = "530199";
/// The county that took its place.
pub(crate) const SUCCESSOR: &str = "530102";
pub(crate) const UNTIL: &str = "2026-03-15";
const AFTER: &str = "2026-03-16";
pub(crate) const BEGIN: &str = "2026-03-01";
const FORM: &str = "application-form";
const CARD: &str = "identity-card";
const MEANS: &str = "means-statement";
const ITEM: &str = "notarization";

pub(crate) fn after_the_merger() -> &'static Directory {
    static LOADED: OnceLock<Directory> = OnceLock::new();
    LOADED.get_or_init(|| {
        let former = format!(
            "
[[former_division]]
code = \"{FORMER}\"
name = \"旧县\"
until = {UNTIL}
successor = \"{SUCCESSOR}\"
"
        );
        Directory::built_in_with("sites.toml", &former).unwrap()
    })
}

fn with(events: &[Event]) -> Directory {
    let mut changes = RegistryChanges::default();
    for event in events {
        changes.take_in(event);
    }
    after_the_merger().with_changes(changes)
}

fn papers_set(place: &str, papers: &[&str], from: &str) -> Event {
    let site = SiteId::derived(code(place));
    PapersSet {
        unit: format!("{site}.window").parse().unwrap(),
        site,
        division: code(place),
        item: "legal-aid".parse().unwrap(),
        topic: None,
        papers: papers.iter().map(|paper| paper.parse().unwrap()).collect(),
        from: day(from),
        until: None,
        basis: "告知承诺制".to_owned(),
        decided_by: None,
    }
    .into()
}

fn papers(directory: &Directory, place: &str, on: &str) -> Vec<String> {
    let item = directory.item(&"legal-aid".parse().unwrap()).unwrap();
    let topic = "injury".parse().unwrap();
    let asked = directory.papers(item, Some(&topic), code(place), day(on));
    asked.into_iter().map(ToString::to_string).collect()
}

#[test]
fn papers_that_a_merged_county_let_go_of_are_asked_for_no_more_until_its_successor_sets_its_own() {
    let directory = with(&[papers_set(FORMER, &[FORM, CARD], BEGIN)]);
    for place in [SUCCESSOR, "530102001", FORMER] {
        assert_eq!(papers(&directory, place, AFTER), [FORM, CARD], "{place}");
    }
    // Before, they were those of the one county, and not of the other; and never those of the city around both.
    assert_eq!(papers(&directory, FORMER, UNTIL), [FORM, CARD]);
    assert!(papers(&directory, SUCCESSOR, UNTIL).len() > 2);
    assert!(papers(&directory, "5301", AFTER).len() > 2);
    let both = with(&[
        papers_set(FORMER, &[FORM, CARD], BEGIN),
        papers_set(SUCCESSOR, &[CARD, MEANS], BEGIN),
    ]);
    assert_eq!(papers(&both, SUCCESSOR, AFTER), [CARD]);
    let since = with(&[
        papers_set(FORMER, &[FORM, CARD], BEGIN),
        papers_set(SUCCESSOR, &[FORM, CARD, MEANS], "2026-03-20"),
    ]);
    assert_eq!(papers(&since, SUCCESSOR, "2026-03-19"), [FORM, CARD]);
    assert_eq!(papers(&since, SUCCESSOR, "2026-03-20").len(), 3);
}

fn moved_in(place: &str, from: &str) -> Event {
    let site = SiteId::derived(code(place));
    ItemMovedIn {
        unit: format!("{site}.window").parse().unwrap(),
        site,
        division: code(place),
        item: ITEM.parse().unwrap(),
        from: day(from),
        decided_by: None,
    }
    .into()
}

fn moved_out(place: &str, from: &str) -> Event {
    let site = SiteId::derived(code(place));
    ItemMovedOut {
        unit: format!("{site}.window").parse().unwrap(),
        site,
        division: code(place),
        item: ITEM.parse().unwrap(),
        from: day(from),
        decided_by: None,
    }
    .into()
}

#[test]
fn an_item_that_had_moved_in_at_a_merged_county_is_received_by_its_successor() {
    let moved = |directory: &Directory, place: &str, on: &str| {
        directory.has_moved_in(&ITEM.parse().unwrap(), code(place), day(on))
    };
    let directory = with(&[moved_in(FORMER, BEGIN)]);
    assert!(moved(&directory, FORMER, UNTIL));
    assert!(!moved(&directory, SUCCESSOR, UNTIL));
    assert!(moved(&directory, SUCCESSOR, AFTER));
    assert!(moved(&directory, FORMER, AFTER));
    let out = with(&[moved_in(FORMER, BEGIN), moved_out(SUCCESSOR, "2026-03-20")]);
    assert!(moved(&out, SUCCESSOR, "2026-03-19"));
    assert!(!moved(&out, SUCCESSOR, "2026-03-20"));
}

fn days_off(place: &str, from: &str, until: &str) -> Event {
    let site = SiteId::derived(code(place));
    DaysOffDeclared {
        unit: format!("{site}.window").parse().unwrap(),
        site,
        division: code(place),
        holiday: "火把节".to_owned(),
        from: day(from),
        until: day(until),
        basis: "县政府通知".to_owned(),
    }
    .into()
}

#[test]
fn days_off_of_a_merged_county_stay_off_where_they_were_and_later_ones_are_its_successors() {
    // Wednesday; and Tuesday to Wednesday of the week after the merger.
    let directory = with(&[
        days_off(FORMER, "2026-03-11", "2026-03-11"),
        days_off(FORMER, "2026-03-17", "2026-03-18"),
    ]);
    let works = |directory: &Directory, place: &str, on: &str| {
        directory.is_working_day_at(day(on), code(place))
    };
    // A clock that runs since before the merger names its place by the code of then.
    assert!(!works(&directory, FORMER, "2026-03-11"));
    assert!(works(&directory, SUCCESSOR, "2026-03-11"));
    for place in [FORMER, SUCCESSOR, "530102001"] {
        assert!(!works(&directory, place, "2026-03-17"), "{place}");
    }
    assert!(works(&directory, "5301", "2026-03-17"));
    let own = with(&[
        days_off(FORMER, "2026-03-17", "2026-03-18"),
        days_off(SUCCESSOR, "2026-03-19", "2026-03-19"),
    ]);
    assert!(works(&own, SUCCESSOR, "2026-03-17"));
    assert!(!works(&own, SUCCESSOR, "2026-03-19"));
}

#[test]
fn what_a_merged_county_had_proposed_waits_no_more() {
    let site = SiteId::derived(code(FORMER));
    let unit = format!("{site}.window").parse().unwrap();
    let bureau = SiteId::derived(code("5301"));
    let approver = format!("{bureau}.bureau").parse().unwrap();
    let change = ContactChanged {
        site: site.clone(),
        unit,
        division: code(FORMER),
        from: day(BEGIN),
        phone: Some("0871-7230001".to_owned()),
        address: None,
    };
    let directory = with(&[ChangeProposed {
        site: change.site.clone(),
        unit: change.unit.clone(),
        division: change.division,
        proposal: 1,
        change: ProposedChange::ContactChanged(change),
        approver,
        rule: "测试".to_owned(),
        proposed_by: None,
    }
    .into()]);
    let supervisor: Actor = format!("supervisor/li-na@{bureau}.bureau").parse().unwrap();
    assert!(directory.waiting_for(&supervisor).is_empty());
}

/// What lists reckon of open cases is reckoned anew when days may have moved, and not for whatever a bureau records.
#[test]
fn papers_move_no_last_day_and_days_off_may() {
    let before = with(&[]);
    let papers = with(&[papers_set("530821", &["identity-card"], "2026-03-02")]);
    assert_ne!(papers.version(), before.version());
    assert_eq!(papers.recorded_days(), before.recorded_days());
    let days_off = with(&[days_off("530821", "2026-03-02", "2026-03-03")]);
    assert_ne!(days_off.recorded_days(), before.recorded_days());
}
