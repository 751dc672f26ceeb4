//! Which of units that are equally near is chosen.

use onestop_proto::case::SpokenLanguage;

use super::*;

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
