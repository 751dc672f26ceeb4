//! Erasure waits for the end of a retention period that an authority has confirmed.

use super::*;

/// Where the bureau has put its approved period for legal aid.
fn confirmed() -> World {
    let period = "\n[[retention]]\nitems = [\"legal-aid\"]\nyears = 10\nfrom = \"closed\"\nbasis = \"测试保管期限表\"\n\
                  valid_from = 2020-01-01\nstatus = \"local-promise\"\n";
    World {
        directory: Directory::built_in_with("retention.toml", period).unwrap(),
        ..world()
    }
}

/// A period that no authority has confirmed may be longer: what is erased does not come back (档案法; 公证程序规则第六十条).
#[test]
fn a_period_that_is_not_confirmed_refuses_erasure() {
    let world = world();
    let history = world.closed("2016-03-01 10:00:00", "2017-03-01 10:00:00");
    for today in ["2027-03-02", "2090-01-01"] {
        let refused = world.erase(&history, SUPERVISOR, today).unwrap_err();
        let Rejection::RetentionUnconfirmed { years, from, .. } = &refused else {
            panic!("{refused}")
        };
        assert_eq!((*years, *from), (10, RetainedFrom::Closed));
    }
    assert!(
        confirmed()
            .erase(&history, SUPERVISOR, "2027-03-02")
            .is_ok()
    );
}

/// A rule for every kind of case: that none names it is no leave to erase.
#[test]
fn an_item_without_a_rule_is_not_erased() {
    let world = world();
    let mut history = world.answered("2026-11-23 09:30:00");
    history[0].0 = world.opened_for("weddings");
    let refused = world.erase(&history, SUPERVISOR, "2090-01-01").unwrap_err();
    let item = "weddings".parse().unwrap();
    // The directory does not know it, so it has no name for it.
    let item_name = None;
    assert_eq!(refused, Rejection::NoRetentionRule { item, item_name });
    let items = world.directory.items().map(|item| &item.id);
    for item in items {
        let (place, on) = (TOWN.parse().unwrap(), "2026-11-23".parse().unwrap());
        assert!(
            world.directory.has_retention_rule(item, place, on),
            "{item}"
        );
    }
}

#[test]
fn a_retention_period_that_runs_goes_before_every_basis() {
    let world = confirmed();
    let history = world.closed("2016-03-01 10:00:00", "2017-03-01 10:00:00");
    // Ten years from closing; the three years from the referral ended long ago.
    let refused = world.erase(&history, SUPERVISOR, "2027-03-01").unwrap_err();
    let Rejection::Retained { from, last_day, .. } = &refused else {
        panic!("{refused}")
    };
    assert_eq!(*from, RetainedFrom::Closed);
    assert_eq!(last_day.to_string(), "2027-03-01");
    assert!(refused.to_string().contains("until 2027-03-01"));

    let events = world.erase(&history, SUPERVISOR, "2027-03-02").unwrap();
    let [Event::Erased(erased)] = &events[..] else {
        panic!("{events:?}")
    };
    let days: Vec<String> = erased
        .retention
        .iter()
        .map(|period| period.last_day.to_string())
        .collect();
    assert_eq!(days, ["2019-03-01", "2027-03-01"], "every period is named");
}
