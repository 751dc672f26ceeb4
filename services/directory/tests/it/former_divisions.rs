//! A new list of codes: villages that merge, one that moves to another township, a code that changed twice.

use onestop_directory::{ApprovableDecision, Directory, RouteQuery};
use onestop_proto::{
    actor::Actor, clock::Limit, ids::SiteId, legal_aid::Residence, routing::Urgency,
};

use crate::{code, day, folder::Folder, kind, moment};

/// Two villages have merged into 新塘; a third has moved from another township, and had another code before that.
const FORMER: &str = "
[[former_division]]
code = \"530821101202\"
name = \"老街村民委员会\"
until = 2026-12-31
successor = \"530821101201\"

[[former_division]]
code = \"530821999201\"
name = \"坡头村民委员会\"
until = 2026-12-31
successor = \"530821998201\"

[[former_division]]
code = \"530821998201\"
name = \"坡头村民委员会\"
until = 2026-12-31
successor = \"530821101201\"

[[former_division]]
code = \"530821999000\"
name = \"老镇\"
until = 2026-12-31
successor = \"530821101000\"
";

fn after() -> Directory {
    Folder::small().append("sites.toml", FORMER).load().unwrap()
}

fn route(directory: &Directory, place: &str) -> String {
    let routed = directory.route(&RouteQuery {
        item: &"legal-aid".parse().unwrap(),
        topic: &"labour-pay".parse().unwrap(),
        place: code(place),
        place_kind: None,
        organ: None,
        on: day("2027-01-04"),
        sent_away: &[],
        excluded: &[],
        urgency: Urgency::Ordinary,
        load: &|_| 0,
    });
    routed.unwrap().chosen.to_string()
}

#[test]
fn a_code_of_before_keeps_its_name_of_then_and_has_a_successor() {
    let directory = after();
    let names = [
        (
            "530821101202",
            "普洱市宁洱哈尼族彝族自治县宁洱镇老街村民委员会",
        ),
        (
            "530821999201",
            "普洱市宁洱哈尼族彝族自治县老镇坡头村民委员会",
        ),
        (
            "530821101201",
            "普洱市宁洱哈尼族彝族自治县宁洱镇新塘村民委员会",
        ),
    ];
    for (place, name) in names {
        assert_eq!(directory.full_name(code(place)), name);
        assert_eq!(
            directory.present_division(code(place)),
            code("530821101201")
        );
    }
    let former = directory.former_division(code("530821999201")).unwrap();
    assert_eq!(former.until, day("2026-12-31"));
    // It is no division of now: nothing lists it.
    assert!(directory.division(code("530821101202")).is_none());
    assert!(directory.is_listed(code("530821101202")));
    assert!(!directory.is_listed(code("530821101209")));
}

#[test]
fn what_is_asked_at_a_code_of_before_goes_to_its_successor() {
    let directory = after();
    for place in ["530821101202", "530821999201", "530821999000"] {
        assert_eq!(route(&directory, place), route(&directory, "530821101201"));
        let site = directory.site_at(code(place)).unwrap();
        assert!(code("530821101").contains(site.division));
        assert!(directory.offers(&"legal-aid".parse().unwrap(), code(place)));
        let step = "referral.accept".parse().unwrap();
        assert_eq!(
            directory.limit(&step, code(place), day("2027-01-04")),
            directory.limit(&step, code("530821101201"), day("2027-01-04"))
        );
    }
}

