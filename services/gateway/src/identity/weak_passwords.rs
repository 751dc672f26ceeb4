//! Passwords that are guessed first: made of common words, runs, years and what is generally known of their owner. They are
//! refused when they are set; what was set before goes on.

use std::{collections::HashSet, sync::LazyLock};

use onestop_proto::{ids::StaffId, typed::half_width};

use super::password::SHORTEST;

/// A password must take as many guesses as so many unforeseeable signs: a common word, a run or a year is as good as
/// one.
const LEAST_EFFORT: usize = 6;
/// Fewer different signs are a pattern.
const LEAST_DIFFERENT: usize = 5;
/// Nothing but digits is a telephone, a birthday or an identity number, up to this length.
const LONGEST_NUMBER: usize = 18;
/// So many signs are judged; more make no password weaker.
const JUDGED: usize = 64;
/// No longer word is looked for.
const LONGEST_WORD: usize = 24;

/// What lies side by side on a keyboard, or follows in an alphabet.
const ROWS: [&str; 10] = [
    "01234567890",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
    "qazwsxedcrfvtgbyhnujmikolp",
    "1q2w3e4r5t6y7u8i9o0p",
    "!@#$%^&*()",
    "q1w2e3r4t5y6u7i8o9p0",
];

static COMMON: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
    let lines = include_str!("../../common-passwords.txt")
        .lines()
        .map(str::trim);
    lines
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .collect()
});

/// Why a password is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Weakness {
    #[error(
        "密码太短，请用 {least} 个字符以上 / the password is too short: take {least} characters or more",
        least = SHORTEST
    )]
    Short,
    #[error(
        "这样的密码最先被试到，请用几个互不相干的词 / the password is one of those that are tried first. Take several words that have nothing to do with each other"
    )]
    Common,
    #[error(
        "密码取自账号或者姓名，请用几个与此无关的词 / the password is made of the account or the name. Take several words that have nothing to do with them"
    )]
    Personal,
}

impl Weakness {
    /// The message that says what to do.
    pub(crate) const fn message_id(self) -> &'static str {
        match self {
            Self::Short => "password-short",
            Self::Common => "password-common",
            Self::Personal => "password-personal",
        }
    }
}

/// Judges the new password of an account.
///
/// # Errors
/// If it is too short, or among those that are guessed first.
pub(crate) fn check(password: &str, staff: &StaffId, name: &str) -> Result<(), Weakness> {
    if password.chars().count() < SHORTEST {
        return Err(Weakness::Short);
    }
    let signs = signs(password);
    let is_number = signs.len() <= LONGEST_NUMBER && signs.iter().all(char::is_ascii_digit);
    let different: HashSet<char> = signs.iter().copied().collect();
    if is_number
        || different.len() < LEAST_DIFFERENT
        || effort(&signs, &HashSet::new()) < LEAST_EFFORT
    {
        return Err(Weakness::Common);
    }
    if effort(&signs, &personal(staff, name)) < LEAST_EFFORT {
        return Err(Weakness::Personal);
    }
    Ok(())
}

/// The signs that are judged, in half width and small letters.
fn signs(password: &str) -> Vec<char> {
    let password = half_width(password).to_lowercase();
    password.chars().take(JUDGED).collect()
}

/// What is public: the account, its parts in both orders, the name.
fn personal(staff: &StaffId, name: &str) -> HashSet<String> {
    let parts: Vec<&str> = staff.as_str().split('-').collect();
    let reversed: Vec<&str> = parts.iter().rev().copied().collect();
    let whole = [
        staff.to_string(),
        parts.concat(),
        reversed.concat(),
        half_width(name.trim()).to_lowercase(),
    ];
    let parts = parts.iter().map(|part| (*part).to_owned());
    let known = whole.into_iter().chain(parts);
    known.filter(|word| word.chars().count() >= 2).collect()
}

/// How many guesses in a row a password takes at least: the fewest words, runs, years and single signs that it is made of.
fn effort(signs: &[char], personal: &HashSet<String>) -> usize {
    let mut least = vec![0; signs.len() + 1];
    for end in 1..=signs.len() {
        let mut best = least[end - 1] + 1;
        for start in end.saturating_sub(LONGEST_WORD)..end.saturating_sub(1) {
            if least[start] + 1 < best && is_foreseen(&signs[start..end], personal) {
                best = least[start] + 1;
            }
        }
        least[end] = best;
    }
    least[signs.len()]
}

