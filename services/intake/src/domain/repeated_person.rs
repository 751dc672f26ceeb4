//! One person is taken down once: no person asks twice in one case.

use std::collections::HashSet;

use onestop_proto::{
    case::{Document, DocumentKind, Person, Rejection},
    typed::code_signs,
};

use super::field_problem::incomplete;

/// Refuses each person whose document is that of a person before.
pub(super) fn check(people: &[Person]) -> Vec<Rejection> {
    let mut shown = HashSet::new();
    let mut refused = Vec::new();
    for (index, person) in people.iter().enumerate() {
        let number = person.document.as_ref().and_then(own_number);
        if number.is_some_and(|number| !shown.insert(number)) {
            refused.push(incomplete(
                &format!("applicant.people[{index}].document.number"),
                "与前面一位申请人的证件号码相同，同一个人只登记一次 / the same number as a person before: each is taken down once",
            ));
        }
    }
    refused
}

/// A number that one person alone has: others, such as that of a household register, are a family's.
fn own_number(document: &Document) -> Option<String> {
    match document.kind {
        DocumentKind::IdentityCard
        | DocumentKind::OldIdentityCard
        | DocumentKind::Passport
        | DocumentKind::ResidencePermit
        | DocumentKind::HmtResidencePermit
        | DocumentKind::PermanentResidenceCard
        | DocumentKind::HmtTravelPermit
        | DocumentKind::TaiwanTravelPermit
        | DocumentKind::CreditCode => {
            let signs = code_signs(document.number.as_deref()?).to_ascii_uppercase();
            (!signs.is_empty()).then_some(signs)
        }
        DocumentKind::Other | DocumentKind::None => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(kind: DocumentKind, number: &str) -> Person {
        Person {
            document: Some(Document {
                kind,
                number: Some(number.to_owned()),
            }),
            ..Person::named("岩温")
        }
    }

    #[test]
    fn a_person_who_is_there_already_is_refused_and_one_of_the_same_family_is_not() {
        let same = [
            person(DocumentKind::IdentityCard, "53082119900307281X"),
            person(DocumentKind::IdentityCard, "53082119900307 281x"),
        ];
        let refused = check(&same);
        let [Rejection::Incomplete { field, .. }] = refused.as_slice() else {
            panic!("{refused:?}")
        };
        assert_eq!(field, "applicant.people[1].document.number");
        let family = [
            person(DocumentKind::Other, "H-12"),
            person(DocumentKind::Other, "H-12"),
            Person::named("玉香"),
            Person::named("玉香"),
        ];
        assert_eq!(check(&family), []);
    }
}
