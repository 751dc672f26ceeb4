//! Catalogues: completeness, fallbacks, partial languages.

use std::{collections::BTreeSet, path::PathBuf};

use super::*;

fn ids(text: &str) -> BTreeSet<&str> {
    let heads = text
        .lines()
        .filter(|line| line.starts_with(|first: char| first.is_ascii_lowercase()));
    heads
        .filter_map(|line| line.split_once('='))
        .map(|(id, _)| id.trim())
        .collect()
}

fn default_ids() -> BTreeSet<&'static str> {
    let built_in = BUILT_IN.iter().find(|(tag, _)| *tag == DEFAULT);
    ids(built_in.unwrap().1)
}

#[test]
fn every_language_has_every_message_unless_it_names_a_fallback() {
    let known = default_ids();
    for (tag, text) in BUILT_IN {
        let mut there = ids(text);
        if there.remove("language-fallback") {
            assert!(
                there.is_subset(&known),
                "only in {tag}: {:?}",
                &there - &known
            );
        } else {
            assert_eq!(there, known, "{tag}");
        }
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            all.extend(files(&path));
        } else {
            all.push(path);
        }
    }
    all
}

/// Every message that a template or a source file names.
#[test]
fn every_message_used_exists() {
    let known = default_ids();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut used = 0;
    for path in [files(&root.join("templates")), files(&root.join("src"))].concat() {
        if path.ends_with("i18n/tests.rs") {
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        for (call, prefix) in [
            (".t(\"", ""),
            (".t1(\"", ""),
            (".t2(\"", ""),
            ("\"error-", "error-"),
            ("\"problem-", "problem-"),
            ("\"new-problem-", "new-problem-"),
        ] {
            for part in text.split(call).skip(1) {
                let id = format!("{prefix}{}", part.split('"').next().unwrap());
                used += 1;
                assert!(
                    known.contains(id.as_str()),
                    "{} uses '{id}', which no language has",
                    path.display()
                );
            }
        }
    }
    assert!(used > 200, "only {used}: have the templates moved?");
}

/// Words of which another one says the same, or that mean something else to a lawyer: 时效 is the limitation of actions.
const RETIRED: [&str; 7] = [
    "不接收",
    "待接收",
    "重设",
    "受理回执",
    "不办了",
    "tab-timeliness = 时效",
    "worklist-accept = 接收",
];

#[test]
fn one_word_says_one_thing() {
    let built_in = BUILT_IN.iter().find(|(tag, _)| *tag == DEFAULT);
    for word in RETIRED {
        assert!(!built_in.unwrap().1.contains(word), "{word}");
    }
    // Who is to work a case is not reported to.
    let languages = Languages::load(None).unwrap();
    let label = |id: &str| languages.translator(None).try_t(id);
    assert_ne!(label("field-referral-designate-to"), label("field-to"));
    assert!(label("field-referral-designate-to").is_some());
}

/// A rejection's sentence names units and people by their ids: one place alone shows it, with names in their stead.
#[test]
fn no_page_shows_the_sentence_of_a_rejection_without_names() {
    let pages = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/pages");
    let mut shown = Vec::new();
    for path in files(&pages) {
        let text = std::fs::read_to_string(&path).unwrap();
        let here = text.matches("i18n.rejection(").count();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        shown.extend(std::iter::repeat_n(name, here));
    }
    assert_eq!(shown, ["problems.rs"]);
}

#[test]
fn an_unknown_language_and_a_missing_message_are_chinese() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("bo.ftl"), "sign-in = ནང་འཛུལ།\n").unwrap();
    let languages = Languages::load(Some(folder.path())).unwrap();
    assert_eq!(languages.translator(Some("bo")).t("sign-in"), "ནང་འཛུལ།");
    assert_eq!(
        languages.translator(Some("bo")).t("sign-out"),
        languages.translator(None).t("sign-out")
    );
    assert!(languages.is_partial("bo") && !languages.is_partial("en"));
    assert_eq!(languages.translator(Some("xx")).tag, DEFAULT);
}

#[test]
fn a_partial_language_is_a_file() {
    let languages = Languages::load(None).unwrap();
    assert_eq!(languages.matching("vi-VN"), Some("vi"));
    assert!(languages.is_partial("vi"));
    let translator = languages.translator(Some("vi"));
    assert_eq!(translator.t("sign-in"), "Đăng nhập");
    assert_eq!(translator.t("tab-worklist"), "待办");
    assert_eq!(translator.contract_language(), Language::Zh);
}

/// A sentence is of one language, the day in it included; and a day beside texts of the contract is of theirs.
#[test]
fn a_day_is_written_in_the_language_of_its_sentence() {
    let languages = Languages::load(None).unwrap();
    for (tag, wanted) in [
        ("zh-CN", "最迟 2026年3月7日 交来。"),
        ("en", "By 2026-03-07"),
        ("vi", "ngày 7 tháng 3 năm 2026"),
    ] {
        let translator = languages.translator(Some(tag));
        let said = translator.t1("papers-until", "day", "2026-03-07");
        assert!(said.contains(wanted), "{tag}: {said}");
    }
    let of_contract = languages.translator(Some("vi")).of_contract();
    // In Vietnamese there is none: all of it is Chinese.
    let said = of_contract.t1("clock-until", "day", "2026-03-07");
    assert_eq!(said, "至 2026年3月7日");
    let mut day = FluentArgs::new();
    for (name, part) in [("year", "2026"), ("month", "3"), ("day", "7")] {
        day.set(name, part);
    }
    assert_eq!(of_contract.format("date", &day), "2026年3月7日");
}

#[test]
fn a_missing_message_is_taken_from_the_fallback_that_the_catalogue_names() {
    let folder = tempfile::tempdir().unwrap();
    let text = "language-fallback = en\nsign-in = Giriş\n";
    std::fs::write(folder.path().join("tr.ftl"), text).unwrap();
    let languages = Languages::load(Some(folder.path())).unwrap();
    let translator = languages.translator(Some("tr"));
    assert_eq!(translator.t("sign-in"), "Giriş");
    assert_eq!(translator.t("sign-out"), "Sign out");
    assert_eq!(translator.contract_language(), Language::En);
    assert_eq!(languages.matching("tr-TR"), Some("tr"));
}
