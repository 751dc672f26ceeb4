//! What people type with a Chinese input method: digits, letters and signs in full width (１, Ｘ, －), and any of the dashes.

/// A text with its full-width letters, digits and signs in half width, and every dash as a hyphen. Other letters, the
/// Chinese ones among them, stay as they are.
///
/// ```
/// use onestop_proto::typed::half_width;
/// assert_eq!(half_width("５３０８２１—１００２Ｘ"), "530821-1002X");
/// assert_eq!(half_width("玉香罕"), "玉香罕");
/// ```
#[must_use]
pub fn half_width(text: &str) -> String {
    text.chars().map(sign).collect()
}

fn sign(sign: char) -> char {
    match sign {
        // The hyphens and dashes of Unicode, and the minus sign.
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{FE58}' | '\u{FF0D}' => '-',
        '\u{3000}' => ' ',
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(sign) - 0xFEE0).unwrap_or(sign),
        _ => sign,
    }
}

#[cfg(test)]
mod tests {
    use crate::{division::DivisionCode, ids::CaseRef, time::Timestamp};

    #[test]
    fn a_case_number_is_read_as_people_type_it() {
        let number: CaseRef = "s4k2m9qxa-261123-001".parse().unwrap();
        for typed in [
            "S4K2M9QXA-261123-001",
            "ｓ４ｋ２ｍ９ｑｘａ－２６１１２３－００１",
            "s4k2m9qxa—261123—001",
            "s4k2m9qxa–261123−001",
            " s4k2m9qxa261123001 ",
            "S4K2M9QXA 261123 001",
        ] {
            assert_eq!(typed.parse::<CaseRef>().as_ref(), Ok(&number), "{typed}");
        }
        for wrong in ["s4k2m9qxa-261123-01", "x4k2m9qxa261123001", ""] {
            assert!(wrong.parse::<CaseRef>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn codes_and_moments_are_read_in_full_width() {
        let code: DivisionCode = "530821".parse().unwrap();
        assert_eq!("５３０８２１".parse(), Ok(code));
        let moment: Timestamp = "2026-03-04 15:20".parse().unwrap();
        assert_eq!(
            "２０２６－０３－０４　１５：２０"
                .parse::<Timestamp>()
                .unwrap(),
            moment
        );
    }
}
