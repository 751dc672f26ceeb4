//! What sentences of parsers mean: those of serde, of JSON, of numbers and of days.

use super::{own, repeated};
use crate::{
    field_names::field_words,
    text::{Text, Words},
};

/// How many choices a sentence lists.
const MOST_CHOICES: usize = 20;

const DATE: Text = Text {
    zh: "请填日期或者时间，例如 2026年3月4日、2026年3月4日 15:20，也可以写成 2026-03-04、2026-03-04T15:20:00+08:00",
    en: "give a day or a time, such as 2026-03-04, or 2026-03-04T15:20:00+08:00",
};
const TEXT: Text = Text {
    zh: "请填文字，写在引号里，例如 \"宁洱\"",
    en: "give a text in quotation marks, such as \"宁洱\"",
};
const LIST: Text = Text {
    zh: "请填列表，写在方括号里，例如 []",
    en: "give a list in square brackets, such as []",
};
const NUMBER: Text = Text {
    zh: "请填数字，例如 3",
    en: "give a number, such as 3",
};
const ADDRESS: Text = Text {
    zh: "请填地址和端口，例如 127.0.0.1:9090",
    en: "give an address and a port, such as 127.0.0.1:9090",
};
const HOW_MANY: Text = Text {
    zh: "个数不对，请核对",
    en: "there are too many of them, or too few: check them",
};

/// How sentences of the parser of days begin.
const OF_DATES: [&str; 7] = [
    "failed to parse ",
    "failed to find ",
    "parsed ",
    "expected ",
    "cannot parse civil ",
    "an empty string is not ",
    "parameter ",
];

pub(super) fn words(field: &str, problem: &str) -> Option<Words> {
    named(field, problem)
        .or_else(|| choice(problem))
        .or_else(|| of_type(problem))
        .or_else(|| twice(problem))
        .or_else(|| syntax(problem))
        .or_else(|| number(problem))
        .or_else(|| {
            let is_of_date = OF_DATES.iter().any(|begin| problem.starts_with(begin));
            is_of_date.then(|| DATE.into())
        })
}

/// A field that is missing, unknown, or there twice, in what another field holds.
fn named(field: &str, problem: &str) -> Option<Words> {
    let name = quoted(problem).next()?;
    if problem.starts_with("missing field") {
        let within = field.rsplit('.').next().unwrap_or_default();
        let label = field_words(&format!("{within}.{name}"));
        return Some(Words {
            zh: format!("没有填写{}，请填写", label.zh),
            en: format!("the {} is missing: give it", label.en),
        });
    }
    if problem.starts_with("unknown field") {
        return Some(own::unknown(name));
    }
    problem
        .starts_with("duplicate field")
        .then(|| own::TWICE.into())
}

/// A word that is not on a list.
fn choice(problem: &str) -> Option<Words> {
    let (typed, known): (&str, Vec<&str>) = if problem.starts_with("unknown variant") {
        let mut words = quoted(problem);
        (words.next()?, words.collect())
    } else {
        let rest = problem.strip_prefix('\'')?;
        let (typed, known) = rest.split_once("' is not on the list; known: ")?;
        (typed, known.split(", ").collect())
    };
    let typed = repeated(typed);
    let known: Vec<_> = known.into_iter().take(MOST_CHOICES).collect();
    Some(Words {
        zh: format!("“{typed}”不在可选范围内，可选 {}", known.join("、")),
        en: format!(
            "'{typed}' is none of the choices, which are {}",
            known.join(", ")
        ),
    })
}

/// A value of another type, or beyond what its type holds.
fn of_type(problem: &str) -> Option<Words> {
    let of_serde = ["invalid type: ", "invalid value: "];
    if of_serde.iter().any(|begin| problem.starts_with(begin)) {
        let (_, expected) = problem.rsplit_once(", expected ")?;
        let expected = expected.split(" at line ").next().unwrap_or_default();
        return Some(right(expected));
    }
    // Fields without their names, in square brackets.
    if problem.starts_with("invalid length ") && problem.contains(", expected struct ") {
        return Some(own::OBJECT.into());
    }
    if problem.starts_with("invalid length ") {
        return Some(HOW_MANY.into());
    }
    problem
        .starts_with("data did not match any variant")
        .then(|| own::NOT_RIGHT.into())
}

