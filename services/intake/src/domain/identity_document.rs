//! Checks on a document: that its number is right, and of the kind that was chosen.

use jiff::civil::Date;
use onestop_proto::{
    case::{Document, DocumentKind, IdentityFault, Rejection, Warning},
    typed::code_signs,
};

use super::{
    Context, credit_code,
    document_shapes::Shape,
    field_problem::{LINE_LIMIT, check_length},
    findings::Findings,
    identity_number::{IdentityNumber, NumberKind},
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
    let read = read(document.kind, number, context.now.china_date())
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

/// What a number says; nothing if numbers of that kind say nothing.
fn read(
    kind: DocumentKind,
    number: &str,
    today: Date,
) -> Result<Option<IdentityNumber>, IdentityFault> {
    let wrong = |fault| of_other_kind(number, fault, today);
    let of_kind = |kind| {
        let read = IdentityNumber::parse_kind(kind, number, today);
        read.map(Some).map_err(wrong)
    };
    match kind {
        DocumentKind::IdentityCard => of_kind(NumberKind::IdentityCard),
        DocumentKind::HmtResidencePermit => of_kind(NumberKind::HmtResidencePermit),
        DocumentKind::PermanentResidenceCard => of_kind(NumberKind::PermanentResidenceCard),
        DocumentKind::OldIdentityCard => IdentityNumber::parse_old(number, today)
            .map(Some)
            .map_err(wrong),
        DocumentKind::CreditCode => credit_code::check(number).map(|()| None).map_err(wrong),
        DocumentKind::ResidencePermit => residence_permit(number, today),
        DocumentKind::Passport => shaped(Shape::Passport, number, today),
        DocumentKind::HmtTravelPermit => shaped(Shape::HmtTravelPermit, number, today),
        DocumentKind::TaiwanTravelPermit => shaped(Shape::TaiwanTravelPermit, number, today),
        DocumentKind::Other | DocumentKind::None => free_form(number, today),
    }
}

/// A number with a shape and no check digit says nothing of the person, and is of its own kind.
fn shaped(
    shape: Shape,
    number: &str,
    today: Date,
) -> Result<Option<IdentityNumber>, IdentityFault> {
    let capitals = number.to_ascii_uppercase();
    let is_old_card = IdentityNumber::parse_old(number, today).is_ok();
    if is_old_card || shape.is_of_another(&capitals) {
        return Err(IdentityFault::OtherKind);
    }
    if shape.fits(&capitals) {
        return free_form(number, today);
    }
    let otherwise = match shape {
        Shape::Passport => IdentityFault::PassportForm,
        Shape::HmtTravelPermit => IdentityFault::HmtPermitForm,
        Shape::TaiwanTravelPermit => IdentityFault::TaiwanPermitForm,
    };
    Err(of_other_kind(number, otherwise, today))
}

/// What is wrong with a number that is none of its kind: that it is right as the number of another kind, if it is. A slip
/// in a number of persons stays a slip, though one in thirty-one of them would do as a company's code.
fn of_other_kind(number: &str, otherwise: IdentityFault, today: Date) -> IdentityFault {
    let of_company = match otherwise {
        IdentityFault::Form
        | IdentityFault::BirthDate
        | IdentityFault::PassportForm
        | IdentityFault::HmtPermitForm
        | IdentityFault::TaiwanPermitForm => credit_code::check(number).is_ok(),
        IdentityFault::CheckDigit | IdentityFault::OtherKind => false,
    };
    if of_company || IdentityNumber::parse(number, today).is_ok() {
        IdentityFault::OtherKind
    } else {
        otherwise
    }
}

/// A number of no certain form says nothing, and is not the number of a document that has one.
fn free_form(number: &str, today: Date) -> Result<Option<IdentityNumber>, IdentityFault> {
    match of_other_kind(number, IdentityFault::Form, today) {
        IdentityFault::OtherKind => Err(IdentityFault::OtherKind),
        IdentityFault::Form
        | IdentityFault::BirthDate
        | IdentityFault::CheckDigit
        | IdentityFault::PassportForm
        | IdentityFault::HmtPermitForm
        | IdentityFault::TaiwanPermitForm => Ok(None),
    }
}

/// A residence permit of either kind with a check digit says the day of birth; permits of other forms say none.
/// An identity card's number is no permit's number.
fn residence_permit(number: &str, today: Date) -> Result<Option<IdentityNumber>, IdentityFault> {
    let eighteen = number.len() == 18 && number.bytes().take(17).all(|sign| sign.is_ascii_digit());
    match NumberKind::of(number) {
        NumberKind::HmtResidencePermit | NumberKind::PermanentResidenceCard if eighteen => {
            IdentityNumber::parse(number, today).map(Some)
        }
        NumberKind::IdentityCard
        | NumberKind::HmtResidencePermit
        | NumberKind::PermanentResidenceCard => free_form(number, today),
    }
}
