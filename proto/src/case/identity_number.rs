//! Identity numbers (公民身份号码, GB 11643-1999): eighteen digits with a check digit, and the old form of
//! fifteen without one.

use jiff::civil::Date;

use super::IdentityFault;

/// What an identity number says.
#[derive(Clone, PartialEq, Eq)]
pub struct IdentityNumber {
    /// The day of birth.
    pub birth: Date,
    /// Where it was given, as the code was then.
    address: String,
}

/// The factors of the first seventeen digits: 2 to the power of 17, 16, … 1, modulo 11 (GB 11643-1999).
const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
/// The last digit, by the remainder of the weighted sum.
const CHECKS: &[u8; 11] = b"10X98765432";

/// The provinces, as GB/T 2260 numbers them.
const PROVINCES: [u8; 34] = [
    11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37, 41, 42, 43, 44, 45, 46, 50, 51, 52,
    53, 54, 61, 62, 63, 64, 65, 71, 81, 82,
];

/// The documents with a number of eighteen digits: all of these have the form and the check digit of an identity number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NumberKind {
    IdentityCard,
    /// A residence permit of a resident of Hong Kong, Macao or Taiwan: 81, 82, 83.
    HmtResidencePermit,
    /// A foreigner's permanent residence card of 2023: 9.
    PermanentResidenceCard,
}

impl NumberKind {
    /// By the first digits.
    pub(super) fn of(number: &str) -> Self {
        if ["810000", "820000", "830000"]
            .iter()
            .any(|place| number.starts_with(place))
        {
            Self::HmtResidencePermit
        } else if number.starts_with('9') {
            Self::PermanentResidenceCard
        } else {
            Self::IdentityCard
        }
    }
}

impl IdentityNumber {
    /// Reads the eighteen-digit number of one kind of document, on a day.
    pub(super) fn parse_kind(
        kind: NumberKind,
        number: &str,
        today: Date,
    ) -> Result<Self, IdentityFault> {
        let read = Self::parse(number, today)?;
        if NumberKind::of(number) == kind {
            Ok(read)
        } else {
            Err(IdentityFault::OtherKind)
        }
    }

    /// Reads a number of eighteen digits, on a day.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(super) fn parse(number: &str, today: Date) -> Result<Self, IdentityFault> {
        let number = number.to_ascii_uppercase();
        let Some((digits, last)) = number.split_at_checked(17) else {
            return Err(IdentityFault::Form);
        };
        let [last] = last.as_bytes() else {
            return Err(IdentityFault::Form);
        };
        let check = check_character(digits).ok_or(IdentityFault::Form)?;
        if !CHECKS.contains(last) {
            return Err(IdentityFault::Form);
        }
        if check != *last {
            return Err(IdentityFault::CheckDigit);
        }
        Self::of(&digits[..6], &digits[6..14], today)
    }

    /// Reads a number of the old form, of a person born in the twentieth century.
    pub(super) fn parse_old(number: &str, today: Date) -> Result<Self, IdentityFault> {
        if number.len() != 15 || digits_of(number).is_none() {
            return Err(IdentityFault::Form);
        }
        Self::of(&number[..6], &format!("19{}", &number[6..12]), today)
    }

    /// Whether a number has the old form, and a province of China: fifteen digits may be something else.
    pub(super) fn is_old(number: &str, today: Date) -> bool {
        Self::parse_old(number, today).is_ok_and(|read| read.is_of_a_province())
    }

    fn of(address: &str, birth: &str, today: Date) -> Result<Self, IdentityFault> {
        let birth = Date::strptime("%Y%m%d", birth).map_err(|_| IdentityFault::BirthDate)?;
        if birth > today || birth.year() < 1850 {
            return Err(IdentityFault::BirthDate);
        }
        Ok(Self {
            birth,
            address: address.to_owned(),
        })
    }

    /// The code of the division that gave it, as it was then: six digits.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Whether it was given in China: the first two digits are a province.
    #[must_use]
    pub fn is_of_a_province(&self) -> bool {
        let province = self.address[..2].parse();
        province.is_ok_and(|code| PROVINCES.contains(&code))
    }
}

/// The check character of the first seventeen digits; none if one is no digit.
#[must_use]
pub fn check_character(seventeen: &str) -> Option<u8> {
    let digits = digits_of(seventeen)?;
    let weighted = digits.iter().zip(WEIGHTS);
    let sum: u32 = weighted.map(|(digit, weight)| digit * weight).sum();
    CHECKS.get((sum % 11) as usize).copied()
}

fn digits_of(text: &str) -> Option<Vec<u32>> {
    text.chars().map(|digit| digit.to_digit(10)).collect()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    const TODAY: Date = date(2026, 11, 23);

    /// The examples of the standard itself.
    #[test]
    fn the_examples_of_the_standard_are_right() {
        let read = IdentityNumber::parse("11010519491231002X", TODAY)
            .ok()
            .unwrap();
        assert_eq!(read.birth, date(1949, 12, 31));
        assert!(IdentityNumber::parse("11010519491231002x", TODAY).is_ok());
        let read = IdentityNumber::parse("440524188001010014", TODAY)
            .ok()
            .unwrap();
        assert_eq!(read.birth, date(1880, 1, 1));
    }

    /// One digit altered, or two neighbours swapped, is always found: that is what the weights are for.
    #[test]
    fn every_slip_of_one_digit_is_found() {
        let right = b"440524188001010014";
        for place in 0..17 {
            for digit in b'0'..=b'9' {
                let mut wrong = *right;
                wrong[place] = digit;
                let text = std::str::from_utf8(&wrong).unwrap();
                assert_eq!(
                    IdentityNumber::parse(text, TODAY).is_ok(),
                    wrong == *right,
                    "{text}"
                );
            }
            let mut swapped = *right;
            swapped.swap(place, place + 1);
            let text = std::str::from_utf8(&swapped).unwrap();
            assert_eq!(
                IdentityNumber::parse(text, TODAY).is_ok(),
                swapped == *right,
                "{text}"
            );
        }
    }

    #[test]
    fn the_fault_of_a_number_is_named() {
        let fault = |number: &str| IdentityNumber::parse(number, TODAY).err().unwrap();
        assert_eq!(fault("11010519491231"), IdentityFault::Form);
        assert_eq!(fault("1101051949123100２X"), IdentityFault::Form);
        assert_eq!(fault("110105194912310021"), IdentityFault::CheckDigit);
        // 31 February, with the check digit that belongs to it.
        assert_eq!(
            fault(&checked("11010519490231002")),
            IdentityFault::BirthDate
        );
        assert_eq!(
            fault(&checked("11010520991231002")),
            IdentityFault::BirthDate
        );
        let old = |number: &str| IdentityNumber::parse_old(number, TODAY).err();
        assert_eq!(old("110105491231002"), None);
        assert_eq!(old("110105490231002"), Some(IdentityFault::BirthDate));
        assert_eq!(old("11010549123100X"), Some(IdentityFault::Form));
    }

    #[test]
    fn a_province_is_told_from_no_place_of_china() {
        let is_known = |seventeen: &str| {
            let read = IdentityNumber::parse(&checked(seventeen), TODAY);
            read.is_ok_and(|read| read.is_of_a_province())
        };
        assert!(is_known("11010519491231002"));
        assert!(!is_known("99010519491231002"));
    }

    fn checked(seventeen: &str) -> String {
        let check = check_character(seventeen).unwrap();
        format!("{seventeen}{}", char::from(check))
    }
}
