//! Each kind of wrong value, as it is sent, and what is said of it.

use jiff::civil::Date;
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};

use super::{own, problem_words};
use crate::{
    actor::{Actor, Role, ServiceName},
    case::FileHash,
    clock::Step,
    division::DivisionCode,
    envelope::Source,
    free_text::TextKey,
    ids::official_number::OfficialNumber,
    ids::short_code::ShortCode,
    ids::{
        CaseId, CaseNumber, CaseRef, CommandId, EventId, HandoffId, ServiceItem, SiteId, StaffId,
        Topic, UnitId, UnitKind,
    },
    issuer::IssuerName,
    late_entry::ContentHash,
    matter::PaperRemark,
    numbers::LicenceNumber,
    reckoning::Standstill,
    rejection::{CommonRejection, Explain, parse_field},
    text::Words,
    time::Timestamp,
    trace::TraceParent,
    yuan::Yuan,
};

/// What parsers and programs say, and people do not.
const OF_PROGRAMS: &[&str] = &[
    "expected",
    "invalid type",
    "invalid value",
    "invalid digit",
    "failed",
    "parse",
    "struct",
    "variant",
    "enum",
    "integer",
    "u8",
    "u32",
    "deserial",
    "`",
    "::",
    "data.",
    "_",
];

/// Both sentences are for people, and the Chinese one says no more English than what was typed, codes and examples.
#[track_caller]
fn check(words: &Words) {
    let Words { zh, en } = words;
    for text in [zh, en] {
        let said = OF_PROGRAMS.iter().find(|word| text.contains(*word));
        assert_eq!(said, None, "{text}");
    }
    assert!(zh.chars().any(|sign| sign > '\u{2e80}'), "{zh}");
    assert!(!zh.contains(" is ") && !zh.contains(" the "), "{zh}");
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct One<T> {
    value: T,
}

/// What is said of a value of JSON where a `T` belongs.
#[track_caller]
fn said<T: DeserializeOwned + std::fmt::Debug>(value: &Value) -> Words {
    let wrong = parse_field::<One<T>>("data", json!({ "value": value })).unwrap_err();
    let words = wrong.first.words();
    check(&words);
    words
}

#[track_caller]
fn has_example<T: DeserializeOwned + std::fmt::Debug>() {
    for value in [json!("？"), json!("")] {
        let Words { zh, en } = said::<T>(&value);
        assert!(zh.contains("例如"), "{zh}");
        assert!(en.contains("such as"), "{en}");
    }
}

#[test]
fn every_kind_of_value_says_what_a_right_one_looks_like() {
    has_example::<CaseId>();
    has_example::<EventId>();
    has_example::<CommandId>();
    has_example::<HandoffId>();
    has_example::<CaseNumber>();
    has_example::<CaseRef>();
    has_example::<ShortCode>();
    has_example::<OfficialNumber>();
    has_example::<DivisionCode>();
    has_example::<SiteId>();
    has_example::<UnitId>();
    has_example::<UnitKind>();
    has_example::<ServiceItem>();
    has_example::<Topic>();
    has_example::<StaffId>();
    has_example::<ServiceName>();
    has_example::<Actor>();
    has_example::<IssuerName>();
    has_example::<Source>();
    has_example::<Step>();
    has_example::<TraceParent>();
    has_example::<LicenceNumber>();
    has_example::<FileHash>();
    has_example::<ContentHash>();
    has_example::<PaperRemark>();
    has_example::<Standstill>();
    has_example::<Yuan>();
    has_example::<TextKey>();
    has_example::<Timestamp>();
    has_example::<Date>();
}

/// A file's name is not asked for as a person's, and what is no object says so.
#[test]
fn what_is_missing_is_named_as_what_holds_it_has_it() {
    let missing = |field| problem_words(field, "missing field `name`").zh;
    assert_eq!(missing("data"), "没有填写文件名，请填写");
    assert_eq!(missing("data.applicant.people[0]"), "没有填写姓名，请填写");
    #[derive(Debug, Deserialize)]
    #[expect(dead_code, reason = "only parsed")]
    struct Two {
        one: String,
        two: String,
    }
    let wrong = parse_field::<Two>("data", json!([])).unwrap_err();
    assert_eq!(wrong.first.words(), Words::from(own::OBJECT));
}

#[test]
fn a_code_has_an_example_of_its_field() {
    let problem = "'X' is not a topic: small letters are wanted";
    for (field, example) in [
        ("data.topic", "labour-pay"),
        ("data.notice.body", "sichuan-high-court"),
        ("data.materials[0].kind", "wage-record"),
        ("missing[12]", "wage-record"),
    ] {
        let words = problem_words(field, problem);
        check(&words);
        assert!(
            words.zh.contains(example) && words.en.contains(example),
            "{field}"
        );
    }
}

#[test]
fn values_of_other_types_say_what_is_wanted() {
    for (words, zh, en) in [
        (said::<u8>(&json!(300)), "0 到 255", "0 to 255"),
        (said::<u32>(&json!("many")), "整数", "whole number"),
        (said::<u64>(&json!(-1)), "整数", "whole number"),
        (said::<f64>(&json!("x")), "数字", "number"),
        (said::<bool>(&json!("yes")), "true", "true or false"),
        (said::<String>(&json!(5)), "文字", "text"),
        (said::<Vec<String>>(&json!("a")), "列表", "list"),
        (said::<One<u8>>(&json!("a")), "花括号", "braces"),
        (
            said::<Date>(&json!(20_260_304)),
            "2026年3月4日",
            "2026-03-04",
        ),
        (
            said::<Date>(&json!("2026-13-01")),
            "2026年3月4日",
            "2026-03-04",
        ),
        (
            said::<Date>(&json!("2026-02-30")),
            "2026年3月4日",
            "2026-03-04",
        ),
        (
            said::<Date>(&json!("2026-03-04x")),
            "2026年3月4日",
            "2026-03-04",
        ),
        (
            said::<Timestamp>(&json!("明天")),
            "2026年3月4日",
            "2026-03-04",
        ),
        (said::<Role>(&json!("king")), "clerk", "clerk"),
    ] {
        assert!(words.zh.contains(zh), "{}", words.zh);
        assert!(words.en.contains(en), "{}", words.en);
    }
}

#[test]
fn a_moment_is_read_in_json_as_people_write_it() {
    for text in ["2026-03-04 15:20", "2026年3月4日 15:20"] {
        let read = serde_json::from_value::<Timestamp>(json!(text)).unwrap();
        assert_eq!(read.to_string(), "2026-03-04T07:20:00Z");
    }
}

/// What a sentence in Chinese gives as an example is taken: as Chinese people write it, and as programs do.
#[test]
fn a_day_that_a_sentence_gives_as_an_example_is_taken() {
    let wrong = said::<Date>(&json!("2026-13-01"));
    for text in ["2026年3月4日", "2026-03-04"] {
        assert!(wrong.zh.contains(text), "{}", wrong.zh);
        let read = parse_field::<One<Date>>("data", json!({ "value": text })).unwrap();
        assert_eq!(read.value.to_string(), "2026-03-04");
    }
}

/// All that does not fit is named at once, each field with what is wrong with it.
#[test]
fn a_refusal_of_several_fields_says_which_is_wrong_in_which_way() {
    let sent = json!({ "value": "5", "colour": "red" });
    let wrong = parse_field::<One<DivisionCode>>("data", sent).unwrap_err();
    assert_eq!(wrong.others.len(), 1);
    let message = CommonRejection::from(wrong).message();
    check(&message);
    assert!(message.zh.contains("没有“colour”这一项"), "{}", message.zh);
    assert!(message.zh.contains("“5”不是区划代码"), "{}", message.zh);
}

#[test]
fn sentences_of_parsers_are_said_in_other_words() {
    for (problem, zh, en) in [
        (
            "missing field `percent`",
            "没有填写减免百分比",
            "percentage is missing",
        ),
        (
            "unknown field `colour`, expected `place`",
            "没有“colour”这一项",
            "no 'colour'",
        ),
        ("duplicate field `place`", "两次", "twice"),
        (
            "expected value at line 1 column 2",
            "第 1 行第 2",
            "line 1, column 2",
        ),
        (
            "the key 'place' occurs twice at line 1 column 30",
            "“place”写了两次",
            "'place' occurs twice",
        ),
        ("invalid digit found in string", "整数", "whole number"),
        ("300 is not in 0..=255", "0 到 255", "0 to 255"),
        (
            "'x' is not on the list; known: outage, home-visit",
            "outage、home-visit",
            "outage, home-visit",
        ),
        (
            "没有这个区划 / there is no such division",
            "没有这个区划",
            "no such division",
        ),
        ("some library's own words", "不对", "cannot be used"),
        ("", "不对", "cannot be used"),
    ] {
        let words = problem_words("data.place", problem);
        check(&words);
        assert!(words.zh.contains(zh), "{}", words.zh);
        assert!(words.en.contains(en), "{}", words.en);
    }
}

/// What a program of this workspace refuses says what was written.
#[test]
fn a_problem_of_our_own_repeats_what_was_written() {
    let words = problem_words("limit", &own::with_value(own::WHOLE_NUMBER, "many"));
    check(&words);
    assert_eq!(words.zh, "请填整数，例如 20（现为“many”）");
    assert_eq!(words.en, "give a whole number, such as 20 (it is 'many')");
}

/// What was sent is repeated as far as a sentence goes.
#[test]
fn a_long_text_is_cut() {
    let long = "村".repeat(10_000);
    for problem in [
        format!("unknown variant `{long}`, expected `a`"),
        format!("unknown field `{long}`, expected `a`"),
        format!("the key '{long}' occurs twice"),
    ] {
        let words = problem_words(&long, &problem);
        assert!(words.zh.chars().count() < 200, "{}", words.zh);
    }
}
