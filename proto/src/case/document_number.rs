//! The number of a document: that it is right, and of the kind that was chosen. Intake decides by it, and a form says so beside its
//! field with everything else that is wrong.

use jiff::civil::Date;

use super::{
    DocumentKind, DocumentShape, IdentityFault, credit_code,
    identity_number::{IdentityNumber, NumberKind},
};

/// What the number of a document says; nothing if numbers of that kind say nothing. It is given in half width, without spaces and
/// hyphens ([`code_signs`](crate::typed::code_signs)).
///
/// # Errors
/// What is wrong with it.
pub fn read_document_number(
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
        // One identity number in thirty-one would do as a company's code.
        DocumentKind::CreditCode if IdentityNumber::parse(number, today).is_ok() => {
            Err(IdentityFault::OtherKind)
        }
        DocumentKind::CreditCode => credit_code::check(number).map(|()| None).map_err(wrong),
        DocumentKind::ResidencePermit => residence_permit(number, today),
        DocumentKind::Passport => shaped(DocumentShape::Passport, number, today),
        DocumentKind::HmtTravelPermit => shaped(DocumentShape::HmtTravelPermit, number, today),
        DocumentKind::TaiwanTravelPermit => {
            shaped(DocumentShape::TaiwanTravelPermit, number, today)
        }
        DocumentKind::Other | DocumentKind::None => free_form(number, today),
    }
}

/// A number with a shape and no check digit says nothing of the person, and is of its own kind.
fn shaped(
    shape: DocumentShape,
    number: &str,
    today: Date,
) -> Result<Option<IdentityNumber>, IdentityFault> {
    let capitals = number.to_ascii_uppercase();
    let is_of_another = DocumentShape::certain(&capitals).is_some_and(|certain| certain != shape);
    if IdentityNumber::is_old(number, today) || is_of_another {
        return Err(IdentityFault::OtherKind);
    }
    if shape.fits(&capitals) {
        return Ok(None);
    }
    let otherwise = match shape {
        DocumentShape::Passport => IdentityFault::PassportForm,
        DocumentShape::HmtTravelPermit => IdentityFault::HmtPermitForm,
        DocumentShape::TaiwanTravelPermit => IdentityFault::TaiwanPermitForm,
        DocumentShape::FormerResidenceCard => IdentityFault::ResidencePermitForm,
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
        | IdentityFault::TaiwanPermitForm
        | IdentityFault::ResidencePermitForm => credit_code::check(number).is_ok(),
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
    let is_of_other = IdentityNumber::is_old(number, today)
        || DocumentShape::certain(&number.to_ascii_uppercase()).is_some()
        || of_other_kind(number, IdentityFault::Form, today) == IdentityFault::OtherKind;
    if is_of_other {
        Err(IdentityFault::OtherKind)
    } else {
        Ok(None)
    }
}

/// A residence permit of either kind with a check digit says the day of birth; the card of before says none. An identity card's
/// number is no permit's number, nor is a passport's.
fn residence_permit(number: &str, today: Date) -> Result<Option<IdentityNumber>, IdentityFault> {
    let eighteen = number.len() == 18 && number.bytes().take(17).all(|sign| sign.is_ascii_digit());
    match NumberKind::of(number) {
        NumberKind::HmtResidencePermit | NumberKind::PermanentResidenceCard if eighteen => {
            IdentityNumber::parse(number, today).map(Some)
        }
        NumberKind::IdentityCard
        | NumberKind::HmtResidencePermit
        | NumberKind::PermanentResidenceCard => {
            shaped(DocumentShape::FormerResidenceCard, number, today)
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_slip_in_a_number_is_named_before_anything_is_sent() {
        let fault =
            |kind, number: &str| read_document_number(kind, number, date(2026, 11, 29)).err();
        let card = DocumentKind::IdentityCard;
        assert_eq!(fault(card, "11010519491231002X"), None);
        let slip = Some(IdentityFault::CheckDigit);
        assert_eq!(fault(card, "110105194912310021"), slip);
        let code = DocumentKind::CreditCode;
        assert_eq!(fault(code, "91350100M000100Y43"), None);
        assert_eq!(fault(code, "91350100M000100Y44"), slip);
    }
}
