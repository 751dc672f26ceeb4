//! Unified social credit codes (统一社会信用代码, GB 32100-2015): eighteen signs, the last of which checks the others.

use super::IdentityFault;

/// The signs, without I, O, S, V and Z; a prime number of them.
const SIGNS: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";
/// The factors of the first seventeen signs: 3 to the power of 0, 1, …, modulo 31.
const WEIGHTS: [usize; 17] = [
    1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28,
];

pub(super) fn check(code: &str) -> Result<(), IdentityFault> {
    let code = code.to_ascii_uppercase();
    let value = |sign: u8| SIGNS.iter().position(|known| *known == sign);
    let values: Option<Vec<usize>> = code.bytes().map(value).collect();
    let values = values.filter(|values| values.len() == WEIGHTS.len() + 1);
    let Some((check, signs)) = values.as_deref().and_then(<[usize]>::split_last) else {
        return Err(IdentityFault::Form);
    };
    let weighted = signs.iter().zip(WEIGHTS);
    let sum: usize = weighted.map(|(value, weight)| value * weight).sum();
    // The sum of all eighteen, the check sign among them, is a multiple of 31.
    if (sum + check).is_multiple_of(SIGNS.len()) {
        Ok(())
    } else {
        Err(IdentityFault::CheckDigit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Codes of well-known companies, as they are published.
    #[test]
    fn published_codes_are_right_and_every_slip_is_found() {
        for right in [
            "91350100M000100Y43",
            "91110000600037341L",
            "91440300708461136T",
        ] {
            assert_eq!(check(right), Ok(()), "{right}");
            assert_eq!(check(&right.to_lowercase()), Ok(()));
            for place in 0..18 {
                let mut wrong = right.as_bytes().to_vec();
                wrong[place] = if wrong[place] == b'7' { b'8' } else { b'7' };
                let wrong = String::from_utf8(wrong).unwrap();
                assert!(check(&wrong).is_err(), "{wrong}");
            }
        }
        assert_eq!(check("91350100M000100Y4"), Err(IdentityFault::Form));
        assert_eq!(check("91350100I000100Y43"), Err(IdentityFault::Form));
    }
}
