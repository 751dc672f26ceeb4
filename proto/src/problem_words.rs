//! What is wrong with a field, in words for people, and what would be right. What a parser says of it travels beside them, in
//! the facts of the refusal, and is never among them.

mod kinds;
pub mod own;
mod parsers;

use crate::{field_names::both_languages, text::Words};

/// How much of what was typed a sentence repeats, in characters.
const LONGEST: usize = 60;

/// The words for what is wrong with a field: the field as it was sent, and the problem as programs read it.
///
/// ```
/// use onestop_proto::problem_words::problem_words;
/// let words = problem_words("data.place", "'5' is not a division code: digits are wanted");
/// assert_eq!(words.zh, "“5”不是区划代码：请填 2、4、6、9 或者 12 位数字，例如 530821");
/// assert_eq!(words.en, "'5' is not a division code: give 2, 4, 6, 9 or 12 digits, such as 530821");
/// ```
pub fn problem_words(field: &str, problem: &str) -> Words {
    own::words(field, problem)
        .or_else(|| kinds::words(field, problem))
        .or_else(|| parsers::words(field, problem))
        .or_else(|| in_both_languages(problem))
        .unwrap_or_else(|| own::NOT_RIGHT.into())
}

/// A problem that was written in both languages, as `中文 / English`.
fn in_both_languages(problem: &str) -> Option<Words> {
    let (zh, _) = problem.split_once(" / ")?;
    (!zh.is_ascii()).then(|| both_languages(problem))
}

/// What was typed, as far as a sentence repeats it.
fn repeated(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests;
