//! What a bureau says of single sites: who houses them, what they offer on which day, what is spoken there.

use onestop_directory::{
    Affiliation, Availability, Directory, HostBody, NotificationChannel, SiteState,
};
use onestop_proto::{case::SpokenLanguage, ids::ServiceItem};

use crate::{built_in, code, day, folder::Folder, kind};

/// A county that moved, offers legal aid on working days and a notary on Tuesdays.
const DESCRIBED: &str = r#"
[[site]]
division = "530821"
opened = 2018-07-01
languages = ["hani", "yi"]

[[site.host]]
body = "service-centre"
name = "宁洱县政务服务中心"
from = 2018-07-01
until = 2025-06-30

[[site.host]]
body = "peace-centre"
from = 2025-07-01

[[site.offer]]
items = ["legal-aid", "consultation"]
weekdays = ["mon", "tue", "wed", "thu", "fri"]
hours = ["14:00-17:30", "09:00-12:00"]

[[site.offer]]
items = ["consultation"]
weekdays = ["sat"]
hours = ["09:00-11:00"]

[[site.offer]]
items = ["notarization"]
weekdays = ["tue"]
from = 2026-03-01
until = 2026-03-31

[[site.unit]]
kind = "legal-aid"
capacity = 2
phone = "0879-3231234"

[[site.unit]]
kind = "court"
name = "宁洱县法院立案庭"
address = "宁洱镇"
told = "letter"
"#;

pub(crate) fn described() -> Directory {
    Folder::small()
        .append("sites.toml", DESCRIBED)
        .load()
        .unwrap()
}

/// The hours on which the county's site offers an item, or why it does not.
fn offered(directory: &Directory, item: &str, on: &str) -> String {
    let site = directory.site_at(code("530821")).unwrap();
    let item: ServiceItem = item.parse().unwrap();
    match directory.availability(site, &item, day(on)) {
        Availability::Offered { hours } => {
            let hours: Vec<String> = hours.iter().map(ToString::to_string).collect();
            hours.join(" ")
        }
        Availability::NotThatDay { why } => why.en,
    }
}

#[test]
fn what_is_offered_on_a_day() {
    let directory = described();
    let table = [
        // An ordinary Wednesday, Saturday, Sunday.
        ("legal-aid", "2026-03-04", "09:00–12:00 14:00–17:30"),
        (
            "legal-aid",
            "2026-03-07",
            "offered on Mon, Tue, Wed, Thu, Fri",
        ),
        ("consultation", "2026-03-07", "09:00–11:00"),
        (
            "consultation",
            "2026-03-08",
            "offered on Mon, Tue, Wed, Thu, Fri, Sat",
        ),
        // A Saturday and a Sunday that are worked: what is offered from Monday to Friday.
        ("legal-aid", "2026-02-14", "09:00–12:00 14:00–17:30"),
        ("legal-aid", "2026-09-20", "09:00–12:00 14:00–17:30"),
        // Of National Day, a Thursday and a Saturday.
        ("legal-aid", "2026-10-01", "a day off"),
        ("consultation", "2026-10-03", "a day off"),
        // Tuesdays of one month.
        ("notarization", "2026-03-03", ""),
        ("notarization", "2026-03-04", "offered on Tue"),
        ("notarization", "2026-04-07", "this site does not offer it"),
        ("mediation", "2026-03-04", "this site does not offer it"),
        // Before it opened.
        ("legal-aid", "2018-06-29", "exists since 2018-07-01"),
        (
            "weddings",
            "2026-03-04",
            "sites of this tier do not offer it",
        ),
    ];
    for (item, on, expected) in table {
        assert_eq!(offered(&directory, item, on), expected, "{item} on {on}");
    }
    let site = directory.site_at(code("530821")).unwrap();
    let items = |on: &str| -> Vec<&str> {
        let offered = directory.offered_at(site, day(on)).into_iter();
        offered.map(|(item, _)| item.id.as_str()).collect()
    };
    assert_eq!(
        items("2026-03-03"),
        ["legal-aid", "notarization", "consultation"]
    );
    assert_eq!(items("2026-03-07"), ["consultation"]);
}

#[test]
fn a_site_of_which_nothing_is_said_works_on_working_days() {
    let directory = Folder::small().load().unwrap();
    assert_eq!(offered(&directory, "mediation", "2026-03-04"), "");
    assert_eq!(offered(&directory, "mediation", "2026-02-14"), "");
    assert_eq!(offered(&directory, "mediation", "2026-03-07"), "a day off");
    assert_eq!(offered(&directory, "mediation", "2026-10-01"), "a day off");
    let site = directory.site_at(code("530821")).unwrap();
    assert_eq!(directory.host(site, day("2026-03-04")), None);
    assert!(directory.languages(site).is_empty());
}

