//! Limits how often a query code can be guessed.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use onestop_proto::{case::Rejection, ids::CaseId, time::Timestamp};

/// Wrong codes for one case before the next has to wait.
const MOST_WRONG: u32 = 5;
/// How long it waits, in seconds.
const WAIT_SECONDS: f64 = 900.0;
/// Cases that are remembered; beyond that, the oldest is forgotten.
const REMEMBERED: usize = 10_000;

/// Wrong codes of late, by case. In memory: a restart clears them.
#[derive(Debug, Default)]
pub(crate) struct Attempts {
    wrong: Mutex<HashMap<CaseId, (u32, Timestamp)>>,
}

impl Attempts {
    /// Refuses another code while the case waits.
    pub(crate) fn check(&self, case: CaseId, now: Timestamp) -> Result<(), Rejection> {
        let wrong = self.wrong.lock().unwrap_or_else(PoisonError::into_inner);
        match wrong.get(&case) {
            Some((count, last)) if *count >= MOST_WRONG => {
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

    /// Counts a wrong code.
    pub(crate) fn count_wrong(&self, case: CaseId, now: Timestamp) {
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

    /// Clears a case's wrong codes, after the right one.
    pub(crate) fn clear(&self, case: CaseId) {
        let mut wrong = self.wrong.lock().unwrap_or_else(PoisonError::into_inner);
        wrong.remove(&case);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CASE: &str = "019ab0c4-8000-7000-8000-000000000001";

    #[test]
    fn after_some_wrong_codes_the_next_waits() {
        let attempts = Attempts::default();
        let case = CASE.parse().unwrap();
        let at = |text: &str| -> Timestamp { text.parse().unwrap() };
        for _ in 0..MOST_WRONG {
            attempts.check(case, at("2026-11-23 09:00:00")).unwrap();
            attempts.count_wrong(case, at("2026-11-23 09:00:00"));
        }
        assert_eq!(
            attempts.check(case, at("2026-11-23 09:05:00")),
            Err(Rejection::TriedTooOften { minutes: 10 })
        );
        attempts.check(case, at("2026-11-23 09:15:00")).unwrap();
    }

    #[test]
    fn the_number_of_cases_remembered_is_bounded() {
        let attempts = Attempts::default();
        let now: Timestamp = "2026-11-23 09:00:00".parse().unwrap();
        for index in 0..=REMEMBERED {
            let case = format!("019ab0c4-8000-7000-8000-{index:012}");
            attempts.count_wrong(case.parse().unwrap(), now);
        }
        assert_eq!(attempts.wrong.lock().unwrap().len(), REMEMBERED);
    }
}
