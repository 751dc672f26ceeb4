//! What the checks on applicants found: warnings, and to whom special care is due.

use jiff::civil::Date;
use onestop_directory::{Directory, Figure};
use onestop_proto::{
    case::{Care, IdentityNumber, Warning},
    division::DivisionCode,
};

use super::Context;

/// What the checks found that is not personal.
#[derive(Default)]
pub(super) struct Findings {
    pub(super) warnings: Vec<Warning>,
    pub(super) care: Vec<Care>,
}

impl Findings {
    pub(super) fn warn(&mut self, warning: Warning) {
        if !self.warnings.contains(&warning) {
            self.warnings.push(warning);
        }
    }

    pub(super) fn address_of(&mut self, read: &IdentityNumber, context: &Context<'_>) {
        if !address_is_known(read, context.directory) {
            self.warn(Warning::OldAddressCode);
        }
    }

    /// The directory says who is a minor, and who is elderly.
    pub(super) fn care_by(&mut self, birth: Date, today: Date, directory: &Directory) {
        let age = i64::from(age(birth, today));
        let figure = |figure| i64::from(directory.figure(figure, today));
        let care = if age < figure(Figure::MinorBelow) {
            Care::Minor
        } else if age >= figure(Figure::ElderlyFrom) {
            Care::Elderly
        } else {
            return;
        };
        if !self.care.contains(&care) {
            self.care.push(care);
        }
    }
}

/// Whether the address code of a number is a division of today. A code that was abolished stays in the numbers that were given
/// under it, so this is never a reason to refuse; and of provinces that the directory does not hold, only the province is known.
fn address_is_known(read: &IdentityNumber, directory: &Directory) -> bool {
    let known = |digits: &str| {
        let code = digits.parse::<DivisionCode>().ok();
        code.is_some_and(|code| directory.division(code).is_some())
    };
    let address = read.address();
    if address.get(..2).is_some_and(known) {
        known(address)
    } else {
        read.is_of_a_province()
    }
}

/// Full years of age on a day.
pub(super) fn age(birth: Date, today: Date) -> i16 {
    let had_birthday = (today.month(), today.day()) >= (birth.month(), birth.day());
    today.year() - birth.year() - i16::from(!had_birthday)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use onestop_proto::case::{DocumentKind, check_character, read_document_number};

    use super::*;

    const TODAY: Date = date(2026, 11, 23);

    #[test]
    fn an_abolished_address_code_is_distinguished_from_one_of_today() {
        let directory = Directory::built_in().unwrap();
        let known = |first: &str| {
            let seventeen = format!("{first}19491231002");
            let check = char::from(check_character(&seventeen).unwrap());
            let number = format!("{seventeen}{check}");
            let read = read_document_number(DocumentKind::IdentityCard, &number, TODAY);
            address_is_known(&read.unwrap().unwrap(), &directory)
        };
        assert!(known("530821"), "宁洱");
        // 思茅地区, which became 普洱市 in 2003.
        assert!(!known("532721"));
        assert!(
            known("110105"),
            "another province: nothing is known of its counties"
        );
    }

    #[test]
    fn age_is_in_full_years() {
        assert_eq!(age(date(2008, 11, 23), TODAY), 18);
        assert_eq!(age(date(2008, 11, 24), TODAY), 17);
    }
}
