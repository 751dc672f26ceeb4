//! Until when a unit is full, by whose word.

use super::*;

fn free(from: Option<&str>) -> MarkFree {
    MarkFree {
        unit: unit(COUNTY, "legal-aid"),
        from: from.map(day),
    }
}

#[test]
fn given_a_unit_that_the_prefecture_has_marked_full_when_it_frees_itself_then_it_is_told_who_decides()
 {
    let prefecture = actor("supervisor", "5308", "bureau");
    let own = actor("unit-administrator", COUNTY, "legal-aid");
    let mut recorded = Recorded::default();
    recorded.send(&prefecture, full("2026-12-20")).unwrap();
    let expected = || {
        Err(Rejection::WiderTierDecides {
            yours: own.unit.clone(),
            bureau: prefecture.unit.clone(),
        })
    };
    assert_eq!(recorded.send(&own, free(None)), expected());
    assert_eq!(recorded.send(&own, full("2026-12-10")), expected());
    // For longer is its own affair; after that day it is free by itself.
    recorded.send(&own, full("2026-12-24")).unwrap();
    recorded.send(&own, free(Some("2026-12-21"))).unwrap();
    let until = |recorded: &Recorded, on: &str| {
        let directory = recorded.directory(&site(COUNTY).id);
        directory.full_until(&unit(COUNTY, "legal-aid"), day(on))
    };
    assert_eq!(until(&recorded, "2026-12-20"), Some(day("2026-12-24")));
    assert_eq!(until(&recorded, "2026-12-21"), None);
    recorded.send(&prefecture, free(None)).unwrap();
    assert_eq!(until(&recorded, "2026-12-05"), None);
}

/// The unit says so itself, then the prefecture says it too: from then on it is the prefecture's word.
#[test]
fn given_a_unit_that_is_full_when_a_wider_bureau_says_the_same_then_it_binds() {
    let prefecture = actor("supervisor", "5308", "bureau");
    let own = actor("unit-administrator", COUNTY, "legal-aid");
    let mut recorded = Recorded::default();
    recorded.send(&own, full("2026-12-20")).unwrap();
    recorded.send(&prefecture, full("2026-12-20")).unwrap();
    let again = recorded.send(&prefecture, full("2026-12-20"));
    assert_eq!(again, Err(Rejection::NothingChanges {}));
    let refused = recorded.send(&own, free(None));
    assert!(
        matches!(refused, Err(Rejection::WiderTierDecides { .. })),
        "{refused:?}"
    );
}

#[test]
fn given_a_day_in_the_past_when_a_unit_is_marked_full_until_it_then_it_is_refused() {
    let own = actor("unit-administrator", COUNTY, "legal-aid");
    let refused = Recorded::default().send(&own, full("2026-11-27"));
    let (first_day, last_day) = (day(TODAY), day("2026-11-27"));
    assert_eq!(
        refused,
        Err(Rejection::EndsBeforeItBegins {
            first_day,
            last_day
        })
    );
}
