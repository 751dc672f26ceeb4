//! Numbers that have a shape and no check digit: of passports, and of the permits with which residents of Hong Kong, Macao and
//! Taiwan travel to the mainland.

/// A kind of document whose numbers have a shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// A passport: five to fifteen letters and digits, one digit at least.
    Passport,
    /// 港澳居民来往内地通行证: H or M, and eight digits; ten on cards of before.
    HmtTravelPermit,
    /// 台湾居民来往大陆通行证: eight digits; ten on papers of before, which a letter may follow.
    TaiwanTravelPermit,
}

const ALL: [Shape; 3] = [
    Shape::Passport,
    Shape::HmtTravelPermit,
    Shape::TaiwanTravelPermit,
];

impl Shape {
    /// Whether a number, in capitals, has this shape.
    pub(super) fn fits(self, number: &str) -> bool {
        match self {
            Self::Passport => is_passport(number),
            Self::HmtTravelPermit => has_letter(number, &["H", "M"], &[8, 10]),
            Self::TaiwanTravelPermit => is_taiwan_permit(number),
        }
    }

    /// Whether no other document has a number like this: those of the Chinese passport, and the letter of Hong Kong. Passports of
    /// the Republic of Korea have M and eight digits as the permits of Macao.
    fn is_certain(self, number: &str) -> bool {
        match self {
            Self::Passport => is_chinese_passport(number),
            Self::HmtTravelPermit => {
                has_letter(number, &["H"], &[8, 10]) || has_letter(number, &["M"], &[10])
            }
            Self::TaiwanTravelPermit => false,
        }
    }

    /// Whether a number is certainly one of another of these kinds.
    pub(super) fn is_of_another(self, number: &str) -> bool {
        let mut others = ALL.iter().filter(|one| **one != self);
        others.any(|other| other.is_certain(number))
    }
}

fn is_passport(number: &str) -> bool {
    let signs = number.bytes();
    (5..=15).contains(&number.len())
        && signs.clone().all(|sign| sign.is_ascii_alphanumeric())
        && signs.clone().any(|sign| sign.is_ascii_digit())
}

/// E, G, D, P or S and eight digits; E, a letter and seven digits since E99999999; DE, SE, PE and seven digits of officials.
fn is_chinese_passport(number: &str) -> bool {
    let since = number.strip_prefix('E').is_some_and(|rest| {
        let mut signs = rest.chars();
        signs.next().is_some_and(|sign| sign.is_ascii_uppercase()) && is_digits(signs.as_str(), 7)
    });
    since
        || has_letter(number, &["E", "G", "D", "P", "S"], &[8])
        || has_letter(number, &["DE", "SE", "PE"], &[7])
}

fn is_taiwan_permit(number: &str) -> bool {
    let digits = number.trim_end_matches(['(', ')']);
    let printed = digits.trim_end_matches(|sign: char| sign.is_ascii_uppercase());
    let letters = digits.len().saturating_sub(printed.len());
    let digits = printed.trim_end_matches('(');
    is_digits(number, 8) || (letters <= 1 && is_digits(digits, 10))
}

/// One of these beginnings, and so many digits.
fn has_letter(number: &str, beginnings: &[&str], lengths: &[usize]) -> bool {
    let mut rests = beginnings.iter().filter_map(|one| number.strip_prefix(one));
    rests.any(|rest| lengths.iter().any(|length| is_digits(rest, *length)))
}

fn is_digits(text: &str, length: usize) -> bool {
    text.len() == length && text.bytes().all(|sign| sign.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_shape_is_its_own() {
        use Shape::{HmtTravelPermit, Passport, TaiwanTravelPermit};
        let table: [(&str, &[Shape]); 13] = [
            ("E12345678", &[Passport]),
            ("EA1234567", &[Passport]),
            ("MB123456", &[Passport]),
            ("M12345678", &[Passport, HmtTravelPermit]),
            ("H12345678", &[Passport, HmtTravelPermit]),
            ("H1234567802", &[Passport, HmtTravelPermit]),
            ("12345678", &[Passport, TaiwanTravelPermit]),
            ("0012345601(B)", &[TaiwanTravelPermit]),
            ("0012345601B", &[Passport, TaiwanTravelPermit]),
            ("1234", &[]),
            ("ABCDEFG", &[]),
            ("H1234567", &[Passport]),
            ("P<CHNZHANG<<SAN", &[]),
        ];
        for (number, fitting) in table {
            let found = ALL.iter().filter(|shape| shape.fits(number));
            assert_eq!(found.copied().collect::<Vec<_>>(), fitting, "{number}");
        }
    }

    #[test]
    fn what_is_certain_is_of_one_kind() {
        for (number, kind) in [
            ("E12345678", Shape::Passport),
            ("G12345678", Shape::Passport),
            ("DE1234567", Shape::Passport),
            ("EA1234567", Shape::Passport),
            ("H12345678", Shape::HmtTravelPermit),
            ("M1234567802", Shape::HmtTravelPermit),
        ] {
            for shape in ALL {
                assert_eq!(shape.is_of_another(number), shape != kind, "{number}");
            }
        }
        assert!(!Shape::Passport.is_of_another("M12345678"));
    }
}
