//! Special stations (专门站点、工作站、值班岗): several units of one kind in one division, each with a competence of its own.

use onestop_directory::{Directory, RosterStanding, RouteQuery};
use onestop_proto::{
    ids::{ServiceItem, UnitId},
    legal_aid::Organ,
    routing::{Route, Urgency, Verdict},
};

use crate::{built_in, code, day, kind};

const COUNTY: &str = "530828";
const POST: &str = "legal-aid-detention";

struct Query<'a> {
    item: ServiceItem,
    topic: &'a str,
    place: &'a str,
    organ: Option<Organ>,
    sent_away: &'a [UnitId],
    load: u32,
}

/// Help asked for by the letter of an organ.
fn help(organ: Option<Organ>) -> Query<'static> {
    Query {
        item: ServiceItem::legal_aid(),
        topic: "duty-lawyer-help",
        place: COUNTY,
        organ,
        sent_away: &[],
        load: 0,
    }
}

fn route(directory: &Directory, query: &Query<'_>) -> Route {
    let post = directory.unit_named(code(COUNTY), &kind(POST));
    let load = |unit: &UnitId| {
        let is_post = post.is_some_and(|post| post.id == *unit);
        if is_post { query.load } else { 0 }
    };
    let routed = directory.route(&RouteQuery {
        item: &query.item,
        topic: &query.topic.parse().unwrap(),
        place: code(query.place),
        place_kind: None,
        on: day("2026-03-04"),
        sent_away: query.sent_away,
        excluded: &[],
        urgency: Urgency::Ordinary,
        organ: query.organ,
        load: &load,
    });
    routed.unwrap()
}

fn post(directory: &Directory) -> UnitId {
    let post = directory.unit_named(code(COUNTY), &kind(POST)).unwrap();
    post.id.clone()
}

fn agency(directory: &Directory) -> UnitId {
    let own = directory.unit_at(code(COUNTY), &kind("legal-aid")).unwrap();
    own.id.clone()
}

/// 法律援助法 art. 30: duty lawyers are posted where people are held. What the place asks for goes to its post first, and the
/// county's own agency comes next.
#[test]
fn a_post_in_a_detention_centre_is_asked_first_for_what_it_is_there_for() {
    let directory = built_in();
    let (post, agency) = (post(directory), agency(directory));
    assert_ne!(post, agency);
    let routed = route(directory, &help(Some(Organ::Custody)));
    assert_eq!(routed.chosen, post);
    assert!(routed.rule.zh.contains("专门站点"), "{}", routed.rule.zh);
    let next = &routed.candidates[1];
    assert_eq!((&next.unit, next.verdict), (&agency, Verdict::Farther));
    assert!(next.why.as_ref().unwrap().zh.contains("专门站点"));
    assert_eq!((routed.candidates[0].distance, next.distance), (0, 0));

    // However much it has to do, it is asked before the agency; having sent the case away, it is not asked again.
    let busy = Query {
        load: 50,
        ..help(Some(Organ::Police))
    };
    assert_eq!(route(directory, &busy).chosen, post);
    let sent_away = [post];
    let again = Query {
        sent_away: &sent_away,
        ..help(Some(Organ::Custody))
    };
    assert_eq!(route(directory, &again).chosen, agency);
}

/// Every other topic, and the same help asked for by another organ or by the person, stays with the county's agency.
#[test]
fn a_post_takes_no_other_case_over() {
    let directory = built_in();
    let (post, agency) = (post(directory), agency(directory));
    let item = directory.item(&ServiceItem::legal_aid()).unwrap();
    let topics = item.topics.iter().map(|topic| topic.id.as_str());
    let mut walked = 0;
    for topic in topics {
        for organ in [None, Some(Organ::Court), Some(Organ::Custody)] {
            let is_its_own = topic == "duty-lawyer-help" && organ == Some(Organ::Custody);
            let routed = route(
                directory,
                &Query {
                    topic,
                    ..help(organ)
                },
            );
            let named = routed.candidates.iter().any(|one| one.unit == post);
            assert_eq!(named, is_its_own, "{topic} {organ:?}");
            assert_eq!(routed.chosen == agency, !is_its_own, "{topic} {organ:?}");
            walked += 1;
        }
    }
    assert!(walked > 30, "{walked}");
}

