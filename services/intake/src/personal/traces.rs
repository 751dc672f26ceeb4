//! What of a person is traced, and how it is written the same whoever writes it.

use onestop_proto::case::{Applicant, Document};

use crate::keyring::{SearchKey, Sort, Trace};

/// Names longer than this are traced whole: with one character less each would be many.
const LONGEST_VARIED: usize = 12;

/// What a person says of themselves.
#[derive(Clone, Copy, Default)]
pub(crate) struct Said<'a> {
    pub(crate) name: Option<&'a str>,
    pub(crate) phone: Option<&'a str>,
    pub(crate) document: Option<&'a str>,
}

/// The persons of an applicant.
pub(crate) fn said(applicant: &Applicant) -> Vec<Said<'_>> {
    fn number(document: Option<&Document>) -> Option<&str> {
        document.and_then(|document| document.number.as_deref())
    }
    let people = applicant.people.iter().map(|person| Said {
        name: Some(&person.name),
        phone: person.phone.as_deref(),
        document: number(person.document.as_ref()),
    });
    let agent = applicant.agent.iter().map(|agent| Said {
        name: Some(&agent.name),
        phone: agent.phone.as_deref(),
        document: number(agent.document.as_ref()),
    });
    people.chain(agent).collect()
}

/// Every trace of an applicant's persons.
pub(crate) fn of(applicant: &Applicant, key: &SearchKey) -> Vec<Trace> {
    let mut traces: Vec<Trace> = said(applicant)
        .into_iter()
        .flat_map(|said| {
            let traced = Traced::of(said, key);
            let exact = [traced.name, traced.phone, traced.document];
            exact.into_iter().flatten().chain(traced.near)
        })
        .collect();
    traces.sort_unstable();
    traces.dedup();
    traces
}

/// The traces of one person.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Traced {
    pub(crate) name: Option<Trace>,
    /// Two names that share one of these differ in one character at most.
    pub(crate) near: Vec<Trace>,
    pub(crate) phone: Option<Trace>,
    pub(crate) document: Option<Trace>,
}

impl Traced {
    pub(crate) fn of(said: Said<'_>, key: &SearchKey) -> Self {
        let whole = |text: Option<&str>, normal: fn(&str) -> String| {
            let text = normal(text?);
            (!text.is_empty()).then_some(text)
        };
        let name = whole(said.name, name);
        let one = |sort: Sort, text: Option<String>| text.map(|text| key.trace(sort, &text));
        Self {
            near: name.as_deref().map_or_else(Vec::new, |name| {
                let variants = variants(name).into_iter();
                variants
                    .map(|variant| key.trace(Sort::NearName, &variant))
                    .collect()
            }),
            name: one(Sort::Name, name),
            phone: one(Sort::Phone, whole(said.phone, phone)),
            document: one(Sort::Document, whole(said.document, document)),
        }
    }

    pub(crate) fn is_nothing(&self) -> bool {
        *self == Self::default()
    }
}

/// A letter as it is written in half width, if it was in full width (Ａ, １).
fn half_width(letter: char) -> char {
    match u32::from(letter) {
        code @ 0xFF01..=0xFF5E => char::from_u32(code - 0xFEE0).unwrap_or(letter),
        0x3000 => ' ',
        _ => letter,
    }
}

/// 岩 温 and 岩温, Ａlan and ALAN, 买买提·艾力 with any dot: one name.
pub(crate) fn name(text: &str) -> String {
    let dots = ['·', '•', '・', '．', '.', '‧', '∙', '●'];
    let letters = text.chars().map(half_width);
    let letters = letters.filter(|letter| !letter.is_whitespace() && !dots.contains(letter));
    letters.flat_map(char::to_uppercase).collect()
}

/// Digits alone, without the country's code.
pub(crate) fn phone(text: &str) -> String {
    let digits = text.chars().map(half_width).filter(char::is_ascii_digit);
    let digits: String = digits.collect();
    for code in ["0086", "86"] {
        if let Some(own) = digits.strip_prefix(code)
            && own.len() == 11
            && own.starts_with('1')
        {
            return own.to_owned();
        }
    }
    digits
}

