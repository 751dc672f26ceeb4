//! How often a query code may be guessed at one receipt from one address. A case has a number and a short code, and one budget:
//! which case a name means, intake says in its refusal.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Instant,
};

use onestop_proto::{case::GuessedReceipt, ids::CaseRef, rejection::Rejected};

use super::budgets::RetryAfter;
use crate::identity::attempts::{Attempt, Attempts};

/// Names whose case is remembered; beyond that, all are forgotten.
const NAMES: usize = 20_000;

/// What is guessed at.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Receipt {
    /// Its case is not known yet.
    Named(CaseRef),
    Known(GuessedReceipt),
}

/// A guess that was counted.
#[derive(Debug, Clone)]
pub(crate) struct Guess {
    name: CaseRef,
    attempt: Attempt<Receipt>,
}

#[derive(Default)]
pub(crate) struct ReceiptGuesses {
    attempts: Attempts<Receipt>,
    names: Mutex<HashMap<CaseRef, GuessedReceipt>>,
}

impl ReceiptGuesses {
    /// Counts a guess, before it is judged.
    ///
    /// # Errors
    /// How long to wait, if it is beyond a budget; then it is neither judged nor counted.
    pub(crate) fn count(
        &self,
        name: &CaseRef,
        from: IpAddr,
        now: Instant,
    ) -> Result<Guess, RetryAfter> {
        let names = self.names();
        let known = names.get(name).cloned().map(Receipt::Known);
        let attempt = Attempt {
            at: Some(known.unwrap_or_else(|| Receipt::Named(name.clone()))),
            from,
            device: None,
        };
        self.attempts.count(&attempt, now)?;
        Ok(Guess {
            name: name.clone(),
            attempt,
        })
    }

    /// Takes back a guess that was right, or was not judged.
    pub(crate) fn release(&self, guess: &Guess) {
        self.attempts.release(&guess.attempt);
    }

    /// Counts a wrong guess at what intake says that it was about, and remembers that for the name.
    ///
    /// # Errors
    /// How long to wait, if the receipt was guessed at too often by another name.
    pub(crate) fn refused(
        &self,
        guess: &Guess,
        rejected: &Rejected,
        now: Instant,
    ) -> Result<(), RetryAfter> {
        match about(rejected) {
            Some(about) => self.count_at(guess, about, now),
            None => Ok(()),
        }
    }

    fn count_at(
        &self,
        guess: &Guess,
        about: GuessedReceipt,
        now: Instant,
    ) -> Result<(), RetryAfter> {
        // Until it is counted anew, no other guess by the name is.
        let mut names = self.names();
        let at = Some(Receipt::Known(about.clone()));
        if guess.attempt.at == at {
            return Ok(());
        }
        if names.len() >= NAMES {
            names.clear();
        }
        names.insert(guess.name.clone(), about);
        self.attempts.release(&guess.attempt);
        let attempt = Attempt {
            at,
            ..guess.attempt.clone()
        };
        self.attempts.count(&attempt, now)
    }

    fn names(&self) -> MutexGuard<'_, HashMap<CaseRef, GuessedReceipt>> {
        self.names.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a refusal says that the guess was about.
fn about(rejected: &Rejected) -> Option<GuessedReceipt> {
    let guessed = rejected.details.get("guessed")?.as_str()?;
    Some(GuessedReceipt(guessed.to_owned()))
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use onestop_proto::{case::Rejection, ids::short_code::ShortCode, rejection::Explain};

    use super::*;

    const FROM: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(10, 0, 0, 7));

    fn number(text: &str) -> CaseRef {
        CaseRef::Number(text.parse().unwrap())
    }

    fn short_code() -> CaseRef {
        let case = "019ab0c4-8000-7000-8000-000000000001".parse().unwrap();
        let code = ShortCode::first_free(case, |_| Ok::<_, Infallible>(false));
        CaseRef::ShortCode(code.unwrap())
    }

    /// Whether a wrong guess is judged, of which intake says what it was about.
    fn guess(guesses: &ReceiptGuesses, name: &CaseRef, about: &str, now: Instant) -> bool {
        let Ok(guess) = guesses.count(name, FROM, now) else {
            return false;
        };
        let guessed = Some(GuessedReceipt(about.to_owned()));
        let rejected = Rejection::NoSuchReceipt { guessed }.rejected();
        guesses.refused(&guess, &rejected, now).is_ok()
    }

    #[test]
    fn number_and_short_code_of_a_case_have_one_budget() {
        let guesses = ReceiptGuesses::default();
        let now = Instant::now();
        let (by_number, by_code) = (number("s4k2m9qxa-261129-001"), short_code());
        let passed = |name| {
            (0..20)
                .filter(|_| guess(&guesses, name, "one", now))
                .count()
        };
        assert_eq!(passed(&by_number), 5);
        assert_eq!(passed(&by_code), 0);
        // What is remembered of the name is asked before intake is.
        assert!(guesses.count(&by_code, FROM, now).is_err());
        let other = number("s4k2m9qxa-261129-002");
        assert!(guess(&guesses, &other, "two", now));
    }

    #[test]
    fn right_guesses_are_held_against_nobody() {
        let guesses = ReceiptGuesses::default();
        let now = Instant::now();
        for _ in 0..20 {
            let right = guesses.count(&short_code(), FROM, now).unwrap();
            guesses.release(&right);
        }
    }
}