#[test]
fn a_host_can_change() {
    let directory = described();
    let site = directory.site_at(code("530821")).unwrap();
    let host = |on: &str| {
        let host = directory.host(site, day(on))?;
        Some((host.body, host.name.as_deref()))
    };
    let hall = (HostBody::ServiceCentre, Some("宁洱县政务服务中心"));
    assert_eq!(host("2018-06-30"), None);
    assert_eq!(host("2025-06-30"), Some(hall));
    assert_eq!(host("2025-07-01"), Some((HostBody::PeaceCentre, None)));
    assert_eq!(
        directory.site_state(site, day("2018-06-30")),
        SiteState::Planned
    );
    assert_eq!(
        directory.site_state(site, day("2018-07-01")),
        SiteState::Operating
    );
}

#[test]
fn languages() {
    let directory = described();
    let site = directory.site_at(code("530821")).unwrap();
    let spoken = directory.languages(site).into_iter();
    let spoken: Vec<&str> = spoken.map(|words| words.zh.as_str()).collect();
    assert_eq!(spoken, ["哈尼语", "彝语"]);
    assert!(directory.speaks(site, &"yi".parse().unwrap()));
    assert!(!directory.speaks(site, &"dai".parse().unwrap()));
    let mut named = directory.all_languages();
    let (_, lahu) = named.find(|(id, _)| id.as_str() == "lahu").unwrap();
    assert_eq!(lahu.en, "Lahu");
}

#[test]
fn a_site_speaks_the_languages_that_a_case_can_need() {
    let directory = built_in();
    let listed: Vec<&str> = directory
        .all_languages()
        .map(|(id, _)| id.as_str())
        .collect();
    for id in &listed {
        let language: Result<SpokenLanguage, _> = id.parse();
        assert!(language.is_ok(), "{id}");
    }
    assert_eq!(listed.len() + 1, SpokenLanguage::ALL.len(), "all but 其他");
    // Folders of before name them, three of them otherwise.
    let before = "\n[[language]]\nid = \"blang\"\nname = { zh = \"布朗语\", en = \"Blang\" }\n\n\
                  [[site]]\ndivision = \"530826\"\nlanguages = [\"blang\", \"sui\"]\n";
    let directory = Directory::built_in_with("sites.toml", before).unwrap();
    let site = directory.site_at(code("530826")).unwrap();
    assert!(directory.speaks(site, &"bulang".parse().unwrap()));
    let spoken = directory.languages(site).into_iter();
    let spoken: Vec<&str> = spoken.map(|words| words.zh.as_str()).collect();
    assert_eq!(spoken, ["布朗语", "水语"]);
}

#[test]
fn other_bodies_are_units_too() {
    let directory = built_in();
    let unit = |place: &str, wanted: &str| directory.unit_at(code(place), &kind(wanted)).unwrap();
    let court = unit("530821", "court");
    assert_eq!(court.name, "宁洱哈尼族彝族自治县人民法院");
    assert_eq!(unit("5308", "court").name, "普洱市中级人民法院");
    // 法律援助法 art. 36, 38: the province's organs notify the province's agency.
    assert_eq!(unit("53", "court").name, "云南省高级人民法院");
    assert_eq!(unit("53", "procuratorate").name, "云南省人民检察院");
    assert_eq!(unit("530821101", "police").name, "宁洱镇派出所");
    assert_eq!(unit("5308", "hotline").name, "普洱市12345政务服务便民热线");
    assert!(court.is_outside());
    assert_eq!(
        (court.affiliation, court.notification_channel),
        (Affiliation::Outside, NotificationChannel::Slip)
    );
    // A notary office is another body as well, and reads its worklist here.
    let notary = unit("530821", "notarization");
    assert_eq!(
        (notary.is_outside(), notary.notification_channel),
        (true, NotificationChannel::Here)
    );
    assert!(!unit("530821", "legal-aid").is_outside());

    let directory = described();
    let court = directory.unit_at(code("530821"), &kind("court")).unwrap();
    assert_eq!(court.name, "宁洱县法院立案庭");
    assert_eq!(court.address.as_deref(), Some("宁洱镇"));
    assert_eq!(court.notification_channel, NotificationChannel::Letter);
    let agency = directory
        .unit_at(code("530821"), &kind("legal-aid"))
        .unwrap();
    assert_eq!(agency.capacity, Some(2));
    assert_eq!(agency.phone.as_deref(), Some("0879-3231234"));
}

#[test]
fn the_samples_say_that_they_are() {
    let directory = built_in();
    let samples = directory.sites().filter(|site| directory.is_sample(site));
    let samples: Vec<&str> = samples.map(|site| site.name.as_str()).collect();
    assert_eq!(samples.len(), 5, "{samples:?}");
    let planned = directory.site_at(code("530828207")).unwrap();
    let on_trial = directory.site_at(code("530829202")).unwrap();
    let on = day("2026-12-01");
    assert_eq!(directory.site_state(planned, on), SiteState::Planned);
    assert_eq!(directory.site_state(on_trial, on), SiteState::Pilot);
}
