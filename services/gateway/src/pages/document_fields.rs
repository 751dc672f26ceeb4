//! The number of a document in a form: that it cannot be right is said beside its field with everything else that is wrong, before
//! intake would refuse it.

use onestop_proto::{
    case::{DocumentKind, Rejection, read_document_number},
    rejection::Explain,
    typed::code_signs,
};

use super::{problems::Problems, shell::Page};
use crate::core::form_data::FormData;

/// A number of a form: its field, and the path by which a command names it.
pub(super) struct NumberField<'a> {
    pub(super) field: &'a str,
    pub(super) path: &'a str,
}

/// Adds what is wrong with the number of a document.
pub(super) fn check_number(
    kind: DocumentKind,
    number: &str,
    place: &NumberField<'_>,
    page: &Page<'_>,
    problems: &mut Problems,
) {
    if let Some(refused) = refused(kind, number, place.path, page.now.china_date()) {
        problems.add(place.field, page.rejection(&refused.rejected()));
    }
}

fn refused(
    kind: DocumentKind,
    number: &str,
    path: &str,
    today: jiff::civil::Date,
) -> Option<Rejection> {
    let signs = code_signs(number);
    if signs.is_empty() {
        return None;
    }
    let fault = read_document_number(kind, &signs, today).err()?;
    let field = path.to_owned();
    Some(Rejection::WrongIdentityNumber { field, fault })
}

/// Adds what is wrong with the document of the first person: its kind and number go together, and the number is right.
pub(super) fn check_first(typed: &FormData, page: &Page<'_>, problems: &mut Problems) {
    let kind = typed.get("document_kind");
    let number = typed.get("document_number");
    let has_document = !kind.is_empty() && kind != DocumentKind::None.as_str();
    if has_document && number.is_empty() {
        problems.add("document_number", page.i18n.t("new-problem-document"));
    } else if !has_document && !number.is_empty() {
        problems.add("document_kind", page.i18n.t("new-problem-document-kind"));
    } else if let Ok(kind) = kind.parse() {
        let place = NumberField {
            field: "document_number",
            path: "applicant.people[0].document.number",
        };
        check_number(kind, number, &place, page, problems);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_that_cannot_be_one_is_refused_as_intake_refuses_it() {
        let today = "2026-11-29".parse().unwrap();
        let said = |kind, number: &str| {
            let refused = refused(kind, number, "applicant.people[1].document.number", today)?;
            Some(refused.rejected().message.zh)
        };
        let card = DocumentKind::IdentityCard;
        assert_eq!(said(card, "１１０１０５ 19491231-002x"), None);
        assert_eq!(said(card, ""), None);
        let wrong = said(card, "110105194912310021").unwrap();
        assert!(wrong.starts_with("申请人2证件号码有误"), "{wrong}");
        assert!(said(DocumentKind::CreditCode, "91350100M000100Y44").is_some());
    }
}
