//! An item that has moved in at a site, and out again (事项进驻、事项撤出): what the window has taken goes on.

use onestop_directory::{Directory, RegistryChanges};
use onestop_proto::{
    case::{Correct, Event, Rejection, RequestReferral},
    registry::{self, ItemMovedIn, ItemMovedOut},
};

use super::*;
use crate::domain::Reference;

/// Counties receive and work it; townships do not.
const APPRAISAL: &str = include_str!("../../../tests/appraisal.toml");

/// A township where it has moved in on 1 November, and out again on 20 November.
fn world_of_moved_item() -> World {
    let directory = Directory::built_in_with("items.toml", APPRAISAL).unwrap();
    let site = directory.site_at(TOWN.parse().unwrap()).unwrap();
    let unit = directory.window_of(site).unwrap().id.clone();
    let mut changes = RegistryChanges::default();
    let (item, division) = ("appraisal".parse().unwrap(), site.division);
    let moved_in = ItemMovedIn {
        site: site.id.clone(),
        unit: unit.clone(),
        division,
        item,
        from: "2026-11-01".parse().unwrap(),
        decided_by: None,
    };
    let moved_out = ItemMovedOut {
        site: site.id.clone(),
        unit,
        division,
        item: moved_in.item.clone(),
        from: "2026-11-20".parse().unwrap(),
        decided_by: None,
    };
    changes.take_in(&registry::Event::from(moved_in));
    changes.take_in(&registry::Event::from(moved_out));
    World {
        directory: directory.with_changes(changes),
        ..world()
    }
}

fn correct(topic: Option<&str>, place: Option<&str>) -> Correct {
    Correct {
        place: place.map(|place| place.parse().unwrap()),
        topic: topic.map(|topic| topic.parse().unwrap()),
        ..correction()
    }
}

#[test]
fn a_case_that_was_taken_before_the_item_moved_out_is_referred_and_corrected() {
    let world = world_of_moved_item();
    let history = [world.opened_for("appraisal")];
    let refer = RequestReferral {
        place: None,
        other: None,
    };
    let referred = world.after(&history).when(refer).unwrap();
    assert!(matches!(referred.as_slice(), [Event::ReferralRequested(_)]));
    let given = || world.after(&history).with(Reference::EventOfCase);
    assert!(given().when(correct(Some("injury"), None)).is_ok());
    // Another township never received it.
    let elsewhere = given().when(correct(None, Some("530821102000")));
    assert!(matches!(elsewhere, Err(Rejection::ItemNotOffered { .. })));
}

#[test]
fn no_new_case_is_taken_once_the_item_has_moved_out() {
    let world = world_of_moved_item();
    let opening = || open("appraisal", "labour-pay", TOWN);
    let before = world.after(&[]).at("2026-11-19 09:30:00").when(opening());
    assert!(before.is_ok(), "{before:?}");
    let after = world.after(&[]).when(opening());
    assert!(matches!(after, Err(Rejection::ItemNotOffered { .. })));
}
