//! The query code on a citizen's receipt (查询码): who has the code and the case number can ask for the
//! progress of the case.
//!
//! Eight signs of an alphabet in which none looks like another; the last is a check sign, so that a mistyped
//! code is not counted as a guess. The code is random and encrypted with the case's key: a reader of the log
//! cannot tell it, and it is erased with the key.

use chacha20poly1305::{Key, aead::Generate};
use onestop_proto::typed::code_signs;

/// Digits and letters without 0, 1, I, L and O. A prime number of them, so that the check sign finds every
/// sign altered and every two swapped.
const ALPHABET: &[u8; 31] = b"23456789ABCDEFGHJKMNPQRSTUVWXYZ";
/// Signs before the one that checks them: 31 to the power of 7 is 27,512,614,111.
const RANDOM_SIGNS: u32 = 7;

pub(crate) fn generate() -> String {
    let key = Key::generate();
    let random = key
        .iter()
        .take(16)
        .fold(0_u128, |sum, byte| (sum << 8) | u128::from(*byte));
    // The remainder of 2 to the power of 128 is too small a bias to matter.
    let mut rest = random % 31_u128.pow(RANDOM_SIGNS);
    let mut values = Vec::new();
    for _ in 0..RANDOM_SIGNS {
        values.push((rest % 31) as usize);
        rest /= 31;
    }
    values.push(check_sign(&values));
    let signs = values.iter().filter_map(|value| ALPHABET.get(*value));
    signs.map(|sign| char::from(*sign)).collect()
}

/// Formats a code for print, in two groups of four.
pub(crate) fn format(code: &str) -> String {
    match code.split_at_checked(4) {
        Some((first, second)) => format!("{first}-{second}"),
        None => code.to_owned(),
    }
}

/// Reads a code as a person typed it; none if it was mistyped.
pub(crate) fn parse(typed: &str) -> Option<String> {
    let code = code_signs(typed).to_ascii_uppercase();
    let value = |sign: u8| ALPHABET.iter().position(|known| *known == sign);
    let values: Vec<usize> = code.bytes().map(value).collect::<Option<_>>()?;
    let (check, drawn) = values.split_last()?;
    (drawn.len() == RANDOM_SIGNS as usize && check_sign(drawn) == *check).then_some(code)
}

fn check_sign(values: &[usize]) -> usize {
    let weighted = (1_usize..)
        .zip(values)
        .map(|(weight, value)| weight * value);
    weighted.sum::<usize>() % ALPHABET.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_as_printed_and_every_slip_is_found() {
        for _ in 0..200 {
            let code = generate();
            assert_eq!(code.len(), 8);
            assert_eq!(parse(&format(&code).to_lowercase()), Some(code.clone()));
            // As Chinese input methods type it, with a dash of theirs.
            let wide = |sign: char| match sign {
                '-' => '—',
                sign => char::from_u32(u32::from(sign) + 0xFEE0).unwrap(),
            };
            let typed: String = format(&code).chars().map(wide).collect();
            assert_eq!(parse(&typed), Some(code.clone()));
            let typed = code.chars().map(|sign| format!("{sign}\u{a0}──\u{200b}"));
            assert_eq!(parse(&typed.collect::<String>()), Some(code.clone()));
            let signs = code.as_bytes();
            for place in 0..8 {
                let mut wrong = signs.to_vec();
                wrong[place] = if wrong[place] == b'2' { b'3' } else { b'2' };
                assert_eq!(parse(std::str::from_utf8(&wrong).unwrap()), None, "{code}");
            }
            for place in 0..6 {
                let mut swapped = signs.to_vec();
                swapped.swap(place, place + 1);
                let same = swapped == signs;
                assert_eq!(
                    parse(std::str::from_utf8(&swapped).unwrap()).is_some(),
                    same
                );
            }
        }
        assert_eq!(parse("12345678"), None, "1 is no sign of a code");
        assert_eq!(parse(""), None);
    }
}
