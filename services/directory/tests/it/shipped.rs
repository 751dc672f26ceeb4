//! What is shipped: the counts, the names, and that nothing collides.

use std::collections::{BTreeMap, BTreeSet};

use onestop_directory::{SiteForm, SiteStanding};
use onestop_proto::{division::Tier, ids::ServiceItem};

use crate::{built_in, code, day, folder::Folder, kind};

#[test]
fn all_divisions_of_yunnan() {
    let mut count: BTreeMap<Tier, usize> = BTreeMap::new();
    for division in built_in().divisions() {
        *count.entry(division.tier()).or_default() += 1;
    }
    assert_eq!(
        count.into_values().collect::<Vec<_>>(),
        [1, 16, 129, 1461, 14888]
    );
}

/// What a reader of the data should know is told in the reader's language.
#[test]
fn every_note_of_a_limit_is_in_both_languages() {
    let chinese = |text: &str| text.chars().filter(|sign| *sign > '\u{2e80}').count();
    let notes = built_in().standards().filter_map(|one| one.note.as_ref());
    let notes: Vec<_> = notes.collect();
    assert!(notes.len() > 40, "{}", notes.len());
    for note in notes {
        assert!(chinese(&note.zh) > 3, "{}", note.zh);
        assert!(chinese(&note.en) < note.en.len() / 4, "{}", note.en);
    }
}

#[test]
fn names_are_no_keys() {
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    for division in built_in()
        .divisions()
        .filter(|division| division.tier() == Tier::Township)
    {
        *seen.entry(&division.name).or_default() += 1;
    }
    assert_eq!(seen.values().filter(|count| **count > 1).count(), 60);
}

#[test]
fn every_division_has_a_site_with_a_window() {
    let directory = built_in();
    assert_eq!(directory.sites().count(), 16_495);
    let ids: BTreeSet<_> = directory.sites().map(|site| &site.id).collect();
    assert_eq!(ids.len(), 16_495);
    for site in directory.sites() {
        assert_eq!(directory.site(&site.id), Some(site));
        assert_eq!(directory.site_at(site.division), Some(site));
        let window = directory.unit_at(site.division, &kind("window")).unwrap();
        assert_eq!(directory.unit(&window.id), Some(window));
        assert_eq!(window.id.site(), site.id.as_str());
    }
    let count = |wanted: &str| {
        let units = directory.sites().flat_map(|site| directory.units_of(site));
        units.filter(|unit| unit.kind.as_str() == wanted).count()
    };
    assert_eq!(
        [count("window"), count("legal-aid"), count("notarization")],
        // Of legal aid one is the province's, and one a special station, beside its county's own agency.
        [16_495, 147, 129]
    );
}

#[test]
fn names() {
    let directory = built_in();
    let site = |text: &str| directory.site_at(code(text)).unwrap();
    assert_eq!(site("530821101").name, "宁洱镇公共法律服务中心");
    assert_eq!(site("530821101").form, SiteForm::Centre);
    assert_eq!(site("530821101201").name, "新塘村公共法律服务站");
    assert_eq!(site("530821101001").name, "凤阳社区公共法律服务站");
    // 新村 is the village, not 新村村.
    assert_eq!(site("530128108207").name, "新村公共法律服务站");
    assert_eq!(site("530821101201").form, SiteForm::Station);
    let unit = |text: &str, wanted: &str| directory.unit_at(code(text), &kind(wanted)).unwrap();
    assert_eq!(
        unit("530821", "legal-aid").name,
        "宁洱哈尼族彝族自治县法律援助中心"
    );
    assert_eq!(
        unit("530821", "notarization").name,
        "宁洱哈尼族彝族自治县公证处"
    );
    assert_eq!(
        unit("530821101", "window").name,
        "宁洱镇公共法律服务中心窗口"
    );
    assert_eq!(
        directory.full_name(code("530821101")),
        "普洱市宁洱哈尼族彝族自治县宁洱镇"
    );
    assert_eq!(directory.full_name(code("53")), "云南省");
    assert_eq!(directory.full_name(code("540000")), "西藏自治区");
    assert_eq!(directory.full_name(code("510104")), "四川省（510104）");
    assert_eq!(directory.full_name(code("990000")), "990000000000");
    let villages = directory
        .sites()
        .filter(|site| site.form == SiteForm::Station);
    for village in villages {
        assert!(
            !village.name.contains("委员会") || village.name.contains('（'),
            "{}",
            village.name
        );
    }
}

#[test]
fn windows_receive_what_others_work() {
    let directory = built_in();
    assert!(directory.offers(&ServiceItem::legal_aid(), code("530821101201")));
    assert!(!directory.offers(&ServiceItem::legal_aid(), code("53")));
    assert!(!directory.offers(&"weddings".parse().unwrap(), code("530821")));
    let item = directory.item(&ServiceItem::notarization()).unwrap();
    let of = |topic: &str| {
        item.jurisdiction_of(&topic.parse().unwrap())
            .rule
            .en
            .clone()
    };
    assert!(of("inheritance-real-estate").contains("where the real estate lies"));
    assert!(of("will").contains("residence"));
    assert_eq!(directory.items().count(), 5);
    assert_eq!(directory.unit_types().len(), 11);
}

