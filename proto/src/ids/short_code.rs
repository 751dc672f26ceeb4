//! The short code of a case (电话短码): nine digits by which staff name a case on the telephone, `482 719 354`.
//!
//! Intake gives it when a case is opened, and records it. The digits are drawn from a hash of the case's id, so that codes do not
//! follow one another. It names a case and opens nothing: who names a case by it sees what they would see by its number.

use std::convert::Infallible;

use sha2::{Digest, Sha256};

use crate::{ids::CaseId, typed::code_signs};

/// The least number of eight digits: no code begins with a zero, which a sheet would drop.
const LEAST: u64 = 10_000_000;
/// How many numbers of eight digits there are.
const BODIES: u64 = 90_000_000;

text_id! {
    /// The short code of a case. The last digit checks the others: a wrong digit, or two that changed places, make it none.
    ShortCode, "a short code", "^[1-9][0-9]{8}$",
    "nine digits are wanted, of which the last checks the others", is_checked,
    typed: |text| Some(code_signs(text))
}

impl ShortCode {
    /// The first code drawn for a case that no other case has.
    ///
    /// # Errors
    /// What `is_taken` returns.
    pub fn first_free<E>(
        case: CaseId,
        mut is_taken: impl FnMut(&Self) -> Result<bool, E>,
    ) -> Result<Self, E> {
        let mut attempt = 0_u64;
        loop {
            if let Some(code) = Self::drawn(case, attempt)
                && !is_taken(&code)?
            {
                return Ok(code);
            }
            attempt += 1;
        }
    }

    /// The code of a case of before, whose opening recorded none: the first one drawn, also if another case has it. So each service that
    /// reads the opening has the same code, whichever other cases it knows.
    #[must_use]
    pub fn derived(case: CaseId) -> Self {
        match Self::first_free(case, |_| Ok::<_, Infallible>(false)) {
            Ok(code) => code,
            Err(never) => match never {},
        }
    }

    /// The code of one draw; none where no digit checks the eight that were drawn.
    fn drawn(case: CaseId, attempt: u64) -> Option<Self> {
        let digest = Sha256::digest(format!("short-code/{case}/{attempt}").as_bytes());
        let number = digest[..8]
            .iter()
            .fold(0_u64, |number, byte| (number << 8) | u64::from(*byte));
        let body = LEAST + number % BODIES;
        (0..10).find_map(|check| format!("{body}{check}").parse().ok())
    }

    /// The digits in groups of three, as they are said: `482 719 354`.
    #[must_use]
    pub fn in_groups(&self) -> String {
        let digits = self.as_str().as_bytes();
        let groups = digits.chunks(3).map(String::from_utf8_lossy);
        groups.collect::<Vec<_>>().join(" ")
    }
}

/// Nine digits without a zero in front whose sum, each by its weight from 9 to 1, is a multiple of 11. The weights differ and 11
/// is prime, so that no wrong digit and no exchange of two digits keeps that.
fn is_checked(text: &str) -> bool {
    let are_digits = text.len() == 9 && text.bytes().all(|sign| sign.is_ascii_digit());
    let weighted = text.bytes().zip((1_u32..=9).rev());
    let sum: u32 = weighted
        .map(|(sign, weight)| weight * u32::from(sign.wrapping_sub(b'0')))
        .sum();
    are_digits && !text.starts_with('0') && sum.is_multiple_of(11)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;
    use crate::ids::CaseRef;

    fn case(number: u128) -> CaseId {
        CaseId::from_uuid(Uuid::from_u128(number))
    }

    #[test]
    fn it_is_read_as_people_type_it() {
        let code: ShortCode = "482719354".parse().unwrap();
        assert_eq!(code.in_groups(), "482 719 354");
        for typed in [
            "482 719 354",
            "４８２７１９３５４",
            "482－719—354",
            " 4827 19354\u{200b}",
        ] {
            assert_eq!(typed.parse::<ShortCode>().as_ref(), Ok(&code), "{typed}");
            let case = CaseRef::ShortCode(code.clone());
            assert_eq!(typed.parse::<CaseRef>(), Ok(case), "{typed}");
        }
        for wrong in [
            "",
            "482719355",
            "48271935",
            "4827193540",
            "000000000",
            "48271935a",
        ] {
            assert!(wrong.parse::<ShortCode>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn codes_do_not_follow_the_order_of_cases() {
        let codes: Vec<ShortCode> = (0..1_000)
            .map(|number| ShortCode::derived(case(number)))
            .collect();
        let pairs = codes.windows(2);
        let ascending = pairs.filter(|pair| pair[0] < pair[1]).count();
        assert!((400..600).contains(&ascending), "{ascending}");
        // The next code is nowhere near.
        let values = codes
            .iter()
            .map(|code| code.as_str().parse::<i64>().unwrap());
        let values: Vec<i64> = values.collect();
        let near = values
            .windows(2)
            .filter(|pair| (pair[0] - pair[1]).abs() < 1_000_000);
        assert!(near.count() < 30);
    }

    #[test]
    fn no_two_cases_share_one() {
        let mut given = HashSet::new();
        for number in 0..20_000 {
            let code = ShortCode::first_free(case(number), |code| {
                Ok::<_, Infallible>(given.contains(code))
            });
            assert!(given.insert(code.unwrap()));
        }
    }

    proptest! {
        #[test]
        fn a_wrong_digit_and_two_exchanged_digits_are_noticed(
            number in any::<u128>(), (at, other) in (0_usize..9, 0_usize..9), digit in b'0'..=b'9',
        ) {
            let code = ShortCode::derived(case(number));
            let right = code.as_str().as_bytes();
            let mut wrong = right.to_vec();
            wrong[at] = digit;
            let read = std::str::from_utf8(&wrong).unwrap().parse::<ShortCode>();
            prop_assert_eq!(read.is_ok(), right[at] == digit);
            let mut exchanged = right.to_vec();
            exchanged.swap(at, other);
            let read = std::str::from_utf8(&exchanged).unwrap().parse::<ShortCode>();
            prop_assert_eq!(read.is_ok(), right[at] == right[other]);
        }

        /// Whichever codes are taken, a case has one that is not, and it is the same whenever it is drawn.
        #[test]
        fn a_taken_code_is_passed_over(number in any::<u128>(), taken in 1_usize..20) {
            let draw = |taken: usize| {
                let mut passed = Vec::new();
                let code = ShortCode::first_free(case(number), |code| {
                    passed.push(code.clone());
                    Ok::<_, Infallible>(passed.len() <= taken)
                });
                (code.unwrap(), passed)
            };
            let (code, passed) = draw(taken);
            prop_assert!(!passed[..taken].contains(&code));
            prop_assert_eq!(draw(taken).0, code);
        }
    }
}
