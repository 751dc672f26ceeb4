//! One word, one thing, in what people read: words that mean the same as one of the glossary of ARCHITECTURE.md. And one language in
//! a sentence.

use std::path::Path;

use super::{repository, texts};

/// The folders whose texts are checked.
const FOLDERS: [&str; 3] = ["proto", "services", "deploy"];

/// The kinds of files that hold texts for people.
const KINDS: [&str; 6] = ["rs", "ftl", "html", "js", "sh", "toml"];

/// A word that is not used, and the one of the glossary.
const DOUBLES: [(&str, &str); 30] = [
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
    ("登入", "登录"),
    ("帐号", "账号"),
    ("账户", "账号"),
    ("搜索", "查找"),
    ("检索", "查找"),
    ("案子", "案件"),
    ("来访人", "申请人"),
    ("经办人", "承办人"),
    ("办理单位", "承办单位"),
    ("归卷", "提交卷宗"),
    ("转派", "改派"),
    ("派发", "转办"),
    ("接口令牌", "程序令牌"),
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

/// What a sentence of any language may be given: numbers, days, times of the day and proper names.
const OF_NO_LANGUAGE: [&str; 12] = [
    "actual", "case", "count", "day", "expected", "left", "month", "number", "seconds", "time",
    "unit", "year",
];

/// The messages of a catalogue, each with its line.
fn messages(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let lines = (1..).zip(text.lines());
    lines.filter(|(_, line)| line.starts_with(|first: char| first.is_ascii_lowercase()))
}

/// The names of the arguments of a message.
fn arguments(message: &str) -> impl Iterator<Item = &str> {
    let parts = message.split("{ $").skip(1);
    parts.filter_map(|part| part.split([' ', '}']).next())
}

/// Words of a program are in a Chinese sentence as they are typed: after its name, or in capitals.
fn has_english_sentence(message: &str) -> bool {
    let text = message.split_once('=').map_or("", |(_, text)| text);
    let is_word = |word: &str| word.len() > 1 && word.bytes().all(|sign| sign.is_ascii_lowercase());
    let mut run = 0;
    for word in text.split(' ') {
        run = match word {
            "onestop" | "apt-get" => -8,
            word if is_word(word) => run + 1,
            _ => 0,
        };
        if run >= 3 {
            return true;
        }
    }
    false
}

fn is_chinese(sign: char) -> bool {
    matches!(
        sign,
        '\u{4E00}'..='\u{9FFF}' | '\u{3001}' | '\u{3002}' | '\u{FF0C}' | '\u{FF1B}'
    )
}

/// A catalogue that has some messages shows the rest in another language: a sentence of its own takes nothing that comes in that
/// language. No sentence of a whole catalogue is of two either.
#[test]
fn no_sentence_is_of_two_languages() {
    let mut found = Vec::new();
    let mut partial = 0;
    for folder in FOLDERS {
        for (path, text) in texts(&repository().join(folder), &["ftl"]) {
            let is_partial = text.contains("\nlanguage-fallback");
            partial += usize::from(is_partial);
            let is_of_chinese = path.to_string_lossy().contains("zh-CN");
            for (line, message) in messages(&text) {
                let mixed = if is_partial {
                    message.contains(is_chinese)
                        || arguments(message).any(|name| !OF_NO_LANGUAGE.contains(&name))
                } else {
                    is_of_chinese && has_english_sentence(message)
                };
                if mixed {
                    found.push(format!("{}:{line}: {message}", path.display()));
                }
            }
        }
    }
    assert!(partial >= 2, "only {partial}: have the catalogues moved?");
    assert!(found.is_empty(), "{}", found.join("\n"));
}