#[test]
fn finding_a_division() {
    let directory = built_in();
    let names = |text: &str, limit: usize| -> Vec<String> {
        let found = directory.find(text, limit).into_iter();
        found
            .map(|division| directory.full_name(division.code))
            .collect()
    };
    let county = "普洱市宁洱哈尼族彝族自治县";
    assert_eq!(names("宁洱县", 1), [county]);
    assert_eq!(names("宁洱哈尼族彝族自治县", 1), [county]);
    assert_eq!(
        names("宁洱", 2),
        [county.to_owned(), format!("{county}宁洱镇")]
    );
    assert_eq!(names("大理州", 1), ["大理白族自治州"]);
    let town = [format!("{county}宁洱镇")];
    for text in [
        "宁洱镇",
        "普洱 宁洱镇",
        "宁洱县 宁洱镇",
        "宁洱县宁洱镇",
        "普洱市宁洱县宁洱镇",
        &town[0],
    ] {
        assert_eq!(names(text, 1), town, "{text}");
    }
    assert_eq!(names("530821", 1), [county]);
    assert_eq!(names("530821101000", 9), town);
    assert_eq!(
        directory.find("530821", 999).len(),
        directory.find("5308211", 999).len() + directory.find("5308212", 999).len() + 1
    );
    assert_eq!(names("勐 勐先镇", 1), Vec::<String>::new());
    assert_eq!(names("县", 3).len(), 3);
    for nothing in ["", "  ", "瓦坎达", "99", "自县", "州"] {
        assert!(
            names(nothing, 5).iter().all(|name| name.contains(nothing)),
            "{nothing}"
        );
    }
    assert_eq!(directory.find("宁洱县", 0).len(), 0);
}

#[test]
fn children_are_one_tier_below() {
    let directory = built_in();
    assert_eq!(directory.children(code("53")).count(), 16);
    assert_eq!(directory.children(code("530821")).count(), 9);
    assert_eq!(directory.children(code("530821101201")).count(), 0);
}

#[test]
fn a_site_can_be_planned_on_trial_or_closed() {
    let entry = |state: &str, from: &str, until: &str| {
        format!(
            "\n[[override]]\ndivision = \"530821\"\nstate = \"{state}\"\nfrom = {from}\nuntil = {until}\n\
             reason = {{ zh = \"修缮\", en = \"repairs\" }}\n"
        )
    };
    let folder = Folder::small()
        .append("sites.toml", &entry("planned", "2025-01-01", "2025-12-31"))
        .append("sites.toml", &entry("pilot", "2026-01-01", "2026-02-28"))
        .append(
            "sites.toml",
            &entry("suspended", "2026-03-01", "2026-03-31"),
        );
    let directory = folder.load().unwrap();
    let site = directory.site_at(code("530821")).unwrap();
    let why = |on: &str| match directory.site_standing(site, day(on)) {
        SiteStanding::Open => String::new(),
        SiteStanding::Closed { why } => why.zh,
    };
    assert_eq!(why("2015-12-31"), "2016年1月1日起设立");
    assert_eq!(why("2016-01-01"), "");
    assert_eq!(why("2025-12-31"), "拟建：修缮");
    assert_eq!(why("2026-01-01"), "");
    assert_eq!(why("2026-03-01"), "暂停服务：修缮");
    assert_eq!(why("2026-03-31"), "暂停服务：修缮");
    assert_eq!(why("2026-04-01"), "");
}

#[test]
fn the_version_follows_the_contents() {
    let small = Folder::small().load().unwrap();
    assert_eq!(small.version(), Folder::small().load().unwrap().version());
    assert_eq!(small.version().len(), 16);
    assert_ne!(small.version(), built_in().version());
    let commented = Folder::small()
        .append("calendar.toml", "# seen\n")
        .load()
        .unwrap();
    assert_ne!(small.version(), commented.version());
}

/// What the files say of a row: where it comes from, and whether that was compared.
fn check_row(place: &str, row: &toml::Table) {
    let said = |key: &str| {
        let value = row.get(key).and_then(toml::Value::as_str);
        value.unwrap_or_default().trim()
    };
    let source = ["basis", "source"].map(said);
    assert!(
        source.iter().any(|source| !source.is_empty()),
        "{place} lacks its source: {row:?}"
    );
    let status = said("status");
    assert!(
        ["statute", "local-promise", "unconfirmed"].contains(&status),
        "{place} lacks its status: {row:?}"
    );
    // What is to be confirmed (待确认) is no statute.
    let open = source.iter().any(|source| source.contains("待确认"));
    assert!(!open || status != "statute", "{place}: {row:?}");
}

/// Every row names its source and how sure it is: a limit its law, a holiday its notice, a unit what says that there is one.
#[test]
fn every_row_has_its_source_and_status() {
    // Names by which people call steps and material, and a list of unit ids, claim nothing of the law.
    let names = ["step", "material", "late-entry"];
    let mut count = 0;
    for file in [
        "standards.toml",
        "items.toml",
        "calendar.toml",
        "retention.toml",
    ] {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../deploy/directory");
        let text = std::fs::read_to_string(format!("{folder}/{file}")).unwrap();
        let all: toml::Table = text.parse().unwrap();
        for (key, value) in &all {
            if names.contains(&key.as_str()) {
                continue;
            }
            let place = format!("{file} {key}");
            let single = value.as_table().into_iter();
            let rows = value.as_array().into_iter().flatten();
            let rows = rows.map(|row| row.as_table().unwrap());
            for row in single.chain(rows) {
                check_row(&place, row);
                count += 1;
            }
        }
    }
    assert!(count >= 100, "{count}");
}
