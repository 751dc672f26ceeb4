//! Topics that a law begins and ends (事项类别的施行日期): none is chosen on another day, and a case that was opened about one goes on.

use onestop_directory::Directory;
use onestop_proto::case::{About, Correct, Event, Rejection, RequestReferral};

use super::*;
use crate::domain::{Decision, Reference};

/// A topic of March 2026; the cases are of November.
const ENDED: &str = "
[[item.topic]]
id = \"trial\"
name = { zh = \"试验\", en = \"trial\" }
valid_from = 2026-03-01
valid_to = 2026-03-31
";
const OTHER_TOWN: &str = "530821102000";

fn world_of_ended_topic() -> World {
    World {
        directory: Directory::built_in_with("items.toml", ENDED).unwrap(),
        ..world()
    }
}

fn opened_about(world: &World, topic: &str) -> Event {
    let Event::Opened(mut opened) = world.opened_for("other-body") else {
        panic!("a case begins with its opening")
    };
    opened.topic = topic.parse().unwrap();
    opened.into()
}

fn refer(place: Option<&str>, other: Option<&str>) -> RequestReferral {
    let about = |topic: &str| About {
        item: "other-body".parse().unwrap(),
        topic: topic.parse().unwrap(),
    };
    RequestReferral {
        place: place.map(|place| place.parse().unwrap()),
        other: other.map(about),
    }
}

fn correct(place: Option<&str>, topic: Option<&str>) -> Correct {
    Correct {
        place: place.map(|place| place.parse().unwrap()),
        topic: topic.map(|topic| topic.parse().unwrap()),
        ..correction()
    }
}

#[test]
fn a_case_goes_on_about_its_topic_after_that_has_ended() {
    let world = world_of_ended_topic();
    let history = [opened_about(&world, "trial")];
    for refer in [refer(None, None), refer(Some(OTHER_TOWN), None)] {
        let referred = world.after(&history).when(refer);
        assert!(referred.is_ok(), "{referred:?}");
    }
    let corrected = world
        .after(&history)
        .with(Reference::EventOfCase)
        .when(correct(Some(OTHER_TOWN), None));
    assert!(corrected.is_ok(), "{corrected:?}");
}

#[test]
fn a_topic_that_has_ended_is_not_chosen_later() {
    let world = world_of_ended_topic();
    let history = [opened_about(&world, "police-matter")];
    let is_unknown = |refused: Decision| match refused {
        Err(Rejection::UnknownTopic { topics, .. }) => !topics.contains("trial"),
        Ok(_) | Err(_) => false,
    };
    let opening = open("other-body", "trial", TOWN);
    assert!(is_unknown(world.after(&[]).when(opening)));
    let referred = world.after(&history).when(refer(None, Some("trial")));
    assert!(is_unknown(referred));
    for place in [None, Some(OTHER_TOWN)] {
        let corrected = world
            .after(&history)
            .with(Reference::EventOfCase)
            .when(correct(place, Some("trial")));
        assert!(is_unknown(corrected), "{place:?}");
    }
}
