//! Who works an item for a place, and why the others do not.

use onestop_directory::{Directory, NoRoute, RouteQuery, Stranded};
use onestop_proto::{
    ids::{ServiceItem, UnitId},
    routing::{Excluded, PlaceKind, Route, Urgency, Verdict},
};

use crate::{built_in, code, day, folder::Folder, kind};

const VILLAGE: &str = "530821101201";

/// What differs from an unburdened day in March.
struct Asked<'a> {
    item: &'a str,
    topic: &'a str,
    place: &'a str,
    on: &'a str,
    place_kind: Option<PlaceKind>,
    sent_away: &'a [UnitId],
    excluded: &'a [Excluded],
    urgency: Urgency,
    load: &'a dyn Fn(&UnitId) -> u32,
}

impl Default for Asked<'_> {
    fn default() -> Self {
        Self {
            item: "legal-aid",
            topic: "labour-pay",
            place: VILLAGE,
            on: "2026-03-04",
            place_kind: None,
            sent_away: &[],
            excluded: &[],
            urgency: Urgency::Ordinary,
            load: &|_| 0,
        }
    }
}

fn route(directory: &Directory, asked: &Asked<'_>) -> Result<Route, NoRoute> {
    directory.route(&RouteQuery {
        item: &asked.item.parse().unwrap(),
        topic: &asked.topic.parse().unwrap(),
        place: code(asked.place),
        on: day(asked.on),
        place_kind: asked.place_kind,
        sent_away: asked.sent_away,
        excluded: asked.excluded,
        urgency: asked.urgency,
        load: asked.load,
    })
}

fn unit(directory: &Directory, place: &str, wanted: &str) -> UnitId {
    directory
        .unit_at(code(place), &kind(wanted))
        .unwrap()
        .id
        .clone()
}

fn verdicts(route: &Route) -> Vec<(u32, Verdict)> {
    route
        .candidates
        .iter()
        .map(|candidate| (candidate.distance, candidate.verdict))
        .collect()
}

#[test]
fn a_village_goes_to_its_countys_agency() {
    let directory = built_in();
    let route = route(
        directory,
        &Asked {
            load: &|_| 7,
            ..Asked::default()
        },
    )
    .unwrap();
    assert_eq!(route.chosen, unit(directory, "530821", "legal-aid"));
    assert_eq!(
        verdicts(&route),
        [(2, Verdict::Chosen), (3, Verdict::Farther)]
    );
    assert_eq!(route.candidates[0].division, code("530821"));
    assert_eq!(route.candidates[0].load, 7);
    assert_eq!(route.basis, "法律援助法第三十八条");
    assert_eq!(
        route.rule.en,
        "nearest unit up the tree from the responsible place that works the item that day"
    );
    assert_eq!(route.directory, directory.version());
}

#[test]
fn the_prefecture_is_next_when_the_county_sent_it_away() {
    let directory = built_in();
    let county = [unit(directory, "530821", "legal-aid")];
    let route = route(
        directory,
        &Asked {
            sent_away: &county,
            ..Asked::default()
        },
    )
    .unwrap();
    assert_eq!(route.chosen, unit(directory, "5308", "legal-aid"));
    assert_eq!(
        verdicts(&route),
        [(2, Verdict::SentAway), (3, Verdict::Chosen)]
    );
}

#[test]
fn nobody_is_left_when_both_sent_it_away() {
    let directory = built_in();
    let both = ["530821", "5308"].map(|place| unit(directory, place, "legal-aid"));
    let none = route(
        directory,
        &Asked {
            sent_away: &both,
            ..Asked::default()
        },
    )
    .unwrap_err();
    assert!(matches!(none.why, Stranded::NobodyLeft { .. }));
    assert_eq!(none.candidates.len(), 2);
    assert_eq!(none.directory, directory.version());
}

#[test]
fn a_closed_site_is_passed_over_for_as_long_as_it_is_closed() {
    let closed = "\n[[override]]\ndivision = \"530821\"\nstate = \"suspended\"\nfrom = 2026-03-01\n\
                  until = 2026-03-31\nreason = { zh = \"搬迁\", en = \"moving\" }\n";
    let directory = Folder::small().append("sites.toml", closed).load().unwrap();
    let during = route(&directory, &Asked::default()).unwrap();
    assert_eq!(
        verdicts(&during),
        [(2, Verdict::ClosedThatDay), (3, Verdict::Chosen)]
    );
    let after = route(
        &directory,
        &Asked {
            on: "2026-04-01",
            ..Asked::default()
        },
    )
    .unwrap();
    assert_eq!(after.chosen, unit(&directory, "530821", "legal-aid"));
}

