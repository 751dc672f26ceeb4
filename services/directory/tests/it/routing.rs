//! Who works an item for a place, and why the others do not.

mod capacity;

use onestop_directory::{Directory, NoRoute, RouteQuery, Site, Unroutable};
use onestop_proto::{
    case::SpokenLanguage,
    division::Tier,
    ids::{ServiceItem, UnitId},
    legal_aid::Organ,
    routing::{Excluded, ExclusionReason, PlaceKind, Presence, Route, Urgency, Verdict},
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
fn the_notary_is_that_of_the_county_where_the_house_lies() {
    let directory = built_in();
    let query = Query {
        item: "notarization",
        topic: "gift-real-estate",
        place: "530822",
        ..Query::default()
    };
    let route = route(directory, &query).unwrap();
    assert_eq!(route.chosen, unit(directory, "530822", "notarization"));
    assert_eq!(verdicts(&route), [(0, Verdict::Chosen)]);
    assert_eq!(
        route.basis,
        "公证法第二十五条、第二十六条；公证程序规则第十一条、第十四条"
    );
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

/// The county's agency and its window work the item: equally near.
fn county_of_two() -> Folder {
    Folder::small().replace(
        "items.toml",
        "worked_by = [{ kind = \"legal-aid\", at = [\"prefecture\", \"county\", \"province\"], own_place_at = [\"province\"] }]",
        "worked_by = [{ kind = \"legal-aid\", at = [\"county\"] }, { kind = \"window\", at = [\"county\"] }]",
    )
}

#[test]
fn equally_near_ones_are_told_apart_by_load_then_by_id() {
    let directory = county_of_two().load().unwrap();
    let agency = unit(&directory, "530821", "legal-aid");
    let window = unit(&directory, "530821", "window");
    let equal = route(&directory, &Query::default()).unwrap();
    assert_eq!(equal.chosen, agency);
    let busy_agency = |unit: &UnitId| if *unit == agency { 5 } else { 4 };
    let route = route(
        &directory,
        &Query {
            load: &busy_agency,
            ..Query::default()
        },
    )
    .unwrap();
    assert_eq!(route.chosen, window);
    assert_eq!(
        verdicts(&route),
        [(2, Verdict::Chosen), (2, Verdict::Busier)]
    );
}

/// A citizen who speaks Lahu is heard in Lahu where that makes the way no longer, and only as long as the person is there.
#[test]
fn of_equally_near_ones_one_that_speaks_the_language_is_asked_first() {
    let speaker = "
[[person]]
id = \"li-shan\"
division = \"530821\"
kind = \"window\"
languages = [\"lahu\", \"blang\"]
valid_from = 2026-01-01
valid_to = 2026-12-31
source = \"样例\"
status = \"unconfirmed\"
";
    let directory = county_of_two()
        .append("sites.toml", speaker)
        .load()
        .unwrap();
    let agency = unit(&directory, "530821", "legal-aid");
    let window = unit(&directory, "530821", "window");
    let for_speaker = |language: SpokenLanguage, on: &str| {
        let mut route = route(&directory, &Query::default()).unwrap();
        assert_eq!(route.chosen, agency);
        directory.prefer_speakers(&mut route, language, day(on));
        route
    };
    let lahu = for_speaker(SpokenLanguage::Lahu, "2026-03-04");
    assert_eq!(lahu.chosen, window);
    assert_eq!(
        verdicts(&lahu),
        [(2, Verdict::Farther), (2, Verdict::Chosen)]
    );
    assert!(lahu.rule.zh.contains("语言"), "{}", lahu.rule.zh);
    let bulang = for_speaker(SpokenLanguage::Bulang, "2026-03-04");
    assert_eq!(bulang.chosen, window);
    let wa = for_speaker(SpokenLanguage::Wa, "2026-03-04");
    assert_eq!(wa.chosen, agency);
    let later = for_speaker(SpokenLanguage::Lahu, "2027-03-04");
    assert_eq!(later.chosen, agency);
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
fn the_law_says_which_place_decides() {
    let directory = built_in();
    let house = Query {
        item: "notarization",
        topic: "inheritance-real-estate",
        place_kind: Some(PlaceKind::RealEstate),
        ..Query::default()
    };
    let found = route(directory, &house).unwrap();
    let law = found.jurisdiction.unwrap();
    assert_eq!(law.places, [PlaceKind::RealEstate]);
    assert_eq!(law.presence, Presence::AgentAllowed);
    assert_eq!(
        (found.basis, found.place_kind),
        (law.basis, house.place_kind)
    );
    assert_eq!(law.rule.zh, "由不动产所在地的公证机构受理");

    let where_she_lives = Query {
        place_kind: Some(PlaceKind::Residence),
        ..house
    };
    let refused = route(directory, &where_she_lives).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "'where the applicant lives' does not decide who is responsible for \
         'notarization/inheritance-real-estate'. By 公证法第二十五条；公证程序规则第十四条: real-estate"
    );

    // A will: several places, and only in person.
    let will = Query {
        topic: "will",
        ..where_she_lives
    };
    let law = route(directory, &will).unwrap().jurisdiction.unwrap();
    assert_eq!(law.presence, Presence::InPerson);
    assert!(law.basis.contains("第二十六条"));

    let lawsuit = Query {
        place_kind: Some(PlaceKind::CaseOrgan),
        ..Query::default()
    };
    let found = route(directory, &lawsuit).unwrap();
    assert_eq!(found.basis, "法律援助法第三十八条");
    let township = Query {
        item: "mediation",
        topic: "land",
        place_kind: Some(PlaceKind::Parties),
        ..Query::default()
    };
    let found = route(directory, &township).unwrap();
    assert_eq!(found.chosen, unit(directory, "530821101", "mediation"));
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

/// Another body has its own door: that the site is closed, or has no day for it, says nothing of it.
#[test]
fn other_bodies_are_reached_by_topic() {
    let closed = "\n[[override]]\ndivision = \"530821\"\nstate = \"suspended\"\nfrom = 2026-03-01\n\
                  reason = { zh = \"修缮\", en = \"repairs\" }\n";
    let directory = Folder::small().append("sites.toml", closed).load().unwrap();
    let to = |topic| {
        let query = Query {
            item: "other-body",
            topic,
            on: "2026-03-08",
            ..Query::default()
        };
        let route = route(&directory, &query).unwrap();
        directory.unit(&route.chosen).unwrap().name.clone()
    };
    assert_eq!(to("lawsuit"), "宁洱哈尼族彝族自治县人民法院");
    assert_eq!(to("police-matter"), "宁洱镇派出所");
    assert_eq!(to("workers-rights"), "宁洱哈尼族彝族自治县总工会");
    assert_eq!(to("women-children"), "宁洱哈尼族彝族自治县妇女联合会");
    assert_eq!(to("government-service"), "普洱市12345政务服务便民热线");
}
