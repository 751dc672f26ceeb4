//! What a typed search may be: a case's number, a telephone number, the number of a paper, a name, words.

use onestop_directory::{CaseKey, Directory};
use onestop_proto::{
    personal::PersonSearchQuery,
    typed::{code_signs, half_width},
};

/// Fewer digits are a part of a case's number.
const SHORTEST_PHONE: usize = 7;
const LONGEST_PHONE: usize = 14;
/// A passport's number is not shorter.
const SHORTEST_DOCUMENT: usize = 6;
/// Of an identity card, without its check sign, and of an old one.
const CARD_DIGITS: usize = 17;
const OLD_CARD: usize = 15;
/// As intake limits a name.
const LONGEST_NAME: usize = 60;

/// What to look for.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct SearchTerms {
    /// A case by a whole name of it.
    pub(super) case: Option<CaseKey>,
    /// A person, by what intake finds one by.
    pub(super) person: Option<PersonSearchQuery>,
    /// Words of the matter, the place, the units; a part of a number.
    pub(super) words: Option<String>,
}

/// What one word between spaces may be.
enum Word {
    Phone,
    Document,
    /// Letters and digits that may be a passport's number, or a part of a case's.
    Code,
    Digits,
    Text,
}

/// Reads what was typed. What names a case is nothing else, but for nine digits: they may be a short code (电话短码), or a
/// part of something.
pub(super) fn read(typed: &str, directory: &Directory) -> SearchTerms {
    match directory.read_case(typed) {
        Ok(code @ CaseKey::ShortCode(_)) => SearchTerms {
            case: Some(code),
            ..read_words(typed)
        },
        Ok(key @ (CaseKey::Id(_) | CaseKey::Number(_))) => SearchTerms {
            case: Some(key),
            ..SearchTerms::default()
        },
        Err(_) => read_words(typed),
    }
}

/// Reads what may be a person, or words.
fn read_words(typed: &str) -> SearchTerms {
    let text = half_width(typed);
    let text = text.trim();
    if !text.contains(char::is_alphanumeric) {
        return SearchTerms::default();
    }
    let mut person = PersonSearchQuery::default();
    let (mut names, mut is_of_words) = (Vec::new(), true);
    for word in words(text) {
        match kind(word) {
            Word::Phone => {
                person.phone = Some(word.to_owned());
                // The day and the count of a case's number have a dash between them.
                is_of_words &= word.contains('-') && !word.contains('+');
            }
            Word::Document => {
                person.document = Some(code_signs(word));
                is_of_words = false;
            }
            Word::Code => person.document = Some(code_signs(word)),
            Word::Digits => {}
            Word::Text => names.push(word),
        }
    }
    let name = names.join(" ");
    if (2..=LONGEST_NAME).contains(&name.chars().count()) {
        person.name = Some(name);
    }
    SearchTerms {
        case: None,
        person: (person != PersonSearchQuery::default()).then_some(person),
        words: is_of_words.then(|| text.to_owned()),
    }
}

/// The words of a text; one alone if all of it is a number written in groups.
fn words(text: &str) -> Vec<&str> {
    let is_number = |sign: char| {
        sign.is_ascii_digit() || matches!(sign, ' ' | '-' | '+' | '(' | ')' | 'x' | 'X')
    };
    if text.chars().all(is_number) {
        return vec![text];
    }
    let between = |sign: char| sign.is_whitespace() || matches!(sign, ',' | '、' | ';' | '。');
    text.split(between)
        .filter(|word| word.contains(char::is_alphanumeric))
        .collect()
}

fn kind(word: &str) -> Word {
    let signs = code_signs(word);
    let digits = signs.chars().filter(char::is_ascii_digit).count();
    let others = signs.chars().filter(|sign| !sign.is_ascii_digit());
    let others: String = others
        .filter(|sign| !matches!(sign, '+' | '(' | ')'))
        .collect();
    let is_ascii = others.chars().all(|sign| sign.is_ascii_alphabetic());
    match digits {
        0 => Word::Text,
        CARD_DIGITS if others.eq_ignore_ascii_case("x") => Word::Document,
        _ if others.is_empty() && (digits == OLD_CARD || digits > CARD_DIGITS) => Word::Document,
        SHORTEST_PHONE..=LONGEST_PHONE if others.is_empty() => Word::Phone,
        _ if others.is_empty() => Word::Digits,
        _ if is_ascii && signs.len() >= SHORTEST_DOCUMENT => Word::Code,
        _ if is_ascii => Word::Digits,
        _ => Word::Text,
    }
}

