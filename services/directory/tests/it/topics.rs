//! Topics that a law begins or ends (事项类别的施行日期).

use onestop_directory::Directory;

use crate::{built_in, day};

/// 云南省法律援助条例, in force 2026-01-01: loss of property from all kinds of accident, and accidents by faulty products.
#[test]
fn the_topics_of_the_regulation_of_2026_begin_with_it() {
    let item = built_in().item(&"legal-aid".parse().unwrap()).unwrap();
    for topic in ["product-quality", "accident-property"] {
        let id = topic.parse().unwrap();
        assert!(item.topic_on(&id, day("2025-12-31")).is_none(), "{topic}");
        assert!(item.topic_on(&id, day("2026-01-01")).is_some(), "{topic}");
    }
    let injury = "injury".parse().unwrap();
    assert!(item.topic_on(&injury, day("2022-01-01")).is_some());
}

#[test]
fn a_topic_ends_with_its_last_day_and_never_before_it_begins() {
    let topic = |days: &str| {
        let more = format!(
            "\n[[item.topic]]\nid = \"trial\"\nname = {{ zh = \"试验\", en = \"trial\" }}\n{days}\n"
        );
        Directory::built_in_with("items.toml", &more)
    };
    let directory = topic("valid_from = 2026-03-01\nvalid_to = 2026-03-31").unwrap();
    let item = directory.item(&"other-body".parse().unwrap()).unwrap();
    let is = |on: &str| item.topic_on(&"trial".parse().unwrap(), day(on)).is_some();
    assert_eq!(
        ["2026-02-28", "2026-03-01", "2026-03-31", "2026-04-01"].map(is),
        [false, true, true, false]
    );
    // What a list offers on a day is what is taken then.
    let offers = |on: &str| {
        let mut listed = item.topics_on(day(on));
        listed.any(|topic| topic.id.as_str() == "trial")
    };
    assert!(offers("2026-03-31") && !offers("2026-04-01"));
    let refused = topic("valid_from = 2026-03-02\nvalid_to = 2026-03-01").unwrap_err();
    assert!(
        refused
            .to_string()
            .starts_with("built-in items.toml, line "),
        "{refused}"
    );
}