/// What is right where a parser expected something.
fn right(expected: &str) -> Words {
    if let Some(words) = whole_number(expected) {
        return words;
    }
    let begins = |all: &[&str]| all.iter().any(|begin| expected.starts_with(begin));
    let text = match expected {
        "a boolean" => own::YES_OR_NO,
        "f32" | "f64" => NUMBER,
        _ if begins(&["a date", "a civil", "a timestamp", "an RFC"]) => DATE,
        _ if begins(&["a string", "string", "str", "a borrowed string"])
            && !begins(&["struct"]) =>
        {
            TEXT
        }
        _ if begins(&["a sequence", "an array", "a tuple", "tuple"]) => LIST,
        _ if begins(&["a map", "map", "struct", "internally", "adjacently"]) => own::OBJECT,
        _ => own::NOT_RIGHT,
    };
    text.into()
}

fn whole_number(name: &str) -> Option<Words> {
    let most = match name {
        "u8" => u64::from(u8::MAX),
        "u16" => u64::from(u16::MAX),
        "u32" => u64::from(u32::MAX),
        "u64" | "usize" | "i8" | "i16" | "i32" | "i64" => return Some(own::WHOLE_NUMBER.into()),
        _ => return None,
    };
    Some(between("0", &most.to_string()))
}

fn between(least: &str, most: &str) -> Words {
    Words {
        zh: format!("请填 {least} 到 {most} 之间的整数，例如 {least}"),
        en: format!("give a whole number from {least} to {most}, such as {least}"),
    }
}

/// A key that an object of JSON has twice.
fn twice(problem: &str) -> Option<Words> {
    let (_, rest) = problem.split_once("the key '")?;
    let (key, _) = rest.split_once("' occurs twice")?;
    let key = repeated(key);
    Some(Words {
        zh: format!("“{key}”写了两次，请只留一个"),
        en: format!("'{key}' occurs twice: leave one"),
    })
}

/// A text that is no JSON.
fn syntax(problem: &str) -> Option<Words> {
    let (_, place) = problem.rsplit_once(" at line ")?;
    let (line, column) = place.split_once(" column ")?;
    let (line, column): (u32, u32) = (line.parse().ok()?, column.parse().ok()?);
    Some(Words {
        zh: format!(
            "第 {line} 行第 {column} 个字符附近不是 JSON，正确的例如 {{\"place\":\"530821\"}}"
        ),
        en: format!(
            "what is near line {line}, column {column} is no JSON, such as {{\"place\":\"530821\"}}"
        ),
    })
}

/// A text that is no number, or none of those that are taken.
fn number(problem: &str) -> Option<Words> {
    let of_numbers = [
        "invalid digit found in string",
        "cannot parse integer from empty string",
        "number too large to fit in target type",
        "number too small to fit in target type",
    ];
    if of_numbers.contains(&problem) {
        return Some(own::WHOLE_NUMBER.into());
    }
    if problem == "invalid socket address syntax" || problem == "invalid IP address syntax" {
        return Some(ADDRESS.into());
    }
    if problem.contains("was not `true` or `false`") {
        return Some(own::YES_OR_NO.into());
    }
    let (_, bounds) = problem.split_once(" is not in ")?;
    let (least, most) = bounds.split_once("..")?;
    let most = most.trim_start_matches('=');
    let is_number = |text: &str| text.parse::<i128>().is_ok();
    if is_number(least) && is_number(most) {
        return Some(between(least, most));
    }
    is_number(least).then(|| own::WHOLE_NUMBER.into())
}

/// What a sentence quotes between backticks.
fn quoted(problem: &str) -> impl Iterator<Item = &str> {
    problem.split('`').skip(1).step_by(2)
}