#[cfg(test)]
mod tests {
    use onestop_proto::ids::SiteId;

    use super::*;

    /// Name, telephone, document, words.
    fn parts(typed: &str) -> [Option<String>; 4] {
        let SearchTerms { person, words, .. } = read_words(typed);
        let person = person.unwrap_or_default();
        [person.name, person.phone, person.document, words]
    }

    fn some(text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    #[test]
    fn a_case_number_is_read_in_any_spelling() {
        let directory = Directory::built_in().unwrap();
        let read = |typed: &str| read(typed, &directory);
        let number = read("s4k2m9qxa-261123-001").case;
        assert!(number.is_some());
        for typed in [
            "S4K2M9QXA 261123 001",
            " ｓ４ｋ２ｍ９ｑｘａ—２６１１２３—００１ ",
            "s4k2m9qxa261123001",
        ] {
            assert_eq!(read(typed).case, number, "{typed}");
            assert_eq!(read(typed).person, None);
        }
        let site = SiteId::derived("530821101201".parse().unwrap());
        let number = read(&format!("{site}-261129-010")).case;
        let official = " 宁洱新塘［２０２６］１１２９—０１０";
        assert_eq!(read(official).case, number);
        let code = read("482719354").case;
        assert!(matches!(code, Some(CaseKey::ShortCode(_))));
        // Nine digits may be of a telephone as well.
        let terms = read("４８２　７１９　３５４");
        assert_eq!(terms.case, code);
        assert!(terms.person.is_some_and(|person| person.phone.is_some()));
        assert_eq!(read("482719355").case, None);
    }

    #[test]
    fn a_person_is_read_by_name_telephone_and_paper() {
        assert_eq!(
            parts("岩温香"),
            [some("岩温香"), None, None, some("岩温香")]
        );
        let uyghur = "艾尼瓦尔·买买提";
        assert_eq!(parts(uyghur)[0], some(uyghur));
        for phone in [
            "13987654321",
            "139 8765 4321",
            "+86 139-8765-4321",
            "(0879)4221234",
        ] {
            assert_eq!(parts(phone), [None, some(phone), None, None], "{phone}");
        }
        assert_eq!(
            parts("岩温香，１３９８７６５４３２１"),
            [some("岩温香"), some("13987654321"), None, None]
        );
        let card = some("11010519491231002X");
        assert_eq!(
            parts("１１０１０５１９４９１２３１００２Ｘ"),
            [None, None, card.clone(), None]
        );
        for groups in ["110105 19491231 002X", "110105-19491231-002X"] {
            assert_eq!(parts(groups), [None, None, card.clone(), None], "{groups}");
        }
        assert_eq!(
            parts("110105491231002"),
            [None, None, some("110105491231002"), None]
        );
    }

    #[test]
    fn words_and_parts_of_numbers_are_looked_for_in_the_ledger() {
        assert_eq!(
            parts("宁洱 讨薪"),
            [some("宁洱 讨薪"), None, None, some("宁洱 讨薪")]
        );
        assert_eq!(parts("037"), [None, None, None, some("037")]);
        let count = some("261128-037");
        assert_eq!(parts("261128-037"), [None, count.clone(), None, count]);
        let part = "s4k2m9qxa-261128";
        assert_eq!(
            parts(part),
            [None, None, some("s4k2m9qxa261128"), some(part)]
        );
    }

    #[test]
    fn signs_alone_are_nothing() {
        for typed in ["", "  ", "？！", "……", "-", "\u{200b}"] {
            assert_eq!(read_words(typed), SearchTerms::default(), "{typed:?}");
        }
    }
}
