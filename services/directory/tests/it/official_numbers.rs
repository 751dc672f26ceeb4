//! The official form of a case's number (案号): every site has its own, and what is written is read.

use std::collections::HashSet;

use onestop_directory::{CaseKey, Directory};
use onestop_proto::{
    division::{DivisionCode, Tier},
    ids::{CaseNumber, SiteId},
};
use proptest::prelude::*;

use crate::{built_in, code, folder::Folder};

/// The tenth number of a day at the site that a division has, or had.
fn number_at(division: &str) -> CaseNumber {
    let site = SiteId::derived(code(division));
    format!("{site}-261129-010").parse().unwrap()
}

/// The case that a text names by its number, in either form.
fn read(directory: &Directory, typed: &str) -> Option<CaseNumber> {
    match directory.read_case(typed) {
        Ok(CaseKey::Number(number)) => Some(number),
        Ok(CaseKey::Id(_) | CaseKey::ShortCode(_)) | Err(_) => None,
    }
}

fn official(directory: &Directory, division: &str) -> String {
    directory.official_number(&number_at(division)).unwrap()
}

#[test]
fn it_names_prefecture_county_place_year_day_and_count() {
    let directory = built_in();
    for (division, form) in [
        ("5308", "普洱〔2026〕1129-010号"),
        ("530821", "普洱宁洱〔2026〕1129-010号"),
        ("530821101", "普洱宁洱宁洱镇〔2026〕1129-010号"),
        ("530821101201", "普洱宁洱新塘〔2026〕1129-010号"),
        ("530822106201", "普洱墨江新塘〔2026〕1129-010号"),
    ] {
        assert_eq!(official(directory, division), form);
    }
}

#[test]
fn every_site_has_its_own() {
    let directory = built_in();
    let mut forms = HashSet::new();
    for site in directory.sites() {
        let number: CaseNumber = format!("{}-261129-010", site.id).parse().unwrap();
        let form = directory.official_number(&number).unwrap();
        assert_eq!(read(directory, &form), Some(number));
        assert!(forms.insert(form), "{}", site.name);
    }
    assert_eq!(forms.len(), directory.sites().count());
}

/// It begins with the prefecture, so that where a case is need not be looked up.
#[test]
fn it_tells_the_prefecture() {
    let directory = built_in();
    let prefectures: Vec<(DivisionCode, String)> = directory
        .children(code("53"))
        .map(|prefecture| (prefecture.code, prefecture.name.chars().take(2).collect()))
        .collect();
    for site in directory.sites() {
        let Some(own) = site.division.at(Tier::Prefecture) else {
            continue;
        };
        let number: CaseNumber = format!("{}-261129-010", site.id).parse().unwrap();
        let form = directory.official_number(&number).unwrap();
        let named = prefectures
            .iter()
            .filter(|(_, name)| form.starts_with(name));
        let told: Vec<DivisionCode> = named.map(|(code, _)| *code).collect();
        assert_eq!(told, [own], "{form}");
    }
}

#[test]
fn it_is_read_as_people_type_it() {
    let directory = built_in();
    let number = number_at("530821101201");
    for typed in [
        "普洱宁洱新塘〔2026〕1129-010号",
        "普洱宁洱新塘〔2026〕1129-010",
        "普洱宁洱新塘（2026）1129－010號",
        "普洱宁洱新塘[2026]第1129-010号",
        "普洱宁洱新塘【２０２６】１１２９－０１０号",
        "普洱宁洱新塘《2026》1129—010 号",
        "普洱 宁洱 新塘 2026 1129 010",
        "普洱宁洱新塘2026年1129-10号",
        "宁洱新塘〔2026〕1129-010号",
        "\u{feff}宁洱新塘　〔 2026 〕　1129010",
    ] {
        let read = read(directory, typed);
        assert_eq!(read.as_ref(), Some(&number), "{typed}");
        let case = directory.read_case(typed).unwrap();
        assert_eq!(case, CaseKey::Number(number.clone()), "{typed}");
    }
    let own = directory.read_case(number.as_str()).unwrap();
    assert_eq!(own, CaseKey::Number(number));
    for other in [
        "",
        "号",
        "13987654321",
        "岩温香 13987654321",
        "宁洱新塘",
        "新塘〔2026〕1129-010号",
        "普洱宁洱新塘〔2026〕0037号",
        "普洱宁洱新塘〔2026〕1340-010号",
        "普洱宁洱新塘〔1926〕1129-010号",
        "普洱宁洱新塘〔26〕1129-010号",
        "普洱宁洱新塘〔2026〕1129-0123456789号",
    ] {
        assert_eq!(read(directory, other), None, "{other}");
        assert!(directory.read_case(other).is_err(), "{other}");
    }
}

