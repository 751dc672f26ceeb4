//! Units of the province and of prefectures (法律援助法 art. 12, 38; 公证法 art. 7): what comes to them, and from where.

use onestop_directory::{Directory, NoRoute, RouteQuery};
use onestop_proto::{
    ids::UnitId,
    routing::{Route, Urgency, Verdict},
};

use crate::{built_in, code, day, kind};

const PROVINCE: &str = "53";
const PREFECTURE: &str = "5308";
const COUNTY: &str = "530821";

fn route(
    directory: &Directory,
    (item, topic): (&str, &str),
    place: &str,
    sent_away: &[UnitId],
) -> Result<Route, NoRoute> {
    directory.route(&RouteQuery {
        item: &item.parse().unwrap(),
        topic: &topic.parse().unwrap(),
        place: code(place),
        place_kind: None,
        on: day("2026-03-04"),
        sent_away,
        excluded: &[],
        urgency: Urgency::Ordinary,
        organ: None,
        load: &|_| 0,
    })
}

fn unit(directory: &Directory, place: &str, of: &str) -> UnitId {
    let unit = directory.unit_at(code(place), &kind(of)).unwrap();
    unit.id.clone()
}

/// 法律援助法 art. 38: litigation goes to the agency where the case organ sits. The High Court's and the provincial organs' cases
/// go to the province's own agency.
#[test]
fn a_case_of_the_provinces_organs_goes_to_the_provinces_agency() {
    let directory = built_in();
    let agency = unit(directory, PROVINCE, "legal-aid");
    let named = directory.unit(&agency).unwrap();
    assert_eq!(named.name, "云南省法律援助中心");
    for topic in ["defence-notified", "defence-applied", "labour-pay"] {
        let routed = route(directory, ("legal-aid", topic), PROVINCE, &[]).unwrap();
        assert_eq!(
            (routed.chosen, routed.candidates.len()),
            (agency.clone(), 1),
            "{topic}"
        );
    }
    // The Department supervises it, and decides on objections to what it refused; nothing is above.
    let bureau = directory.supervisor_of(code(PROVINCE)).unwrap();
    assert_eq!(bureau.name, "云南省司法厅");
}

/// Nor does a county's case climb there because county and prefecture are busy or declined: the province's agency is not the
/// agency of that place, and a supervisor designates it.
#[test]
fn a_countys_case_does_not_climb_to_the_provinces_agency() {
    let directory = built_in();
    let province = unit(directory, PROVINCE, "legal-aid");
    let below = [COUNTY, PREFECTURE].map(|place| unit(directory, place, "legal-aid"));
    let routed = route(directory, ("legal-aid", "labour-pay"), COUNTY, &[]).unwrap();
    let candidates: Vec<&UnitId> = routed.candidates.iter().map(|one| &one.unit).collect();
    assert_eq!(candidates, [&below[0], &below[1]]);
    let none_left = route(directory, ("legal-aid", "labour-pay"), COUNTY, &below).unwrap_err();
    assert!(none_left.candidates.iter().all(|one| one.unit != province));
    let item = directory.item(&"legal-aid".parse().unwrap()).unwrap();
    let agency = directory.unit(&province).unwrap();
    assert!(item.is_work_of(&"labour-pay".parse().unwrap(), agency));
}

/// 公证法 art. 7, 25: offices are not layered by division. One that the data name at a prefecture or at the province is asked
/// where its place is the responsible one, and after the county's for the places in it.
#[test]
fn a_notary_office_of_a_prefecture_or_the_province_is_asked_where_the_data_name_it() {
    assert!(
        built_in()
            .unit_at(code(PREFECTURE), &kind("notarization"))
            .is_none()
    );
    let office = |place: &str| {
        format!(
            "\n[[site]]\ndivision = \"{place}\"\n\n[[site.unit]]\nkind = \"notarization\"\nname = \"试验公证处\"\n\
             source = \"试验\"\nstatus = \"unconfirmed\"\n"
        )
    };
    let directory = Directory::built_in_with("sites.toml", &office(PREFECTURE)).unwrap();
    let own = unit(&directory, PREFECTURE, "notarization");
    let routed = route(&directory, ("notarization", "will"), PREFECTURE, &[]).unwrap();
    assert_eq!(routed.chosen, own);
    let routed = route(&directory, ("notarization", "will"), COUNTY, &[]).unwrap();
    assert_eq!(routed.chosen, unit(&directory, COUNTY, "notarization"));
    let after = routed.candidates.last().unwrap();
    assert_eq!(
        (&after.unit, after.verdict, after.distance),
        (&own, Verdict::Farther, 1)
    );
}

/// What no unit of the province works is said, and named to no other place.
#[test]
fn the_province_mediates_nothing() {
    let refused = route(built_in(), ("mediation", "neighbours"), PROVINCE, &[]).unwrap_err();
    assert!(refused.candidates.is_empty());
}
