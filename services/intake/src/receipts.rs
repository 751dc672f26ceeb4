//! The query code on a citizen's receipt (查询码): with it, and the number, anybody can ask how far the case
//! is, and nobody without it.
//!
//! Eight signs of an alphabet in which none looks like another; the last one checks the others, so a slip
//! is told from a guess. The code is drawn at random and kept sealed under the case's key: a reader of the
//! log cannot tell it, and with the key it is erased.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use chacha20poly1305::{Key, aead::Generate};
use onestop_proto::{case::Rejection, ids::CaseId, time::Timestamp};

/// Digits and letters without 0, 1, I, L and O. A prime number of them, so that the check sign finds every
/// sign altered and every two swapped.
const ALPHABET: &[u8; 31] = b"23456789ABCDEFGHJKMNPQRSTUVWXYZ";
/// Signs before the one that checks them: 31 to the power of 7 is 27,512,614,111.
const DRAWN: u32 = 7;

/// Wrong codes for one case before the next has to wait.
const TRIES: u32 = 5;
/// How long it waits.
const WAIT_SECONDS: f64 = 900.0;
/// Cases of which tries are remembered at the same time; beyond, those of longest ago are forgotten.
const REMEMBERED: usize = 10_000;

/// A new code.
pub(crate) fn draw() -> String {
    let key = Key::generate();
    let drawn = key
        .iter()
        .take(16)
        .fold(0_u128, |sum, byte| (sum << 8) | u128::from(*byte));
    // Of 2 to the power of 128, what is left over by this division is nothing that could be noticed.
    let mut rest = drawn % 31_u128.pow(DRAWN);
    let mut values = Vec::new();
    for _ in 0..DRAWN {
        values.push((rest % 31) as usize);
        rest /= 31;
    }
    values.push(check_of(&values));
    let signs = values.iter().filter_map(|value| ALPHABET.get(*value));
    signs.map(|sign| char::from(*sign)).collect()
}

/// As printed: in two groups of four.
pub(crate) fn printed(code: &str) -> String {
    match code.split_at_checked(4) {
        Some((first, second)) => format!("{first}-{second}"),
        None => code.to_owned(),
    }
}

/// A code as somebody typed it; nothing if it was mistyped.
pub(crate) fn read(typed: &str) -> Option<String> {
    let signs = typed.chars().filter(|sign| !matches!(sign, '-' | ' '));
    let code: String = signs.map(|sign| sign.to_ascii_uppercase()).collect();
    let value = |sign: u8| ALPHABET.iter().position(|known| *known == sign);
    let values: Vec<usize> = code.bytes().map(value).collect::<Option<_>>()?;
    let (check, drawn) = values.split_last()?;
    (drawn.len() == DRAWN as usize && check_of(drawn) == *check).then_some(code)
}

fn check_of(values: &[usize]) -> usize {
    let weighted = (1_usize..)
        .zip(values)
        .map(|(weight, value)| weight * value);
    weighted.sum::<usize>() % ALPHABET.len()
}

/// Wrong codes of late, by case. In memory: a restart forgives them.
#[derive(Debug, Default)]
pub(crate) struct Tries {
    wrong: Mutex<HashMap<CaseId, (u32, Timestamp)>>,
}

impl Tries {
    /// Whether another code may be tried.
    pub(crate) fn allowed(&self, case: CaseId, now: Timestamp) -> Result<(), Rejection> {
        let wrong = self.wrong.lock().unwrap_or_else(PoisonError::into_inner);
        match wrong.get(&case) {
            Some((count, last)) if *count >= TRIES => {
                let left = WAIT_SECONDS - now.seconds_since(*last);
                if left <= 0.0 {
                    return Ok(());
                }
                let minutes = (left / 60.0).ceil() as u32;
                Err(Rejection::TriedTooOften { minutes })
            }
            Some(_) | None => Ok(()),
        }
    }

    /// Counts a wrong one.
    pub(crate) fn count(&self, case: CaseId, now: Timestamp) {
        let mut wrong = self.wrong.lock().unwrap_or_else(PoisonError::into_inner);
        if wrong.len() >= REMEMBERED && !wrong.contains_key(&case) {
            let oldest = wrong.iter().min_by_key(|(_, (_, last))| *last);
            if let Some(oldest) = oldest.map(|(case, _)| *case) {
                wrong.remove(&oldest);
            }
        }
        let (count, last) = wrong.entry(case).or_insert((0, now));
        if now.seconds_since(*last) >= WAIT_SECONDS {
            *count = 0;
        }
        *count += 1;
        *last = now;
    }

    /// Forgets them: the right one was given.
    pub(crate) fn forget(&self, case: CaseId) {
        let mut wrong = self.wrong.lock().unwrap_or_else(PoisonError::into_inner);
        wrong.remove(&case);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CASE: &str = "019ab0c4-8000-7000-8000-000000000001";

    #[test]
    fn a_code_is_read_as_printed_and_every_slip_is_found() {
        for _ in 0..200 {
            let code = draw();
            assert_eq!(code.len(), 8);
            assert_eq!(read(&printed(&code).to_lowercase()), Some(code.clone()));
            let signs = code.as_bytes();
            for place in 0..8 {
                let mut wrong = signs.to_vec();
                wrong[place] = if wrong[place] == b'2' { b'3' } else { b'2' };
                assert_eq!(read(std::str::from_utf8(&wrong).unwrap()), None, "{code}");
            }
            for place in 0..6 {
                let mut swapped = signs.to_vec();
                swapped.swap(place, place + 1);
                let same = swapped == signs;
                assert_eq!(read(std::str::from_utf8(&swapped).unwrap()).is_some(), same);
            }
        }
        assert_eq!(read("12345678"), None, "1 is no sign of a code");
        assert_eq!(read(""), None);
    }

    #[test]
    fn after_some_wrong_codes_the_next_waits() {
        let tries = Tries::default();
        let case = CASE.parse().unwrap();
        let at = |text: &str| -> Timestamp { text.parse().unwrap() };
        for _ in 0..TRIES {
            tries.allowed(case, at("2026-11-23 09:00:00")).unwrap();
            tries.count(case, at("2026-11-23 09:00:00"));
        }
        assert_eq!(
            tries.allowed(case, at("2026-11-23 09:05:00")),
            Err(Rejection::TriedTooOften { minutes: 10 })
        );
        tries.allowed(case, at("2026-11-23 09:15:00")).unwrap();
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let tries = Tries::default();
        let now: Timestamp = "2026-11-23 09:00:00".parse().unwrap();
        for index in 0..=REMEMBERED {
            let case = format!("019ab0c4-8000-7000-8000-{index:012}");
            tries.count(case.parse().unwrap(), now);
        }
        assert_eq!(tries.wrong.lock().unwrap().len(), REMEMBERED);
    }
}
