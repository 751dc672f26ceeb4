//! Checks on a document: that it has the number of its kind, and what is odd about that.

use jiff::civil::Date;
use onestop_proto::{
    case::{Document, DocumentKind, Rejection, Warning, read_document_number},
    typed::code_signs,
};

use super::{
    Context,
    field_problem::{LINE_LIMIT, check_length},
    findings::Findings,
};

/// The day of birth, if the document says it.
pub(super) fn check_document(
    document: &Document,
    field: &str,
    findings: &mut Findings,
    context: &Context<'_>,
) -> Result<Option<Date>, Rejection> {
    let field = format!("{field}.document.number");
    let typed = document.number.as_deref().map(code_signs);
    let number = typed.as_deref().filter(|number| !number.is_empty());
    let number = match (number, document.kind) {
        (None, DocumentKind::None) => {
            findings.warn(Warning::NoDocument);
            return Ok(None);
        }
        (None, _) | (Some(_), DocumentKind::None) => {
            return Err(Rejection::WithoutNumber { field });
        }
        (Some(number), _) => number,
    };
    check_length(number, &field, LINE_LIMIT)?;
    let read = read_document_number(document.kind, number, context.now.china_date())
        .map_err(|fault| Rejection::WrongIdentityNumber { field, fault })?;
    let Some(read) = read else { return Ok(None) };
    match document.kind {
        DocumentKind::OldIdentityCard => {
            findings.warn(Warning::OldNumber);
            findings.address_of(&read, context);
        }
        DocumentKind::IdentityCard => findings.address_of(&read, context),
        DocumentKind::HmtResidencePermit
        | DocumentKind::PermanentResidenceCard
        | DocumentKind::ResidencePermit
        | DocumentKind::CreditCode
        | DocumentKind::Passport
        | DocumentKind::HmtTravelPermit
        | DocumentKind::TaiwanTravelPermit
        | DocumentKind::Other
        | DocumentKind::None => {}
    }
    Ok(Some(read.birth))
}
