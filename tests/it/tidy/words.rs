//! One word, one thing, in what people read: words that mean the same as one of the glossary of ARCHITECTURE.md.

use std::path::Path;

use super::{repository, texts};

/// The folders whose texts are checked.
const FOLDERS: [&str; 3] = ["proto", "services", "deploy"];

/// The kinds of files that hold texts for people.
const KINDS: [&str; 6] = ["rs", "ftl", "html", "js", "sh", "toml"];

/// A word that is not used, and the one of the glossary.
const DOUBLES: [(&str, &str); 17] = [
    ("撤回申请", "撤销申请"),
    ("群众撤回", "群众撤销申请"),
    ("收回申请", "取消申请"),
    ("撤销转办", "撤回转办"),
    ("收回转办", "撤回转办"),
    ("取消转办", "撤回转办"),
    ("接收转办", "签收"),
    ("已接收", "已签收"),
    ("不予接收", "拒收"),
    ("派单", "转办"),
    ("退件", "退回"),
    ("驳回", "不同意、退回"),
    ("受理回执", "登记回执"),
    ("办理回执", "登记回执"),
    ("催促", "催办"),
    ("截止日期", "截止日"),
    ("登陆", "登录"),
];

/// The lines of a file that have such a word.
fn doubles(path: &Path, text: &str) -> Vec<String> {
    // The law says so of an application (法律援助法 art. 43).
    let text = text.replace("视为撤回申请", "");
    let found = text.lines().zip(1..).flat_map(|(line, number)| {
        let used = DOUBLES.iter().filter(|(double, _)| line.contains(double));
        used.map(move |(double, word)| {
            format!("{}:{number}: {double} is {word} here", path.display())
        })
    });
    found.collect()
}

#[test]
fn texts_use_one_word_for_one_thing() {
    let mut found = Vec::new();
    for folder in FOLDERS {
        for (path, text) in texts(&repository().join(folder), &KINDS) {
            // A test may name a word that is not used.
            if !path.ends_with("tests.rs") {
                let path = path.strip_prefix(repository()).unwrap();
                found.extend(doubles(path, &text));
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}
