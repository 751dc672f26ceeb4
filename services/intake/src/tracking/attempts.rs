//! Counts how often a query code is guessed at a receipt, by whichever of its names.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use chacha20poly1305::{Key, aead::Generate};
use data_encoding::HEXLOWER;
use onestop_directory::CaseKey;
use onestop_proto::{
    case::{GuessedReceipt, Rejection},
    ids::{CaseId, CaseRef},
};
use sha2::{Digest, Sha256};

/// Wrong codes for one receipt after which a further one is refused as such.
const MOST_WRONG: u32 = 5;
/// How long wrong codes are counted after the last of them.
const WAIT: Duration = Duration::from_secs(900);
/// Receipts that are remembered; beyond that, the oldest is forgotten.
const REMEMBERED: usize = 10_000;
/// Bytes that tell one receipt from another.
const TELLING: usize = 16;

/// Wrong codes of late, by receipt, be there such a one or not: a refusal does not tell. In memory: a restart clears them. Time is
/// monotonic: a wall clock that jumps neither keeps a count nor clears it.
pub(crate) struct Attempts {
    wrong: Mutex<HashMap<GuessedReceipt, (u32, Instant)>>,
    /// Without it a reader of a refusal does not make out whose receipt it is.
    secret: Key,
}

impl Default for Attempts {
    fn default() -> Self {
        Self {
            wrong: Mutex::default(),
            secret: Key::generate(),
        }
    }
}

impl Attempts {
    /// The receipt of a case.
    pub(crate) fn receipt(&self, case: CaseId) -> GuessedReceipt {
        self.told_apart(&format!("case {case}"))
    }

    /// The receipt that a name is on, if no case has it.
    pub(crate) fn unknown(&self, name: CaseKey) -> GuessedReceipt {
        self.told_apart(&format!("name {}", CaseRef::from(name)))
    }

    fn told_apart(&self, what: &str) -> GuessedReceipt {
        let mut hash = Sha256::new();
        hash.update(self.secret.as_slice());
        hash.update(what);
        let hash = hash.finalize();
        GuessedReceipt(HEXLOWER.encode(&hash[..TELLING]))
    }

    /// Counts a wrong code, and refuses it.
    pub(crate) fn refuse_wrong(&self, guessed: GuessedReceipt, now: Instant) -> Rejection {
        let mut wrong = self.wrong.lock().unwrap_or_else(PoisonError::into_inner);
        if wrong.len() >= REMEMBERED && !wrong.contains_key(&guessed) {
            let oldest = wrong.iter().min_by_key(|(_, (_, last))| *last);
            if let Some(oldest) = oldest.map(|(receipt, _)| receipt.clone()) {
                wrong.remove(&oldest);
            }
        }
        let (count, last) = wrong.entry(guessed.clone()).or_insert((0, now));
        let passed = now.saturating_duration_since(*last);
        if passed >= WAIT {
            *count = 0;
        }
        let guessed = Some(guessed);
        if *count >= MOST_WRONG {
            let minutes = (WAIT - passed).as_secs().div_ceil(60);
            let minutes = u32::try_from(minutes).unwrap_or(u32::MAX);
            return Rejection::TriedTooOften { minutes, guessed };
        }
        *count += 1;
        *last = now;
        Rejection::NoSuchReceipt { guessed }
    }

    /// Clears a receipt's wrong codes, after the right one.
    pub(crate) fn clear(&self, receipt: &GuessedReceipt) {
        let mut wrong = self.wrong.lock().unwrap_or_else(PoisonError::into_inner);
        wrong.remove(receipt);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CASE: &str = "019ab0c4-8000-7000-8000-000000000001";
    const MINUTE: Duration = Duration::from_secs(60);

    fn case() -> CaseId {
        CASE.parse().unwrap()
    }

    fn is_wrong(refused: &Rejection) -> bool {
        matches!(refused, Rejection::NoSuchReceipt { .. })
    }

    #[test]
    fn after_some_wrong_codes_the_next_waits() {
        let attempts = Attempts::default();
        let receipt = || attempts.receipt(case());
        let began = Instant::now();
        for _ in 0..MOST_WRONG {
            assert!(is_wrong(&attempts.refuse_wrong(receipt(), began)));
        }
        let late = Rejection::TriedTooOften {
            minutes: 10,
            guessed: Some(receipt()),
        };
        assert_eq!(attempts.refuse_wrong(receipt(), began + 5 * MINUTE), late);
        assert!(is_wrong(
            &attempts.refuse_wrong(receipt(), began + 15 * MINUTE)
        ));
    }

    #[test]
    fn the_right_code_clears_what_others_tried() {
        let attempts = Attempts::default();
        let began = Instant::now();
        for _ in 0..2 * MOST_WRONG {
            attempts.refuse_wrong(attempts.receipt(case()), began);
        }
        attempts.clear(&attempts.receipt(case()));
        let next = attempts.refuse_wrong(attempts.receipt(case()), began);
        assert!(is_wrong(&next));
    }

    /// A stranger who counts through numbers does not learn which of them there are.
    #[test]
    fn a_name_that_no_case_has_is_refused_as_a_wrong_code_is() {
        let attempts = Attempts::default();
        let began = Instant::now();
        let name = || CaseKey::Number("s4k2m9qxa-261129-001".parse().unwrap());
        let unknown = |_| attempts.refuse_wrong(attempts.unknown(name()), began);
        let known = |_| attempts.refuse_wrong(attempts.receipt(case()), began);
        let kinds = |refused: Vec<Rejection>| refused.iter().map(is_wrong).collect::<Vec<_>>();
        let times = || 0..2 * MOST_WRONG;
        assert_eq!(
            kinds(times().map(unknown).collect()),
            kinds(times().map(known).collect())
        );
        assert_ne!(attempts.unknown(name()), attempts.receipt(case()));
        let restarted = Attempts::default();
        assert_ne!(restarted.receipt(case()), attempts.receipt(case()));
    }

    #[test]
    fn the_number_of_receipts_remembered_is_bounded() {
        let attempts = Attempts::default();
        let now = Instant::now();
        for index in 0..=REMEMBERED {
            let case = format!("019ab0c4-8000-7000-8000-{index:012}");
            attempts.refuse_wrong(attempts.receipt(case.parse().unwrap()), now);
        }
        assert_eq!(attempts.wrong.lock().unwrap().len(), REMEMBERED);
    }
}
