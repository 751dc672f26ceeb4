//! The place that people mean by what they type.

use super::{built_in, code};

/// 新塘 in 宁洱镇; of the same name there are others, far away.
const OWN: &str = "530821101201";
const TOWN: &str = "530821101";

/// The division meant at a window, or how many may be meant.
fn meant(near: &str, text: &str) -> Result<String, usize> {
    let found = built_in().resolve_place(text, Some(code(near)), 8);
    found
        .map(|place| place.to_string())
        .map_err(|all| all.len())
}

#[test]
fn a_village_is_meant_whatever_its_kind_is_called() {
    for typed in [
        "新塘",
        "新塘村",
        "新塘村委会",
        "新塘村民委员会",
        "新塘社区",
        "新塘居委会",
        " 新塘村 ",
    ] {
        assert_eq!(meant(TOWN, typed), Ok(OWN.to_owned()), "{typed}");
        assert_eq!(meant("530821", typed), Ok(OWN.to_owned()), "{typed}");
    }
}

#[test]
fn a_chain_of_names_is_read_with_endings_or_without() {
    for typed in [
        "宁洱县宁洱镇新塘村",
        "云南省普洱市宁洱哈尼族彝族自治县宁洱镇新塘村民委员会",
        "普洱市宁洱县宁洱镇新塘",
        "普洱宁洱新塘",
        "宁洱镇新塘村委会",
        "宁洱县新塘村",
        "宁洱县 宁洱镇 新塘村",
        "宁洱县，宁洱镇，新塘社区",
        "普洱市宁洱县 新塘村",
    ] {
        // From everywhere: who names it like this means it.
        for near in [TOWN, "530802", "532929204", "53"] {
            assert_eq!(meant(near, typed), Ok(OWN.to_owned()), "{typed} at {near}");
        }
    }
    assert_eq!(meant("530802", "宁洱县"), Ok("530821000000".to_owned()));
    assert_eq!(meant(TOWN, "思茅区"), Ok("530802000000".to_owned()));
    assert_eq!(meant(TOWN, "宁洱镇"), Ok("530821101000".to_owned()));
}

#[test]
fn a_place_far_away_is_never_taken_without_asking() {
    // There is none in 思茅: the others are offered, and their own county's neighbour stands first.
    let near = Some(code("530802"));
    let found = built_in().resolve_place("新塘村委会", near, 8).unwrap_err();
    assert!(found.len() > 1 && found.contains(&code(OWN)), "{found:?}");
    assert_eq!(found[0].to_string().get(..4), Some("5308"), "{found:?}");
    // The only village of the name lies in another prefecture.
    let alone = built_in().find("鱼新塘村", 8);
    assert_eq!(alone.len(), 1);
    assert_eq!(meant(TOWN, "鱼新塘村"), Err(1));
    assert_eq!(meant("530802", "宁洱镇"), Err(1));
    assert_eq!(meant(TOWN, "瓦坎达村"), Err(0));
}

#[test]
fn two_of_one_name_in_the_county_are_asked_about_and_the_own_one_is_not() {
    let directory = built_in();
    let county = code("530822");
    let in_county = |text: &str| {
        let found = directory.find_near(text, Some(county), 20).into_iter();
        found.filter(|one| county.contains(one.code)).count()
    };
    // 新塘 in one township of 墨江 alone, whatever else is called so in the province.
    assert_eq!(in_county("新塘村"), 1);
    assert_eq!(meant("530822", "新塘村"), Ok("530822106201".to_owned()));
    // 宁洱 is a county and a town.
    assert_eq!(meant("530821", "宁洱"), Err(2));
    assert_eq!(meant(TOWN, "宁洱"), Err(2));
}
