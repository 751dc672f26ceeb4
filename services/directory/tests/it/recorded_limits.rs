//! Limits that bureaus have recorded, beside those of the files.

use jiff::{ToSpan, civil::Date};
use onestop_directory::{Directory, RegistryChanges, Relation};
use onestop_proto::{
    clock::DayKind,
    registry::{Event, LimitSet},
};
use proptest::{collection::vec, prelude::*, sample::select};

use crate::{built_in, code, day};

/// From the province to a township: each lies in the one before.
const PLACES: [&str; 4] = ["53", "5301", "530102", "530102001"];
const REVIEW: &str = "legal-aid.review";
const BEGIN: &str = "2026-03-01";

fn limit(place: &str, days: u32, from: Date) -> LimitSet {
    let site = built_in().site_at(code(place)).unwrap();
    LimitSet {
        site: site.id.clone(),
        unit: built_in().window_of(site).unwrap().id.clone(),
        division: site.division,
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
    built_in().with_changes(changes)
}

fn held(directory: &Directory, place: &str, on: Date) -> (u32, Vec<(u32, Relation)>) {
    let holding = directory.holding(&REVIEW.parse().unwrap(), code(place), on);
    let others = holding.others.iter();
    let others = others.map(|(standard, relation)| (standard.limit.days, *relation));
    (holding.standard.unwrap().limit.days, others.collect())
}

#[test]
fn a_recorded_limit_holds_beside_that_of_the_law_which_is_named_as_the_wider_one() {
    let directory = with(&[limit("530102", 5, day(BEGIN))]);
    let before = held(&directory, "530102001", day("2026-02-28"));
    assert_eq!(before, (7, vec![(5, Relation::Coming)]));
    let after = held(&directory, "530102001", day(BEGIN));
    assert_eq!(after, (5, vec![(7, Relation::Wider)]));
    let elsewhere = held(&directory, "5301", day(BEGIN));
    assert_eq!(elsewhere, (7, Vec::new()));
}

/// The county was stricter than the law; then its prefecture became stricter than the county.
#[test]
fn a_limit_gives_way_when_a_wider_place_becomes_stricter() {
    let later = day("2026-04-01");
    let directory = with(&[limit("530102", 5, day(BEGIN)), limit("5301", 3, later)]);
    let (days, _) = held(&directory, "530102", day("2026-03-31"));
    assert_eq!(days, 5);
    let (days, others) = held(&directory, "530102", later);
    assert_eq!(days, 3);
    assert!(others.contains(&(5, Relation::Replaced)), "{others:?}");
}

#[test]
fn of_two_limits_of_one_place_the_later_first_day_counts_and_then_the_later_record() {
    let directory = with(&[
        limit("530102", 5, day("2026-04-01")),
        limit("530102", 4, day(BEGIN)),
        limit("530102", 6, day(BEGIN)),
    ]);
    let (days, _) = held(&directory, "530102", day(BEGIN));
    assert_eq!(days, 6);
    let (days, _) = held(&directory, "530102", day("2026-04-01"));
    assert_eq!(days, 5);
}

fn any_limit() -> impl Strategy<Value = LimitSet> {
    let kinds = select(vec![DayKind::Calendar, DayKind::Working]);
    let days = (0_i64..20, prop::option::of(0_i64..10));
    (0_usize..PLACES.len(), 1_u32..12, kinds, days).prop_map(
        |(at, length, day_kind, (from, until))| {
            let from = day(BEGIN).saturating_add(from.days());
            LimitSet {
                day_kind,
                until: until.map(|after| from.saturating_add(after.days())),
                ..limit(PLACES[at], length, from)
            }
        },
    )
}

proptest! {
    /// Whatever the bureaus of four tiers record, in whatever order and whether or not it should have been refused: no
    /// step ends later at a narrower place than at a wider one, and what a narrower place records changes nothing at a
    /// wider one.
    #[test]
    fn no_narrower_place_loosens_what_a_wider_one_has_set(
        limits in vec(any_limit(), 0..10),
        after in 0_i64..32,
    ) {
        let on = day(BEGIN).saturating_add(after.days());
        let directory = with(&limits);
        let due = |directory: &Directory, place: &str| {
            let limit = directory.limit(&REVIEW.parse().unwrap(), code(place), on);
            let began = format!("{on} 10:00:00").parse().unwrap();
            directory.due(&limit.unwrap(), began).day
        };
        for (at, wide) in PLACES.iter().enumerate() {
            let of_wider = limits.iter().filter(|set| PLACES[..=at].iter().any(|place| code(place) == set.division));
            let alone = with(&of_wider.cloned().collect::<Vec<_>>());
            prop_assert_eq!(due(&directory, wide), due(&alone, wide), "{}", wide);
            prop_assert!(due(&directory, wide) <= due(built_in(), wide), "{}", wide);
            if let Some(narrow) = PLACES.get(at + 1) {
                prop_assert!(due(&directory, narrow) <= due(&directory, wide), "{} in {}", narrow, wide);
            }
        }
    }
}
