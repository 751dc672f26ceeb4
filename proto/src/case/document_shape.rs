//! Numbers that have a shape and no check digit: of passports, of the permits with which residents of Hong Kong, Macao and
//! Taiwan travel to the mainland, and of foreigners' permanent residence cards of before.

use super::DocumentKind;

/// A kind of document whose numbers have a shape. Numbers are given in capitals, without spaces and hyphens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DocumentShape {
    /// A passport: five to nine letters and digits, one digit at least. Its machine-readable line has room for nine.
    Passport,
    /// 港澳居民来往内地通行证: H or M, and eight digits; ten on cards of before.
    HmtTravelPermit,
    /// 台湾居民来往大陆通行证: eight digits; ten on papers of before, which a letter may follow.
    TaiwanTravelPermit,
    /// 外国人永久居留证 of before 2023: the three letters of a country, and twelve digits.
    FormerResidenceCard,
}

const ALL: [DocumentShape; 4] = [
    DocumentShape::Passport,
    DocumentShape::HmtTravelPermit,
    DocumentShape::TaiwanTravelPermit,
    DocumentShape::FormerResidenceCard,
];

impl DocumentShape {
    /// The kind of document.
    #[must_use]
    pub const fn kind(self) -> DocumentKind {
        match self {
            Self::Passport => DocumentKind::Passport,
            Self::HmtTravelPermit => DocumentKind::HmtTravelPermit,
            Self::TaiwanTravelPermit => DocumentKind::TaiwanTravelPermit,
            Self::FormerResidenceCard => DocumentKind::ResidencePermit,
        }
    }

    /// Whether a number has this shape.
    #[must_use]
    pub fn fits(self, number: &str) -> bool {
        match self {
            Self::Passport => is_passport(number),
            Self::HmtTravelPermit => has_letter(number, &["H", "M"], &[8, 10]),
            Self::TaiwanTravelPermit => is_taiwan_permit(number),
            Self::FormerResidenceCard => is_former_residence_card(number),
        }
    }

    /// Whether no other document has a number like this: those of the Chinese passport, the letter of Hong Kong, ten digits and a
    /// letter of Taiwan, a country and twelve digits. Passports of the Republic of Korea have M and eight digits as the permits
    /// of Macao, those of Norway eight digits as the permits of Taiwan.
    fn is_certain(self, number: &str) -> bool {
        match self {
            Self::Passport => is_chinese_passport(number),
            Self::HmtTravelPermit => {
                has_letter(number, &["H"], &[8, 10]) || has_letter(number, &["M"], &[10])
            }
            Self::TaiwanTravelPermit => {
                let has_letter = number.bytes().any(|sign| sign.is_ascii_uppercase());
                has_letter && is_taiwan_permit(number)
            }
            Self::FormerResidenceCard => is_former_residence_card(number),
        }
    }

    /// The kind of which a number certainly is.
    #[must_use]
    pub fn certain(number: &str) -> Option<Self> {
        ALL.into_iter().find(|one| one.is_certain(number))
    }
}

fn is_passport(number: &str) -> bool {
    let signs = number.bytes();
    (5..=9).contains(&number.len())
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

fn is_former_residence_card(number: &str) -> bool {
    let split = number.split_at_checked(3);
    split.is_some_and(|(country, rest)| {
        country.bytes().all(|sign| sign.is_ascii_uppercase()) && is_digits(rest, 12)
    })
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
        use DocumentShape::{FormerResidenceCard, HmtTravelPermit, Passport, TaiwanTravelPermit};
        let table: [(&str, &[DocumentShape]); 16] = [
            ("E12345678", &[Passport]),
            ("EA1234567", &[Passport]),
            ("MB123456", &[Passport]),
            ("M12345678", &[Passport, HmtTravelPermit]),
            ("H12345678", &[Passport, HmtTravelPermit]),
            ("H1234567802", &[HmtTravelPermit]),
            ("12345678", &[Passport, TaiwanTravelPermit]),
            ("0012345601(B)", &[TaiwanTravelPermit]),
            ("0012345601B", &[TaiwanTravelPermit]),
            ("USA110082112301", &[FormerResidenceCard]),
            ("US1110082112301", &[]),
            ("USA11008211230", &[]),
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
            ("E12345678", DocumentShape::Passport),
            ("G12345678", DocumentShape::Passport),
            ("DE1234567", DocumentShape::Passport),
            ("EA1234567", DocumentShape::Passport),
            ("H12345678", DocumentShape::HmtTravelPermit),
            ("M1234567802", DocumentShape::HmtTravelPermit),
            ("0012345601B", DocumentShape::TaiwanTravelPermit),
            ("USA110082112301", DocumentShape::FormerResidenceCard),
        ] {
            let certain = ALL.iter().filter(|shape| shape.is_certain(number));
            assert_eq!(certain.collect::<Vec<_>>(), [&kind], "{number}");
        }
        for uncertain in ["M12345678", "12345678", "MB123456"] {
            assert_eq!(DocumentShape::certain(uncertain), None, "{uncertain}");
        }
    }
}
