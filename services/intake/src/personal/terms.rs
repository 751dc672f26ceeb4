//! The search terms of a person, normalised so that spellings of one name or number are one term.

use onestop_proto::{
    case::{Applicant, Document, check_character},
    typed::{half_width, is_invisible},
};

use crate::keyring::{BlindIndex, SearchKey, TermKind};

/// Names longer than this are indexed whole: their variants would be too many.
const LONGEST_VARIED: usize = 12;

/// The names and numbers of one person.
#[derive(Clone, Copy, Default)]
pub(crate) struct PersonTerms<'a> {
    pub(crate) name: Option<&'a str>,
    pub(crate) phone: Option<&'a str>,
    pub(crate) document: Option<&'a str>,
}

pub(crate) fn person_terms(applicant: &Applicant) -> Vec<PersonTerms<'_>> {
    fn number(document: Option<&Document>) -> Option<&str> {
        document.and_then(|document| document.number.as_deref())
    }
    let people = applicant.people.iter().map(|person| PersonTerms {
        name: Some(&person.name),
        phone: person.phone.as_deref(),
        document: number(person.document.as_ref()),
    });
    let agent = applicant.agent.iter().map(|agent| PersonTerms {
        name: Some(&agent.name),
        phone: agent.phone.as_deref(),
        document: number(agent.document.as_ref()),
    });
    people.chain(agent).collect()
}

/// The other parties.
fn respondent_terms(applicant: &Applicant) -> Vec<PersonTerms<'_>> {
    let respondents = applicant.respondents.iter().map(|other| PersonTerms {
        name: Some(&other.name),
        phone: other.phone.as_deref(),
        document: None,
    });
    respondents.collect()
}

pub(crate) fn blind_indexes(applicant: &Applicant, key: &SearchKey) -> Vec<BlindIndex> {
    let respondents = respondent_terms(applicant).into_iter().flat_map(|other| {
        let RespondentIndexes { names, phone } = RespondentIndexes::of(other, key);
        names.into_iter().chain(phone)
    });
    let mut indexes: Vec<BlindIndex> = person_terms(applicant)
        .into_iter()
        .flat_map(|person| {
            let indexed = PersonIndexes::of(person, key);
            let exact = [indexed.name, indexed.phone, indexed.document];
            let own = person.name.and_then(own_name);
            let own = own.map(|own| key.blind_index(TermKind::NearName, &own));
            exact.into_iter().flatten().chain(indexed.near).chain(own)
        })
        .chain(respondents)
        .collect();
    indexes.sort_unstable();
    indexes.dedup();
    indexes
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct PersonIndexes {
    pub(crate) name: Option<BlindIndex>,
    /// Two names that share one of these differ in one character at most.
    pub(crate) near: Vec<BlindIndex>,
    pub(crate) phone: Option<BlindIndex>,
    pub(crate) document: Option<BlindIndex>,
    /// By which the cases are found in which the person is another party.
    pub(crate) as_respondent: RespondentIndexes,
}

/// The blind indexes of another party (对方当事人), which are of kinds of their own: their case is not theirs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct RespondentIndexes {
    pub(crate) names: Vec<BlindIndex>,
    pub(crate) phone: Option<BlindIndex>,
}

impl RespondentIndexes {
    fn of(other: PersonTerms<'_>, key: &SearchKey) -> Self {
        let name = whole(other.name, normal_name);
        let names = name.as_deref().map_or_else(Vec::new, variants).into_iter();
        let phone = whole(other.phone, normal_phone);
        Self {
            names: names
                .map(|name| key.blind_index(TermKind::RespondentName, &name))
                .collect(),
            phone: phone.map(|phone| key.blind_index(TermKind::RespondentPhone, &phone)),
        }
    }
}

/// A text in its normal form; nothing if there is none, or nothing is left of it.
fn whole(text: Option<&str>, normal: fn(&str) -> String) -> Option<String> {
    let text = normal(text?);
    (!text.is_empty()).then_some(text)
}

