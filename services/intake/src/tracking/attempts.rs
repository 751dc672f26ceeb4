//! Limits how often a query code can be guessed.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use onestop_proto::{case::Rejection, ids::CaseId};

/// Wrong codes for one case after which a further one is refused as such.
const MOST_WRONG: u32 = 5;
/// How long wrong codes are counted after the last of them.
const WAIT: Duration = Duration::from_secs(900);
/// Cases that are remembered; beyond that, the oldest is forgotten.
const REMEMBERED: usize = 10_000;

/// Wrong codes of late, by case. In memory: a restart clears them. Time is monotonic: a wall clock that jumps
/// neither keeps a count nor clears it.
#[derive(Debug, Default)]
pub(crate) struct Attempts {
    wrong: Mutex<HashMap<CaseId, (u32, Instant)>>,
}

impl Attempts {
    /// Counts a wrong code.
    ///
    /// # Errors
    /// If there were too many of late.
    pub(crate) fn count_wrong(&self, case: CaseId, now: Instant) -> Result<(), Rejection> {
        let mut wrong = self.wrong.lock().unwrap_or_else(PoisonError::into_inner);
        if wrong.len() >= REMEMBERED && !wrong.contains_key(&case) {
            let oldest = wrong.iter().min_by_key(|(_, (_, last))| *last);
            if let Some(oldest) = oldest.map(|(case, _)| *case) {
                wrong.remove(&oldest);
            }
        }
        let (count, last) = wrong.entry(case).or_insert((0, now));
        let passed = now.saturating_duration_since(*last);
        if passed >= WAIT {
            *count = 0;
        }
        if *count >= MOST_WRONG {
            let minutes = (WAIT - passed).as_secs().div_ceil(60);
            let minutes = u32::try_from(minutes).unwrap_or(u32::MAX);
            return Err(Rejection::TriedTooOften { minutes });
        }
        *count += 1;
        *last = now;
        Ok(())
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
    const MINUTE: Duration = Duration::from_secs(60);

    #[test]
    fn after_some_wrong_codes_the_next_waits() {
        let attempts = Attempts::default();
        let case = CASE.parse().unwrap();
        let began = Instant::now();
        for _ in 0..MOST_WRONG {
            attempts.count_wrong(case, began).unwrap();
        }
        assert_eq!(
            attempts.count_wrong(case, began + 5 * MINUTE),
            Err(Rejection::TriedTooOften { minutes: 10 })
        );
        attempts.count_wrong(case, began + 15 * MINUTE).unwrap();
    }

    #[test]
    fn the_right_code_clears_what_others_tried() {
        let attempts = Attempts::default();
        let case = CASE.parse().unwrap();
        let began = Instant::now();
        for _ in 0..2 * MOST_WRONG {
            let _ = attempts.count_wrong(case, began);
        }
        attempts.clear(case);
        attempts.count_wrong(case, began).unwrap();
    }

    #[test]
    fn the_number_of_cases_remembered_is_bounded() {
        let attempts = Attempts::default();
        let now = Instant::now();
        for index in 0..=REMEMBERED {
            let case = format!("019ab0c4-8000-7000-8000-{index:012}");
            attempts.count_wrong(case.parse().unwrap(), now).unwrap();
        }
        assert_eq!(attempts.wrong.lock().unwrap().len(), REMEMBERED);
    }
}