#[test]
fn a_full_post_sends_on_to_the_agency_and_a_closed_hall_closes_no_post() {
    let more = format!(
        "\n[[override]]\ndivision = \"{COUNTY}000000\"\nstate = \"suspended\"\nfrom = 2026-03-01\n\
         reason = {{ zh = \"修缮\", en = \"repairs\" }}\n"
    );
    let directory = Directory::built_in_with("sites.toml", &more).unwrap();
    let routed = route(&directory, &help(Some(Organ::Custody)));
    assert_eq!(routed.chosen, post(&directory));
    assert_eq!(routed.candidates[1].verdict, Verdict::ClosedThatDay);

    let station = station("530824", "detention", "legal-aid", "duty-lawyer-help");
    let limited = format!("{station}capacity = 1\n");
    let directory = Directory::built_in_with("sites.toml", &limited).unwrap();
    let place = "530824";
    let full = directory.unit_named(code(place), &kind(POST)).unwrap();
    let routed = directory.route(&RouteQuery {
        item: &ServiceItem::legal_aid(),
        topic: &"duty-lawyer-help".parse().unwrap(),
        place: code(place),
        place_kind: None,
        on: day("2026-03-04"),
        sent_away: &[],
        excluded: &[],
        urgency: Urgency::Ordinary,
        organ: None,
        load: &|unit| u32::from(*unit == full.id),
    });
    let routed = routed.unwrap();
    let own = directory.unit_at(code(place), &kind("legal-aid")).unwrap();
    assert_eq!(routed.chosen, own.id);
    assert_eq!(routed.candidates[0].verdict, Verdict::AtCapacity);
}

/// A `[[site]]` with one station.
fn station(place: &str, id: &str, unit: &str, topic: &str) -> String {
    let item = if unit == "notarization" {
        "notarization"
    } else {
        "legal-aid"
    };
    format!(
        "\n[[site]]\ndivision = \"{place}\"\n{}",
        further(id, unit, item, topic)
    )
}

fn further(id: &str, unit: &str, item: &str, topic: &str) -> String {
    format!(
        "\n[[site.station]]\nkind = \"{unit}\"\nid = \"{id}\"\nname = \"试验站\"\nitem = \"{item}\"\n\
         topics = [\"{topic}\"]\nsource = \"试验\"\nstatus = \"unconfirmed\"\n"
    )
}

/// 公证法: offices are not layered by division; a prefecture can have one, for what it is approved for.
#[test]
fn a_prefecture_has_a_notary_office_where_the_data_say_so() {
    let office = station("5308", "first", "notarization", "will");
    let directory = Directory::built_in_with("sites.toml", &office).unwrap();
    let county = directory.unit_at(code("530821"), &kind("notarization"));
    let sent_away = [county.unwrap().id.clone()];
    let will = Query {
        item: ServiceItem::notarization(),
        topic: "will",
        place: "530821",
        sent_away: &sent_away,
        ..help(None)
    };
    let prefecture = directory.unit_named(code("5308"), &kind("notarization-first"));
    assert_eq!(route(&directory, &will).chosen, prefecture.unwrap().id);
    let first = Query {
        sent_away: &[],
        ..will
    };
    assert_eq!(route(&directory, &first).chosen, sent_away[0]);
    // It is no notary office of the division's own: none is looked for at a prefecture.
    assert!(
        directory
            .unit_at(code("5308"), &kind("notarization"))
            .is_none()
    );
}

/// One division can have many, each with people of its own.
#[test]
fn a_division_has_several_posts_and_each_its_people() {
    let mut more = station("530824", "detention", "legal-aid", "duty-lawyer-help");
    more.push_str(&further(
        "court",
        "legal-aid",
        "legal-aid",
        "duty-lawyer-help",
    ));
    more.push_str(
        "\n[[person]]\nid = \"tao-yu\"\ndivision = \"530824000000\"\nkind = \"legal-aid\"\nstation = \"court\"\n\
         valid_from = 2026-01-01\nsource = \"试验\"\nstatus = \"unconfirmed\"\n",
    );
    let directory = Directory::built_in_with("sites.toml", &more).unwrap();
    let named = |name: &str| directory.unit_named(code("530824"), &kind(name)).unwrap();
    let (detention, court) = (named("legal-aid-detention"), named("legal-aid-court"));
    let own = named("legal-aid");
    assert!(own.station.is_none());
    assert_eq!((&detention.kind, &court.kind), (&own.kind, &own.kind));
    assert_ne!(detention.id, court.id);
    let standing = |unit: &UnitId| {
        let person = "tao-yu".parse().unwrap();
        directory.roster_standing(unit, &person, day("2026-03-04"))
    };
    assert_eq!(standing(&court.id), RosterStanding::Valid);
    assert_eq!(standing(&detention.id), RosterStanding::NotKept);
    assert_eq!(standing(&own.id), RosterStanding::NotKept);
}

#[test]
fn a_station_that_cannot_be_is_refused_with_the_mend() {
    let refused = |text: String| {
        let refused = Directory::built_in_with("sites.toml", &text).unwrap_err();
        refused.to_string()
    };
    let twice = {
        let first = station("530824", "detention", "legal-aid", "duty-lawyer-help");
        let second = further("detention", "legal-aid", "legal-aid", "other");
        format!("{first}{second}")
    };
    let long = "a".repeat(38);
    for (text, says) in [
        (twice, "listed twice"),
        (
            station("530824", &long, "legal-aid", "other"),
            "another `id` is wanted",
        ),
        (
            station("530824", "x", "legal-aid", "nonsense"),
            "its `topics` are wanted",
        ),
        (
            station("530824", "x", "barber", "other"),
            "no [[unit]] 'barber'",
        ),
    ] {
        let told = refused(text);
        assert!(told.contains(says), "{told}");
    }
}
