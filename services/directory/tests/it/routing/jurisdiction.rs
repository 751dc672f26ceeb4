//! Which place the law lets decide, and which body a topic leads to.

use onestop_proto::routing::Presence;

use super::*;

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
