//! Whether what two cases say of a person is of one and the same.

use onestop_proto::{case::Person, typed::code_signs};

/// By the numbers of their documents where both have one; else by their names, and their telephones where both have one. Of
/// people without a name the telephone alone tells.
pub(super) fn is_same_person(one: &Person, other: &Person) -> bool {
    if let (Some(one), Some(other)) = (document(one), document(other)) {
        return one == other;
    }
    let (names, phones) = ((name(one), name(other)), (phone(one), phone(other)));
    let same_phone = match phones {
        (Some(one), Some(other)) => Some(one == other),
        (Some(_), None) | (None, Some(_) | None) => None,
    };
    match names {
        (Some(one), Some(other)) => one == other && same_phone != Some(false),
        (Some(_), None) | (None, Some(_) | None) => same_phone == Some(true),
    }
}

fn name(person: &Person) -> Option<String> {
    filled(code_signs(&person.name))
}

fn phone(person: &Person) -> Option<String> {
    filled(code_signs(person.phone.as_ref()?))
}

fn document(person: &Person) -> Option<String> {
    filled(code_signs(person.document.as_ref()?.number.as_ref()?))
}

fn filled(text: String) -> Option<String> {
    (!text.is_empty()).then_some(text)
}

#[cfg(test)]
mod tests {
    use onestop_proto::case::Applicant;

    use super::*;

    fn person(name: &str, phone: Option<&str>) -> Person {
        let mut people = Applicant::named(name).people;
        let person = people.remove(0);
        Person {
            phone: phone.map(str::to_owned),
            ..person
        }
    }

    #[test]
    fn a_person_is_known_by_name_and_telephone() {
        let one = person("岩罕", Some("13800138052"));
        assert!(is_same_person(&one, &person("岩罕", Some("138 0013 8052"))));
        assert!(is_same_person(&one, &person("岩罕", None)));
        assert!(!is_same_person(&one, &person("岩罕", Some("13800138000"))));
        assert!(!is_same_person(&one, &person("玉香", Some("13800138052"))));
        assert!(!is_same_person(&person("", None), &person("", None)));
    }
}