fn is_foreseen(part: &[char], personal: &HashSet<String>) -> bool {
    let word: String = part.iter().collect();
    let plain: String = part.iter().map(|sign| letter(*sign)).collect();
    is_repeated(part)
        || is_in_a_row(&word)
        || is_year_or_day(&word)
        || [&word, &plain]
            .iter()
            .any(|word| COMMON.contains(word.as_str()) || personal.contains(word.as_str()))
}

/// The letter for which people write a digit or a sign.
fn letter(sign: char) -> char {
    match sign {
        '0' => 'o',
        '1' | '!' => 'i',
        '3' => 'e',
        '4' | '@' => 'a',
        '5' | '$' => 's',
        '7' => 't',
        other => other,
    }
}

fn is_repeated(part: &[char]) -> bool {
    part.len() >= 2 && part.iter().all(|sign| *sign == part[0])
}

fn is_in_a_row(word: &str) -> bool {
    if word.chars().count() < 3 {
        return false;
    }
    let backwards: String = word.chars().rev().collect();
    ROWS.iter()
        .any(|row| row.contains(word) || row.contains(&backwards))
}

/// A year of birth of a living person, or month and day.
fn is_year_or_day(word: &str) -> bool {
    let Some(number) = word
        .parse::<u32>()
        .ok()
        .filter(|_| word.len() == 4 && word.bytes().all(|byte| byte.is_ascii_digit()))
    else {
        return false;
    };
    let (month, day) = (number / 100, number % 100);
    (1920..=2059).contains(&number) || ((1..=12).contains(&month) && (1..=31).contains(&day))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(password: &str) -> Result<(), Weakness> {
        check(password, &"zhang-li".parse().unwrap(), "张丽娟")
    }

    #[test]
    fn what_is_guessed_first_is_refused() {
        for weak in [
            "password12",
            "Password123!",
            "P@ssw0rd2026",
            "1234567890",
            "0987654321",
            "qwertyuiop",
            "1qaz2wsx3edc",
            "q1w2e3r4t5",
            "aaaaaaaaaa",
            "abababababab",
            "          ",
            "　　　　　　　　　　",
            "5201314520",
            "woaini1314",
            "WoAiNi5201314",
            "woaini1314520!",
            "ｗｏａｉｎｉ１３１４",
            "13887091234",
            "530821199001011234",
            "19900101abc",
            "onestop2026",
            "Onestop12348",
            "yunnan12348",
            "puer@2026!!",
            "sifaju12345",
            "falvyuanzhu",
            "admin@12348",
            "letmeinletmein",
            "trustno1trustno1",
        ] {
            assert_eq!(judged(weak), Err(Weakness::Common), "{weak}");
        }
    }

    #[test]
    fn account_and_name_are_no_passwords() {
        for weak in [
            "zhang-li2026",
            "li-zhang-li!!",
            "lizhang@2026",
            "张丽娟zhang#2026",
        ] {
            assert_eq!(judged(weak), Err(Weakness::Personal), "{weak}");
        }
        // Another's account is no secret of one's own, but nothing that is tried first.
        assert_eq!(judged("bai-mingzhu26"), Ok(()));
    }

    #[test]
    fn words_that_nobody_foresees_are_accepted() {
        for good in [
            "a-password-of-the-tests",
            "a-password-of-the-load",
            "correct horse battery",
            "清晨的茶马古道有三只鹅",
            "k7pm2xq9ht",
            "mfkq-9r8g-kyqr-twju",
            "teapot under the bridge",
        ] {
            assert_eq!(judged(good), Ok(()), "{good}");
        }
        assert_eq!(judged("k7pm2xq9h"), Err(Weakness::Short));
    }

    #[test]
    fn a_very_long_password_is_judged_in_time() {
        assert_eq!(judged(&"a-long-one ".repeat(20_000)), Ok(()));
        assert_eq!(judged(&"a".repeat(200_000)), Err(Weakness::Common));
    }

    #[test]
    fn the_list_has_some_hundred_words_in_small_letters() {
        assert!(COMMON.len() > 300, "{}", COMMON.len());
        for word in COMMON.iter() {
            assert_eq!(*word, word.to_lowercase());
        }
    }
}