#[test]
fn the_notary_is_that_of_the_county_where_the_house_lies() {
    let directory = built_in();
    let asked = Asked {
        item: "notarization",
        topic: "gift-real-estate",
        place: "530822",
        ..Asked::default()
    };
    let route = route(directory, &asked).unwrap();
    assert_eq!(route.chosen, unit(directory, "530822", "notarization"));
    assert_eq!(verdicts(&route), [(0, Verdict::Chosen)]);
    assert_eq!(route.basis, "公证法第二十五条；公证程序规则第十四条");
}

#[test]
fn a_question_is_answered_at_the_window() {
    let directory = built_in();
    let asked = Asked {
        item: "consultation",
        topic: "land",
        ..Asked::default()
    };
    let route = route(directory, &asked).unwrap();
    assert_eq!(route.chosen, unit(directory, VILLAGE, "window"));
    assert_eq!(route.candidates.len(), 4);
}

#[test]
fn equally_near_ones_are_told_apart_by_load_then_by_id() {
    let directory = Folder::small()
        .replace(
            "items.toml",
            "worked_by = [{ kind = \"legal-aid\", at = [\"prefecture\", \"county\"] }]",
            "worked_by = [{ kind = \"legal-aid\", at = [\"county\"] }, { kind = \"window\", at = [\"county\"] }]",
        )
        .load()
        .unwrap();
    let agency = unit(&directory, "530821", "legal-aid");
    let window = unit(&directory, "530821", "window");
    let equal = route(&directory, &Asked::default()).unwrap();
    assert_eq!(equal.chosen, agency);
    let busy_agency = |unit: &UnitId| if *unit == agency { 5 } else { 4 };
    let route = route(
        &directory,
        &Asked {
            load: &busy_agency,
            ..Asked::default()
        },
    )
    .unwrap();
    assert_eq!(route.chosen, window);
    assert_eq!(
        verdicts(&route),
        [(2, Verdict::Chosen), (2, Verdict::Busier)]
    );
}

#[test]
fn what_is_unknown_is_named() {
    let directory = built_in();
    let why = |asked: Asked<'_>| route(directory, &asked).unwrap_err();
    let item = why(Asked {
        item: "weddings",
        ..Asked::default()
    });
    assert!(item.candidates.is_empty());
    assert_eq!(
        item.to_string(),
        "there is no item 'weddings'. Known: legal-aid, notarization, mediation, consultation"
    );
    let topic = why(Asked {
        topic: "weddings",
        ..Asked::default()
    });
    assert!(
        topic
            .to_string()
            .starts_with("'legal-aid' has no topic 'weddings'. Known: state-compensation, ")
    );
    let place = why(Asked {
        place: "530899",
        ..Asked::default()
    });
    assert!(matches!(place.why, Stranded::UnknownPlace { .. }));
    let nobody = why(Asked {
        item: "notarization",
        topic: "will",
        place: "5308",
        ..Asked::default()
    });
    let item = ServiceItem::notarization();
    assert_eq!(
        nobody.why,
        Stranded::NobodyWorksIt {
            item,
            place: code("5308")
        }
    );
}

#[test]
fn every_division_below_the_province_has_somebody_for_legal_aid() {
    let directory = built_in();
    let (item, topic) = (ServiceItem::legal_aid(), "other".parse().unwrap());
    for site in directory.sites() {
        let (place, on) = (site.division, day("2026-03-04"));
        let query = RouteQuery {
            item: &item,
            topic: &topic,
            place,
            place_kind: None,
            on,
            sent_away: &[],
            excluded: &[],
            urgency: Urgency::Ordinary,
            load: &|_| 0,
        };
        let route = directory.route(&query).unwrap();
        assert!(
            directory
                .unit(&route.chosen)
                .unwrap()
                .division
                .contains(place)
        );
    }
}
