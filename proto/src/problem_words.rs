//! What is wrong with a field, in words for people. What a parser says of it travels beside them, in the facts of the refusal.

use crate::{field_names::field_words, free_text::TYPED_AS_SEALED, text::Words};

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
        _ => return kept,
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
            "'5' is not a division code"
        );
    }
}