/// Letters and digits alone; an identity card of fifteen digits as the one of eighteen that replaced it.
pub(crate) fn document(text: &str) -> String {
    let letters = text.chars().map(half_width);
    let letters = letters.filter(|letter| letter.is_alphanumeric());
    let number: String = letters.flat_map(char::to_uppercase).collect();
    if number.len() == 15 && number.bytes().all(|byte| byte.is_ascii_digit()) {
        return eighteen(&number);
    }
    number
}

/// GB 11643: the century after the address, and a check character at the end.
fn eighteen(fifteen: &str) -> String {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    const CHECKS: &[u8; 11] = b"10X98765432";
    let seventeen = format!("{}19{}", &fifteen[..6], &fifteen[6..]);
    let digits = seventeen.bytes().map(|byte| u32::from(byte - b'0'));
    let sum: u32 = digits
        .zip(WEIGHTS)
        .map(|(digit, weight)| digit * weight)
        .sum();
    let check = char::from(CHECKS[(sum % 11) as usize]);
    format!("{seventeen}{check}")
}

/// The name itself, and, from three characters on, the name with each of them left out. Two names of two
/// characters each are never near: their surname alone says nothing.
fn variants(name: &str) -> Vec<String> {
    let letters: Vec<char> = name.chars().collect();
    let mut variants = vec![name.to_owned()];
    if (3..=LONGEST_VARIED).contains(&letters.len()) {
        for left_out in 0..letters.len() {
            let others = letters.iter().enumerate();
            let others = others.filter(|(index, _)| *index != left_out);
            variants.push(others.map(|(_, letter)| letter).collect());
        }
    }
    variants
}

/// Whether a text that stays for ever names one of an applicant's persons.
pub(crate) fn names(text: &str, applicant: &Applicant) -> bool {
    let (as_name, digits) = (name(text), document(text));
    let within =
        |text: &str, part: &str, least: usize| part.chars().count() >= least && text.contains(part);
    said(applicant).into_iter().any(|said| {
        said.name.is_some_and(|it| within(&as_name, &name(it), 2))
            || said.phone.is_some_and(|it| within(&digits, &phone(it), 6))
            || said
                .document
                .is_some_and(|it| within(&digits, &document(it), 6))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(one: &str, other: &str) -> bool {
        let (one, other) = (variants(&name(one)), variants(&name(other)));
        one.iter().any(|variant| other.contains(variant))
    }

    #[test]
    fn a_name_is_the_same_however_it_is_written() {
        assert_eq!(name(" 岩 温"), name("岩温"));
        assert_eq!(name("买买提·艾力"), name("买买提•艾力"));
        assert_eq!(name("Ａlan Smith"), name("ALAN SMITH"));
    }

    #[test]
    fn names_are_near_that_differ_in_one_character() {
        assert!(near("王小明", "王晓明"));
        assert!(near("岩温", "岩温罕"));
        assert!(near("岩温", "岩温"));
        assert!(!near("王明", "王强"));
        assert!(!near("王小明", "李晓明"));
    }

    #[test]
    fn a_telephone_is_its_digits() {
        assert_eq!(phone("+86 138-0013-8000"), "13800138000");
        assert_eq!(phone("０８７９－２１２３４５６"), "08792123456");
    }

    #[test]
    fn the_old_card_is_the_new_one() {
        // The examples of GB 11643-1999.
        assert_eq!(document("110105491231002"), "11010519491231002X");
        assert_eq!(document("11010519491231002x"), "11010519491231002X");
    }

    #[test]
    fn a_text_that_names_the_person_is_known() {
        let applicant: Applicant =
            serde_json::from_str(r#"{ "name": "岩温", "phone": "13800138000" }"#).unwrap();
        assert!(names("应岩 温本人要求", &applicant));
        assert!(names("电话 138 0013 8000", &applicant));
        assert!(!names("应本人要求", &applicant));
    }
}
