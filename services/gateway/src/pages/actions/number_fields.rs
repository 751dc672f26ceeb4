//! Fields that hold the number of a licence or of a document: what cannot be one is said with everything else that is wrong with a
//! form, before the service would refuse it.

use onestop_proto::{
    actor::ServiceName,
    legal_aid, matter, mediation, notarization,
    numbers::{LONGEST_NUMBER, LicenceNumber, is_document_number},
    rejection::{Explain, Rejected},
};

use super::form_spec::FormSpec;
use crate::{
    core::form_data::FormData,
    pages::{problems::Problems, shell::Page},
};

/// What number a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Number {
    Licence,
    /// The number that is written on a paper.
    Document,
}

/// So many characters of a wrong number are shown, as the service shows them.
const SHOWN: usize = 60;

/// Service, command and field of each.
#[rustfmt::skip]
const NUMBERS: [(&str, &str, &str, Number); 17] = [
    (legal_aid::SERVICE, "provide-first", "licence", Number::Licence),
    (legal_aid::SERVICE, "assign", "licence", Number::Licence),
    (legal_aid::SERVICE, "reassign", "licence", Number::Licence),
    (legal_aid::SERVICE, "give-help", "licence", Number::Licence),
    (legal_aid::SERVICE, "ask-cooperation", "letter", Number::Document),
    (legal_aid::SERVICE, "receive-cooperation", "letter", Number::Document),
    (legal_aid::SERVICE, "take-notice", "notice", Number::Document),
    (legal_aid::SERVICE, "inform-organ", "letter", Number::Document),
    (legal_aid::SERVICE, "contract", "agreement", Number::Document),
    (legal_aid::SERVICE, "submit-file", "file", Number::Document),
    (legal_aid::SERVICE, "decide-objection", "letter", Number::Document),
    (mediation::SERVICE, "agree-in-writing", "number", Number::Document),
    (mediation::SERVICE, "confirm", "ruling", Number::Document),
    (mediation::SERVICE, "not-confirm", "ruling", Number::Document),
    (mediation::SERVICE, "archive", "file", Number::Document),
    (notarization::SERVICE, "issue", "certificate", Number::Document),
    (notarization::SERVICE, "decide-review", "letter", Number::Document),
];

/// What number a field of a command holds; nothing of one that holds none.
#[cfg(test)]
pub(super) fn of(service: &str, command: &str, field: &str) -> Option<Number> {
    let mut known = NUMBERS.iter();
    let known =
        known.find(|(of, name, held, _)| *of == service && *name == command && *held == field);
    known.map(|(.., number)| *number)
}

impl Number {
    /// How the service refuses a text that is none; nothing of one that is.
    fn refused(self, field: &str, text: &str) -> Option<Rejected> {
        match self {
            Self::Licence if text.parse::<LicenceNumber>().is_ok() => None,
            Self::Licence => {
                let licence = text.chars().take(SHOWN).collect();
                Some(legal_aid::Rejection::NotALicence { licence }.rejected())
            }
            Self::Document if is_document_number(text) => None,
            Self::Document => {
                let (field, most) = (field.to_owned(), LONGEST_NUMBER);
                Some(matter::Rejection::NotADocumentNumber { field, most }.rejected())
            }
        }
    }
}

/// Adds what is wrong with the numbers of a form; another check adds those that are missing.
pub(super) fn check(
    (service, command): (&ServiceName, &str),
    spec: &FormSpec,
    typed: &FormData,
    page: &Page<'_>,
    problems: &mut Problems,
) {
    let of_command = NUMBERS
        .iter()
        .filter(|(of, name, ..)| *of == service.as_str() && *name == command);
    for (.., name, number) in of_command {
        let Some(field) = spec.fields.iter().find(|field| field.name == *name) else {
            continue;
        };
        let id = field.id();
        let refused = typed
            .filled(&id)
            .and_then(|text| number.refused(name, text));
        if let Some(refused) = refused {
            problems.add(&id, page.rejection(&refused));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_number_has_a_field_in_its_form() {
        for (service, command, name, _) in NUMBERS {
            let spec = FormSpec::of(&service.parse().unwrap(), command).unwrap();
            let mut fields = spec.fields.iter();
            assert!(fields.any(|field| field.name == name), "{command} {name}");
        }
    }

    /// Every field of a licence is one of them, so that a new command is not left out.
    #[test]
    fn every_licence_of_a_form_is_among_them() {
        use onestop_proto::command::CommandType;

        for command in legal_aid::Command::NAMES {
            let Some(spec) = FormSpec::of(&legal_aid::service(), command) else {
                continue;
            };
            let mut fields = spec.fields.iter();
            let has_licence = fields.any(|field| field.name == "licence");
            let mut known = NUMBERS.iter().map(|(_, name, field, _)| (*name, *field));
            assert_eq!(
                has_licence,
                known.any(|one| one == (command, "licence")),
                "{command}"
            );
        }
    }

    #[test]
    fn what_cannot_be_a_number_is_refused_as_the_service_does() {
        let code = |number: Number, text: &str| {
            let refused = number.refused("letter", text);
            refused.map(|refused| refused.code)
        };
        assert_eq!(code(Number::Licence, "１５３０８ 20201-0123456"), None);
        let wrong = code(Number::Licence, "12");
        assert_eq!(wrong.as_deref(), Some("not-a-licence"));
        assert_eq!(code(Number::Document, "宁援协〔2026〕2号"), None);
        let wrong = code(Number::Document, "岩温的协作函");
        assert_eq!(wrong.as_deref(), Some("not-a-document-number"));
    }
}
