//! What people type with a Chinese input method: digits, letters and signs in full width (１, Ｘ, －), and any of the dashes;
//! and what they paste without seeing it.

use serde_json::Value;

/// A text with its full-width letters, digits and signs in half width, and every dash as a hyphen. Other letters, the
/// Chinese ones among them, stay as they are.
///
/// ```
/// use onestop_proto::typed::half_width;
/// assert_eq!(half_width("５３０８２１—１００２Ｘ"), "530821-1002X");
/// assert_eq!(half_width("玉香罕"), "玉香罕");
/// ```
pub fn half_width(text: &str) -> String {
    text.chars().map(sign).collect()
}

/// The letters and digits of a code that people typed: in half width, without dashes, spaces and what is not seen.
///
/// ```
/// use onestop_proto::typed::code_signs;
/// assert_eq!(code_signs("Ｋ７ＰＭ ── ２xq９"), "K7PM2xq9");
/// ```
pub fn code_signs(text: &str) -> String {
    let signs = text.chars().map(sign);
    let wanted = |sign: &char| *sign != '-' && !sign.is_whitespace() && !is_invisible(*sign);
    signs.filter(wanted).collect()
}

/// An account as a person typed it: in half width and small letters, without the blanks around it.
///
/// ```
/// use onestop_proto::typed::account;
/// assert_eq!(account(" Ｚhang－li　"), "zhang-li");
/// ```
#[must_use]
pub fn account(text: &str) -> String {
    half_width(text).trim().to_ascii_lowercase()
}

/// How many digits a mobile number (手机号) has that has too few or too many; none for any other text.
///
/// ```
/// use onestop_proto::typed::wrong_mobile;
/// assert_eq!(wrong_mobile("１３８００１３８０"), Some(9));
/// assert_eq!(wrong_mobile("138 0013 8000"), None);
/// assert_eq!(wrong_mobile("12348"), None);
/// ```
#[must_use]
pub fn wrong_mobile(text: &str) -> Option<usize> {
    let typed = half_width(text);
    let mut signs = typed.trim().chars();
    let is_mobile = signs.next() == Some('1') && matches!(signs.next(), Some('3'..='9'));
    let digits = typed.chars().filter(char::is_ascii_digit).count();
    (is_mobile && digits != MOBILE).then_some(digits)
}

/// Digits of a mobile number.
const MOBILE: usize = 11;

/// Whether the name of a person can be read: it has a letter, and no invisible character.
///
/// ```
/// use onestop_proto::typed::is_readable_name;
/// assert!(is_readable_name("阿卜杜热合曼·买买提明") && is_readable_name("Nguyễn Thị Khai"));
/// assert!(!is_readable_name("***") && !is_readable_name("张\u{200B}丽") && !is_readable_name(""));
/// ```
#[must_use]
pub fn is_readable_name(name: &str) -> bool {
    name.chars().any(char::is_alphabetic) && !name.chars().any(is_invisible)
}

/// Whether a character is invisible: controls, marks of the direction of writing, and characters without width. Only the
/// joiners of Arabic and Indic writing are not counted.
pub fn is_invisible(sign: char) -> bool {
    sign.is_control()
        || matches!(sign,
            '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{180E}' | '\u{200B}' | '\u{200E}' | '\u{200F}'
            | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FEFF}' | '\u{FFA0}'
            | '\u{E0000}'..='\u{E007F}')
}

/// Whether a text has nothing that can be read: no character, or blanks and invisible ones alone.
pub fn is_blank(text: &str) -> bool {
    let is_hidden = |sign: char| sign.is_whitespace() || is_invisible(sign);
    text.chars().all(is_hidden)
}

/// Whether a text says nothing: it has no letter and no digit, as signs alone. A required text says something.
///
/// ```
/// use onestop_proto::typed::says_nothing;
/// assert!(says_nothing("！！") && says_nothing(" \u{200b}") && says_nothing(""));
/// assert!(!says_nothing("已致歉。") && !says_nothing("2"));
/// ```
pub fn says_nothing(text: &str) -> bool {
    !text.chars().any(char::is_alphanumeric)
}

/// A value without the invisible characters in its texts, which hide in what is pasted and turn the direction of what is
/// written beside them: a text of nothing else is empty. Ends of lines and tabs stay.
pub fn visible(mut value: Value) -> Value {
    clean(&mut value);
    value
}

fn clean(value: &mut Value) {
    match value {
        Value::String(text) => {
            let is_hidden = |sign| !matches!(sign, '\n' | '\r' | '\t') && is_invisible(sign);
            if text.contains(is_hidden) {
                text.retain(|sign| !is_hidden(sign));
            }
        }
        Value::Array(parts) => parts.iter_mut().for_each(clean),
        Value::Object(fields) => fields.values_mut().for_each(clean),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn sign(sign: char) -> char {
    match sign {
        // The hyphens and dashes of Unicode, the minus sign, and the lines that input methods draw for a dash.
        '\u{2010}'..='\u{2015}'
        | '\u{2043}'
        | '\u{2212}'
        | '\u{2500}'
        | '\u{2501}'
        | '\u{2E3A}'
        | '\u{2E3B}'
        | '\u{30FC}'
        | '\u{FE31}'
        | '\u{FE58}'
        | '\u{FE63}'
        | '\u{FF0D}' => '-',
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
            "s4k2m9qxa──261123──001",
            "s4k2m9qxaー261123ー001",
            "s4k2m9qxa\u{a0}261123\t001",
            "\u{feff}s4k2m9qxa-261123\u{200b}-001",
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