impl PersonIndexes {
    pub(crate) fn of(person: PersonTerms<'_>, key: &SearchKey) -> Self {
        let name = whole(person.name, normal_name);
        let one =
            |kind: TermKind, text: Option<String>| text.map(|text| key.blind_index(kind, &text));
        Self {
            near: name.as_deref().map_or_else(Vec::new, |name| {
                let variants = variants(name).into_iter();
                variants
                    .map(|variant| key.blind_index(TermKind::NearName, &variant))
                    .collect()
            }),
            name: one(TermKind::Name, name),
            phone: one(TermKind::Phone, whole(person.phone, normal_phone)),
            document: one(TermKind::Document, whole(person.document, normal_document)),
            as_respondent: RespondentIndexes::of(person, key),
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// The signs by which the parts of a name are parted.
const DOTS: [char; 6] = ['·', '•', '・', '‧', '∙', '●'];

/// 岩 温 and 岩温, Ａlan and ALAN, 买买提·艾力 with any dot: one name.
fn normal_name(text: &str) -> String {
    let text = half_width(text);
    let letters = text.chars();
    let letters = letters.filter(|letter| {
        let parts = DOTS.contains(letter) || *letter == '.';
        !letter.is_whitespace() && !is_invisible(*letter) && !parts
    });
    letters.flat_map(char::to_uppercase).collect()
}

/// The own name in a name of several parts, by which its bearer is called: 阿卜杜热合曼 in 阿卜杜热合曼·买买提明. A search for it
/// finds the case; a search for the whole name finds no other person of that own name.
fn own_name(name: &str) -> Option<String> {
    let text = half_width(name);
    let (own, _) = text.split_once(DOTS)?;
    let own = normal_name(own);
    (own.chars().count() >= 2).then_some(own)
}

/// Digits alone, without the country's code.
fn normal_phone(text: &str) -> String {
    let text = half_width(text);
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
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
fn normal_document(text: &str) -> String {
    let text = half_width(text);
    let letters = text.chars().filter(|letter| letter.is_alphanumeric());
    let number: String = letters.flat_map(char::to_uppercase).collect();
    if number.len() == 15 && number.bytes().all(|byte| byte.is_ascii_digit()) {
        return to_eighteen_digits(&number);
    }
    number
}

/// GB 11643: the century after the address, and a check character at the end.
fn to_eighteen_digits(fifteen: &str) -> String {
    let seventeen = format!("{}19{}", &fifteen[..6], &fifteen[6..]);
    let check = check_character(&seventeen).map(char::from);
    seventeen.chars().chain(check).collect()
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

/// Whether a text, which is stored for ever, names one of an applicant's persons, or another party.
pub(crate) fn names_person(text: &str, applicant: &Applicant) -> bool {
    let respondents = respondent_terms(applicant);
    let mut persons = person_terms(applicant).into_iter().chain(respondents);
    persons.any(|person| names(text, person))
}

/// Whether a text names a person, or says a number of theirs.
pub(crate) fn names(text: &str, person: PersonTerms<'_>) -> bool {
    let (as_name, digits) = (normal_name(text), normal_document(text));
    let within =
        |text: &str, part: &str, least: usize| part.chars().count() >= least && text.contains(part);
    person
        .name
        .is_some_and(|it| within(&as_name, &normal_name(it), 2))
        || person
            .phone
            .is_some_and(|it| within(&digits, &normal_phone(it), 6))
        || person
            .document
            .is_some_and(|it| within(&digits, &normal_document(it), 6))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(one: &str, other: &str) -> bool {
        let (one, other) = (variants(&normal_name(one)), variants(&normal_name(other)));
        one.iter().any(|variant| other.contains(variant))
    }

    #[test]
    fn a_name_is_the_same_however_it_is_written() {
        assert_eq!(normal_name(" 岩 温"), normal_name("岩温"));
        assert_eq!(normal_name("买买提·艾力"), normal_name("买买提•艾力"));
        assert_eq!(normal_name("Ａlan Smith"), normal_name("ALAN SMITH"));
    }

    #[test]
    fn a_name_of_several_parts_has_an_own_name() {
        let own = |name: &str| own_name(name);
        assert_eq!(
            own("阿卜杜热合曼·买买提明").as_deref(),
            Some("阿卜杜热合曼")
        );
        assert_eq!(own("买买提•艾力").as_deref(), Some("买买提"));
        for whole in ["刀·岩罕", "岩温", "St. John", "Nguyễn Thị Khai"] {
            assert_eq!(own(whole), None, "{whole}");
        }
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
        assert_eq!(normal_phone("+86 138-0013-8000"), "13800138000");
        assert_eq!(normal_phone("０８７９－２１２３４５６"), "08792123456");
    }

    #[test]
    fn the_old_card_is_the_new_one() {
        // The examples of GB 11643-1999.
        assert_eq!(normal_document("110105491231002"), "11010519491231002X");
        assert_eq!(normal_document("11010519491231002x"), "11010519491231002X");
    }

    #[test]
    fn a_text_that_names_the_person_is_known() {
        let applicant: Applicant =
            serde_json::from_str(r#"{ "name": "岩温", "phone": "13800138000" }"#).unwrap();
        assert!(names_person("应岩 温本人要求", &applicant));
        assert!(names_person("电话 138 0013 8000", &applicant));
        assert!(!names_person("应本人要求", &applicant));
    }

    /// The other party of a dispute is a person too, and none of those who ask.
    #[test]
    fn a_text_that_names_another_party_is_known() {
        let applicant: Applicant = serde_json::from_str(
            r#"{ "people": [{ "name": "岩温" }], "respondents": [{ "name": "李岩", "phone": "13900139000" }] }"#,
        )
        .unwrap();
        assert!(names_person("李岩拒不到场", &applicant));
        assert!(names_person("电话 139 0013 9000", &applicant));
        assert_eq!(person_terms(&applicant).len(), 1);
    }
}