#[test]
fn a_number_of_an_unknown_site_or_day_has_none() {
    let directory = built_in();
    let site = SiteId::derived(code("530821101201"));
    for number in [
        "s00000000-261129-010".to_owned(),
        format!("{site}-261340-010"),
    ] {
        let number = number.parse().unwrap();
        assert_eq!(directory.official_number(&number), None, "{number}");
    }
}

#[test]
fn sites_of_equal_names_are_told_apart() {
    let divisions = "\
code,name,tier
530000000000,云南省,province
530800000000,普洱市,prefecture
530821000000,宁洱哈尼族彝族自治县,county
530821101000,宁洱镇,township
530821101201,新塘村民委员会,village
530821102000,磨黑镇,township
530821102201,新塘村民委员会,village
530821102202,团结村民委员会,village
530821102203,团结社区居民委员会,village
530822000000,墨江哈尼族自治县,county
";
    let former = "
[[former_division]]
code = \"530821102209\"
name = \"新塘村民委员会\"
until = 2026-12-31
successor = \"530821102201\"

[[former_division]]
code = \"530821102210\"
name = \"把边村民委员会\"
until = 2026-12-31
successor = \"530821102201\"

[[former_division]]
code = \"530821102211\"
name = \"把边村民委员会\"
until = 2026-12-31
successor = \"530821102201\"

[[former_division]]
code = \"530821102212\"
name = \"星光村民委员会\"
until = 2026-12-31
successor = \"530821102201\"
";
    let folder = Folder::small().write("divisions.csv", divisions);
    let directory = folder.append("sites.toml", former).load().unwrap();
    for (division, name) in [
        ("530821101201", "普洱宁洱宁洱镇新塘"),
        ("530821102201", "普洱宁洱磨黑镇新塘"),
        ("530821102202", "普洱宁洱磨黑镇团结村民委员会"),
        ("530821102203", "普洱宁洱磨黑镇团结社区居民委员会"),
        ("530821102209", "普洱宁洱新塘原530821102209"),
        ("530821102210", "普洱宁洱把边原530821102210"),
        ("530821102211", "普洱宁洱把边原530821102211"),
        ("530821102212", "普洱宁洱星光"),
    ] {
        let form = official(&directory, division);
        assert_eq!(form, format!("{name}〔2026〕1129-010号"));
        let read = read(&directory, &form);
        assert_eq!(read, Some(number_at(division)), "{form}");
    }
}

proptest! {
    /// Whatever the site, the day and the count: what is written is read, with its prefecture and typed in another way.
    #[test]
    fn what_is_written_is_read(
        site in any::<prop::sample::Index>(),
        (year, month, day) in (0..100_u32, 1..=12_u32, 1..=28_u32),
        count in 1..=999_999_999_u32,
    ) {
        let directory = built_in();
        let sites: Vec<&SiteId> = directory.sites().map(|site| &site.id).collect();
        let site = sites[site.index(sites.len())];
        let number = format!("{site}-{year:02}{month:02}{day:02}-{count:03}");
        let number: CaseNumber = number.parse().unwrap();
        let form = directory.official_number(&number).unwrap();
        prop_assert_eq!(read(directory, &form), Some(number.clone()));
        let typed = form.replace('〔', "（").replace('〕', "） ").replace('号', "");
        prop_assert_eq!(read(directory, &typed), Some(number));
    }
}
