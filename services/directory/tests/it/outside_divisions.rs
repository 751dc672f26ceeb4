//! The other provinces (外省区划): where a matter may belong that no unit here works.

use crate::{built_in, code, folder::Folder};

/// 法律援助法 art. 38, 公证法 art. 25: jurisdiction does not end at a border. A unit names the province, or a place in it.
#[test]
fn a_place_of_another_province_is_known_and_named() {
    for (typed, meant, name) in [
        ("四川省", "51", "四川省"),
        ("四川", "51", "四川省"),
        (" 广西 ", "45", "广西壮族自治区"),
        ("内蒙古", "15", "内蒙古自治区"),
        ("北京", "11", "北京市"),
        ("５１", "51", "四川省"),
        ("510104", "510104", "四川省（510104）"),
        ("513400 凉山州", "513400", "四川省（513400）"),
    ] {
        let found = built_in().outside_place(typed);
        assert_eq!(found, Some(code(meant)), "{typed}");
        assert_eq!(built_in().full_name(code(meant)), name);
        assert!(built_in().is_place(code(meant)) && !built_in().is_listed(code(meant)));
    }
    for typed in ["", "四", "云南省", "530821", "99", "宁洱镇"] {
        assert_eq!(built_in().outside_place(typed), None, "{typed}");
    }
    assert!(built_in().is_place(code("530821")));
    assert!(!built_in().is_place(code("530899")) && !built_in().is_place(code("990000")));
}

#[test]
fn every_body_of_another_province_is_of_one_that_is_known() {
    for body in built_in().outside_bodies(crate::day("2026-03-02")) {
        assert!(
            built_in().outside_division(body.division).is_some(),
            "{body:?}"
        );
    }
}

#[test]
fn what_is_no_other_province_is_refused_with_its_line() {
    let first = "    { code = \"11\", name = \"北京市\" },\n";
    let with =
        |row: &str| Folder::small().replace("sites.toml", first, &format!("{first}    {row},\n"));
    for (row, expected) in [
        (
            "{ code = \"53\", name = \"云南省\" }",
            "not another province",
        ),
        (
            "{ code = \"510100\", name = \"成都市\" }",
            "not another province",
        ),
        ("{ code = \"11\", name = \"北京\" }", "110000000000"),
        ("{ code = \"90\", name = \" \" }", "900000000000"),
    ] {
        let refused = with(row).refusal();
        assert!(refused.starts_with("sites.toml, line "), "{refused}");
        assert!(refused.contains(expected), "{refused}");
    }
    let known = with("{ code = \"90\", name = \"试验省\" }").load().unwrap();
    assert_eq!(known.full_name(code("901000")), "试验省（901000）");
}

/// A folder from before they were data knows none: their codes are as unknown as they were.
#[test]
fn a_folder_without_them_knows_none() {
    let text = include_str!("../../../../deploy/directory/sites.toml");
    let begin = text.find("[outside_divisions]\n").unwrap();
    let end = begin + text[begin..].find("\n]\n").unwrap() + 3;
    let old = Folder::small()
        .replace("sites.toml", &text[begin..end], "")
        .load()
        .unwrap();
    assert_eq!(old.outside_place("四川省"), None);
    assert_eq!(old.full_name(code("51")), "510000000000");
}
