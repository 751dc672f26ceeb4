//! What is wrong with a field, in words for people. What a parser says of it travels beside them, in the facts of the refusal.

use crate::{field_names::field_words, free_text::TYPED_AS_SEALED, text::Words};

/// What a parser calls the kinds of ids, what people call them, and an example.
const KINDS: &[(&str, &str, &str)] = &[
    ("a staff id", "账号", "zhang-li"),
    ("a case", "案件编号", "s4k2m9qxa-261123-001"),
    ("a case number", "案件编号", "s4k2m9qxa-261123-001"),
    ("a division code", "区划代码", "530821"),
    ("a unit id", "单位代号", "s4k2m9qxa.legal-aid"),
    ("a site id", "站点代号", "s4k2m9qxa"),
    ("a kind of unit", "单位类别", "legal-aid"),
    ("a service item", "事项", "legal-aid"),
    ("a topic", "具体事项、材料", "labour-pay"),
    ("a sum of money", "金额", "1500 或 1500.50"),
    ("a step", "环节", "legal-aid.examine"),
    ("a time", "时间", "2026-03-04 15:20:00"),
];

/// The words for a problem: for a sentence of a parser what it means, and every other sentence as it is.
pub(crate) fn problem_words(problem: &str) -> Words {
    let kept = Words::untranslated(problem);
    let zh = match problem {
        "is missing" | "it is missing" => "没有填写".to_owned(),
        "there is no such parameter here" => "没有这一项".to_owned(),
        TYPED_AS_SEALED => "已经密封的文字不能再录入，请录入原文".to_owned(),
        _ if problem.starts_with("missing field") => {
            format!("没有填写{}", field_words(quoted(problem)).zh)
        }
        _ if problem.starts_with("unknown field") => format!("没有“{}”这一项", quoted(problem)),
        _ if problem.starts_with("unknown variant") => {
            format!("“{}”不在可选范围内", quoted(problem))
        }
        _ if is_of_parser(problem) => "格式不对".to_owned(),
        _ => match kind_words(problem) {
            Some(zh) => zh,
            None => return kept,
        },
    };
    let en = if is_of_parser(problem) {
        "it is not written as it should be".to_owned()
    } else {
        kept.en
    };
    Words { zh, en }
}

fn is_of_parser(problem: &str) -> bool {
    let begins = ["failed to parse", "invalid type", "invalid value"];
    begins.iter().any(|sentence| problem.starts_with(sentence))
}

/// Of a text that is no id of the wanted kind: what it should be, and an example.
fn kind_words(problem: &str) -> Option<String> {
    let (text, kind) = problem.strip_prefix('\'')?.split_once("' is not ")?;
    let kind = kind.split(':').next()?;
    let (_, name, example) = KINDS.iter().find(|(known, _, _)| *known == kind)?;
    Some(format!("“{text}”不是{name}，请填如 {example}"))
}

/// What a sentence quotes between backticks.
fn quoted(problem: &str) -> &str {
    problem.split('`').nth(1).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_is_sealed_already_is_refused_in_chinese_too() {
        let words = problem_words(TYPED_AS_SEALED);
        assert!(
            words.zh.contains("密封") && words.en.contains("sealed"),
            "{words:?}"
        );
        assert!(words.zh.chars().all(|sign| !sign.is_ascii_alphabetic()));
    }

    #[test]
    fn what_is_no_id_says_what_it_should_be() {
        let problem = "Zhang-Li".parse::<crate::ids::StaffId>().unwrap_err();
        let words = problem_words(&problem.to_string());
        assert_eq!(words.zh, "“Zhang-Li”不是账号，请填如 zhang-li");
        assert!(words.en.contains("is not a staff id"), "{}", words.en);
        let time = "16:20".parse::<crate::time::Timestamp>().unwrap_err();
        assert!(problem_words(&time.to_string()).zh.contains("2026-03-04"));
    }

    #[test]
    fn no_sentence_of_a_parser_is_shown() {
        let year =
            "failed to parse four digit integer as year: invalid digit, expected 0-9 but got \\xEF";
        let words = problem_words(year);
        assert_eq!(words.zh, "格式不对");
        assert!(!words.en.contains("failed to parse"), "{}", words.en);
        let zh = |problem| problem_words(problem).zh;
        assert_eq!(zh("missing field `percent`"), "没有填写减免百分比");
        assert_eq!(
            zh("unknown field `colour`, expected `place`"),
            "没有“colour”这一项"
        );
        assert_eq!(zh("is missing"), "没有填写");
        assert_eq!(
            zh("'5' is not a division code"),
            "“5”不是区划代码，请填如 530821"
        );
        assert_eq!(zh("it is too long"), "it is too long");
    }
}
