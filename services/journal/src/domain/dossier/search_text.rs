//! Words for full-text search, in Chinese and in English.
//!
//! Chinese is not written with spaces, and its words are short: most that people look for have two
//! characters (讨薪). So a run of Chinese is indexed as its pairs (讨薪 → `讨薪 薪`), and what is looked for
//! is a phrase of pairs; one character finds the pairs that begin with it. Anything else is indexed as
//! words; a word with a digit, such as a part of a number, by all its ends too, so that any part of it is
//! found. A case number is found however it is typed.

use onestop_proto::{
    division::DivisionCode,
    ids::{CaseNumber, UnitId},
    typed::half_width,
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SearchScope<'a> {
    /// Cases with a window or a holder in a division.
    Division(DivisionCode),
    /// Cases that a unit takes part in.
    Unit(&'a UnitId),
}

impl SearchScope<'_> {
    pub(crate) fn word(&self) -> String {
        match self {
            Self::Division(code) => format!("a{}", code.short()),
            Self::Unit(unit) => {
                let plain = unit.as_str().chars().filter(char::is_ascii_alphanumeric);
                format!("u{}", plain.collect::<String>())
            }
        }
    }
}

enum Piece {
    /// Characters written without spaces.
    Run(Vec<char>),
    /// A word of letters and digits.
    Word(String),
}

/// Chinese characters, also the rare ones in names of villages.
fn is_han(character: char) -> bool {
    matches!(u32::from(character), 0x3400..=0x9fff | 0xf900..=0xfaff | 0x20000..=0x323af)
}

fn pieces(text: &str) -> Vec<Piece> {
    let mut found: Vec<Piece> = Vec::new();
    let mut joined = false;
    for character in text.chars().flat_map(char::to_lowercase) {
        let han = is_han(character);
        if !han && !character.is_alphanumeric() {
            joined = false;
            continue;
        }
        match found.last_mut() {
            Some(Piece::Run(run)) if han && joined => run.push(character),
            Some(Piece::Word(word)) if !han && joined => word.push(character),
            _ if han => found.push(Piece::Run(vec![character])),
            _ => found.push(Piece::Word(character.to_string())),
        }
        joined = true;
    }
    found
}

pub(crate) fn index_words(text: &str) -> String {
    let mut words: Vec<String> = Vec::new();
    for piece in pieces(text) {
        match piece {
            // The last character alone, so that it is found too and no phrase continues beyond it.
            Piece::Run(run) => words.extend(bigrams(&run).chain(run.last().map(char::to_string))),
            Piece::Word(word) => {
                let ends = word.char_indices().map(|(start, _)| &word[start..]);
                let coded = word.contains(|c: char| c.is_ascii_digit());
                words.extend(
                    ends.take(if coded { usize::MAX } else { 1 })
                        .map(str::to_owned),
                );
            }
        }
    }
    words.join(" ")
}

fn bigrams(run: &[char]) -> impl Iterator<Item = String> {
    run.windows(2).map(|pair| pair.iter().collect())
}

/// The FTS5 expression that finds a text in a scope, by all of its words; none if it holds no word.
pub(crate) fn search_expression(scope: &SearchScope<'_>, text: &str) -> Option<String> {
    let number = text.parse::<CaseNumber>();
    let text = number.map_or_else(|_| half_width(text), |number| number.to_string());
    // Every word is made of letters, digits and Han characters, so that quoting needs no care.
    let wanted: Vec<String> = pieces(&text)
        .into_iter()
        .take(MOST_WORDS)
        .map(|piece| match piece {
            Piece::Run(run) => match run.as_slice() {
                [single] => format!("\"{single}\" *"),
                _ => format!("\"{}\"", bigrams(&run).collect::<Vec<_>>().join(" ")),
            },
            Piece::Word(word) => format!("\"{word}\" *"),
        })
        .collect();
    if wanted.is_empty() {
        return None;
    }
    let wanted = wanted.join(" AND ");
    Some(format!(
        "scope : \"{}\" AND words : ({wanted})",
        scope.word()
    ))
}

/// The words of a search that are used: a longer text costs no more.
const MOST_WORDS: usize = 16;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_is_indexed_in_bigrams_and_numbers_by_their_ends() {
        assert_eq!(index_words("宁洱镇 讨薪"), "宁洱 洱镇 镇 讨薪 薪");
        assert_eq!(index_words("Wages owed"), "wages owed");
        assert_eq!(index_words("s4k-2611"), "s4k 4k k 2611 611 11 1");
    }

    #[test]
    fn a_search_is_a_phrase_of_bigrams() {
        let scope = SearchScope::Division("530821".parse().unwrap());
        assert_eq!(
            search_expression(&scope, "讨薪").unwrap(),
            "scope : \"a530821\" AND words : (\"讨薪\")"
        );
        assert_eq!(
            search_expression(&scope, "宁洱镇 镇 \"OR 12-3").unwrap(),
            "scope : \"a530821\" AND words : (\"宁洱 洱镇\" AND \"镇\" * AND \"or\" * AND \"12\" * AND \"3\" *)"
        );
        assert_eq!(search_expression(&scope, " -\"* "), None);
        let number = search_expression(&scope, "s4k2m9qxa-261123-001");
        for typed in [
            "Ｓ４Ｋ２Ｍ９ＱＸＡ２６１１２３００１",
            "s4k2m9qxa—261123—001",
        ] {
            assert_eq!(search_expression(&scope, typed), number, "{typed}");
        }
    }
}
