//! Codes that came once do not come again. The provider refuses a second time as well (RFC 6749, 4.1.2); here
//! nobody has to rely on it.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use onestop_proto::time::Timestamp;
use sha2::{Digest, Sha256};

use super::attempt::LONGEST;

/// Codes remembered at once; with more, the oldest is forgotten.
const CODES: usize = 10_000;

/// The codes of late, as their SHA-256.
#[derive(Default)]
pub(super) struct Used {
    codes: Mutex<HashMap<[u8; 32], Timestamp>>,
}

impl Used {
    /// Whether a code is new, so long as a sign-in may take; from then on it is not.
    pub(super) fn is_new(&self, code: &str, now: Timestamp) -> bool {
        let key: [u8; 32] = Sha256::digest(code.as_bytes()).into();
        // A map of what was seen stays right if somebody panicked while they added to it.
        let mut codes = self.codes.lock().unwrap_or_else(PoisonError::into_inner);
        if codes.len() >= CODES {
            codes.retain(|_, at| is_of_late(*at, now));
        }
        if codes.len() >= CODES {
            let oldest = codes.iter().min_by_key(|(_, at)| **at);
            let oldest = oldest.map(|(key, _)| *key);
            oldest.map(|key| codes.remove(&key));
        }
        let before = codes.insert(key, now);
        before.is_none_or(|at| !is_of_late(at, now))
    }
}

fn is_of_late(at: Timestamp, now: Timestamp) -> bool {
    now.seconds_since(at) < LONGEST as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_comes_once() {
        let used = Used::default();
        let now: Timestamp = "2026-03-04 09:00:00".parse().unwrap();
        assert!(used.is_new("one", now));
        assert!(used.is_new("other", now));
        assert!(!used.is_new("one", now.plus_seconds(1)));
        assert!(!used.is_new("one", now.plus_seconds(LONGEST)));
    }

    #[test]
    fn so_many_codes_take_no_more_room() {
        let used = Used::default();
        let now: Timestamp = "2026-03-04 09:00:00".parse().unwrap();
        for number in 0..=CODES {
            assert!(used.is_new(&number.to_string(), now));
        }
        assert_eq!(used.codes.lock().unwrap().len(), CODES);
        assert!(used.is_new("later", now.plus_seconds(LONGEST)));
        assert_eq!(used.codes.lock().unwrap().len(), 1);
    }
}
