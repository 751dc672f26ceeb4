//! Limits that a county had recorded before it was merged into another: they pass to its successor.

use jiff::{ToSpan, civil::Date};
use onestop_directory::{Directory, RegistryChanges};
use onestop_proto::{
    clock::DayKind,
    ids::SiteId,
    registry::{Event, LimitSet},
};
use proptest::{collection::vec, prelude::*, sample::select};

use crate::{
    built_in, code, day,
    former_rules::{BEGIN, FORMER, SUCCESSOR, UNTIL, after_the_merger},
};

/// From the province to a township of the successor: each lies in the one before.
const PLACES: [&str; 4] = ["53", "5301", SUCCESSOR, "530102001"];
const REVIEW: &str = "legal-aid.review";

fn limit(place: &str, days: u32, from: Date) -> LimitSet {
    let site = SiteId::derived(code(place));
    LimitSet {
        unit: format!("{site}.window").parse().unwrap(),
        site,
        division: code(place),
        step: REVIEW.parse().unwrap(),
        days,
        day_kind: DayKind::Calendar,
        from,
        until: None,
        basis: "服务承诺".to_owned(),
        decided_by: None,
    }
}

fn with(limits: &[LimitSet]) -> Directory {
    let mut changes = RegistryChanges::default();
    for set in limits {
        changes.take_in(&Event::from(set.clone()));
    }
    after_the_merger().with_changes(changes)
}

fn held(directory: &Directory, place: &str, on: &str) -> u32 {
    let limit = directory.limit(&REVIEW.parse().unwrap(), code(place), day(on));
    limit.unwrap().days
}

#[test]
fn a_limit_of_a_merged_county_holds_at_its_successor_and_below_from_the_merger_on() {
    let directory = with(&[limit(FORMER, 4, day(BEGIN))]);
    for place in [SUCCESSOR, "530102001", FORMER] {
        assert_eq!(held(&directory, place, "2026-03-16"), 4, "{place}");
    }
    assert_eq!(held(&directory, "5301", "2026-03-16"), 7);
    // Before, it was the limit of the one county, and not of the other.
    assert_eq!(held(&directory, SUCCESSOR, UNTIL), 7);
    assert_eq!(held(&directory, FORMER, UNTIL), 4);
    let step = REVIEW.parse().unwrap();
    let standard = directory.standard(&step, code(SUCCESSOR), day("2026-03-16"));
    let standard = standard.unwrap();
    assert_eq!(standard.place, Some(code(SUCCESSOR)));
    let note = standard.note.as_ref().unwrap();
    assert!(
        note.zh.contains("原旧县") && note.en.contains("旧县"),
        "{note:?}"
    );
}

#[test]
fn of_the_limits_of_two_counties_that_merge_the_stricter_holds_until_their_successor_sets_its_own()
{
    let stricter = [
        limit(FORMER, 5, day(BEGIN)),
        limit(SUCCESSOR, 3, day(BEGIN)),
    ];
    assert_eq!(held(&with(&stricter), SUCCESSOR, "2026-03-16"), 3);
    let since = [
        limit(FORMER, 3, day(BEGIN)),
        limit(SUCCESSOR, 5, day("2026-03-20")),
    ];
    let directory = with(&since);
    assert_eq!(held(&directory, SUCCESSOR, "2026-03-19"), 3);
    assert_eq!(held(&directory, SUCCESSOR, "2026-03-20"), 5);
}

#[test]
fn a_limit_of_a_merged_county_gives_way_to_a_wider_place_that_is_stricter() {
    let directory = with(&[limit(FORMER, 4, day(BEGIN)), limit("5301", 2, day(BEGIN))]);
    assert_eq!(held(&directory, SUCCESSOR, "2026-03-16"), 2);
}

#[test]
fn a_successor_that_sets_a_longer_limit_than_it_took_over_loosens() {
    let directory = with(&[limit(FORMER, 3, day(BEGIN))]);
    assert!(directory.loosens(&limit(SUCCESSOR, 5, day("2026-03-20"))));
    assert!(!directory.loosens(&limit(SUCCESSOR, 2, day("2026-03-20"))));
    let township = limit("530102001", 5, day("2026-03-20"));
    let stricter = directory.stricter_above(&township).unwrap();
    assert_eq!(stricter.limit.days, 3);
}

fn any_limit() -> impl Strategy<Value = LimitSet> {
    let places = select(vec![PLACES[0], PLACES[1], SUCCESSOR, PLACES[3], FORMER]);
    let kinds = select(vec![DayKind::Calendar, DayKind::Working]);
    let days = (0_i64..20, prop::option::of(0_i64..10));
    (places, 1_u32..12, kinds, days).prop_map(|(place, length, day_kind, (from, until))| {
        let from = day(BEGIN).saturating_add(from.days());
        LimitSet {
            day_kind,
            until: until.map(|after| from.saturating_add(after.days())),
            ..limit(place, length, from)
        }
    })
}

fn of_places(limits: &[LimitSet], places: &[&str]) -> Directory {
    let is_of = |set: &&LimitSet| places.iter().any(|place| code(place) == set.division);
    with(&limits.iter().filter(is_of).cloned().collect::<Vec<_>>())
}

fn due(directory: &Directory, place: &str, on: Date) -> Date {
    let limit = directory.limit(&REVIEW.parse().unwrap(), code(place), on);
    let began = format!("{on} 10:00:00").parse().unwrap();
    directory.due(&limit.unwrap(), began).day
}

proptest! {
    /// Whatever the bureaus of four tiers and of a merged county record, in whatever order: nothing of it ends later than
    /// at a wider place, changes a wider one, or, unless the successor has set its own since, ends later than what either
    /// of the two counties had set.
    #[test]
    fn a_merger_loosens_nothing_that_a_wider_place_or_either_county_has_set(
        limits in vec(any_limit(), 0..10),
        after in 0_i64..32,
    ) {
        let on = day(BEGIN).saturating_add(after.days());
        let all = with(&limits);
        for pair in PLACES.windows(2) {
            prop_assert!(due(&all, pair[1], on) <= due(&all, pair[0], on), "{:?}", pair);
        }
        let wider = of_places(&limits, &PLACES[..2]);
        prop_assert_eq!(due(&all, PLACES[1], on), due(&wider, PLACES[1], on));
        prop_assert!(due(&all, SUCCESSOR, on) <= due(built_in(), SUCCESSOR, on));
        let set_since = limits.iter().any(|set| set.division == code(SUCCESSOR) && set.from > day(UNTIL));
        if on > day(UNTIL) && !set_since {
            for county in [FORMER, SUCCESSOR] {
                let of_one = of_places(&limits, &[PLACES[0], PLACES[1], county]);
                prop_assert!(due(&all, SUCCESSOR, on) <= due(&of_one, SUCCESSOR, on), "{}", county);
            }
        }
    }
}
