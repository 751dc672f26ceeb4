//! Who works an item for a place, and why the others do not.

mod capacity;
mod equally_near;
mod jurisdiction;

use onestop_directory::{Directory, NoRoute, RouteQuery, Site, Unroutable};
use onestop_proto::{
    division::Tier,
    ids::{ServiceItem, UnitId},
    legal_aid::Organ,
    routing::{Excluded, ExclusionReason, PlaceKind, Route, Urgency, Verdict},
};

use crate::{built_in, code, day, folder::Folder, kind};

const VILLAGE: &str = "530821101201";

/// What differs from an unburdened day in March.
#[derive(Clone, Copy)]
struct Query<'a> {
    item: &'a str,
    topic: &'a str,
    place: &'a str,
    on: &'a str,
    place_kind: Option<PlaceKind>,
    sent_away: &'a [UnitId],
    excluded: &'a [Excluded],
    urgency: Urgency,
    organ: Option<Organ>,
    load: &'a dyn Fn(&UnitId) -> u32,
}

impl Default for Query<'_> {
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
            organ: None,
            load: &|_| 0,
        }
    }
}

fn route(directory: &Directory, query: &Query<'_>) -> Result<Route, NoRoute> {
    directory.route(&RouteQuery {
        organ: query.organ,
        item: &query.item.parse().unwrap(),
        topic: &query.topic.parse().unwrap(),
        place: code(query.place),
        on: day(query.on),
        place_kind: query.place_kind,
        sent_away: query.sent_away,
        excluded: query.excluded,
        urgency: query.urgency,
        load: query.load,
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
        &Query {
            load: &|_| 7,
            ..Query::default()
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
        &Query {
            sent_away: &county,
            ..Query::default()
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
        &Query {
            sent_away: &both,
            ..Query::default()
        },
    )
    .unwrap_err();
    assert!(matches!(none.why, Unroutable::NoUnitAvailable { .. }));
    assert_eq!(none.candidates.len(), 2);
    assert_eq!(none.directory, directory.version());
}

#[test]
fn a_closed_site_is_passed_over_for_as_long_as_it_is_closed() {
    let closed = "\n[[override]]\ndivision = \"530821\"\nstate = \"suspended\"\nfrom = 2026-03-01\n\
                  until = 2026-03-31\nreason = { zh = \"搬迁\", en = \"moving\" }\n";
    let directory = Folder::small().append("sites.toml", closed).load().unwrap();
    let during = route(&directory, &Query::default()).unwrap();
    assert_eq!(
        verdicts(&during),
        [(2, Verdict::ClosedThatDay), (3, Verdict::Chosen)]
    );
    let after = route(
        &directory,
        &Query {
            on: "2026-04-01",
            ..Query::default()
        },
    )
    .unwrap();
    assert_eq!(after.chosen, unit(&directory, "530821", "legal-aid"));
}

#[test]
fn a_question_is_answered_at_the_window() {
    let directory = built_in();
    let query = Query {
        item: "consultation",
        topic: "land",
        ..Query::default()
    };
    let route = route(directory, &query).unwrap();
    assert_eq!(route.chosen, unit(directory, VILLAGE, "window"));
    assert_eq!(route.candidates.len(), 4);
}

#[test]
fn what_is_unknown_is_named() {
    let directory = built_in();
    let why = |query: Query<'_>| route(directory, &query).unwrap_err();
    let item = why(Query {
        item: "weddings",
        ..Query::default()
    });
    assert!(item.candidates.is_empty());
    assert_eq!(
        item.to_string(),
        "there is no item 'weddings'. Known: legal-aid, notarization, mediation, consultation, \
         other-body"
    );
    let topic = why(Query {
        topic: "weddings",
        ..Query::default()
    });
    assert!(
        topic
            .to_string()
            .starts_with("'legal-aid' has no topic 'weddings'. Known: state-compensation, ")
    );
    let place = why(Query {
        place: "530899",
        ..Query::default()
    });
    assert!(matches!(place.why, Unroutable::UnknownPlace { .. }));
    let nobody = why(Query {
        item: "notarization",
        topic: "will",
        place: "5308",
        ..Query::default()
    });
    let item = ServiceItem::notarization();
    assert_eq!(
        nobody.why,
        Unroutable::NoResponsibleUnit {
            item,
            place: code("5308")
        }
    );
}

#[test]
fn every_division_below_the_province_has_somebody_for_legal_aid() {
    let directory = built_in();
    let (item, topic) = (ServiceItem::legal_aid(), "other".parse().unwrap());
    let below = |site: &&Site| site.division.tier() > Tier::Province;
    for site in directory.sites().filter(below) {
        let (place, on) = (site.division, day("2026-03-04"));
        let query = RouteQuery {
            organ: None,
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

#[test]
fn the_unit_of_the_other_side_is_excluded() {
    let directory = built_in();
    let county = Excluded {
        unit: unit(directory, "530821", "legal-aid"),
        reason: ExclusionReason::OtherParty,
    };
    let query = Query {
        excluded: std::slice::from_ref(&county),
        // Whatever else speaks against it, this is said.
        sent_away: std::slice::from_ref(&county.unit),
        urgency: Urgency::Urgent,
        ..Query::default()
    };
    let route = route(directory, &query).unwrap();
    assert_eq!(route.chosen, unit(directory, "5308", "legal-aid"));
    assert_eq!(
        verdicts(&route),
        [(2, Verdict::ConflictOfInterest), (3, Verdict::Chosen)]
    );
    let why = route.candidates[0].why.as_ref().unwrap();
    assert_eq!(why.zh, "已为对方当事人办理");
}
