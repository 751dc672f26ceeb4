//! What those want to know who go to a site: where it is, when it is open, what to bring, who works their matter.

use onestop_directory::{Directory, Hours, SiteState};

use crate::{built_in, code, day, folder::Folder, sites::described};

fn hours(directory: &Directory, place: &str, on: &str) -> Option<Vec<String>> {
    let site = directory.site_at(code(place)).unwrap();
    let open = directory.opening(site, day(on))?;
    Some(open.iter().map(Hours::to_string).collect())
}

fn next(directory: &Directory, place: &str, after: &str) -> Option<String> {
    let site = directory.site_at(code(place)).unwrap();
    let next = directory.next_opening(site, day(after));
    next.map(|day| day.to_string())
}

#[test]
fn a_day_has_its_hours_and_the_next_day_of_opening() {
    let directory = described();
    let open = |on| hours(&directory, "530821", on);
    // A Wednesday, a Saturday, a Sunday.
    assert_eq!(open("2026-03-04").unwrap(), ["09:00–12:00", "14:00–17:30"]);
    assert_eq!(open("2026-03-07").unwrap(), ["09:00–11:00"]);
    assert_eq!(open("2026-03-08"), None);
    let after = |on| next(&directory, "530821", on).unwrap();
    assert_eq!(after("2026-03-04"), "2026-03-05");
    assert_eq!(after("2026-03-07"), "2026-03-09");
    // The first days of October are days off; a Saturday among them, too.
    assert_eq!(open("2026-10-01"), None);
    assert_eq!(after("2026-09-30"), "2026-10-08");
}

#[test]
fn a_site_without_hours_is_open_on_working_days_and_one_that_is_planned_is_not() {
    let directory = built_in();
    assert_eq!(
        hours(directory, "530821101201", "2026-03-04"),
        Some(Vec::new())
    );
    assert_eq!(
        next(directory, "530821101201", "2026-03-06").unwrap(),
        "2026-03-09"
    );
    let planned = directory.site_at(code("530828207")).unwrap();
    assert_eq!(
        directory.site_state(planned, day("2026-03-04")),
        SiteState::Planned
    );
    assert_eq!(hours(directory, "530828207", "2026-03-04"), None);
    assert_eq!(next(directory, "530828207", "2026-03-04"), None);
    // It opens after the last day of June 2027, a Wednesday.
    assert_eq!(
        next(directory, "530828207", "2027-06-20").unwrap(),
        "2027-07-01"
    );
}

#[test]
fn what_to_bring_and_to_pay_is_the_topics_or_else_the_items() {
    let directory = built_in();
    let aid = directory.item(&"legal-aid".parse().unwrap()).unwrap();
    let bring = |topic: &str| -> Vec<&str> {
        let topic = topic.parse().unwrap();
        let named = directory
            .materials_for((aid, Some(&topic)), code("5308"), day("2026-03-04"))
            .into_iter();
        named.map(|words| words.zh.as_str()).collect()
    };
    assert_eq!(
        bring("labour-pay"),
        ["申请表", "居民身份证", "经济困难状况说明表"]
    );
    // What often proves it is not on the list to bring.
    let proof = aid.proof(Some(&"labour-pay".parse().unwrap()));
    let proof: Vec<&str> = proof.iter().map(|paper| paper.as_str()).collect();
    assert_eq!(proof, ["wage-record", "labour-contract", "arrears-note"]);
    assert!(aid.proof(None).is_empty());
    // No means test, no statement of means.
    assert_eq!(bring("domestic-violence"), ["申请表", "居民身份证"]);
    assert!(aid.fees(None).unwrap().zh.contains("免费"));
    let notary = directory.item(&"notarization".parse().unwrap()).unwrap();
    assert_eq!(notary.fees(None), None);
    let none = directory.materials_for((notary, None), code("5308"), day("2026-03-04"));
    assert!(none.is_empty());
}

#[test]
fn who_serves_a_matter_is_found_from_the_place_upwards() {
    let directory = described();
    let on = day("2026-03-04");
    let names = |item: &str, place: &str| -> Vec<(String, Vec<&str>)> {
        let item = directory.item(&item.parse().unwrap()).unwrap();
        let serving = directory.serving(item, None, code(place), on).into_iter();
        serving
            .map(|one| {
                let workers = one.workers.iter().map(|unit| unit.kind.as_str());
                (one.site.division.short(), workers.collect())
            })
            .collect()
    };
    let aid = names("legal-aid", "530821101201");
    let places: Vec<&str> = aid.iter().map(|(place, _)| place.as_str()).collect();
    assert_eq!(places, ["530821101201", "530821101", "530821", "5308"]);
    assert_eq!(aid[0].1, [] as [&str; 0]);
    assert_eq!(aid[2].1, ["legal-aid"]);
    // The county lists its offers, and mediation is none of them.
    let mediation = names("mediation", "530821101201");
    assert!(mediation.iter().all(|(place, _)| place != "530821"));
    assert_eq!(mediation[1].1, ["mediation"]);
}

#[test]
fn address_and_telephone_of_a_site_are_told() {
    let more =
        "\n[[site]]\ndivision = \"530821\"\naddress = \"宁洱镇 1 号\"\nphone = \"0879-3231234\"\n";
    let directory = Folder::small().append("sites.toml", more).load().unwrap();
    let site = directory.site_at(code("530821")).unwrap();
    assert_eq!(site.address.as_deref(), Some("宁洱镇 1 号"));
    assert_eq!(site.phone.as_deref(), Some("0879-3231234"));
    let other = directory.site_at(code("530821101")).unwrap();
    assert_eq!((&other.address, &other.phone), (&None, &None));
}

/// A holiday is a day for nothing: that is said, and not the days of the week on which it would be offered.
#[test]
fn what_is_offered_from_monday_to_friday_is_off_on_a_holiday() {
    let site = built_in().site_at(code("530828101")).unwrap();
    let legal_aid = "legal-aid".parse().unwrap();
    let why = |on: &str| match built_in().availability(site, &legal_aid, day(on)) {
        onestop_directory::Availability::NotThatDay { why } => why.zh,
        onestop_directory::Availability::Offered { .. } => String::new(),
    };
    // A Thursday, and a Sunday.
    assert_eq!(why("2026-10-01"), "当日休息");
    assert_eq!(why("2026-03-08"), "每周一、周二、周三、周四、周五办理");
    assert_eq!(why("2026-03-09"), "");
}