/// What holds at the township that the villages lie in now.
const MEANS_LINE: &str = "
[[means_line]]
place = \"530821101\"
residence = \"urban\"
base = \"urban-allowance-month\"
percent = 200
source = \"测试\"
status = \"local-promise\"
valid_from = 2021-01-01
";
const RETENTION: &str = "
[[retention]]
items = [\"legal-aid\"]
years = 30
from = \"closed\"
basis = \"测试\"
status = \"local-promise\"
place = \"530821101\"
valid_from = 2026-01-01
";
const DAYS_OFF: &str = "
[[local]]
place = \"530821101\"
name = \"火把节\"
basis = \"测试\"
source = \"测试\"
status = \"local-promise\"
off = [{ from = 2027-01-05, to = 2027-01-06 }]
";

const APPROVAL: &str = "
[[approval]]
decisions = [\"legal-aid.refuse\"]
place = \"530821101\"
approver = \"unit\"
source = \"测试\"
status = \"local-promise\"
";

/// A village of before, in a township of before: what its present place says of means, of files, of days off and of who
/// approves holds.
#[test]
fn rules_of_a_place_hold_for_codes_of_before_too() {
    let folder = Folder::small()
        .append("sites.toml", FORMER)
        .append("items.toml", MEANS_LINE)
        .append("retention.toml", RETENTION)
        .append("calendar.toml", DAYS_OFF)
        .append("standards.toml", APPROVAL);
    let directory = folder.load().unwrap();
    let (item, on) = ("legal-aid".parse().unwrap(), day("2027-01-04"));
    let agency = directory.unit_at(code("530821"), &kind("legal-aid"));
    let agency = agency.unwrap().id.clone();
    let step = "referral.accept".parse().unwrap();
    let now = directory.limit(&step, code("530821101201"), on).unwrap();
    for place in ["530821999201", "530821101201"].map(code) {
        let line = directory.means_line(place, Residence::Urban, on);
        assert_eq!(line.map(|line| line.percent), Some(200), "{place}");
        let kept = directory.retentions(&item, place, on);
        assert!(kept.iter().any(|rule| rule.years == 30), "{place}");
        let approver = directory.approver(ApprovableDecision::RefuseAid, &agency, place);
        assert!(approver.is_some(), "{place}");
        assert!(!directory.is_working_day_at(day("2027-01-05"), place));
        // A clock that runs since before the new list names its place by the code of then.
        let limit = Limit {
            place: Some(place),
            ..now.clone()
        };
        let due = directory.due(&limit, moment("2027-01-04 10:00:00"));
        assert_eq!(due.day, day("2027-01-08"), "{place}");
    }
}

/// Two units that merge: the one that is no more keeps its id and its name, so that its staff finish its cases, and is at
/// the successor's place, whose supervisors see to them.
#[test]
fn a_unit_of_a_merged_village_is_known_by_its_name_of_then_at_the_place_of_its_successor() {
    let directory = after();
    let old_site = SiteId::derived(code("530821101202"));
    let old = format!("{old_site}.window").parse().unwrap();
    let unit = directory.unit(&old).unwrap();
    assert!(unit.name.contains("老街"), "{}", unit.name);
    assert_eq!(unit.division, code("530821101201"));
    let site = directory.site(&old_site).unwrap();
    assert_eq!(site.division, code("530821101201"));
    let window = directory.unit_at(code("530821101202"), &kind("window"));
    assert_ne!(window.unwrap().id, old, "new cases are the successor's");
    let listed = directory.units_of(site).iter().any(|known| known.id == old);
    assert!(!listed, "nothing is routed to it");
    let county = directory.unit_at(code("530821"), &kind("bureau")).unwrap();
    let supervisor: Actor = format!("supervisor/li-na@{}", county.id).parse().unwrap();
    assert!(directory.oversees(&supervisor, code("530821101202")));
}

#[test]
fn a_code_of_before_that_is_listed_or_leads_nowhere_is_refused() {
    let twice = FORMER.replace("code = \"530821101202\"", "code = \"530821101201\"");
    let refused = Folder::small().append("sites.toml", &twice).refusal();
    assert!(
        refused.contains("530821101201 is listed twice"),
        "{refused}"
    );
    let circle = FORMER.replace(
        "successor = \"530821101201\"",
        "successor = \"530821999201\"",
    );
    let refused = Folder::small().append("sites.toml", &circle).refusal();
    assert!(refused.contains("there is no division"), "{refused}");
}

/// People go on saying the names of before.
#[test]
fn a_name_or_a_code_of_before_finds_the_successor() {
    let directory = after();
    for text in ["坡头", "老街村", "530821999201", "老镇坡头"] {
        let found: Vec<_> = directory.find(text, 5).iter().map(|one| one.code).collect();
        assert_eq!(found, [code("530821101201")], "{text}");
    }
    assert!(directory.find("没有的地方", 5).is_empty());
}

/// Forms that were saved before, and programs, have the codes of then; a name is asked about.
#[test]
fn a_place_that_is_typed_as_before_leads_to_the_successor() {
    let directory = after();
    let (near, successor) = (Some(code("530821")), code("530821101201"));
    let resolve = |text: &str| directory.resolve_place(text, near, 5);
    assert_eq!(resolve("530821999201"), Ok(successor));
    assert_eq!(resolve("５３０８２１９９９２０１"), Ok(successor));
    assert_eq!(resolve("老镇坡头"), Err(vec![successor]));
    assert_eq!(resolve("没有的地方"), Err(Vec::new()));
}
